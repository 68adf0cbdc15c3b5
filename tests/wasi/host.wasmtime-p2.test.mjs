import { describe } from 'node:test';
import { wasiSuite } from './suite.mjs';

// Described here, so that the runner knows these tests as this file's.
describe('programs on wasmtime-p2', () => wasiSuite('wasmtime-p2'));
