/** Up to so many bytes, a loop over the characters is faster than a TextDecoder. */
const SHORT_TEXT = 16;

let decoder: TextDecoder | undefined;

/** The instance's memory, seen from JavaScript. Growth detaches every view, so views must not be
 * held across a call into wasm. */
export class Memory {
  #memory!: WebAssembly.Memory;
  #bytes!: Uint8Array<ArrayBuffer>;
  #view!: DataView<ArrayBuffer>;

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.buffer !== this.#memory.buffer) this.attach(this.#memory);
    return this.#bytes;
  }

  get view(): DataView<ArrayBuffer> {
    if (this.#view.buffer !== this.#memory.buffer) this.attach(this.#memory);
    return this.#view;
  }

  /** The UTF-8 text at `start`; what is not UTF-8 becomes U+FFFD. Throws if the text is longer
   * than the engine's strings can be. */
  text(start: number, size: number): string {
    const { bytes } = this;
    const begin = start >>> 0;
    const end = begin + size;
    let text = '';
    for (let at = begin; size <= SHORT_TEXT; ++at) {
      if (at === end) return text;
      if (bytes[at]! > 127) break;
      text += String.fromCharCode(bytes[at]!);
    }
    return decode(bytes.subarray(begin, end));
  }

  copy(start: number, size: number): Uint8Array<ArrayBuffer> {
    const begin = start >>> 0;
    return this.bytes.slice(begin, begin + size);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    // A text may begin with U+FEFF, which is a character like any other here.
    decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
    return decoder.decode(bytes);
  } catch (thrown) {
    decoder = undefined;
    throw thrown;
  }
}
