// A real text to count: the documents of the installed packages, and then their type declarations.
// The same on every machine with the same package-lock.json.
import { isUtf8 } from 'node:buffer';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../tools/setup/places.mjs';

/** The text ends with the file that reaches this size. */
const LEAST_BYTES = 8_000_000;

const PROSE = /(\.(md|txt)|\/(LICENSE|LICENCE|NOTICE|CHANGELOG)[^/]*)$/i;
const DECLARATIONS = /\.d\.ts$/;

/** @param {string} folder @returns {string[]} the files in it, by their paths in byte order */
function filesBelow(folder) {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
}

function collect() {
  const files = filesBelow(inRoot('node_modules'));
  const texts = [];
  let bytes = 0;
  for (const kind of [PROSE, DECLARATIONS]) {
    for (const file of files.filter((name) => kind.test(name))) {
      if (bytes >= LEAST_BYTES) return texts;
      const text = fs.readFileSync(file);
      if (!isUtf8(text)) continue;
      texts.push(text);
      bytes += text.length;
    }
  }
  return texts;
}

/** Creates the text unless it exists. @returns {string} its path */
export function sampleText() {
  const lock = fs.readFileSync(inRoot('package-lock.json'));
  const version = crypto.createHash('sha256').update(lock).digest('hex').slice(0, 8);
  const file = inRoot('build', 'tally', `packages-${version}.txt`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  fs.writeFileSync(unfinished, Buffer.concat(collect()));
  fs.renameSync(unfinished, file);
  return file;
}
