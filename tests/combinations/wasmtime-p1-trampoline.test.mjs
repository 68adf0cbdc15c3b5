import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on wasmtime-p1-trampoline', (t) => runSuite(t, 'wasmtime-p1-trampoline'));
