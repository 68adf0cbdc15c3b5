import type { Calls } from './calls.ts';
import type { Signature } from './signature.ts';

/** Where an app keeps what the runner in Node asks for. */
export const INTERNALS = Symbol.for('wasio.internals');

export interface Internals {
  /** The tasks that run, with what each waits for; only of a program with a main. */
  describeTasks(): string;
  /** What the program has called `exit` with; undefined if it has not. */
  exitCode(): number | undefined;
}

/** A loaded program: its exported functions are methods. */
export interface App {
  /** Cancels everything that runs and resolves when all of it has ended. Later calls fail with the
   * code `closed`; `load` gives a new app. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function makeApp(
  calls: Calls,
  signatures: readonly Signature[],
  internals: Internals,
  onDispose: () => void,
): App {
  const dispose = () => {
    onDispose();
    return calls.dispose();
  };
  const app = {};
  Object.defineProperty(app, 'dispose', { value: dispose });
  if (Symbol.asyncDispose) Object.defineProperty(app, Symbol.asyncDispose, { value: dispose });
  Object.defineProperty(app, INTERNALS, { value: internals });
  for (const signature of signatures) {
    const method = (...args: unknown[]) => calls.call(signature, args);
    Object.defineProperty(method, 'name', { value: signature.name });
    Object.defineProperty(app, signature.name, { enumerable: true, value: method });
  }
  return app as App;
}
