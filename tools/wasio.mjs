// The entry point of all commands: `node tools/wasio.mjs <command>`. It sets up the tools that the
// command needs, starting from a bare clone, and then runs it. It must not import npm packages:
// they may not be installed yet.
import { SetupError } from './setup/log.mjs';
import { setup } from './setup/index.mjs';

const MIN_NODE = 20;

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

/** Fetches single parts of the tool set, as `doctor` suggests. Not listed among the commands. */
const SETUP = 'setup';

function usage() {
  return `commands: ${Object.keys(COMMANDS).join(', ')}`;
}

/** @param {string | undefined} name */
function checked(name) {
  if (Number(process.versions.node.split('.')[0]) < MIN_NODE) {
    throw new SetupError(`Node ${process.version} is too old`, `install Node ${MIN_NODE} or newer`);
  }
  if (!name) throw new SetupError('no command given', usage());
  if (!Object.hasOwn(COMMANDS, name)) throw new SetupError(`no such command: ${name}`, usage());
  return name;
}

async function main() {
  const [given, ...args] = process.argv.slice(2);
  if (given === SETUP) return setup(args.length > 0 ? args : ['all']);
  const name = checked(given);
  if (COMMANDS[name].length > 0) await setup(COMMANDS[name]);
  const command = await import(new URL(`commands/${name}.mjs`, import.meta.url).href);
  const code = await command.main(args);
  if (typeof code === 'number') process.exitCode = code;
}

main().catch((error) => {
  const known = error instanceof SetupError;
  process.stderr.write(`wasio: ${known ? error.message : error.stack ?? error}\n`);
  process.exitCode = 1;
});
