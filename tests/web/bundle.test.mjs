// The files of a program as others take them up: pages without a bundler, and bundlers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { program } from './program.mjs';

const file = (ending) => path.join(program.folder, `boundary${ending}`);

/** What the module imports, whichever way. */
async function importsOf(ending) {
  const { metafile } = await build({
    entryPoints: [file(ending)],
    bundle: true,
    format: 'esm',
    platform: ending === '.mjs' ? 'browser' : 'node',
    write: false,
    metafile: true,
    outdir: 'unused',
  });
  return Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
}

describe('the modules of a program', { timeout: 120_000 }, () => {
  it('for pages import nothing, and a bundler for browsers takes them', async () => {
    assert.deepEqual(await importsOf('.mjs'), []);
    assert.doesNotMatch(await readFile(file('.mjs'), 'utf8'), /node:/);
  });

  it("for Node import only what is Node's own", async () => {
    const imports = await importsOf('.node.mjs');
    assert.ok(imports.length > 0);
    assert.deepEqual(
      imports.filter((name) => !name.startsWith('node:')),
      [],
    );
  });

  it('name the wasm file so that bundlers see it', async () => {
    for (const ending of ['.mjs', '.node.mjs']) {
      assert.match(
        await readFile(file(ending), 'utf8'),
        /new URL\("boundary\.wasm",import\.meta\.url\)/,
      );
    }
  });

  it('make no code out of text', async () => {
    for (const ending of ['.mjs', '.node.mjs']) {
      assert.doesNotMatch(
        await readFile(file(ending), 'utf8'),
        /\beval\(|new Function\(|\bFunction\(/,
      );
    }
  });

  it('know nothing of where they were built', async () => {
    for (const ending of ['.mjs', '.node.mjs', '.d.ts', '.wasm']) {
      const text = await readFile(file(ending), 'latin1');
      assert.ok(!text.includes(path.dirname(program.folder)), ending);
    }
  });
});
