// What tally must report about a text, counted the simple way.

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** @param {string} text of one character per byte */
function fnv1a(text) {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; ++i) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * FNV_PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}

/** @param {string} a @param {string} b */
const inOrder = (a, b) => (a < b ? -1 : Number(a > b));

/**
 * @param {Buffer | string} text
 * @param {number} [top]
 */
export function reference(text, top = 10) {
  const bytes = Buffer.from(text);
  // One character per byte, so that order and lengths are those of the bytes.
  const latin1 = bytes.toString('latin1');
  const found = latin1.replace(/[A-Z]/g, (c) => c.toLowerCase()).match(/[a-z\x80-\xff]+/g) ?? [];
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => inOrder(a, b));
  const frequent = [...sorted].sort(([, a], [, b]) => b - a).slice(0, top);
  return {
    whole: true,
    words: found.length,
    distinct: counts.size,
    lines: latin1.split('\n').length - (latin1.endsWith('\n') ? 1 : 0),
    bytes: bytes.length,
    hash: fnv1a(sorted.map(([word, count]) => `${word} ${count}\n`).join('')),
    top: frequent.map(([word, count]) => ({ word: Buffer.from(word, 'latin1').toString(), count })),
  };
}

/** @param {ReturnType<typeof reference>} report */
export function reportText({ words, distinct, lines, bytes, hash, top }) {
  const column = (/** @type {number} */ number) => String(number).padStart(12);
  return [
    `${column(words)} words, ${distinct} distinct`,
    `${column(lines)} lines`,
    `${column(bytes)} bytes`,
    `hash ${hash}`,
    '',
    ...top.map(({ word, count }) => `${column(count)} ${word}`),
    '',
  ].join('\n');
}
