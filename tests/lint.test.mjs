// What `npm run lint` checks, as a test of `npm run test:all`: it takes minutes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintsOf, lintChecks } from '../tools/commands/lint.mjs';
import { forAll } from '../tools/pool.mjs';

test('the linters have nothing to say: npm run lint', async () => {
  const checks = await lintChecks();
  assert.ok(checks.length > 50, `only ${checks.length} checks`);
  /** @type {string[]} */
  const complaints = [];
  await forAll(checks, async (check) => {
    const said = await complaintsOf(check);
    if (said) complaints.push(`${check.name}: ${said}`);
  });
  assert.deepEqual(complaints, []);
});
