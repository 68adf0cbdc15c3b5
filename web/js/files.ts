import type { ImportsOf } from './abi.ts';
import { settle } from './answers.ts';
import type { OpenedFile } from './environment.ts';
import type { Host } from './host.ts';
import { quietly } from './failures.ts';
import { openSource } from './sources.ts';
import { putFloat64 } from './wire.ts';

/** Files, where the environment has them. */
export function files(host: Host): ImportsOf<'files'> {
  const { environment, opened } = host;
  const { memory } = host.instance;

  return {
    open_file(name, size, ticket) {
      let opening: Promise<OpenedFile> | undefined;
      try {
        opening = environment.openFile(memory.text(name, size));
        if (!opening) return 0;
      } catch (thrown) {
        opening = Promise.reject(thrown);
      }
      const entry = openSource();
      const handle = opened.add(entry);
      settle(host, ticket, async () => {
        const file = await opening;
        entry.source = file.source;
        // C++ has lost interest, and closed what was not open yet.
        if (opened.get(handle) !== entry) quietly(() => file.source.close());
        return { room: 8, write: (out) => putFloat64(out, file.size) };
      });
      return handle;
    },
  };
}
