import type { ImportsOf } from './abi.ts';
import type { Host } from './host.ts';

/** The program ends itself. */
export function exits({ instance }: Host): ImportsOf<'exits'> {
  return {
    exit(code) {
      instance.exitCode = code;
    },
  };
}
