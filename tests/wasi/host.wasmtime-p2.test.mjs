import { wasiSuite } from './suite.mjs';

wasiSuite('wasmtime-p2');
