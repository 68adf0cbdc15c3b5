import { tallyOn } from './tally_on.mjs';

tallyOn('native', { blocks: true });
