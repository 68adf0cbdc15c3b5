// The test files that run on several hosts. `npm test` starts each file once per host of its
// table, in a process of its own, and names the host to it.
import { HOSTS as TALLY_HOSTS } from '../../demos/tally/hosts.mjs';
import { HOST_VARIABLE } from '../../tools/testing/run.mjs';
import { OTHER_HOSTS, USUAL_HOSTS } from './hosts.mjs';
import { WASI_HOSTS } from './wasi-hosts.mjs';

/**
 * @typedef {object} Table
 * @property {string} name the names of its tests are this, a slash and the host
 * @property {string} file below tests/
 * @property {string[]} hosts
 * @property {string} [suite] its title in the summary, by default its name
 * @property {boolean} [onlyAll] runs only with `npm run test:all`, or when named
 */

/** @type {Table[]} */
export const TABLES = [
  {
    name: 'hosts',
    file: 'hosts.test.mjs',
    suite: 'conformance',
    hosts: Object.keys(USUAL_HOSTS),
  },
  {
    name: 'combinations',
    file: 'hosts.test.mjs',
    suite: 'conformance',
    hosts: Object.keys(OTHER_HOSTS),
    onlyAll: true,
  },
  { name: 'lint', file: 'lint.test.mjs', hosts: ['native'], onlyAll: true },
  {
    name: 'traces/golden',
    file: 'traces/golden.test.mjs',
    hosts: ['native-asan', 'node', 'chromium', 'wasmtime-p1', 'wasmtime-p2', 'node-wasi'],
  },
  {
    name: 'memory_limit',
    file: 'memory_limit.test.mjs',
    // Not node-wasi: when the program has ended well, Node 20 may crash while it continues the
    // script that ran it ("Invalid bytecode"). With --no-flush-bytecode it has not been seen to.
    hosts: ['native', 'node', 'chromium', 'wasmtime-p1', 'wasmtime-p2'],
  },
  {
    name: 'process',
    file: 'process.test.mjs',
    hosts: ['native-asan', 'node', 'wasmtime-p1', 'wasmtime-p2', 'node-wasi'],
  },
  { name: 'wasi/programs', file: 'wasi/programs.test.mjs', hosts: Object.keys(WASI_HOSTS) },
  { name: 'demos/tally', file: 'demos/tally.test.mjs', hosts: Object.keys(TALLY_HOSTS) },
];

/** The host that this process runs its test file on. */
export function currentHost() {
  const host = process.env[HOST_VARIABLE];
  if (!host) throw new Error(`${HOST_VARIABLE} is not set: run this file by \`npm test -- <name>\``);
  return host;
}
