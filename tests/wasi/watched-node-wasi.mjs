// Runs a preview 1 program in Node's own WASI and watches how it polls:
// `node watched-node-wasi.mjs real|shim program.wasm arguments...`. At the end it prints on
// standard error how often the program polled. A poll that some host does not support ends the
// program. `shim` polls as the WASI shims for browsers do. WASIO_TEST_STDOUT names a pipe that
// becomes the standard output, in non-blocking mode.
import fs from 'node:fs';
import { WASI } from 'node:wasi';

const MONOTONIC = 1;
const CLOCK = 0;
const MILLISECOND = 1_000_000n;
const NOT_SUPPORTED = 58;
const SUBSCRIPTION_SIZE = 48;
const EVENT_SIZE = 32;

const [mode, program, ...args] = process.argv.slice(2);
const pipe = process.env.WASIO_TEST_STDOUT;
const stdout = pipe ? fs.openSync(pipe, fs.constants.O_RDWR | fs.constants.O_NONBLOCK) : 1;
const wasi = new WASI({ version: 'preview1', args: [program, ...args], stdout });
const imports = wasi.getImportObject();
const { poll_oneoff: realPoll } = imports.wasi_snapshot_preview1;
let polls = 0;

/** @param {number} at @param {number} count */
function subscriptions(at, count) {
  const view = new DataView(memory.buffer, at, count * SUBSCRIPTION_SIZE);
  return Array.from({ length: count }, (_, index) => {
    const start = index * SUBSCRIPTION_SIZE;
    return {
      userdata: view.getBigUint64(start, true),
      isClock: view.getUint8(start + 8) === CLOCK,
      clock: view.getUint32(start + 16, true),
      timeout: view.getBigUint64(start + 24, true),
      flags: view.getUint16(start + 40, true),
    };
  });
}

/**
 * @param {ReturnType<typeof subscriptions>} polled
 * @param {Uint8Array} events
 */
function* brokenRules(polled, events) {
  if (polled.length === 0) yield 'a poll without subscriptions';
  if (polled.filter(({ isClock }) => isClock).length > 1) yield 'more than one clock';
  if (polled.filter(({ isClock }) => !isClock).length > 1) yield 'more than one descriptor';
  if (events.some((byte) => byte !== 0)) yield 'the memory for events is not zeroed';
  for (const { isClock, clock, timeout, flags } of polled) {
    if (!isClock) continue;
    if (clock !== MONOTONIC) yield `clock ${clock}`;
    if (flags !== 0) yield 'an absolute deadline';
    if (timeout % MILLISECOND !== 0n) yield `a timeout of ${timeout} ns`;
  }
}

/**
 * Busy-waits for one clock, refuses everything else, and does not report the number of events.
 * @param {number} from
 * @param {number} to
 * @param {number} count
 */
function shimPoll(from, to, count) {
  const [{ userdata, isClock, timeout }] = subscriptions(from, count);
  if (count > 1 || !isClock) return NOT_SUPPORTED;
  const end = process.hrtime.bigint() + timeout;
  while (process.hrtime.bigint() < end);
  new DataView(memory.buffer).setBigUint64(to, userdata, true);
  return 0;
}

imports.wasi_snapshot_preview1.poll_oneoff = (
  /** @type {number} */ from,
  /** @type {number} */ to,
  /** @type {number} */ count,
  /** @type {number} */ counted,
) => {
  polls += 1;
  const events = new Uint8Array(memory.buffer, to, count * EVENT_SIZE);
  const broken = [...brokenRules(subscriptions(from, count), events)];
  if (broken.length > 0) throw new Error(`rule broken: ${broken.join(', ')}`);
  return mode === 'shim' ? shimPoll(from, to, count) : realPoll(from, to, count, counted);
};

const module = await WebAssembly.compile(fs.readFileSync(program));
const instance = await WebAssembly.instantiate(module, imports);
const memory = /** @type {WebAssembly.Memory} */ (instance.exports.memory);
process.exitCode = wasi.start(instance);
process.stderr.write(`polls: ${polls}\n`);
