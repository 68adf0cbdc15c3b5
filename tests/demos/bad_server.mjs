// A server that misbehaves.
import { setTimeout as sleep } from 'node:timers/promises';

/** How much `/slow` sends at a time, and how often: `/slow?100` pauses for 100 ms each time. */
const PIECE = 20_000;
const PIECE_MS = 20;

/** @typedef {import('node:http').ServerResponse} Response */

/**
 * Sends the text in small pieces.
 * @param {Response} response
 * @param {Buffer} text
 * @param {object} head
 * @param {number} [ms]
 */
async function sendSlowly(response, text, head, ms = PIECE_MS) {
  response.writeHead(200, { 'content-type': 'text/plain', ...head });
  for (let at = 0; at < text.length && !response.destroyed; at += PIECE) {
    response.write(text.subarray(at, at + PIECE));
    await sleep(ms);
  }
  response.end();
}

/** @param {Buffer} text the body of its good responses */
export function badServer(text) {
  /** @type {(path: string) => void} */
  let lost = () => {};
  const half = text.subarray(0, text.length / 2);
  const announced = { 'content-length': text.length };
  /** @type {Record<string, (response: Response, query: string) => void>} */
  const answers = {
    '/fine': (response) => void response.writeHead(200, announced).end(text),
    '/slow': (response, ms) => void sendSlowly(response, text, announced, Number(ms || PIECE_MS)),
    '/slow-unannounced': (response) => void sendSlowly(response, text, {}),
    '/empty': (response) => void response.writeHead(200).end(),
    '/broken': (response) => void response.writeHead(500).end('no'),
    '/silent': () => {},
    '/stalls': (response) => void response.writeHead(200, announced).write(half),
    '/resets': (response) => {
      response.writeHead(200, announced).write(half, () => response.socket?.resetAndDestroy());
    },
    '/ends-early': (response) => {
      response.writeHead(200, announced).write(half, () => response.socket?.end());
    },
  };
  return {
    /** The path of the next request whose client disconnects before it has the whole response. */
    nextLost: () => new Promise((/** @type {(path: string) => void} */ resolve) => (lost = resolve)),
    /** @type {import('../../demos/server.mjs').Handler} */
    handler(request, response) {
      const [path, query] = String(request.url).split('?');
      const answer = answers[path];
      if (!answer) return false;
      response.on('close', () => {
        if (!response.writableFinished) lost(path);
      });
      answer(response, query);
      return true;
    },
  };
}
