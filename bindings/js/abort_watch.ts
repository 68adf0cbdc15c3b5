/**
 * Who is to be told of the abort of which signal. However many calls share a signal, it has one
 * listener, and none once the last of them is over.
 */
export class AbortWatch<T> {
  readonly #onAbort: (watcher: T) => void;
  readonly #watched = new WeakMap<AbortSignal, { watchers: Set<T>; listener: () => void }>();

  constructor(onAbort: (watcher: T) => void) {
    this.#onAbort = onAbort;
  }

  add(signal: AbortSignal, watcher: T): void {
    const known = this.#watched.get(signal);
    if (known) {
      known.watchers.add(watcher);
      return;
    }
    const watchers = new Set([watcher]);
    const listener = () => {
      this.#watched.delete(signal);
      for (const each of watchers) this.#onAbort(each);
    };
    this.#watched.set(signal, { watchers, listener });
    signal.addEventListener('abort', listener, { once: true });
  }

  /** Does nothing when the signal was not watched, or has been aborted. */
  remove(signal: AbortSignal, watcher: T): void {
    const known = this.#watched.get(signal);
    known?.watchers.delete(watcher);
    if (known?.watchers.size !== 0) return;
    this.#watched.delete(signal);
    signal.removeEventListener('abort', known.listener);
  }
}
