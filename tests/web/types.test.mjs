// The TypeScript sources, and the types that a build generates.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { inRoot } from '../../tools/setup/places.mjs';
import { crossing } from './crossing.mjs';
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

/**
 * What the compiler says of a file that uses a built program.
 * @param {string} use in tests/web/types
 * @param {{folder: string}} built
 * @param {string} name the program's
 * @param {string} resolution
 */
async function complaintsAboutUse(use, built, name, resolution) {
  const folder = await mkdtemp(path.join(built.folder, 'types-'));
  try {
    await copyFile(inRoot('tests/web/types', use), path.join(folder, 'use.mts'));
    for (const ending of ['.node.mjs', '.node.d.mts']) {
      await copyFile(path.join(built.folder, name + ending), path.join(folder, name + ending));
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
    return await complaints(project);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('TypeScript', () => {
  it('finds no errors in the sources', async () => {
    assert.equal(await complaints(inRoot('tsconfig.json')), '');
  });

  for (const resolution of ['NodeNext', 'bundler']) {
    it(`finds the types of a built program with module resolution ${resolution}`, async () => {
      assert.equal(await complaintsAboutUse('use.ts', program, 'boundary', resolution), '');
    });
  }

  it('finds the structs, enums and lists of a program', async () => {
    assert.equal(await complaintsAboutUse('use_crossing.ts', crossing, 'crossing', 'NodeNext'), '');
  });
});
