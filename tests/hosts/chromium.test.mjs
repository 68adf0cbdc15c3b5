import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on chromium', (t) => runSuite(t, 'chromium'));
