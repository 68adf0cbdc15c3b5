// Compiled but never run: code that users of a built program may write, and code that is an error.
import { LoadError, WasioError, load, type App } from './boundary.node.mjs';

const app: App = await load();
await load('boundary.wasm');
await load(new URL('boundary.wasm', import.meta.url));
await load(new Uint8Array());
await load(new ArrayBuffer(1));
await load(await WebAssembly.compile(new Uint8Array()));

const { signal } = new AbortController();
const number: number = await app.echo_int32(1);
const big: bigint = await app.echo_int64(1n, { signal });
const text: string = await app.echo_string('a', {});
const bytes: Uint8Array = await app.echo_bytes(new Uint8Array());
const flag: boolean = await app.echo_bool(true);
const nothing: void = await app.nothing();
const code: number = await app.main();
await app.main(['a'], { signal });
await app.join_views('a', new Uint8Array(), 1);

// @ts-expect-error the argument is missing
await app.echo_int32();
// @ts-expect-error a string is not a number
await app.echo_int32('1');
// @ts-expect-error 64-bit integers are bigints
await app.echo_int64(1);
// @ts-expect-error an array is not a Uint8Array
await app.echo_bytes([1]);
// @ts-expect-error there is no such option
await app.nothing({ timeout: 5 });
// @ts-expect-error there is no such function
await app.echo_everything(1);

try {
  await app.nothing();
} catch (error) {
  if (error instanceof WasioError) {
    const parts: [string, string, string, readonly WasioError[]] = [
      error.code,
      error.message,
      error.trace,
      [...error.errors, ...error.others],
    ];
    console.log(parts, error.cause);
  }
  if (error instanceof LoadError && error.code === 'not_wasm')
    console.log(error.source, error.found);
}

await app.dispose();
{
  await using own = await load();
  await own.nothing();
}
console.log(number, big, text, bytes, flag, nothing, code);
