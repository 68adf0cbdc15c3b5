import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on wasmtime-p2-trampoline', (t) => runSuite(t, 'wasmtime-p2-trampoline'));
