// The program of these tests, boundary.cpp, built and loaded.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../../tools/build.mjs';
import { inRoot } from '../../tools/setup/places.mjs';

/** A preset's build of it. @param {string} preset */
export async function programOf(preset) {
  const folder = path.join(await build(preset, ['boundary']), 'tests/web');
  const module = path.join(folder, 'boundary.node.mjs');
  return { folder, module, wasm: path.join(folder, 'boundary.wasm') };
}

export const program = await programOf('web');
const js = await import(pathToFileURL(program.module).href);
export const { load, LoadError, WasioError } = js;
export const wasmBytes = await readFile(program.wasm);

/** An app of its own, so that no test sees what another has left. @returns {Promise<any>} */
export function freshApp() {
  return load(new Uint8Array(wasmBytes));
}

/**
 * Runs JavaScript that may use `load`, or the program by the runner, in a process of its own; one
 * that does not end is ended after a while.
 *
 * @param {{code?: string, args?: string[], input?: string | Buffer}} how
 */
export function runNode({ code, args = [], input }) {
  const prologue = `import { load } from ${JSON.stringify(pathToFileURL(program.module).href)};\n`;
  const runner = [inRoot('bindings/bin/wasio.mjs'), 'run', program.module];
  const command = code === undefined ? runner : ['--input-type=module', '--eval', prologue + code];
  const child = spawn(process.execPath, [...command, ...args], { timeout: 60_000 });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  if (input !== undefined) child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output, errors }));
  });
}
