import { copyIn, textIn, type Memory } from './memory.ts';

/*
 * The format in which values cross, in both directions, for arguments, results, answers and errors.
 * wasio/web/wire.h is the same in C++.
 *
 *   number      1, 2, 4 or 8 bytes, little-endian, at a multiple of its size
 *   bool        a byte, 0 or 1
 *   string      the number of bytes (32 bits), and the bytes, in UTF-8
 *   bytes       likewise
 *   list        the number of items (32 bits), and the items
 *   optional    a bool: whether the value follows
 *   record      the fields in order
 *   variant     the index of the alternative (32 bits), and its value
 *   enum        the index of the value (32 bits)
 *   handle      a double (handle_table.ts)
 *
 * A block begins at a multiple of 8. C++ does not copy long strings, bytes and lists of numbers into
 * it: if the highest bit of their size is set, their address (32 bits) stands in their place.
 */

const ELSEWHERE = 2 ** 31;

/** Up to so many characters, a loop is faster than a TextEncoder, while they are ASCII. */
const SHORT_TEXT = 32;

/** Longer texts are encoded before there is a block for them: room for all that they could be would
 * be three times what most of them need. */
const LONG_TEXT = 2 ** 16;

let encoder: TextEncoder | undefined;

function encoderOf(): TextEncoder {
  return (encoder ??= new TextEncoder());
}

/** A text as it is handed to the writer. */
export type Encoded = string | Uint8Array;

export function encode(text: string): Uint8Array {
  return encoderOf().encode(text);
}

export function prepareText(text: string): Encoded {
  return text.length > LONG_TEXT ? encode(text) : text;
}

/** The most that a prepared text takes in a block. */
export function roomOf(text: Encoded): number {
  return 8 + (typeof text === 'string' ? 3 * text.length : text.length);
}

/** A place in a block of wasm memory: for what is written, which must fit, or read. Nothing may
 * enter wasm meanwhile. */
export class Cursor {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  readonly #start: number;
  at: number;

  constructor(memory: Memory, block: number) {
    this.bytes = memory.bytes;
    this.view = memory.view;
    this.#start = this.at = block >>> 0;
  }

  /** Where a number of this size stands; the cursor is behind it then. */
  next(size: number): number {
    const at = this.#start + ((this.at - this.#start + size - 1) & -size);
    this.at = at + size;
    return at;
  }
}

export const putInt8 = (out: Cursor, value: number) => out.view.setInt8(out.at++, value);
export const putInt16 = (out: Cursor, value: number) =>
  out.view.setInt16(out.next(2), value, true);
export const putInt32 = (out: Cursor, value: number) =>
  out.view.setInt32(out.next(4), value, true);
export const putInt64 = (out: Cursor, value: bigint) =>
  out.view.setBigInt64(out.next(8), value, true);
export const putFloat32 = (out: Cursor, value: number) =>
  out.view.setFloat32(out.next(4), value, true);
export const putFloat64 = (out: Cursor, value: number) =>
  out.view.setFloat64(out.next(8), value, true);

/** A string or bytes. */
export function putText(out: Cursor, text: Encoded): void {
  const size = out.next(4);
  const start = out.at;
  if (typeof text === 'string') {
    out.at = encodeAt(out.bytes, start, text);
  } else {
    out.bytes.set(text, start);
    out.at = start + text.length;
  }
  out.view.setUint32(size, out.at - start, true);
}

/** Returns where the text ends. */
function encodeAt(bytes: Uint8Array, start: number, text: string): number {
  const { length } = text;
  let i = 0;
  if (length <= SHORT_TEXT) {
    for (; i < length; ++i) {
      const code = text.charCodeAt(i);
      if (code > 127) break;
      bytes[start + i] = code;
    }
    if (i === length) return start + i;
  }
  const rest = i === 0 ? text : text.slice(i);
  return start + i + encoderOf().encodeInto(rest, bytes.subarray(start + i)).written;
}

/** A list of numbers of this size. */
export function putNumbers(out: Cursor, items: Uint8Array, size: number): void {
  putInt32(out, items.length / size);
  if (items.length === 0) return;
  const start = out.next(size);
  out.bytes.set(items, start);
  out.at = start + items.length;
}

export const getInt8 = (from: Cursor) => from.view.getInt8(from.at++);
export const getUint8 = (from: Cursor) => from.view.getUint8(from.at++);
export const getInt16 = (from: Cursor) => from.view.getInt16(from.next(2), true);
export const getUint16 = (from: Cursor) => from.view.getUint16(from.next(2), true);
export const getInt32 = (from: Cursor) => from.view.getInt32(from.next(4), true);
export const getUint32 = (from: Cursor) => from.view.getUint32(from.next(4), true);
export const getInt64 = (from: Cursor) => from.view.getBigInt64(from.next(8), true);
export const getUint64 = (from: Cursor) => from.view.getBigUint64(from.next(8), true);
export const getFloat32 = (from: Cursor) => from.view.getFloat32(from.next(4), true);
export const getFloat64 = (from: Cursor) => from.view.getFloat64(from.next(8), true);

export function getText(from: Cursor): string {
  return itemsOf(from, 1, (start, size) => textIn(from.bytes, start, size));
}

/** A copy. */
export function getBytes(from: Cursor): Uint8Array<ArrayBuffer> {
  return itemsOf(from, 1, (start, size) => copyIn(from.bytes, start, size));
}

/** A copy of a list of numbers of this size. */
export function getNumbers(from: Cursor, size: number): ArrayBuffer {
  return itemsOf(from, size, (start, bytes) => copyIn(from.bytes, start, bytes).buffer);
}

function itemsOf<T>(from: Cursor, size: number, get: (start: number, bytes: number) => T): T {
  const count = getUint32(from);
  if (count >= ELSEWHERE) return get(getUint32(from), (count - ELSEWHERE) * size);
  if (count === 0) return get(from.at, 0);
  const start = from.next(size);
  from.at = start + count * size;
  return get(start, count * size);
}
