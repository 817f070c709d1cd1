import { setTimeout as sleep } from 'node:timers/promises';

/** How long a piece of work lets the one before it go first: taking turns saves tries, it must not add up to waiting. */
const turnMs = 2_000;

/**
 * Work under one key, one piece after the other in this process: what comes at once does not race. Other processes do
 * not take turns with it, so the work must bear that it is done beside another.
 */
export class Turns {
  /** The last piece of each key. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** @param work is told whether it had to let another piece go first */
  async take<T>(key: string, work: (waited: boolean) => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const turn =
      before === undefined
        ? work(false)
        : Promise.race([before.catch(() => undefined), sleep(turnMs, undefined, { ref: false })]).then(() => work(true));
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
