// `npm start [-- <url or file>]`: runs one program, tally, on one text: in Node over HTTP, and
// under wasmtime from standard input and from a file. The three reports must be the same.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import sirv from 'sirv';
import { prepare } from '../../demos/tally/hosts.mjs';
import { sampleText } from '../../demos/tally/sample.mjs';
import { serve } from '../serve.mjs';
import { SetupError } from '../setup/log.mjs';
import { shown } from '../setup/places.mjs';

/** @typedef {import('../../demos/tally/hosts.mjs').Input} Input */
/** @typedef {{title: string, host: string, input: () => Input | Promise<Input>}} Run */

const USAGE = 'npm start [-- <url or file>]';
const COLUMN = 38;

/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/** @param {string} what */
const isUrl = (what) => /^https?:\/\//i.test(what);

/** @param {string[]} args @returns {string | undefined} the URL or file */
function named(args) {
  if (args.length > 1 || args[0]?.startsWith('-')) {
    throw new SetupError(`one URL or file, not: ${args.join(' ')}`, USAGE);
  }
  return args[0];
}

/** @param {string} file */
function checkFile(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new SetupError(`no such file: ${file}`, USAGE);
  if (!stat.isFile()) throw new SetupError(`not a file but a folder or a device: ${file}`, USAGE);
}

/**
 * Serves only this file, under a name that needs no escapes.
 * @param {string} file
 * @param {string} folder an empty folder
 */
async function serveFile(file, folder) {
  const name = path.basename(file).replace(/[^\w.-]/g, '-');
  fs.symlinkSync(file, path.join(folder, name));
  const files = sirv(folder, { dev: true, dotfiles: true });
  const { url, close } = await serve((request, response) =>
    files(request, response, () => response.writeHead(404).end()),
  );
  return { url: url + name, close };
}

/** @param {string} url @param {string} file */
async function download(url, file) {
  const { ok, status, body } = await fetch(url);
  if (!ok || !body) throw new SetupError(`${url}: the server answered the second request with ${status}`);
  await pipeline(Readable.fromWeb(body), fs.createWriteStream(file));
}

/** @param {string} url @param {() => string | Promise<string>} file @returns {Run[]} */
function runs(url, file) {
  return [
    { title: 'Node, over fetch', host: 'node', input: () => ({ url }) },
    {
      title: 'wasmtime, preview 1, from stdin',
      host: 'wasmtime-p1',
      input: async () => ({ stdin: await file() }),
    },
    {
      title: 'wasmtime, preview 2, from a file',
      host: 'wasmtime-p2',
      input: async () => ({ file: await file() }),
    },
  ];
}

/**
 * Builds all programs, then runs them in turn. Returns nothing if one failed; that program has
 * printed why.
 * @param {Run[]} all
 */
async function reports(all) {
  const programs = [];
  for (const { host } of all) programs.push(await prepare(host));
  const made = [];
  for (const [at, { title, input }] of all.entries()) {
    say(`running: ${title}`);
    const { code, stdout, ms } = await programs[at](await input(), [], { showProgress: true });
    if (code !== 0) return undefined;
    made.push({ title, time: `in ${(ms / 1000).toFixed(2)} s`, text: stdout });
  }
  return made;
}

/** @param {{title: string, time: string, text: string}[]} made */
function sideBySide(made) {
  const columns = made.map(({ title, time, text }) => [title, time, '', ...text.split('\n')]);
  const height = Math.max(...columns.map((lines) => lines.length));
  const row = (/** @type {number} */ at) =>
    columns.map((lines) => (lines[at] ?? '').slice(0, COLUMN - 2).padEnd(COLUMN)).join('');
  return Array.from({ length: height }, (_, at) => row(at).trimEnd()).join('\n');
}

/** @param {Run[]} all @returns {Promise<number>} the exit code */
async function compare(all) {
  const made = await reports(all);
  if (!made) return 1;
  console.log(`\n${sideBySide(made)}`);
  if (made.some(({ text }) => text !== made[0].text)) {
    say('The reports differ: the text changed between the runs, or a host is wrong.');
    return 1;
  }
  console.log('The three reports are the same.');
  console.log('To see it in a browser: npm run demos');
  return 0;
}

/** @param {string} url @param {string} folder */
async function startOnUrl(url, folder) {
  say('Node fetches the URL itself. Programs under WASI cannot fetch yet; they read a copy.');
  const copy = path.join(folder, 'copy.txt');
  /** @type {Promise<void> | undefined} */
  let copied;
  return compare(
    runs(url, async () => {
      await (copied ??= download(url, copy));
      return copy;
    }),
  );
}

/** @param {string} file @param {string} folder */
async function startOnFile(file, folder) {
  const megabytes = (fs.statSync(file).size / 1e6).toFixed(1);
  say(`the text: ${shown(file)} (${megabytes} MB)`);
  const server = await serveFile(file, folder);
  try {
    return await compare(runs(server.url, () => file));
  } finally {
    await server.close();
  }
}

/** @param {string[]} args @returns {Promise<number>} the exit code */
export async function main(args) {
  const own = named(args);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-tally-'));
  try {
    if (own && isUrl(own)) return await startOnUrl(own, folder);
    if (own) checkFile(own);
    return await startOnFile(path.resolve(own ?? sampleText()), folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
