/** The kinds of errors that the host reports, in the order of web/src/host_operation.cpp. */
const ERROR_KINDS = [
  'io',
  'not_found',
  'not_permitted',
  'is_directory',
  'closed',
  'connection_failed',
  'bad_data',
] as const;

export type HostErrorKind = (typeof ERROR_KINDS)[number];

/** Why an operation of the host failed, in C++'s terms. */
export class HostError {
  constructor(
    readonly kind: HostErrorKind,
    readonly message: string,
    /** What was thrown, if something was. */
    readonly thrown?: unknown,
  ) {}

  get kindIndex(): number {
    return ERROR_KINDS.indexOf(this.kind);
  }

  /** From a failed call of Node, by its code; `io` when that says nothing. */
  static fromSystem(thrown: unknown): HostError {
    return new HostError(KIND_OF_CODE[codeOf(thrown)] ?? 'io', reasonOf(thrown), thrown);
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

function codeOf(thrown: unknown): string {
  return String((thrown as { code?: unknown } | null | undefined)?.code ?? '');
}

/** The innermost cause in words: the outer ones tend to say no more than "fetch failed". */
export function reasonOf(thrown: unknown): string {
  let reason = '';
  for (let error = thrown; error instanceof Error; error = error.cause) {
    reason = error.message || codeOf(error) || reason;
  }
  return reason || String(thrown);
}
