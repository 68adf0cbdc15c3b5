import { tallyOn } from './tally_on.mjs';

tallyOn('wasmtime-p1');
