/** The instance's memory, seen from JavaScript. Growth detaches every view, so views are kept by
 * the identity of the buffer and must not be held across a call into wasm. */
export class Memory {
  readonly #memory: WebAssembly.Memory;
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.buffer !== this.#memory.buffer) {
      this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer);
    }
    return this.#bytes;
  }

  get view(): DataView<ArrayBuffer> {
    if (this.#view.buffer !== this.#memory.buffer) {
      this.#view = new DataView(this.#memory.buffer as ArrayBuffer);
    }
    return this.#view;
  }

  /** The UTF-8 text at `start`; bytes that are none become U+FFFD. */
  text(start: number, size: number): string {
    return this.#decoder.decode(this.bytes.subarray(start, start + size));
  }

  copy(start: number, size: number): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(start, start + size);
  }

  encode(text: string): Uint8Array {
    return this.#encoder.encode(text);
  }
}
