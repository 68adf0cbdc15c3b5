// The hosts on which programs of the tests run, the conformance suite first: how each is built and
// run there.
import path from 'node:path';
import { build } from '../../tools/build.mjs';
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
 * A host where programs are processes.
 * @param {string} preset
 * @param {(program: string) => string[]} command from the program's path without suffix
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Host}
 */
function processHost(preset, command, env) {
  return {
    preset,
    async prepare(program) {
      const built = pathOf(await build(preset, [program]), program);
      return (args, onLine, options) =>
        runLines([...command(built), ...args], onLine, { ...options, env });
    },
  };
}

/** @param {string} preset */
function nodeHost(preset) {
  const runner = inRoot('bindings/bin/wasio.mjs');
  return processHost(preset, (program) => [
    process.execPath,
    runner,
    'run',
    `${program}.node.mjs`,
  ]);
}

/** @param {string} preset */
function wasmtimeHost(preset) {
  return processHost(preset, (program) => [tools().wasmtime, 'run', `${program}.wasm`]);
}

/** @returns {Host} */
function pageHost() {
  return {
    preset: 'web',
    async prepare(program) {
      const module = `${pathOf(await build('web', [program]), program)}.mjs`;
      return (args, onLine, options) => runInPage(module, args, onLine, options);
    },
  };
}

/** What the sanitizers are to find, and that they end the program when they do. */
export const SANITIZERS = {
  ASAN_OPTIONS: 'detect_leaks=1:detect_stack_use_after_return=1:abort_on_error=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

/** @type {Record<string, Host>} */
export const HOSTS = {
  'native-asan': processHost('native-asan', (program) => [program], SANITIZERS),
  node: nodeHost('web'),
  chromium: pageHost(),
  'node-trampoline': nodeHost('web-trampoline'),
  'node-exceptions': nodeHost('web-exceptions'),
  'wasmtime-p1': wasmtimeHost('wasi-p1'),
  'wasmtime-p2': wasmtimeHost('wasi-p2'),
  'node-wasi': processHost('wasi-p1', (program) => [
    process.execPath,
    '--no-warnings',
    inRoot('tests/support/node-wasi.mjs'),
    `${program}.wasm`,
  ]),
};
