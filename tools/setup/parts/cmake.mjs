// CMake, Ninja and Python: the build, and what runs emcc.
import { canInstall, install } from '../apt.mjs';
import { atLeast, isProgram, onPath, versionOf } from '../find.mjs';
import { step } from '../log.mjs';

/** @type {{[tool: string]: {least: string, debian: string, variable?: string}}} */
const TOOLS = {
  cmake: { least: '3.25', debian: 'cmake', variable: 'CMAKE' },
  ninja: { least: '1.10', debian: 'ninja-build' },
  python3: { least: '3.10', debian: 'python3' },
};

/** @param {string} tool */
function part(tool) {
  const { least, debian, variable } = TOOLS[tool];
  const own = `${tool} ${least} or newer on PATH${variable ? `, or named by ${variable}` : ''}`;

  /** @type {import('../part.mjs').Part} */
  const self = {
    name: tool,
    title: tool,
    needs: [],
    own,

    find() {
      const named = variable && process.env[variable];
      const file = named || onPath(tool);
      if (!file || !isProgram(file)) return undefined;
      const version = versionOf(file);
      if (!version || !atLeast(version, least)) return undefined;
      return { paths: { [tool]: file }, version, from: named ? variable : 'PATH', at: file };
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
