// A reporter for Node's test runner that sends each result to the parent process as it comes, and
// `{begun: name}` when a test begins. At the end it sends `{end: true}`: without that message,
// results may be missing.
import { inspect } from 'node:util';

/**
 * The result of one test. Tests are reported after the tests inside them.
 * @typedef {object} Result
 * @property {string} name
 * @property {number} nesting 0 at the top of the file
 * @property {'pass' | 'fail' | 'skip'} status
 * @property {string} why of a failure or a skip
 * @property {boolean} byItself false if it failed only because a test inside it did
 * @property {number} ms
 */

/** @param {any} error the runner's wrapper around a failure */
function reason(error) {
  const cause = error?.cause ?? error;
  if (typeof cause?.message === 'string') return cause.message;
  return typeof cause === 'string' ? cause : inspect(cause);
}

/** @param {boolean} passed @param {any} data of the event @returns {Result} */
export function resultOf(passed, { name, nesting, skip, details }) {
  const skipped = skip === undefined ? 'pass' : 'skip';
  return {
    name,
    nesting,
    status: passed ? skipped : 'fail',
    why: passed ? (typeof skip === 'string' ? skip : '') : reason(details?.error),
    byItself: passed || details?.error?.failureType !== 'subtestsFailed',
    ms: details?.duration_ms ?? 0,
  };
}

/** @param {object} message */
const send = (message) => new Promise((resolve) => process.send?.(message, resolve));

/** @param {AsyncIterable<{type: string, data: any}>} events */
export default async function* reporter(events) {
  for await (const { type, data } of events) {
    if (type === 'test:dequeue') await send({ begun: data.name });
    if (type === 'test:pass' || type === 'test:fail') await send(resultOf(type === 'test:pass', data));
  }
  await send({ end: true });
}
