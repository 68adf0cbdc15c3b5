// What a user of crossing.cpp may write, and what the compiler refuses.
import { load, type Mode, type Point, type Tree } from './crossing.node.mjs';

const app = await load();

const point: Point = await app.echo_point({ x: 1, y: 2 });
const label: string | undefined = point.label;
const way: Point[] = await app.echo_way([point, { x: 1, y: 2, label: 'a' }] as const);
const mode: Mode = await app.echo_mode('exact');
const tree: Tree = await app.echo_tree({ name: 'root', children: [] });
const doubles: Float64Array = await app.echo_doubles([1, 2]);
await app.echo_doubles(doubles);
const longs: BigInt64Array = await app.echo_longs([1n]);
const either: number | string | string[] = await app.echo_either(['a']);
const maybe: number | undefined = await app.echo_optional(undefined);

// @ts-expect-error: not a value of the enum
await app.echo_mode('slow');
// @ts-expect-error: y is missing
await app.echo_point({ x: 1 });
// @ts-expect-error: no list of texts
await app.echo_doubles(['1']);

export { either, label, longs, maybe, mode, tree, way };
