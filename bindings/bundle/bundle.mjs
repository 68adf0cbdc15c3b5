// Makes the files of a program for the web from what Emscripten has linked:
//
//   node bundle.mjs folder name [--debug]
//
// reads folder/name.mjs, Emscripten's glue, and folder/name.wasm, and writes
//   name.mjs        for pages and workers: one file, no imports; readable with --debug
//   name.node.mjs   for Node
//   name.wasm       with a section that identifies the build and describes the program
//   name.d.ts       the types of both; also as name.d.mts and name.node.d.mts, where TypeScript
//                   looks when the modules are imported by their own names
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContents, SECTION, withSection } from './contents.mjs';
import { declarations } from './declarations.mjs';
import { capabilitiesIn, typesIn } from './parts.mjs';

const SOURCES = fileURLToPath(new URL('../js/', import.meta.url));
const GLUE = 'wasio:glue';

const { build } = await import('esbuild').catch((error) => {
  throw new Error('esbuild, which bundles programs for the web, is missing: npm install esbuild', {
    cause: error,
  });
});

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {string} glue what Emscripten has linked
 * @property {{program: string, build: string}} stamp
 * @property {import('../js/interface.ts').Interface} contents
 */

/** The source of a program's module for a host. @param {Program} program @param {'browser' | 'node'} host */
function entry({ name, glue, stamp, contents }, host) {
  const make = host === 'node' ? 'loadInNode' : 'loadInBrowser';
  const capabilities = capabilitiesIn(glue);
  const types = typesIn(contents);
  // The URL is a literal so that bundlers recognise the wasm file as part of this module.
  return `
    import factory from ${JSON.stringify(GLUE)};
    import { ${make}, LoadError, WasioError } from './${host}.ts';
    import { ${types.map(([, name]) => name).join(', ')} } from './types.ts';
    ${capabilities.map((group) => `import { ${group} } from '../../web/js/${group}.ts';`).join('\n')}
    const wasm = () => new URL(${JSON.stringify(`${name}.wasm`)}, import.meta.url);
    export const load = /* @__PURE__ */ ${make}({
      factory, stamp: ${JSON.stringify(stamp)}, wasm,
      capabilities: [${capabilities.join(', ')}],
      types: { ${types.map(([key, name]) => `${JSON.stringify(key)}: ${name}`).join(', ')} },
    });
    export { LoadError, WasioError };
  `;
}

/** @param {Program} program @param {'browser' | 'node'} host @param {string} outfile @param {boolean} readable */
async function bundle(program, host, outfile, readable) {
  await build({
    stdin: { contents: entry(program, host), resolveDir: SOURCES, loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: host === 'node' ? 'node' : 'browser',
    target: 'es2022',
    minify: !readable,
    sourcemap: readable && 'inline',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      {
        name: 'glue',
        setup(plugins) {
          plugins.onResolve({ filter: /^wasio:glue$/ }, () => ({ path: GLUE, namespace: 'glue' }));
          plugins.onLoad({ filter: /.*/, namespace: 'glue' }, () => ({ contents: program.glue }));
        },
      },
    ],
  });
}

/** What the compiler has written into a module. @param {Uint8Array<ArrayBuffer>} wasm */
async function contentsOf(wasm) {
  const sections = WebAssembly.Module.customSections(await WebAssembly.compile(wasm), SECTION);
  return readContents(sections.map((section) => Buffer.from(section).toString()).join(''));
}

async function main([folder, name, option]) {
  const file = (/** @type {string} */ ending) => path.join(folder, name + ending);
  const glue = await readFile(file('.mjs'), 'utf8');
  const wasm = await readFile(file('.wasm'));
  const version = createHash('sha256').update(glue).update(wasm).digest('hex').slice(0, 16);
  const stamp = { program: name, build: version };
  const contents = await contentsOf(wasm);
  await writeFile(file('.wasm'), withSection(wasm, JSON.stringify({ ...stamp, ...contents })));
  const readable = option === '--debug';
  const program = { name, glue, stamp, contents };
  await bundle(program, 'node', file('.node.mjs'), readable);
  await bundle(program, 'browser', file('.mjs'), readable);
  const types = declarations(contents);
  for (const ending of ['.d.ts', '.d.mts', '.node.d.mts']) await writeFile(file(ending), types);
}

await main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`wasio: ${error.message}\n`);
  process.exitCode = 1;
});
