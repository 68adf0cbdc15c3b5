// The npm packages of package-lock.json.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { readText } from '../files.mjs';
import { step } from '../log.mjs';
import { inRoot } from '../places.mjs';
import { run, twice } from '../run.mjs';

const STAMP = inRoot('node_modules', '.wasio-stamp');

/** What the installed packages depend on. Some are native programs, so the platform counts. */
function recipe() {
  const hash = crypto.createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) {
    hash.update(fs.readFileSync(inRoot(file)));
  }
  return `${process.platform}-${process.arch} ${hash.digest('hex')}`;
}

/** @type {import('../part.mjs').Part} */
export default {
  name: 'npm',
  title: 'npm packages',
  needs: [],
  own: 'npm comes with Node; `npm ci` installs the packages',

  find() {
    if (readText(STAMP) !== recipe()) return undefined;
    const paths = { jco: inRoot('node_modules/.bin/jco') };
    return { paths, version: 'as locked', from: 'npm', at: inRoot('node_modules') };
  },

  canFetch: () => true,

  async fetch() {
    await step('npm packages (about 400 MB unpacked)', () =>
      twice('npm ci', () =>
        // Packages' own scripts are not needed: all packages ship what they need. The other options
        // undo --silent and NODE_ENV=production, which the inner npm would inherit.
        run('npm', ['ci', '--ignore-scripts', '--include=dev', '--loglevel=error'], {
          cwd: inRoot(),
          fix: 'check the network; if package.json and its lock file disagree, run `npm install`',
        }),
      ),
    );
    fs.writeFileSync(STAMP, recipe());
  },
};
