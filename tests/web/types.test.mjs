// The TypeScript sources, and the types that a build generates.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { inRoot } from '../../tools/setup/places.mjs';
import { program } from './program.mjs';

const TSC = inRoot('node_modules/typescript/bin/tsc');

/** The compiler's errors. @param {string} project */
async function complaints(project) {
  try {
    await promisify(execFile)(process.execPath, [TSC, '-p', project]);
    return '';
  } catch (error) {
    return error.stdout || error.message;
  }
}

describe('TypeScript', { timeout: 120_000 }, () => {
  it('finds no errors in the sources', async () => {
    assert.equal(await complaints(inRoot('tsconfig.json')), '');
  });

  for (const resolution of ['NodeNext', 'bundler']) {
    it(`finds the types of a built program with module resolution ${resolution}`, async () => {
      const folder = await mkdtemp(path.join(program.folder, 'types-'));
      try {
        await copyFile(inRoot('tests/web/types/use.ts'), path.join(folder, 'use.mts'));
        for (const ending of ['.node.mjs', '.node.d.mts']) {
          await copyFile(
            path.join(program.folder, `boundary${ending}`),
            path.join(folder, `boundary${ending}`),
          );
        }
        const options = {
          strict: true,
          noEmit: true,
          target: 'ES2022',
          types: [],
          module: resolution === 'bundler' ? 'ESNext' : 'NodeNext',
          moduleResolution: resolution,
          lib: ['ES2022', 'ESNext.Disposable', 'DOM'],
        };
        const project = path.join(folder, 'tsconfig.json');
        await writeFile(project, JSON.stringify({ compilerOptions: options, files: ['use.mts'] }));
        assert.equal(await complaints(project), '');
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});
