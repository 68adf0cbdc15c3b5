import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on chromium-exceptions', (t) => runSuite(t, 'chromium-exceptions'));
