// The same operations in plain JavaScript: async functions and promises. Runs in a process of its
// own, and prints one JSON line per measure, like main.cpp: {"measure", "js": ns}.

const ROUNDS = 5;
const SAMPLES_IN_ROUND = 51;
const LEAST_SAMPLE_MS = 0.5;
const WARM_UP_MS = 50;
const BATCH = 100;

let sink = 0;

/** @param {number} value */
function leaf(value) {
  return (value + 1) | 0;
}

/** @param {number} value */
async function child(value) {
  return leaf(value);
}

/** @param {number} count */
async function awaitChild(count) {
  let value = 0;
  for (let i = 0; i < count; ++i) value = await child(value);
  sink = value;
}

const done = Promise.resolve();

/** @param {number} count */
async function giveWay(count) {
  for (let i = 0; i < count; ++i) await done;
}

/** @param {number} count */
async function switchTasks(count) {
  await Promise.all([giveWay(count / 2), giveWay(count / 2)]);
}

/** @param {number} count */
async function spawnJoin(count) {
  for (let left = count; left > 0; left -= BATCH) {
    const children = [];
    for (let i = 0; i < Math.min(left, BATCH); ++i) children.push(child(i));
    await Promise.all(children);
  }
}

/** @param {number} value */
async function inner(value) {
  if (leaf(value) > 0) throw new Error('broken');
  return value;
}

/** @param {number} value */
async function outer(value) {
  return leaf(await inner(value));
}

/** @param {number} count */
async function fail2Frames(count) {
  let caught = 0;
  for (let i = 0; i < count; ++i) {
    try {
      await outer(i);
    } catch {
      ++caught;
    }
  }
  sink = caught;
}

/** @param {number} count */
async function timerSetCancel(count) {
  let value = 0;
  for (let i = 0; i < count; ++i) {
    const timer = setTimeout(() => {}, 3_600_000);
    value = await child(value);
    clearTimeout(timer);
  }
  sink = value;
}

/** @param {number} count */
async function* countUp(count) {
  for (let i = 0; i < count; ++i) yield i;
}

/** @param {number} count */
async function generatorNext(count) {
  let value = 0;
  for await (const number of countUp(count)) value += leaf(number);
  sink = value;
}

const LINES_IN_TEXT = 1000;
const TEXT = new TextEncoder().encode(
  Array.from({ length: LINES_IN_TEXT }, (_, i) => `${'x'.repeat(10 + ((i * 37) % 81))}\n`).join(''),
);

/** Lines from a web stream of bytes, through its decoder. @param {number} count */
async function bufferedLines(count) {
  let times = Math.max(Math.floor(count / LINES_IN_TEXT), 1);
  const bytes = new ReadableStream({
    pull(controller) {
      if (times-- > 0) controller.enqueue(TEXT);
      else controller.close();
    },
  });
  let rest = '';
  let sum = 0;
  for await (const chunk of bytes.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) sum += line.length;
  }
  sink = sum;
}

/** @type {[string, (count: number) => Promise<void>][]} */
const MEASURES = [
  ['await_child', awaitChild],
  ['switch', switchTasks],
  ['spawn_join', spawnJoin],
  ['fail_2_frames', fail2Frames],
  ['timer_set_cancel', timerSetCancel],
  ['generator_next', generatorNext],
  ['buffered_lines', bufferedLines],
];

/**
 * @param {(count: number) => Promise<void>} work
 * @param {number} count
 */
async function time(work, count) {
  const start = performance.now();
  await work(count);
  return performance.now() - start;
}

/** @param {number[]} figures */
function median(figures) {
  return figures.sort((a, b) => a - b)[figures.length >> 1];
}

/** @param {(count: number) => Promise<void>} work */
async function round(work) {
  let count = 100;
  const start = performance.now();
  while (performance.now() - start < WARM_UP_MS) await time(work, count);
  while ((await time(work, count)) < LEAST_SAMPLE_MS) count *= 2;
  const samples = [];
  for (let i = 0; i < SAMPLES_IN_ROUND; ++i) samples.push(((await time(work, count)) * 1e6) / count);
  return median(samples);
}

/** @type {Map<string, number>} */
const best = new Map();
for (let i = 0; i < ROUNDS; ++i) {
  for (const [measure, work] of MEASURES)
    best.set(measure, Math.min(best.get(measure) ?? Infinity, await round(work)));
}
for (const [measure, js] of best) console.log(JSON.stringify({ measure, js }));
// Reading `sink` keeps the engine from dropping the work.
if (sink === -1) console.error(sink);
