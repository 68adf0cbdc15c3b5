// clang, lld and LLVM's tools, for native builds, sanitizers, formatting and linting, and as the
// compiler for Emscripten and WASI.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { canInstall, install } from '../apt.mjs';
import { atLeast, isProgram, onPath, remembered, versionOf } from '../find.mjs';
import { step } from '../log.mjs';
import { ask } from '../run.mjs';

/** The version that is fetched; the user's own may be newer. */
const MAJOR = 22;

const PACKAGES = [
  `clang-${MAJOR}`,
  `lld-${MAJOR}`,
  `llvm-${MAJOR}`,
  `clang-format-${MAJOR}`,
  `clang-tidy-${MAJOR}`,
  `libclang-rt-${MAJOR}-dev`,
  `libc++-${MAJOR}-dev`,
  `libc++abi-${MAJOR}-dev`,
  // The C library's headers and start files.
  'libc6-dev',
];

/** Builds only if compiler, libc++, linker and AddressSanitizer's runtime are all there. */
const PROBE = '#include <expected>\nint main() { return std::expected<int, int>(0).value_or(1); }\n';

/** @param {string} clang */
function buildsPrograms(clang) {
  return remembered(clang, 'builds with libc++ and ASan', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-probe-'));
    const source = path.join(folder, 'probe.cpp');
    fs.writeFileSync(source, PROBE);
    const flags = ['-std=c++23', '-stdlib=libc++', '-fuse-ld=lld', '-fsanitize=address,undefined'];
    const done = ask(clang, [...flags, source, '-o', path.join(folder, 'probe')]);
    fs.rmSync(folder, { recursive: true });
    return done === undefined ? undefined : 'yes';
  });
}

/**
 * The folder with clang, wasm-ld and llvm-ar under their plain names, which Emscripten needs.
 * @param {string} clang
 */
function toolFolder(clang) {
  const folder = path.dirname(fs.realpathSync(clang));
  const complete = ['clang', 'clang++', 'wasm-ld', 'llvm-ar', 'llvm-nm', 'llvm-objcopy'];
  return complete.every((tool) => isProgram(path.join(folder, tool))) ? folder : undefined;
}

function candidates() {
  const named = process.env.CXX && onPath(process.env.CXX);
  return [
    { from: 'CXX', clang: named || (process.env.CXX && path.resolve(process.env.CXX)) },
    { from: 'PATH', clang: onPath('clang++') },
    { from: 'PATH', clang: onPath(`clang++-${MAJOR}`, `clang++-${MAJOR + 1}`) },
  ];
}

/**
 * @param {{from: string, clang: string | undefined}} candidate
 * @returns {import('../part.mjs').Found | undefined}
 */
function accept({ from, clang }) {
  if (!clang || !isProgram(clang)) return undefined;
  const version = versionOf(clang);
  // If CXX names gcc, it has a version too, but not these tools beside it.
  if (!version || !atLeast(version, String(MAJOR))) return undefined;
  const llvm = toolFolder(clang);
  if (!llvm || !buildsPrograms(clang)) return undefined;
  const beside = (/** @type {string} */ name) =>
    [path.join(llvm, name), onPath(`${name}-${version.split('.')[0]}`, name)].find(
      (file) => file && isProgram(file),
    );
  const paths = {
    llvm,
    clang: path.join(llvm, 'clang'),
    clangxx: path.join(llvm, 'clang++'),
    clangFormat: beside('clang-format') ?? '',
    clangTidy: beside('clang-tidy') ?? '',
  };
  if (!paths.clangFormat || !paths.clangTidy) return undefined;
  return { paths, version, from, at: clang };
}

/** @type {import('../part.mjs').Part} */
export default {
  name: 'llvm',
  title: `clang ${MAJOR}`,
  needs: [],
  own:
    `clang, lld, clang-format and clang-tidy ${MAJOR} or newer with libc++ and compiler-rt, ` +
    'as clang++ on PATH or named by CXX',

  find() {
    for (const candidate of candidates()) {
      const found = accept(candidate);
      if (found) return found;
    }
    return undefined;
  },

  canFetch: canInstall,

  async fetch() {
    await step(`${this.title} with lld and libc++ (apt, 150 MB to download)`, () =>
      install(PACKAGES),
    );
  },
};
