// The rules of the house, checked on the files that Git knows or would take.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { commandOf } from '../tools/compile_commands.mjs';
import { tools } from '../tools/setup/index.mjs';
import { ROOT, inRoot } from '../tools/setup/places.mjs';
import { compile, diagnostics, forAll } from './support/compiler.mjs';

const SOURCE = /\.(cpp|h)$/;

/** Every file of the project, relative; what .gitignore names is none. */
const FILES = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
  { cwd: ROOT, encoding: 'utf8' },
)
  .split('\0')
  .filter((file) => file && fs.statSync(inRoot(file), { throwIfNoEntry: false })?.isFile());

/** @param {RegExp} pattern */
const filesLike = (pattern) => FILES.filter((file) => pattern.test(file));

/** @param {string} file */
const textOf = (file) => fs.readFileSync(inRoot(file), 'utf8');

/**
 * C++ without comments and with empty texts, line by line as before.
 * @param {string} source
 */
function codeOf(source) {
  const skipped = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"(\w*)\(([\s\S]*?)\)\1"|"(?:\\.|[^"\\\n])*"/g;
  return source.replace(skipped, (match) => match.replace(/[^\n"]/g, ' '));
}

/**
 * Where a pattern stands in the code of these files: "file:line: text".
 * @param {string[]} files
 * @param {RegExp} pattern global
 */
function occurrences(files, pattern) {
  return files.flatMap((file) => {
    const code = codeOf(textOf(file));
    return [...code.matchAll(pattern)].map((match) => {
      const line = code.slice(0, match.index).split('\n').length;
      return `${file}:${line}: ${match[0].trim()}`;
    });
  });
}

test('sources are formatted: npm run format', async () => {
  const files = filesLike(SOURCE);
  assert.notEqual(files.length, 0);
  const { output } = await compile([tools().clangFormat, '--dry-run', ...files]);
  const wrong = new Set(diagnostics(output).map(({ places }) => path.relative(ROOT, places[0].file)));
  assert.deepEqual([...wrong], []);
});

describe('no new T(co_await x): the storage is lost when x fails', () => {
  // `new`, maybe what it is placed by, a type, maybe with bounds, and then what it is made from.
  const pattern =
    /\bnew\b\s*(\([^()]*\)\s*)?[\w:<>,*&\s]+(\[[^\]]*\]\s*)*[({][^;]*?\bco_await\b/g;

  test('in the sources', () => {
    assert.deepEqual(occurrences(filesLike(SOURCE), pattern), []);
  });

  test('the check sees it in every form', () => {
    const lost = [
      'new int(co_await x())',
      'new std::pair<int, T>{1, co_await x()}',
      'new(std::nothrow) T(co_await x())',
      'new const T*(co_await x())',
      'new T[2]{T(1), co_await x()}',
      'new T(\n    1,\n    co_await x())',
    ];
    for (const text of lost) assert.match(text, new RegExp(pattern));
    const kept = [
      'T(co_await x())',
      'std::make_unique<T>(co_await x())',
      'renew(co_await x())',
      'newest(co_await x())',
      'new T(1); co_await x()',
      'operator new(std::size_t size) { return f(size); } void g() { co_await x(); }',
    ];
    for (const text of kept) assert.doesNotMatch(text, new RegExp(pattern));
  });
});

test('the core has no #ifdef on a platform', () => {
  // `__wasm__` alone is no platform: which features the compiler has, config.h must ask.
  const platform = /^[ \t]*#\s*(if|ifdef|ifndef|elif).*\b(__EMSCRIPTEN__|__wasi__|__linux__|__APPLE__|_WIN32|WASIO_PLATFORM\w*)\b.*/gm;
  assert.deepEqual(occurrences(filesLike(/^(runtime|io)\/.*\.(cpp|h)$/), platform), []);
});

describe('includes point one way', () => {
  /** The folders that each may include. @type {Record<string, string[]>} */
  const below = {
    runtime: ['runtime'],
    io: ['runtime', 'io'],
    web: ['runtime', 'io', 'web'],
    wasi: ['runtime', 'io', 'wasi'],
    bindings: ['runtime', 'io', 'web', 'bindings'],
    demos: ['runtime', 'io', 'web', 'wasi', 'bindings', 'demos'],
  };
  const owners = new Map();
  for (const file of filesLike(/^\w+\/include\/.*\.h$/)) {
    owners.set(file.replace(/^\w+\/include\//, ''), file.split('/')[0]);
  }
  for (const [folder, allowed] of Object.entries(below)) {
    test(`out of ${folder}/`, () => {
      const wrong = filesLike(new RegExp(`^${folder}/.*\\.(cpp|h)$`)).flatMap((file) =>
        [...textOf(file).matchAll(/^#include <(wasio\/[^>]+)>/gm)]
          .map(([, header]) => ({ header, owner: owners.get(header) }))
          .filter(({ owner }) => !owner || !allowed.includes(owner))
          .map(({ header, owner }) => `${file} includes ${header} of ${owner ?? 'nobody'}`),
      );
      assert.deepEqual(wrong, []);
    });
  }
});

describe('every public header compiles on its own', () => {
  const folders = [
    { folder: 'runtime', preset: 'native-asan' },
    { folder: 'io', preset: 'native-asan' },
    { folder: 'web', preset: 'web' },
    { folder: 'bindings', preset: 'web' },
  ];
  for (const { folder, preset } of folders) {
    test(`of ${folder}/, in ${preset}`, async () => {
      const headers = filesLike(new RegExp(`^${folder}/include/.*\\.h$`));
      assert.notEqual(headers.length, 0);
      const command = await commandOf(preset, folder);
      const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-headers-'));
      /** @type {string[]} */
      const complaints = [];
      await forAll(headers, async (header) => {
        const name = header.replace(/^\w+\/include\//, '');
        const file = path.join(scratch, `${name.replaceAll('/', '_')}.cpp`);
        fs.writeFileSync(file, `#include <${name}>\n`);
        const { code, output } = await compile([...command, '-fsyntax-only', file]);
        if (code !== 0) complaints.push(output);
      });
      fs.rmSync(scratch, { recursive: true });
      assert.deepEqual(complaints, []);
    });
  }
});

test('the lock file names no registry', () => {
  const lock = JSON.parse(textOf('package-lock.json'));
  const named = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined);
  assert.deepEqual(named.map(([name]) => name), []);
});

test('no text file has an absolute path of a machine, a tab or a stray blank', () => {
  const other = /(^|\/)(package-lock\.json|[^.]+\.(png|ico|wasm))$|^tests\/fuzz\/corpus\//;
  const texts = FILES.filter((file) => !other.test(file));
  const wrong = texts.flatMap((file) =>
    textOf(file)
      .split('\n')
      .map((line, index) => ({ line, at: `${file}:${index + 1}` }))
      .filter(({ line }) => {
        const blank = !file.endsWith('.md') && /[ \t]$|\t/.test(line);
        return blank || /(^|[\s"'`(=])\/(home|root|Users|work)\/\w/.test(line);
      })
      .map(({ at, line }) => `${at}: ${line}`),
  );
  assert.deepEqual(wrong, []);
});
