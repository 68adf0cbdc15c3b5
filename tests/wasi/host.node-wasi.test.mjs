import { wasiSuite } from './suite.mjs';

wasiSuite('node-wasi');
