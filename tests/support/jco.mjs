// Runs a component that jco has made JavaScript of: `node jco.mjs program.js arguments...`. Like
// `jco run`, which makes it anew each time.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [program] = process.argv.slice(2);
// What the component sees as its name and arguments.
process.argv.splice(1, 2, path.basename(program));
const { run } = await import(pathToFileURL(program).href);
let code = 0;
try {
  run.run();
} catch (error) {
  code = 1;
  if (!('payload' in error)) console.error(error); // a trap; with a payload it is a plain exit
}
// What was printed arrives from jco's worker in turns of the event loop.
await new Promise((resolve) => setTimeout(resolve));
process.exit(code);
