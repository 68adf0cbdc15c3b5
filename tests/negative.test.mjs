// What the compiler must say, and what it must not: tests/negative/*.cpp. A line with a comment
//   // expect-warning: text       or       // expect-error: text
// must bring about a diagnostic with that text, and no other line may bring about any. A file
// without such comments must compile without a word, under the flags of our own sources.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { commandOf } from '../tools/compile_commands.mjs';
import { inRoot } from '../tools/setup/places.mjs';
import { compile, diagnostics } from './support/compiler.mjs';

const FOLDER = inRoot('tests/negative');

/** @typedef {{line: number, level: string, text: string}} Expected */

/** @param {string} source @returns {Expected[]} */
function expectations(source) {
  return source.split('\n').flatMap((text, index) => {
    const match = text.match(/\/\/ expect-(warning|error): (.*\S)/);
    return match ? [{ line: index + 1, level: match[1], text: match[2] }] : [];
  });
}

/**
 * Flags for a user's code: without the warnings that we add for ourselves.
 * @param {string[]} command
 */
function ofUsers(command) {
  return command.filter((flag) => !flag.startsWith('-W'));
}

/** The first comment of a file says which promise it shows. @param {string} source */
function title(source) {
  return source.split('\n')[0].replace(/^\/\/ /, '');
}

for (const name of fs.readdirSync(FOLDER).filter((file) => file.endsWith('.cpp')).sort()) {
  const file = path.join(FOLDER, name);
  const source = fs.readFileSync(file, 'utf8');
  const expected = expectations(source);

  test(`${title(source)} (${name})`, async () => {
    const command = await commandOf('native-asan', 'io');
    const flags = expected.length > 0 ? ofUsers(command) : command;
    const { code, output } = await compile([...flags, '-fsyntax-only', file]);
    const said = diagnostics(output);
    const touches = (/** @type {{places: {file: string, line: number}[]}} */ { places }, line = 0) =>
      places.some((place) => place.file === file && place.line === line);
    for (const { line, level, text } of expected) {
      const match = said.find(
        (one) => one.level === level && one.text.includes(text) && touches(one, line),
      );
      assert.ok(match, `${name}:${line}: no ${level} that says "${text}" in:\n${output}`);
    }
    const lines = expected.map(({ line }) => line);
    const surprise = said.find((one) => !lines.some((line) => touches(one, line)));
    assert.ok(!surprise, `${name}: the compiler should not have said "${surprise?.text}":\n${output}`);
    assert.equal(code === 0, !expected.some(({ level }) => level === 'error'), output);
  });
}
