// Runs a component that jco has made JavaScript of: `node jco.mjs program.js arguments...`. Like
// `jco run`, which makes it anew each time. The current folder is preopened as `.`.
import { _setPreopens } from '@bytecodealliance/preview2-shim/filesystem';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [program] = process.argv.slice(2);
// What the component sees as its name and arguments.
process.argv.splice(1, 2, path.basename(program));
_setPreopens({ '.': process.cwd() });
const { run } = await import(pathToFileURL(program).href);
try {
  run.run();
} catch (error) {
  process.exitCode = 1;
  if (!('payload' in error)) console.error(error); // a trap; with a payload it is a plain exit
}
// No process.exit, which `jco run` calls: what was printed is still on its way from jco's worker.
