// The types that cross, and what does not fit them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import vm from 'node:vm';
import { crossing, freshCrossing } from './crossing.mjs';
import { errorOf } from './program.mjs';

const app = await freshCrossing();

describe('types', () => {
  const plain = { flag: true, large: -(2n ** 63n), small: -128, real: 0.5, medium: 65535 };
  const mixed = { ...plain, mode: 'exact', bytes: new Uint8Array([1, 2, 3]), last: 1e300 };
  const leaf = { name: 'leaf', children: [] };
  const cases = [
    ['echo_point', [{ x: 1, y: -2.5, label: 'a' }]],
    ['echo_way', [[], [{ x: 1, y: 2, label: 'Grüße' }, { x: 3, y: 4, label: undefined }]]],
    ['echo_mode', ['fast', 'exact']],
    ['echo_tree', [leaf, { name: 'root', children: [leaf, { name: 'b', children: [leaf] }] }]],
    ['echo_mixed', [[mixed, { ...mixed, bytes: new Uint8Array(1000) }, mixed]]],
    ['echo_optional', [undefined, 0, -7]],
    ['echo_either', [5, 'text', ['a', 'b'], []]],
    ['echo_bools', [[], [true, false, true]]],
    ['echo_texts', [[], [[], ['a', '', 'x'.repeat(100)], ['']]]],
    ['echo', ['', '\ufeffx', 'é', 'x'.repeat(17), `${'x'.repeat(40)}ü`, 'ü'.repeat(70_000), 'a\ufeff']],
  ];
  for (const [name, values] of cases) {
    it(`${name} returns its argument`, async () => {
      for (const value of values) assert.deepEqual(await app[name](value), value);
    });
  }

  it('lists of numbers become typed arrays, and come from them or from arrays', async () => {
    const doubles = Array.from({ length: 1000 }, (_, i) => i / 3);
    for (const list of [[], [1.5], doubles]) {
      const expected = new Float64Array(list);
      assert.deepEqual(await app.echo_doubles(list), expected);
      assert.deepEqual(await app.echo_doubles(expected), expected);
      assert.deepEqual(await app.echo_doubles(expected.subarray(1)), expected.slice(1));
    }
    assert.deepEqual(await app.echo_longs([1n, -(2n ** 63n)]), new BigInt64Array([1n, -(2n ** 63n)]));
    assert.deepEqual(await app.echo_shorts(new Int8Array([-1, 5])), new Int8Array([-1, 5]));
  });

  it('any value keeps its identity', async () => {
    const values = [{}, () => {}, Symbol('own'), null, undefined, NaN, 10n, 'text'];
    for (const value of values) assert.ok(Object.is(await app.echo_any(value), value));
  });

  it('arguments are read in the order of the parameters', async () => {
    assert.equal(await app.in_order(-5, 0.5, 'c', 7n, true, [1, 2]), '-5 0.5 c 7 true 2');
  });

  it('W15: bytes of another realm are bytes, and others are named', async () => {
    const Other = vm.runInNewContext('Uint8Array');
    assert.deepEqual(
      (await app.echo_mixed([{ ...mixed, bytes: new Other([7, 8]) }]))[0].bytes,
      new Uint8Array([7, 8]),
    );
    const call = app.echo_mixed([{ ...mixed, bytes: new DataView(new ArrayBuffer(1)) }]);
    assert.match((await errorOf(call)).message, /list\[0\]\.bytes must be a Uint8Array, got an object \(DataView\)/);
  });

  it('W15: a replaced Uint8Array changes nothing', async () => {
    const original = globalThis.Uint8Array;
    globalThis.Uint8Array = vm.runInNewContext('Uint8Array');
    try {
      assert.equal(await app.echo('x'), 'x');
      assert.equal((await app.echo_mixed([mixed]))[0].bytes.length, 3);
    } finally {
      globalThis.Uint8Array = original;
    }
  });
});

describe('what does not fit', () => {
  const wrong = [
    ['echo_point', [5], /value must be an object with the fields x, y, label, got the number 5/],
    ['echo_point', [{ x: 1 }], /value\.y must be a number, got undefined/],
    ['echo_point', [{ x: 1, y: 2, label: 5 }], /value\.label must be a string, got the number 5/],
    ['echo_way', [[{ x: 1, y: 2 }, { x: 'a', y: 2 }]], /echo_way\(way, options\?\): way\[1\]\.x must be a number, got the string "a"/],
    ['echo_way', [{ length: 1 }], /way must be an array, got an object \(Object\)/],
    ['echo_mode', ['slow'], /mode must be "fast" or "exact", got the string "slow"/],
    ['echo_tree', [{ name: 'a', children: [{ name: 'b' }] }], /tree\.children\[0\]\.children must be an array, got undefined/],
    ['echo_either', [1.5], /value must be an integer .* or a string or an array, got the number 1.5/],
    ['echo_doubles', ['1'], /list must be an array of numbers or a Float64Array, got the string "1"/],
    ['echo_doubles', [[1, '2']], /list\[1\] must be a number, got the string "2"/],
    ['echo_doubles', [new Float32Array(1)], /got an object \(Float32Array\)/],
    ['echo_optional', ['1'], /value must be an integer/],
  ];
  for (const [name, args, message] of wrong) {
    it(`${name} says ${message.source}`, async () => {
      const error = await errorOf(app[name](...args));
      assert.ok(error instanceof TypeError);
      assert.match(error.message, message);
    });
  }

  it('W15: each property is read once, so that what is checked is what crosses', async () => {
    let reads = 0;
    const point = { get x() { return reads++ === 0 ? 1 : 'changed'; }, y: 2 };
    assert.deepEqual(await app.echo_point(point), { x: 1, y: 2, label: undefined });
    assert.equal(reads, 1);
  });

  it('what a getter or a proxy throws is what the call is rejected with', async () => {
    const thrown = new Error('of a getter');
    const point = { get x() { throw thrown; } };
    assert.equal(await errorOf(app.echo_point(point)), thrown);
    const proxy = new Proxy({}, { get() { throw thrown; }, ownKeys() { throw thrown; }, getPrototypeOf() { throw thrown; } });
    assert.equal(await errorOf(app.echo_point(proxy)), thrown);
    assert.equal(await errorOf(app.echo('x', proxy)), thrown);
    assert.match((await errorOf(app.echo(proxy))).message, /text must be a string, got an object/);
  });

  it('a value of an enum that is not listed fails its call', async () => {
    const error = await errorOf(app.unlisted());
    assert.equal(error.code, 'bad_data');
    assert.match(error.cause.message, /Mode: a value that is not listed/);
  });
});

describe('errors', () => {
  it('are described in JavaScript as in C++', async () => {
    const error = await errorOf(app.fail_with_everything());
    assert.equal(error.trace, await app.describe_everything());
    assert.match(error.trace, /\.\.\. \d+ more \.\.\./);
    assert.match(error.trace, /\n {2}because: io: the cause/);
    assert.equal(error.errors[0].errors[1].cause.message, '\ufeffinner');
  });

  it('keep the members of a group apart from what came later', async () => {
    const error = await errorOf(app.fail_with_later_errors());
    const messages = (errors) => errors.map(({ message }) => message).join(' ');
    assert.ok(error instanceof AggregateError);
    assert.equal(messages(error.errors), 'a b');
    assert.equal(messages(error.others), 'c d e');
    assert.deepEqual([...error.errors[0].errors, ...error.errors[0].others], []);
    assert.equal(error.trace.replace(/\n {2}(at|awaited by) .*/g, ''), [
      'group: 2 errors',
      '- closed: a',
      '- io: b',
      '  and: timed_out: c',
      '  and: closed: d',
      '  and: broken: e',
    ].join('\n'));
    assert.equal(error.trace, await app.describe_later_errors());
  });

  it('nested beyond all measure are cut off, and harm nobody', async () => {
    const error = await errorOf(app.fail_deeply(10_000));
    let depth = 0;
    for (let cause = error; cause; cause = cause.cause) ++depth;
    assert.ok(depth > 16 && depth < 1000, `${depth} causes`);
    assert.equal(await app.echo('fine'), 'fine');
  });

  it('a message that begins with U+FEFF keeps it', async () => {
    assert.equal((await errorOf(app.fail_saying('\ufeffm'))).message, '\ufeffm');
  });
});

describe('the description of a program', () => {
  it('is in a section of its wasm file', async () => {
    const module = await WebAssembly.compile(await readFile(crossing.wasm));
    const [section, ...others] = WebAssembly.Module.customSections(module, 'wasio');
    assert.deepEqual(others, []);
    const contents = JSON.parse(new TextDecoder().decode(section));
    assert.equal(contents.abi, 1);
    assert.equal(contents.program, 'crossing');
    assert.match(contents.switches, /^tail_calls=1 exceptions=0 debug=0 places=1$/);
    assert.deepEqual(contents.records.Point, { fields: ['x', 'y', 'label'], types: ['d', 'd', ['?', 's']] });
    assert.deepEqual(contents.enums.Mode, ['fast', 'exact']);
    assert.deepEqual(
      contents.exports.find(({ name }) => name === 'echo_way'),
      { name: 'echo_way', parameters: ['way'], types: [['[', ['record', 'Point']]], result: ['[', ['record', 'Point']] },
    );
  });

  it('is what its types are made from', async () => {
    const types = await readFile(crossing.wasm.replace('.wasm', '.d.ts'), 'utf8');
    assert.match(types, /export type Mode = 'fast' \| 'exact';/);
    assert.match(types, /export interface Point \{\n {2}x: number;\n {2}y: number;\n {2}label\?: string \| undefined;\n\}/);
    assert.match(types, / {2}echo_way\(way: readonly Point\[\], options\?: CallOptions\): Promise<Point\[\]>;/);
    assert.match(types, / {2}echo_doubles\(list: readonly number\[\] \| Float64Array, options\?: CallOptions\): Promise<Float64Array>;/);
    assert.match(types, / {2}echo_either\(value: number \| string \| readonly string\[\]/);
  });
});
