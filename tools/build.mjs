// Builds C++ targets: sets up the preset's tools, configures the preset if necessary, builds, and
// reports progress on stderr.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eachLine } from './lines.mjs';
import { readText } from './setup/files.mjs';
import { setup, tools } from './setup/index.mjs';
import { locked } from './setup/lock.mjs';
import { SetupError, elapsed } from './setup/log.mjs';
import { ROOT, inRoot, shown } from './setup/places.mjs';

/** Every preset, and the group of tools that it needs. @type {Record<string, string>} */
const PRESETS = {
  native: 'native',
  'native-asan': 'native',
  web: 'web',
  'web-trampoline': 'web',
  'web-exceptions': 'web',
  'wasi-p1': 'wasi-p1',
  'wasi-p2': 'wasi-p2',
};

/** How often a long build reports progress. */
const PROGRESS_MS = 10_000;

/** How much of a failed step's output the error keeps. */
const KEPT_LINES = 60;

/**
 * @typedef {object} BuildOptions
 * @property {string} [folder] the build folder, by default `build/<preset>`
 * @property {Record<string, string>} [variables] CMake variables that differ from the preset's;
 *   they need a folder of their own
 */

/**
 * The last build of each folder in this process; the next waits for it.
 * @type {Map<string, any>}
 */
const running = new Map();

/** @param {string} preset */
export function buildFolder(preset) {
  return inRoot('build', preset);
}

/**
 * Brings these targets of a preset up to date and returns the build folder. The program `tally` of
 * `demos/tally/CMakeLists.txt` is then `<folder>/demos/tally/tally`, with the suffixes that
 * `wasio_add_program` lists. Builds of different folders may run concurrently; those of one folder
 * wait for each other, across processes too. Rejects with a `SetupError` that holds the compiler's
 * messages.
 * @param {string} preset
 * @param {string[]} [targets] all if there are none
 * @param {BuildOptions} [options]
 * @returns {Promise<string>}
 */
export async function build(preset, targets = [], options = {}) {
  if (!Object.hasOwn(PRESETS, preset)) {
    throw new SetupError(`no such preset: ${preset}`, `use one of ${Object.keys(PRESETS).join(', ')}`);
  }
  const folder = options.folder ?? buildFolder(preset);
  const before = running.get(folder) ?? Promise.resolve();
  const work = () => buildAlone(preset, targets, folder, options.variables ?? {});
  const after = before.then(work, work);
  running.set(folder, after);
  await after;
  return folder;
}

/**
 * Configures a preset without building it and returns the build folder: enough for readers of
 * compile_commands.json.
 * @param {string} preset
 */
export async function configured(preset) {
  return build(preset, NOTHING);
}

/** @type {string[]} */
const NOTHING = [];

/**
 * @param {string} preset
 * @param {string[]} targets
 * @param {string} folder
 * @param {Record<string, string>} variables
 */
async function buildAlone(preset, targets, folder, variables) {
  await setup([PRESETS[preset]]);
  const title = path.basename(folder);
  const work = async () => {
    await configure(preset, folder, variables, title);
    if (targets !== NOTHING) await compile(targets, folder, title);
  };
  await locked(work, `${folder}.lock`, `build of ${shown(folder)}`);
}

/**
 * @param {string} preset
 * @param {string} folder
 * @param {Record<string, string>} variables
 * @param {string} title
 */
async function configure(preset, folder, variables, title) {
  const recipe = configurationOf(preset, variables);
  const stamp = path.join(folder, 'wasio-configured.json');
  if (fs.existsSync(path.join(folder, 'build.ninja')) && readText(stamp) === recipe) return;
  const given = { CMAKE_MAKE_PROGRAM: tools().ninja, ...variables };
  const settings = Object.entries(given).map(([name, value]) => `-D${name}=${value}`);
  const args = ['--preset', preset, '-B', folder, ...settings];
  // --fresh: values that another configuration left in the cache would override the preset.
  await report(`${title}: configuring`, tools().cmake, ['--fresh', ...args]);
  fs.writeFileSync(stamp, recipe);
}

/**
 * What a configured folder depends on that CMake does not watch.
 * @param {string} preset
 * @param {Record<string, string>} variables
 */
function configurationOf(preset, variables) {
  const isPart = (/** @type {string} */ name) => fs.existsSync(inRoot(name, 'CMakeLists.txt'));
  const folders = fs.readdirSync(ROOT).filter(isPart);
  const { cmake, ninja } = tools();
  const presets = readText(inRoot('CMakePresets.json'));
  return JSON.stringify({ root: ROOT, preset, variables, folders, cmake, ninja, presets });
}

/**
 * @param {string[]} targets
 * @param {string} folder
 * @param {string} title
 */
async function compile(targets, folder, title) {
  const jobs = Math.max(1, os.availableParallelism());
  const wanted = targets.length > 0 ? ['--target', ...targets] : [];
  const what = targets.length > 0 ? targets.join(', ') : 'everything';
  const args = ['--build', folder, '-j', String(jobs), ...wanted];
  await report(`${title}: building ${what}`, tools().cmake, args);
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`[build] ${text}\n`);
}

/**
 * Runs one step. Prints only if the step takes long, builds something, or fails.
 * @param {string} what
 * @param {string} program
 * @param {string[]} args
 */
function report(what, program, args) {
  const start = Date.now();
  /** @type {string[]} */
  const lines = [];
  let counted = '';
  let told = false;
  const tell = () => {
    say(`${what}${counted && ` ${counted}`} (${elapsed(start)})`);
    told = true;
  };
  const beat = setInterval(tell, PROGRESS_MS);
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, NINJA_STATUS: '[%f/%t] ' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @param {string} line */
  const take = (line) => {
    const step = line.match(/^\[(\d+\/\d+)\] /);
    if (step) counted = step[1];
    lines.push(line);
  };
  eachLine(child.stdout, take);
  eachLine(child.stderr, take);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      clearInterval(beat);
      reject(new SetupError(`${program}: ${error.message}`, 'run `npm run doctor`'));
    });
    child.on('close', (code, signal) => {
      clearInterval(beat);
      if (code !== 0) {
        const end = signal ?? `exit code ${code}`;
        return reject(new SetupError(`${what}: ${end}\n${complaint(lines)}`));
      }
      if (told || counted) tell();
      resolve(undefined);
    });
  });
}

/**
 * The part of a failed step's output that says why it failed.
 * @param {string[]} lines
 */
function complaint(lines) {
  const first = lines.findIndex((line) => /^FAILED: |^CMake Error/.test(line));
  const told = lines.filter((line, index) => index >= first && !/^\[\d+\/\d+\] /.test(line));
  return told.slice(0, KEPT_LINES).join('\n');
}
