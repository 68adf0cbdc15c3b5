import { isAbortSignal } from '../../web/js/brands.ts';
import type { Cursor } from '../../web/js/wire.ts';
import type { Interface, TypeTree } from './interface.ts';
import { Mismatch, type WireType } from './types.ts';

export interface CallOptions {
  /** Its abort cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Checked arguments. */
export interface Given {
  /** What `write` writes, at most `size` bytes. */
  taken: unknown[];
  size: number;
  signal: AbortSignal | undefined;
}

/** One function that C++ exports. */
export class Signature {
  readonly name: string;
  /** The name of the wasm export. */
  readonly entry: `wasio_export_${string}`;
  readonly result: WireType;
  readonly #parameters: ReadonlyArray<{ name: string; optional: boolean; type: WireType }>;
  readonly #leastArguments: number;

  constructor(
    { name, parameters, types, result }: Interface['exports'][number],
    make: (tree: TypeTree) => WireType,
  ) {
    this.name = name;
    this.entry = `wasio_export_${name}`;
    this.result = make(result);
    this.#parameters = parameters.map((parameter, i) => ({
      name: parameter.replace('?', ''),
      optional: parameter.endsWith('?'),
      type: make(types[i]!),
    }));
    this.#leastArguments = this.#parameters.filter(({ optional }) => !optional).length;
  }

  toString(): string {
    const names = this.#parameters.map(({ name }) => name);
    return `${this.name}(${[...names, 'options?'].join(', ')})`;
  }

  /** Throws a TypeError that names function, argument, what was expected and what came. */
  check(args: readonly unknown[]): Given {
    const most = this.#parameters.length;
    if (args.length < this.#leastArguments || args.length > most + 1) {
      const [takes, got] = [most, args.length].map((n) => `${n} argument${n === 1 ? '' : 's'}`);
      throw new TypeError(`${this} takes ${takes} and options, got ${got}`);
    }
    try {
      const room = { size: 0 };
      const taken = this.#parameters.map(({ name, optional, type }, i) =>
        type.take(optional && args[i] === undefined ? [] : args[i], name, room),
      );
      return { taken, size: room.size, signal: this.#checkOptions(args[most]) };
    } catch (thrown) {
      if (thrown instanceof Mismatch) thrown.message = `${this}: ${thrown.message}`;
      throw thrown;
    }
  }

  write(out: Cursor, taken: readonly unknown[]): void {
    this.#parameters.forEach(({ type }, i) => type.write(out, taken[i]));
  }

  #checkOptions(options: unknown): AbortSignal | undefined {
    if (options === undefined) return undefined;
    if (typeof options !== 'object' || options === null) {
      throw new Mismatch('options', 'an object such as {signal}', options);
    }
    for (const key of Object.keys(options)) {
      if (key !== 'signal') throw new TypeError(`${this}: there is no option ${key}, only signal`);
    }
    const { signal } = options as CallOptions;
    if (signal !== undefined && !isAbortSignal(signal)) {
      throw new Mismatch('options.signal', 'an AbortSignal', signal);
    }
    return signal;
  }
}
