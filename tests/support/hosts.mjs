// The hosts on which the conformance suite runs: how it is built and run on each.
import path from 'node:path';
import { build } from '../../tools/build.mjs';
import { tools } from '../../tools/setup/index.mjs';
import { inRoot } from '../../tools/setup/places.mjs';
import { runInPage } from './page.mjs';
import { runLines } from './processes.mjs';

/** @typedef {import('./processes.mjs').Options} Options */
/** @typedef {import('./processes.mjs').Ended} Ended */
/**
 * Runs the suite with these arguments.
 * @typedef {(args: string[], onLine: (line: string) => void, options: Options) => Promise<Ended>} Run
 */
/** @typedef {{preset: string, target: string, prepare: () => Promise<Run>}} Host */

/**
 * A host where the suite is a process.
 * @param {string} preset
 * @param {string} target
 * @param {(program: string) => string[]} command from the suite's path without suffix
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Host}
 */
function processHost(preset, target, command, env) {
  return {
    preset,
    target,
    async prepare() {
      const folder = await build(preset, [target]);
      const program = path.join(folder, 'tests/conformance/conformance');
      return (args, onLine, options) =>
        runLines([...command(program), ...args], onLine, { ...options, env });
    },
  };
}

/** @param {string} preset */
function nodeHost(preset) {
  const runner = inRoot('bindings/bin/wasio.mjs');
  return processHost(preset, 'conformance', (program) => [
    process.execPath,
    runner,
    'run',
    `${program}.node.mjs`,
  ]);
}

/** @param {string} preset */
function wasmtimeHost(preset) {
  return processHost(preset, 'conformance', (program) => [
    tools().wasmtime,
    'run',
    `${program}.wasm`,
  ]);
}

/** @returns {Host} */
function pageHost() {
  return {
    preset: 'web',
    target: 'conformance',
    async prepare() {
      const folder = await build('web', ['conformance']);
      const program = path.join(folder, 'tests/conformance/conformance.mjs');
      return (args, onLine, options) => runInPage(program, args, onLine, options);
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
  'native-asan': processHost('native-asan', 'conformance', (program) => [program], SANITIZERS),
  node: nodeHost('web'),
  chromium: pageHost(),
  'node-trampoline': nodeHost('web-trampoline'),
  'node-exceptions': nodeHost('web-exceptions'),
  'wasmtime-p1': wasmtimeHost('wasi-p1'),
  'wasmtime-p2': wasmtimeHost('wasi-p2'),
  'node-wasi': processHost('wasi-p1', 'conformance', (program) => [
    process.execPath,
    '--no-warnings',
    inRoot('tests/support/node-wasi.mjs'),
    `${program}.wasm`,
  ]),
};
