import type { ImportsOf } from '../../web/js/abi.ts';
import { quietly } from '../../web/js/failures.ts';
import { HandleTable } from '../../web/js/handle_table.ts';
import type { Host } from '../../web/js/host.ts';
import type { Instance, Trap } from '../../web/js/instance.ts';
import { Cursor, prepareText, putText, roomOf } from '../../web/js/wire.ts';
import { AbortWatch } from './abort_watch.ts';
import { plainError, readError, type WasioError } from './errors.ts';
import type { Signature } from './signature.ts';

/** A call that is not settled. */
interface Call {
  signature: Signature;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  signal: AbortSignal | undefined;
  /** What C++ knows the task by: a ticket, which it does not find once the call is settled. */
  task: number;
}

/** A ticket that no task has. */
const NO_TASK = 0xffffffff;

/**
 * The calls from JavaScript into one instance. A call is in `#pending` from its start until C++
 * settles it; its task lives at least as long. Whatever goes wrong on the way in or out ends that
 * call, and no other.
 */
export class Calls {
  readonly #host: Host;
  readonly #instance: Instance;
  readonly #pending = new HandleTable<Call>();
  readonly #aborts = new AbortWatch<Call>((call) => this.#cancel(call));
  /** Why no call is taken any more. */
  #refusal: WasioError | undefined;
  #disposing: Promise<void> | undefined;
  #whenDisposed: (() => void) | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#instance = host.instance;
    host.instance.onEnd(() => this.#instanceEnded());
    host.whenIdle = () => this.#whenDisposed?.();
  }

  readonly imports: ImportsOf<'calls'> = {
    resolve: (id, value) => {
      const { signature, resolve, reject } = this.#end(id);
      try {
        resolve(signature.result.read(new Cursor(this.#instance.memory, value)));
      } catch (thrown) {
        const message = `${signature.name}: the result cannot become a value of JavaScript`;
        reject(plainError('bad_data', message, thrown));
      }
    },

    reject: (id, error, _size, cancelled) => {
      const { reject, signal } = this.#end(id);
      try {
        if (cancelled && signal?.aborted) reject(signal.reason);
        else reject(readError(new Cursor(this.#instance.memory, error), this.#host.held));
      } catch (thrown) {
        reject(thrown);
      }
    },
  };

  /** Rejects with a TypeError before anything runs, or with what the call comes to. */
  call(signature: Signature, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { taken, size, signal } = signature.check(args);
      if (this.#refusal) throw this.#refusal;
      const block = this.#writeBlock(size, (out) => signature.write(out, taken));
      if (size > 0 && !block) {
        throw this.#refusal ?? plainError('out_of_memory', 'no memory for the arguments');
      }
      const call: Call = { signature, resolve, reject, signal, task: NO_TASK };
      const id = this.#pending.add(call);
      if (signal) this.#aborts.add(signal, call);
      const { entry } = signature;
      call.task = this.#instance.enter((wasm) => wasm[entry]!(id, block, size)) ?? NO_TASK;
      if (signal?.aborted && this.#pending.get(id)) this.#cancel(call);
    });
  }

  /** Cancels everything; resolves when all has ended, the calls that were under way included. */
  dispose(): Promise<void> {
    this.#disposing ??= new Promise<void>((resolve) => {
      this.#refusal ??= plainError('closed', 'the app was disposed: load it again to use it');
      this.#whenDisposed = resolve;
      if (!this.#instance.enter((wasm) => wasm.wasio_dispose())) resolve();
    }).then(() => this.#instance.end());
    return this.#disposing;
  }

  /** A block that its receiver in wasm releases; 0 if it is empty, or memory is exhausted. */
  #writeBlock(size: number, write: (out: Cursor) => void): number {
    const block = size > 0 ? this.#instance.allocate(size) : 0;
    if (!block) return 0;
    try {
      write(new Cursor(this.#instance.memory, block));
    } catch (thrown) {
      this.#instance.enter((wasm) => wasm.wasio_cancel(NO_TASK, block, size));
      throw thrown;
    }
    return block;
  }

  /** Runs inside `abort()` of the page: nothing is thrown. */
  #cancel(call: Call): void {
    quietly(() => {
      const reason = prepareText(inFewWords(call.signal!));
      const size = roomOf(reason);
      const block = this.#writeBlock(size, (out) => putText(out, reason));
      this.#instance.enter((wasm) => wasm.wasio_cancel(call.task, block, size));
    });
  }

  /** The call is over, for `resolve` or `reject`. */
  #end(id: number): Call {
    const call = this.#pending.remove(id)!;
    quietly(() => {
      if (call.signal) this.#aborts.remove(call.signal, call);
      this.#host.flush();
    });
    return call;
  }

  #instanceEnded(): void {
    const { trap } = this.#instance;
    if (trap) this.#refusal = endedBy(trap);
    const calls = this.#pending.clear();
    if (trap && trap.exitCode === undefined && calls.length === 0 && !this.#whenDisposed) {
      quietly(() => this.#host.environment.report(this.#refusal!.message));
    }
    for (const call of calls) {
      if (call.signal) quietly(() => this.#aborts.remove(call.signal!, call));
      call.reject(this.#refusal);
    }
    this.#whenDisposed?.();
  }
}

/** What every call gets after the end of the program. */
function endedBy({ exitCode, why, thrown }: Trap): WasioError {
  if (exitCode !== undefined) return plainError('exited', `the program called exit(${exitCode})`);
  return plainError('trap', `the program has broken off: ${why}`, thrown);
}

const ABORTED = 'the signal was aborted';

/** The reason of an abort, for those who look at cancelled tasks in C++; whoever aborts gets the
 * reason itself. It may be any value, and whatever it does when it is looked at is its own. */
function inFewWords(signal: AbortSignal): string {
  try {
    const reason: unknown = signal.reason;
    if (typeof reason === 'string') return reason || ABORTED;
    const { message, name } = reason as { message?: unknown; name?: unknown };
    const words = message || name;
    return typeof words === 'string' ? words : ABORTED;
  } catch {
    return ABORTED;
  }
}
