// The type of a part of the tool set.

/**
 * @typedef {object} Found
 * @property {Record<string, string>} paths what it adds to `tools()`
 * @property {string} version
 * @property {string} from "CHROME_PATH", "PATH", ".toolchain", "npm": where it was found
 * @property {string} at the file or folder to show for it
 */

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} title for messages
 * @property {string[]} needs other parts, which are fetched first; ignored if the user brings this
 *   part
 * @property {string} own how users can bring their own, for `doctor` and for systems where nothing
 *   can be fetched
 * @property {() => Found | undefined} find searches for it, the user's own first; cheap
 * @property {() => boolean} canFetch whether `fetch` can work for this user on this system
 * @property {() => Promise<void>} fetch
 */

export {};
