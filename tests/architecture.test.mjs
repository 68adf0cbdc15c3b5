// The house as docs/architecture.md describes it: what documents and comments name exists, the
// journeys pass no more files than they promise, and files and functions stay small.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { projectFiles } from '../tools/project_files.mjs';
import { ENTRIES, IMPORTS } from '../web/js/abi.mjs';
import { inRoot } from '../tools/setup/places.mjs';

const FILES = projectFiles();

/** @param {RegExp} pattern */
const filesLike = (pattern) => FILES.filter((file) => pattern.test(file));

/** @param {string} file */
const textOf = (file) => fs.readFileSync(inRoot(file), 'utf8');

const CPP = /\.(cpp|h)$/;
const JS = /\.(mjs|js|ts)$/;
const SOURCES = filesLike(/\.(cpp|h|mjs|js|ts|cmake)$|CMakeLists\.txt$/);

/** C++ or JavaScript without its comments. @param {string} source */
function withoutComments(source) {
  const skipped = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|R"(\w*)\([\s\S]*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return source.replace(skipped, (match) => (/^\/[/*]/.test(match) ? match.replace(/[^\n]/g, ' ') : match));
}

/** The comments of a source file, line by line as in the file. @param {string} source */
function commentsOf(source) {
  const parts = /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|R"(\w*)\([\s\S]*?\)\2"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return [...source.matchAll(parts)].flatMap(({ 1: comment }) => (comment ? [comment] : []));
}

describe('what documents and comments name exists', () => {
  /** Documents about the names of other libraries, and of what is gone. */
  const OF_OTHERS = /coming-from\.md$|CHANGELOG\.md$/;
  const documents = filesLike(/\.md$/).filter((file) => !OF_OTHERS.test(file));
  /** Every identifier in the code, without comments: anything named must be one of them. */
  const identifiers = new Set(
    SOURCES.flatMap((file) => withoutComments(textOf(file)).match(/[A-Za-z_]\w*/g) ?? []),
  );
  /** What is named in backticks. @param {string} text */
  const named = (text) => [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, name]) => name);
  const places = [
    ...documents.map((file) => ({ file, names: named(textOf(file)) })),
    ...filesLike(CPP).concat(filesLike(JS)).map((file) => ({
      file,
      names: commentsOf(textOf(file)).flatMap(named),
    })),
  ];

  test('files and paths', () => {
    /** A path of the project, whole or from some folder on. */
    const looksLikePath = /^<?[\w.-]+(\/[\w.-]+)*\.(h|cpp|mjs|ts|js|md|cmake|json|txt)>?$/;
    /** Made by a build, or of the reader's own project. */
    const MADE = /^(name|weigh|waiting|tally|program|main|app|x|notes)\.|^build\/|^node_modules\/|^compile_commands\.json$|\/conformance\.json$|emscripten|^\.\/|^dist\/|config\.h$/;
    const missing = places.flatMap(({ file, names }) =>
      names
        .filter((name) => looksLikePath.test(name))
        .map((name) => name.replace(/[<>]/g, ''))
        .filter((name) => !MADE.test(name))
        .filter((name) => !FILES.some((one) => one === name || one.endsWith(`/${name}`)))
        .map((name) => `${file} names ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  test('functions and members', () => {
    const looksLikeCall = /^([A-Za-z_]\w*(?:::~?[A-Za-z_]\w*)*)(?:<[^()]*>)?\(.*\)$/;
    const looksLikeMember = /^[A-Za-z_]\w*(?:::~?[A-Za-z_]\w*)+$/;
    const missing = places.flatMap(({ file, names }) =>
      names.flatMap((name) => {
        const whole = name.match(looksLikeCall)?.[1] ?? (looksLikeMember.test(name) ? name : '');
        const parts = whole.split(/::~?/).filter(Boolean);
        return parts.filter((part) => !identifiers.has(part)).map((part) => `${file} names ${name}: no ${part}`);
      }),
    );
    assert.deepEqual(missing, []);
  });
});

describe('the journeys of docs/architecture.md', () => {
  const text = textOf('docs/architecture.md');
  const sections = text.split(/^### /m).slice(1);
  const journeys = sections
    .map((section) => ({
      title: section.split('\n')[0],
      limit: Number(section.match(/at most (\d+) files/)?.[1] ?? Infinity),
      rows: [...section.matchAll(/^\| `([^`]+)` \| (.+?) \|/gm)].map(([, file, functions]) => ({
        file,
        functions: [...functions.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
      })),
    }))
    .filter(({ rows }) => rows.length > 0);

  test('are there', () => {
    const promised = Object.fromEntries(journeys.map(({ title, limit }) => [title, limit]));
    assert.equal(promised['A spawn'], 8);
    assert.equal(promised['A sleep under WASI preview 1'], 10);
    assert.equal(promised['An error'], 9);
    assert.equal(promised['A sleep on the web'], 11);
    assert.equal(promised['A call from JavaScript'], 13);
    assert.equal(promised['A chunk of a response'], 12);
    assert.ok(journeys.length >= 6);
  });

  for (const { title, limit, rows } of journeys) {
    test(`${title}: files, functions and their number`, () => {
      for (const { file, functions } of rows) {
        assert.ok(FILES.includes(file), `${file} does not exist`);
        const code = withoutComments(textOf(file));
        assert.notEqual(functions.length, 0, `${file} without a function`);
        for (const name of functions) {
          const bare = name.replace(/^.*(::|\.)/, '').replace(/\(.*$/, '');
          const there = new RegExp(`\\b(?:class|struct) (?:\\[\\[.*?\\]\\] )?${bare}\\b|(?<![.>])\\b${bare}(?:<\\w+>)?(?:: | = \\(|\\)?\\()`);
          assert.ok(there.test(code), `${file} has no ${name}`);
        }
      }
      const files = new Set(rows.map(({ file }) => file));
      assert.ok(files.size <= limit, `${files.size} files, more than ${limit}`);
    });
  }
});

describe('the table of the boundary, web/js/abi.mjs', () => {
  const sources = filesLike(/^(web|bindings)\/src\/.*\.cpp$/).map((file) => withoutComments(textOf(file)));

  /** Functions and their numbers of parameters. @param {RegExp} pattern with name and parameters */
  const functionsLike = (pattern) =>
    Object.fromEntries(
      sources
        .flatMap((source) => [...source.matchAll(pattern)])
        .map(([, name, parameters]) => [name, parameters.trim() === '' ? 0 : parameters.split(',').length]),
    );

  test('has the imports that C++ declares', () => {
    const declared = functionsLike(/\bwasio_host_(\w+)\(([^()]*)\);/g);
    // Calls look like declarations without types.
    const typed = functionsLike(/^(?:extern "C" )?(?:void|double|std::\w+) wasio_host_(\w+)\(([^()]*)\);/gm);
    assert.deepEqual(typed, Object.assign({}, ...Object.values(IMPORTS)));
    assert.deepEqual(Object.keys(declared).filter((name) => !(name in typed)), []);
  });

  test('has the entries that C++ exports', () => {
    const entries = functionsLike(/export_name\("wasio_(?!export_)\w+"\)\)\)[^;{]*?\b(wasio_\w+)\(([^()]*)\) \{/g);
    assert.deepEqual(entries, { ...ENTRIES });
  });
});

describe('files and functions are small', () => {
  const MAX_FILE = 500;
  const MAX_FUNCTION = 40;
  // Not this file, whose patterns have braces of their own.
  const sources = filesLike(/\.(cpp|h|mjs|js|ts)$/).filter((file) => file !== 'tests/architecture.test.mjs');

  test(`no source file has more than ${MAX_FILE} lines`, () => {
    const long = sources
      .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_FILE);
    assert.deepEqual(long, []);
  });

  /** How many lines the braces take that open at the end of this line. @param {string[]} lines @param {number} at */
  function extent(lines, at) {
    let depth = 0;
    for (let line = at; line < lines.length; line += 1) {
      const part = line === at ? lines[line].slice(lines[line].lastIndexOf('{')) : lines[line];
      for (const character of part) {
        if (character === '{') depth += 1;
        if (character === '}') depth -= 1;
        if (depth === 0) return line - at + 1;
      }
    }
    return lines.length - at;
  }

  /** What opens a function's body at the end of a line; in C++ also a test or a lambda. */
  const OPENS_CPP = /\)[^;=()]*\{$/;
  const OPENS_JS = /^\s*(?:export )?(?:default )?(?:async )?function\b.*\{$|^ {2}(?:static |async |get |set )*#?\w+\(.*\{$|=> \{$/;
  const NO_FUNCTION = /^\s*(?:\} )?(?:namespace|if|for|while|switch|else|do|try|catch)\b|\bdescribe\(/;

  /** @param {string} file */
  function longFunctions(file) {
    const code = withoutComments(textOf(file)).replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""');
    const lines = code.split('\n');
    const opens = CPP.test(file) ? OPENS_CPP : OPENS_JS;
    return lines.flatMap((line, at) => {
      if (!opens.test(line) || NO_FUNCTION.test(line)) return [];
      const size = extent(lines, at);
      return size > MAX_FUNCTION ? [`${file}:${at + 1}: ${size} lines`] : [];
    });
  }

  test(`no function has more than ${MAX_FUNCTION} lines`, () => {
    assert.deepEqual(sources.flatMap(longFunctions), []);
  });

  test('no header only includes others', () => {
    const KEPT = ['wasio.h', 'testing.h'];
    const empty = filesLike(/\/include\/.*\.h$/)
      .filter((file) => !KEPT.includes(path.basename(file)))
      .filter((file) => !/^(?!#|\s*$|WASIO_(BEGIN|END)).+$/m.test(withoutComments(textOf(file))));
    assert.deepEqual(empty, []);
  });

  test('the core has no visitors: Runtime and TaskRecord', () => {
    const runtime = withoutComments(textOf('runtime/include/wasio/runtime.h'));
    const body = runtime.slice(runtime.indexOf('class Runtime {'));
    const open = body.slice(body.indexOf(' public:'), body.indexOf(' private:'));
    const methods = open.match(/^ {2}[\w~].*\w\(.*$/gm)?.filter((line) => !/= delete/.test(line)) ?? [];
    assert.ok(methods.length > 8 && methods.length <= 15, methods.join('\n'));
    assert.ok((body.match(/\bfriend\b/g) ?? []).length <= 3);
    assert.doesNotMatch(runtime, /#include <wasio\/(trace|testing)\//);
    // A task's top frame and error are private, and written in one file.
    const writes = filesLike(/^(runtime|io|web|wasi|bindings)\/.*\.(cpp|h)$/)
      .filter((file) => /\btop_ = /.test(withoutComments(textOf(file))));
    assert.deepEqual(writes, ['runtime/include/wasio/detail/task_record.h']);
  });

  test('the contract of streams is written once, and drivers are small', () => {
    const rooms = filesLike(/^(io|web|wasi|bindings)\/.*\.(cpp|h)$/);
    const contract = rooms.filter((file) =>
      /\b(is_closed|receives_already|sends_already|no_room)\(/.test(withoutComments(textOf(file))),
    );
    // The halves; the functions themselves; and the two that buffer a stream for one task.
    assert.deepEqual(contract.filter((file) => !/testing/.test(file)), [
      'io/include/wasio/io/stream.h',
      'io/src/buffered_reader.cpp',
      'io/src/buffered_writer.cpp',
      'io/src/receive_half.cpp',
      'io/src/send_half.cpp',
      'io/src/stream.cpp',
    ]);
    const drivers = rooms.flatMap((file) => {
      const lines = withoutComments(textOf(file)).split('\n');
      return lines.flatMap((line, at) => {
        const driver = /class (\w+) final : public (?:Receive|Send)Driver\b/.exec(line);
        return driver ? [{ name: driver[1], lines: extent(lines, at) }] : [];
      });
    });
    assert.ok(drivers.length >= 7, JSON.stringify(drivers));
    assert.deepEqual(drivers.filter(({ lines }) => lines > 60), []);
  });

  test('no public class speaks to "the parts of the library"', () => {
    const told = filesLike(CPP).filter((file) => /parts of the library/i.test(textOf(file)));
    assert.deepEqual(told, []);
  });
});
