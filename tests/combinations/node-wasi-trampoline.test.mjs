import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on node-wasi-trampoline', (t) => runSuite(t, 'node-wasi-trampoline'));
