import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, IsoInstant } from '../config/clock';
import type { Logger } from '../config/logger';
import type { Dispatch } from '../dispatch';
import type { Metrics } from '../metrics';
import type { Store } from '../store';

/** By then the web has brought over what it put on record, unless it died or Temporal is away. */
const webHasItMs = 2_000;

/**
 * Looks again and again for cases and acts that are stored and have not reached Temporal. Several workers may do this at
 * once: a start and a delivery can be repeated.
 *
 * @returns a function that stops the loop and resolves when the last sweep is over.
 */
export const sweepRegularly = (dispatch: Dispatch, everyMs: number, logger: Logger, metrics: Metrics): (() => Promise<void>) =>
  regularly(everyMs, logger, async (stopping) => {
    const swept = await dispatch.sweep(stopping, webHasItMs);
    for (const [what, count] of Object.entries(swept)) metrics.count('concordat_swept_total', { what }, count);
    const { started, delivered } = swept;
    if (started + delivered > 0) logger.info({ started, delivered }, 'brought over what was left behind');
  });

/** Tells people, again and again, of the dates that changed bank holidays have moved. @returns as `sweepRegularly` */
export const tellOfMovedDatesRegularly = (
  tell: () => Promise<number>,
  everyMs: number,
  logger: Logger,
): (() => Promise<void>) =>
  regularly(everyMs, logger, async () => {
    const mails = await tell();
    if (mails > 0) logger.info({ mails }, 'told of moved dates');
  });

/** Files that were sent for an answer which was not given within this time are taken away. */
const unattachedMs = 24 * 3_600_000;
const everyHour = 3_600_000;

/** Takes away, once an hour, the files that no answer has attached in a day. @returns as `sweepRegularly` */
export const tidyFilesRegularly = (
  { files }: Pick<Store, 'files'>,
  clock: Clock,
  logger: Logger,
): (() => Promise<void>) =>
  regularly(everyHour, logger, async () => {
    const before = new Date(Date.parse(clock.now()) - unattachedMs).toISOString() as IsoInstant;
    const removed = await files.sweepUnattached(before);
    if (removed > 0) logger.info({ removed }, 'took away files that no answer has attached');
  });

function regularly(everyMs: number, logger: Logger, work: (stopping: AbortSignal) => Promise<void>): () => Promise<void> {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await work(stopping.signal);
      } catch (err) {
        logger.warn({ err }, 'a sweep could not read the store; it is tried again');
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
