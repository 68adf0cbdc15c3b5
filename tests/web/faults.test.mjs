// Failures stay where they belong: whatever the page does inside an import of the table, one
// operation fails, and the rest of the app continues. Each test injects one failure; together they
// cover every import.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { IMPORTS } from '../../web/js/abi.mjs';
import { replaced } from '../support/replaced.mjs';
import { freshCrossing } from './crossing.mjs';
import { errorOf, freshApp, program, runNode, WasioError } from './program.mjs';

/** The imports that some test has made fail. @type {Set<string>} */
const covered = new Set();

/** Those that call nothing that could fail: they take a value out of a table, or note a number. */
const SAFE = ['drop_value', 'exit'];

/** What a call is rejected with, in a list: `await` would look at a hostile one. @param {Promise<any>} call */
const rejectionOf = (call) => call.then(() => [], (reason) => [reason]);

/** @returns {never} */
const broken = () => {
  throw new Error('broken by the page');
};
const forever = () => new Promise(() => {});

/**
 * A failure in an import: it must leave the app, and a call that was under way, as they were.
 * @param {string[]} imports @param {string} what
 * @param {(app: any) => Promise<void>} inject
 */
function injected(imports, what, inject) {
  for (const name of imports) covered.add(name);
  it(`${imports.join(', ')}: ${what}`, async () => {
    const app = await freshCrossing();
    const other = app.nap(0.05);
    await inject(app);
    await other;
    assert.equal(await app.echo('still there'), 'still there');
    await app.dispose();
  });
}

describe('W13: the loop', () => {
  for (const [what, clock] of [
    ['throws', broken],
    ['is NaN', () => NaN],
    ['is infinite', () => Infinity],
    ['is no number', () => 10n],
  ]) {
    injected(['now'], `a clock that ${what}: sleeps go by the other one`, async (app) => {
      await replaced(performance, 'now', clock, () => app.nap(0.01));
    });
  }

  injected(['request_turn'], 'a then that throws', async (app) => {
    let call;
    // The call requests its turn at once.
    replaced(Promise.prototype, 'then', broken, () => (call = app.echo('x')));
    const { then } = Object.getPrototypeOf(Promise.resolve());
    assert.equal(typeof then, 'function');
    assert.equal(await call, 'x');
  });

  injected(['set_alarm'], 'timers that throw: the program looks at its clock instead', async (app) => {
    await replaced(globalThis, 'setTimeout', broken, () => app.nap(0.01));
  });
  injected(['set_alarm'], 'a timer that never rings is cancelled like any other', async (app) => {
    const controller = new AbortController();
    const fresh = await freshCrossing();
    const call = replaced(globalThis, 'setTimeout', () => 0, () =>
      errorOf(fresh.nap(0.01, { signal: controller.signal })),
    );
    await sleep(30);
    controller.abort('enough');
    assert.equal(await call, 'enough');
    await fresh.dispose();
    await app.echo('x');
  });
  injected(['set_alarm'], 'a timer that rings twice, and once more after dispose', async () => {
    const rings = [];
    const fresh = await freshCrossing();
    const set = globalThis.setTimeout;
    await replaced(
      globalThis,
      'setTimeout',
      (callback, delay) => {
        rings.push(callback);
        return set(() => (callback(), callback()), delay);
      },
      () => fresh.nap(0.005),
    );
    await fresh.dispose();
    for (const ring of rings) ring();
  });
  injected(['set_alarm'], 'a clearTimeout that throws', async (app) => {
    const controller = new AbortController();
    const call = errorOf(app.nap(60, { signal: controller.signal }));
    await replaced(globalThis, 'clearTimeout', broken, async () => {
      controller.abort('enough');
      assert.equal(await call, 'enough');
    });
  });
});

describe('W13: output', () => {
  injected(['write'], 'a stream that throws', async (app) => {
    await replaced(process.stdout, 'write', broken, async () => {
      const error = await errorOf(app.say('x\n'));
      assert.equal(error.code, 'io');
      assert.match(error.message, /broken by the page/);
    });
  });
  injected(['write'], 'a stream that fails', async (app) => {
    const failing = (_, done) => setTimeout(() => done(Object.assign(new Error('gone'), { code: 'EPIPE' })), 1);
    await replaced(process.stdout, 'write', failing, async () => {
      assert.equal((await errorOf(app.say('x\n'))).code, 'closed');
    });
  });
  injected(['write'], 'a stream that answers twice, late, and after dispose', async () => {
    const app = await freshCrossing();
    const answers = [];
    await replaced(process.stdout, 'write', (_, done) => answers.push(done), async () => {
      const call = app.say('x\n');
      while (answers.length === 0) await sleep(1);
      answers[0]();
      answers[0](new Error('again'));
      await call;
      const controller = new AbortController();
      const hanging = errorOf(app.say('y\n', { signal: controller.signal }));
      while (answers.length === 1) await sleep(1);
      controller.abort('enough');
      assert.equal(await hanging, 'enough');
    });
    await app.echo('x');
    const disposed = app.dispose();
    for (const answer of answers) answer();
    await disposed;
    for (const answer of answers) answer(new Error('late'));
  });

  injected(['report'], 'a standard error that throws: the trap is reported anyway', async () => {
    const app = await freshApp();
    await replaced(process.stderr, 'write', broken, async () => {
      const error = await errorOf(app.give_up('out of luck'));
      assert.equal(error.code, 'trap');
      assert.match(error.message, /out of luck\n {2}at .*give_up.*boundary\.cpp:\d+/);
    });
  });
});

describe('W13: requests', () => {
  const hostile = new Proxy(() => {}, { get: broken, getPrototypeOf: broken, has: broken });
  const failures = {
    'a fetch that throws': broken,
    'a fetch that rejects with nothing': () => Promise.reject(),
    'a fetch that rejects with a hostile value': () => Promise.reject(hostile),
    'a fetch that rejects with causes in a circle': () => {
      const error = new Error('round');
      error.cause = error;
      return Promise.reject(error);
    },
    'a fetch that resolves with nothing': async () => undefined,
    'a fetch that resolves with half a response': async () => ({ ok: true, status: 200, json: async () => ({}) }),
    'a response whose headers throw': async () => ({ status: 200, url: 'u', headers: { get: broken } }),
    'a thenable that throws': () => ({ then: broken }),
  };
  for (const [what, fetch] of Object.entries(failures)) {
    injected(['fetch'], what, async (app) => {
      const error = await replaced(globalThis, 'fetch', fetch, () => errorOf(app.drain('http://x/')));
      assert.ok(error instanceof WasioError, String(error));
      assert.ok(['connection_failed', 'io'].includes(error.code), error.code);
    });
  }
  injected(['fetch'], 'an AbortController that cannot be made', async (app) => {
    const error = await replaced(globalThis, 'AbortController', broken, () => errorOf(app.drain('http://x/')));
    assert.equal(error.code, 'io');
  });
  injected(['fetch'], 'a fetch that answers twice', async (app) => {
    const response = () => new Response('abc');
    const twice = () => ({
      then(resolve, reject) {
        resolve(response());
        resolve(response());
        reject(new Error('both'));
      },
    });
    assert.equal(await replaced(globalThis, 'fetch', twice, () => app.drain('http://x/')), '3 294');
  });

  injected(['abort_fetch'], 'a fetch that ignores its signal, and answers after the end', async () => {
    const app = await freshCrossing();
    let answer;
    const deaf = () => new Promise((resolve) => (answer = resolve));
    await replaced(globalThis, 'fetch', deaf, async () => {
      const controller = new AbortController();
      const call = errorOf(app.drain('http://x/', { signal: controller.signal }));
      await app.echo('x');
      controller.abort('enough');
      assert.equal(await call, 'enough');
      answer(new Response('late'));
      await sleep(5);
      await app.dispose();
      answer(new Response('later'));
    });
  });
  injected(['abort_fetch'], 'an abort that throws', async (app) => {
    await replaced(globalThis, 'fetch', forever, async () => {
      const controller = new AbortController();
      const call = errorOf(app.drain('http://x/', { signal: controller.signal }));
      await app.echo('x');
      const { abort } = AbortController.prototype;
      let first = true;
      const once = function (...args) {
        if (!first) broken();
        first = false;
        return abort.apply(this, args);
      };
      await replaced(AbortController.prototype, 'abort', once, async () => {
        controller.abort('enough');
        assert.equal(await call, 'enough');
      });
    });
  });
});

describe('W13: bodies', () => {
  const bodyOf = (read, cancel = async () => {}) => ({
    status: 200,
    url: 'http://x/',
    headers: new Headers(),
    body: { getReader: () => ({ read, cancel, closed: forever() }) },
  });
  const failures = {
    'a read that throws': [broken, 'io'],
    'a read that rejects': [() => Promise.reject(new Error('cut')), 'io'],
    'a read that resolves with nothing': [async () => null, undefined],
    'a chunk that is a string': [async () => ({ value: 'hello' }), 'bad_data'],
    'a chunk that is an object': [async () => ({ value: { length: 5 } }), 'bad_data'],
  };
  for (const [what, [read, code]] of Object.entries(failures)) {
    injected(['read'], what, async (app) => {
      const fetch = async () => bodyOf(read);
      const outcome = await replaced(globalThis, 'fetch', fetch, () =>
        app.drain('http://x/').catch((error) => error),
      );
      if (code) assert.equal(outcome.code, code);
      else assert.equal(outcome, '0 0');
    });
  }
  injected(['read', 'forget_read', 'close_source'], 'a read that never ends, answers late, and twice', async () => {
    const app = await freshCrossing();
    const answers = [];
    const read = () => ({ then: (resolve) => answers.push(resolve) });
    await replaced(globalThis, 'fetch', async () => bodyOf(read), async () => {
      const controller = new AbortController();
      const call = errorOf(app.drain('http://x/', { signal: controller.signal }));
      while (answers.length === 0) await sleep(1);
      controller.abort('enough');
      assert.equal(await call, 'enough');
      for (const answer of [...answers, ...answers]) answer({ value: new Uint8Array([1]) });
      await sleep(5);
      await app.dispose();
      for (const answer of answers) answer({ value: new Uint8Array([1]) });
    });
  });
  injected(['close_source'], 'an abort that throws when the body is closed', async (app) => {
    const read = async () => ({ value: 5 });
    await replaced(globalThis, 'fetch', async () => bodyOf(read), async () => {
      await replaced(AbortController.prototype, 'abort', broken, async () => {
        assert.equal((await errorOf(app.drain('http://x/'))).code, 'bad_data');
      });
    });
  });
  injected(['read', 'forget_read'], 'a standard input that throws', async () => {
    const { code, output } = await runNode({
      code: `
        Object.defineProperty(process, 'stdin', { get() { throw new Error('no input'); } });
        const app = await load();
        const error = await app.main(['cat']).catch((error) => error);
        console.log(error.code, error.message);
        console.log(await app.echo_int32(3));`,
    });
    assert.equal(output, 'io standard input: no input\n3\n');
    assert.equal(code, 0);
  });
});

describe('W13: files', () => {
  let folder;
  let file;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'wasio-faults-'));
    file = path.join(folder, 'abc');
    await writeFile(file, 'abc');
  });
  after(() => rm(folder, { recursive: true }));

  const { open } = fs.promises;
  const withOpen = async (replacement, body) => {
    fs.promises.open = replacement;
    syncBuiltinESMExports();
    try {
      return await body();
    } finally {
      fs.promises.open = open;
      syncBuiltinESMExports();
    }
  };
  for (const [what, replacement] of Object.entries({
    'an open that throws': broken,
    'an open that rejects': () => Promise.reject(new Error('no')),
    'an open that resolves with nothing': async () => undefined,
  })) {
    injected(['open_file'], what, async (app) => {
      const error = await withOpen(replacement, () => errorOf(app.drain(file)));
      assert.equal(error.code, 'io');
    });
  }
  injected(['open_file', 'close_source'], 'an open that ends after its cancel: the file is closed', async (app) => {
    let answer;
    const controller = new AbortController();
    const call = withOpen(
      () => new Promise((resolve) => (answer = resolve)),
      () => errorOf(app.drain(file, { signal: controller.signal })),
    );
    while (!answer) await sleep(1);
    controller.abort('enough');
    assert.equal(await call, 'enough');
    const handle = await open(file);
    const closed = new Promise((resolve) => handle.on('close', resolve));
    answer(handle);
    answer(handle);
    await closed;
  });
});

describe('W13, W14: calls', () => {
  injected(['resolve'], 'a text longer than strings can be', async (app) => {
    const error = await errorOf(app.filled(2 ** 29 + 100));
    assert.ok(error instanceof WasioError);
    assert.equal(error.code, 'bad_data');
    assert.match(error.message, /filled: the result cannot become a value of JavaScript/);
  });
  injected(['resolve'], 'a decoder that throws, and works again', async (app) => {
    const text = 'longer than sixteen bytes';
    const { decode } = TextDecoder.prototype;
    let thrown = false;
    const once = function (...args) {
      if (!thrown) {
        thrown = true;
        broken();
      }
      return decode.apply(this, args);
    };
    await replaced(TextDecoder.prototype, 'decode', once, async () => {
      assert.equal((await errorOf(app.echo(text))).code, 'bad_data');
      assert.equal(await app.echo(text), text);
    });
  });
  injected(['resolve'], 'an encoder that throws: nothing runs, and nothing is kept', async (app) => {
    const before = await app.live_blocks();
    await replaced(TextEncoder.prototype, 'encodeInto', broken, async () => {
      assert.match((await errorOf(app.echo('ä'.repeat(50)))).message, /broken by the page/);
    });
    assert.equal(await app.live_blocks(), before);
  });
  injected(['reject'], 'W14: hostile reasons come back by identity, and nothing else sees them', async (app) => {
    const reasons = [
      Object.assign(new Error(), { message: Symbol('m') }),
      new Proxy({}, { get: broken, getPrototypeOf: broken }),
      { get message() { return broken(); } },
      { toString: broken, name: 5 },
      Symbol('s'),
      10n,
    ];
    for (const reason of reasons) {
      const controller = new AbortController();
      const calls = [1, 2].map(() => rejectionOf(app.nap(60, { signal: controller.signal })));
      await app.echo('x');
      controller.abort(reason);
      for (const call of calls) assert.ok((await call)[0] === reason);
    }
  });
  injected(['reject'], 'a signal whose reason cannot be looked at', async (app) => {
    const controller = new AbortController();
    const thrown = new Error('of the getter');
    const call = errorOf(app.nap(60, { signal: controller.signal }));
    Object.defineProperty(controller.signal, 'reason', { get() { throw thrown; } });
    controller.abort();
    assert.equal(await call, thrown);
  });
  injected(['reject'], 'a signal that cannot be watched: the call is refused', async (app) => {
    const { signal } = new AbortController();
    Object.defineProperty(signal, 'addEventListener', { value: broken });
    assert.match((await errorOf(app.nap(60, { signal }))).message, /broken by the page/);
  });

  it('W13: exhausted memory fails a call with arguments, and cancels still work', async () => {
    const app = await freshCrossing();
    await replaced(WebAssembly.Memory.prototype, 'grow', broken, async () => {
      const controller = new AbortController();
      const hoard = errorOf(app.hoard(60, { signal: controller.signal }));
      await app.live_blocks();
      for (const size of [100, 1000, 100_000]) {
        const error = await errorOf(app.echo('x'.repeat(size)));
        assert.equal(error.code, 'out_of_memory', `${size}: ${error.message}`);
      }
      const error = await errorOf(app.drain('http://127.0.0.1:1/'));
      assert.equal(error.code, 'out_of_memory');
      controller.abort('give it back');
      assert.equal(await hoard, 'give it back');
      assert.equal(await app.echo('x'.repeat(1000)), 'x'.repeat(1000));
    });
  });
});

describe('the end of an app', () => {
  it('W16: leaves no port behind: Node exits after dispose of the build for pages', async () => {
    const page = new URL('boundary.mjs', pathToFileURL(program.module)).href;
    const { code, output } = await runNode({
      code: `
        import { readFile } from 'node:fs/promises';
        import { load as loadInPage } from ${JSON.stringify(page)};
        const wasm = new URL('boundary.wasm', ${JSON.stringify(page)});
        const app = await loadInPage(await readFile(wasm));
        await app.sleep_in_a_row(2, 2);
        await app.dispose();
        console.log('disposed');`,
    });
    assert.equal(output, 'disposed\n');
    assert.equal(code, 0);
  });
});

describe('the table of imports', () => {
  it('has none that no test has made fail', () => {
    const names = Object.values(IMPORTS).flatMap((group) => Object.keys(group));
    assert.deepEqual(
      names.filter((name) => !covered.has(name) && !SAFE.includes(name)),
      [],
    );
  });
});
