// build/conformance.json: which statement holds on which host, according to the tests named after
// it.
import fs from 'node:fs';
import path from 'node:path';
import { USUAL_HOSTS } from '../../tests/support/hosts.mjs';
import { readJson } from '../setup/files.mjs';
import { inRoot } from '../setup/places.mjs';
import { table } from '../table.mjs';
import { COMPLETE } from './complete.mjs';
import { firstLine } from './results.mjs';

/** @typedef {import('./results.mjs').Verdict} Verdict */
/** By statement, then by host: "pass", "fail: why" or "skip: why". */
/** @typedef {Record<string, Record<string, string>>} Matrix */

/** The hosts that have a column. */
export const COLUMNS = Object.keys(USUAL_HOSTS);

/**
 * Hosts without a column, and the column that their verdicts count for.
 * @type {Record<string, string>}
 */
const COUNTS_FOR = { native: 'native-asan', jco: 'wasmtime-p2' };

const FILE = inRoot('build', 'conformance.json');

/** @returns {Matrix | undefined} what the last tests left */
export function readMatrix() {
  return readJson(FILE);
}

/**
 * The statements that a test shows: its name begins with them, "C15: ..." or "W4, W5: ...", or the
 * name of a test around it does.
 * @param {Verdict} verdict
 */
function statementsOf({ name, within }) {
  for (const one of [name, ...within]) {
    const head = one.match(/^((?:[CW]\d+b?(?:, ?| )?)+):/);
    if (head) return head[1].split(/[, ]+/).filter(Boolean);
  }
  return [];
}

/**
 * Combines verdicts into one: a statement holds if every test of it passes.
 * @param {Verdict[]} verdicts
 */
function combined(verdicts) {
  const failed = verdicts.find(({ status }) => status === 'fail');
  if (failed) return `fail: ${firstLine(failed.why)}`;
  const skipped = verdicts.find(({ status }) => status === 'skip');
  if (!skipped) return 'pass';
  const part = verdicts.some(({ status }) => status === 'pass') ? 'in part: ' : '';
  return `skip: ${part}${skipped.why || 'no reason given'}`;
}

/**
 * The cells that these verdicts fill.
 * @param {Verdict[]} verdicts
 */
function cellsOf(verdicts) {
  /** @type {Map<string, Map<string, Verdict[]>>} */
  const cells = new Map();
  for (const verdict of verdicts) {
    const column = COUNTS_FOR[verdict.host] ?? verdict.host;
    for (const statement of statementsOf(verdict)) {
      const row = cells.get(statement) ?? new Map();
      cells.set(statement, row);
      row.set(column, [...(row.get(column) ?? []), verdict]);
    }
  }
  return cells;
}

/** A key that sorts statements by letter, then number. @param {string} id */
function order(id) {
  const [, letter, number, suffix] = id.match(/^([A-Z]+)(\d+)(.*)$/) ?? ['', id, '0', ''];
  return `${letter}${number.padStart(4, '0')}${suffix}`;
}

/**
 * The text of an empty cell.
 * @param {string} column
 * @param {Record<string, string>} row
 * @param {Verdict[]} verdicts
 */
function absent(column, row, verdicts) {
  const whole = verdicts.some(
    ({ suite, host, name, status }) =>
      suite === 'conformance' && host === column && name === COMPLETE && status === 'pass',
  );
  if (!whole) return 'fail: the suite did not finish on this host';
  return `skip: shown on ${Object.keys(row).join(', ')}`;
}

/**
 * The matrix of these verdicts. A run of chosen tests changes only the cells that it fills.
 * @param {Verdict[]} verdicts
 * @param {Matrix} before
 * @param {boolean} whole whether all tests were run
 * @returns {Matrix}
 */
export function matrixOf(verdicts, before, whole) {
  const cells = cellsOf(verdicts);
  const ids = [...new Set([...Object.keys(before), ...cells.keys()])];
  /** @type {Matrix} */
  const matrix = {};
  for (const id of ids.sort((a, b) => (order(a) < order(b) ? -1 : 1))) {
    const filled = [...(cells.get(id) ?? [])].map(([column, all]) => [column, combined(all)]);
    const known = { ...before[id], ...Object.fromEntries(filled) };
    const columns = whole ? COLUMNS : COLUMNS.filter((column) => known[column]);
    matrix[id] = Object.fromEntries(
      columns.map((column) => [column, known[column] ?? absent(column, known, verdicts)]),
    );
  }
  return matrix;
}

/**
 * Writes the matrix; see `matrixOf`.
 * @param {import('./results.mjs').Results} results
 * @param {boolean} whole
 */
export function writeMatrix({ verdicts }, whole) {
  const matrix = matrixOf(verdicts, whole ? {} : (readMatrix() ?? {}), whole);
  if (Object.keys(matrix).length === 0) return;
  fs.mkdirSync(path.dirname(FILE), { recursive: true });
  fs.writeFileSync(FILE, `${JSON.stringify(matrix, null, 2)}\n`);
}

/** @param {Matrix} matrix */
export function matrixTable(matrix) {
  const rows = Object.entries(matrix).map(([id, row]) => [
    id,
    ...COLUMNS.map((column) => (row[column] ?? '?').split(':')[0]),
  ]);
  return table([['', ...COLUMNS], ...rows]);
}

/** @param {Matrix} matrix */
export function notes(matrix) {
  return Object.entries(matrix).flatMap(([id, row]) =>
    Object.entries(row)
      .filter(([, cell]) => cell !== 'pass')
      .map(([column, cell]) => `${id} on ${column}: ${cell}`),
  );
}
