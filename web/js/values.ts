import type { ImportsOf } from './abi.ts';
import type { Host } from './host.ts';

/** The JS values that C++ holds (wasio/web/js_value.h). */
export function values({ held }: Host): ImportsOf<'values'> {
  return {
    drop_value(value) {
      held.remove(value);
    },
  };
}
