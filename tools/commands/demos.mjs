// `npm run demos [-- --port N]`: builds the package and serves the demos' pages until interrupted.
import { serveDemos } from '../../demos/server.mjs';
import { optionsIn } from '../options.mjs';
import { SetupError } from '../setup/log.mjs';

const USAGE = 'npm run demos [-- --port N]';
const MAX_PORT = 65535;

/** @param {string[]} args @returns {number} 0: any free port */
function portOf(args) {
  const { port = '0' } = optionsIn(args, { port: { type: 'string' } }, USAGE);
  if (!/^\d+$/.test(port) || Number(port) > MAX_PORT) {
    throw new SetupError(`not a port from 0 to ${MAX_PORT}: ${port}`, USAGE);
  }
  return Number(port);
}

/** @param {string[]} args */
export async function main(args) {
  const port = portOf(args);
  try {
    const { url } = await serveDemos({ port });
    console.log(`The demos: ${url}`);
    console.log('Ctrl-C stops the server.');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'is not allowed' : 'is in use';
    throw new SetupError(`port ${port} ${why}`, `choose another port: ${USAGE}`);
  }
}
