// `npm run doctor`: which tools were found and where, and how to get those that are missing. It
// changes nothing.
import { PARTS } from '../setup/index.mjs';
import { shown } from '../setup/places.mjs';
import { table } from '../table.mjs';

/** @typedef {import('../setup/part.mjs').Part} Part */

/** @param {Part} part */
function row(part) {
  const found = part.find();
  if (!found) return [part.title, 'missing', '', ''];
  return [part.title, found.version, found.from, shown(found.at)];
}

/** @param {Part} part */
function remedy(part) {
  const bring = `bring your own: ${part.own}`;
  if (!part.canFetch()) return `${part.title}: ${bring}`;
  return `${part.title}: node tools/wasio.mjs setup ${part.name}\n    or ${bring}`;
}

/** @returns {Promise<number>} the exit code */
export async function main() {
  const node = ['Node', process.versions.node, 'PATH', process.execPath];
  console.log(table([['tool', 'version', 'from', 'where'], node, ...PARTS.map(row)]));
  const missing = PARTS.filter((part) => !part.find());
  if (missing.length === 0) {
    console.log('\nNothing is missing.');
    return 0;
  }
  console.log('\nThe first command that needs a missing tool fetches it. To fetch it now:');
  for (const part of missing) console.log(`  ${remedy(part)}`);
  return 1;
}
