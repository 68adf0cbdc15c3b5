/*
 * The types of exported functions: as the compiler writes them (wasio/web/wire_types.h), and as
 * trees, which the loader and the .d.ts file are made from.
 *
 *   text                tree
 *   c C h H i I l L     the same: integers of 8, 16, 32 and 64 bits, signed and unsigned
 *   f d b s y j v       the same: float, double, bool, string, bytes, any JS value, void
 *   ?T [T               ['?', T], ['[', T]: optional, list
 *   [T                  ['numbers', T, 'Float64Array']: a list of numbers, and its typed array
 *   <TT...>             ['<', T, T...]: variant
 *   @Name;              ['record', 'Name'] or ['enum', 'Name']
 */

/** @typedef {import('../js/interface.ts').TypeTree} TypeTree */

/** @type {Record<string, string>} */
const TYPED_ARRAYS = {
  c: 'Int8Array',
  h: 'Int16Array',
  H: 'Uint16Array',
  i: 'Int32Array',
  I: 'Uint32Array',
  l: 'BigInt64Array',
  L: 'BigUint64Array',
  f: 'Float32Array',
  d: 'Float64Array',
};

/**
 * Reads a row of types.
 * @param {string} text
 * @param {(name: string) => boolean} isEnum
 * @returns {TypeTree[]}
 */
export function parseTypes(text, isEnum) {
  let at = 0;

  /** @returns {TypeTree} */
  function type() {
    const code = text.charAt(at++);
    if (code === '?') return ['?', type()];
    if (code === '[') {
      const array = TYPED_ARRAYS[text.charAt(at)];
      return array ? ['numbers', type(), array] : ['[', type()];
    }
    if (code === '<') {
      const of = ['<'];
      while (text.charAt(at) !== '>') of.push(/** @type {string} */ (type()));
      at++;
      return of;
    }
    if (code !== '@') return code;
    const start = at;
    at = text.indexOf(';', start) + 1;
    const name = text.slice(start, at - 1);
    return [isEnum(name) ? 'enum' : 'record', name];
  }

  const types = [];
  while (at < text.length) types.push(type());
  return types;
}
