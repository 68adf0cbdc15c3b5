import type { Environment } from './environment.ts';

/** What setTimeout takes; longer delays are armed again when this one is over. */
const LONGEST_DELAY = 2 ** 31 - 1;

/**
 * When the program gets a turn: in one microtask per burst however many tasks wake, in a task of
 * its own when a burst has used up its time slice, and when the one timer of the host rings.
 *
 * `burst` enters wasm once; it gives true when there is more to do.
 */
export class Loop {
  readonly #environment: Environment;
  readonly #burst: (alarmRang: boolean) => boolean;
  #scheduled = false;
  #alarmRang = false;
  #stopped = false;
  #stopTimer: (() => void) | undefined;
  /** When the alarm is to ring that was asked for while a turn was due. */
  #alarmAt: number | undefined;

  constructor(environment: Environment, burst: (alarmRang: boolean) => boolean) {
    this.#environment = environment;
    this.#burst = burst;
  }

  requestTurn(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(this.#turn);
  }

  /** Negative: no alarm any more. The alarm may ring early; the program looks at its clock then,
   * and arms it again. */
  setAlarm(delay: number): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#alarmAt = undefined;
    if (delay < 0) return;
    // The turn may change it again: when many calls are cancelled at once, the host sets one timer.
    if (this.#scheduled) this.#alarmAt = performance.now() + delay;
    else this.#arm(delay);
  }

  /** No burst any more. */
  stop(): void {
    this.#stopped = true;
    this.setAlarm(-1);
  }

  #arm(delay: number): void {
    const whole = Math.min(Math.ceil(delay), LONGEST_DELAY);
    this.#stopTimer = this.#environment.startTimer(this.#ring, whole);
  }

  readonly #ring = (): void => {
    this.#stopTimer = undefined;
    this.#alarmRang = true;
    if (!this.#scheduled) this.#turn();
  };

  readonly #turn = (): void => {
    this.#scheduled = false;
    if (this.#stopped) return;
    const rang = this.#alarmRang;
    this.#alarmRang = false;
    const more = this.#burst(rang);
    if (this.#stopped) return;
    if (this.#alarmAt !== undefined) this.setAlarm(Math.max(this.#alarmAt - performance.now(), 0));
    if (!more) return;
    this.#scheduled = true;
    this.#environment.later(this.#turn);
  };
}
