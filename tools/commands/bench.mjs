// `npm run bench`: what the core costs in nanoseconds, beside a bare coroutine loop and beside plain
// JavaScript. With --json exactly one JSON array goes to stdout.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from '../build.mjs';
import { tools } from '../setup/index.mjs';
import { SetupError } from '../setup/log.mjs';
import { inRoot } from '../setup/places.mjs';
import { table } from '../table.mjs';

const execute = promisify(execFile);

/** @typedef {{measure: string, ours: number, bare: number | null}} Line */
/** @typedef {{measure: string, host: string, ns: number, vs_bare: number | null, vs_js: number | null}} Figure */

/** Each host: the preset it is built with, and how the program is run. */
const HOSTS = [
  {
    host: 'node',
    preset: 'web',
    command: (/** @type {string} */ folder) => [
      process.execPath,
      inRoot('bindings/bin/wasio.mjs'),
      'run',
      path.join(folder, 'bench.node.mjs'),
    ],
  },
  {
    host: 'wasmtime-p1',
    preset: 'wasi-p1',
    command: (/** @type {string} */ folder) => [
      tools().wasmtime,
      'run',
      path.join(folder, 'bench.wasm'),
    ],
  },
];

/**
 * Runs one process to its end and reads the JSON lines it printed.
 * @param {string[]} command
 */
async function linesOf([program, ...args]) {
  process.stderr.write(`[bench] ${path.basename(program)} ${path.basename(args.at(-1) ?? '')}\n`);
  const { stdout } = await execute(program, args, { maxBuffer: 1 << 20 });
  return stdout.trim().split('\n').map((line) => JSON.parse(line));
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}

/**
 * @param {string} host
 * @param {Line[]} lines
 * @param {Map<string, number>} javascript ns by measure
 * @returns {Figure[]}
 */
function figures(host, lines, javascript) {
  return lines.map(({ measure, ours, bare }) => {
    const js = javascript.get(measure);
    return {
      measure,
      host,
      ns: rounded(ours),
      vs_bare: bare === null ? null : rounded(ours / bare),
      vs_js: js === undefined ? null : rounded(ours / js),
    };
  });
}

/** @param {Figure[]} all */
function asTable(all) {
  const head = ['measure', 'host', 'ns', 'vs bare', 'vs JS'];
  const rows = all.map(({ measure, host, ns, vs_bare, vs_js }) => [
    measure,
    host,
    ns.toFixed(1),
    vs_bare?.toFixed(2) ?? '–',
    vs_js?.toFixed(2) ?? '–',
  ]);
  return table([head, ...rows]);
}

/** @param {string[]} args */
export async function main(args) {
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown) throw new SetupError(`bench does not know ${unknown}`, 'npm run bench [-- --json]');
  // All builds first: nothing else of ours runs while something is measured.
  const folders = new Map();
  for (const { host, preset } of HOSTS) folders.set(host, await build(preset, ['bench']));
  const javascript = new Map();
  for (const { measure, js } of await linesOf([process.execPath, inRoot('bench/javascript.mjs')])) {
    javascript.set(measure, js);
  }
  /** @type {Figure[]} */
  const all = [];
  for (const { host, command } of HOSTS) {
    const lines = await linesOf(command(path.join(folders.get(host), 'bench')));
    all.push(...figures(host, lines, host === 'node' ? javascript : new Map()));
  }
  console.log(args.includes('--json') ? JSON.stringify(all, null, 2) : asTable(all));
  return 0;
}
