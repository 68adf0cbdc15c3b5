// `npm run doctor`: which tools are there, where they were found, and what mends what is missing.
// It looks, and changes nothing.
import { PARTS } from '../setup/index.mjs';
import { shown } from '../setup/places.mjs';

/** @typedef {import('../setup/part.mjs').Part} Part */

const HEAD = ['tool', 'version', 'from', 'where'];

/** @param {Part} part */
function row(part) {
  const found = part.find();
  if (!found) return [part.title, 'missing', '', ''];
  return [part.title, found.version, found.from, shown(found.at)];
}

function nodeRow() {
  return ['Node', process.versions.node, 'PATH', process.execPath];
}

/** @param {string[][]} rows */
function table(rows) {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const line = (/** @type {string[]} */ cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd();
  return rows.map(line).join('\n');
}

/** @param {Part} part */
function remedy(part) {
  const bring = `bring your own: ${part.own}`;
  if (!part.canFetch()) return `${part.title}: ${bring}`;
  return `${part.title}: node tools/wasio.mjs setup ${part.name}\n    or ${bring}`;
}

/** @returns {Promise<number>} the exit code */
export async function main() {
  console.log(table([HEAD, nodeRow(), ...PARTS.map(row)]));
  const missing = PARTS.filter((part) => !part.find());
  if (missing.length === 0) {
    console.log('\nEverything is there.');
    return 0;
  }
  console.log('\nWhat is missing is fetched by the first command that needs it, or by:');
  for (const part of missing) console.log(`  ${remedy(part)}`);
  return 1;
}
