import { ANSWER } from './abi.mjs';
import type { Host } from './host.ts';
import { HostError } from './host_error.ts';
import { Cursor, encode, putFloat64, putText, roomOf, type Encoded } from './wire.ts';

/** What an operation resolves with when it was given up. */
export const ABORTED = Symbol('aborted');

/** The value of an answer: at most `room` bytes, as `write` writes them. */
export interface Answer {
  room: number;
  write(out: Cursor): void;
}

/** Runs an operation of the host, and answers C++ when it has ended. Whatever it throws, or rejects
 * with, is an answer; C++ drops one that it does not expect any more. */
export async function settle(
  host: Host,
  ticket: number,
  operation: () => PromiseLike<Answer | typeof ABORTED | void> | void,
): Promise<void> {
  try {
    const result = await operation();
    if (result === ABORTED) answer(host, ticket, ANSWER.aborted);
    else answerDone(host, ticket, result ?? undefined);
  } catch (thrown) {
    // Not before the import that has begun the operation has returned.
    await undefined;
    answerFailed(host, ticket, HostError.from(thrown));
  }
}

export function answerDone(host: Host, ticket: number, value?: Answer): void {
  answer(host, ticket, ANSWER.done, value);
}

export function answerFailed(host: Host, ticket: number, error: HostError): void {
  const { kind, thrown } = error;
  const message = encodeIfPossible(error.message);
  const value = thrown === undefined ? 0 : host.held.add(thrown);
  answer(host, ticket, ANSWER.failed, {
    room: roomOf(kind) + roomOf(message) + 16,
    write(out) {
      putText(out, kind);
      putText(out, message);
      putFloat64(out, value);
    },
  });
}

/** Without memory for its value, an answer is a failure without words. */
function answer({ instance }: Host, ticket: number, kind: number, value?: Answer): void {
  const block = value ? instance.allocate(value.room) : 0;
  if (block) value!.write(new Cursor(instance.memory, block));
  const told = value && !block ? ANSWER.failed : kind;
  instance.enter((wasm) => wasm.wasio_answer(ticket, told, block, value?.room ?? 0));
}

/** The page may have replaced what encodes texts. */
function encodeIfPossible(message: string): Encoded {
  try {
    return encode(message);
  } catch {
    return '';
  }
}
