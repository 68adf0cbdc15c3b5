// Emscripten, which compiles C++ for the web. It is a set of scripts; the compiler and Binaryen are
// other parts.
import fs from 'node:fs';
import path from 'node:path';
import { hasApt, unpackTesting } from '../apt.mjs';
import { readText } from '../files.mjs';
import { found, onPath } from '../find.mjs';
import { step } from '../log.mjs';
import { inToolchain } from '../places.mjs';
import { run } from '../run.mjs';
import { build, isBuilt, writeWhole } from '../unpack.mjs';
import binaryen from './binaryen.mjs';
import llvm from './llvm.mjs';

const MIN = '5.0';
const FOLDER = 'emscripten';
const RECIPE = 'debian testing, 2';
const CACHE = 'emscripten-cache';

/** Emscripten's config file, which emcc finds beside itself. */
const CONFIG = inToolchain(FOLDER, '.emscripten');

/**
 * The links whose system libraries are built in advance, one per variant that our builds use. emcc
 * builds any other library when it is first needed.
 */
const VARIANTS = {
  'the default build': ['-O2', '-fno-exceptions', '-fno-rtti'],
  'builds for size': ['-Oz', '-fno-exceptions', '-fno-rtti', '-sMALLOC=emmalloc'],
};
const WITH_EXCEPTIONS = ['-O2', '-fwasm-exceptions', '-sWASM_LEGACY_EXCEPTIONS=1'];

const PROBE = `
#include <string>
#include <vector>
#include <cstdio>
int main(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  for (auto& word : words) std::puts((word + "\\n").c_str());
}
`;

/** The config's text; nothing while a part that it names is missing. */
function configuration() {
  const compiler = llvm.find();
  const optimizer = binaryen.find();
  if (!compiler || !optimizer) return undefined;
  return [
    '# Written by the set-up of wasio.',
    'import os, shutil',
    `LLVM_ROOT = ${JSON.stringify(compiler.paths.llvm)}`,
    `BINARYEN_ROOT = ${JSON.stringify(optimizer.paths.binaryen)}`,
    "NODE_JS = shutil.which('node')",
    `CACHE = os.path.join(os.path.dirname(os.path.dirname(__file__)), '${CACHE}')`,
    '',
  ].join('\n');
}

/** The libraries depend on the compiler too. */
function cacheRecipe() {
  return `${RECIPE}\n${llvm.find()?.version}\n${JSON.stringify(VARIANTS)}`;
}

/** Exists while libraries are added to the finished cache; if it is left, a run was killed. */
const ADDING = inToolchain(CACHE, '.adding');
const ADDED = inToolchain(CACHE, '.with-exceptions');

function isCacheBuilt() {
  return isBuilt(CACHE, cacheRecipe()) && !fs.existsSync(ADDING);
}

/** @param {string} at */
function paths(at) {
  const root = path.dirname(at);
  return { emscripten: root, emxx: at, emcc: path.join(root, 'emcc') };
}

/** @returns {import('../part.mjs').Found | undefined} */
function findOwn() {
  const sdk = process.env.EMSDK && path.join(process.env.EMSDK, 'upstream/emscripten/em++');
  const own = onPath('em++');
  return (
    found(sdk, 'EMSDK', paths, MIN) ?? found(own && fs.realpathSync(own), 'PATH', paths, MIN)
  );
}

/** Whether the scripts and the libraries are fetched, and the config names the current parts. */
function isReady() {
  const config = configuration();
  return isBuilt(FOLDER, RECIPE) && config !== undefined && readText(CONFIG) === config && isCacheBuilt();
}

/**
 * Builds the system libraries of one variant by linking a program that needs them.
 * @param {string} folder the cache to fill
 * @param {string[]} flags
 */
async function buildLibraries(folder, flags) {
  const source = path.join(folder, 'probe.cpp');
  const output = path.join(folder, 'probe.mjs');
  fs.writeFileSync(source, PROBE);
  const always = ['-std=c++23', '-Wno-version-check', '-Wl,--no-stack-first'];
  await run(inToolchain(FOLDER, 'em++'), [...flags, ...always, source, '-o', output], {
    env: { EM_CACHE: folder, EM_CONFIG: CONFIG },
  });
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith('probe.')) fs.rmSync(path.join(folder, name));
  }
}

async function fetchScripts() {
  await step('Emscripten from Debian testing (6 MB)', () =>
    build(FOLDER, RECIPE, async (folder) => {
      await unpackTesting(['emscripten'], path.join(folder, 'root'));
      const scripts = path.join(folder, 'root/usr/share/emscripten');
      for (const name of fs.readdirSync(scripts)) {
        fs.renameSync(path.join(scripts, name), path.join(folder, name));
      }
      fs.rmSync(path.join(folder, 'root'), { recursive: true });
      fs.rmSync(path.join(folder, '.emscripten'));
      // Its .js files are CommonJS; without this file, our package.json would make them modules.
      fs.writeFileSync(path.join(folder, 'package.json'), '{"type": "commonjs"}\n');
    }),
  );
}

async function fetchLibraries() {
  await build(CACHE, cacheRecipe(), async (folder) => {
    for (const [title, flags] of Object.entries(VARIANTS)) {
      await step(`Emscripten's libraries for ${title} (up to a minute)`, () =>
        buildLibraries(folder, flags),
      );
    }
  });
}

/** @type {import('../part.mjs').Part} */
const emscripten = {
  name: 'emscripten',
  title: 'Emscripten',
  // npm: emcc's JavaScript optimizer loads its parser, acorn, from our node_modules.
  needs: ['npm', 'python3', 'llvm', 'binaryen'],
  own: `Emscripten ${MIN} or newer: em++ on PATH, or an emsdk named by EMSDK`,

  find() {
    const own = findOwn();
    if (own) return own;
    return isReady() ? found(inToolchain(FOLDER, 'em++'), '.toolchain', paths) : undefined;
  },

  canFetch: hasApt,

  async fetch() {
    if (!isBuilt(FOLDER, RECIPE)) await fetchScripts();
    writeWhole(CONFIG, configuration() ?? '');
    if (!isCacheBuilt()) await fetchLibraries();
  },
};

/**
 * The libraries for builds with C++ exceptions. They are a separate part because few commands need
 * them.
 * @type {import('../part.mjs').Part}
 */
export const exceptions = {
  name: 'emscripten-exceptions',
  title: 'Emscripten, exceptions',
  needs: ['emscripten'],
  own: emscripten.own,

  find() {
    const scripts = emscripten.find();
    if (scripts?.from !== '.toolchain') return scripts && { ...scripts, paths: {} };
    return fs.existsSync(ADDED) ? { ...scripts, paths: {}, at: inToolchain(CACHE) } : undefined;
  },

  canFetch: hasApt,

  async fetch() {
    // In place, so that concurrent builds keep their cache.
    fs.writeFileSync(ADDING, '');
    await step("Emscripten's libraries for builds with exceptions (up to a minute)", () =>
      buildLibraries(inToolchain(CACHE), WITH_EXCEPTIONS),
    );
    fs.writeFileSync(ADDED, '');
    fs.rmSync(ADDING);
  },
};

export default emscripten;
