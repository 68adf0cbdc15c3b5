import type { ImportsOf } from './abi.ts';
import { ABORTED, settle, type Answer } from './answers.ts';
import type { Host } from './host.ts';
import { quietly } from './failures.ts';
import { Request } from './request.ts';
import { openSource } from './sources.ts';
import { prepareText, putFloat64, putInt32, putText, roomOf } from './wire.ts';

/** How long the host may take to confirm that it has given a request up, in milliseconds. It does
 * at once; a replaced `fetch` may ignore its signal for ever. */
const MAX_CONFIRMATION = 2000;

/** Requests over HTTP, each of which becomes the source of its response's body. */
class Requests implements ImportsOf<'requests'> {
  readonly #host: Host;
  /** By source: what gives the request up. */
  readonly #pending = new Map<number, () => void>();

  constructor(host: Host) {
    this.#host = host;
  }

  readonly fetch = (url: number, size: number, ticket: number): number => {
    const { opened, instance } = this.#host;
    const entry = openSource();
    const source = opened.add(entry);
    settle(this.#host, ticket, () => {
      const request = new Request();
      entry.source = request;
      return this.#open(source, request, instance.memory.text(url, size));
    });
    return source;
  };

  readonly abort_fetch = (source: number): void => {
    this.#pending.get(source)?.();
  };

  async #open(source: number, request: Request, url: string): Promise<Answer | typeof ABORTED> {
    let stopTimer = () => {};
    const givenUp = new Promise<false>((resolve) => {
      this.#pending.set(source, () => {
        quietly(() => request.abort());
        const giveUp = () => resolve(false);
        const waits = quietly(() => {
          stopTimer = this.#host.environment.startTimer(giveUp, MAX_CONFIRMATION);
        });
        if (!waits) giveUp();
      });
    });
    try {
      const answered = await Promise.race([request.open(url), givenUp]);
      return answered ? headOf(request) : ABORTED;
    } finally {
      this.#pending.delete(source);
      quietly(stopTimer);
    }
  }
}

export const requests = (host: Host): ImportsOf<'requests'> => new Requests(host);

/** Status, size and URL of a response, and its headers, a line each. */
function headOf(request: Request): Answer {
  const { status, announcedSize } = request;
  const [url, headers] = [prepareText(request.url), prepareText(request.headers)];
  return {
    room: 24 + roomOf(url) + roomOf(headers),
    write(out) {
      putInt32(out, status);
      putFloat64(out, announcedSize);
      putText(out, url);
      putText(out, headers);
    },
  };
}
