// Loading: once per source, lazily, and with an error that says what was found instead of the
// program.
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { serve } from '../../tools/serve.mjs';
import { LoadError, load, program, runNode, wasmBytes } from './program.mjs';

/** Checks that a load fails with this LoadError. */
async function refused(source, code, message) {
  await assert.rejects(load(source), (error) => {
    assert.ok(error instanceof LoadError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.match(error.found, message);
    return true;
  });
}

describe('load', () => {
  it('returns the same app for the same source', async () => {
    const own = load();
    assert.equal(load(), own);
    assert.equal(load(pathToFileURL(program.wasm)), own);
    assert.equal(load(pathToFileURL(program.wasm).href), own);
    assert.equal(load(program.wasm), own);
    const bytes = new Uint8Array(wasmBytes);
    assert.equal(load(bytes), load(bytes));
    assert.notEqual(load(bytes), own);
    const module = await WebAssembly.compile(wasmBytes);
    assert.equal(load(module), load(module));
    assert.equal(await (await load(module)).echo_int32(1), 1);
  });

  it('returns different apps for different sources', async () => {
    const [one, other] = await Promise.all([
      load(new Uint8Array(wasmBytes)),
      load(wasmBytes.slice().buffer),
    ]);
    assert.notEqual(one, other);
  });

  it('returns a new app after dispose', async () => {
    const bytes = new Uint8Array(wasmBytes);
    const first = await load(bytes);
    await first.dispose();
    const second = await load(bytes);
    assert.notEqual(first, second);
    assert.equal(await second.echo_int32(2), 2);
  });

  it('does nothing on import, and leaves no globals', async () => {
    const { output } = await runNode({
      code: `
        const before = new Set(Object.getOwnPropertyNames(globalThis));
        const { compile, instantiate } = WebAssembly;
        let used = 0;
        WebAssembly.compile = (...args) => (used++, compile(...args));
        await new Promise((resolve) => setTimeout(resolve, 20));
        console.log('at import:', used);
        await (await load()).nothing();
        console.log('at load:', used);
        console.log(Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name)).join());`,
    });
    assert.equal(output, 'at import: 0\nat load: 1\n\n');
  });
});

describe('load refuses', () => {
  let folder;
  let server;
  let base;
  const pages = {
    '/page.wasm': [200, 'text/html', '<!doctype html><title>App</title>'],
    '/missing.wasm': [404, 'text/html', '<h1>Not found</h1>'],
    '/broken.wasm': [500, 'text/plain', 'oops'],
    '/good.wasm': [200, 'application/wasm', wasmBytes],
  };

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'wasio-load-'));
    server = await serve((request, response) => {
      const [status, type, body] = pages[request.url];
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    base = server.url.slice(0, -1);
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const bytes = (text) => new TextEncoder().encode(text);

  it('what is not a source', async () => {
    await assert.rejects(
      load(5),
      /load\(\) takes a URL, bytes, or a WebAssembly.Module, got the number 5/,
    );
    await assert.rejects(load(null), /got null/);
    await refused('http://', 'not_found', /this is not a URL/);
  });

  it('a missing file', () =>
    refused(path.join(folder, 'none.wasm'), 'not_found', /there is no such file/));
  it('a folder', () => refused(folder, 'unreadable', /EISDIR/));
  it('an empty body', () => refused(new Uint8Array(), 'not_wasm', /nothing: it is empty/));
  it('a page of HTML', () =>
    refused(bytes('\n<!DOCTYPE html><p>Hi'), 'not_wasm', /an HTML or XML page .*DOCTYPE/));
  it('a text', () =>
    refused(bytes('export default 1'), 'not_wasm', /a text \(16 bytes: "export default 1"\)/));
  it('other bytes', () =>
    refused(new Uint8Array([1, 2, 200]), 'not_wasm', /3 bytes that are no WebAssembly/));
  it('a gzip file', () =>
    refused(new Uint8Array([0x1f, 0x8b, 8]), 'not_wasm', /gzip file.*Content-Encoding/));
  it('a truncated module', () =>
    refused(wasmBytes.slice(0, 1000), 'not_wasm', /truncated or damaged/));
  it('the first bytes of a module', () =>
    refused(wasmBytes.slice(0, 5), 'not_wasm', /truncated or damaged/));

  it('a component', () =>
    refused(new Uint8Array([0, 97, 115, 109, 13, 0, 1, 0]), 'not_wasm', /a WebAssembly component/));

  it('a module that was not built with wasio', () =>
    refused(
      new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]),
      'not_this_program',
      /not built with wasio/,
    ));

  it('another program, and another build of this one', async () => {
    await refused(
      withStamp({ program: 'other', build: '1' }),
      'not_this_program',
      /the program other: load it with other.mjs/,
    );
    await refused(
      withStamp({ program: 'boundary', build: '1' }),
      'not_this_program',
      /another build of boundary/,
    );
  });

  it('other responses of a server', async () => {
    await refused(
      `${base}/page.wasm`,
      'not_wasm',
      /the server sent \(text\/html\) an HTML or XML page/,
    );
    await refused(
      `${base}/missing.wasm`,
      'not_found',
      /the server answered 404 Not Found \(text\/html\)/,
    );
    await refused(`${base}/broken.wasm`, 'unreadable', /500 Internal Server Error/);
  });

  it('an unreachable server', async () => {
    await refused('http://127.0.0.1:1/x.wasm', 'unreadable', /it could not be fetched/);
  });

  it('only until the cause is removed', async () => {
    const file = path.join(folder, 'late.wasm');
    await refused(file, 'not_found', /no such file/);
    await writeFile(file, '');
    await refused(file, 'not_wasm', /empty/);
    await copyFile(program.wasm, file);
    assert.equal(await (await load(file)).echo_int32(1), 1);
  });

  it('nothing if the program comes over the network', async () => {
    const app = await load(`${base}/good.wasm`);
    assert.equal(await app.echo_int32(1), 1);
  });
});

/** An empty module with the stamp of a build. */
function withStamp(stamp) {
  const content = Buffer.from(`\u0005wasio${JSON.stringify(stamp)}`);
  return new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 0, content.length, ...content]);
}
