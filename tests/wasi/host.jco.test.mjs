import { wasiSuite } from './suite.mjs';

wasiSuite('jco');
