// Runs tally on each of its hosts, with good texts and bad input.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepare } from '../../demos/tally/hosts.mjs';
import { sampleText } from '../../demos/tally/sample.mjs';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';
import { withGrowingLimit } from '../support/patience.mjs';
import { currentHost } from '../support/tables.mjs';
import { assertCounted, assertRefused, lastWords } from './checks.mjs';
import { reference, reportText } from './reference.mjs';
import { BAD_TEXTS, TEXTS } from './texts.mjs';

const host = currentHost();
/** It waits for input outside the loop, where no limit can end the wait. */
const blocks = host === 'native' && 'it blocks';
const fetches = host === 'node' && 'it fetches';

/** The text in pieces of one byte at first, then of growing size. @param {string} text */
async function* dribble(text) {
  const bytes = Buffer.from(text);
  for (let at = 0, size = 1; at < bytes.length; at += size, size += at > 20 ? at : 0) {
    yield bytes.subarray(at, at + size);
    await sleep(1);
  }
}

/** The text, and then neither more nor an end. @param {string} text */
async function* stalling(text) {
  yield Buffer.from(text);
  await sleep(PROGRAM_HANGS_MS, undefined, { ref: false });
}

describe(`tally on ${host}`, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-tally-'));
  /** @type {Awaited<ReturnType<typeof prepare>>} */
  let tally;
  before(async () => {
    tally = await prepare(host);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  /** @param {string | Buffer} text */
  const fileOf = (text) => {
    const file = path.join(folder, 'text.txt');
    fs.writeFileSync(file, text);
    return file;
  };

  for (const [name, text] of Object.entries(TEXTS)) {
    test(`counts ${name}`, async () => {
      const file = fileOf(text);
      assertCounted(await tally({ file }, ['--workers', '1']), text);
      assertCounted(await tally({ stdin: file }, ['--workers', '8']), text);
    });
  }

  test('counts megabytes of real text', async () => {
    const file = sampleText();
    assertCounted(await tally({ file }), fs.readFileSync(file));
  });

  test('counts what comes through a pipe in small pieces', async () => {
    const text = TEXTS['chunks that end inside characters, shift 1'];
    assertCounted(await tally({ pipe: dribble(text) }), text);
  });

  for (const [name, [bytes, offset]] of Object.entries(BAD_TEXTS)) {
    test(`names the first byte that is not UTF-8: ${name}`, async () => {
      const first = bytes[offset].toString(16);
      const said = new RegExp(`not UTF-8: byte 0x${first} at offset ${offset}$`, 'm');
      assertRefused(await tally({ file: fileOf(bytes) }), /text\.txt/, said);
      assertRefused(await tally({ stdin: fileOf(bytes) }), /standard input/, said);
    });
  }

  test('refuses a file that does not exist', async () => {
    assertRefused(await tally({ file: path.join(folder, 'nothing.txt') }), /nothing\.txt/, /no such/i);
  });

  test('refuses a directory', async () => {
    const inside = path.join(folder, 'inside');
    fs.mkdirSync(inside);
    assertRefused(await tally({ file: inside }), /inside/, /directory/);
  });

  test('refuses a URL where only files can be opened', { skip: fetches }, async () => {
    assertRefused(await tally({ url: 'http://127.0.0.1/a.txt' }), /http:\/\/127\.0\.0\.1\/a\.txt/);
  });

  test('refuses an empty source', async () => {
    assertRefused(await tally({ file: fileOf('') }), /text\.txt/, /empty/);
    assertRefused(await tally({}), /standard input/, /empty/);
  });

  for (const wrong of ['--what', '--workers 0', '--limit 5', '--top', 'twice']) {
    test(`refuses ${wrong} and shows the usage`, async () => {
      const options = wrong.split(' ');
      const ended = await tally({ file: fileOf('x') }, options);
      assertRefused(ended, new RegExp(`${options[0]}`), /usage: tally /);
    });
  }

  test('the limit leaves a partial report that says so', { skip: blocks }, async () => {
    const text = 'whole lines\nare counted\n';
    const reported = (/** @type {string} */ stdout) => stdout.replace(/^.*\n/, '');
    const expected = reportText(reference(text));
    const ended = await withGrowingLimit(
      300,
      (ms) => tally({ pipe: stalling(`${text}but no part`) }, ['--limit', `${ms}ms`]),
      ({ stdout }) => reported(stdout) === expected,
    );
    assert.match(ended.stdout, /^PARTIAL: .*\n/);
    assert.equal(reported(ended.stdout), expected);
    assert.match(lastWords(ended.stderr), /^tally: .*partial\n$/);
    assert.equal(ended.code, 1);
  });

  test('refuses a source that stalls', { skip: blocks }, async () => {
    const ended = await tally({ pipe: stalling('and then') }, ['--stall', '300ms']);
    assertRefused(ended, /standard input/, /stalled/);
  });
});
