// What the documents show compiles. A ```cpp block with an #include is a source file of its own; any
// other stands behind the #include and the using lines below. JavaScript parses. `text` blocks are
// left alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { commandOf } from '../tools/compile_commands.mjs';
import { inRoot } from '../tools/setup/places.mjs';
import { compile } from './support/compiler.mjs';

const PROLOGUE = `#include <wasio/wasio.h>
#include <chrono>
#include <string>
#include <vector>
using namespace wasio;
using namespace std::chrono_literals;
`;

/** Documents show one thing at a time: what is defined need not be used. */
const LENIENT = ['-Wno-unused', '-Wno-unneeded-internal-declaration'];

/** What exports to JavaScript need; their headers ask for no platform. */
const INCLUDES = ['web', 'bindings'].map((folder) => `-I${inRoot(folder, 'include')}`);

/** @typedef {{document: string, line: number, language: string, text: string}} Block */

/** @param {string} document @returns {Block[]} */
function blocksOf(document) {
  const text = fs.readFileSync(inRoot(document), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    document,
    line: text.slice(0, match.index).split('\n').length + 1,
    language: match[1],
    text: match[2],
  }));
}

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...fs.readdirSync(inRoot('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

const BLOCKS = DOCUMENTS.flatMap(blocksOf);

/**
 * The block as a source file whose diagnostics name the document and its lines.
 * @param {Block} block
 */
function sourceOf({ document, line, text }) {
  const prologue = /^#include/m.test(text) ? '' : PROLOGUE;
  return `${prologue}#line ${line} "${document}"\n${text}`;
}

describe('C++ in the documents compiles', () => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-documents-'));
  process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));
  for (const block of BLOCKS.filter(({ language }) => language === 'cpp')) {
    test(`${block.document}:${block.line}`, async () => {
      const command = await commandOf('native-asan', 'runtime');
      const file = path.join(scratch, `${path.basename(block.document)}-${block.line}.cpp`);
      fs.writeFileSync(file, sourceOf(block));
      const { code, output } = await compile([...command, ...INCLUDES, ...LENIENT, '-fsyntax-only', file]);
      assert.equal(code, 0, output);
    });
  }
});

describe('JavaScript in the documents parses', () => {
  for (const { document, line, text } of BLOCKS.filter(({ language }) => language === 'js')) {
    test(`${document}:${line}`, () => {
      const args = ['--check', '--input-type=module', '-'];
      const { status, stderr } = spawnSync(process.execPath, args, { input: text, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }
});

test('the README shows C++ that is tested here', () => {
  const shown = BLOCKS.filter(({ document, language }) => document === 'README.md' && language === 'cpp');
  assert.notEqual(shown.length, 0);
});

test('every block names its language, so that none escapes', () => {
  const known = ['cpp', 'js', 'sh', 'text', 'json', 'cmake', 'html'];
  const strange = BLOCKS.filter(({ language }) => !known.includes(language));
  assert.deepEqual(strange.map(({ document, line }) => `${document}:${line}`), []);
});

test('links between documents lead somewhere', () => {
  const dead = DOCUMENTS.flatMap((document) => {
    const text = fs.readFileSync(inRoot(document), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
    return [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
      .map(([, target]) => target)
      .filter((target) => !fs.existsSync(path.resolve(path.dirname(inRoot(document)), target)))
      .map((target) => `${document}: ${target}`);
  });
  assert.deepEqual(dead, []);
});

/** The numbers that these patterns find first in the files below tests/. @param {RegExp[]} patterns */
function numbersInTests(patterns) {
  const names = fs.readdirSync(inRoot('tests'), { recursive: true, encoding: 'utf8' });
  const texts = names
    .filter((name) => /\.(cpp|mjs)$/.test(name))
    .map((name) => fs.readFileSync(inRoot('tests', name), 'utf8'));
  const found = texts.flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)]));
  return new Set(found.flatMap(([, numbers]) => numbers.match(/[CW]\d+b?/g) ?? []));
}

test('docs/semantics.md states what the tests show, and nothing else', () => {
  const semantics = fs.readFileSync(inRoot('docs/semantics.md'), 'utf8');
  const stated = new Set([...semantics.matchAll(/^- \*\*([CW]\d+b?)\*\*/gm)].map(([, number]) => number));
  const shown = numbersInTests([
    /TEST\(\s*"([CW]\d+b?)"/g, // of the conformance suite
    /\b(?:test|it|describe)\(\s*[`'"]((?:[CW]\d+b?[, ]*)+):/g,
    /^\/\/ ((?:[CW]\d+b?[, ]*)+):/gm, // what a file as a whole shows: tests/negative
  ]);
  assert.deepEqual([...stated].filter((number) => !shown.has(number)), [], 'no test');
  assert.deepEqual([...shown].filter((number) => !stated.has(number)), [], 'not in the document');
});
