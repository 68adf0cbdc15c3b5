// A program's files as their users load them: pages without a bundler, and bundlers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { inRoot } from '../../tools/setup/places.mjs';
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

describe('the modules of a program', () => {
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

/**
 * Makes the files of a program from an empty glue, and a module with nothing but these lines.
 * @param {string[]} lines @param {string[]} options
 */
async function bundled(lines, ...options) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wasio-bundle-'));
  try {
    const content = Buffer.from(`\u0005wasio${lines.map((line) => `${line}\n`).join('')}`);
    const wasm = [0, 97, 115, 109, 1, 0, 0, 0, 0, content.length, ...content];
    await writeFile(path.join(folder, 'made.wasm'), new Uint8Array(wasm));
    await writeFile(path.join(folder, 'made.mjs'), 'export default async () => ({});\n');
    const command = [inRoot('bindings/bundle/bundle.mjs'), folder, 'made', ...options];
    const failed = await promisify(execFile)(process.execPath, command).then(
      () => '',
      ({ code, stderr }) => `${code}: ${stderr}`,
    );
    const text = (ending) => readFile(path.join(folder, `made${ending}`), 'utf8').catch(() => '');
    return { failed, module: await text('.mjs'), types: await text('.d.ts') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the build of a program', () => {
  it('makes readable JavaScript with --debug, and short one without', async () => {
    const lines = ['export\tf\ta\tf:?@Point;', 'record\tPoint\tx\td'];
    const [readable, short] = [await bundled(lines, '--debug'), await bundled(lines)];
    assert.equal(readable.failed + short.failed, '');
    assert.match(readable.module, /class Instance|Instance = class/);
    assert.match(readable.module, /sourceMappingURL=data:/);
    assert.doesNotMatch(short.module, /class Instance|Instance = class|sourceMappingURL/);
    assert.match(short.types, /f\(a: number, options\?: CallOptions\): Promise<Point \| undefined>;/);
  });

  it('refuses two functions, and two different types, of one name', async () => {
    const twice = await bundled(['export\tf\t\t:v', 'export\tf\ta\ti:v']);
    assert.match(twice.failed, /^1: wasio: two exported functions are named f: rename one\n$/);
    const differ = await bundled(['record\tPoint\tx\td', 'record\tPoint\tx, y\tdd']);
    assert.match(differ.failed, /^1: wasio: there are two different types named Point: .* rename one\n$/);
    const same = await bundled(['record\tPoint\tx\td', 'record\tPoint\tx\td']);
    assert.equal(same.failed, '');
  });
});
