import { LoadError } from './errors.ts';
import type { Interface } from './interface.ts';


/** The section of a module into which the build has written its contents, as JSON. */
const SECTION = 'wasio';

export interface Stamp {
  /** The program's name, that of its files. */
  program: string;
  /** The same in the wasm file and in the JavaScript of one build. */
  build: string;
}

/** What the section says of a program. */
export type Contents = Stamp & Interface;

/** Compiles the bytes, or says what they are instead of a module. */
export async function compile(
  bytes: BufferSource,
  source: string,
  context = '',
): Promise<WebAssembly.Module> {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const other = whatElse(view);
  if (other) throw new LoadError('not_wasm', source, context + other);
  try {
    return await WebAssembly.compile(bytes);
  } catch (thrown) {
    const found =
      `${context}a WebAssembly module of ${view.length} bytes that is truncated or damaged, or ` +
      `that needs what this engine lacks: ${(thrown as Error).message}`;
    throw new LoadError('not_wasm', source, found, thrown);
  }
}

/** What the module contains; refuses one that belongs to other JavaScript than this. */
export function checkStamp(module: WebAssembly.Module, expected: Stamp, source: string): Contents {
  const found = readContents(module);
  if (found?.build === expected.build) return found;
  const refuse = (what: string): never => {
    throw new LoadError('not_this_program', source, what);
  };
  if (!found) return refuse('a WebAssembly module that was not built with wasio');
  if (found.program !== expected.program) {
    return refuse(`the program ${found.program}: load it with ${found.program}.mjs`);
  }
  return refuse(
    `another build of ${found.program} than this JavaScript is of: take ${found.program}.mjs and ` +
      `${found.program}.wasm from the same build (is one of them from a cache?)`,
  );
}

function readContents(module: WebAssembly.Module): Contents | undefined {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  return section && (JSON.parse(new TextDecoder().decode(section)) as Contents);
}

/** Undefined for a core module of WebAssembly. */
function whatElse(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'nothing: it is empty';
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  if (start === '\0asm') {
    return bytes[4] === 1 || bytes.length < 8 ? undefined : 'a WebAssembly component, not a module';
  }
  const text = new TextDecoder().decode(bytes.subarray(0, 80)).trimStart();
  if (text.startsWith('<'))
    return `an HTML or XML page (${bytes.length} bytes: "${firstLine(text)}")`;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return 'a gzip file: the server must send it with the header Content-Encoding: gzip';
  }
  if (/^[\t\r\n\x20-\x7e]*$/.test(text))
    return `a text (${bytes.length} bytes: "${firstLine(text)}")`;
  return `${bytes.length} bytes that are no WebAssembly`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!.slice(0, 40);
}
