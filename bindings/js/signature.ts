import { describeValue, typeOf, type Block } from './values.ts';

export interface CallOptions {
  /** Its abort cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Bytes of each argument's place in the block. */
const PLACE_SIZE = 8;

/** One function that C++ exports. */
export class Signature {
  /** @param types a character for each parameter, a colon, one for the result */
  constructor(
    readonly name: string,
    readonly parameters: readonly string[],
    readonly types: string,
    /** How many of the last parameters may be left out; they are lists then, and empty. */
    readonly optional = 0,
  ) {}

  toString(): string {
    return `${this.name}(${[...this.parameters, 'options?'].join(', ')})`;
  }

  /** Throws a TypeError that names function, argument, what was expected and what came. */
  check(args: readonly unknown[]): { block: Uint8Array; signal: AbortSignal | undefined } {
    const count = this.parameters.length;
    if (args.length < count - this.optional || args.length > count + 1) {
      const [takes, got] = [count, args.length].map((n) => `${n} argument${n === 1 ? '' : 's'}`);
      throw new TypeError(`${this} takes ${takes} and options, got ${got}`);
    }
    const given = this.parameters.map((_, i) => this.#checkArgument(i, args[i]));
    return { block: this.#layOut(given), signal: this.#checkOptions(args[count]) };
  }

  /** As in a .d.ts file. */
  get declaration(): string {
    const parameters = this.parameters.map((name, i) => {
      const mark = i >= this.parameters.length - this.optional ? '?' : '';
      return `${name}${mark}: ${typeOf(this.types[i]!).typescript}`;
    });
    const result = typeOf(this.types.at(-1)!).typescript;
    const all = [...parameters, 'options?: CallOptions'].join(', ');
    return `${this.name}(${all}): Promise<${result}>;`;
  }

  #checkArgument(i: number, given: unknown): unknown {
    const value = given === undefined && i >= this.parameters.length - this.optional ? [] : given;
    const type = typeOf(this.types[i]!);
    if (!type.accepts(value)) {
      throw new TypeError(
        `${this}: ${this.parameters[i]} must be ${type.expected}, got ${describeValue(value)}`,
      );
    }
    return type.prepare ? type.prepare(value) : value;
  }

  #checkOptions(options: unknown): AbortSignal | undefined {
    if (options === undefined) return undefined;
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(
        `${this}: options must be an object such as {signal}, got ${describeValue(options)}`,
      );
    }
    for (const key of Object.keys(options)) {
      if (key !== 'signal') throw new TypeError(`${this}: there is no option ${key}, only signal`);
    }
    const { signal } = options as CallOptions;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new TypeError(
        `${this}: options.signal must be an AbortSignal, got ${describeValue(signal)}`,
      );
    }
    return signal;
  }

  /** Checked arguments as C++ reads them (ArgumentBlock in wasio/js_call.h). */
  #layOut(given: readonly unknown[]): Uint8Array {
    let size = given.length * PLACE_SIZE;
    for (const value of given) {
      if (value instanceof Uint8Array) size += value.length;
      if (!Array.isArray(value)) continue;
      for (const text of value as Uint8Array[]) size += PLACE_SIZE + text.length;
    }
    const bytes = new Uint8Array(Math.max(size, PLACE_SIZE));
    let end = given.length * PLACE_SIZE;
    const block = {
      view: new DataView(bytes.buffer),
      place: 0,
      append(text: Uint8Array): number {
        bytes.set(text, end);
        end += text.length;
        return end - text.length;
      },
      reserve(count: number): number {
        end += count * PLACE_SIZE;
        return end - count * PLACE_SIZE;
      },
    } satisfies Block;
    given.forEach((value, i) => {
      block.place = i * PLACE_SIZE;
      typeOf(this.types[i]!).write(block, value);
    });
    return bytes;
  }
}
