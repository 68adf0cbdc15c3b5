import { tallyOn } from './tally_on.mjs';

tallyOn('node', { fetches: true });
