// What crosses the boundary between JavaScript and C++, and how calls end.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { WasioError, errorOf, freshApp } from './program.mjs';

const app = await freshApp();

describe('values', () => {
  const cases = [
    ['echo_int8', [-128, 0, 127]],
    ['echo_uint8', [0, 255]],
    ['echo_int32', [-(2 ** 31), 0, 2 ** 31 - 1]],
    ['echo_uint32', [0, 2 ** 32 - 1]],
    ['echo_int64', [-(2n ** 63n), 0n, 2n ** 63n - 1n]],
    ['echo_uint64', [0n, 2n ** 64n - 1n]],
    ['echo_float', [0.5, -Infinity, NaN, Math.fround(0.1)]],
    ['echo_double', [0.1, Number.MAX_VALUE, -0, Infinity, NaN]],
    ['echo_bool', [true, false]],
    ['echo_string', ['', 'plain', 'zero \0 inside', 'Grüße, 世界 🌍', 'x'.repeat(1_000_000)]],
  ];
  for (const [name, values] of cases) {
    it(`${name} returns its argument`, async () => {
      for (const value of values)
        assert.ok(Object.is(await app[name](value), value), String(value));
    });
  }

  it('echo_bytes returns a copy of its argument', async () => {
    for (const size of [0, 1, 100_000]) {
      const bytes = new Uint8Array(size).map((_, i) => i * 7);
      const back = await app.echo_bytes(bytes);
      assert.deepEqual(back, bytes);
      assert.notEqual(back.buffer, bytes.buffer);
    }
    const part = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    assert.deepEqual(await app.echo_bytes(part), new Uint8Array([2, 3]));
    assert.deepEqual(await app.echo_bytes(Buffer.from('ab')), new Uint8Array([97, 98]));
  });

  it('views refer to memory that lives as long as the call', async () => {
    const calls = [1, 2, 3].map((i) =>
      app.join_views(`text ${i}`, new Uint8Array([i, i * 2]), i / 2),
    );
    assert.deepEqual(await Promise.all(calls), [
      'text 1:2:2:0.5',
      'text 2:2:4:1',
      'text 3:2:6:1.5',
    ]);
  });

  it('void becomes undefined', async () => {
    assert.equal(await app.nothing(), undefined);
    assert.equal(await app.nothing(undefined), undefined);
    assert.equal(await app.nothing({}), undefined);
  });

  it('a lone surrogate becomes U+FFFD, as wherever text is encoded', async () => {
    assert.equal(await app.echo_string('a\ud800b'), 'a\ufffdb');
  });
});

describe('wrong arguments', () => {
  const wrong = [
    [
      'echo_int32',
      [],
      /echo_int32\(value, options\?\) takes 1 argument and options, got 0 arguments/,
    ],
    ['echo_int32', [1, {}, 3], /takes 1 argument and options, got 3 arguments/],
    [
      'echo_int32',
      ['5'],
      /value must be an integer from -2147483648 to 2147483647, got the string "5"/,
    ],
    ['echo_int32', [1.5], /got the number 1.5/],
    ['echo_int32', [NaN], /got the number NaN/],
    ['echo_int32', [2 ** 31], /got the number 2147483648/],
    ['echo_uint32', [-1], /value must be an integer from 0 to 4294967295, got the number -1/],
    ['echo_int8', [128], /an integer from -128 to 127/],
    ['echo_int64', [5], /value must be a bigint of 64 bits, such as 1n, got the number 5/],
    ['echo_int64', [2n ** 63n], /got the bigint 9223372036854775808n/],
    ['echo_uint64', [-1n], /from 0n on, got the bigint -1n/],
    ['echo_double', [1n], /value must be a number, got the bigint 1n/],
    ['echo_bool', [0], /value must be a boolean, got the number 0/],
    ['echo_string', [null], /value must be a string, got null/],
    ['echo_string', [{}], /got an object \(Object\)/],
    ['echo_bytes', [[1, 2]], /value must be a Uint8Array, got an array/],
    ['echo_bytes', [new Uint16Array(1)], /got an object \(Uint16Array\)/],
    [
      'join_views',
      ['a', new Uint8Array(), '1'],
      /join_views\(text, bytes, number, options\?\): number must be a number/,
    ],
    ['nothing', [5], /options must be an object such as {signal}, got the number 5/],
    ['nothing', [{ signal: 5 }], /options.signal must be an AbortSignal, got the number 5/],
    ['nothing', [{ Signal: 5 }], /there is no option Signal, only signal/],
    ['main', ['one'], /args must be an array, got the string "one"/],
    ['main', [[1]], /args\[0\] must be a string, got the number 1/],
  ];
  for (const [name, args, message] of wrong) {
    it(`${name} says ${message.source}`, async () => {
      await assert.rejects(app[name](...args), (error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('run nothing and keep nothing', async () => {
    const before = await app.live_blocks();
    await assert.rejects(app.join_views('text', new Uint8Array(10), 'x'), TypeError);
    assert.equal(await app.live_blocks(), before);
  });
});

describe('errors', () => {
  it('carry kind, message and cause', async () => {
    const error = await errorOf(app.fail_with_cause('Grüße'));
    assert.ok(error instanceof WasioError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'WasioError');
    assert.equal(error.code, 'bad_data');
    assert.equal(error.message, 'Grüße');
    assert.ok(error.cause instanceof WasioError);
    assert.equal(error.cause.code, 'not_found');
    assert.equal(error.cause.message, 'the cause');
    assert.equal(error.cause.cause, undefined);
  });

  it('say where they were raised', async () => {
    const error = await errorOf(app.fail_with_cause('m'));
    assert.match(error.trace, /^bad_data: m\n {2}at .*fail_with_cause.*\(boundary\.cpp:\d+\)/);
    assert.match(error.trace, /because: not_found: the cause/);
  });

  it('have the code of a kind that the program defines', async () => {
    assert.equal((await errorOf(app.fail_own_kind())).code, 'bad_header');
  });

  it('of a group are an AggregateError too', async () => {
    const error = await errorOf(app.fail_in_group());
    assert.equal(error.code, 'group');
    assert.ok(error instanceof WasioError);
    assert.ok(error instanceof AggregateError);
    assert.deepEqual(
      error.errors.map(({ code, message }) => `${code}: ${message}`),
      ['closed: first', 'timed_out: second'],
    );
    assert.ok(error.errors.every((member) => member instanceof WasioError));
  });

  it('of a gather are the first error, which holds the later ones', async () => {
    const error = await errorOf(app.fail_in_gather());
    assert.equal(error.code, 'closed');
    assert.ok(!(error instanceof AggregateError));
    for (const later of [error.errors, error.others])
      assert.deepEqual(
        later.map(({ code }) => code),
        ['timed_out'],
      );
  });

  it('have the code task_cancelled if an awaited task was cancelled from inside', async () => {
    const {
      errors: [error],
    } = await errorOf(app.await_cancelled());
    assert.equal(error.code, 'task_cancelled');
    assert.equal(error.message, 'not needed any more');
  });

  it('leave nothing behind', async () => {
    await errorOf(app.fail_in_group());
    const before = await app.live_blocks();
    for (let i = 0; i < 100; ++i) {
      await errorOf(app.fail_in_group());
      await errorOf(app.fail_with_cause('m'));
    }
    assert.equal(await app.live_blocks(), before);
  });
});

describe('a signal', () => {
  it('C97: ends a call with its own reason, after the clean-up in C++', async () => {
    const controller = new AbortController();
    const reason = { any: 'value' };
    const before = await app.cleanup_count();
    const call = app.sleep_with_cleanup(60_000, { signal: controller.signal });
    await app.nothing();
    controller.abort(reason);
    assert.equal(await errorOf(call), reason);
    assert.equal(await app.cleanup_count(), before + 1);
  });

  it('has a DOMException as its reason if none was given', async () => {
    const call = errorOf(app.sleep_long({ signal: AbortSignal.timeout(5) }));
    assert.equal((await call).name, 'TimeoutError');
  });

  it('runs nothing inside abort()', async () => {
    const controller = new AbortController();
    let settled = false;
    const call = errorOf(app.sleep_long({ signal: controller.signal })).then(
      () => (settled = true),
    );
    await app.nothing();
    controller.abort();
    assert.equal(settled, false);
    await call;
  });

  it('that is already aborted lets a call run to its first checkpoint', async () => {
    const reason = new Error('too late');
    const options = { signal: AbortSignal.abort(reason) };
    assert.equal(await errorOf(app.sleep_long(options)), reason);
    assert.equal(await app.echo_int32(5, options), 5);
    assert.equal((await errorOf(app.fail_own_kind(options))).code, 'bad_header');
  });

  it('does not discard the value of a call that completed anyway', async () => {
    const controller = new AbortController();
    const call = app.finish_all_the_same({ signal: controller.signal });
    await app.nothing();
    controller.abort();
    assert.equal(await call, 7);
  });

  it('does nothing once the call is over', async () => {
    const controller = new AbortController();
    assert.equal(await app.echo_int32(1, { signal: controller.signal }), 1);
    controller.abort();
    assert.equal(await app.echo_int32(2), 2);
  });

  it('may have any reason: null, a string, a value that has no string form', async () => {
    for (const reason of [null, 'text', '', Symbol('odd'), Object.create(null), 0]) {
      const controller = new AbortController();
      const call = errorOf(app.sleep_long({ signal: controller.signal }));
      await app.nothing();
      controller.abort(reason);
      assert.equal(await call, reason);
    }
  });

  it('W8: keeps no listener after 10,000 calls that ended in every way', async () => {
    const { signal } = new AbortController();
    for (let round = 0; round < 100; ++round) {
      const calls = Array.from({ length: 50 }, () => [
        app.echo_int32(round, { signal }),
        errorOf(app.fail_own_kind({ signal })),
      ]);
      assert.equal(getEventListeners(signal, 'abort').length, 1);
      await Promise.all(calls.flat());
    }
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('shared by many calls ends them all', async () => {
    const controller = new AbortController();
    const calls = Array.from({ length: 100 }, () =>
      errorOf(app.sleep_long({ signal: controller.signal })),
    );
    await app.nothing();
    controller.abort('all');
    assert.deepEqual(new Set(await Promise.all(calls)), new Set(['all']));
  });
});

describe('dispose', () => {
  it('cancels all tasks, awaits their clean-up, and refuses later calls', async () => {
    const own = await freshApp();
    await own.leave_background_task();
    const call = errorOf(own.sleep_with_cleanup(60_000));
    await own.nothing();
    await own.dispose();
    const error = await call;
    assert.equal(error.code, 'task_cancelled');
    assert.equal(error.message, 'the app was disposed');
    assert.equal((await errorOf(own.nothing())).code, 'closed');
    await own.dispose();
  });

  it('resolves immediately if nothing runs, and is what `await using` calls', async () => {
    const own = await freshApp();
    await own[Symbol.asyncDispose]();
  });

  it('refuses calls made while it runs', async () => {
    const own = await freshApp();
    const call = errorOf(own.sleep_with_cleanup(60_000));
    await own.nothing();
    const disposed = own.dispose();
    assert.equal((await errorOf(own.nothing())).code, 'closed');
    await disposed;
    assert.equal((await call).code, 'task_cancelled');
  });
});

describe('the app', () => {
  it('has the exports as methods that work unbound', async () => {
    const { echo_int32: echo } = app;
    assert.equal(await echo(3), 3);
    assert.equal(echo.name, 'echo_int32');
  });

  it('runs main many times, also concurrently', async () => {
    assert.deepEqual(await Promise.all([app.main(), app.main(), app.main([])]), [0, 0, 0]);
  });

  it('C10: runs each call in a task named after the function', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [errorOf(app.sleep_long({ signal })), errorOf(app.main(['wait'], { signal }))];
    const tasks = await app.tasks();
    controller.abort();
    await Promise.all(calls);
    assert.match(tasks, /^#\d+ sleep_long waits for sleep at .*\n/);
    assert.match(tasks, /\n#\d+ main waits for .*\n/);
    assert.match(tasks, /\n#\d+ tasks runs/);
  });

  it('runs calls concurrently, in the order in which they were made', async () => {
    const order = [];
    await Promise.all([3, 1, 2].map((i) => app.echo_int32(i).then((value) => order.push(value))));
    assert.deepEqual(order, [3, 1, 2]);
  });
});
