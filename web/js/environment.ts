import type { ByteSource } from './byte_source.ts';

export interface OpenedFile {
  source: ByteSource;
  /** In bytes, or -1 if it is not known. */
  size: number;
}

/** What differs between a page and Node. */
export interface Environment {
  /** Calls back in a task of its own, behind the timers, input and network that are due. */
  later(callback: () => void): void;

  /** Calls back after `delay` milliseconds or a little earlier or later, unless the function that
   * it gives was called before. */
  startTimer(callback: () => void, delay: number): () => void;

  /** Standard output (1) or standard error (2) takes the bytes, which are the callee's. Rejects
   * with a `HostError`. Where there are no such streams, the console takes their lines. */
  write?(stream: number, bytes: Uint8Array): Promise<void>;

  /** Nothing is asked of it any more: what it has set up for `later` need not stay. */
  close(): void;

  /** Shows a line to a person, at once. */
  report(line: string): void;

  standardInput(): ByteSource;

  /** Undefined when the name is for `fetch`; else rejects with a `HostError`. */
  openFile(name: string): Promise<OpenedFile> | undefined;
}
