import type { ByteSource } from './byte_source.ts';
import { HostError, reasonOf } from './host_error.ts';

/** One GET request: first its head, then, as a source, its body. */
export class Request implements ByteSource {
  readonly #controller = new AbortController();
  /** What the host rejects with after `abort`, and by which it is known. */
  readonly #reason = new DOMException('the request was given up', 'AbortError');
  #response: Response | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #aborted = false;
  #received = 0;

  /** Resolves with true when the head of the answer is there, with false when `abort` has ended the
   * request; rejects with a `HostError`. */
  async open(url: string): Promise<boolean> {
    checkUrl(url);
    try {
      this.#response = await fetch(url, { signal: this.#controller.signal });
    } catch (thrown) {
      if (this.#isConfirmation(thrown)) return false;
      throw new HostError('connection_failed', `no answer came: ${reasonOf(thrown)}`, thrown);
    }
    this.#reader = this.#response.body?.getReader();
    // Its end is told to whoever reads; without one, nobody misses it.
    this.#reader?.closed.catch(() => {});
    return true;
  }

  /** The host gives the request up, at once or later. */
  abort(): void {
    this.#aborted = true;
    this.#controller.abort(this.#reason);
  }

  get status(): number {
    return this.#response!.status;
  }

  /** In bytes; -1 if it is not known, because of compression for instance. */
  get announcedSize(): number {
    const { headers } = this.#response!;
    const size = Number(headers.get('content-length') || NaN);
    return headers.has('content-encoding') || !(size >= 0) ? -1 : size;
  }

  get url(): string {
    return String(this.#response!.url);
  }

  /** A line each. */
  get headers(): string {
    return [...this.#response!.headers].map(([name, value]) => `${name}: ${value}\n`).join('');
  }

  async read(): Promise<Uint8Array | undefined> {
    try {
      const { value } = (await this.#reader?.read()) ?? {};
      this.#received += value?.length ?? 0;
      return value;
    } catch (thrown) {
      const after = `the connection broke after ${this.#received} bytes: ${reasonOf(thrown)}`;
      throw new HostError('io', after, thrown);
    }
  }

  close(): void {
    this.abort();
  }

  #isConfirmation(thrown: unknown): boolean {
    if (!this.#aborted) return false;
    return thrown === this.#reason || (thrown as Error | undefined)?.name === 'AbortError';
  }
}

function checkUrl(url: string): void {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (!URL.canParse(url, base)) throw new HostError('bad_data', 'this is not a URL');
}
