// `npm run bench`: what the core costs in nanoseconds and bytes, against a bare coroutine loop,
// plain JavaScript and, where python3 is installed, CPython's asyncio. With --json, exactly one
// JSON array goes to stdout.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from '../build.mjs';
import { optionsIn } from '../options.mjs';
import { inNode, inWasmtime } from '../programs.mjs';
import { inRoot } from '../setup/places.mjs';
import { table } from '../table.mjs';

const execute = promisify(execFile);

/**
 * @typedef {{measure: string, ours: number, bare: number | null} |
 *   {measure: string, bytes: number}} Line
 */
/**
 * @typedef {{measure: string, host: string, ns?: number, bytes?: number, vs_bare: number | null,
 *   vs_js: number | null, vs_asyncio: number | null}} Figure
 */
/**
 * @typedef {{js: Map<string, number>, asyncio: Map<string, number>}} Others nanoseconds by measure
 */

const nodeCommand = (/** @type {string} */ folder) => inNode(path.join(folder, 'bench.node.mjs'));
const wasmtimeCommand = (/** @type {string} */ folder) => inWasmtime(path.join(folder, 'bench.wasm'));

/**
 * Each host: how the program is built and run, and which measures count there; all if none are
 * named.
 * @type {{host: string, preset: string, command: (folder: string) => string[],
 *   options?: import('../build.mjs').BuildOptions, measures?: string[]}[]}
 */
const HOSTS = [
  { host: 'node', preset: 'web', command: nodeCommand },
  {
    host: 'node-places-0',
    preset: 'web',
    command: nodeCommand,
    options: { folder: inRoot('build/web-places-0'), variables: { WASIO_PLACES: '0' } },
    measures: ['sleeping_task'],
  },
  { host: 'wasmtime-p1', preset: 'wasi-p1', command: wasmtimeCommand },
];

/**
 * Runs a process to its end and returns the JSON lines that it printed, parsed.
 * @param {string[]} command
 */
async function linesOf([program, ...args]) {
  process.stderr.write(`[bench] ${[program, ...args].map((word) => path.basename(word)).join(' ')}\n`);
  const { stdout } = await execute(program, args, { maxBuffer: 1 << 20 });
  return stdout.trim().split('\n').map((line) => JSON.parse(line));
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}

/**
 * @param {number} ours
 * @param {number | null | undefined} theirs
 */
function ratio(ours, theirs) {
  return theirs ? rounded(ours / theirs) : null;
}

/**
 * @param {string} host
 * @param {Line} line
 * @param {Others} others
 * @returns {Figure}
 */
function figure(host, line, others) {
  const { measure } = line;
  if ('bytes' in line) {
    const bytes = Math.round(line.bytes);
    return { measure, host, bytes, vs_bare: null, vs_js: null, vs_asyncio: null };
  }
  return {
    measure,
    host,
    ns: rounded(line.ours),
    vs_bare: ratio(line.ours, line.bare),
    vs_js: ratio(line.ours, others.js.get(measure)),
    vs_asyncio: ratio(line.ours, others.asyncio.get(measure)),
  };
}

/** @param {Figure[]} all */
function asTable(all) {
  const head = ['measure', 'host', 'ns or bytes', 'vs bare', 'vs JS', 'vs asyncio'];
  const rows = all.map(({ measure, host, ns, bytes, vs_bare, vs_js, vs_asyncio }) => [
    measure,
    host,
    ns === undefined ? `${bytes} B` : ns.toFixed(1),
    ...[vs_bare, vs_js, vs_asyncio].map((value) => value?.toFixed(2) ?? '–'),
  ]);
  return table([head, ...rows]);
}

/**
 * The figures of another runtime, by measure; empty if it is not installed.
 * @param {string} unit
 * @param {string[]} command
 */
async function others(unit, command) {
  /** @type {Map<string, number>} */
  const figures = new Map();
  try {
    for (const line of await linesOf(command)) figures.set(line.measure, line[unit]);
  } catch (error) {
    process.stderr.write(`[bench] no figures from ${command[0]}: ${/** @type {Error} */ (error).message}\n`);
  }
  return figures;
}

/** @param {string[]} args */
export async function main(args) {
  const { json } = optionsIn(args, { json: { type: 'boolean' } }, 'npm run bench [-- --json]');
  // All builds come first, so that no build runs while something is measured.
  const boundary = path.join(await build('web', ['bench_boundary']), 'bench/bench_boundary.node.mjs');
  const folders = new Map();
  for (const { host, preset, options } of HOSTS)
    folders.set(host, await build(preset, ['bench'], options));
  const theirs = {
    js: await others('js', [process.execPath, inRoot('bench/javascript.mjs')]),
    asyncio: await others('asyncio', ['python3', inRoot('bench/python.py')]),
  };
  const none = { js: new Map(), asyncio: new Map() };
  /** @type {Figure[]} */
  const all = [];
  for (const { host, command, measures = [] } of HOSTS) {
    const lines = await linesOf([...command(path.join(folders.get(host), 'bench')), ...measures]);
    all.push(...lines.map((line) => figure(host, line, host === 'node' ? theirs : none)));
  }
  const crossings = await linesOf([process.execPath, inRoot('bench/boundary.mjs'), boundary]);
  all.push(...crossings.map((line) => figure('node', line, none)));
  console.log(json ? JSON.stringify(all, null, 2) : asTable(all));
  return 0;
}
