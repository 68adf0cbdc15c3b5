// tally in Node over HTTP: as a program, and as functions that JavaScript calls.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepare } from '../../demos/tally/hosts.mjs';
import { build } from '../../tools/build.mjs';
import { serveFolder } from '../support/browser.mjs';
import { withGrowingLimit } from '../support/patience.mjs';
import { badServer } from './bad_server.mjs';
import { assertCounted, assertRefused, lastWords } from './checks.mjs';
import { reference } from './reference.mjs';
import { TEXTS } from './texts.mjs';

const TEXT = Buffer.from(TEXTS['chunks that end inside characters, shift 2']);

describe('tally over fetch', () => {
  const { handler, nextLost } = badServer(TEXT);
  /** @type {Awaited<ReturnType<typeof serveFolder>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof prepare>>} */
  let tally;
  /** @type {any} */
  let app;
  before(async () => {
    tally = await prepare('node');
    const program = path.join(await build('web', ['tally']), 'demos/tally/tally.node.mjs');
    app = await (await import(pathToFileURL(program).href)).load();
    server = await serveFolder(path.dirname(fileURLToPath(import.meta.url)), handler);
  });
  after(async () => {
    await app.dispose();
    await server.close();
  });

  const at = (/** @type {string} */ place) => new URL(place, server.url).href;

  for (const place of ['fine', 'slow', 'slow-unannounced']) {
    test(`counts /${place}`, async () => assertCounted(await tally({ url: at(place) }), TEXT));
  }

  /** @type {[string, RegExp, ...string[]][]} */
  const refused = [
    ['nowhere', /404/],
    ['broken', /500/],
    ['empty', /empty/],
    ['silent', /stalled/, '--stall', '500ms'],
    ['stalls', /stalled/, '--stall', '500ms'],
    ['resets', /connection broke|reset|terminated/],
    ['ends-early', /connection broke|closed|terminated/],
  ];
  for (const [place, why, ...options] of refused) {
    test(`refuses /${place}, with one line`, async () => {
      const ended = await tally({ url: at(place) }, options);
      assertRefused(ended, new RegExp(`/${place}: `), why);
    });
  }

  for (const url of ['http://127.0.0.1:9/', 'http://', 'nothing://here']) {
    test(`refuses ${url}`, async () => assertRefused(await tally({ url }), new RegExp(url)));
  }

  test('the limit ends a request that stalls', async () => {
    const lost = nextLost();
    const ended = await withGrowingLimit(
      500,
      (ms) => tally({ url: at('stalls') }, ['--limit', `${ms}ms`]),
      // It counted something, so the server has had the request.
      ({ stdout }) => /^ +[1-9]\d* bytes$/m.test(stdout),
    );
    assert.match(ended.stdout, /^PARTIAL: /);
    assert.match(lastWords(ended.stderr), /^tally: .*partial\n$/);
    assert.equal(ended.code, 1);
    assert.equal(await lost, '/stalls');
  });

  test('returns the report to JavaScript', async () => {
    assert.deepEqual(JSON.parse(await app.tally(at('fine'), 0)), reference(TEXT, 20));
  });

  test('rejects with the error', async () => {
    const rejected = (/** @type {string} */ code) => (/** @type {any} */ error) =>
      error instanceof Error && /** @type {any} */ (error).code === code;
    await assert.rejects(app.tally(at('nowhere'), 0), rejected('not_found'));
    await assert.rejects(app.tally(at('empty'), 0), rejected('bad_data'));
    await assert.rejects(app.tally(at('resets'), 0), rejected('io'));
  });

  test('marks a report partial when the limit made it', async () => {
    const report = await withGrowingLimit(
      300,
      async (ms) => JSON.parse(await app.tally(at('stalls'), ms)),
      ({ bytes }) => bytes > 0,
    );
    assert.equal(report.whole, false);
    assert.ok(report.bytes > 0 && report.bytes <= TEXT.length / 2);
  });

  test('reports its progress', async () => {
    let running = true;
    const counting = app.tally(at('slow'), 0).finally(() => (running = false));
    const seen = new Set();
    for (; running; await sleep(5)) {
      const { bytes, size } = JSON.parse(await app.progress());
      if (size === 0) continue; // not started yet, or finished
      assert.equal(size, TEXT.length);
      seen.add(bytes);
    }
    await counting;
    assert.ok(seen.size > 3, `only ${[...seen]}`);
    assert.deepEqual(JSON.parse(await app.progress()), { bytes: 0, size: 0 });
  });

  test('an abort rejects with its reason after the request is closed', async () => {
    const controller = new AbortController();
    const lost = nextLost();
    const counting = app.tally(at('stalls'), 0, { signal: controller.signal });
    while (JSON.parse(await app.progress()).bytes === 0) await sleep(5);
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(counting, (error) => error === reason);
    assert.equal(await lost, '/stalls');
    assert.deepEqual(JSON.parse(await app.progress()), { bytes: 0, size: 0 });
  });
});
