// CMake and Ninja for builds, and Python, which runs emcc.
import { canInstall, install } from '../apt.mjs';
import { found, onPath } from '../find.mjs';
import { step } from '../log.mjs';

/** @type {{[tool: string]: {min: string, debian: string, variable?: string}}} */
const TOOLS = {
  cmake: { min: '3.25', debian: 'cmake', variable: 'CMAKE' },
  ninja: { min: '1.10', debian: 'ninja-build' },
  python3: { min: '3.10', debian: 'python3' },
};

/** @param {string} tool */
function part(tool) {
  const { min, debian, variable } = TOOLS[tool];
  const own = `${tool} ${min} or newer on PATH${variable ? `, or named by ${variable}` : ''}`;

  /** @type {import('../part.mjs').Part} */
  const self = {
    name: tool,
    title: tool,
    needs: [],
    own,

    find() {
      const named = variable && process.env[variable];
      const from = named ? variable : 'PATH';
      return found(named || onPath(tool), from, (at) => ({ [tool]: at }), min);
    },

    canFetch: canInstall,

    async fetch() {
      await step(`${tool} (apt)`, () => install([debian]));
    },
  };
  return self;
}

export const cmake = part('cmake');
export const ninja = part('ninja');
export const python = part('python3');
