import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on chromium-trampoline', (t) => runSuite(t, 'chromium-trampoline'));
