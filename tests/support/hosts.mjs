// The hosts that run programs of the tests, the conformance suite first: how a program is built for
// each host and run there. To add a host, add a row to one of the tables at the end.
import path from 'node:path';
import { build, buildFolder } from '../../tools/build.mjs';
import { inNode } from '../../tools/programs.mjs';
import { runLines } from './processes.mjs';
import { WASI_HOSTS } from './wasi-hosts.mjs';

/** @typedef {import('./processes.mjs').Options} Options */
/** @typedef {import('./processes.mjs').Ended} Ended */
/**
 * Runs the program with these arguments.
 * @typedef {(args: string[], onLine: (line: string) => void, options: Options) => Promise<Ended>} Run
 */
/**
 * `prepare` builds a program for the host. The program's target has the name of its folder.
 * @typedef {{prepare: (program: string) => Promise<Run>}} Host
 */
/**
 * A build that differs from its preset, in a folder of its own.
 * @typedef {{name: string, variables: Record<string, string>}} Variant
 */

/**
 * Builds a program and returns its path without suffix.
 * @param {string} preset
 * @param {string} program
 * @param {Variant} [variant]
 */
async function builtFor(preset, program, variant) {
  const options = variant && {
    folder: `${buildFolder(preset)}-${variant.name}`,
    variables: variant.variables,
  };
  return path.join(await build(preset, [program], options), 'tests', program, program);
}

/**
 * A host where programs are processes.
 * @param {string} preset
 * @param {(program: string) => string[] | Promise<string[]>} command takes the program's path
 *   without suffix
 * @param {{env?: NodeJS.ProcessEnv, variant?: Variant}} [options]
 * @returns {Host}
 */
function processHost(preset, command, { env, variant } = {}) {
  return {
    async prepare(program) {
      const words = await command(await builtFor(preset, program, variant));
      return (args, onLine, options) => runLines([...words, ...args], onLine, { ...options, env });
    },
  };
}

/** @param {string} preset @param {Variant} [variant] */
function nodeHost(preset, variant) {
  return processHost(preset, (program) => inNode(`${program}.node.mjs`), { variant });
}

/** @param {string} name of `WASI_HOSTS` @param {Variant} [variant] */
function wasiHost(name, variant) {
  const { preset, command } = WASI_HOSTS[name];
  return processHost(preset, (program) => command(`${program}.wasm`, []), { variant });
}

/** @param {string} preset @returns {Host} */
function pageHost(preset) {
  return {
    async prepare(program) {
      const module = `${await builtFor(preset, program)}.mjs`;
      // The browser's driver is an npm package, which readers of this table may not have yet.
      const { runInPage } = await import('./page.mjs');
      return (args, onLine, options) => runInPage(module, args, onLine, options);
    },
  };
}

/**
 * Native programs with a limit on their address space. Sanitizers need more than any such limit.
 * @param {string} preset
 * @param {number} kilobytes
 */
export function limitedHost(preset, kilobytes) {
  const limited = `ulimit -v ${kilobytes} && exec "$0" "$@"`;
  return processHost(preset, (program) => ['sh', '-c', limited, program]);
}

/** What the sanitizers look for; they abort the program when they find something. */
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

/** @type {Variant} */
const WITHOUT_PLACES = {
  name: 'places-0',
  variables: { WASIO_PLACES: '0', CMAKE_CXX_FLAGS_RELEASE: '-O1' },
};

/** The hosts of `npm test`, and the columns of the matrix. @type {Record<string, Host>} */
export const USUAL_HOSTS = {
  'native-asan': nativeHost(),
  node: nodeHost('web'),
  chromium: pageHost('web'),
  'wasmtime-p1': wasiHost('wasmtime-p1'),
  'wasmtime-p2': wasiHost('wasmtime-p2'),
  'node-wasi': wasiHost('node-wasi'),
  'node-trampoline': nodeHost('web-trampoline'),
  'node-exceptions': nodeHost('web-exceptions'),
};

/**
 * The hosts that `npm run test:all` adds: then every build has run on every host that can run it.
 * @type {Record<string, Host>}
 */
export const OTHER_HOSTS = {
  'native-exceptions': nativeHost(EXCEPTIONS),
  'chromium-trampoline': pageHost('web-trampoline'),
  'chromium-exceptions': pageHost('web-exceptions'),
  'wasmtime-p1-trampoline': wasiHost('wasmtime-p1', TRAMPOLINE),
  'wasmtime-p2-trampoline': wasiHost('wasmtime-p2', TRAMPOLINE),
  'node-wasi-trampoline': wasiHost('node-wasi', TRAMPOLINE),
  'node-places-0': nodeHost('web', WITHOUT_PLACES),
};

/** @type {Record<string, Host>} */
export const HOSTS = { ...USUAL_HOSTS, ...OTHER_HOSTS };
