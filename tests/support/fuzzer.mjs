// Builds and runs the fuzzer of tests/fuzz.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../../tools/build.mjs';
import { inRoot } from '../../tools/setup/places.mjs';
import { SANITIZERS } from './hosts.mjs';
import { runLines } from './processes.mjs';

/** Inputs that together reach all the code that any known input reaches. */
export const CORPUS = inRoot('tests/fuzz/corpus');

/** The maximum length of an input. Small programs find as much, and more of them run. */
const MAX_INPUT = 256;

/**
 * Runs the corpus and then `runs` new inputs.
 * @param {{runs: number, seed: number, onLine?: (line: string) => void}} options
 * @returns {Promise<{code: number | null, output: string}>}
 */
export async function fuzz({ runs, seed, onLine = () => {} }) {
  const program = path.join(await build('native-asan', ['fuzz']), 'tests/fuzz/fuzz');
  // libFuzzer writes inputs that reach new code to the first folder, and only reads the corpus.
  const found = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-fuzz-'));
  const options = [`-max_len=${MAX_INPUT}`, `-runs=${runs}`, `-seed=${seed}`, '-print_final_stats=1'];
  const artifacts = `-artifact_prefix=${path.dirname(program)}${path.sep}`;
  try {
    const ended = await runLines([program, ...options, artifacts, found, CORPUS], () => {}, {
      env: SANITIZERS,
      onError: onLine,
    });
    return { code: ended.code, output: ended.stderr };
  } finally {
    fs.rmSync(found, { recursive: true, force: true });
  }
}
