import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../config/clock';

export interface Timed<T> {
  /** When it was to begin, in milliseconds since 1970. */
  readonly scheduledAt: number;
  /** From then to its end: a wait before it could begin counts. */
  readonly tookMs: number;
  readonly result: T;
}

/**
 * Acts at a fixed rate, however long each act takes (an open model): people do not wait for each other before they press
 * a button, and a server that falls behind must show it.
 * @param count how many acts there are at the most
 * @param signal ends it: no further act begins, those under way are waited for
 * @throws what the first act that failed threw
 */
export async function atRate<T>(
  { perSecond, count, signal }: { readonly perSecond: number; readonly count: number; readonly signal?: AbortSignal },
  act: (index: number) => Promise<T>,
): Promise<Timed<T>[]> {
  const began = performance.now();
  const beganAt = Date.parse(systemClock.now());
  if (signal !== undefined) setMaxListeners(0, signal);
  const timed = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const offset = (index * 1_000) / perSecond;
      await sleep(offset, undefined, signal && { signal }).catch(() => undefined);
      if (signal?.aborted) return null;
      const result = await act(index);
      return { scheduledAt: beganAt + offset, tookMs: performance.now() - began - offset, result };
    }),
  );
  return timed.filter((each) => each !== null);
}
