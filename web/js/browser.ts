import { EMPTY } from './byte_source.ts';
import type { Environment } from './environment.ts';

/** Timers that are set from timers for the fifth time and later wait for at least this long. */
const CLAMP = 4;

/** Pages and workers. One per instance; nothing is made before it is needed. */
export function browser(): Environment {
  const later = makeLater();
  const output = new LineWriter((line) => console.log(line));
  const errors = new LineWriter((line) => console.error(line));
  return {
    later,

    startTimer(callback, delay) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stopped = false;
      const start = () => {
        if (!stopped) timer = setTimeout(callback, delay);
      };
      // Set from the task of a message, a timer counts as set from no timer, and is not clamped.
      if (delay < CLAMP) later(start);
      else start();
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    },

    write(stream, bytes) {
      (stream === 1 ? output : errors).write(bytes);
      return undefined;
    },

    flush() {
      output.flush();
      errors.flush();
    },

    report(line) {
      console.error(line);
    },

    standardInput: () => EMPTY,
    openFile: () => undefined,
  };
}

/** Not scheduler.yield: what it continues goes before timers, messages and the network, and starves
 * them. */
function makeLater(): (callback: () => void) => void {
  const callbacks: Array<() => void> = [];
  let port: MessagePort | undefined;
  return (callback) => {
    if (!port) {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => callbacks.shift()!();
      port = channel.port2;
    }
    callbacks.push(callback);
    port.postMessage(0);
  };
}

/** Cuts what is written into lines. */
class LineWriter {
  readonly #show: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #begun = '';

  constructor(show: (line: string) => void) {
    this.#show = show;
  }

  write(bytes: Uint8Array): void {
    const lines = (this.#begun + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#begun = lines.pop()!;
    for (const line of lines) this.#show(line);
  }

  flush(): void {
    if (this.#begun) this.#show(this.#begun);
    this.#begun = '';
  }
}
