import { proxyActivities } from '@temporalio/workflow';
import type { WatchdogActivities } from './contract';

const { lookForStuckCases } = proxyActivities<WatchdogActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { maximumAttempts: 3 },
});

/** One look at all open cases. A look that fails is followed by the next one on the Schedule. */
export async function watchdog(): Promise<{ readonly stuck: readonly string[] }> {
  return lookForStuckCases();
}
