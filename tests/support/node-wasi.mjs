// Runs a preview 1 program in Node's own WASI: `node node-wasi.mjs program.wasm arguments...`. The
// current folder is preopened as `.`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WASI } from 'node:wasi';

const [program, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: [path.basename(program), ...args],
  preopens: { '.': process.cwd() },
});
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
