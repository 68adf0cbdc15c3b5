// A program that aborts: every call reports it.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { WasioError, freshApp, runNode } from './program.mjs';

/** The errors that these calls are rejected with. */
async function errorsOf(calls) {
  const settled = await Promise.allSettled(calls);
  return settled.map(({ status, reason }) => (status === 'rejected' ? reason : status));
}

describe('a panic', () => {
  it('C98: rejects every pending and every later call with one error that says why', async () => {
    const app = await freshApp();
    const { signal } = new AbortController();
    const pending = [
      app.sleep_long({ signal }),
      app.sleep_with_cleanup(60_000),
      app.give_up('out of luck'),
    ];
    const errors = await errorsOf(pending);
    assert.ok(errors[0] instanceof WasioError);
    assert.equal(errors[0].code, 'trap');
    assert.match(errors[0].message, /out of luck/);
    assert.match(errors[0].message, /give_up.*boundary\.cpp:\d+/);
    assert.ok(errors[0].cause instanceof WebAssembly.RuntimeError);
    assert.equal(new Set(errors).size, 1);
    assert.deepEqual(
      new Set(await errorsOf([app.nothing(), app.echo_int32(1)])),
      new Set([errors[0]]),
    );
    assert.equal(getEventListeners(signal, 'abort').length, 0);
    await app.dispose();
  });

  it('does not affect another app', async () => {
    const [broken, whole] = [await freshApp(), await freshApp()];
    const sleeping = whole.sleep_with_cleanup(20);
    await errorsOf([broken.give_up('alone')]);
    await sleeping;
    assert.equal(await whole.echo_int32(4), 4);
  });

  it('does not block a dispose that is running', async () => {
    const app = await freshApp();
    const call = errorsOf([app.give_up('first')]);
    await app.dispose();
    assert.ok((await call)[0] instanceof WasioError);
  });

  it('does not keep Node alive', async () => {
    const { code, output } = await runNode({
      code: `
        const app = await load();
        app.sleep_long().catch(({ code }) => console.log('sleeper', code));
        await app.give_up('enough').catch(({ code }) => console.log('panic', code));`,
    });
    assert.equal(output, 'sleeper trap\npanic trap\n');
    assert.equal(code, 0);
  });
});

describe('a stack overflow', () => {
  it('is a trap like any other', async () => {
    const app = await freshApp();
    const [error] = await errorsOf([app.overflow_stack(100_000_000)]);
    assert.equal(error.code, 'trap');
  });
});
