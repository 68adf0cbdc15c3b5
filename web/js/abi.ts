import type { ENTRIES, IMPORTS } from './abi.mjs';

type Numbers<N extends number, T extends number[] = []> = T['length'] extends N
  ? T
  : Numbers<N, [...T, number]>;

type Functions<Rows extends Record<string, number>, Result> = {
  [Name in keyof Rows]: (...args: Numbers<Rows[Name]>) => Result;
};

/** The imports of one capability. */
export type ImportsOf<Capability extends keyof typeof IMPORTS> = Functions<
  (typeof IMPORTS)[Capability],
  number | void
>;

/** What the wasm module exports. */
export type Entries = Functions<Omit<typeof ENTRIES, 'wasio_describe_tasks'>, number> & {
  wasio_describe_tasks?(): number;
  [exported: `wasio_export_${string}`]: (...args: number[]) => number;
};
