import { describe } from 'node:test';
import { tracesOn } from './suite.mjs';

// Described here, so that the runner knows these tests as this file's.
describe('traces on native-asan', () => tracesOn('native-asan'));
