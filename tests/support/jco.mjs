// Runs a component that jco has transpiled to JavaScript: `node jco.mjs program.js arguments...`.
// Like `jco run`, which transpiles it each time. The current folder is preopened as `.`.
import { _setPreopens } from '@bytecodealliance/preview2-shim/filesystem';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [program] = process.argv.slice(2);
// The component sees these as its name and arguments.
process.argv.splice(1, 2, path.basename(program));
_setPreopens({ '.': process.cwd() });
const { run } = await import(pathToFileURL(program).href);
try {
  run.run();
} catch (error) {
  process.exitCode = 1;
  if (!('payload' in error)) console.error(error); // a trap; an exit has a payload
}
// Unlike `jco run`, do not call process.exit: jco's worker has not passed all output on yet.
