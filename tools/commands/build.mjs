// `npm run build`: makes dist/, the part of the npm package that is not sources.
import { buildPackage } from '../package.mjs';
import { SetupError } from '../setup/log.mjs';
import { shown } from '../setup/places.mjs';

/** @param {string[]} args */
export async function main(args) {
  if (args.length > 0)
    throw new SetupError(`build takes no arguments: ${args.join(' ')}`, 'npm run build');
  console.error(`${shown(await buildPackage())} is up to date`);
  return 0;
}
