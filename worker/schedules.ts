import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client';
import { taskQueue } from '../config/processes';
import { watchdogScheduleId, watchdogType } from '../workflows/watchdog/contract';

const watchdog: ScheduleOptions = {
  scheduleId: watchdogScheduleId,
  spec: { intervals: [{ every: '5 minutes' }] },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
  action: {
    type: 'startWorkflow',
    workflowType: watchdogType,
    workflowId: watchdogScheduleId,
    taskQueue,
    // A look that hangs must not keep the next ones from being taken.
    workflowExecutionTimeout: '10 minutes',
    staticSummary: 'Looks for cases that should have woken and did not',
  },
};

/** Makes the schedules that are missing. One that is there already is left as it is: an operator may have paused it. */
export async function ensureSchedules(client: Client): Promise<void> {
  try {
    await client.schedule.create(watchdog);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
