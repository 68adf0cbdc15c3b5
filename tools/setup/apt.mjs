// Debian packages, in two ways: installed on this system from its own suites, as root; and unpacked
// into our own folder from Debian testing, with apt state of our own, so that the system's packages
// are never upgraded from there.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readText } from './files.mjs';
import { onPath } from './find.mjs';
import { SetupError, say } from './log.mjs';
import { inToolchain } from './places.mjs';
import { run, twice } from './run.mjs';
import { newScratch, writeWhole } from './unpack.mjs';

/** The suite with a current Emscripten, by code name: it stays the same when it is released. */
const TESTING = 'forky';

const STATE = inToolchain('apt');
const CONFIG = path.join(STATE, 'apt.conf');
const KEYRINGS = ['gpg', 'pgp'].map((type) => `/usr/share/keyrings/debian-archive-keyring.${type}`);

/** How long to wait for another apt or dpkg on this system. */
const LOCK_SECONDS = 600;

/** Whether Debian packages can be downloaded and unpacked here. */
export function hasApt() {
  return Boolean(onPath('apt-get') && onPath('dpkg')) && debianSuite() !== undefined;
}

/** Whether Debian packages can be installed here. */
export function canInstall() {
  return hasApt() && process.getuid?.() === 0;
}

/** @returns {string | undefined} such as "bookworm"; nothing if this is not Debian */
function debianSuite() {
  const release = readText('/etc/os-release') ?? '';
  if (!/^ID="?debian"?$/m.test(release)) return undefined;
  return release.match(/^VERSION_CODENAME="?([\w-]+)"?$/m)?.[1] ?? 'testing';
}

/**
 * Runs apt or dpkg, and waits while another one runs: apt does not wait for all of its locks.
 * @param {string} program
 * @param {string[]} args
 * @param {import('./run.mjs').RunOptions} options
 */
async function patiently(program, args, options) {
  const until = Date.now() + LOCK_SECONDS * 1000;
  for (let told = false; ; told = true) {
    try {
      return await run(program, args, options);
    } catch (error) {
      const taken = /(could not get|unable to (acquire|lock)|frontend) .*lock|lock was locked/i;
      if (!taken.test(String(error)) || Date.now() > until) throw error;
      if (!told) say('waiting for another apt or dpkg on this system');
      await sleep(2000);
    }
  }
}

/** @param {string[]} args */
function aptGet(args) {
  return patiently('apt-get', ['-q', '-y', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    fix: 'check the network; `apt-get update` and `dpkg --configure -a` fix most other problems',
  });
}

/** Finishes a killed installation, which leaves packages unpacked but not configured. */
async function finishInterrupted() {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await patiently('dpkg', ['--configure', '-a'], { env });
  await aptGet(['install', '--fix-broken']);
}

/**
 * Installs packages from this system's own suites. The package index is updated only if the first
 * attempt fails: then the index is old or missing.
 * @param {string[]} packages
 */
export async function install(packages) {
  await twice('apt-get install', async (attempt) => {
    if (attempt > 1) {
      await finishInterrupted();
      await aptGet(['update']);
    }
    await aptGet(['install', '--no-install-recommends', ...packages]);
  });
}

/**
 * The addresses of this system's Debian archive, from its own configuration in any format.
 * @returns {Promise<string[]>}
 */
async function archives() {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const lines = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const own = lines.split('\n').map((line) => line.trim().split(' '));
  const suite = debianSuite();
  return own.filter(([, name, part]) => name === suite && part === 'main').map(([uri]) => uri);
}

/** @param {string} uri */
function testingSource(uri) {
  const key = KEYRINGS.find((file) => fs.existsSync(file));
  const signed = key ? `Signed-By: ${key}\n` : '';
  return `Types: deb\nURIs: ${uri}\nSuites: ${TESTING}\nComponents: main\n${signed}`;
}

/** Writes the configuration of our own apt state and fetches the index of testing into it. */
async function prepareTesting() {
  const uris = await archives();
  if (uris.length === 0) {
    throw new SetupError(
      "this system's apt configuration names no Debian archive",
      'install Emscripten and wasi-sdk yourself; `npm run doctor` says where they are searched for',
    );
  }
  for (const folder of ['lists/partial', 'archives/partial', 'empty']) {
    fs.mkdirSync(path.join(STATE, folder), { recursive: true });
  }
  writeWhole(path.join(STATE, 'status'), '');
  writeWhole(path.join(STATE, 'testing.sources'), uris.map(testingSource).join('\n'));
  writeWhole(CONFIG, configuration());
  await patiently('apt-get', ['-q', 'update'], { env: { APT_CONFIG: CONFIG } });
}

function configuration() {
  const settings = {
    'Dir::State': STATE,
    'Dir::State::Lists': path.join(STATE, 'lists'),
    'Dir::State::Status': path.join(STATE, 'status'),
    'Dir::Cache': STATE,
    'Dir::Etc::SourceList': path.join(STATE, 'testing.sources'),
    'Dir::Etc::SourceParts': path.join(STATE, 'empty'),
    'Dir::Etc::PreferencesParts': path.join(STATE, 'empty'),
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    // The system's download user may lack write permission for this folder.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} "${value}";\n`)
    .join('');
}

/** The index is fetched once per process. @type {Promise<void> | undefined} */
let prepared;

/**
 * Unpacks packages of Debian testing into a folder, without root. apt checks their hashes.
 * @param {string[]} packages
 * @param {string} folder
 */
export async function unpackTesting(packages, folder) {
  prepared ??= twice('the package index of Debian testing', prepareTesting);
  await prepared;
  const downloads = newScratch('debs');
  await twice('apt-get download', () =>
    run('apt-get', ['-q', 'download', ...packages], {
      cwd: downloads,
      env: { APT_CONFIG: CONFIG },
      fix: `check the network, and that Debian ${TESTING} still has ${packages.join(', ')}`,
    }),
  );
  for (const file of fs.readdirSync(downloads)) {
    if (file.endsWith('.deb')) await run('dpkg', ['-x', path.join(downloads, file), folder]);
  }
  fs.rmSync(downloads, { recursive: true, force: true });
}
