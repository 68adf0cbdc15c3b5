import { readFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node } from '../../web/js/node.ts';
import { readUrl } from './browser.ts';
import { LoadError } from './errors.ts';
import { makeLoad, type LoadEnvironment, type Program } from './load.ts';

export { LoadError, WasioError } from './errors.ts';

const environment: LoadEnvironment = {
  environment: () => node,
  // One letter before the colon is a drive of Windows, not a scheme.
  resolve: (source) =>
    /^[a-z][a-z0-9+.-]+:/i.test(source) ? new URL(source) : pathToFileURL(resolvePath(source)),
  read: (url) => (url.protocol === 'file:' ? readPath(url) : readUrl(url)),
};

export function loadInNode(program: Program) {
  return makeLoad(program, environment);
}

async function readPath(url: URL): Promise<{ bytes: Uint8Array<ArrayBuffer>; context: string }> {
  try {
    return { bytes: await readFile(url), context: '' };
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    const found = missing ? 'there is no such file' : message;
    throw new LoadError(missing ? 'not_found' : 'unreadable', url.href, found, thrown);
  }
}
