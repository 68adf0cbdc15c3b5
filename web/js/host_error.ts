import { inWords, textOf } from './failures.ts';

/** The kinds of errors that the host reports; C++ finds them by these names. */
export type HostErrorKind =
  | 'io'
  | 'not_found'
  | 'not_permitted'
  | 'is_directory'
  | 'closed'
  | 'connection_failed'
  | 'bad_data';

/** Why an operation of the host failed, in C++'s terms. */
export class HostError {
  constructor(
    readonly kind: HostErrorKind,
    readonly message: string,
    /** What was thrown, if something was. */
    readonly thrown?: unknown,
  ) {}

  /** From whatever was thrown: by the code of Node's errors; `io` when that says nothing. */
  static from(thrown: unknown): HostError {
    if (thrown instanceof HostError) return thrown;
    return new HostError(KIND_OF_CODE[textOf(thrown, 'code')] ?? 'io', reasonOf(thrown), thrown);
  }
}

const KIND_OF_CODE: Record<string, HostErrorKind> = {
  ENOENT: 'not_found',
  ENOTDIR: 'not_found',
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
  EISDIR: 'is_directory',
  EPIPE: 'closed',
  ERR_STREAM_DESTROYED: 'closed',
};

/** Causes may form a circle. */
const MOST_CAUSES = 16;

/** The innermost cause in words: the outer ones tend to say no more than "fetch failed". */
export function reasonOf(thrown: unknown): string {
  let reason = inWords(thrown);
  try {
    let cause = thrown;
    for (let i = 0; i < MOST_CAUSES && typeof cause === 'object' && cause !== null; ++i) {
      reason = textOf(cause, 'message') || textOf(cause, 'code') || reason;
      cause = (cause as { cause?: unknown }).cause;
    }
  } catch {
    // A cause that cannot be looked at.
  }
  return reason;
}
