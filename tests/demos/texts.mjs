// Texts that are hard to split.

const CHUNK = 65536; // what tally reads at a time

/** @param {string} piece @param {number} bytes at least */
const repeated = (piece, bytes) => piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece)));

/** Letters of two, three and four bytes, so that every chunk ends inside one of them. */
const WIDE = 'éß€語😀𝔘';

/** By name. @type {Record<string, string>} */
export const TEXTS = {
  'lines with CRLF': 'One fish,\r\ntwo FISH.\r\n\r\nRed fish\r\n',
  'no final line end': 'alpha beta\ngamma alpha',
  'nothing but line ends': '\n\n\r\n\n',
  'no word at all': '1 2 3 -- 4\n',
  'a single letter': 'a',
  'one line of a megabyte': repeated('So long a line, and no end of it. ', 1_000_000),
  'one word of half a megabyte': repeated('Wörd', 500_000),
  'short lines, many chunks': repeated('the quick brown fox\njumps over The lazy dog\n\n', 300_000),
  'every word once': Array.from({ length: 50_000 }, (_, i) => word(i)).join('\n'),
};
for (const shift of [0, 1, 2, 3]) {
  TEXTS[`chunks that end inside characters, shift ${shift}`] =
    'x'.repeat(shift) + repeated(`${WIDE} ${WIDE}${WIDE}\n`, 3 * CHUNK);
  TEXTS[`a line end at a chunk's border, shift ${shift}`] =
    `${'y'.repeat(CHUNK - 2 + shift)}\n${'z'.repeat(CHUNK)}\r\nend`;
}

/** A number spelled in letters. @param {number} number */
function word(number) {
  return String(number).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)]);
}

/**
 * Bytes that are not UTF-8, and the offset of the first wrong one.
 * @type {Record<string, [Buffer, number]>}
 */
export const BAD_TEXTS = {
  'a lone continuation': bad('good\n', [0x80]),
  'a sequence cut by the end': bad('good ', [0xe2, 0x82]),
  'a sequence cut by a line end': bad('good ', [0xe2, 0x0a, 0x0a]),
  'a longer form of a slash': bad('good\n', [0xc0, 0xaf]),
  'a longer form with three bytes': bad('good\n', [0xe0, 0x9f, 0xbf]),
  'a surrogate': bad('good\n', [0xed, 0xa0, 0x80]),
  'beyond the last character': bad('good\n', [0xf4, 0x90, 0x80, 0x80]),
  'a byte that UTF-8 never has': bad('good\n', [0xff]),
  'far behind, on a line of its own': bad(`${repeated('good €\n', 3 * CHUNK)}`, [0xbf, 0x0a]),
  'right behind a chunk of one line': bad('x'.repeat(CHUNK), [0xc3, 0x28]),
};

/** @param {string} good @param {number[]} bytes @returns {[Buffer, number]} */
function bad(good, bytes) {
  const before = Buffer.from(good);
  return [Buffer.concat([before, Buffer.from(bytes)]), before.length];
}
