import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../config/clock';
import type { Logger } from '../config/logger';
import { compareAndNote } from '../dispatch/comparison';
import { differenceInWords } from '../dispatch/differences';

/**
 * Compares the store with Temporal once, a while after the start: whoever puts one of them back from a copy has stopped
 * every worker before. It says what it finds and mends nothing, as that is decided by a person (`npm run reconcile`). Of
 * several workers that are started one after the other, the first that is through does it for all. Tried again until it is
 * done: a part may be away.
 * @returns a function that stops it and resolves when it is over.
 */
export function compareStoresOnce(
  deps: Parameters<typeof compareAndNote>[0] & { readonly clock: Clock },
  afterMs: number,
  logger: Logger,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const startedAt = Date.parse(deps.clock.now());
  const isDone = async (): Promise<boolean> =>
    Date.parse((await deps.store.signs.comparison())?.comparedAt ?? '1970-01-01T00:00:00Z') > startedAt;
  const loop = async (): Promise<void> => {
    for (;;) {
      try {
        await sleep(afterMs, undefined, { signal });
        if (await isDone()) return;
        const differences = await compareAndNote(deps, signal);
        for (const { caseRef, what, todo } of differences.map(differenceInWords)) {
          logger.error({ ...(caseRef === null ? {} : { caseRef }), what, todo }, 'the store and Temporal differ');
        }
        logger.info({ differences: differences.length }, 'the store was compared with Temporal');
        return;
      } catch (err) {
        if (signal.aborted) return;
        logger.warn({ err }, 'the store could not be compared with Temporal; it is tried again');
      }
    }
  };
  const running = loop();
  return async () => {
    stopping.abort();
    await running;
  };
}
