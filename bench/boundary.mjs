// What it costs to cross between JavaScript and C++:
//
//   node boundary.mjs program.node.mjs
//
// runs bench/boundary.cpp and prints one JSON line per measure, like main.cpp: a call with each
// kind of argument, against an async function of JavaScript; and, by themselves, a value in and out
// of the table, and texts of 10, 100 and 10,000 characters, against the fastest way there is.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { hostModule } from '../tools/host_module.mjs';

const ROUNDS = 5;
const SAMPLES_IN_ROUND = 21;
const LEAST_SAMPLE_MS = 1;
const CONCURRENT = 100;

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/**
 * How often to run something so that a sample takes long enough.
 * @param {(count: number) => unknown} run
 */
async function countFor(run) {
  for (let count = CONCURRENT; ; count *= 2) {
    const start = performance.now();
    await run(count);
    if (performance.now() - start > LEAST_SAMPLE_MS) return count;
  }
}

/** @param {(count: number) => unknown} run @param {number} count */
async function sample(run, count) {
  const start = performance.now();
  await run(count);
  return ((performance.now() - start) * 1e6) / count;
}

/**
 * Prints the best of the rounds, each the median of its samples; all runs take turns.
 * @param {string} measure
 * @param {(count: number) => unknown} ours
 * @param {Array<(count: number) => unknown>} others
 */
async function compare(measure, ours, others) {
  const runs = [ours, ...others];
  const best = runs.map(() => Infinity);
  const counts = [];
  for (const run of runs) counts.push(await countFor(run));
  for (let round = 0; round < ROUNDS; ++round) {
    for (const [i, run] of runs.entries()) {
      const samples = [];
      for (let n = 0; n < SAMPLES_IN_ROUND; ++n) samples.push(await sample(run, counts[i]));
      best[i] = Math.min(best[i], median(samples));
    }
  }
  const [first, ...rest] = best;
  console.log(JSON.stringify({ measure, ours: first, bare: Math.min(...rest) }));
}

/** Calls of a function, many at a time. @param {(value: any) => Promise<any>} call @param {any} value */
const callsOf = (call, value) => async (/** @type {number} */ count) => {
  for (let left = count; left > 0; left -= CONCURRENT) {
    const calls = [];
    for (let i = 0; i < CONCURRENT; ++i) calls.push(call(value));
    await Promise.all(calls);
  }
};

const VALUES = {
  call_nothing: undefined,
  call_int32: 5,
  call_int64: 5n,
  call_double: 0.5,
  call_bool: true,
  call_string: 'ten chars!',
  call_bytes: new Uint8Array(10),
  call_enum: 'exact',
  call_struct: { x: 1, y: 2, label: 'a' },
  call_list: new Float64Array(10),
  call_value: {},
};

/** @param {any} app */
async function measureCalls(app) {
  const inJavaScript = async (/** @type {any} */ value) => value;
  for (const [name, value] of Object.entries(VALUES)) {
    if (app[name]) await compare(name, callsOf(app[name], value), [callsOf(inJavaScript, value)]);
  }
}

const HOST = `
  export { HandleTable } from './handle_table.ts';
  export { Memory } from './memory.ts';
  export * from './wire.ts';
`;

let sink = 0;

/** @param {any} js */
async function measureValues({ HandleTable }) {
  const table = new HandleTable();
  const map = new Map();
  let last = 0;
  const value = { used: 1 };
  const inTable = (/** @type {number} */ count) => {
    for (let i = 0; i < count; ++i) {
      const handle = table.add(value);
      sink += table.get(handle).used;
      table.remove(handle);
    }
  };
  const inMap = (/** @type {number} */ count) => {
    for (let i = 0; i < count; ++i) {
      map.set(++last, value);
      sink += map.get(last).used;
      map.delete(last);
    }
  };
  await compare('value_in_out', inTable, [inMap]);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The ways to write an ASCII text into memory. @param {string} text @param {Uint8Array} bytes */
const WAYS_IN = [
  (text, bytes) => {
    for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  },
  (text, bytes) => encoder.encodeInto(text, bytes.subarray(8)).written,
  (text, bytes) => bytes.set(encoder.encode(text), 8),
];

/** The ways to read one. @type {Array<(bytes: Uint8Array, size: number) => string>} */
const WAYS_OUT = [
  (bytes, size) => {
    let text = '';
    for (let i = 0; i < size; ++i) text += String.fromCharCode(bytes[i]);
    return text;
  },
  (bytes, size) => decoder.decode(bytes.subarray(0, size)),
];

/** @param {any} js */
async function measureTexts({ Memory, Cursor, putText, getText }) {
  const memory = new Memory();
  memory.attach(new WebAssembly.Memory({ initial: 16 }));
  const { bytes } = memory;
  for (const size of [10, 100, 10_000]) {
    const text = 'x'.repeat(size);
    const repeated = (/** @type {() => any} */ once) => (/** @type {number} */ count) => {
      for (let i = 0; i < count; ++i) sink += once() ? 1 : 0;
    };
    await compare(
      `text_${size}_in`,
      repeated(() => putText(new Cursor(memory, 8), text)),
      WAYS_IN.map((way) => repeated(() => way(text, bytes))),
    );
    putText(new Cursor(memory, 8), text);
    bytes.fill(120, 1024, 1024 + size);
    await compare(
      `text_${size}_out`,
      repeated(() => getText(new Cursor(memory, 8)).length),
      WAYS_OUT.map((way) => repeated(() => way(bytes.subarray(1024), size).length)),
    );
  }
}

const { load } = await import(pathToFileURL(path.resolve(process.argv[2])).href);
await measureCalls(await load());
if (process.argv[3] !== '--calls') {
  const { module: js } = await hostModule(HOST);
  await measureValues(js);
  await measureTexts(js);
}
