// The commands that run a built program on a host.
import { tools } from './setup/index.mjs';
import { inRoot } from './setup/places.mjs';

/** @param {string} module the program's module for Node */
export function inNode(module) {
  return [process.execPath, inRoot('bindings/bin/wasio.mjs'), 'run', module];
}

/** @param {string} module @param {string[]} [folders] preopened under their own names */
export function inWasmtime(module, folders = []) {
  return [tools().wasmtime, 'run', ...folders.flatMap((folder) => ['--dir', folder]), module];
}
