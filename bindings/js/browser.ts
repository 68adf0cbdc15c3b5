import { browser } from '../../web/js/browser.ts';
import { LoadError } from './errors.ts';
import { makeLoad, type LoadEnvironment, type Program } from './load.ts';

export { LoadError, WasioError } from './errors.ts';

const page: LoadEnvironment = {
  environment: browser,
  resolve: (source) => new URL(source, globalThis.document?.baseURI ?? globalThis.location.href),
  read: readUrl,
};

export function loadInBrowser(program: Program) {
  return makeLoad(program, page);
}

/** Over the network. */
export async function readUrl(url: URL): Promise<{ bytes: ArrayBuffer; context: string }> {
  let response: Response;
  let bytes: ArrayBuffer;
  try {
    response = await fetch(url);
    bytes = await response.arrayBuffer();
  } catch (thrown) {
    const why = `it could not be fetched: ${(thrown as Error).message}`;
    throw new LoadError('unreadable', url.href, why, thrown);
  }
  const type = response.headers.get('content-type') ?? 'no content type';
  if (!response.ok) {
    const found = `the server answered ${response.status} ${response.statusText} (${type})`;
    throw new LoadError(response.status === 404 ? 'not_found' : 'unreadable', url.href, found);
  }
  return { bytes, context: `the server sent (${type}) ` };
}
