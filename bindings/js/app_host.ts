import type { Environment } from '../../web/js/environment.ts';
import { Memory } from '../../web/js/memory.ts';
import { WebHost, type WebEntries } from '../../web/js/web_host.ts';
import { AbortWatch } from './abort_watch.ts';
import { decodeError } from './decode_error.ts';
import { plainError, type WasioError } from './errors.ts';
import { Signature } from './signature.ts';

/** What the wasm module exports (bindings/src/call.cpp). */
interface Entries extends WebEntries {
  wasio_list_exports(): void;
  wasio_allocate(size: number): number;
  wasio_call(exported: number, call: number, block: number, size: number): number;
  wasio_cancel(task: number, reason: number, size: number): void;
  wasio_dispose(): number;
  wasio_describe_tasks(): void;
}

/** A call that is not settled. */
interface Call {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  signal: AbortSignal | undefined;
  /** What C++ knows the task by: a ticket, which it does not find once the call is settled. */
  task: number;
}

/**
 * The calls from JavaScript into one instance, and the imports of bindings/src/imports.h. A call is
 * in `#calls` from its start until C++ settles it; its task lives at least as long.
 */
export class AppHost extends WebHost {
  #wasm!: Entries;
  readonly #exports = new Map<Signature, number>();
  readonly #calls = new Map<number, Call>();
  readonly #aborts = new AbortWatch<Call>((call) => this.#cancel(call));
  #lastCall = 0;
  /** The instance trapped: nothing enters it any more. */
  #trap: WasioError | undefined;
  /** Why no call is taken any more. */
  #refusal: WasioError | undefined;
  #disposing: Promise<void> | undefined;
  #whenDisposed: (() => void) | undefined;
  #tasks = '';

  constructor(environment: Environment) {
    super(environment);
  }

  /** Before anything else: imports may be called while the module is started. */
  attachMemory(memory: WebAssembly.Memory): void {
    this.memory = new Memory(memory);
  }

  attachEntries(wasm: Entries): readonly Signature[] {
    this.#wasm = wasm;
    this.enter(() => wasm.wasio_list_exports());
    if (this.#trap) throw this.#trap;
    return [...this.#exports.keys()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Rejects with a TypeError before anything runs, or with what the call comes to. */
  call(signature: Signature, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { block, signal } = signature.check(args);
      if (this.#refusal) throw this.#refusal;
      const address = this.#copyIn(block);
      const id = ++this.#lastCall;
      const call: Call = { resolve, reject, signal, task: 0 };
      this.#calls.set(id, call);
      const handle = this.#exports.get(signature)!;
      call.task = this.enter(() => this.#wasm.wasio_call(handle, id, address, block.length)) ?? 0;
      // Without memory for the task, or after a trap, it is settled already.
      if (!this.#calls.has(id)) return;
      if (signal?.aborted) this.#cancel(call);
      else if (signal) this.#aborts.add(signal, call);
    });
  }

  /** Cancels everything; resolves when all has ended, the calls that were under way included. */
  dispose(): Promise<void> {
    this.#disposing ??= new Promise<void>((resolve) => {
      this.#refusal ??= plainError('closed', 'the app was disposed: load it again to use it');
      this.#whenDisposed = resolve;
      if (this.#trap || !this.enter(() => this.#wasm.wasio_dispose())) resolve();
    }).then(() => this.closeHost());
    return this.#disposing;
  }

  /** The tasks that run, with what each waits for. */
  describeTasks(): string {
    this.#tasks = '';
    this.enter(() => this.#wasm.wasio_describe_tasks());
    return this.#tasks;
  }

  protected override enter<T>(call: (wasm: WebEntries) => T): T | undefined {
    if (this.#trap) return undefined;
    // What was reported in an earlier call is not why this one fails.
    this.takeLastReport();
    try {
      return call(this.#wasm);
    } catch (thrown) {
      this.#fail(thrown);
      return undefined;
    }
  }

  /** The instance's state is unknown now: every call ends, and nothing enters it again. */
  #fail(thrown: unknown): void {
    const why =
      this.takeLastReport() || (thrown instanceof Error ? thrown.message : String(thrown));
    this.#trap = plainError('trap', `the program has broken off: ${why}`, thrown);
    this.#refusal = this.#trap;
    const calls = [...this.#calls.keys()];
    if (calls.length === 0 && !this.#whenDisposed) this.environment.report(this.#trap.message);
    for (const id of calls) this.#end(id)!.reject(this.#trap);
    this.#whenDisposed?.();
    this.closeHost();
  }

  /** A copy in wasm memory, which its receiver there releases. */
  #copyIn(bytes: Uint8Array): number {
    const address = this.enter(() => this.#wasm.wasio_allocate(bytes.length));
    if (!address) throw this.#trap ?? plainError('out_of_memory', 'no memory for the arguments');
    this.memory.bytes.set(bytes, address);
    return address;
  }

  #cancel(call: Call): void {
    if (this.#trap) return;
    const bytes = this.memory.encode(reasonText(call.signal!.reason));
    const address = this.#copyIn(bytes);
    this.enter(() => this.#wasm.wasio_cancel(call.task, address, bytes.length));
  }

  /** The call is over, for `resolve` or `reject`. */
  #end(id: number): Call | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (call?.signal) this.#aborts.remove(call.signal, call);
    this.environment.flush();
    return call;
  }

  // From here on: the imports.

  addExport(
    handle: number,
    name: number,
    nameSize: number,
    parameters: number,
    parametersSize: number,
    types: number,
    typesSize: number,
  ): void {
    const text = this.memory.text(parameters, parametersSize);
    const signature = new Signature(
      this.memory.text(name, nameSize),
      text === '' ? [] : text.split(',').map((parameter) => parameter.trim()),
      this.memory.text(types, typesSize),
      // The arguments of a main.
      this.memory.text(types, 1) === 'S' ? 1 : 0,
    );
    this.#exports.set(signature, handle);
  }

  resolve(id: number, value: unknown): void {
    this.#end(id)!.resolve(value);
  }

  resolveText(id: number, text: number, size: number): void {
    this.resolve(id, this.memory.text(text, size));
  }

  resolveBytes(id: number, bytes: number, size: number): void {
    this.resolve(id, this.memory.copy(bytes, size));
  }

  reject(id: number, error: number, _size: number, cancelled: number): void {
    const { reject, signal } = this.#end(id)!;
    if (cancelled && signal?.aborted) return reject(signal.reason);
    reject(decodeError(this.memory, error, (handle) => this.value(handle)));
  }

  disposed(): void {
    this.#whenDisposed?.();
  }

  tasks(text: number, size: number): void {
    this.#tasks = this.memory.text(text, size);
  }
}

/** A few words, for those who look at cancelled tasks in C++; whoever aborts gets the reason
 * itself. */
function reasonText(reason: unknown): string {
  if (reason instanceof Error) return reason.message || reason.name;
  return typeof reason === 'string' && reason !== '' ? reason : 'the signal was aborted';
}

export type { Entries };
