// The options of commands.
import { parseArgs } from 'node:util';
import { SetupError } from './setup/log.mjs';

/**
 * Parses a command's arguments. What the command does not know is an error that shows its usage.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {string[]} args
 * @param {T} options
 * @param {string} usage
 */
export function optionsIn(args, options, usage) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const [message] = /** @type {Error} */ (error).message.split('\n');
    throw new SetupError(message, usage);
  }
}
