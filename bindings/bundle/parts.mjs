// What a program needs of wasio's JavaScript: the capabilities behind its imports, and the types of
// its exports.
import { IMPORTS } from '../../web/js/abi.mjs';

/** The types by their names in a tree, and in bindings/js/types.ts. @type {Record<string, string>} */
const TYPES = {
  c: 'int8',
  C: 'uint8',
  h: 'int16',
  H: 'uint16',
  i: 'int32',
  I: 'uint32',
  l: 'int64',
  L: 'uint64',
  f: 'float32',
  d: 'float64',
  b: 'bool',
  s: 'string',
  y: 'bytes',
  j: 'anyValue',
  v: 'nothing',
  '?': 'optional',
  '[': 'list',
  numbers: 'numbers',
  '<': 'variant',
  record: 'record',
  enum: 'enumeration',
};

/**
 * The names of the capabilities that the glue refers to (web/js/emscripten_library.mjs). Those of
 * calls are always there.
 * @param {string} glue
 */
export function capabilitiesIn(glue) {
  const imports = new Set([...glue.matchAll(/\bModule\[["']wasio["']\]\.(\w+)/g)].map(([, name]) => name));
  return Object.entries(IMPORTS)
    .filter(([group, rows]) => group !== 'calls' && Object.keys(rows).some((name) => imports.has(name)))
    .map(([group]) => group);
}

/**
 * The types that a program uses: pairs of the name in a tree and the name in types.ts.
 * @param {import('../js/interface.ts').Interface} contents
 */
export function typesIn({ exports, records }) {
  /** @type {Set<string>} */
  const used = new Set();

  /** @param {import('../js/interface.ts').TypeTree} tree */
  function add(tree) {
    const [name, ...of] = typeof tree === 'string' ? [tree] : tree;
    used.add(/** @type {string} */ (name));
    if (name !== 'record' && name !== 'enum') of.filter((each) => !isClass(each)).forEach(add);
  }

  for (const { types, result } of exports) [...types, result].forEach(add);
  for (const { types } of Object.values(records)) types.forEach(add);
  return [...used].map((name) => [name, TYPES[name]]);
}

/** The name of a typed array in a list of numbers. @param {import('../js/interface.ts').TypeTree} tree */
const isClass = (tree) => typeof tree === 'string' && tree.endsWith('Array');
