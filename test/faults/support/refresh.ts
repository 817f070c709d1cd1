import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { bankHolidaysScheduleId, type BankHolidaysRefreshed } from '../../../workflows/bank-holidays/contract';

/** Lets the Schedule take the feed of bank holidays now, and gives what came of it. */
export async function refreshNow(client: Client): Promise<BankHolidaysRefreshed> {
  const schedule = client.schedule.getHandle(bankHolidaysScheduleId);
  const before = (await schedule.describe()).info.numActionsTaken;
  await schedule.trigger();
  for (;;) {
    await sleep(200);
    const { numActionsTaken, recentActions } = (await schedule.describe()).info;
    const started = recentActions.at(-1)?.action.workflow.workflowId;
    if (numActionsTaken === before || started === undefined) continue;
    return (await client.workflow.getHandle(started).result()) as BankHolidaysRefreshed;
  }
}
