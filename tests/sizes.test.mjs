// The ratchet of code sizes. A change that moves a size moves the table too, on purpose:
//   npm run sizes -- --update
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changes, measureSizes, readRatchet, sizeTools } from '../tools/sizes.mjs';

test('sizes are what bench/sizes.json says: npm run sizes -- --update', async (t) => {
  const ratchet = readRatchet();
  assert.ok(ratchet, 'bench/sizes.json is missing or no JSON: npm run sizes -- --update');
  const mine = sizeTools();
  try {
    assert.deepEqual(mine, ratchet.tools);
  } catch {
    const told = JSON.stringify({ recorded: ratchet.tools, here: mine });
    return t.skip(`other tools than the recorded ones make other sizes: ${told}`);
  }
  assert.deepEqual(changes(ratchet.sizes, await measureSizes()), []);
});

test('the ratchet notices growth and shrinking, and forgives a few bytes', () => {
  const size = { measure: 'm', host: 'h', file: 'f', raw: 10_000, gzip: 4000 };
  assert.deepEqual(changes([size], [{ ...size, raw: 10_010 }]), []);
  assert.equal(changes([size], [{ ...size, raw: 10_100 }]).length, 1);
  assert.equal(changes([size], [{ ...size, raw: 9900 }]).length, 1);
  assert.equal(changes([size], []).length, 1);
  assert.equal(changes([], [size]).length, 1);
});
