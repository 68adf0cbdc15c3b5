const INTERNALS = Symbol.for('wasio.internals');

/** The types of a program, from its loaded app. */
export function declarations(app) {
  const methods = app[INTERNALS].signatures.map((signature) => `  ${signature.declaration}\n`);
  return `// Made by the build.
export interface CallOptions {
  /** Its abort cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface App {
${methods.join('')}
  /** Cancels everything that runs and resolves when all of it has ended. Later calls fail with the
   * code \`closed\`; \`load\` gives a new app. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Loads the program, by default from the wasm file beside this one. The same source gives the same
 * app. Rejects with a LoadError. */
export function load(
  source?: string | URL | ArrayBuffer | ArrayBufferView | WebAssembly.Module,
): Promise<App>;

/** What a call of a C++ function fails with. */
export class WasioError extends Error {
  /** The name of the error's kind, such as \`not_found\`, \`timed_out\`, \`group\`; or of what
   * ended the program: \`trap\`, \`closed\`. */
  readonly code: string;
  /** The whole in words: where it was raised, what was waiting for it, causes and members. */
  readonly trace: string;
  /** The members of a group in order of completion; of others, the errors that came later. */
  readonly errors: readonly WasioError[];
}

/** Why \`load\` has failed. */
export class LoadError extends Error {
  readonly code: 'not_found' | 'unreadable' | 'not_wasm' | 'not_this_program' | 'start_failed';
  /** What was to be loaded. */
  readonly source: string;
  /** What was found instead. */
  readonly found: string;
}
`;
}
