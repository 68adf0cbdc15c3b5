import { PENDING } from './abi.mjs';
import type { ImportsOf } from './abi.ts';
import { answerDone, answerFailed, settle } from './answers.ts';
import { isBytes } from './brands.ts';
import type { ByteSource } from './byte_source.ts';
import type { Host } from './host.ts';
import { HostError } from './host_error.ts';
import { quietly } from './failures.ts';

/** The handle of standard input, which is opened when it is read for the first time. */
const STANDARD_INPUT = 0;

/** A source of bytes that C++ has open. `source` is undefined until it has been opened. */
export interface OpenSource {
  source: ByteSource | undefined;
  /** What has arrived and was not taken yet. */
  chunk: Uint8Array | undefined;
  ended: boolean;
  error: HostError | undefined;
  reading: boolean;
  /** The ticket of the task that waits. */
  waiter: number | undefined;
}

export function openSource(): OpenSource {
  const nothing = { source: undefined, chunk: undefined, error: undefined, waiter: undefined };
  return { ...nothing, ended: false, reading: false };
}

/**
 * The sources of bytes that C++ has open. The next chunk is requested when a task waits and the
 * previous one is used up; one that arrives when no task waits any more is kept.
 */
class Sources implements ImportsOf<'sources'> {
  readonly #host: Host;
  #input: OpenSource | undefined;

  constructor(host: Host) {
    this.#host = host;
    host.instance.onEnd(() => {
      for (const each of host.opened.clear()) close(each);
      if (this.#input) forget(this.#input);
    });
  }

  readonly read = (handle: number, into: number, size: number, ticket: number): number => {
    const open = this.#find(handle)!;
    const { chunk, error } = open;
    if (chunk && chunk.length > 0) {
      const part = size < chunk.length ? chunk.subarray(0, size) : chunk;
      open.chunk = size < chunk.length ? chunk.subarray(size) : undefined;
      this.#host.instance.memory.bytes.set(part, into >>> 0);
      return part.length;
    }
    if (open.ended) return 0;
    if (error) {
      settle(this.#host, ticket, () => Promise.reject(error));
      return PENDING;
    }
    open.waiter = ticket;
    quietly(() => open.source?.wait?.(true));
    if (!open.reading) this.#fill(open);
    return PENDING;
  };

  readonly forget_read = (handle: number): void => {
    const open = this.#find(handle);
    if (open) forget(open);
  };

  readonly close_source = (handle: number): void => {
    const open = this.#host.opened.remove(handle);
    if (open) close(open);
  };

  #find(handle: number): OpenSource | undefined {
    if (handle !== STANDARD_INPUT) return this.#host.opened.get(handle);
    return (this.#input ??= this.#openInput());
  }

  #openInput(): OpenSource {
    const open = openSource();
    try {
      open.source = this.#host.environment.standardInput();
    } catch (thrown) {
      open.error = HostError.from(thrown);
    }
    return open;
  }

  async #fill(open: OpenSource): Promise<void> {
    open.reading = true;
    try {
      do {
        const chunk: unknown = await open.source?.read();
        if (chunk !== undefined && !isBytes(chunk)) throw notBytes(chunk);
        open.chunk = chunk;
      } while (open.chunk?.length === 0);
      open.ended = open.chunk === undefined;
    } catch (thrown) {
      open.error = HostError.from(thrown);
    }
    open.reading = false;
    const { waiter } = open;
    forget(open);
    if (waiter === undefined) return;
    if (open.error) answerFailed(this.#host, waiter, open.error);
    else answerDone(this.#host, waiter);
  }
}

export const sources = (host: Host): ImportsOf<'sources'> => new Sources(host);

function forget(open: OpenSource): void {
  if (open.waiter === undefined) return;
  open.waiter = undefined;
  quietly(() => open.source?.wait?.(false));
}

function close(open: OpenSource): void {
  forget(open);
  quietly(() => open.source?.close());
}

function notBytes(chunk: unknown): HostError {
  return new HostError('bad_data', `a chunk is of type ${typeof chunk}, not bytes`);
}
