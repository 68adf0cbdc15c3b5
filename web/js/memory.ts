/** Up to so many bytes, a loop over the characters is faster than a TextDecoder. */
const SHORT_TEXT = 16;

let decoder: TextDecoder | undefined;

/** The instance's memory, seen from JavaScript. Growth detaches every view, which has no length
 * then; so views must not be held across a call into wasm. */
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
    if (this.#bytes.length === 0) this.attach(this.#memory);
    return this.#bytes;
  }

  /** Of the same bytes as `bytes`, which must have been asked for since the last call into wasm. */
  get view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  text(start: number, size: number): string {
    return textIn(this.bytes, start >>> 0, size);
  }

  copy(start: number, size: number): Uint8Array<ArrayBuffer> {
    return copyIn(this.bytes, start >>> 0, size);
  }
}

/** The UTF-8 text at `start`; what is not UTF-8 becomes U+FFFD. Throws if the text is longer than
 * the engine's strings can be. */
export function textIn(bytes: Uint8Array, start: number, size: number): string {
  let text = '';
  for (let i = 0; size <= SHORT_TEXT; ++i) {
    if (i === size) return text;
    const code = bytes[start + i]!;
    if (code > 127) break;
    text += String.fromCharCode(code);
  }
  return decode(bytes.subarray(start, start + size));
}

export function copyIn(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  return bytes.slice(start, start + size);
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
