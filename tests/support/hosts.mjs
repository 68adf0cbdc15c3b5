// The hosts on which programs of the tests run, the conformance suite first: how each is built and
// run there.
import path from 'node:path';
import { build, buildFolder } from '../../tools/build.mjs';
import { tools } from '../../tools/setup/index.mjs';
import { inRoot } from '../../tools/setup/places.mjs';
import { runInPage } from './page.mjs';
import { runLines } from './processes.mjs';

/** @typedef {import('./processes.mjs').Options} Options */
/** @typedef {import('./processes.mjs').Ended} Ended */
/**
 * Runs the program with these arguments.
 * @typedef {(args: string[], onLine: (line: string) => void, options: Options) => Promise<Ended>} Run
 */
/**
 * Builds a program, which is the target and the folder of its name, for the host.
 * @typedef {{preset: string, prepare: (program: string) => Promise<Run>}} Host
 */

/** A program's path, without suffix. @param {string} folder @param {string} program */
const pathOf = (folder, program) => path.join(folder, 'tests', program, program);

/**
 * A build that differs from its preset, in a folder of its own.
 * @typedef {{name: string, variables: Record<string, string>}} Variant
 */

/**
 * Builds a program; gives its path without suffix.
 * @param {string} preset
 * @param {string} program
 * @param {Variant} [variant]
 */
async function builtFor(preset, program, variant) {
  const options = variant && {
    folder: `${buildFolder(preset)}-${variant.name}`,
    variables: variant.variables,
  };
  return pathOf(await build(preset, [program], options), program);
}

/**
 * A host where programs are processes.
 * @param {string} preset
 * @param {(program: string) => string[]} command from the program's path without suffix
 * @param {{env?: NodeJS.ProcessEnv, variant?: Variant}} [options]
 * @returns {Host}
 */
function processHost(preset, command, { env, variant } = {}) {
  return {
    preset,
    async prepare(program) {
      const built = await builtFor(preset, program, variant);
      return (args, onLine, options) =>
        runLines([...command(built), ...args], onLine, { ...options, env });
    },
  };
}

/** @param {string} preset @param {Variant} [variant] */
function nodeHost(preset, variant) {
  const runner = inRoot('bindings/bin/wasio.mjs');
  const command = (/** @type {string} */ program) => [
    process.execPath,
    runner,
    'run',
    `${program}.node.mjs`,
  ];
  return processHost(preset, command, { variant });
}

/** @param {string} preset @param {Variant} [variant] */
function wasmtimeHost(preset, variant) {
  const command = (/** @type {string} */ program) => [tools().wasmtime, 'run', `${program}.wasm`];
  return processHost(preset, command, { variant });
}

/** @param {Variant} [variant] */
function nodeWasiHost(variant) {
  const command = (/** @type {string} */ program) => [
    process.execPath,
    '--no-warnings',
    inRoot('tests/support/node-wasi.mjs'),
    `${program}.wasm`,
  ];
  return processHost('wasi-p1', command, { variant });
}

/** @param {string} preset @returns {Host} */
function pageHost(preset) {
  return {
    preset,
    async prepare(program) {
      const module = `${await builtFor(preset, program)}.mjs`;
      return (args, onLine, options) => runInPage(module, args, onLine, options);
    },
  };
}

/** What the sanitizers are to find, and that they end the program when they do. */
export const SANITIZERS = {
  ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1:abort_on_error=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

/** @param {Variant} [variant] */
function nativeHost(variant) {
  return processHost('native-asan', (program) => [program], { env: SANITIZERS, variant });
}

/** @type {Variant} */
const TRAMPOLINE = {
  name: 'trampoline',
  variables: { WASIO_TAIL_CALLS: 'OFF', CMAKE_CXX_FLAGS_RELEASE: '-O1' },
};

/** @type {Variant} */
const EXCEPTIONS = { name: 'exceptions', variables: { WASIO_EXCEPTIONS: 'ON' } };

/** @param {number} level @returns {Variant} */
function places(level) {
  return {
    name: `places-${level}`,
    variables: { WASIO_PLACES: `${level}`, CMAKE_CXX_FLAGS_RELEASE: '-O1' },
  };
}

/** The hosts of `npm test`. @type {Record<string, Host>} */
const USUAL = {
  'native-asan': nativeHost(),
  node: nodeHost('web'),
  chromium: pageHost('web'),
  'node-trampoline': nodeHost('web-trampoline'),
  'node-exceptions': nodeHost('web-exceptions'),
  'wasmtime-p1': wasmtimeHost('wasi-p1'),
  'wasmtime-p2': wasmtimeHost('wasi-p2'),
  'node-wasi': nodeWasiHost(),
};

/** With these, of `npm run test:all`, every build meets every host that can run it. */
const OTHERS = {
  'native-exceptions': nativeHost(EXCEPTIONS),
  'chromium-trampoline': pageHost('web-trampoline'),
  'chromium-exceptions': pageHost('web-exceptions'),
  'wasmtime-p1-trampoline': wasmtimeHost('wasi-p1', TRAMPOLINE),
  'wasmtime-p2-trampoline': wasmtimeHost('wasi-p2', TRAMPOLINE),
  'node-wasi-trampoline': nodeWasiHost(TRAMPOLINE),
  'node-places-0': nodeHost('web', places(0)),
  'node-places-2': nodeHost('web', places(2)),
};

/** @type {Record<string, Host>} */
export const HOSTS = { ...USUAL, ...OTHERS };
