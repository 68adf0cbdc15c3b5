// The event loop on the host's queues.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaced } from '../support/replaced.mjs';
import { freshApp, runNode } from './program.mjs';

/**
 * Loads an app and counts every call into its wasm module.
 *
 * @returns {Promise<{app: any, entries: () => number}>}
 */
async function countedApp() {
  let entries = 0;
  const { instantiate } = WebAssembly;
  const instantiateCounted = async (module, imports) => {
    const { exports } = await instantiate(module, imports);
    const counted = Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? (...args) => (entries++, value(...args)) : value,
    ]);
    return { exports: Object.fromEntries(counted) };
  };
  return {
    app: await replaced(WebAssembly, 'instantiate', instantiateCounted, freshApp),
    entries: () => entries,
  };
}

/** Counts the calls of a host function while `body` runs. */
async function counting(name, body) {
  const original = globalThis[name];
  let calls = 0;
  await replaced(globalThis, name, (...args) => (calls++, original(...args)), body);
  return calls;
}

describe('W5: a burst', () => {
  it('is one microtask and one entry, however many tasks wake', async () => {
    for (const tasks of [1, 10, 300]) {
      const { app, entries } = await countedApp();
      const before = entries();
      let nextTask = false;
      const continued = await counting('setImmediate', async () => {
        setImmediate(() => (nextTask = true));
        await app.wake_at_once(tasks);
      });
      // A slow machine needs more than one burst; the first call of setImmediate is this test's.
      const more = continued - 1;
      assert.equal(nextTask, more > 0, `${tasks} tasks`);
      // Allocating the arguments, the call, and each burst.
      assert.equal(entries() - before, 3 + more, `${tasks} tasks`);
    }
  });

  it('serves all calls that were made before it', async () => {
    const { app, entries } = await countedApp();
    const before = entries();
    const continued = await counting('setImmediate', () =>
      Promise.all([app.echo_int32(1), app.echo_int32(2), app.echo_int32(3)]),
    );
    assert.equal(entries() - before, 7 + continued);
  });

  it('that has used up its time continues in a task of its own, after timers and input', async () => {
    const app = await freshApp();
    const controller = new AbortController();
    let ticks = 0;
    // A loop that kept the thread would starve the timer and run to its end.
    const timer = setInterval(() => ++ticks === 4 && controller.abort('four'), 1);
    const call = app.churn(60_000, { signal: controller.signal });
    await assert.rejects(call, (reason) => reason === 'four');
    clearInterval(timer);
  });

  it('whose steps become long checks the clock every 64 steps', async () => {
    const app = await freshApp();
    // Within 256 steps the clock shows that they are long now; then 192 of them fill a slice, with
    // two checks before its end.
    const continued = await counting('setImmediate', () => app.slow_down(10_000, 1920, 0.05));
    assert.ok(continued >= Math.floor((1920 - 256) / 192), `${continued} more bursts`);
  });

  it('that waits only for time makes no entry', async () => {
    const { app, entries } = await countedApp();
    const controller = new AbortController();
    const call = app.sleep_long({ signal: controller.signal });
    await sleep(10);
    const before = entries();
    await sleep(50);
    assert.equal(entries(), before);
    controller.abort();
    await assert.rejects(call);
  });
});

/** The order in which twenty sleeps ended, as soon as the machine lets all of them begin in time. */
async function sleepAll(app) {
  for (;;) {
    const order = await app.sleep_all(20);
    if (order !== 'late') return order;
  }
}

describe('timers', () => {
  it('W1, W2: none is early, and they fire in order, also below 4 ms', async () => {
    const app = await freshApp();
    for (let round = 0; round < 10; ++round) {
      assert.equal(await sleepAll(app), 'abcdefghijklmnopqrst');
    }
  });

  it('share one timer of the host', async () => {
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
    // One when they start, and another when the first of them is cancelled, before the burst that
    // ends them all.
    assert.ok(set <= 2, `${set} timers`);
  });

  it('beyond the range of setTimeout are set again, and are not early', async () => {
    const delays = [];
    const app = await freshApp();
    const original = globalThis.setTimeout;
    globalThis.setTimeout = (callback, delay) => {
      delays.push(delay);
      // As if the maximum delay had passed; the program's clock shows that it has not.
      return original(callback, delays.length < 3 ? 0 : delay);
    };
    const controller = new AbortController();
    let ended = false;
    const call = app.sleep_long({ signal: controller.signal }).catch(() => (ended = true));
    while (delays.length < 3) await sleep(1);
    globalThis.setTimeout = original;
    assert.equal(ended, false);
    assert.deepEqual(delays, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
    controller.abort();
    await call;
  });

  it('W4: Node exits as soon as nothing waits', async () => {
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
