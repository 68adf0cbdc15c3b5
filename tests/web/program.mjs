// Builds and loads boundary.cpp, the program of these tests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../../tools/build.mjs';
import { inNode } from '../../tools/programs.mjs';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';

/** Builds a program for a preset. @param {string} preset @param {string} name */
export async function programOf(preset, name = 'boundary') {
  const folder = path.join(await build(preset, [name]), 'tests/web');
  const module = path.join(folder, `${name}.node.mjs`);
  return { folder, module, wasm: path.join(folder, `${name}.wasm`) };
}

export const program = await programOf('web');
const js = await import(pathToFileURL(program.module).href);
export const { load, LoadError, WasioError } = js;
export const wasmBytes = await readFile(program.wasm);

/** Loads a new app, so that tests do not affect each other. @returns {Promise<any>} */
export function freshApp() {
  return load(new Uint8Array(wasmBytes));
}

/** The error that a call is rejected with. @param {Promise<any>} call @returns {Promise<any>} */
export async function errorOf(call) {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: 'the call did not fail' });
}

/**
 * Waits for a process to end, and returns what it printed.
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} child
 */
export function collect(child) {
  const printed = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (printed.output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (printed.errors += text));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, ...printed }));
  });
}

/**
 * Runs JavaScript that may use `load`, or the program in `wasio run`, in a process of its own,
 * which is killed if it does not end.
 *
 * @param {{code?: string, args?: string[], input?: string | Buffer}} how
 */
export function runNode({ code, args = [], input }) {
  const prologue = `import { load } from ${JSON.stringify(pathToFileURL(program.module).href)};\n`;
  const evaluate = () => [process.execPath, '--input-type=module', '--eval', prologue + code];
  const [node, ...words] = code === undefined ? inNode(program.module) : evaluate();
  const child = spawn(node, [...words, ...args], { timeout: PROGRAM_HANGS_MS });
  if (input !== undefined) child.stdin.end(input);
  return collect(child);
}
