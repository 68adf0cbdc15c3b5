// The npm package, packed and installed in another project.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { buildPackage } from '../../tools/package.mjs';
import { inRoot } from '../../tools/setup/places.mjs';

const run = promisify(execFile);

describe('the package', () => {
  /** A project that has the package in its node_modules. */
  let project;
  const file = (name) => path.join(project, name);
  const installed = (name) => path.join(project, 'node_modules/wasio', name);

  before(async () => {
    await buildPackage();
    project = await mkdtemp(path.join(os.tmpdir(), 'wasio-package-'));
    const options = ['--ignore-scripts', '--json', '--pack-destination', project];
    const { stdout } = await run('npm', ['pack', ...options], { cwd: inRoot() });
    const archive = file(JSON.parse(stdout)[0].filename);
    await mkdir(installed(''), { recursive: true });
    await run('tar', ['xzf', archive, '-C', installed(''), '--strip-components=1']);
    await writeFile(file('package.json'), '{"type": "module"}');
  });
  after(() => rm(project, { recursive: true, force: true }));

  it('is imported in Node by its name', async () => {
    await writeFile(
      file('main.js'),
      `
      import { LoadError, WasioError, load } from 'wasio';
      const app = await load();
      console.log(typeof app.main, typeof app.tally, app === (await load()));
      console.log(await app.tally('no-such-file', 1000).catch((e) => [e instanceof WasioError, e.code]));
      console.log(await load('no-such.wasm').catch((e) => [e instanceof LoadError, e.code]));
      await app.dispose();`,
    );
    const { stdout } = await run(process.execPath, [file('main.js')]);
    assert.equal(stdout, "function function true\n[ true, 'not_found' ]\n[ true, 'not_found' ]\n");
  });

  it('is bundled for browsers without modules of Node', async () => {
    await writeFile(file('page.js'), "import { load } from 'wasio';\nload();\n");
    const { metafile } = await build({
      entryPoints: [file('page.js')],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      write: false,
      outdir: project,
      absWorkingDir: project,
    });
    assert.deepEqual(Object.keys(metafile.inputs).sort(), [
      'node_modules/wasio/dist/tally.mjs',
      'page.js',
    ]);
  });

  it('has types', async () => {
    await writeFile(
      file('use.ts'),
      `
      import { load } from 'wasio';
      const app = await load();
      const code: number = await app.main(['a']);
      // @ts-expect-error there is no such function
      app.other(code);`,
    );
    const options = [
      '--strict',
      '--noEmit',
      '--types',
      '',
      '--lib',
      'ES2022,ESNext.Disposable,DOM',
      '--target',
      'ES2022',
      '--module',
      'NodeNext',
    ];
    await run(
      process.execPath,
      [inRoot('node_modules/typescript/bin/tsc'), ...options, '--ignoreConfig', 'use.ts'],
      { cwd: project },
    );
  });

  it('has a command that runs programs', async () => {
    const { bin } = JSON.parse(await readFile(installed('package.json'), 'utf8'));
    const { stdout, stderr } = await run(process.execPath, [
      installed(bin.wasio),
      'run',
      installed('dist/tally.node.mjs'),
      inRoot('LICENSE'),
    ]);
    assert.match(stdout, /\bthe\b/, stderr);
  });

  it('ships sources, and nothing of the tests or build folders', async () => {
    const { stdout } = await run(
      'tar',
      ['tzf', (await run('sh', ['-c', 'ls *.tgz'], { cwd: project })).stdout.trim()],
      { cwd: project },
    );
    const files = stdout.trim().split('\n');
    for (const needed of [
      'package/runtime/include/wasio/task.h',
      'package/cmake/WasioTarget.cmake',
      'package/LICENSE',
    ]) {
      assert.ok(files.includes(needed), needed);
    }
    assert.deepEqual(
      files.filter((name) => /^package\/(tests|tools|build|\.)/.test(name)),
      [],
    );
    // Installing the package must need no registry and run no scripts.
    const { dependencies = {}, scripts } = JSON.parse(
      await readFile(installed('package.json'), 'utf8'),
    );
    assert.deepEqual(
      [dependencies, scripts.install, scripts.postinstall],
      [{}, undefined, undefined],
    );
  });
});
