import { describe } from 'node:test';
import { tallyOn } from './tally_on.mjs';

// Described here, so that the runner knows these tests as this file's.
describe('the demo', () => tallyOn('node', { fetches: true }));
