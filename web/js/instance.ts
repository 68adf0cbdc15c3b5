import type { Entries } from './abi.ts';
import { inWords } from './failures.ts';
import { Memory } from './memory.ts';

/** Why an instance has trapped. */
export interface Trap {
  /** In words: the panic of the program, with its place, if there was one. */
  why: string;
  thrown: unknown;
  /** The program has ended itself with this code. */
  exitCode: number | undefined;
}

/**
 * One instance of a wasm program: its memory, the only way into it, and its end. The capabilities
 * (loop.ts, fetch.ts, ...) are made for an instance, and end with it.
 */
export class Instance {
  readonly memory = new Memory();
  #wasm!: Entries;
  #trap: Trap | undefined;
  #ended = false;
  readonly #closers: Array<() => void> = [];
  /** What the program reported since it was entered last. */
  lastReport = '';
  /** Set when the program calls `exit`, before it traps. */
  exitCode: number | undefined;

  attach(wasm: Entries): void {
    this.#wasm = wasm;
  }

  get trap(): Trap | undefined {
    return this.#trap;
  }

  /** Called when the instance ends, in reverse order; must not throw. */
  onEnd(close: () => void): void {
    this.#closers.push(close);
  }

  /** Calls into wasm unless the instance has ended. Imports throw nothing, so whatever is thrown
   * comes from wasm: the state of the program is unknown then, and nothing enters it again. */
  enter<T>(call: (wasm: Entries) => T): T | undefined {
    if (this.#ended) return undefined;
    this.lastReport = '';
    try {
      return call(this.#wasm);
    } catch (thrown) {
      this.#trap = { why: this.lastReport || inWords(thrown), thrown, exitCode: this.exitCode };
      this.end();
      return undefined;
    }
  }

  /** Room in wasm memory for a block that an entry takes over; 0 if memory is exhausted. */
  allocate(size: number): number {
    return this.enter((wasm) => wasm.wasio_allocate(size)) ?? 0;
  }

  /** Nothing enters the program any more, and the host does nothing more for it. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    while (this.#closers.length > 0) this.#closers.pop()!();
  }
}
