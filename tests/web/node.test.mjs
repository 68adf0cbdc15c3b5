// Runs a program with WASIO_MAIN as a process of Node.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, it } from 'node:test';
import { inNode } from '../../tools/programs.mjs';
import { inRoot } from '../../tools/setup/places.mjs';
import { PROGRAM_HANGS_MS } from '../../tools/testing/limits.mjs';
import { collect, program, runNode } from './program.mjs';

describe('wasio run', () => {
  it('passes arguments on, prints, and exits with what main returns', async () => {
    const { code, output, errors } = await runNode({ args: ['one', 'zwö', ''] });
    assert.deepEqual({ code, output, errors }, { code: 3, output: 'one\nzwö\n\n', errors: '' });
  });

  it('describes an error and exits with 1', async () => {
    const { code, output, errors } = await runNode({ args: ['fail'] });
    assert.equal(code, 1);
    assert.equal(output, '');
    assert.match(errors, /^not_found: on purpose\n {2}at .*run.*boundary\.cpp:\d+/);
  });

  it('C97: reads standard input to its end, in pieces, empty, or binary', async () => {
    for (const input of ['', 'a line\n', Buffer.alloc(1_000_000, 'ä\0')]) {
      const { code, output } = await runNode({ args: ['cat'], input });
      assert.equal(code, 0);
      assert.ok(output === String(input), `${input.length} bytes came back as ${output.length}`);
    }
  });

  it('reads standard input from a file and from /dev/null', async () => {
    for (const [redirect, expected] of [
      [`< '${inRoot('LICENSE')}'`, /MIT/],
      ['< /dev/null', /^$/],
    ]) {
      const { code, output } = await shell(`"$NODE" "$RUN" run "$PROGRAM" cat ${redirect}`);
      assert.equal(code, 0);
      assert.match(output, expected);
    }
  });

  it('C133: ends with an error, not a crash, when the reader of its output closes', async () => {
    const { output, errors } = await shell(
      `{ yes | head -c 3000000 | "$NODE" "$RUN" run "$PROGRAM" cat; echo "code $?" >&2; } | head -c 10`,
    );
    assert.equal(output, 'y\n'.repeat(5));
    assert.match(errors, /^closed: standard output: write EPIPE/);
    assert.match(errors, /^code 1$/m);
  });

  it('C97: is cancelled by ^C', async () => {
    const [node, ...words] = inNode(program.module);
    const child = spawn(node, [...words, 'cat'], { timeout: PROGRAM_HANGS_MS });
    child.stdin.write('ready');
    child.stdout.once('data', () => child.kill('SIGINT'));
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 130);
  });

  it('reports a deadlock', async () => {
    const { code, errors } = await runNode({ args: ['wait'] });
    assert.equal(code, 1);
    assert.match(errors, /deadlock: .*\n#\d+ .*waits for .* at .*run.* \(boundary\.cpp:\d+\)/);
  });

  it('says why it cannot run something', async () => {
    const run = async (...args) => (await shell(`"$NODE" "$RUN" ${args.join(' ')} 2>&1`)).output;
    assert.match(await run(), /^wasio: usage: wasio run/);
    assert.match(await run('run', 'none.node.mjs'), /^wasio: Cannot find module/);
    assert.match(await run('run', '"$RUNNER_ITSELF"'), /is not a wasio program/);
  });
});

/** Runs a shell command. @param {string} command */
function shell(command) {
  const env = {
    ...process.env,
    NODE: process.execPath,
    RUN: inRoot('bindings/bin/wasio.mjs'),
    RUNNER_ITSELF: inRoot('bindings/bin/run_main.mjs'),
    PROGRAM: program.module,
  };
  const child = spawn('sh', ['-c', command], { env, timeout: PROGRAM_HANGS_MS });
  child.stdin.end();
  return collect(child);
}
