// Chromium, for tests in pages.
import { canInstall, install } from '../apt.mjs';
import { found, onPath } from '../find.mjs';
import { step } from '../log.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** The first Chrome with WebAssembly tail calls. */
const MIN = '112.0';

/** @type {import('../part.mjs').Part} */
export default {
  name: 'browser',
  title: 'Chromium',
  needs: [],
  own: `Chromium or Chrome ${MIN} or newer on PATH, or named by CHROME_PATH`,

  find() {
    const named = process.env.CHROME_PATH;
    const from = named ? 'CHROME_PATH' : 'PATH';
    return found(named || onPath(...NAMES), from, (chrome) => ({ chrome }), MIN);
  },

  canFetch: canInstall,

  async fetch() {
    await step('Chromium (apt, 90 MB to download)', () => install(['chromium']));
  },
};
