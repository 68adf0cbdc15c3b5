import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on node-places-0', (t) => runSuite(t, 'node-places-0'));
