// The code in the documents compiles for every host, and runs. A ```cpp block with an #include is a source file of
// its own; any other is placed after the #include and using lines below. A line
//   <!-- program: weigh -->
// before a block makes it the program that ```js blocks of that document import as './weigh.mjs' or
// './weigh.node.mjs'. Those run in Node, where 'wasio' is the demo tally and https://example.org/
// is a test server. A line
//   <!-- from: examples/callbacks.cpp -->
// says that the block is a verbatim piece of that file. The files in docs/examples are programs,
// which must succeed natively and in Node. `text` blocks are not checked.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build, buildFolder } from '../tools/build.mjs';
import { commandOf } from '../tools/compile_commands.mjs';
import { inNode } from '../tools/programs.mjs';
import { inRoot } from '../tools/setup/places.mjs';
import { serveFolder } from './support/browser.mjs';
import { compile } from './support/compiler.mjs';
import { SANITIZERS } from './support/hosts.mjs';
import { runLines } from './support/processes.mjs';

const PROLOGUE = `#include <wasio/wasio.h>
#include <chrono>
#include <string>
#include <vector>
using namespace wasio;
using namespace std::chrono_literals;
`;

/** Documents show one thing at a time, so what they define may be unused. */
const LENIENT = ['-Wno-unused', '-Wno-unneeded-internal-declaration'];

/**
 * @typedef {{document: string, line: number, language: string, text: string, program?: string,
 *   from?: string}} Block
 */

/** @param {string} document @returns {Block[]} */
function blocksOf(document) {
  const text = fs.readFileSync(inRoot(document), 'utf8');
  const blocks = /(?:^<!-- (program|from): (\S+) -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(blocks)].map(({ index, 1: mark, 2: value, 3: language, 4: block }) => ({
    document,
    line: text.slice(0, index).split('\n').length + (mark ? 2 : 1),
    language,
    text: block,
    program: mark === 'program' ? value : undefined,
    from: mark === 'from' ? value : undefined,
  }));
}

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...fs.readdirSync(inRoot('docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const BLOCKS = DOCUMENTS.flatMap(blocksOf);

/** @param {Block} block */
const hasIncludes = ({ text }) => /^#include/m.test(text);

/**
 * The block as a source file. Diagnostics name the document and its lines.
 * @param {Block} block
 */
function sourceOf({ document, line, text }) {
  return `#line ${line} "${document}"\n${text}`;
}

/** One for each kind of host. */
const PRESETS = ['native-asan', 'web', 'wasi-p1', 'wasi-p2'];

const CPP = BLOCKS.filter(({ language, from }) => language === 'cpp' && !from);

/** Blocks that do not fit into a file with others. @param {Block} block */
const isFile = (block) => hasIncludes(block) || block.text.includes('WASIO_MAIN');

/** Compiles the blocks for one preset. */
class Snippets {
  #preset;
  #scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-documents-'));
  /** @type {Promise<boolean> | undefined} */
  #together;

  /** @param {string} preset */
  constructor(preset) {
    this.#preset = preset;
  }

  remove() {
    fs.rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** @param {string} name @param {string} text */
  async #compile(name, text) {
    const file = path.join(this.#scratch, `${name}.cpp`);
    fs.writeFileSync(file, text);
    const command = await commandOf(this.#preset, 'demos');
    return compile([...command, ...LENIENT, '-fsyntax-only', file]);
  }

  /**
   * Whether the blocks that are not files compile in one, each in a namespace of its own: most of the
   * time to compile one is for the headers.
   */
  together() {
    this.#together ??= (async () => {
      const blocks = CPP.filter((block) => !isFile(block));
      const spaces = blocks.map((block, i) => `namespace block_${i} {\n${sourceOf(block)}}\n`);
      return (await this.#compile('all', PROLOGUE + spaces.join(''))).code === 0;
    })();
    return this.#together;
  }

  /** @param {Block} block */
  async assertCompiles(block) {
    if (!isFile(block) && (await this.together())) return;
    const prologue = hasIncludes(block) ? '' : PROLOGUE;
    const name = `${path.basename(block.document)}-${block.line}`;
    const { code, output } = await this.#compile(name, prologue + sourceOf(block));
    assert.equal(code, 0, output);
  }
}

for (const preset of PRESETS) {
  describe(`C++ in the documents compiles: ${preset}`, () => {
    const snippets = new Snippets(preset);
    after(() => snippets.remove());
    // What else files include is the same code on every host.
    const differs = ({ text }) => /WASIO_(MAIN|EXPORT)/.test(text);
    const blocks = CPP.filter((block) => preset === 'native-asan' || !hasIncludes(block) || differs(block));
    for (const block of blocks) {
      test(`${block.document}:${block.line}`, () => snippets.assertCompiles(block));
    }
  });
}

test('exports are among the C++ that compiles for every host', () => {
  const exporting = CPP.filter(({ text }) => /^WASIO_EXPORT\(.*\)$/m.test(text));
  assert.notEqual(exporting.length, 0, 'no document shows WASIO_EXPORT without a semicolon');
});

test('pieces of files in the documents are verbatim', () => {
  const pieces = BLOCKS.filter(({ from }) => from);
  assert.notEqual(pieces.length, 0);
  for (const { document, line, text, from } of pieces) {
    const whole = fs.readFileSync(inRoot('docs', String(from)), 'utf8');
    assert.ok(whole.includes(text), `${document}:${line} is not a piece of docs/${from}`);
  }
});

const EXAMPLES = fs.readdirSync(inRoot('docs/examples')).map((file) => path.parse(file).name);

describe('the examples of the documents run', () => {
  /** All are built together. @param {string} preset @param {string} name */
  const built = async (preset, name) => path.join(await build(preset, EXAMPLES), 'tests/docs', name);
  /** @param {string[]} command @param {NodeJS.ProcessEnv} [env] */
  const succeeds = async (command, env) => {
    const { code, stderr } = await runLines(command, () => {}, { env });
    assert.equal(code, 0, stderr);
  };
  for (const name of EXAMPLES) {
    test(`${name}.cpp natively`, async () => succeeds([await built('native-asan', name)], SANITIZERS));
    test(`${name}.cpp in Node`, async () => succeeds(inNode(`${await built('web', name)}.node.mjs`)));
  }
});

const IMPORT = /from '(?:\.\/)?(\w+)(?:(?:\.node)?\.mjs)?'/g;

/**
 * Builds what a block imports and returns its JavaScript with the imports resolved.
 * @param {Block} block
 */
async function resolved({ document, text }) {
  /** @type {Map<string, string>} */
  const modules = new Map();
  for (const [, name] of text.matchAll(IMPORT)) {
    const file = name === 'wasio' ? await tally() : await programOf(document, name);
    modules.set(name, pathToFileURL(file).href);
  }
  return text.replace(IMPORT, (_, name) => `from ${JSON.stringify(modules.get(name))}`);
}

describe('JavaScript in the documents runs', () => {
  for (const block of BLOCKS.filter(({ language }) => language === 'js')) {
    test(`${block.document}:${block.line}`, async () => {
      const source = await resolved(block);
      const server = await serveFolder(inRoot('docs'), (request, response) => {
        response.end('a few words for every request');
        return true;
      });
      try {
        const code = source.replaceAll('https://example.org/', server.url);
        const command = [process.execPath, '--input-type=module', '--eval', code];
        const ended = await runLines(command, () => {});
        assert.equal(ended.code, 0, ended.stderr);
      } finally {
        await server.close();
      }
    });
  }
});

async function tally() {
  return path.join(await build('web', ['tally']), 'demos/tally/tally.node.mjs');
}

/**
 * Builds a program that a document shows and returns its module for Node.
 * @param {string} document
 * @param {string} name
 */
async function programOf(document, name) {
  const block = BLOCKS.find((one) => one.document === document && one.program === name);
  assert.ok(block, `${document} has no block <!-- program: ${name} -->`);
  const source = path.join(buildFolder('web'), 'documents', `${name}.cpp`);
  fs.mkdirSync(path.dirname(source), { recursive: true });
  const text = sourceOf(block);
  if (!fs.existsSync(source) || fs.readFileSync(source, 'utf8') !== text) {
    fs.writeFileSync(source, text);
  }
  return path.join(await build('web', [name]), 'tests/docs', `${name}.node.mjs`);
}

test('the README shows C++, which is tested here', () => {
  const shown = BLOCKS.filter(({ document, language }) => document === 'README.md' && language === 'cpp');
  assert.notEqual(shown.length, 0);
});

test('every block names a known language, so that none is left untested', () => {
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

/**
 * The numbers of statements in the first groups of these patterns, in the files below tests/.
 * @param {RegExp[]} patterns
 */
function numbersInTests(patterns) {
  const names = fs.readdirSync(inRoot('tests'), { recursive: true, encoding: 'utf8' });
  const texts = names
    .filter((name) => /\.(cpp|mjs)$/.test(name))
    .map((name) => fs.readFileSync(inRoot('tests', name), 'utf8'));
  const found = texts.flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)]));
  return new Set(found.flatMap(([, numbers]) => numbers.match(/[CW]\d+b?/g) ?? []));
}

test('docs/semantics.md states exactly what the tests show', () => {
  const semantics = fs.readFileSync(inRoot('docs/semantics.md'), 'utf8');
  const stated = new Set([...semantics.matchAll(/^- \*\*([CW]\d+b?)\*\*/gm)].map(([, number]) => number));
  const shown = numbersInTests([
    /TEST\(\s*"([CW]\d+b?)"/g, // of the conformance suite
    /\b(?:test|it|describe)\(\s*[`'"]((?:[CW]\d+b?[, ]*)+):/g,
    /^\/\/ ((?:[CW]\d+b?[, ]*)+):/gm, // of whole files: tests/negative
  ]);
  assert.deepEqual([...stated].filter((number) => !shown.has(number)), [], 'no test');
  assert.deepEqual([...shown].filter((number) => !stated.has(number)), [], 'not in the document');
});
