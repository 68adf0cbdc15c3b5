import type { AppHost } from './app_host.ts';
import type { Signature } from './signature.ts';

/** Where an app keeps what the tools ask for: the .d.ts file, and the runner in Node. */
export const INTERNALS = Symbol.for('wasio.internals');

export interface Internals {
  readonly signatures: readonly Signature[];
  describeTasks(): string;
}

/** A loaded program: its exported functions are methods. */
export interface App {
  /** Cancels everything that runs and resolves when all of it has ended. Later calls fail with the
   * code `closed`; `load` gives a new app. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function makeApp(
  host: AppHost,
  signatures: readonly Signature[],
  onDispose: () => void,
): App {
  const dispose = () => {
    onDispose();
    return host.dispose();
  };
  const internals: Internals = { signatures, describeTasks: () => host.describeTasks() };
  const app = {};
  Object.defineProperty(app, 'dispose', { value: dispose });
  if (Symbol.asyncDispose) Object.defineProperty(app, Symbol.asyncDispose, { value: dispose });
  Object.defineProperty(app, INTERNALS, { value: internals });
  for (const signature of signatures) {
    const method = (...args: unknown[]) => host.call(signature, args);
    Object.defineProperty(method, 'name', { value: signature.name });
    Object.defineProperty(app, signature.name, { enumerable: true, value: method });
  }
  return app as App;
}
