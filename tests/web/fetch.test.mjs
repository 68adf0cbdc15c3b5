// fetch and open_source over real connections, good and bad.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { serve } from '../../tools/serve.mjs';
import { replaced } from '../support/replaced.mjs';
import * as program from './program.mjs';
import { WasioError, freshApp, runNode } from './program.mjs';

const app = await freshApp();
const big = Buffer.from(
  Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i + (i >> 8)) & 0xff),
);

/** What `digest` returns for these bytes. @param {Uint8Array} bytes */
function digestOf(bytes) {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return `${bytes.length} ${hash}`;
}

/** The WasioError that a call is rejected with. */
async function errorOf(call) {
  const error = await program.errorOf(call);
  assert.ok(error instanceof WasioError, String(error));
  return error;
}

/** A server whose paths answer well or badly. `requests` are those that it received. */
class Server {
  /** @type {{url: string, closed: Promise<void>, sent: () => number}[]} */
  requests = [];
  #answers = {
    '/big': (response) => {
      response.setHeader('content-length', big.length);
      response.end(big);
    },
    '/chunked': (response) => response.end(big.subarray(0, 100_000)),
    '/gzip': (response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('compressed'));
    },
    '/empty': (response) => response.end(),
    '/no-content': (response) => response.writeHead(204).end(),
    '/missing': (response) => response.writeHead(404).end('no'),
    '/secret': (response) => response.writeHead(403).end('no'),
    '/broken': (response) => response.writeHead(500).end('no'),
    '/moved': (response) => response.writeHead(302, { location: '/chunked' }).end(),
    '/slow': async (response) => {
      for (let i = 0; i < 20; ++i) {
        response.write(big.subarray(i * 1000, (i + 1) * 1000));
        await sleep(5);
      }
      response.end();
    },
    '/silent': () => {},
    '/stalls': (response) => {
      response.setHeader('content-length', 1000);
      response.write('half');
    },
    '/resets': (response) => {
      response.setHeader('content-length', 1000);
      response.write('half');
      this.reset = () => response.destroy();
    },
    '/endless': (response) => {
      const chunk = Buffer.alloc(65536);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    },
  };

  async start() {
    const { url, close } = await serve((request, response) => {
      const closed = once(response, 'close').then(() => {});
      this.requests.push({ url: request.url, closed, sent: () => request.socket.bytesWritten });
      this.#answers[request.url](response);
    });
    this.base = url.slice(0, -1);
    this.stop = close;
  }
  get last() {
    return this.requests.at(-1);
  }
  /** Breaks the connection of the last request of /resets. */
  reset = () => {};

  /** Waits until this many requests have arrived, however slow the machine is. */
  async seen(count) {
    while (this.requests.length < count) await sleep(1);
  }
}

const server = new Server();
before(() => server.start());
after(() => server.stop());
const url = (name) => `${server.base}${name}`;

describe('a body', () => {
  it('arrives whole, in pieces of any size', async () => {
    for (const room of [1 << 20, 4096, 999])
      assert.equal(await app.digest(url('/big'), room), digestOf(big));
    assert.equal(await app.digest(url('/chunked'), 7), digestOf(big.subarray(0, 100_000)));
  });

  it('may be empty or missing', async () => {
    assert.equal(await app.digest(url('/empty'), 10), digestOf(Buffer.alloc(0)));
    assert.equal(await app.digest(url('/no-content'), 10), digestOf(Buffer.alloc(0)));
  });

  it('has a size hint only if the announced size is that of the content', async () => {
    assert.equal(await app.size_hint(url('/big')), big.length);
    assert.equal(await app.size_hint(url('/slow')), -1);
    assert.equal(await app.size_hint(url('/gzip')), -1);
    assert.equal(await app.digest(url('/gzip'), 10), digestOf(Buffer.from('compressed')));
  });

  it('arrives whole while the memory grows', async () => {
    assert.equal(await app.digest_while_growing(url('/slow')), digestOf(big.subarray(0, 20_000)));
  });

  it('loses nothing when receives are cancelled', async () => {
    assert.equal(await app.digest_impatiently(url('/slow')), '20000 impatient');
  });

  it('is received by one task at a time', async () => {
    const error = await errorOf(app.receive_twice_at_once(url('/slow')));
    assert.equal(error.code, 'busy');
    assert.match(error.message, /another task is already receiving/);
  });

  it('C133: passes the checks of all streams', async () => {
    await app.check_body(url('/slow'));
    await app.check_body(url('/chunked'));
    await app.check_body(url('/empty'));
  });

  it('that is closed closes its connection', async () => {
    const count = server.requests.length;
    const call = app.close_while_receiving(url('/stalls'));
    assert.equal(await call, 'closed');
    await server.requests[count].closed;
  });

  it('W9: a slow consumer bounds what is sent', async () => {
    const controller = new AbortController();
    const count = server.requests.length;
    const call = app.read_first_chunk_and_wait(url('/endless'), { signal: controller.signal });
    await server.seen(count + 1);
    // Wait until the server is blocked: the number of bytes sent stays the same.
    let sent = -1;
    while (server.last.sent() !== sent) {
      sent = server.last.sent();
      await sleep(200);
    }
    assert.ok(sent < 50_000_000, `${sent} bytes were sent`);
    controller.abort('enough');
    await assert.rejects(call, (reason) => reason === 'enough');
    await server.last.closed;
  });

  it('that is dropped closes the connection', async () => {
    assert.equal(await app.read_first_chunk(url('/endless')), true);
    await server.last.closed;
  });

  it('of a connection that breaks halfway fails with an io error that says so', async () => {
    const { read } = ReadableStreamDefaultReader.prototype;
    async function readAndReset() {
      const result = await read.call(this);
      server.reset();
      return result;
    }
    const error = await replaced(ReadableStreamDefaultReader.prototype, 'read', readAndReset, () =>
      errorOf(app.digest(url('/resets'), 100)),
    );
    assert.equal(error.code, 'io');
    assert.match(error.message, /\/resets: the connection broke after 4 bytes: /);
    assert.ok(error.cause instanceof Error);
  });

  it("that stalls is ended by the caller's deadline", async () => {
    const call = app.digest(url('/stalls'), 100, { signal: AbortSignal.timeout(100) });
    await assert.rejects(call, { name: 'TimeoutError' });
    await server.last.closed;
  });
});

describe('the head of a response', () => {
  it('has status, URL and headers', async () => {
    assert.equal(
      await app.head_of(url('/big'), 'Content-Length'),
      `200 true ${url('/big')} ${big.length}`,
    );
    assert.equal(await app.head_of(url('/missing'), 'x'), `404 false ${url('/missing')} (none)`);
    assert.equal(await app.head_of(url('/moved'), 'content'), `200 true ${url('/chunked')} (none)`);
  });
});

describe('W8: a cancel', () => {
  it('aborts the request, and the server sees it', async () => {
    const controller = new AbortController();
    const count = server.requests.length;
    const call = app.head_of(url('/silent'), 'x', { signal: controller.signal });
    await server.seen(count + 1);
    const reason = new Error('changed my mind');
    controller.abort(reason);
    await assert.rejects(call, (error) => error === reason);
    await server.last.closed;
  });

  it('by a deadline does too, and the program continues', async () => {
    assert.equal(await app.fetch_within(url('/silent'), 50), false);
    await server.last.closed;
    assert.equal(await app.fetch_within(url('/big'), 60_000), true);
  });

  it('before the request is sent prevents it', async () => {
    const count = server.requests.length;
    const call = app.head_of(url('/silent'), 'x', { signal: AbortSignal.abort('too late') });
    await assert.rejects(call, (reason) => reason === 'too late');
    await sleep(20);
    assert.equal(server.requests.length, count);
  });

  /** Runs `body` while the host's fetch returns what `answer` makes of the real one. */
  function withFetch(answer, body) {
    const real = globalThis.fetch;
    return replaced(globalThis, 'fetch', (...args) => answer(real(...args)), body);
  }
  /** Makes a call and aborts it when the server has received its request. */
  async function abortedCall(name) {
    const controller = new AbortController();
    const count = server.requests.length;
    const call = app.head_of(url(name), 'x', { signal: controller.signal });
    await server.seen(count + 1);
    controller.abort('reason');
    return call;
  }

  it('ends the call only when the host has settled its fetch', async () => {
    const seen = [];
    const slowly = (response) =>
      response.catch(async (error) => {
        await sleep(50);
        seen.push('answer');
        throw error;
      });
    await withFetch(slowly, async () => {
      await assert.rejects(abortedCall('/silent'), (reason) => reason === 'reason');
      seen.push('end');
    });
    assert.deepEqual(seen, ['answer', 'end']);
  });

  it('does not hide that the request failed for another reason', async () => {
    const badly = (response) =>
      response.catch(() => {
        throw new TypeError('the cable was cut');
      });
    await withFetch(badly, async () => {
      const error = await errorOf(abortedCall('/silent'));
      assert.equal(error.code, 'connection_failed');
      assert.match(error.message, /the cable was cut/);
    });
  });

  it('does not discard a response that arrived anyway', async () => {
    const anyway = (response) => response.catch(() => new Response('late', { status: 201 }));
    await withFetch(anyway, async () => {
      assert.match(await abortedCall('/silent'), /^201 true/);
    });
  });

  it('by dispose ends every request', async () => {
    const own = await freshApp();
    const count = server.requests.length;
    const calls = Promise.allSettled([1, 2, 3].map(() => own.head_of(url('/silent'), 'x')));
    await server.seen(count + 3);
    await own.dispose();
    assert.deepEqual(
      (await calls).map(({ reason }) => reason.code),
      Array(3).fill('task_cancelled'),
    );
    await Promise.all(server.requests.slice(count).map(({ closed }) => closed));
  });

  it('of a program that has trapped ends every request', async () => {
    const own = await freshApp();
    const count = server.requests.length;
    const call = own.digest(url('/stalls'), 10).catch(({ code }) => code);
    await server.seen(count + 1);
    await assert.rejects(own.give_up('on purpose'), { code: 'trap' });
    assert.equal(await call, 'trap');
    await server.last.closed;
  });

  it('does not keep Node alive, and leaves no unhandled rejection', async () => {
    const { code, output, errors } = await runNode({
      code: `
        const app = await load();
        for (const name of ['/silent', '/stalls']) {
          const signal = AbortSignal.timeout(50);
          await app.digest(${JSON.stringify(server.base)} + name, 10, { signal }).catch(({ name }) => console.log(name));
        }`,
    });
    assert.deepEqual(
      { code, output, errors },
      { code: 0, output: 'TimeoutError\nTimeoutError\n', errors: '' },
    );
  });

  it('leaks no memory', async () => {
    const round = async () => {
      await app.fetch_within(url('/silent'), 5);
      await app.read_first_chunk(url('/slow'));
      await errorOf(app.digest(url('/missing'), 10));
    };
    await round();
    const before = await app.live_blocks();
    for (let i = 0; i < 10; ++i) await round();
    assert.equal(await app.live_blocks(), before);
  });
});

describe('open_source', () => {
  const cases = [
    ['/missing', 'not_found', /\/missing: the server answered 404/],
    ['/secret', 'not_permitted', /\/secret: the server answered 403/],
    ['/broken', 'io', /\/broken: the server answered 500/],
  ];
  for (const [name, code, message] of cases) {
    it(`fails with ${code} for ${name}`, async () => {
      const error = await errorOf(app.digest(url(name), 10));
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  it('fails with connection_failed if no server answers', async () => {
    const error = await errorOf(app.digest('http://127.0.0.1:1/', 10));
    assert.equal(error.code, 'connection_failed');
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:1\/: no answer came: /);
    assert.ok(error.cause instanceof TypeError);
    assert.equal(
      (await errorOf(app.digest('http://no-such-host.invalid/', 10))).code,
      'connection_failed',
    );
  });

  it('fails with bad_data if the URL is invalid', async () => {
    const error = await errorOf(app.digest('http://', 10));
    assert.equal(error.code, 'bad_data');
    assert.match(error.message, /http:\/\/: this is not a URL/);
  });

  it('reads files in Node, by path and by URL', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'wasio-fetch-'));
    try {
      const file = path.join(folder, 'a file.bin');
      await writeFile(file, big);
      assert.equal(await app.digest(file, 100_000), digestOf(big));
      assert.equal(await app.digest(pathToFileURL(file).href, 999), digestOf(big));
      assert.equal(await app.size_hint(file), big.length);
      await app.check_body(file);
      await writeFile(file, '');
      assert.equal(await app.size_hint(file), 0);
      assert.equal(await app.digest(file, 10), digestOf(Buffer.alloc(0)));
      const missing = await errorOf(app.digest(path.join(folder, 'none'), 10));
      assert.equal(missing.code, 'not_found');
      assert.match(missing.message, /none: .*no such file/);
      assert.equal((await errorOf(app.digest(path.join(file, 'below'), 10))).code, 'not_found');
      const directory = await errorOf(app.digest(folder, 10));
      assert.equal(directory.code, 'is_directory');
      assert.match(directory.message, /a directory, not a file/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
