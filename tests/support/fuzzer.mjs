// The fuzzer of tests/fuzz: built and run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../../tools/build.mjs';
import { inRoot } from '../../tools/setup/places.mjs';
import { SANITIZERS } from './hosts.mjs';
import { runLines } from './processes.mjs';

/** The inputs that together reach what is known to be reachable. */
export const CORPUS = inRoot('tests/fuzz/corpus');

/** No input is longer: small programs show as much, and more of them run. */
const LONGEST_INPUT = 256;

/**
 * Runs the corpus and then so many new inputs.
 * @param {{runs: number, seed: number, onLine?: (line: string) => void}} options
 * @returns {Promise<{code: number | null, said: string}>}
 */
export async function fuzz({ runs, seed, onLine = () => {} }) {
  const program = path.join(await build('native-asan', ['fuzz']), 'tests/fuzz/fuzz');
  // New inputs that reach something go into the first folder; the corpus is only read.
  const found = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-fuzz-'));
  const options = [`-max_len=${LONGEST_INPUT}`, `-runs=${runs}`, `-seed=${seed}`, '-print_final_stats=1'];
  const artifacts = `-artifact_prefix=${path.dirname(program)}${path.sep}`;
  try {
    const ended = await runLines([program, ...options, artifacts, found, CORPUS], () => {}, {
      env: SANITIZERS,
      onError: onLine,
    });
    return { code: ended.code, said: ended.stderr };
  } finally {
    fs.rmSync(found, { recursive: true, force: true });
  }
}
