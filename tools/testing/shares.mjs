// The shares of `npm test`: what is built and run together, and how many minutes that may take on
// two processors once tools and builds are there. What does not fit runs with `npm run test:all`
// only, where each unit is a part of its own.

/** @typedef {import('./units.mjs').Unit} Unit */

/**
 * @typedef {object} Share
 * @property {string} name
 * @property {number} minutes
 * @property {[string, string[]][]} builds presets and targets, built before the tests so that no
 *   test waits for a compiler
 * @property {(name: string) => boolean} has by the name of a unit
 */

/**
 * A unit belongs to the first share that has it.
 * @type {Share[]}
 */
export const SHARES = [
  {
    name: 'web',
    minutes: 6,
    builds: [
      ['web', []],
      ['web-exceptions', ['conformance', 'boundary']],
      ['web-trampoline', ['conformance', 'boundary']],
    ],
    has: (name) =>
      /^web\/|\/(node|chromium|node-trampoline|node-exceptions|fetch\.node|page\.chromium)$/.test(name),
  },
  {
    name: 'core and WASI',
    minutes: 8,
    builds: [
      ['native-asan', ['conformance', 'levels', 'tally', 'traces', 'fuzz']],
      ['wasi-p1', []],
      ['wasi-p2', []],
    ],
    has: (name) => /^(hosts|memory_limit|process|traces|wasi)\/|^demos\/tally\/|^(fuzz|levels|negative)$/.test(name),
  },
  { name: 'documents and tools', minutes: 6, builds: [], has: () => true },
];

/** What each unit of `npm run test:all` may take that `npm test` does not run. */
const PART_MINUTES = 10;

/**
 * The shares of these units, in which they run one after the other.
 * @param {Unit[]} units
 * @returns {(Share & {units: Unit[]})[]}
 */
export function sharesOf(units) {
  const usual = units.filter(({ onlyAll }) => !onlyAll);
  const shareOf = (/** @type {Unit} */ unit) => SHARES.find(({ has }) => has(unit.name));
  const shares = SHARES.map((share) => ({
    ...share,
    units: usual.filter((unit) => shareOf(unit) === share),
  }));
  const parts = units
    .filter(({ onlyAll }) => onlyAll)
    .map((unit) => ({
      name: unit.name,
      minutes: PART_MINUTES,
      builds: [],
      has: () => false,
      units: [unit],
    }));
  return [...shares, ...parts].filter((share) => share.units.length > 0);
}
