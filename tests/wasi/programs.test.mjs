// What programs must do on every WASI host.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { build } from '../../tools/build.mjs';
import { currentHost } from '../support/tables.mjs';
import { WASI_HOSTS, runCommand, runOn } from '../support/wasi-hosts.mjs';

/** @typedef {import('../support/wasi-hosts.mjs').RunOptions} RunOptions */

/** What a host cannot show, and why. @type {Record<string, Record<string, string>>} */
const CANNOT = {
  'closed descriptor': {
    'wasmtime-p2': 'preview 2 has no descriptors: close(0) does not reach the stream',
    jco: 'preview 2 has no descriptors: close(0) does not reach the stream',
  },
  'broken pipe': { jco: 'jco passes output on only when the program waits or ends' },
  'chosen folders': {
    'node-wasi': 'the runner preopens only the current folder',
    jco: 'the runner preopens only the current folder',
  },
};

const host = currentHost();
const { preset, command, printsImmediately } = WASI_HOSTS[host];

/** The built programs, and a scratch folder that they run in. */
class Programs {
  #folder = '';
  #scratch = '';
  #patience = 0;

  async prepare() {
    this.#folder = path.join(await build(preset, ['wasi_programs']), 'tests/wasi');
    this.#scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'wasio-wasi-'));
    if (printsImmediately) return;
    // Long enough for a program to start and to run for a while, however slow the machine is.
    const start = Date.now();
    await this.run('ticks');
    this.#patience = 2 * (Date.now() - start);
  }

  removeScratch() {
    fs.rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** @param {string} name */
  module(name) {
    return path.join(this.#folder, `wasi_${name}.wasm`);
  }

  /** @param {string} name @param {RunOptions} [options] */
  run(name, options = {}) {
    return runOn(host, this.module(name), { cwd: this.#scratch, ...options });
  }

  /** @param {string} name */
  command(name) {
    return command(this.module(name), ['.']);
  }

  /** @param {string} name @param {string} text @returns {string} its path */
  file(name, text) {
    const file = path.join(this.#scratch, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  }

  /**
   * Input that waits at each pattern until the program has printed a match, or for a while on hosts
   * whose output cannot be read while the program runs.
   * @param {(string | RegExp)[]} pieces
   */
  talk(...pieces) {
    if (printsImmediately) return pieces;
    return pieces.map((piece) => (piece instanceof RegExp ? this.#patience : piece));
  }
}

/** @param {string} about what a host may not be able to show */
const unless = (about) => ({ skip: CANNOT[about]?.[host] ?? false });

const programs = new Programs();

describe(`programs on ${host}`, () => {
  before(() => programs.prepare());
  after(() => programs.removeScratch());

  test('W1, W2: no sleep ends early, and they end in order', async () => {
    const { code, stdout } = await programs.run('ticks');
    const lines = [0, 0.3, 1.7, 2, 3, 10, 20, 30].map((span) => `${span} not early\n`);
    assert.deepEqual([code, stdout], [0, lines.join('')]);
  });

  for (const example of ['callbacks', 'completions', 'readiness']) {
    test(`docs/examples/${example}.cpp runs`, async () => {
      const { code, stderr } = await programs.run(example);
      assert.equal(code, 0, stderr);
    });
  }

  describe('input', () => {
    test('input from a pipe arrives in chunks, and a silent pipe delays no timer', async () => {
      const input = programs.talk('one\n', /^one$/m, /tick 3\n/, 'two\n', /^two$/m, /tick 6\n/);
      const { code, stdout, stderr } = await programs.run('echo', { input });
      assert.deepEqual([code, stdout], [0, 'one\ntwo\n'], stderr);
    });

    test('C94: a runtime on virtual time cannot wait for a pipe, and says so', async () => {
      const input = programs.talk(/misuse/, 'later\n');
      const { code, stdout, stderr } = await programs.run('clockwork', { input });
      assert.deepEqual([code, stdout], [0, 'misuse\nlater\n'], stderr);
    });

    test('C90: a wait that does not keep the program alive does not hide a deadlock', async () => {
      const input = programs.talk(/^lingering: /m, 'late\n');
      const { code, stdout, stderr } = await programs.run('lingering', { input });
      assert.deepEqual([code, stdout], [0, 'lingering: deadlock\nliving: value\n'], stderr);
    });

    test('input from a file', async () => {
      const text = 'a line of text\n'.repeat(20_000);
      const file = fs.openSync(programs.file('input.txt', text), 'r');
      const { code, stdout, stderr } = await programs.run('echo', { input: file });
      fs.closeSync(file);
      assert.equal(code, 0, stderr);
      assert.ok(stdout === text, `${stdout.length} of ${text.length} characters`);
    });

    for (const input of /** @type {const} */ (['none', 'closed'])) {
      test(`${input === 'none' ? '/dev/null' : 'closed'} input is at its end`, async () => {
        const { code, stdout, stderr } = await programs.run('echo', { input });
        assert.deepEqual([code, stdout], [0, ''], stderr);
      });
    }

    test('input from a terminal', { skip: noTerminal() }, async () => {
      const command = await programs.command('echo');
      const line = `script -qec ${quoted(command.map(quoted).join(' '))} /dev/null`;
      const input = programs.talk(/tick 1/, 'hello\n', /hello\s+hello/, '\x04');
      const { code, stdout } = await runCommand(['sh', '-c', line], { input });
      assert.equal(code, 0, stdout);
      // Once from the terminal's echo, once from the program.
      assert.equal(stdout.match(/hello/g)?.length, 2, stdout);
    });

    for (const way of ['waiting', 'busy']) {
      test(`cancelling a read loses nothing: ${way}`, async () => {
        const input = programs.talk(/gave up/, 'one\n', /^one$/m, 'two is longer\n', /longer\n/);
        const { code, stdout, stderr } = await programs.run('patience', { args: [way], input });
        assert.deepEqual([code, stdout], [0, 'one\ntwo is longer\n'], stderr);
        assert.match(stderr, /gave up/);
      });
    }

    test('a closed descriptor is an error', unless('closed descriptor'), async () => {
      for (const way of ['closed input', 'closed while reading']) {
        const { code, stderr } = await programs.run('endings', { args: [way], input: 'open' });
        assert.equal(code, 1, stderr);
        assert.match(stderr, /io: standard input: Bad file descriptor/);
      }
    });

    test('a program ends although a task is still waiting for input', async () => {
      const options = { args: ['abandoned read'], input: /** @type {const} */ ('open') };
      const { code, stdout, stderr } = await programs.run('endings', options);
      assert.deepEqual([code, stdout, stderr], [0, 'done\n', '']);
    });
  });

  describe('output', () => {
    test('texts that several tasks print concurrently stay whole and in order', async () => {
      const { code, stdout } = await programs.run('chorus', { shell: '"$@" | (sleep 0.3; cat)' });
      const expected = [...'abcd'].map((voice) => `${voice.repeat(300_000)}\n`).join('');
      assert.equal(code, 0);
      assert.ok(stdout === expected, `${stdout.length} of ${expected.length} characters`);
    });

    const title = 'C133: a send to an output without a reader fails with closed';
    test(title, unless('broken pipe'), async () => {
      const options = { args: ['broken pipe'], shell: '{ "$@"; echo "code $?" >&2; } | head -c 5' };
      const { stdout, stderr } = await programs.run('endings', options);
      assert.equal(stdout, 'xxxxx');
      assert.match(stderr, /^closed: standard output: /m);
      assert.match(stderr, /^code 1$/m);
    });
  });

  describe('files', () => {
    test('a file is read in chunks while other tasks run; `-` is the input', async () => {
      programs.file('big.txt', 'x'.repeat(1_000_000));
      programs.file('sub/small.txt', 'small\n');
      const args = ['big.txt', 'sub/small.txt', '-'];
      const { code, stdout, stderr } = await programs.run('source', { args, input: ['hello'] });
      assert.equal(code, 0, stderr);
      assert.equal(
        stdout,
        'big.txt: announced 1000000, 1000000 bytes, others ran\n' +
          'sub/small.txt: announced 6, 6 bytes\n' +
          '-: announced nothing, 5 bytes\n',
      );
    });

    test('C133: a file passes the checks of all streams', async () => {
      programs.file('big.txt', 'a line of text\n'.repeat(20_000));
      programs.file('empty.txt', '');
      const args = ['big.txt', 'empty.txt'];
      const { code, stdout, stderr } = await programs.run('streams', { args });
      assert.deepEqual([code, stdout], [0, 'big.txt: good\nempty.txt: good\n'], stderr);
    });

    test('C132: one task at a time receives input; each opening is closed on its own', async () => {
      const options = { args: ['-'], input: /** @type {const} */ ('open') };
      const { code, stdout, stderr } = await programs.run('streams', options);
      const expected = 'second: busy\nfirst: closed\nlater: closed\nother: waits\n';
      assert.deepEqual([code, stdout], [0, expected], stderr);
    });

    const mistakes = {
      'none.txt': 'not_found: no such file: none.txt\n',
      '/no/such/file': 'not_found: no such file: /no/such/file (only folders passed with --dir',
      'file.txt/x': 'not_found: no such file: file.txt/x\n',
      '': 'not_found: no such file: the name is empty\n',
      folder: 'is_directory: not a file but a directory: folder\n',
      'http://host/file': 'io: cannot open http://host/file: this host opens files, not URLs\n',
    };
    for (const [name, line] of Object.entries(mistakes)) {
      test(`an open that fails is reported in one line: "${name}"`, async () => {
        programs.file('file.txt', 'text');
        programs.file('folder/inner.txt', 'text');
        const { code, stdout, stderr } = await programs.run('source', { args: [name] });
        assert.deepEqual([code, stdout], [1, '']);
        assert.ok(stderr.startsWith(line), stderr);
      });
    }

    const several = 'C136: of several preopened folders, the one with the longest matching name counts';
    test(several, unless('chosen folders'), async () => {
      const file = programs.file('folder/inner.txt', 'inner');
      programs.file('folder2/inner.txt', 'another');
      const cases = [
        { folders: ['.', '/'], names: ['folder/inner.txt', file, './folder/inner.txt'] },
        { folders: ['/', '.'], names: ['folder/inner.txt', file] },
        { folders: ['folder', '.'], names: ['folder/inner.txt', './folder//inner.txt'] },
        { folders: ['.', 'folder/'], names: ['folder/inner.txt'] },
        { folders: ['folder2', 'folder'], names: ['folder/inner.txt'] },
        { folders: ['/'], names: [file, file.slice(1)] },
        { folders: ['.', '..'], names: [`../${path.basename(path.dirname(path.dirname(file)))}/folder/inner.txt`] },
      ];
      for (const { folders, names } of cases) {
        const { code, stdout, stderr } = await programs.run('source', { args: names, folders });
        assert.equal(code, 0, `${folders}: ${stderr}`);
        const lines = names.map((name) => `${name}: announced 5, 5 bytes\n`);
        assert.equal(stdout, lines.join(''), String(folders));
      }
    });

    test('C136: a folder\'s name matches whole components only', unless('chosen folders'), async () => {
      programs.file('folder2/inner.txt', 'another');
      const options = { args: ['folder2/inner.txt'], folders: ['folder'] };
      const { code, stderr } = await programs.run('source', options);
      assert.equal(code, 1);
      assert.match(stderr, /^not_permitted: .*outside the preopened folders/);
    });

    test('C136: a pipe is refused', async () => {
      const pipe = path.join(path.dirname(programs.file('file.txt', 'text')), 'pipe');
      if (!fs.existsSync(pipe)) execFileSync('mkfifo', [pipe]);
      const { code, stderr } = await programs.run('source', { args: ['pipe'] });
      assert.equal(code, 1);
      assert.match(stderr, /^unsupported: cannot open pipe: a pipe or device/);
    });

    test('C136: a device is refused', unless('chosen folders'), async () => {
      const options = { args: ['/dev/zero'], folders: ['/dev'] };
      const { code, stderr } = await programs.run('source', options);
      assert.equal(code, 1);
      assert.match(stderr, /^unsupported: cannot open \/dev\/zero: a pipe or device/);
    });

    test('a file outside the preopened folders', unless('chosen folders'), async () => {
      programs.file('file.txt', 'text');
      programs.file('folder/inner.txt', 'text');
      for (const name of ['file.txt', 'folder/../file.txt']) {
        const options = { args: [name], folders: ['folder'] };
        const { code, stderr } = await programs.run('source', options);
        assert.equal(code, 1, stderr);
        assert.match(stderr, /^not_permitted: cannot open \S+: outside the preopened folders; pass --dir <folder>/);
      }
    });
  });

  describe('the end', () => {
    test('the exit code is what main returns', async () => {
      assert.equal((await programs.run('endings', { args: ['seven'] })).code, 7);
    });

    test('an error that leaves main is described, and the exit code is 1', async () => {
      const { code, stderr } = await programs.run('endings', { args: ['error'] });
      assert.equal(code, 1);
      assert.match(stderr, /^bad_data: this was planned\n/);
    });

    test('C90: a deadlock ends the program and says which tasks wait where', async () => {
      const { code, stderr } = await programs.run('endings', { args: ['deadlock'], input: 'open' });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^deadlock: .*\n.*waits for receive at .*receive_from_nobody.* \(endings\.cpp:\d+\)/,
      );
    });

    test('a panic prints its reason before it traps', async () => {
      const { code, stderr } = await programs.run('endings', { args: ['panic'] });
      assert.notEqual(code, 0);
      assert.match(stderr, /^wasio panic: nothing sensible is left to do\n/);
    });

    for (const [way, why] of [
      ['mutex', 'release\\(\\) on an empty MutexLock'],
      ['permit', 'release\\(\\) on an empty Permit'],
      ['too many', 'Semaphore::release\\(\\): the count would exceed the maximum'],
      ['permit out', 'a semaphore or limiter was destroyed before its permits were released'],
      ['no parties', 'Barrier: parties is 0; it must be at least 1'],
    ]) {
      test(`C121: misuse panics: ${way}`, async () => {
        const { code, stderr } = await programs.run('endings', { args: [way] });
        assert.notEqual(code, 0);
        assert.match(stderr, new RegExp(`^wasio panic: ${why}\n`));
      });
    }

    test('a receive into an empty buffer fails with misuse', async () => {
      const { code, stderr } = await programs.run('endings', { args: ['no room'] });
      assert.equal(code, 1);
      const why = /^misuse: receive_into\(\): the span is empty; pass room for at least 1 byte\n/;
      assert.match(stderr, why);
    });
  });
});

/** Why tests have no terminal here; false if they have one. */
function noTerminal() {
  try {
    const version = execFileSync('script', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return version.includes('util-linux') ? false : 'needs `script` of util-linux';
  } catch {
    return 'needs the command `script`';
  }
}

/** The text as one word of the shell. @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
