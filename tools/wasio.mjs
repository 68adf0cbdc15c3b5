// The one entry of all commands: `node tools/wasio.mjs <command>`. It brings about what the
// command needs, from a bare clone on, and then runs it. It must not import any npm package:
// none may be there yet.
import fs from 'node:fs';
import { SetupError } from './setup/log.mjs';
import { setup } from './setup/index.mjs';

const LEAST_NODE = 20;

/** Each command, and the parts of the tool set that it needs. @type {Record<string, string[]>} */
const COMMANDS = {
  start: ['npm', 'web', 'wasi-p1', 'wasi-p2', 'wasmtime'],
  test: ['all'],
  build: ['npm', 'web'],
  doctor: [],
  demos: ['npm', 'web'],
  bench: ['npm', 'web', 'wasi-p1', 'wasmtime'],
  sizes: ['npm', 'web', 'wasi-p1', 'wasi-p2'],
  matrix: [],
  fuzz: ['npm', 'llvm'],
  format: ['npm', 'llvm'],
  lint: ['all'],
};

/** Not a command to be listed: what `doctor` names to fetch single parts of the tool set. */
const SETUP = 'setup';

function usage() {
  return `commands: ${Object.keys(COMMANDS).join(', ')}`;
}

/** @param {string | undefined} name */
function checked(name) {
  if (Number(process.versions.node.split('.')[0]) < LEAST_NODE) {
    throw new SetupError(`Node ${LEAST_NODE} or newer is needed; this is ${process.version}`);
  }
  if (!name) throw new SetupError('no command given', usage());
  if (!Object.hasOwn(COMMANDS, name)) throw new SetupError(`no such command: ${name}`, usage());
  return name;
}

async function main() {
  const [given, ...args] = process.argv.slice(2);
  if (given === SETUP) return setup(args.length > 0 ? args : ['all']);
  const name = checked(given);
  const module = new URL(`commands/${name}.mjs`, import.meta.url);
  if (!fs.existsSync(module)) throw new SetupError(`the command ${name} is not written yet`);
  if (COMMANDS[name].length > 0) await setup(COMMANDS[name]);
  const command = await import(module.href);
  const code = await command.main(args);
  if (typeof code === 'number') process.exitCode = code;
}

main().catch((error) => {
  const known = error instanceof SetupError;
  process.stderr.write(`wasio: ${known ? error.message : error.stack ?? error}\n`);
  process.exitCode = 1;
});
