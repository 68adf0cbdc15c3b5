// What a program offers to JavaScript, as the compiler has written it into the section `wasio` of
// the module: a line for each exported function, record and enum (WASIO_EXPORT, WASIO_STRUCT,
// WASIO_ENUM), and one for the switches of the build; words are separated by tabs.

import { parseTypes } from './type_text.mjs';

/** The version of the boundary: what web/js/abi.mjs and web/js/wire.ts say. */
const ABI = 1;

export const SECTION = 'wasio';

/** @typedef {import('../js/interface.ts').Interface} Interface */

/** @param {string} list */
const namesIn = (list) => (list === '' ? [] : list.split(',').map((name) => name.trim()));

/**
 * Refuses a second definition of a name. One that is the same stands in a header that several
 * sources include.
 *
 * @template T @param {Record<string, T>} known @param {string} name @param {T} found
 */
function define(known, name, found) {
  if (known[name] && JSON.stringify(known[name]) !== JSON.stringify(found)) {
    throw new Error(`there are two different types named ${name}: JavaScript knows no namespaces, so rename one`);
  }
  known[name] = found;
}

/** @param {string} text the section's @returns {Interface} */
export function readContents(text) {
  /** @type {Interface} */
  const contents = { abi: ABI, switches: '', exports: [], records: {}, enums: {} };
  const rows = text.split('\n').filter(Boolean).map((row) => row.split('\t'));
  for (const [kind, name, list] of rows) {
    if (kind === 'enum') define(contents.enums, name, namesIn(list));
    if (kind === 'switches') contents.switches = name;
  }
  const parse = (/** @type {string} */ types) => parseTypes(types, (name) => name in contents.enums);
  for (const [kind, name, list, types] of rows) {
    if (kind === 'record') define(contents.records, name, { fields: namesIn(list), types: parse(types) });
    if (kind !== 'export') continue;
    const [parameters, result] = types.split(':').map(parse);
    contents.exports.push({ name, parameters: namesIn(list), types: parameters, result: result[0] });
  }
  contents.exports.sort((a, b) => (a.name < b.name ? -1 : 1));
  const twice = contents.exports.find(({ name }, i) => name === contents.exports[i + 1]?.name);
  if (twice) throw new Error(`two exported functions are named ${twice.name}: rename one`);
  return contents;
}

/** An unsigned integer of variable length at `at`, and where it ends. @param {Uint8Array} bytes @param {number} at */
function readLeb128(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, at };
  }
}

/** Encodes an unsigned integer. @param {number} value */
function leb128(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return Buffer.from(bytes);
}

/**
 * A module with this text as the only section of its name, at the end.
 * @param {Uint8Array} wasm
 * @param {string} text
 */
export function withSection(wasm, text) {
  const name = Buffer.from(SECTION);
  const content = Buffer.concat([leb128(name.length), name, Buffer.from(text)]);
  return Buffer.concat([withoutSection(wasm), Buffer.from([0]), leb128(content.length), content]);
}

/** @param {Uint8Array} wasm */
function withoutSection(wasm) {
  const kept = [wasm.subarray(0, 8)];
  for (let start = 8; start < wasm.length; ) {
    const { value: size, at: content } = readLeb128(wasm, start + 1);
    if (wasm[start] !== 0 || nameOf(wasm, content) !== SECTION) kept.push(wasm.subarray(start, content + size));
    start = content + size;
  }
  return Buffer.concat(kept);
}

/** The name of a custom section. @param {Uint8Array} wasm @param {number} content */
function nameOf(wasm, content) {
  const { value: length, at } = readLeb128(wasm, content);
  return Buffer.from(wasm.subarray(at, at + length)).toString();
}
