// tally's page in real Chromium.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { serveDemos } from '../../demos/server.mjs';
import { sampleText } from '../../demos/tally/sample.mjs';
import { launchBrowser } from '../support/browser.mjs';
import { withGrowingLimit } from '../support/patience.mjs';
import { badServer } from './bad_server.mjs';
import { reference } from './reference.mjs';
import { TEXTS } from './texts.mjs';

const TEXT = Buffer.from(TEXTS['short lines, many chunks'].repeat(4));
const NARROW = { width: 320, height: 700 };

describe("tally's page", () => {
  const { handler, nextLost } = badServer(TEXT);
  /** @type {Awaited<ReturnType<typeof serveDemos>>} */
  let server;
  /** @type {Awaited<ReturnType<typeof launchBrowser>>} */
  let chromium;
  /** @type {import('puppeteer-core').Page} */
  let page;
  /** @type {unknown[]} */
  let errors = [];

  before(async () => {
    server = await serveDemos({ handler });
    chromium = await launchBrowser();
  });
  after(async () => {
    await chromium?.close();
    await server?.close();
  });
  beforeEach(async () => {
    errors = [];
    page = await chromium.browser.newPage();
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(server.url);
  });
  afterEach(async () => {
    await page.close();
    assert.deepEqual(errors, []);
  });

  /** @param {string} url @param {string} [limit] in seconds */
  async function fill(url, limit = '') {
    await page.$eval('#url', (field, text) => (/** @type {any} */ (field).value = text), url);
    await page.$eval('#limit', (field, text) => (/** @type {any} */ (field).value = text), limit);
  }

  /** @param {string} selector */
  const textOf = (selector) => page.$eval(selector, (element) => element.textContent ?? '');

  /** Waits for the end and returns the status that the page then shows. */
  async function ended() {
    await page.waitForSelector('#start:not(:disabled)');
    return textOf('#status');
  }

  /** Waits until some of the text has been counted, but not all. */
  const halfway = () =>
    page.waitForFunction(() => {
      const { value } = /** @type {any} */ (globalThis).document.getElementById('progress');
      return value > 0.1 && value < 1;
    });

  /** The result as the page shows it. */
  async function shown() {
    const number = async (/** @type {string} */ id) =>
      Number((await textOf(`#${id}`)).replaceAll(',', ''));
    const cells = await page.$$eval('#top td', (all) => all.map((cell) => cell.textContent ?? ''));
    const top = [];
    for (let i = 0; i < cells.length; i += 2) {
      top.push({ word: cells[i], count: Number(cells[i + 1].replaceAll(',', '')) });
    }
    return {
      whole: await page.$eval('#partial', (note) => /** @type {any} */ (note).hidden),
      words: await number('words'),
      distinct: await number('distinct'),
      lines: await number('lines'),
      bytes: await number('bytes'),
      hash: await textOf('#hash'),
      top,
    };
  }

  test('counts the sample that it offers', async () => {
    await page.click('#start');
    assert.equal(await ended(), 'Done.');
    assert.deepEqual(await shown(), reference(fs.readFileSync(sampleText()), 20));
  });

  test('shows advancing progress, and then the result', async () => {
    await page.evaluate(() => {
      const window = /** @type {any} */ (globalThis);
      const { document, MutationObserver } = window;
      const bar = document.getElementById('progress');
      window.seen = [];
      const note = () => bar.hasAttribute('value') && window.seen.push(bar.value);
      new MutationObserver(note).observe(bar, { attributes: true });
    });
    const moving = (/** @type {number[]} */ seen) =>
      new Set(seen.filter((value) => value > 0 && value < 1)).size;
    const seen = await withGrowingLimit(
      20,
      async (ms) => {
        await page.evaluate(() => (/** @type {any} */ (globalThis).seen.length = 0));
        await fill(`/slow?${ms}`);
        await page.click('#start');
        assert.equal(await ended(), 'Done.');
        return page.evaluate(() => /** @type {any} */ (globalThis).seen);
      },
      (all) => moving(all) >= 3,
    );
    assert.ok(moving(seen) >= 3, `the bar was only at ${seen}`);
    assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
    assert.deepEqual(await shown(), reference(TEXT, 20));
  });

  test('Cancel aborts a request halfway', async () => {
    const lost = nextLost();
    await fill('/stalls');
    await page.click('#start');
    await halfway();
    await page.click('#cancel');
    assert.equal(await lost, '/stalls');
    assert.equal(await ended(), 'Cancelled.');
    assert.equal(await page.$eval('#result', (result) => /** @type {any} */ (result).hidden), true);
  });

  test('works by keyboard: Enter counts, Escape cancels, and it can count again', async () => {
    const lost = nextLost();
    await fill('/stalls');
    await page.focus('#url');
    await page.keyboard.press('Enter');
    await halfway();
    await page.keyboard.press('Escape');
    assert.equal(await lost, '/stalls');
    assert.equal(await ended(), 'Cancelled.');
    await fill('/fine');
    await page.focus('#start');
    await page.keyboard.press('Enter');
    assert.equal(await ended(), 'Done.');
    assert.deepEqual(await shown(), reference(TEXT, 20));
  });

  test('says that a result is partial', async () => {
    const { whole, bytes } = await withGrowingLimit(
      500,
      async (ms) => {
        await fill('/stalls', `${ms / 1000}`);
        await page.click('#start');
        assert.match(await ended(), /partial/);
        return shown();
      },
      (report) => report.bytes > 0,
    );
    assert.equal(whole, false);
    assert.ok(bytes > 0 && bytes <= TEXT.length / 2);
  });

  const refused = { '/nowhere': /404/, '/empty': /empty/, '/resets': /broke/ };
  for (const [place, why] of Object.entries(refused)) {
    test(`says what is wrong with ${place}`, async () => {
      await fill(place);
      await page.click('#start');
      assert.match(await ended(), why);
      assert.equal(await page.$eval('#status', (status) => status.className), 'error');
    });
  }

  test('has a label for every field and fits a narrow screen', async () => {
    await page.setViewport(NARROW);
    await page.click('#start');
    await ended();
    const { width, unnamed } = await page.evaluate(() => {
      const { document } = /** @type {any} */ (globalThis);
      const fields = [...document.querySelectorAll('input, progress')];
      return {
        width: document.documentElement.scrollWidth,
        unnamed: fields
          .filter((field) => !field.labels?.length && !field.getAttribute('aria-label'))
          .map((field) => field.id),
      };
    });
    assert.deepEqual(unnamed, []);
    assert.ok(width <= NARROW.width, `the page is ${width} pixels wide`);
  });
});
