// The loop on the host's queues.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { freshApp, load, runNode, wasmBytes } from './program.mjs';

/**
 * An app of which every call into wasm is counted.
 *
 * @returns {Promise<{app: any, entries: () => number}>}
 */
async function countedApp() {
  let entries = 0;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (module, imports) => {
    const { exports } = await instantiate(module, imports);
    const counted = Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? (...args) => (entries++, value(...args)) : value,
    ]);
    return { exports: Object.fromEntries(counted) };
  };
  try {
    return { app: await load(new Uint8Array(wasmBytes)), entries: () => entries };
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

/** How often a function of the host is called while `body` runs. */
async function counting(name, body) {
  const original = globalThis[name];
  let calls = 0;
  globalThis[name] = (...args) => (calls++, original(...args));
  try {
    await body();
  } finally {
    globalThis[name] = original;
  }
  return calls;
}

describe('W5: a burst', { timeout: 120_000 }, () => {
  it('is one microtask and one entry, however many tasks wake', async () => {
    for (const tasks of [1, 10, 300]) {
      const { app, entries } = await countedApp();
      const before = entries();
      let microtasks = 0;
      const continued = await counting('setImmediate', async () => {
        microtasks = await counting('queueMicrotask', () => app.wake_at_once(tasks));
      });
      assert.equal(microtasks, 1, `${tasks} tasks`);
      // Room for the arguments, the call, and each burst; a slow machine needs more than one.
      assert.equal(entries() - before, 3 + continued, `${tasks} tasks`);
    }
  });

  it('serves all calls that were made before it', async () => {
    const { app, entries } = await countedApp();
    const before = entries();
    const microtasks = await counting('queueMicrotask', () =>
      Promise.all([app.echo_int32(1), app.echo_int32(2), app.echo_int32(3)]),
    );
    assert.equal(microtasks, 1);
    assert.equal(entries() - before, 7);
  });

  it('that has used up its time goes on in a task of its own, after timers and input', async () => {
    const app = await freshApp();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const steps = await app.churn(200);
    clearInterval(timer);
    assert.ok(steps > 1000, `${steps} steps`);
    // A loop that kept the thread would let none through.
    assert.ok(ticks >= 4, `${ticks} timers in 200 ms`);
  });

  it('whose steps become long is looked after at every 64 of them', async () => {
    const app = await freshApp();
    // The clock tells within 256 steps that they are long now; then 192 of them fill a slice, with
    // two looks before.
    const continued = await counting('setImmediate', () => app.slow_down(10_000, 1920, 0.05));
    assert.ok(continued >= Math.floor((1920 - 256) / 192), `${continued} bursts more`);
  });

  it('that waits for nothing but time makes no entry', async () => {
    const { app, entries } = await countedApp();
    const controller = new AbortController();
    const call = app.sleep_long({ signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const before = entries();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(entries(), before);
    controller.abort();
    await assert.rejects(call);
  });
});

describe('timers', { timeout: 120_000 }, () => {
  it('W1, W2: none is early, and they ring in order, under 4 ms too', async () => {
    const app = await freshApp();
    for (let round = 0; round < 10; ++round) {
      assert.equal(await app.sleep_all(20), 'abcdefghijklmnopqrst');
    }
  });

  it('are one of the host for all that sleep', async () => {
    const app = await freshApp();
    const controller = new AbortController();
    const set = await counting('setTimeout', async () => {
      const sleepers = Array.from({ length: 100 }, () =>
        app.sleep_long({ signal: controller.signal }),
      );
      await app.nothing();
      controller.abort();
      await Promise.allSettled(sleepers);
    });
    // One when they begin; another when the first of them is cancelled, before the burst that ends
    // them.
    assert.ok(set <= 2, `${set} timers`);
  });

  it('further away than setTimeout can count are set again, not early', async () => {
    const delays = [];
    const app = await freshApp();
    const original = globalThis.setTimeout;
    globalThis.setTimeout = (callback, delay) => {
      delays.push(delay);
      // As if the longest time had passed; the program's clock knows better.
      return original(callback, delays.length < 3 ? 0 : delay);
    };
    const controller = new AbortController();
    let ended = false;
    const call = app.sleep_long({ signal: controller.signal }).catch(() => (ended = true));
    await new Promise((resolve) => original(resolve, 50));
    globalThis.setTimeout = original;
    assert.equal(ended, false);
    assert.deepEqual(delays, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
    controller.abort();
    await call;
  });

  it('W4: Node exits as soon as nothing waits any more', async () => {
    const { code, output } = await runNode({
      code: `
        const app = await load();
        console.log(await app.move_on_from_long_sleep());
        const controller = new AbortController();
        const call = app.sleep_long({ signal: controller.signal });
        setTimeout(() => controller.abort('enough'), 5);
        await call.catch((reason) => console.log(reason));`,
    });
    assert.equal(output, 'false\nenough\n');
    assert.equal(code, 0);
  });
});
