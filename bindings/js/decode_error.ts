import type { Memory } from '../../web/js/memory.ts';
import { makeError, type WasioError } from './errors.ts';

/** Reads an error as bindings/src/call.cpp has written it. `valueOf` gives the JS value that an
 * error holds. */
export function decodeError(
  memory: Memory,
  start: number,
  valueOf: (handle: number) => unknown,
): WasioError {
  let at = start;
  const { view } = memory;

  function number(): number {
    at += 4;
    return view.getUint32(at - 4, true);
  }
  function text(): string {
    const size = number();
    at += size;
    return memory.text(at - size, size);
  }
  function error(): WasioError {
    const code = text();
    const message = text() || code;
    const trace = text();
    const held = valueOf(number());
    const isGroup = number() !== 0;
    const errors = Array.from({ length: number() }, error);
    const cause = number() !== 0 ? error() : held;
    return makeError({ message, code, trace, errors, cause }, isGroup);
  }
  return error();
}
