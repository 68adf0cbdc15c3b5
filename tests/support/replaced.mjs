/**
 * Runs `body` while a property of an object is replaced.
 * @template T
 * @param {any} object
 * @param {string} name
 * @param {any} value
 * @param {() => T} body
 * @returns {Promise<Awaited<T>>}
 */
export async function replaced(object, name, value, body) {
  const original = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { configurable: true, writable: true, value });
  try {
    return await body();
  } finally {
    if (original) Object.defineProperty(object, name, original);
    else delete object[name];
  }
}
