import { sleep } from '@temporalio/workflow';
import { now } from './now';

/**
 * The timers of a case. One that runs is left to fire, though nothing is due by then any more: to look once too often
 * is seldom, and to cancel a timer and start another at each change is not.
 */
export class Timers {
  readonly #moments = new Set<number>();
  #fired = false;

  /** Sees to it that a timer fires by then; none is needed for the end of time. */
  wakeAt(moment: number, summary: () => string): void {
    this.#fired = false;
    if (moment === Infinity || [...this.#moments].some((running) => running <= moment)) return;
    this.#moments.add(moment);
    void sleep(moment - now(), { summary: summary() }).then(() => {
      this.#moments.delete(moment);
      this.#fired = true;
    });
  }

  /** Whether one has fired since the last moment was named. */
  hasFired(): boolean {
    return this.#fired;
  }
}
