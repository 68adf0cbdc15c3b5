import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on node-trampoline', (t) => runSuite(t, 'node-trampoline'));
