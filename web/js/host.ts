import type { Environment } from './environment.ts';
import { HandleTable } from './handle_table.ts';
import type { Instance } from './instance.ts';
import { quietly } from './failures.ts';
import type { OpenSource } from './sources.ts';

/** What the capabilities of one instance share. */
export interface Host {
  readonly instance: Instance;
  readonly environment: Environment;
  /** The JS values that C++ holds. */
  readonly held: HandleTable<unknown>;
  /** The sources of bytes that C++ has open. */
  readonly opened: HandleTable<OpenSource>;
  /** Called after each turn that leaves nothing to do. */
  whenIdle(): void;
  /** Shows what was written without a new line at its end. */
  flush(): void;
}

/** The imports of one group of the table in abi.mjs, for an instance; what is set up for them is
 * ended with it. */
export type Capability = (host: Host) => Record<string, (...args: never[]) => number | void>;

export function makeHost(instance: Instance, environment: Environment): Host {
  const host: Host = {
    instance,
    environment,
    held: new HandleTable(),
    opened: new HandleTable(),
    whenIdle() {},
    flush() {},
  };
  // Registered first, so it comes last: what the program has written is shown.
  instance.onEnd(() => {
    quietly(() => host.flush());
    quietly(() => environment.close());
  });
  return host;
}

/** What wasm imports. */
export function importsOf(host: Host, capabilities: readonly Capability[]): object {
  return Object.assign({}, ...capabilities.map((capability) => capability(host)));
}
