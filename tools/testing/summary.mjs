// The summary that ends `npm test`: suites by host, then skips with their reasons, then failures.
import { table } from '../table.mjs';
import { firstLine } from './results.mjs';

/** @typedef {import('./results.mjs').Verdict} Verdict */

/**
 * The verdicts by key, in the order in which the keys first appear.
 * @param {Verdict[]} verdicts
 * @param {(verdict: Verdict) => string} key
 */
function grouped(verdicts, key) {
  /** @type {Map<string, Verdict[]>} */
  const groups = new Map();
  for (const verdict of verdicts) {
    const group = groups.get(key(verdict));
    if (group) group.push(verdict);
    else groups.set(key(verdict), [verdict]);
  }
  return groups;
}

/** @param {Verdict[]} verdicts */
function counts(verdicts) {
  return ['pass', 'fail', 'skip'].map(
    (status) => verdicts.filter((verdict) => verdict.status === status).length,
  );
}

/** @param {Verdict[]} skipped */
function reasons(skipped) {
  const byReason = grouped(skipped, ({ suite, host, why }) => `${suite} on ${host}: ${why}`);
  return [...byReason].map(([title, group]) => {
    const names = group.map(({ name }) => name.split(':')[0]);
    return `  ${title} (${[...new Set(names)].join(', ')})`;
  });
}

/** @param {import('./results.mjs').Results} results */
export function summary({ verdicts }) {
  const rows = [...grouped(verdicts, ({ suite, host }) => `${suite}\0${host}`)].map(
    ([key, group]) => [...key.split('\0'), ...counts(group)],
  );
  const parts = [table([['suite', 'host', 'passed', 'failed', 'skipped'], ...rows])];
  const skipped = verdicts.filter(({ status }) => status === 'skip');
  if (skipped.length > 0) parts.push(`Skipped:\n${reasons(skipped).join('\n')}`);
  const failed = verdicts.filter(({ status }) => status === 'fail');
  if (failed.length > 0) {
    const lines = failed.map(
      ({ suite, host, name, why }) => `  ${suite} on ${host}: ${name}: ${firstLine(why)}`,
    );
    parts.push(`Failed:\n${lines.join('\n')}`);
  }
  return parts.join('\n\n');
}
