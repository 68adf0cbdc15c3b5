// What a part of the tool set is.

/**
 * @typedef {object} Found
 * @property {Record<string, string>} paths what it gives to `tools()`
 * @property {string} version
 * @property {string} from "CHROME_PATH", "PATH", ".toolchain", "npm": where it was found
 * @property {string} at the file to show for it
 */

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} title for messages
 * @property {string[]} needs other parts, which come first; not asked for when the part is the
 *   user's own
 * @property {string} own how the user can bring their own, for `doctor` and for systems where
 *   nothing can be fetched
 * @property {() => Found | undefined} find looks for it, the user's own first; cheap
 * @property {() => boolean} canFetch whether `fetch` can work on this system, for this user
 * @property {() => Promise<void>} fetch gets it
 */

export {};
