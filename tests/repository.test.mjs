// Checks the project's rules on the files that Git tracks or would add.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { commandOf } from '../tools/compile_commands.mjs';
import { forAll } from '../tools/pool.mjs';
import { projectFiles } from '../tools/project_files.mjs';
import { tools } from '../tools/setup/index.mjs';
import { ROOT, inRoot } from '../tools/setup/places.mjs';
import { compile, diagnostics } from './support/compiler.mjs';

const SOURCE = /\.(cpp|h)$/;

const FILES = projectFiles();

/** @param {RegExp} pattern */
const filesLike = (pattern) => FILES.filter((file) => pattern.test(file));

/** @param {string} file */
const textOf = (file) => fs.readFileSync(inRoot(file), 'utf8');

/**
 * C++ with blanks in place of comments and the contents of strings, on the same lines.
 * @param {string} source
 */
function codeOf(source) {
  const skipped = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"(\w*)\(([\s\S]*?)\)\1"|"(?:\\.|[^"\\\n])*"/g;
  return source.replace(skipped, (match) => match.replace(/[^\n"]/g, ' '));
}

/**
 * Where a pattern matches in the code of these files, as "file:line: text".
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

test('the sources are formatted: npm run format', async () => {
  const files = filesLike(SOURCE);
  assert.notEqual(files.length, 0);
  const { output } = await compile([tools().clangFormat, '--dry-run', ...files]);
  const wrong = new Set(diagnostics(output).map(({ places }) => path.relative(ROOT, places[0].file)));
  assert.deepEqual([...wrong], []);
});

describe('no new T(co_await x): the storage leaks when x fails', () => {
  // `new`, perhaps a placement, a type, perhaps bounds, and then the initializer.
  const pattern =
    /\bnew\b\s*(\([^()]*\)\s*)?[\w:<>,*&\s]+(\[[^\]]*\]\s*)*[({][^;]*?\bco_await\b/g;

  test('in the sources', () => {
    assert.deepEqual(occurrences(filesLike(SOURCE), pattern), []);
  });

  test('the check finds every form of it', () => {
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
  // `__wasm__` alone is not a platform: config.h must check which features the compiler has.
  const platform = /^[ \t]*#\s*(if|ifdef|ifndef|elif).*\b(__EMSCRIPTEN__|__wasi__|__linux__|__APPLE__|_WIN32|WASIO_PLATFORM\w*)\b.*/gm;
  assert.deepEqual(occurrences(filesLike(/^(runtime|io)\/.*\.(cpp|h)$/), platform), []);
});

describe('includes point in one direction', () => {
  /** The folders that each folder may include. @type {Record<string, string[]>} */
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
    test(`from ${folder}/`, () => {
      const wrong = filesLike(new RegExp(`^${folder}/.*\\.(cpp|h)$`)).flatMap((file) =>
        [...textOf(file).matchAll(/^#include <(wasio\/[^>]+)>/gm)]
          .map(([, header]) => ({ header, owner: owners.get(header) }))
          .filter(({ owner }) => !owner || !allowed.includes(owner))
          .map(({ header, owner }) => `${file} includes ${header} of ${owner ?? 'no folder'}`),
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
    { folder: 'bindings', preset: 'native-asan' },
  ];
  for (const { folder, preset } of folders) {
    test(`of ${folder}/, in ${preset}`, async () => {
      const headers = filesLike(new RegExp(`^${folder}/include/.*\\.h$`));
      assert.notEqual(headers.length, 0);
      const command = await commandOf(preset, folder === 'bindings' ? 'demos' : folder);
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

test('time limits of tests are in tools/testing/limits.mjs only', () => {
  const limit = /\b(timeout|silenceMs): *\d.*/g;
  assert.deepEqual(occurrences(filesLike(/^(tests|tools\/testing)\/.*\.mjs$/), limit), []);
});

test('the lock file does not name a registry', () => {
  const lock = JSON.parse(textOf('package-lock.json'));
  const named = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined);
  assert.deepEqual(named.map(([name]) => name), []);
});

test('no text file has an absolute path of a machine, a tab or trailing blanks', () => {
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
