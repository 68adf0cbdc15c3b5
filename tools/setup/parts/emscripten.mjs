// Emscripten: C++ to the web. It is a set of scripts; compiler and Binaryen are other parts.
import fs from 'node:fs';
import path from 'node:path';
import { hasApt, unpackTesting } from '../apt.mjs';
import { atLeast, isProgram, onPath, versionOf } from '../find.mjs';
import { step } from '../log.mjs';
import { inToolchain } from '../places.mjs';
import { run } from '../run.mjs';
import { build, isBuilt, writeWhole } from '../unpack.mjs';
import binaryen from './binaryen.mjs';
import llvm from './llvm.mjs';

const LEAST = '5.0';
const FOLDER = 'emscripten';
const RECIPE = 'debian testing, 2';
const CACHE = 'emscripten-cache';

/** Emscripten's own config file, which it finds beside emcc. */
const CONFIG = inToolchain(FOLDER, '.emscripten');

/**
 * The links whose system libraries are built beforehand: one per variant that a build of ours
 * asks for. Anything else is built, by emcc, when it is first needed.
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

/** The config's text; nothing while what it names is missing. */
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

/** The libraries depend on the compiler, too. */
function cacheRecipe() {
  return `${RECIPE}\n${llvm.find()?.version}\n${JSON.stringify(VARIANTS)}`;
}

/** Set while libraries are added to the finished cache; found later, it tells of a killed run. */
const ADDING = inToolchain(CACHE, '.adding');
const ADDED = inToolchain(CACHE, '.with-exceptions');

function isCacheBuilt() {
  return isBuilt(CACHE, cacheRecipe()) && !fs.existsSync(ADDING);
}

/** @param {string} file */
function holds(file, /** @type {string | undefined} */ text) {
  try {
    return fs.readFileSync(file, 'utf8') === text;
  } catch {
    return false;
  }
}

/** @returns {import('../part.mjs').Found | undefined} */
function findOwn() {
  const sdk = process.env.EMSDK && path.join(process.env.EMSDK, 'upstream/emscripten/em++');
  if (sdk && isProgram(sdk) && atLeast(versionOf(sdk), LEAST)) return found(sdk, 'EMSDK');
  const own = onPath('em++');
  if (own && atLeast(versionOf(own), LEAST)) return found(fs.realpathSync(own), 'PATH');
  return undefined;
}

/** @returns {import('../part.mjs').Found | undefined} */
function found(/** @type {string} */ at, /** @type {string} */ from) {
  const version = versionOf(at);
  const root = path.dirname(at);
  const paths = { emscripten: root, emxx: at, emcc: path.join(root, 'emcc') };
  return version ? { paths, version, from, at } : undefined;
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
      // Its .js files are CommonJS; without this, our own package.json would make them modules.
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
  // npm: emcc's JavaScript optimizer finds its parser, acorn, in our node_modules.
  needs: ['npm', 'python3', 'llvm', 'binaryen'],
  own: `Emscripten ${LEAST} or newer: em++ on PATH, or an emsdk named by EMSDK`,

  find() {
    const own = findOwn();
    if (own) return own;
    const ready =
      isBuilt(FOLDER, RECIPE) && holds(CONFIG, configuration()) && isCacheBuilt();
    return ready ? found(inToolchain(FOLDER, 'em++'), '.toolchain') : undefined;
  },

  canFetch: hasApt,

  async fetch() {
    if (!isBuilt(FOLDER, RECIPE)) await fetchScripts();
    writeWhole(CONFIG, configuration() ?? '');
    if (!isCacheBuilt()) await fetchLibraries();
  },
};

/**
 * The libraries for builds with C++ exceptions: a part of their own, since few commands need it.
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
    // In place, so that builds that run meanwhile keep their cache.
    fs.writeFileSync(ADDING, '');
    await step("Emscripten's libraries for builds with exceptions (up to a minute)", () =>
      buildLibraries(inToolchain(CACHE), WITH_EXCEPTIONS),
    );
    fs.writeFileSync(ADDED, '');
    fs.rmSync(ADDING);
  },
};

export default emscripten;
