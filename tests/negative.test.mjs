// The diagnostics that the compiler must print for tests/negative/*.cpp, and no others. A line with
// a comment
//   // expect-warning: text       or       // expect-error: text
// must cause a diagnostic with that text, perhaps in a note of it, and no other line may cause any.
// A file without such comments must compile without diagnostics under the flags of wasio's own
// sources, and with warnings that users ask for. Each line
//   // with: flags
// of a file is a test of its own, with these flags added.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { commandOf } from '../tools/compile_commands.mjs';
import { inRoot } from '../tools/setup/places.mjs';
import { compile, diagnostics } from './support/compiler.mjs';

const FOLDER = inRoot('tests/negative');

/**
 * The presets whose compilers see a file, by default the first of these.
 * @type {Record<string, string[]>}
 */
const PRESETS = { 'exports.cpp': ['native-asan', 'wasi-p1', 'web'] };

/** @typedef {{line: number, level: string, text: string}} Expected */

/** @param {string} source @returns {Expected[]} */
function expectations(source) {
  return source.split('\n').flatMap((text, index) => {
    const match = text.match(/\/\/ expect-(warning|error): (.*\S)/);
    return match ? [{ line: index + 1, level: match[1], text: match[2] }] : [];
  });
}

/**
 * The flags of a user's code, without the warnings that wasio's own sources are built with.
 * @param {string[]} command
 */
function ofUsers(command) {
  return command.filter((flag) => !flag.startsWith('-W'));
}

/** Warnings about our headers that users who name our include folders by hand would see. */
const OF_USERS = ['-Wnon-virtual-dtor'];

/**
 * The flags that the file is to be compiled with, one set per test.
 * @param {string} source
 * @returns {string[]}
 */
function variants(source) {
  const found = [...source.matchAll(/^\/\/ with:(.*)$/gm)].map((match) => match[1].trim());
  return found.length > 0 ? found : [''];
}

/** The first comment of a file says which statement it shows. @param {string} source */
function title(source) {
  return source.split('\n')[0].replace(/^\/\/ /, '');
}

/**
 * The diagnostics are those that the file expects.
 * @param {string} file
 * @param {Expected[]} expected
 * @param {{code: number, output: string}} compiled
 */
function assertDiagnostics(file, expected, { code, output }) {
  const name = path.basename(file);
  const found = diagnostics(output);
  const touches = (/** @type {{places: {file: string, line: number}[]}} */ { places }, line = 0) =>
    places.some((place) => place.file === file && place.line === line);
  for (const { line, level, text } of expected) {
    const says = (/** @type {string} */ said) => said.includes(text);
    const match = found.find(
      (one) => one.level === level && [one.text, ...one.notes].some(says) && touches(one, line),
    );
    assert.ok(match, `${name}:${line}: no ${level} with the text "${text}" in:\n${output}`);
  }
  const lines = expected.map(({ line }) => line);
  const surprise = found.find((one) => !lines.some((line) => touches(one, line)));
  assert.ok(!surprise, `${name}: unexpected diagnostic "${surprise?.text}":\n${output}`);
  assert.equal(code === 0, !expected.some(({ level }) => level === 'error'), output);
}

for (const name of fs.readdirSync(FOLDER).filter((file) => file.endsWith('.cpp')).sort()) {
  const file = path.join(FOLDER, name);
  const source = fs.readFileSync(file, 'utf8');
  const expected = expectations(source);

  for (const preset of PRESETS[name] ?? ['native-asan']) {
    for (const added of variants(source)) {
      test(`${title(source)} (${[name, preset, added].filter(Boolean).join(', ')})`, async () => {
        const command = await commandOf(preset, 'demos');
        const flags = expected.length > 0 ? ofUsers(command) : [...command, ...OF_USERS];
        const all = [...flags, ...added.split(' ').filter(Boolean), '-fsyntax-only', file];
        assertDiagnostics(file, expected, await compile(all));
      });
    }
  }
}
