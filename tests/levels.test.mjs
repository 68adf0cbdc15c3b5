// The shapes of C6 at every optimization level; see tests/levels/CMakeLists.txt.
import path from 'node:path';
import { test } from 'node:test';
import { build } from '../tools/build.mjs';
import { SANITIZERS } from './support/hosts.mjs';
import { runLines } from './support/processes.mjs';
import { reportSuite } from './support/suite.mjs';

for (const level of ['O0', 'O1', 'O2', 'O3', 'Oz']) {
  test(`the shapes at -${level}`, async (t) => {
    const folder = await build('native-asan', ['levels']);
    const program = path.join(folder, 'tests/levels', `shapes_${level}`);
    await reportSuite(t, (args, onLine, options) =>
      runLines([program, ...args], onLine, { ...options, env: SANITIZERS }),
    );
  });
}
