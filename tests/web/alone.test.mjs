// web/ turns without bindings/: a program with an entry of its own, and the capabilities of web/js
// that it uses, put together by hand.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { build } from '../../tools/build.mjs';
import { hostModule } from '../../tools/host_module.mjs';
import { replaced } from '../support/replaced.mjs';

const wasm = path.join(await build('web', ['alone']), 'tests/web/alone.wasm');

const HOST = `
  export { node } from './node.ts';
  export { browser } from './browser.ts';
  export { HandleTable } from './handle_table.ts';
  export { Instance } from './instance.ts';
  export { importsOf, makeHost } from './host.ts';
  export { loop } from './loop.ts';
  export { output } from './output.ts';
  export { reports } from './reports.ts';
  export { values } from './values.ts';
`;

/** What the program does when it counts to five. @param {any} js @param {any} environment */
async function count(js, environment) {
  const instance = new js.Instance();
  const host = js.makeHost(instance, environment);
  const idle = new Promise((resolve) => (host.whenIdle = () => resolve(undefined)));
  const imports = js.importsOf(host, [js.loop, js.output, js.reports, js.values]);
  const env = Object.fromEntries(
    Object.entries(imports).map(([name, value]) => [`wasio_host_${name}`, value]),
  );
  const { instance: made } = await WebAssembly.instantiate(await readFile(wasm), { env });
  const exports = /** @type {any} */ (made.exports);
  instance.memory.attach(exports.memory);
  instance.attach(exports);
  exports._initialize?.();
  instance.enter((entries) => entries.begin_counting(5));
  await idle;
  instance.end();
  assert.equal(instance.trap, undefined);
}

const { module: js, inputs } = await hostModule(HOST);

/** The lines that the program shows on the console of a page. */
async function linesInPage() {
  const lines = [];
  await replaced(console, 'log', (line) => lines.push(line), () => count(js, js.browser()));
  return lines;
}

describe('a handle', () => {
  it('finds its value until that is removed, and nothing afterwards', () => {
    const table = new js.HandleTable();
    const [a, b] = [table.add('a'), table.add(undefined)];
    assert.ok(a > 0 && b > 0 && a !== b);
    assert.deepEqual([table.get(a), table.get(b), table.get(0), table.get(99)], ['a', undefined, undefined, undefined]);
    assert.equal(table.remove(a), 'a');
    const c = table.add('c');
    assert.equal(c >>> 0, a >>> 0, 'the place is used again');
    assert.deepEqual([table.get(a), table.remove(a), table.get(c)], [undefined, undefined, 'c']);
    assert.deepEqual(table.clear(), ['c']);
    assert.equal(table.get(c), undefined);
  });

  it('is never given out twice: a place whose generations are used up is left alone', () => {
    const table = new js.HandleTable();
    let last = -1;
    for (let i = 0; i < 2 ** 21; ++i) {
      const handle = table.add(i);
      if (handle <= last) assert.fail(`${handle} after ${last}`);
      last = handle;
      table.remove(handle);
    }
    assert.ok(Number.isSafeInteger(last));
    assert.equal(table.add('next'), 2);
  });
});

describe('web/ without bindings/', () => {

  it('takes nothing from there', () => {
    assert.deepEqual(inputs.filter((file) => file.includes('bindings/')), []);
  });

  it('sleeps, prints and ends, in Node and in a page', async () => {
    const written = [];
    const decoder = new TextDecoder();
    const write = async (_, bytes) => void written.push(decoder.decode(bytes));
    await count(js, { ...js.node, write });
    assert.equal(written.join(''), '1\n2\n3\n4\n5\ndone\n');

    assert.deepEqual(await linesInPage(), ['1', '2', '3', '4', '5', 'done']);
  });

  for (const name of ['setTimeout', 'MessageChannel']) {
    it(`W13: turns in a page whose ${name} is broken`, async () => {
      const broken = () => {
        throw new Error('broken by the page');
      };
      const lines = await replaced(globalThis, name, broken, linesInPage);
      assert.deepEqual(lines, ['1', '2', '3', '4', '5', 'done']);
    });
  }
});
