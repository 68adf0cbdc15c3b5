// The same boundary in a page of real Chromium, under a strict content security policy.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';
import { launchBrowser, serveFolder } from '../support/browser.mjs';
import { program } from './program.mjs';

const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

const WORKER = `
  import { load } from '/boundary.mjs';
  const app = await load();
  await app.sleep_in_a_row(2, 1);
  postMessage(await app.echo_string('from a worker'));
`;

let server;
let chromium;
/** @type {import('puppeteer-core').Page} */
let page;
let problems;
/** Emits the response of a request of /silent, which never ends. */
const silent = new EventEmitter();
/** The response of which only the half comes. @type {import('node:http').ServerResponse} */
let half;

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function answer(request, response) {
  if (request.url === '/page/') {
    response.setHeader('content-type', 'text/html').setHeader('content-security-policy', POLICY);
    response.end('<!doctype html><title>Test</title>');
  } else if (request.url === '/page/text') {
    response.end('relative to the page');
  } else if (request.url === '/worker-of-the-test.mjs') {
    response.setHeader('content-type', 'text/javascript');
    response.end(WORKER);
  } else if (request.url === '/silent') {
    silent.emit('request', response);
  } else if (request.url === '/breaks') {
    half = response.setHeader('content-length', 1000);
    half.write('half');
  } else if (request.url === '/break') {
    half.destroy();
    response.end();
  } else {
    return false;
  }
  return true;
}

before(async () => {
  server = await serveFolder(program.folder, answer);
  chromium = await launchBrowser();
  page = await chromium.browser.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(`${server.url}page/`);
  await page.evaluate(async () => {
    window.js = await import('/boundary.mjs');
    window.app = await window.js.load();
  });
});
after(async () => {
  await chromium?.close();
  await server?.close();
});

describe('in Chromium', () => {
  it('exports return values, and fail with codes', async () => {
    const seen = await page.evaluate(async () => [
      await app.echo_string('Grüße 🌍'),
      String(await app.echo_uint64(2n ** 64n - 1n)),
      [...(await app.echo_bytes(new Uint8Array([1, 2])))],
      await app
        .fail_in_group()
        .catch((e) => [e instanceof js.WasioError, e instanceof AggregateError, e.code]),
      await app.echo_int32('1').catch((e) => e.message),
    ]);
    assert.deepEqual(seen, [
      'Grüße 🌍',
      '18446744073709551615',
      [1, 2],
      [true, true, 'group'],
      'echo_int32(value, options?): value must be an integer from -2147483648 to 2147483647, got the string "1"',
    ]);
  });

  it('main prints to the console line by line, also a last line without a line end', async () => {
    const lines = [];
    const note = (message) => lines.push(`${message.type()} ${message.text()}`);
    page.on('console', note);
    assert.equal(await page.evaluate(() => app.main(['one', 'zwö\nthree'])), 2);
    assert.equal(await page.evaluate(() => app.print_without_end('the end')), undefined);
    page.off('console', note);
    assert.deepEqual(lines, ['log one', 'log zwö', 'log three', 'log the end']);
  });

  it('standard input is at its end', async () => {
    assert.equal(await page.evaluate(() => app.main(['cat'])), 0);
  });

  it('fetches relative to the page', async () => {
    assert.match(await page.evaluate(() => app.digest('text', 100)), /^20 /);
  });

  it('a cancel aborts the request, and the server sees it', async () => {
    const requested = once(silent, 'request');
    await page.evaluate(() => {
      window.controller = new AbortController();
      const { signal } = window.controller;
      window.call = app.head_of('/silent', 'x', { signal }).catch((error) => error);
    });
    const [response] = await requested;
    const closed = once(response, 'close');
    const reason = await page.evaluate(() => (window.controller.abort('enough'), window.call));
    assert.equal(reason, 'enough');
    await closed;
  });

  it('a connection that breaks halfway is an io error that says so', async () => {
    const [code, message] = await page.evaluate(async () => {
      // The connection breaks when the half has been read.
      const prototype = ReadableStreamDefaultReader.prototype;
      const { read } = prototype;
      prototype.read = async function () {
        const result = await read.call(this);
        if (result.value) await fetch('/break');
        return result;
      };
      try {
        return await app.digest('/breaks', 10).catch((e) => [e.code, e.message]);
      } finally {
        prototype.read = read;
      }
    });
    assert.equal(code, 'io');
    assert.match(message, /\/breaks: the connection broke after 4 bytes: /);
  });

  it('a missing server is connection_failed', async () => {
    const code = await page.evaluate(() =>
      app.digest('http://127.0.0.1:1/', 10).catch((e) => e.code),
    );
    assert.equal(code, 'connection_failed');
  });

  it('W1: no timer is early, and short ones are not clamped to 4 ms', async () => {
    const order = await page.evaluate(async () => {
      for (;;) {
        const order = await app.sleep_all(20);
        if (order !== 'late') return order;
      }
    });
    assert.equal(order, 'abcdefghijklmnopqrst');
    const least = await page.evaluate(async (hangs) => {
      let least = Infinity;
      // Clamped, they never take less than 200 ms; only a busy machine needs more than one round.
      for (const end = performance.now() + hangs; least >= 190 && performance.now() < end; ) {
        const start = performance.now();
        await app.sleep_in_a_row(50, 1);
        least = Math.min(least, performance.now() - start);
      }
      return least;
    }, PROGRAM_HANGS_MS);
    assert.ok(least >= 50 && least < 190, `50 sleeps of 1 ms took ${least} ms`);
  });

  it('W6: a busy program lets frames, timers and input have their turns', async () => {
    const ended = await page.evaluate(async () => {
      const controller = new AbortController();
      const counts = { frames: 0, timers: 0 };
      const count = (name) => {
        counts[name]++;
        if (counts.frames > 10 && counts.timers > 10) controller.abort('enough');
      };
      const { signal } = controller;
      const frame = () => signal.aborted || (count('frames'), requestAnimationFrame(frame));
      const timer = () => signal.aborted || (count('timers'), setTimeout(timer, 5));
      frame();
      timer();
      return app.churn(60_000, { signal }).catch((reason) => reason);
    });
    assert.equal(ended, 'enough', 'it was not busy for a minute without a frame or timer');
  });

  it('a missing wasm file is a LoadError', async () => {
    const seen = await page.evaluate(() =>
      js.load('/none.wasm').catch((e) => [e instanceof js.LoadError, e.message]),
    );
    assert.equal(seen[0], true);
    assert.match(
      seen[1],
      /none\.wasm cannot be loaded: the server answered 404 Not Found \(text\/html\)/,
    );
  });

  it('a worker can load it too', async () => {
    const value = await page.evaluate(async () => {
      const { promise, resolve } = Promise.withResolvers();
      const worker = new Worker('/worker-of-the-test.mjs', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => resolve(event.message);
      return promise;
    });
    assert.equal(value, 'from a worker');
  });

  it('no page error went unnoticed', () => assert.deepEqual(problems, []));
});
