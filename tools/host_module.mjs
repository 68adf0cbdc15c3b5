// The JavaScript of web/js by itself, for tests and benches.
import { build } from 'esbuild';
import { inRoot } from './setup/places.mjs';

/**
 * What these lines of TypeScript, which may import from web/js as './file.ts', export; and the
 * files that it comes from.
 * @param {string} contents
 */
export async function hostModule(contents) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: inRoot('web/js'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
  });
  const module = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return { module, inputs: Object.keys(metafile.inputs) };
}
