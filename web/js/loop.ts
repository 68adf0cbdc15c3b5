import { TURN } from './abi.mjs';
import type { ImportsOf } from './abi.ts';
import type { Host } from './host.ts';
import { quietly } from './failures.ts';

/** The maximum delay that setTimeout takes; longer ones are armed again when this one is over. */
const MAX_DELAY = 2 ** 31 - 1;

/** The delay of a timer that stands in for a task of the host. */
const MIN_DELAY = 4;

const resolved = Promise.resolve();

/** Later than any time in milliseconds that C++ can count in nanoseconds is no time. */
const END_OF_TIME = 2 ** 43;

function isTime(time: unknown): time is number {
  return typeof time === 'number' && time >= 0 && time < END_OF_TIME;
}

/** The clock of the day, as milliseconds since the page or process began. */
function otherClock(): number {
  try {
    const time = Date.now() - performance.timeOrigin;
    if (isTime(time)) return time;
  } catch {
    // There is no clock.
  }
  return 0;
}

/**
 * When the program gets a turn: in one microtask per burst however many tasks wake, in a task of
 * its own when a burst has used up its time slice, and when the one timer of the host rings.
 *
 * The page may have replaced what this calls. A timer that cannot be set is a task of the host over
 * and over, in which the program looks at its clock; a turn never gets lost.
 */
class Loop implements ImportsOf<'loop'> {
  readonly #host: Host;
  #scheduled = false;
  #rang = false;
  #stopTimer: (() => void) | undefined;
  /** When the alarm is to ring that was asked for while a turn was due. */
  #alarmAt: number | undefined;

  constructor(host: Host) {
    this.#host = host;
    host.instance.onEnd(() => this.#clearAlarm());
  }

  readonly now = (): number => {
    try {
      const time = performance.now();
      if (isTime(time)) return time;
    } catch {
      // The other clock is good enough.
    }
    return otherClock();
  };

  readonly request_turn = (): void => {
    if (this.#scheduled) return;
    this.#scheduled = true;
    try {
      // In a page of Chromium, queueMicrotask takes ten times as long.
      resolved.then(this.#turn);
    } catch {
      this.#later(this.#turn);
    }
  };

  /** The alarm may ring early; the program looks at its clock then, and sets it again. */
  readonly set_alarm = (delay: number): void => {
    this.#clearAlarm();
    if (delay < 0) return;
    // The turn may change it again: when many calls are cancelled at once, the host sets one timer.
    if (this.#scheduled) this.#alarmAt = this.now() + delay;
    else this.#arm(delay);
  };

  #clearAlarm(): void {
    const stop = this.#stopTimer;
    this.#stopTimer = undefined;
    this.#alarmAt = undefined;
    if (stop) quietly(stop);
  }

  #arm(delay: number): void {
    let over = false;
    const ringOnce = () => {
      if (!over) this.#ring();
      over = true;
    };
    try {
      const whole = Math.min(Math.ceil(delay), MAX_DELAY);
      this.#stopTimer = this.#host.environment.startTimer(ringOnce, whole);
    } catch {
      this.#stopTimer = () => (over = true);
      this.#later(ringOnce);
    }
  }

  #ring(): void {
    this.#stopTimer = undefined;
    this.#rang = true;
    if (!this.#scheduled) this.#turn();
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    const rang = Number(this.#rang);
    this.#rang = false;
    const left = this.#host.instance.enter((wasm) => wasm.wasio_turn(rang));
    if (this.#alarmAt !== undefined) this.set_alarm(Math.max(this.#alarmAt - this.now(), 0));
    if (left === TURN.idle) this.#host.whenIdle();
    if (left !== TURN.more) return;
    this.#scheduled = true;
    this.#later(this.#turn);
  };

  #later(callback: () => void): void {
    const { environment } = this.#host;
    if (quietly(() => environment.later(callback))) return;
    if (quietly(() => environment.startTimer(callback, MIN_DELAY))) return;
    resolved.then(callback);
  }
}

export const loop = (host: Host): ImportsOf<'loop'> => new Loop(host);
