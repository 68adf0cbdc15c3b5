// A bounded run of the fuzzer: its corpus and 20,000 inputs from a fixed seed. `npm run fuzz` runs
// more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './support/fuzzer.mjs';

test('random trees of tasks keep the invariants', async () => {
  const { code, output } = await fuzz({ runs: 20_000, seed: 1 });
  assert.equal(code, 0, output);
  assert.match(output, /Done 2\d{4} runs/);
});
