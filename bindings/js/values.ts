/** How the types of C++ look in JavaScript, by the characters of wasio/js_convert.h. */

/** Writes a checked argument: numbers into its place, texts and bytes behind all places. */
export interface Block {
  readonly view: DataView;
  readonly place: number;
  /** Copies to the block's end; gives where. */
  append(bytes: Uint8Array): number;
  /** Leaves room for `count` places at the block's end; gives where. */
  reserve(count: number): number;
}

interface ValueType {
  /** In a .d.ts file. */
  readonly typescript: string;
  /** In a message. */
  readonly expected: string;
  accepts(value: unknown): boolean;
  /** What is written: the value itself or its bytes. */
  prepare?(value: unknown): Uint8Array | Uint8Array[];
  write(block: Block, prepared: unknown): void;
}

function integer(bits: 8 | 16 | 32, signed: boolean): ValueType {
  const least = signed ? -(2 ** (bits - 1)) : 0;
  const most = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return {
    typescript: 'number',
    expected: `an integer from ${least} to ${most}`,
    accepts: (value) =>
      Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    write: ({ view, place }, value) => view.setInt32(place, value as number, true),
  };
}

function bigInteger(signed: boolean): ValueType {
  const wrap = signed ? BigInt.asIntN : BigInt.asUintN;
  return {
    typescript: 'bigint',
    expected: signed ? 'a bigint of 64 bits, such as 1n' : 'a bigint of 64 bits from 0n on',
    accepts: (value) => typeof value === 'bigint' && wrap(64, value) === value,
    write: ({ view, place }, value) => view.setBigInt64(place, value as bigint, true),
  };
}

const real: ValueType = {
  typescript: 'number',
  expected: 'a number',
  accepts: (value) => typeof value === 'number',
  write: ({ view, place }, value) => view.setFloat64(place, value as number, true),
};

function writeBytes(block: Block, place: number, bytes: Uint8Array): void {
  block.view.setUint32(place, block.append(bytes), true);
  block.view.setUint32(place + 4, bytes.length, true);
}

const encoder = { encode: (text: string) => new TextEncoder().encode(text) };

const TYPES: Record<string, ValueType> = {
  c: integer(8, true),
  C: integer(8, false),
  h: integer(16, true),
  H: integer(16, false),
  i: integer(32, true),
  I: integer(32, false),
  l: bigInteger(true),
  L: bigInteger(false),
  f: real,
  d: real,
  b: {
    typescript: 'boolean',
    expected: 'a boolean',
    accepts: (value) => typeof value === 'boolean',
    write: ({ view, place }, value) => view.setInt32(place, Number(value), true),
  },
  s: {
    typescript: 'string',
    expected: 'a string',
    accepts: (value) => typeof value === 'string',
    prepare: (value) => encoder.encode(value as string),
    write: (block, bytes) => writeBytes(block, block.place, bytes as Uint8Array),
  },
  y: {
    typescript: 'Uint8Array',
    expected: 'a Uint8Array',
    accepts: (value) => value instanceof Uint8Array,
    prepare: (value) => value as Uint8Array,
    write: (block, bytes) => writeBytes(block, block.place, bytes as Uint8Array),
  },
  S: {
    typescript: 'readonly string[]',
    expected: 'an array of strings',
    accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
    prepare: (value) => (value as string[]).map(encoder.encode),
    write(block, prepared) {
      const texts = prepared as Uint8Array[];
      const places = block.reserve(texts.length);
      block.view.setUint32(block.place, places, true);
      block.view.setUint32(block.place + 4, texts.length, true);
      texts.forEach((text, i) => writeBytes(block, places + i * 8, text));
    },
  },
  v: { typescript: 'void', expected: 'nothing', accepts: () => false, write() {} },
};

export function typeOf(character: string): ValueType {
  return TYPES[character]!;
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
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `an object (${value.constructor?.name || 'without a class'})`;
}
