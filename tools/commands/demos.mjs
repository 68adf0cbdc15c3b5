// `npm run demos [-- --port N]`: builds the package and serves the demos' pages until it is ended.
import { parseArgs } from 'node:util';
import { serveDemos } from '../../demos/server.mjs';
import { SetupError } from '../setup/log.mjs';

const USAGE = 'npm run demos [-- --port N]';
const LAST_PORT = 65535;

/** @param {string[]} args @returns {number} 0: any free port */
function portOf(args) {
  let port;
  try {
    ({ port } = parseArgs({ args, options: { port: { type: 'string' } } }).values);
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message.split('\n')[0], USAGE);
  }
  if (port === undefined) return 0;
  if (!/^\d+$/.test(port) || Number(port) > LAST_PORT) {
    throw new SetupError(`this is not a port: ${port}`, USAGE);
  }
  return Number(port);
}

/** @param {string[]} args */
export async function main(args) {
  const port = portOf(args);
  try {
    const { url } = await serveDemos({ port });
    console.log(`The demos: ${url}`);
    console.log('Ctrl-C ends the server.');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'is not allowed' : 'is in use';
    throw new SetupError(`port ${port} ${why}`, `another one: ${USAGE}`);
  }
}
