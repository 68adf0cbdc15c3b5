// The size budget. A change that moves a size must also update the budget, deliberately:
//   npm run sizes -- --update
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changes, measureSizes, readBudget, sizeTools } from '../tools/sizes.mjs';

test('the sizes are those of bench/sizes.json: npm run sizes -- --update', async (t) => {
  const budget = readBudget();
  assert.ok(budget, 'bench/sizes.json is missing or not JSON: npm run sizes -- --update');
  const here = sizeTools();
  try {
    assert.deepEqual(here, budget.tools);
  } catch {
    const versions = JSON.stringify({ budget: budget.tools, here });
    return t.skip(`the tools differ from those of the budget, so the sizes do too: ${versions}`);
  }
  assert.deepEqual(changes(budget.sizes, await measureSizes()), []);
});

test('the budget notices growth and shrinkage, and tolerates a few bytes', () => {
  const size = { measure: 'm', host: 'h', file: 'f', raw: 10_000, gzip: 4000 };
  assert.deepEqual(changes([size], [{ ...size, raw: 10_010 }]), []);
  assert.equal(changes([size], [{ ...size, raw: 10_100 }]).length, 1);
  assert.equal(changes([size], [{ ...size, raw: 9900 }]).length, 1);
  assert.equal(changes([size], []).length, 1);
  assert.equal(changes([], [size]).length, 1);
});
