import type { ImportsOf } from './abi.ts';
import type { Host } from './host.ts';
import { quietly } from './failures.ts';

/** What the program says of itself: panics, errors that nobody took. */
export function reports({ instance, environment }: Host): ImportsOf<'reports'> {
  return {
    report(text, size) {
      quietly(() => {
        instance.lastReport = instance.memory.text(text, size);
        environment.report(instance.lastReport);
      });
    },
  };
}
