import type { Logger } from '../config/logger';

/**
 * Work that was begun for a request and that its person does not wait for: bringing to Temporal what the store already
 * has. If it fails, the worker's sweep does it.
 */
export class Background {
  readonly #running = new Set<Promise<void>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  run(what: string, caseRef: string, work: () => Promise<void>): void {
    const running = work()
      .catch((err: unknown) =>
        this.#logger.warn({ err, caseRef, what }, 'not brought to Temporal yet; the sweep does it'),
      )
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }
}
