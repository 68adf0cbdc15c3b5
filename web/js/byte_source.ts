/** Something that bytes come from, one chunk at a time. */
export interface ByteSource {
  /** The next chunk, or undefined at the end; rejects with a `HostError`. A chunk stays valid until
   * the next read. One read at a time. */
  read(): Promise<Uint8Array | undefined>;

  /** Nobody will read any more; a read that is under way need not end. */
  close(): void;

  /** Somebody waits for a read, or nobody does any more, so that the source need not keep the
   * process alive. */
  wait?(waited: boolean): void;
}

/** A source that has nothing. */
export const EMPTY: ByteSource = {
  read: async () => undefined,
  close() {},
};
