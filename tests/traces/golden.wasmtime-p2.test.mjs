import { describe } from 'node:test';
import { tracesOn } from './suite.mjs';

// Described here, so that the runner knows these tests as this file's.
describe('traces on wasmtime-p2', () => tracesOn('wasmtime-p2'));
