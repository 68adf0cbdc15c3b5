// Writes the paths of the tools for CMake's toolchain files, so that `cmake --preset` works by
// hand.
import { inToolchain } from './places.mjs';
import { writeWhole } from './unpack.mjs';

/** CMake's variables, and the paths of `tools()` that they hold. */
const VARIABLES = {
  WASIO_LLVM_BIN: 'llvm',
  WASIO_NINJA: 'ninja',
  WASIO_EMSCRIPTEN: 'emscripten',
  WASIO_WASM_OPT: 'wasmOpt',
  WASIO_WASM_TOOLS: 'wasmTools',
  WASIO_WASI_BIN: 'wasiBin',
  WASIO_WASI_SYSROOT: 'wasiSysroot',
  WASIO_WASI_BUILTINS: 'wasiBuiltins',
};

/** @param {Record<string, string>} tools */
export function writePaths(tools) {
  const lines = Object.entries(VARIABLES)
    .filter(([, tool]) => tools[tool] !== undefined)
    .map(([variable, tool]) => `set(${variable} [[${tools[tool]}]])\n`);
  const head = '# Written by the set-up; do not edit.\n';
  writeWhole(inToolchain('paths.cmake'), head + lines.join(''));
}
