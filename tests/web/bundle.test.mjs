// A program's files as their users load them: pages without a bundler, and bundlers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { program } from './program.mjs';

const file = (ending) => path.join(program.folder, `boundary${ending}`);

/** What the module imports, statically or dynamically. */
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
  it('for pages import nothing, and a bundler for browsers accepts them', async () => {
    assert.deepEqual(await importsOf('.mjs'), []);
    assert.doesNotMatch(await readFile(file('.mjs'), 'utf8'), /node:/);
  });

  it("for Node import only Node's own modules", async () => {
    const imports = await importsOf('.node.mjs');
    assert.ok(imports.length > 0);
    assert.deepEqual(
      imports.filter((name) => !name.startsWith('node:')),
      [],
    );
  });

  it('name the wasm file in the form that bundlers recognise', async () => {
    for (const ending of ['.mjs', '.node.mjs']) {
      assert.match(
        await readFile(file(ending), 'utf8'),
        /new URL\("boundary\.wasm",import\.meta\.url\)/,
      );
    }
  });

  it('do not evaluate strings as code', async () => {
    for (const ending of ['.mjs', '.node.mjs']) {
      assert.doesNotMatch(
        await readFile(file(ending), 'utf8'),
        /\beval\(|new Function\(|\bFunction\(/,
      );
    }
  });

  it('do not contain the path of their build', async () => {
    for (const ending of ['.mjs', '.node.mjs', '.d.ts', '.wasm']) {
      const text = await readFile(file(ending), 'latin1');
      assert.ok(!text.includes(path.dirname(program.folder)), ending);
    }
  });
});
