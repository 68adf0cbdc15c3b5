// A bounded run of the fuzzer: its corpus, and some thousand inputs from a fixed seed. More of it:
// `npm run fuzz`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './support/fuzzer.mjs';

test('random trees of tasks keep the invariants', async () => {
  const { code, said } = await fuzz({ runs: 20_000, seed: 1 });
  assert.equal(code, 0, said);
  assert.match(said, /Done 2\d{4} runs/);
});
