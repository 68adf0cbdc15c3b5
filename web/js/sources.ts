import type { ByteSource } from './byte_source.ts';
import { HostError } from './host_error.ts';

/** What C++ knows an operation by. One that has ended since is not found there, and the answer is
 * dropped. */
export interface Ticket {
  index: number;
  generation: number;
}

interface Entry {
  source: ByteSource;
  /** What has arrived and was not taken yet. */
  chunk: Uint8Array | undefined;
  ended: boolean;
  error: HostError | undefined;
  reading: boolean;
  waiter: Ticket | undefined;
}

/**
 * The sources of bytes that C++ has open, by number. The next chunk is requested when a task waits
 * and the previous one is used up; one that arrives when no task waits any more is kept.
 */
export class Sources {
  readonly #answer: (ticket: Ticket) => void;
  readonly #entries = new Map<number, Entry>();
  #last = 0;

  /** `answer` tells C++ that there is something to read. */
  constructor(answer: (ticket: Ticket) => void) {
    this.#answer = answer;
  }

  /** Gives its number: a new one, or that of the source in whose place it stands from now on. */
  add(source: ByteSource, number = ++this.#last): number {
    this.#entries.set(number, {
      source,
      chunk: undefined,
      ended: false,
      error: undefined,
      reading: false,
      waiter: undefined,
    });
    return number;
  }

  has(number: number): boolean {
    return this.#entries.has(number);
  }

  /** The bytes that are there, at most `size` of them; empty at the end, undefined when `ticket`
   * will be answered. */
  read(number: number, size: number, ticket: Ticket): Uint8Array | HostError | undefined {
    const entry = this.#entries.get(number)!;
    if (entry.chunk) return take(entry, size);
    if (entry.error) return entry.error;
    if (entry.ended) return new Uint8Array();
    entry.waiter = ticket;
    entry.source.wait?.(true);
    if (!entry.reading) this.#fill(entry);
    return undefined;
  }

  forget(number: number): void {
    const entry = this.#entries.get(number);
    if (!entry?.waiter) return;
    entry.waiter = undefined;
    entry.source.wait?.(false);
  }

  close(number: number): void {
    const entry = this.#entries.get(number);
    if (!entry) return;
    this.forget(number);
    this.#entries.delete(number);
    entry.source.close();
  }

  closeAll(): void {
    for (const number of [...this.#entries.keys()]) this.close(number);
  }

  async #fill(entry: Entry): Promise<void> {
    entry.reading = true;
    try {
      do {
        entry.chunk = await entry.source.read();
      } while (entry.chunk?.length === 0);
      entry.ended = entry.chunk === undefined;
    } catch (thrown) {
      entry.error = thrown instanceof HostError ? thrown : HostError.fromSystem(thrown);
    }
    entry.reading = false;
    const waiter = entry.waiter;
    if (!waiter) return;
    entry.waiter = undefined;
    entry.source.wait?.(false);
    this.#answer(waiter);
  }
}

function take(entry: Entry, size: number): Uint8Array {
  const chunk = entry.chunk!;
  entry.chunk = size < chunk.length ? chunk.subarray(size) : undefined;
  return size < chunk.length ? chunk.subarray(0, size) : chunk;
}
