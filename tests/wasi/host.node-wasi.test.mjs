import { describe } from 'node:test';
import { wasiSuite } from './suite.mjs';

// Described here, so that the runner knows these tests as this file's.
describe('programs on node-wasi', () => wasiSuite('node-wasi'));
