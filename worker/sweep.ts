import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../config/logger';
import type { Dispatch } from '../dispatch';

/**
 * Looks again and again for cases and answers that are stored and have not reached Temporal. Several workers may do
 * this at once: a start and a delivery can be repeated.
 *
 * @returns a function that stops the loop and resolves when the last sweep is over.
 */
export function sweepRegularly(dispatch: Dispatch, everyMs: number, logger: Logger): () => Promise<void> {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const { started, delivered } = await dispatch.sweep();
        if (started + delivered > 0) logger.info({ started, delivered }, 'brought over what was left behind');
      } catch (err) {
        logger.warn({ err }, 'the sweep could not read the store; it is tried again');
      }
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return async () => {
    stopping.abort();
    await running;
  };
}
