import { performance } from 'node:perf_hooks';
import { pause } from '../../../embedded/processes';

/** Waits until it holds, and fails with `what` if it does not within the time. */
export async function until(what: string, holds: () => boolean, withinMs = 15_000): Promise<void> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > withinMs) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await pause(50);
  }
}
