// Projects of users, with each toolchain file: their flags stay, and so do those that the toolchain
// needs, whichever standard they ask for. Our headers cause none of the warnings that they ask for.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setup, tools } from '../tools/setup/index.mjs';
import { inRoot } from '../tools/setup/places.mjs';

const PROJECT = inRoot('tests/toolchains');

const WARNINGS = '-Wnon-virtual-dtor -Wshadow-all -Wold-style-cast -Werror';

/**
 * What each toolchain file must add to the compiler's and to the linker's flags.
 * @type {Record<string, {compiles: string[], links: string[]}>}
 */
const TOOLCHAINS = {
  native: { compiles: ['-stdlib=libc++'], links: ['-stdlib=libc++', '-fuse-ld=lld'] },
  web: { compiles: ['-Wno-version-check'], links: ['-Wl,--no-stack-first'] },
  'wasi-p1': { compiles: ['--target=wasm32-wasip1'], links: ['-fuse-ld=lld'] },
  'wasi-p2': { compiles: ['--target=wasm32-wasip2'], links: ['-fuse-ld=lld'] },
};

/** @param {string} program @param {string[]} args */
function output(program, ...args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26 });
}

describe('projects of users', () => {
  let scratch = '';
  before(() => {
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-toolchains-'));
  });
  after(() => fs.rmSync(scratch, { recursive: true, force: true }));

  for (const [name, { compiles, links }] of Object.entries(TOOLCHAINS)) {
    test(`with the toolchain file for ${name}`, async () => {
      await setup([name]);
      const { cmake, ninja } = tools();
      const folder = path.join(scratch, name);
      const toolchain = inRoot('cmake', `toolchain-${name}.cmake`);
      output(
        cmake,
        ...['-G', 'Ninja', '-S', PROJECT, '-B', folder, '--toolchain', toolchain],
        `-DCMAKE_MAKE_PROGRAM=${ninja}`,
        `-DCMAKE_CXX_FLAGS=${WARNINGS}`,
        '-DCMAKE_EXE_LINKER_FLAGS=-Wl,--fatal-warnings',
      );
      const lines = output(ninja, '-C', folder, '-t', 'commands', 'app').split('\n');
      const [compile] = lines.filter((line) => line.includes('app.cpp'));
      const [link] = lines.filter((line) => line.includes('--fatal-warnings'));
      const wanted = [...WARNINGS.split(' '), '-std=c++26', ...compiles];
      for (const flag of wanted) assert.ok(compile.split(' ').includes(flag), `${flag}: ${compile}`);
      for (const flag of links) assert.ok(link.split(' ').includes(flag), `${flag}: ${link}`);
      const [object] = compile.match(/\S*app\.cpp\.o(bj)?\b/) ?? [''];
      output(ninja, '-C', folder, object);
    });
  }
});
