import { setTimeout as sleep } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';

/** Waits until it holds. @throws Error if it does not in time */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 60_000, everyMs = 250): Promise<void> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > withinMs) throw new Error(`Not within ${withinMs / 1_000} s: ${what}.`);
    await sleep(everyMs);
  }
}
