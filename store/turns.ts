import { setTimeout as sleep } from 'node:timers/promises';

/** How long a piece of work that has begun is waited for: taking turns saves tries, it must not add up to waiting. */
const turnMs = 2_000;
/** So long a piece of work waits for its turn at the most, however many were before it. */
const queueMs = 10_000;

/** A piece of work that is done in its turn. */
interface Piece {
  readonly begun: Promise<unknown>;
  readonly done: Promise<unknown>;
}

/**
 * Work under one key, one piece after the other in this process: what comes at once does not race. Other processes do
 * not take turns with it, so the work must bear that it is done beside another.
 */
export class Turns {
  /** The last piece of each key. */
  readonly #last = new Map<string, Piece>();

  /** @param work is told whether it had to let another piece go first */
  async take<T>(key: string, work: (waited: boolean) => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const begun = before === undefined ? Promise.resolve() : turnAfter(before);
    const done = before === undefined ? work(false) : begun.then(() => work(true));
    const piece: Piece = { begun, done };
    this.#last.set(key, piece);
    try {
      return await done;
    } finally {
      if (this.#last.get(key) === piece) this.#last.delete(key);
    }
  }
}

/** Counted from the beginning of the piece before: of many that wait, none goes because the queue is long. */
async function turnAfter({ begun, done }: Piece): Promise<void> {
  const ended = done.catch(() => undefined);
  await Promise.race([ended, begun.then(() => sleep(turnMs, undefined, { ref: false })), sleep(queueMs, undefined, { ref: false })]);
}
