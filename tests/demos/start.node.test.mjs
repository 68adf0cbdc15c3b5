// `npm start` on a given text, and its errors if there is none.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inRoot } from '../../tools/setup/places.mjs';
import { serveFolder } from '../support/browser.mjs';
import { reference } from './reference.mjs';

const TEXT = 'To be, or not to be:\nthat is the question.\n';

/**
 * @param {string[]} args
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
function start(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [inRoot('tools/wasio.mjs'), 'start', ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** @param {Awaited<ReturnType<typeof start>>} ended */
function assertSame({ code, stdout, stderr }) {
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Node, over fetch +wasmtime, preview 1, from stdin +wasmtime, preview 2/);
  const { hash } = reference(TEXT);
  assert.match(stdout, new RegExp(`^hash ${hash} +hash ${hash} +hash ${hash}$`, 'm'));
  assert.match(stdout, /The three reports are the same\.\n.*npm run demos\n$/);
}

describe('npm start', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-start-'));
  const fileOf = (/** @type {string} */ name, /** @type {string | Buffer} */ text) => {
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  /** @type {Awaited<ReturnType<typeof serveFolder>>} */
  let server;
  before(async () => {
    server = await serveFolder(folder);
  });
  after(async () => {
    await server.close();
    fs.rmSync(folder, { recursive: true });
  });

  test('compares the hosts on a file', async () => {
    assertSame(await start(fileOf('to be #1 or not?.txt', TEXT)));
  });

  test('compares the hosts on a URL', async () => {
    fileOf('hamlet.txt', TEXT);
    assertSame(await start(new URL('hamlet.txt', server.url).href));
  });

  /** @type {[string, () => string[], RegExp][]} */
  const refused = [
    ['a missing file', () => [path.join(folder, 'missing')], /^wasio: no such file: .*missing$/m],
    ['a folder', () => [folder], /^wasio: not a file/m],
    ['a missing URL', () => [new URL('missing', server.url).href], /^.*tally: .*missing.*404/m],
    ['a file that is not UTF-8', () => [fileOf('bad', Buffer.from([0x61, 0xff]))], /byte 0xff at offset 1$/m],
    ['an option', () => ['--fast'], /^wasio: one URL or file, not: --fast$/m],
  ];
  for (const [what, args, why] of refused) {
    test(`refuses ${what}`, async () => {
      const { code, stdout, stderr } = await start(...args());
      assert.match(stderr, why);
      assert.doesNotMatch(stderr, /^ +at /m); // no stack
      assert.equal(stdout, '');
      assert.equal(code, 1);
    });
  }
});
