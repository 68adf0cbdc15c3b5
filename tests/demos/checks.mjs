// Checks of what tally prints.
import assert from 'node:assert/strict';
import { reference, reportText } from './reference.mjs';

/** @typedef {import('../../demos/tally/hosts.mjs').Ended} Ended */

/** What the terminal shows at the end: lines of progress are erased. @param {string} stderr */
export const lastWords = (stderr) => stderr.split('\r\x1b[K').at(-1) ?? '';

/**
 * tally printed one line that matches all of these words, no report, and exited with 1.
 * @param {Ended} ended
 * @param {...RegExp} words
 */
export function assertRefused({ code, stdout, stderr }, ...words) {
  const line = lastWords(stderr);
  assert.match(line, /^tally: [^\n]+\n$/);
  for (const word of words) assert.match(line, word);
  assert.equal(stdout, '');
  assert.equal(code, 1);
}

/** tally printed the report of this text. @param {Ended} ended @param {Buffer | string} text */
export function assertCounted({ code, stdout, stderr }, text) {
  assert.equal(lastWords(stderr), '');
  assert.equal(stdout, reportText(reference(text)));
  assert.equal(code, 0);
}
