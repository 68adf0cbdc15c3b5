// A Chromium to run the pages in.
import { canInstall, install } from '../apt.mjs';
import { atLeast, isProgram, onPath, versionOf } from '../find.mjs';
import { step } from '../log.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** The first Chrome with WebAssembly tail calls. */
const LEAST = '112.0';

/** @type {import('../part.mjs').Part} */
export default {
  name: 'browser',
  title: 'Chromium',
  needs: [],
  own: `Chromium or Chrome ${LEAST} or newer on PATH, or named by CHROME_PATH`,

  find() {
    const named = process.env.CHROME_PATH;
    const at = named || onPath(...NAMES);
    if (!at || !isProgram(at)) return undefined;
    const version = versionOf(at);
    if (!version || !atLeast(version, LEAST)) return undefined;
    return { paths: { chrome: at }, version, from: named ? 'CHROME_PATH' : 'PATH', at };
  },

  canFetch: canInstall,

  async fetch() {
    await step('Chromium (apt, 90 MB to download)', () => install(['chromium']));
  },
};
