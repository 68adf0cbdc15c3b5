import { EMPTY } from './byte_source.ts';
import type { Environment } from './environment.ts';
import { HostError } from './host_error.ts';
import { Loop } from './loop.ts';
import { Memory } from './memory.ts';
import { Request } from './request.ts';
import { Sources, type Ticket } from './sources.ts';

/** What the wasm module exports to the loop and to the host (web/src). */
export interface WebEntries {
  wasio_turn(alarmRang: boolean): number;
  wasio_answer(index: number, generation: number, answer: number, value: number): void;
}

/** As in web/include/wasio/web/host_operation.h. */
const DONE = 0;
const FAILED = 1;
const ABORTED = 2;
const RESULT_PENDING = -1;
const RESULT_FAILED = -2;

const STANDARD_INPUT = 0;

/**
 * The imports of web/src/imports.h for one instance of a program. They run inside a call into wasm
 * and never call back into it; what calls into it goes through `enter`.
 */
export abstract class WebHost {
  protected readonly environment: Environment;
  protected readonly loop: Loop;
  protected memory!: Memory;
  readonly #sources: Sources;
  readonly #requests = new Map<number, Request>();
  readonly #values = new Map<number, unknown>();
  #lastValue = 0;
  #text: Uint8Array = new Uint8Array();
  #error: HostError | undefined;
  #lastReport = '';

  protected constructor(environment: Environment) {
    this.environment = environment;
    this.loop = new Loop(environment, (rang) =>
      Boolean(this.enter((wasm) => wasm.wasio_turn(rang))),
    );
    this.#sources = new Sources((ticket) => this.#answer(ticket, DONE));
  }

  /** Calls into wasm unless the instance has failed; a trap inside is dealt with here, once for
   * all. */
  protected abstract enter<T>(call: (wasm: WebEntries) => T): T | undefined;

  /** Ends all that the host does for this instance. */
  protected closeHost(): void {
    this.loop.stop();
    this.#sources.closeAll();
    this.#requests.clear();
    this.#values.clear();
    this.environment.flush();
  }

  protected value(handle: number): unknown {
    return this.#values.get(handle);
  }

  /** What `report` showed last, and no longer afterwards: why a program that traps gave up. */
  protected takeLastReport(): string {
    const report = this.#lastReport;
    this.#lastReport = '';
    return report;
  }

  // From here on: the imports.

  requestTurn(): void {
    this.loop.requestTurn();
  }

  setAlarm(delay: number): void {
    this.loop.setAlarm(delay);
  }

  report(text: number, size: number): void {
    this.#lastReport = this.memory.text(text, size);
    this.environment.report(this.#lastReport);
  }

  dropValue(handle: number): void {
    this.#values.delete(handle);
  }

  takeText(into: number): void {
    this.memory.bytes.set(this.#text, into);
    this.#text = new Uint8Array();
  }

  takeError(messageSize: number, value: number): number {
    const error = this.#error!;
    this.#error = undefined;
    this.memory.view.setUint32(messageSize, this.#leaveText(error.message), true);
    this.memory.view.setUint32(value, this.#keep(error.thrown), true);
    return error.kindIndex;
  }

  fetch(url: number, size: number, index: number, generation: number): number {
    const request = new Request();
    const source = this.#sources.add(request);
    this.#requests.set(source, request);
    this.#settle({ index, generation }, request.open(this.memory.text(url, size)));
    return source;
  }

  openFile(name: number, size: number, index: number, generation: number): number {
    const opened = this.environment.openFile(this.memory.text(name, size));
    if (!opened) return 0;
    const source = this.#sources.add(EMPTY);
    const whenOpen = opened.then((file) => {
      // C++ has lost interest: the number is nobody's any more.
      if (!this.#sources.has(source)) return file.source.close();
      this.#sources.add(file.source, source);
      return file.size;
    });
    this.#settle({ index, generation }, whenOpen);
    return source;
  }

  fetchAbort(source: number): void {
    this.#requests.get(source)?.abort();
  }

  response(source: number, status: number, announced: number): number {
    const request = this.#requests.get(source)!;
    this.#requests.delete(source);
    this.memory.view.setInt32(status, request.status, true);
    this.memory.view.setFloat64(announced, request.announcedSize, true);
    return this.#leaveText(request.head);
  }

  sourceRead(
    source: number,
    into: number,
    size: number,
    index: number,
    generation: number,
  ): number {
    if (source === STANDARD_INPUT && !this.#sources.has(source)) {
      this.#sources.add(this.environment.standardInput(), STANDARD_INPUT);
    }
    const read = this.#sources.read(source, size, { index, generation });
    if (read === undefined) return RESULT_PENDING;
    if (read instanceof HostError) return this.#fail(read);
    this.memory.bytes.set(read, into);
    return read.length;
  }

  sourceForget(source: number): void {
    this.#sources.forget(source);
  }

  sourceClose(source: number): void {
    this.#requests.delete(source);
    this.#sources.close(source);
  }

  write(stream: number, bytes: number, size: number, index: number, generation: number): number {
    const written = this.environment.write(stream, this.memory.copy(bytes, size));
    if (!written) return 0;
    this.#settle({ index, generation }, written);
    return RESULT_PENDING;
  }

  // From here on: answers.

  /** Answers when the operation has ended; false says that it was aborted. */
  #settle(ticket: Ticket, operation: Promise<number | boolean | void>): void {
    operation.then(
      (value) => this.#answer(ticket, value === false ? ABORTED : DONE, Number(value ?? 0)),
      (thrown: unknown) => {
        this.#error = thrown instanceof HostError ? thrown : HostError.fromSystem(thrown);
        this.#answer(ticket, FAILED);
        this.#error = undefined;
      },
    );
  }

  #answer(ticket: Ticket, answer: number, value = 0): void {
    this.enter((wasm) => wasm.wasio_answer(ticket.index, ticket.generation, answer, value));
  }

  #fail(error: HostError): number {
    this.#error = error;
    return RESULT_FAILED;
  }

  #leaveText(text: string): number {
    this.#text = this.memory.encode(text);
    return this.#text.length;
  }

  #keep(value: unknown): number {
    if (value === undefined) return 0;
    this.#values.set(++this.#lastValue, value);
    return this.#lastValue;
  }
}
