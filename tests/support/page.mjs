// Runs a wasio program in a page of real Chromium, as if it were a process.
import path from 'node:path';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';
import { launchBrowser, serveFolder } from './browser.mjs';

/** Logged to the console when the program has ended, after everything that it printed itself. */
const END = 'wasio-page-ended';

/**
 * @param {string} program the program's module, for pages
 * @param {string[]} args
 * @param {(line: string) => void} onLine
 * @param {import('./processes.mjs').Options} options
 * @returns {Promise<import('./processes.mjs').Ended>}
 */
export async function runInPage(program, args, onLine, options) {
  const { onError, silenceMs = PROGRAM_HANGS_MS } = options;
  const server = await serveFolder(path.dirname(program));
  const { browser, close } = await launchBrowser();
  try {
    const page = await browser.newPage();
    // Any document of the server's origin will do; this one is missing, which is an empty page.
    await page.goto(server.url);
    return await runMain(page, `./${path.basename(program)}`, args, onLine, { onError, silenceMs });
  } finally {
    await close();
    await server.close();
  }
}

/**
 * Loads the program in the page and runs its main.
 * @param {import('puppeteer-core').Page} page
 * @param {string} module
 * @param {string[]} args
 * @param {(line: string) => void} onLine
 * @param {{onError?: (line: string) => void, silenceMs: number}} options
 * @returns {Promise<import('./processes.mjs').Ended>}
 */
async function runMain(page, module, args, onLine, { onError, silenceMs }) {
  let stderr = '';
  const complain = (/** @type {string} */ text) => {
    stderr += `${text}\n`;
    onError?.(text);
  };
  page.on('pageerror', (error) => complain(String(error)));
  const hung = deferred();
  const guard = setTimeout(() => hung.resolve(undefined), silenceMs);
  const finished = deferred();
  page.on('console', (message) => {
    guard.refresh();
    const text = message.text();
    if (text === END) finished.resolve(undefined);
    else if (message.type() === 'log') onLine(text);
    else complain(text);
  });
  const url = new URL(module, page.url()).href;
  const whole = Promise.all([page.evaluate(mainInPage, url, args, END), finished.promise]);
  try {
    const done = await Promise.race([whole, hung.promise]);
    const [code] = done ?? [null];
    return { code, signal: null, stderr, silent: done === undefined };
  } catch (error) {
    complain(String(error));
    return { code: 1, signal: null, stderr, silent: false };
  } finally {
    clearTimeout(guard);
  }
}

/**
 * Runs in the page.
 * @param {string} url
 * @param {string[]} args
 * @param {string} end
 */
async function mainInPage(url, args, end) {
  const { load } = await import(url);
  const app = await load();
  try {
    return await app.main(args);
  } finally {
    await app.dispose();
    console.log(end);
  }
}

function deferred() {
  /** @type {(value: any) => void} */
  let resolve = () => {};
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}
