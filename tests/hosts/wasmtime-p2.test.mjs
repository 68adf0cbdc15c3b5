import { test } from 'node:test';
import { runSuite } from '../support/suite.mjs';

test('conformance on wasmtime-p2', (t) => runSuite(t, 'wasmtime-p2'));
