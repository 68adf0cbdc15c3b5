import { PENDING } from './abi.mjs';
import type { ImportsOf } from './abi.ts';
import { settle } from './answers.ts';
import type { Host } from './host.ts';
import { LineWriter } from './line_writer.ts';

/** Standard output and standard error: of the process, or lines on the console. */
export function output(host: Host): ImportsOf<'output'> {
  const { memory } = host.instance;
  const write = host.environment.write ?? toConsole(host);

  return {
    write(stream, bytes, size, ticket) {
      let written: Promise<void> | undefined;
      try {
        written = write(stream, memory.copy(bytes, size));
        if (!written) return 0;
      } catch (thrown) {
        written = Promise.reject(thrown);
      }
      settle(host, ticket, () => written);
      return PENDING;
    },
  };
}

function toConsole(host: Host): (stream: number, bytes: Uint8Array) => undefined {
  const output = new LineWriter((line) => console.log(line));
  const errors = new LineWriter((line) => console.error(line));
  host.flush = () => {
    output.flush();
    errors.flush();
  };
  return (stream, bytes) => {
    (stream === 1 ? output : errors).write(bytes);
    return undefined;
  };
}
