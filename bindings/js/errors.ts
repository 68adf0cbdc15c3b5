import type { HandleTable } from '../../web/js/handle_table.ts';
import { getFloat64, getText, getUint32, getUint8, type Cursor } from '../../web/js/wire.ts';

/** Recognises errors across programs: each program on a page brings classes of its own. */
const BRAND = Symbol.for('wasio.WasioError');

interface ErrorParts {
  message: string;
  code: string;
  trace: string;
  errors: WasioError[];
  others: WasioError[];
  cause?: unknown;
}

/** What a call of a C++ function fails with. `instanceof` holds for group errors too. */
export class WasioError extends Error {
  /** The name of the error's kind, such as `not_found`, `timed_out`, `group`; or of what ended the
   * program: `trap`, `exited`, `closed`. */
  readonly code!: string;
  /** The whole in words: where it was raised, what was waiting for it, members, later errors and
   * causes. */
  readonly trace!: string;
  /** The members of a group in order of completion; of any other error, its `others`. */
  readonly errors!: readonly WasioError[];
  /** The errors that came later in the operations that failed with this one, in order of
   * completion. They are not members of a group. */
  readonly others!: readonly WasioError[];

  constructor({ message, cause, ...parts }: ErrorParts) {
    super(message, cause === undefined ? undefined : { cause });
    mark(this, parts);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
Object.defineProperty(WasioError.prototype, 'name', { value: 'WasioError' });

/** Several errors at once: a WasioError with the code `group` that is an AggregateError as well. */
class GroupError extends AggregateError {
  constructor({ message, cause, errors, ...parts }: ErrorParts) {
    super(errors, message, cause === undefined ? undefined : { cause });
    mark(this, parts);
  }
}
Object.defineProperty(GroupError.prototype, 'name', { value: 'WasioError' });

function mark(error: Error, parts: Partial<ErrorParts>): void {
  Object.assign(error, parts);
  Object.defineProperty(error, BRAND, { value: true });
}

export function makeError(parts: ErrorParts, isGroup: boolean): WasioError {
  return isGroup ? (new GroupError(parts) as unknown as WasioError) : new WasioError(parts);
}

/** An error that arises outside of the C++ program. */
export function plainError(code: string, message: string, cause?: unknown): WasioError {
  return new WasioError({ message, code, trace: `${code}: ${message}`, errors: [], others: [], cause });
}

/** The functions through which an error passed, innermost first. */
type Hop = { function: string; file: string; line: number };

/** Causes and groups nest without limit; a description stops at this depth. */
const DEEPEST_DESCRIPTION = 16;

/** Reads an error as bindings/src/call.cpp has written it. `held` are the JS values that C++
 * holds. */
export function readError(from: Cursor, held: HandleTable<unknown>): WasioError {
  return readPart(from, held, '').error;
}

/** An error, and the whole of it in words, whose lines after the first are indented. */
type Part = { error: WasioError; trace: string };

function readPart(from: Cursor, held: HandleTable<unknown>, indent: string): Part {
  const code = getText(from);
  const message = getText(from);
  const omitted = getUint32(from);
  const hops = Array.from({ length: getUint32(from) }, () => readHop(from));
  const head = [message === '' ? code : `${code}: ${message}`, ...describeHops(hops, omitted)];
  const value = held.get(getFloat64(from));
  const isGroup = getUint8(from) !== 0;
  const members = readParts(from, held, indent);
  const later = readParts(from, held, indent);
  const cause = getUint8(from) ? readPart(from, held, `${indent}  `) : undefined;
  const lines = [head.join(`\n${indent}`)];
  if (indent.length / 2 < DEEPEST_DESCRIPTION) {
    for (const { trace } of members) lines.push(`- ${trace}`);
    for (const { trace } of later) lines.push(`  and: ${trace}`);
    if (cause) lines.push(`  because: ${cause.trace}`);
  } else if (cause || members.length + later.length > 0) {
    lines.push('  ...');
  }
  const trace = lines.join(`\n${indent}`);
  const others = later.map(({ error }) => error);
  const errors = isGroup ? members.map(({ error }) => error) : others;
  const parts = { message: message || code, code, trace, errors, others, cause: cause?.error ?? value };
  return { error: makeError(parts, isGroup), trace };
}

function readParts(from: Cursor, held: HandleTable<unknown>, indent: string): Part[] {
  return Array.from({ length: getUint32(from) }, () => readPart(from, held, `${indent}  `));
}

function readHop(from: Cursor): Hop {
  return { function: getText(from), file: getText(from), line: getUint32(from) };
}

/** How many of the hops come before those that C++ has left out. */
const FIRST_HOPS = 4;

function describeHops(hops: readonly Hop[], omitted: number): string[] {
  const lines = hops.map((hop, i) =>
    hop.line === 0 ? '' : `  ${i === 0 ? 'at' : 'awaited by'} ${hop.function} (${hop.file}:${hop.line})`,
  );
  if (omitted > 0) lines.splice(FIRST_HOPS, 0, `  ... ${omitted} more ...`);
  return lines.filter((line) => line !== '');
}

export type LoadErrorCode =
  /** The file or URL does not exist. */
  | 'not_found'
  /** It could not be read: the network, a permission, another status than success. */
  | 'unreadable'
  /** It is no WebAssembly module, or a damaged one. */
  | 'not_wasm'
  /** It is a module, but not one of wasio, or of another program or build than this JavaScript. */
  | 'not_this_program'
  /** It failed while it was started. */
  | 'start_failed';

/** Why `load` has failed. */
export class LoadError extends Error {
  constructor(
    readonly code: LoadErrorCode,
    /** What was to be loaded: a URL, or what kind of value. */
    readonly source: string,
    /** What was found instead. */
    readonly found: string,
    cause?: unknown,
  ) {
    super(`${source} cannot be loaded: ${found}`, cause === undefined ? undefined : { cause });
  }
}
Object.defineProperty(LoadError.prototype, 'name', { value: 'LoadError' });
