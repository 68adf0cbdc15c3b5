// The folder of the tools, as several checkouts see it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inRoot } from '../tools/setup/places.mjs';

test('checkouts that share their tools by a link know them by the same paths', async () => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-checkouts-')));
  const shared = path.join(folder, 'shared');
  /** @param {string} name */
  const toolchainOf = async (name) => {
    const file = path.join(folder, name, 'tools/setup/places.mjs');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.copyFileSync(inRoot('tools/setup/places.mjs'), file);
    fs.symlinkSync(shared, path.join(folder, name, '.toolchain'));
    return (await import(pathToFileURL(file).href)).TOOLCHAIN;
  };
  try {
    fs.mkdirSync(shared);
    assert.deepEqual([await toolchainOf('one'), await toolchainOf('two')], [shared, shared]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
