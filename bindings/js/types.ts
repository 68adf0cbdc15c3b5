import { isBytes, typedArrayOf } from '../../web/js/brands.ts';
import type { HandleTable } from '../../web/js/handle_table.ts';
import * as wire from '../../web/js/wire.ts';
import { prepareText, roomOf, type Cursor, type Encoded } from '../../web/js/wire.ts';
import type { Interface, TypeTree } from './interface.ts';

/** How the values of one type of C++ cross (the format is that of web/js/wire.ts). */
export interface WireType {
  /** In a message. */
  readonly expected: string;
  /** Checks a value that JavaScript passes, reads it once, and adds the room that it needs to
   * `room.size`. Throws a `Mismatch`. */
  take(value: unknown, path: string, room: Room): unknown;
  /** Writes what `take` has returned. */
  write(out: Cursor, taken: unknown): void;
  read(from: Cursor): unknown;
}

export interface Room {
  size: number;
}

/** A value is not of the type that is expected at its place. */
export class Mismatch extends TypeError {
  constructor(path: string, expected: string, value: unknown) {
    super(`${path} must be ${expected}, got ${describeValue(value)}`);
  }
}
Object.defineProperty(Mismatch.prototype, 'name', { value: 'TypeError' });

/** A number, with its alignment, takes at most twice its size. */
const NUMBER_ROOM = 16;

/** A type whose values are used as they are. */
function simple(
  expected: string,
  accepts: (value: unknown) => boolean,
  write: (out: Cursor, value: never) => void,
  read: (from: Cursor) => unknown,
): WireType {
  return {
    expected,
    take(value, path, room) {
      if (!accepts(value)) throw new Mismatch(path, expected, value);
      room.size += NUMBER_ROOM;
      return value;
    },
    write: write as (out: Cursor, value: unknown) => void,
    read,
  };
}

function integer(
  least: number,
  most: number,
  write: (out: Cursor, value: number) => void,
  read: (from: Cursor) => number,
): WireType {
  return simple(
    `an integer from ${least} to ${most}`,
    (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    write,
    read,
  );
}

const isNumber = (value: unknown) => typeof value === 'number';

/** A type whose values are texts or bytes on the wire. */
function textual(
  expected: string,
  prepare: (value: unknown) => Encoded | undefined,
  read: (from: Cursor) => unknown,
): WireType {
  return {
    expected,
    take(value, path, room) {
      const text = prepare(value);
      if (text === undefined) throw new Mismatch(path, expected, value);
      room.size += roomOf(text);
      return text;
    },
    write: (out, text) => wire.putText(out, text as Encoded),
    read,
  };
}

/*
 * The types, each by itself: the build takes into a program those that it uses
 * (bindings/bundle/parts.mjs).
 */

export const int8 = /* @__PURE__ */ integer(-128, 127, wire.putInt8, wire.getInt8);
export const uint8 = /* @__PURE__ */ integer(0, 255, wire.putInt8, wire.getUint8);
export const int16 = /* @__PURE__ */ integer(-32768, 32767, wire.putInt16, wire.getInt16);
export const uint16 = /* @__PURE__ */ integer(0, 65535, wire.putInt16, wire.getUint16);
export const int32 = /* @__PURE__ */ integer(-2147483648, 2147483647, wire.putInt32, wire.getInt32);
export const uint32 = /* @__PURE__ */ integer(0, 4294967295, wire.putInt32, wire.getUint32);

export const int64 = /* @__PURE__ */ simple(
  'a bigint of 64 bits, such as 1n',
  (value) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  wire.putInt64,
  wire.getInt64,
);
export const uint64 = /* @__PURE__ */ simple(
  'a bigint of 64 bits from 0n on',
  (value) => typeof value === 'bigint' && BigInt.asUintN(64, value) === value,
  wire.putInt64,
  wire.getUint64,
);

export const float32 = /* @__PURE__ */ simple(
  'a number',
  isNumber,
  wire.putFloat32,
  wire.getFloat32,
);
export const float64 = /* @__PURE__ */ simple(
  'a number',
  isNumber,
  wire.putFloat64,
  wire.getFloat64,
);

export const bool = /* @__PURE__ */ simple(
  'a boolean',
  (value) => typeof value === 'boolean',
  (out, value) => wire.putInt8(out, Number(value)),
  (from) => wire.getUint8(from) !== 0,
);

export const string = /* @__PURE__ */ textual(
  'a string',
  (value) => (typeof value === 'string' ? prepareText(value) : undefined),
  wire.getText,
);

export const bytes = /* @__PURE__ */ textual(
  'a Uint8Array',
  (value) => (isBytes(value) ? value : undefined),
  wire.getBytes,
);

/** Only a result. */
export const nothing: WireType = { expected: '', take() {}, write() {}, read() {} };

/*
 * Those that are made of others. The first argument is what stands behind the maker's name in a
 * tree of types.
 */

export function anyValue(_: readonly TypeTree[], { held }: TypeContext): WireType {
  return simple(
    'any value',
    () => true,
    (out, value) => wire.putFloat64(out, held.add(value)),
    (from) => held.get(wire.getFloat64(from)),
  );
}

export function optional([tree]: readonly TypeTree[], { make }: TypeContext): WireType {
  const of = make(tree!);
  return {
    expected: `${of.expected} or undefined`,
    take(value, path, room) {
      room.size += 1;
      return value === undefined || value === null ? undefined : [of.take(value, path, room)];
    },
    write(out, taken) {
      wire.putInt8(out, Number(taken !== undefined));
      if (taken !== undefined) of.write(out, (taken as [unknown])[0]);
    },
    read: (from) => (wire.getUint8(from) ? of.read(from) : undefined),
  };
}

export function list([tree]: readonly TypeTree[], { make }: TypeContext): WireType {
  const of = make(tree!);
  const expected = 'an array';
  return {
    expected,
    take(value, path, room) {
      if (!Array.isArray(value)) throw new Mismatch(path, expected, value);
      room.size += 8;
      return Array.from(value, (item, i) => of.take(item, `${path}[${i}]`, room));
    },
    write(out, taken) {
      const items = taken as unknown[];
      wire.putInt32(out, items.length);
      for (const item of items) of.write(out, item);
    },
    read: (from) => Array.from({ length: wire.getUint32(from) }, () => of.read(from)),
  };
}

interface TypedArrayClass {
  new (items: ArrayBuffer | unknown[]): ArrayBufferView;
  BYTES_PER_ELEMENT: number;
}

/** A list of numbers: it comes out as a typed array, and goes in as one or as an array. */
export function numbers([tree, name]: readonly TypeTree[], context: TypeContext): WireType {
  const items = list([tree!], context);
  const className = name as string;
  const classOf = () => (globalThis as unknown as Record<string, TypedArrayClass>)[className]!;
  const expected = `an array of numbers or a ${className}`;
  return {
    expected,
    take(value, path, room) {
      let array = value as ArrayBufferView;
      if (typedArrayOf(value) !== className) {
        if (!Array.isArray(value)) throw new Mismatch(path, expected, value);
        array = new (classOf())(items.take(value, path, room) as unknown[]);
      }
      room.size += 16 + array.byteLength;
      return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    },
    write: (out, taken) => wire.putNumbers(out, taken as Uint8Array, classOf().BYTES_PER_ELEMENT),
    read: (from) => new (classOf())(wire.getNumbers(from, classOf().BYTES_PER_ELEMENT)),
  };
}

/** The first alternative that takes a value. */
export function variant(trees: readonly TypeTree[], { make }: TypeContext): WireType {
  const of = trees.map(make);
  const expected = of.map((each) => each.expected).join(' or ');
  return {
    expected,
    take(value, path, room) {
      room.size += 8;
      for (const [index, each] of of.entries()) {
        try {
          return [index, each.take(value, path, room)];
        } catch (thrown) {
          if (!(thrown instanceof Mismatch)) throw thrown;
        }
      }
      throw new Mismatch(path, expected, value);
    },
    write(out, taken) {
      const [index, value] = taken as [number, unknown];
      wire.putInt32(out, index);
      of[index]!.write(out, value);
    },
    read: (from) => of[wire.getUint32(from)]!.read(from),
  };
}

export function record([name]: readonly TypeTree[], { contents, make }: TypeContext): WireType {
  // A struct may contain itself, so its fields are looked at when a value of it crosses.
  let known: ReadonlyArray<readonly [string, WireType]> | undefined;
  const { fields, types } = contents.records[name as string]!;
  const all = () => (known ??= fields.map((field, i) => [field, make(types[i]!)]));
  const expected = `an object with the fields ${fields.join(', ')}`;
  return {
    expected,
    take(value, path, room) {
      if (typeof value !== 'object' || value === null) throw new Mismatch(path, expected, value);
      return all().map(([field, type]) =>
        type.take((value as Record<string, unknown>)[field], `${path}.${field}`, room),
      );
    },
    write(out, taken) {
      all().forEach(([, type], i) => type.write(out, (taken as unknown[])[i]));
    },
    read: (from) => Object.fromEntries(all().map(([field, type]) => [field, type.read(from)])),
  };
}

export function enumeration([name]: readonly TypeTree[], { contents }: TypeContext): WireType {
  const names = contents.enums[name as string]!;
  const expected = names.map((each) => JSON.stringify(each)).join(' or ');
  return {
    expected,
    take(value, path, room) {
      const index = names.indexOf(value as string);
      if (index < 0) throw new Mismatch(path, expected, value);
      room.size += 8;
      return index;
    },
    write: (out, taken) => wire.putInt32(out, taken as number),
    read(from) {
      const index = wire.getUint32(from);
      if (index >= names.length) throw new RangeError(`${name}: a value that is not listed`);
      return names[index];
    },
  };
}

interface TypeContext {
  contents: Pick<Interface, 'records' | 'enums'>;
  /** The JS values that C++ holds. */
  held: HandleTable<unknown>;
  make(tree: TypeTree): WireType;
}

/** The types that a program uses, and the makers of those, by their names in a tree. */
export type TypeParts = Record<
  string,
  WireType | ((of: readonly TypeTree[], context: TypeContext) => WireType)
>;

/** Makes the types of one program from their trees. */
export function makeTypes(
  parts: TypeParts,
  contents: TypeContext['contents'],
  held: HandleTable<unknown>,
): (tree: TypeTree) => WireType {
  function make(tree: TypeTree): WireType {
    const [name, ...of] = typeof tree === 'string' ? [tree] : tree;
    const part = parts[name as string]!;
    return typeof part === 'function' ? part(of, context) : part;
  }
  const context = { contents, held, make };
  return make;
}

/** A value in a message: what it is, and itself if that is short. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'bigint') return `the bigint ${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean')
    return `the ${typeof value} ${value}`;
  if (typeof value === 'string') {
    return value.length <= 40 ? `the string ${JSON.stringify(value)}` : 'a string';
  }
  try {
    if (Array.isArray(value)) return 'an array';
    if (typeof value !== 'object') return `a ${typeof value}`;
    return `an object (${String(value.constructor?.name || 'without a class')})`;
  } catch {
    return 'an object';
  }
}
