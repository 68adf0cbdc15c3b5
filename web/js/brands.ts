/*
 * What a value is, by what it is made of rather than by `instanceof`: a page has several realms
 * (frames, test environments), each with constructors of its own, and may replace its constructors.
 */

const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)!.get!;

/** The class of a typed array, such as `Uint8Array`; undefined for other values. */
export function typedArrayOf(value: unknown): string | undefined {
  return typedArrayName.call(value) as string | undefined;
}

export function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  return typedArrayOf(value) === 'Uint8Array';
}

/** What an object calls itself: `AbortSignal`, `URL`, ... */
function tagOf(value: unknown): string {
  try {
    return typeof value === 'object' ? Object.prototype.toString.call(value).slice(8, -1) : '';
  } catch {
    return '';
  }
}

export function isAbortSignal(value: unknown): value is AbortSignal {
  return tagOf(value) === 'AbortSignal';
}

export function isUrl(value: unknown): value is URL {
  return tagOf(value) === 'URL';
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return tagOf(value) === 'ArrayBuffer';
}

export function isModule(value: unknown): value is WebAssembly.Module {
  return tagOf(value) === 'WebAssembly.Module';
}

export function isMemory(value: unknown): value is WebAssembly.Memory {
  return tagOf(value) === 'WebAssembly.Memory';
}
