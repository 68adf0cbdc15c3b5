/** Cuts what is written into lines. */
export class LineWriter {
  readonly #show: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #begun = '';

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  write(bytes: Uint8Array): void {
    const lines = (this.#begun + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#begun = lines.pop()!;
    for (const line of lines) this.#show(line);
  }

  flush(): void {
    if (this.#begun) this.#show(this.#begun);
    this.#begun = '';
  }
}
