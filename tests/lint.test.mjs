// What `npm run lint` checks, as a part of `npm run test:all`: it takes minutes.
import assert from 'node:assert/strict';
import os from 'node:os';
import { describe, test } from 'node:test';
import { complaintsOf, lintChecks } from '../tools/commands/lint.mjs';

const checks = await lintChecks();

describe('npm run lint has nothing to say', { concurrency: os.availableParallelism() }, () => {
  for (const check of checks) {
    test(check.name, async () => assert.equal(await complaintsOf(check), ''));
  }
});

test('npm run lint checks all C++ below runtime, io, wasi, web and bindings', () => {
  assert.ok(checks.length > 80, `only ${checks.length} checks`);
});
