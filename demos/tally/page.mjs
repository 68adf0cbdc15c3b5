// The page: starts tally, shows its progress, cancels it, and shows the result.
import { load } from 'wasio';

/** The interval at which the page polls the progress. */
const PROGRESS_MS = 100;

const at = (id) => document.getElementById(id);
const numbers = new Intl.NumberFormat('en');

/** @type {AbortController | undefined} the current run */
let running;

/** Screen readers announce this; the byte count, which changes all the time, is separate. */
function say(text, isError = false) {
  at('status').textContent = text;
  at('status').classList.toggle('error', isError);
}

/** Without a fraction, the bar shows only that work is in progress. */
function showBar(fraction) {
  if (fraction === undefined) at('progress').removeAttribute('value');
  else at('progress').value = fraction;
}

function showProgress({ bytes, size }) {
  const known = size >= bytes && size > 0;
  showBar(known ? bytes / size : undefined);
  const whole = known ? ` of ${numbers.format(size)} (${Math.floor((100 * bytes) / size)} %)` : '';
  at('count').textContent = `${numbers.format(bytes)}${whole} bytes`;
}

function showResult(report) {
  for (const name of ['words', 'distinct', 'lines', 'bytes']) {
    at(name).textContent = numbers.format(report[name]);
  }
  at('hash').textContent = report.hash;
  at('partial').hidden = report.whole;
  at('top').replaceChildren(...report.top.map(({ word, count }) => row(word, count)));
  at('result').hidden = false;
}

function row(word, count) {
  const cells = [word, numbers.format(count)].map((text) => {
    const cell = document.createElement('td');
    cell.textContent = text;
    return cell;
  });
  const line = document.createElement('tr');
  line.append(...cells);
  return line;
}

function setRunning(controller) {
  running = controller;
  at('start').disabled = controller !== undefined;
  at('cancel').disabled = controller === undefined;
}

/** Polls the progress until the signal aborts. */
async function watch(app, signal) {
  while (!signal.aborted) {
    const progress = JSON.parse(await app.progress());
    if (signal.aborted) return;
    showProgress(progress);
    await new Promise((resolve) => setTimeout(resolve, PROGRESS_MS));
  }
}

/** Resolves with the report; rejects with the signal's reason if cancelled. */
async function tally(url, limitMs, signal) {
  const app = await load();
  signal.throwIfAborted();
  const ended = new AbortController();
  watch(app, ended.signal).catch(() => {}); // an error that breaks the app also fails the tally
  try {
    return JSON.parse(await app.tally(url, limitMs, { signal }));
  } finally {
    ended.abort();
  }
}

async function start() {
  const controller = new AbortController();
  setRunning(controller);
  at('result').hidden = true;
  at('count').textContent = '';
  showBar(undefined);
  say('Counting …');
  try {
    const limitMs = Number(at('limit').value) * 1000;
    const report = await tally(at('url').value.trim(), limitMs, controller.signal);
    showResult(report);
    showBar(report.whole ? 1 : 0);
    at('count').textContent = `${numbers.format(report.bytes)} bytes`;
    say(report.whole ? 'Done.' : 'Time limit reached: the result is partial.', !report.whole);
  } catch (error) {
    showBar(0);
    if (controller.signal.aborted) say('Cancelled.');
    else say(`Failed: ${error.message}`, true);
  } finally {
    setRunning(undefined);
  }
}

at('form').addEventListener('submit', (event) => {
  event.preventDefault();
  if (!running) start();
});
at('cancel').addEventListener('click', () => running?.abort());
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') running?.abort();
});
