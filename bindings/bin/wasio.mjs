#!/usr/bin/env node
// Runs a wasio program in Node with standard input and output, and exits with its exit code:
//
//   wasio run program.node.mjs [argument...]
//
// Ctrl-C cancels the program, and its clean-up runs.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runMain } from './run_main.mjs';

const USAGE = 'usage: wasio run program.node.mjs [argument...]';

async function main([command, file, ...args]) {
  if (command !== 'run' || !file) throw new Error(USAGE);
  const program = await import(pathToFileURL(path.resolve(file)).href);
  if (typeof program.load !== 'function') throw new Error(`${file} is not a wasio program: it exports no load()`);
  process.exitCode = await runMain(await program.load(), args);
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`wasio: ${error.message}\n`);
  process.exitCode = 1;
});
