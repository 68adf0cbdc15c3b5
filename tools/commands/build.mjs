// `npm run build`: makes dist/, the part of the npm package that is not source code.
import { optionsIn } from '../options.mjs';
import { buildPackage } from '../package.mjs';
import { shown } from '../setup/places.mjs';

/** @param {string[]} args */
export async function main(args) {
  optionsIn(args, {}, 'npm run build');
  console.error(`${shown(await buildPackage())} is up to date`);
  return 0;
}
