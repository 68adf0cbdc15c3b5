/** An index takes 32 bits of a handle, the generation the 21 above: a double holds both exactly. */
const GENERATION = 2 ** 32;
const GENERATIONS = 2 ** 21;

/**
 * What C++ refers to, by handles: values, sources, calls. The counterpart of OperationTable in C++,
 * with the same numbers: a place's generation grows when its value leaves, so an old handle finds
 * nothing, rather than another value. 0 is never a handle. All operations are O(1).
 */
export class HandleTable<T> {
  /** The place 0 stays unused. */
  readonly #values: Array<T | undefined> = [undefined];
  readonly #handles: number[] = [-1];
  readonly #free: number[] = [];

  add(value: T): number {
    const index = this.#free.pop() ?? this.#values.length;
    this.#values[index] = value;
    return (this.#handles[index] ??= index);
  }

  get(handle: number): T | undefined {
    const index = handle >>> 0;
    return this.#handles[index] === handle ? this.#values[index] : undefined;
  }

  /** Takes the value out of the table, if it is there. */
  remove(handle: number): T | undefined {
    const index = handle >>> 0;
    if (this.#handles[index] !== handle) return undefined;
    const value = this.#values[index];
    this.#values[index] = undefined;
    // A place whose generations are used up is not used again.
    this.#handles[index] = handle + GENERATION;
    if (handle + GENERATION < GENERATION * GENERATIONS) this.#free.push(index);
    return value;
  }

  /** Takes everything out. */
  clear(): T[] {
    const removed: T[] = [];
    this.#values.forEach((value, index) => {
      if (value !== undefined) removed.push(this.remove(this.#handles[index]!)!);
    });
    return removed;
  }
}
