import { ScheduleOverlapPolicy, type Client, type WorkflowHandle } from '@temporalio/client';
import { until } from './until';

/**
 * Lets a Schedule do its work now, and gives the run. It waits for one that is still on: by the Schedules' own policy this
 * one would be skipped beside it, and never come.
 * @throws Error if it does not begin within a minute
 */
export async function runNow(client: Client, scheduleId: string): Promise<WorkflowHandle> {
  const schedule = client.schedule.getHandle(scheduleId);
  const infoOf = async () => (await schedule.describe()).info;
  await until(`nothing of ${scheduleId} runs`, async () => (await infoOf()).runningActions.length === 0);
  const before = (await infoOf()).numActionsTaken;
  await schedule.trigger(ScheduleOverlapPolicy.BUFFER_ALL);
  await until(`${scheduleId} has begun`, async () => (await infoOf()).numActionsTaken > before, 60_000, 100);
  const started = (await infoOf()).recentActions.at(-1)?.action.workflow;
  if (started === undefined) throw new Error(`${scheduleId} has begun, but its Schedule names no run.`);
  return client.workflow.getHandle(started.workflowId, started.firstExecutionRunId);
}
