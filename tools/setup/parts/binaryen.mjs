// Binaryen: wasm-opt, which runs after WASI links and inside emcc.
import fs from 'node:fs';
import path from 'node:path';
import { hasApt, unpackTesting } from '../apt.mjs';
import { found, onPath } from '../find.mjs';
import { SetupError, step } from '../log.mjs';
import { inToolchain } from '../places.mjs';
import { build, isBuilt } from '../unpack.mjs';

/** The version that Emscripten 6 needs. */
const MIN = '131';
const RECIPE = 'debian testing, own loader, 1';

/** Binaryen's programs need a newer C library than Debian stable has, so they bring their own. */
const PACKAGES = ['binaryen', 'libc6', 'libstdc++6', 'libgcc-s1'];

/**
 * A script that starts a program of testing with testing's loader and libraries. So the system's
 * own libraries stay unchanged, and the folder may be moved.
 * @param {string} loader
 * @param {string} libraries
 * @param {string} name
 */
function starter(loader, libraries, name) {
  return [
    '#!/bin/sh',
    'here=$(dirname "$(readlink -f "$0")")/..',
    `exec "$here/${loader}" --library-path "$here/${libraries}" "$here/root/usr/bin/${name}" "$@"`,
    '',
  ].join('\n');
}

/**
 * @param {string} folder
 * @param {(name: string) => boolean} test
 * @returns {string | undefined} the first file below `folder` whose name passes, relative to it
 */
function search(folder, test) {
  const files = /** @type {string[]} */ (fs.readdirSync(folder, { recursive: true }));
  return files.find((file) => test(path.basename(file)));
}

/** @param {string} folder */
function writeStarters(folder) {
  const root = path.join(folder, 'root');
  const loader = search(root, (name) => /^ld-linux.*\.so\.\d$/.test(name));
  const libc = search(root, (name) => name === 'libc.so.6');
  if (!loader || !libc) throw new SetupError('the unpacked C library has no loader');
  fs.mkdirSync(path.join(folder, 'bin'));
  for (const name of fs.readdirSync(path.join(root, 'usr/bin'))) {
    if (!name.startsWith('wasm')) continue;
    const text = starter(`root/${loader}`, `root/${path.dirname(libc)}`, name);
    fs.writeFileSync(path.join(folder, 'bin', name), text, { mode: 0o755 });
  }
}

/** @param {string} at */
const paths = (at) => ({ wasmOpt: at, binaryen: path.dirname(path.dirname(at)) });

/** @type {import('../part.mjs').Part} */
export default {
  name: 'binaryen',
  title: 'Binaryen',
  needs: [],
  own: `Binaryen ${MIN} or newer: wasm-opt on PATH, or the one in EMSDK`,

  find() {
    const sdk = process.env.EMSDK && path.join(process.env.EMSDK, 'upstream/bin/wasm-opt');
    const own = onPath('wasm-opt');
    const fetched = isBuilt('binaryen', RECIPE) ? inToolchain('binaryen/bin/wasm-opt') : undefined;
    return (
      found(sdk, 'EMSDK', paths, MIN) ??
      found(own && fs.realpathSync(own), 'PATH', paths, MIN) ??
      found(fetched, '.toolchain', paths)
    );
  },

  canFetch: hasApt,

  async fetch() {
    await step('Binaryen from Debian testing (8 MB)', () =>
      build('binaryen', RECIPE, async (folder) => {
        await unpackTesting(PACKAGES, path.join(folder, 'root'));
        writeStarters(folder);
      }),
    );
  },
};
