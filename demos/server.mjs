// Serves the pages of the demos, beside the package that they import.
import path from 'node:path';
import sirv from 'sirv';
import { buildPackage } from '../tools/package.mjs';
import { serve } from '../tools/serve.mjs';
import { inRoot } from '../tools/setup/places.mjs';
import { sampleText } from './tally/sample.mjs';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/**
 * Answers a request and says so, or leaves it to the files.
 * @typedef {(request: Request, response: Response) => boolean} Handler
 */

/** @param {string} folder */
const files = (folder) => sirv(folder, { dev: true, etag: true });

/**
 * The folders that are served, by the beginning of the path; the first that fits counts.
 * @param {string} dist the package's modules
 */
function places(dist) {
  const sample = sampleText();
  return [
    { below: '/wasio/', serve: files(dist) },
    { below: '/tally/sample.txt', serve: files(path.dirname(sample)), as: path.basename(sample) },
    { below: '/tally/', serve: files(inRoot('demos/tally')) },
  ];
}

/** @param {Response} response */
function answerMissing(response) {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.\n');
}

/**
 * Builds the package and serves the demos on this machine only.
 * @param {{port?: number, handler?: Handler}} [options] port 0, the default, is any free one
 * @returns {Promise<{url: string, close: () => Promise<void>}>}
 */
export async function serveDemos({ port = 0, handler = () => false } = {}) {
  const known = places(await buildPackage());
  return serve((request, response) => {
    if (handler(request, response)) return;
    const { url = '/' } = request;
    if (url === '/') return response.writeHead(302, { location: '/tally/' }).end();
    const place = known.find(({ below }) => url.startsWith(below));
    if (!place) return answerMissing(response);
    request.url = `/${place.as ?? url.slice(place.below.length)}`;
    place.serve(request, response, () => answerMissing(response));
  }, port);
}
