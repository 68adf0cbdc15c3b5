// Builds and loads crossing.cpp.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { programOf } from './program.mjs';

export const crossing = await programOf('web', 'crossing');
const { load } = await import(pathToFileURL(crossing.module).href);
const bytes = await readFile(crossing.wasm);

/** Loads a new app. @returns {Promise<any>} */
export const freshCrossing = () => load(new Uint8Array(bytes));
