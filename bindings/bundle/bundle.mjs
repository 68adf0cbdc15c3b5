// Makes the files of a program for the web from what Emscripten has linked:
//
//   node bundle.mjs folder name
//
// reads folder/name.mjs, Emscripten's glue, and folder/name.wasm, and writes
//   name.mjs        for pages and workers: one file, no imports
//   name.node.mjs   for Node
//   name.wasm       with a section that identifies the build
//   name.d.ts       the types of both; also as name.d.mts and name.node.d.mts, where TypeScript
//                   looks when the modules are imported by their own names
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { declarations } from './declarations.mjs';

const SOURCES = fileURLToPath(new URL('../js/', import.meta.url));
const GLUE = 'wasio:glue';

const { build } = await import('esbuild').catch((error) => {
  throw new Error('esbuild, which bundles programs for the web, is missing: npm install esbuild', {
    cause: error,
  });
});

/**
 * Appends a custom section to a module.
 * @param {Uint8Array} wasm
 * @param {string} name
 * @param {string} text
 */
function withSection(wasm, name, text) {
  const nameBytes = Buffer.from(name);
  const content = Buffer.concat([leb128(nameBytes.length), nameBytes, Buffer.from(text)]);
  return Buffer.concat([wasm, Buffer.from([0]), leb128(content.length), content]);
}

/** Encodes an unsigned integer. @param {number} value */
function leb128(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return Buffer.from(bytes);
}

/**
 * The source of a program's module for a host.
 * @param {string} name
 * @param {object} stamp
 * @param {'browser' | 'node'} host
 */
function entry(name, stamp, host) {
  const make = host === 'node' ? 'loadInNode' : 'loadInBrowser';
  // The URL is a literal so that bundlers recognise the wasm file as part of this module.
  return `
    import factory from ${JSON.stringify(GLUE)};
    import { ${make}, LoadError, WasioError } from './${host}.ts';
    const wasm = () => new URL(${JSON.stringify(`${name}.wasm`)}, import.meta.url);
    export const load = /* @__PURE__ */ ${make}({ factory, stamp: ${JSON.stringify(stamp)}, wasm });
    export { LoadError, WasioError };
  `;
}

async function bundle(name, glue, stamp, host, outfile) {
  await build({
    stdin: { contents: entry(name, stamp, host), resolveDir: SOURCES, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: host === 'node' ? 'node' : 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      {
        name: 'glue',
        setup(plugins) {
          plugins.onResolve({ filter: /^wasio:glue$/ }, () => ({ path: GLUE, namespace: 'glue' }));
          plugins.onLoad({ filter: /.*/, namespace: 'glue' }, () => ({ contents: glue }));
        },
      },
    ],
  });
}

async function main([folder, name]) {
  const file = (/** @type {string} */ ending) => path.join(folder, name + ending);
  const glue = await readFile(file('.mjs'), 'utf8');
  const wasm = await readFile(file('.wasm'));
  const version = createHash('sha256').update(glue).update(wasm).digest('hex').slice(0, 16);
  const stamp = { program: name, build: version };
  await writeFile(file('.wasm'), withSection(wasm, 'wasio', JSON.stringify(stamp)));
  await bundle(name, glue, stamp, 'node', file('.node.mjs'));
  await bundle(name, glue, stamp, 'browser', file('.mjs'));
  const { load } = await import(pathToFileURL(path.resolve(file('.node.mjs'))).href);
  const types = declarations(await load());
  for (const ending of ['.d.ts', '.d.mts', '.node.d.mts']) await writeFile(file(ending), types);
}

await main(process.argv.slice(2));
