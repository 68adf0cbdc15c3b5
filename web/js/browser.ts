import { EMPTY } from './byte_source.ts';
import type { Environment } from './environment.ts';
import { quietly } from './failures.ts';

/** Timers that are set from timers for the fifth time and later wait for at least this long. */
const CLAMP = 4;

/** Pages and workers. One per instance; nothing is made before it is needed. */
export function browser(): Environment {
  const { later, close } = makeLater();
  return {
    later,

    startTimer(callback, delay) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stopped = false;
      const start = () => {
        if (!stopped) timer = setTimeout(callback, delay);
      };
      // Set from the task of a message, a timer counts as set from no timer, and is not clamped.
      // What is thrown there would reach nobody, so the timer is over then.
      const startInMessage = () => {
        if (!quietly(start)) callback();
      };
      if (delay >= CLAMP || !quietly(() => later(startInMessage))) start();
      return () => {
        stopped = true;
        clearTimeout(timer);
      };
    },

    close,

    report(line) {
      console.error(line);
    },

    standardInput: () => EMPTY,
    openFile: () => undefined,
  };
}

/** Not scheduler.yield: what it continues goes before timers, messages and the network, and starves
 * them. An open port keeps Node, Deno and Bun alive. */
function makeLater() {
  const callbacks: Array<() => void> = [];
  let channel: MessageChannel | undefined;
  return {
    later(callback: () => void): void {
      channel ??= openChannel(callbacks);
      channel.port2.postMessage(0);
      callbacks.push(callback);
    },
    close(): void {
      channel?.port1.close();
      channel = undefined;
      callbacks.length = 0;
    },
  };
}

function openChannel(callbacks: Array<() => void>): MessageChannel {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => callbacks.shift()?.();
  return channel;
}
