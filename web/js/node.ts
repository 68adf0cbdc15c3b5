import { open, type FileHandle } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from './byte_source.ts';
import type { Environment, OpenedFile } from './environment.ts';
import { HostError } from './host_error.ts';

const CHUNK_SIZE = 65536;

/** Node. */
export const node: Environment = {
  later(callback) {
    setImmediate(callback);
  },

  startTimer(callback, delay) {
    const timer = setTimeout(callback, delay);
    return () => clearTimeout(timer);
  },

  write(stream, bytes) {
    return writeTo(stream === 1 ? process.stdout : process.stderr, bytes);
  },

  close() {},

  report(line) {
    process.stderr.write(`${line}\n`);
  },

  standardInput() {
    return new StandardInput();
  },

  openFile(name) {
    // One letter before the colon is a drive of Windows, not a scheme.
    if (!/^[a-z][a-z0-9+.-]+:/i.test(name)) return openPath(name);
    return /^file:/i.test(name) ? openFileUrl(name) : undefined;
  },
};

async function openFileUrl(url: string): Promise<OpenedFile> {
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch (thrown) {
    throw new HostError('bad_data', 'this is not the URL of a file', thrown);
  }
  return openPath(path);
}

async function openPath(path: string): Promise<OpenedFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new HostError('is_directory', 'this is a directory, not a file');
    return { source: new FileSource(handle), size: stat.isFile() ? stat.size : -1 };
  } catch (thrown) {
    await handle?.close();
    throw HostError.from(thrown);
  }
}

/** A file, read into one buffer over and over. */
class FileSource implements ByteSource {
  readonly #handle: FileHandle;
  readonly #buffer = new Uint8Array(CHUNK_SIZE);

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async read(): Promise<Uint8Array | undefined> {
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, CHUNK_SIZE, null);
    return bytesRead > 0 ? this.#buffer.subarray(0, bytesRead) : undefined;
  }

  close(): void {
    this.#handle.close().catch(() => {});
  }
}

/** The process's standard input. What nobody has asked for stays in the stream; the stream keeps
 * the process alive only while somebody waits. */
class StandardInput implements ByteSource {
  async read(): Promise<Uint8Array | undefined> {
    const { stdin } = process;
    for (;;) {
      const chunk: Buffer | null = stdin.read();
      if (chunk) return chunk;
      if (stdin.readableEnded || stdin.destroyed) return undefined;
      await change(stdin);
    }
  }

  wait(waited: boolean): void {
    // Files have neither.
    if (waited) process.stdin.ref?.();
    else process.stdin.unref?.();
  }

  close(): void {}
}

/** Until there is more to read, or the end. */
function change(stream: NodeJS.ReadStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      stream.off('readable', settle).off('end', settle).off('close', settle).off('error', settle);
      if (error) reject(HostError.from(error));
      else resolve();
    };
    stream.on('readable', settle).on('end', settle).on('close', settle).on('error', settle);
  });
}

const WATCHED = new WeakSet<NodeJS.WriteStream>();

function writeTo(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  if (!WATCHED.has(stream)) {
    WATCHED.add(stream);
    // Each write learns of its error by itself; without this the process would end.
    stream.on('error', () => {});
  }
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(HostError.from(error)) : resolve()));
  });
}
