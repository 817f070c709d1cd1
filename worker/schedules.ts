import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client';
import type { Clock } from '../config/clock';
import { taskQueue } from '../config/processes';
import type { Store } from '../store';
import { auditSealScheduleId, auditSealType } from '../workflows/audit-seal/contract';
import { bankHolidaysScheduleId, bankHolidaysType } from '../workflows/bank-holidays/contract';
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

const auditSeal: ScheduleOptions = {
  scheduleId: auditSealScheduleId,
  spec: { calendars: [{ hour: 0, minute: 10 }], timezone: 'Europe/London' },
  // A seal that was missed is made as soon as it can be; several that were missed come to the same one.
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '7 days' },
  action: {
    type: 'startWorkflow',
    workflowType: auditSealType,
    workflowId: auditSealScheduleId,
    taskQueue,
    // The next day's must not be kept from being made.
    workflowExecutionTimeout: '20 hours',
    staticSummary: 'Seals the record of acts for the day',
  },
};

const bankHolidays: ScheduleOptions = {
  scheduleId: bankHolidaysScheduleId,
  // Before the day's reminders, which go out at 9.
  spec: { calendars: [{ hour: 5, minute: 30 }], timezone: 'Europe/London' },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
  action: {
    type: 'startWorkflow',
    workflowType: bankHolidaysType,
    workflowId: bankHolidaysScheduleId,
    taskQueue,
    // The next day's must not be kept from being made.
    workflowExecutionTimeout: '20 hours',
    staticSummary: 'Takes the official feed of bank holidays',
  },
};

/** The Schedule brings a feed once a day. */
const oldMs = 24 * 3_600_000;

/**
 * Lets the Schedule take the feed of bank holidays now if none was taken within a day: after the first start, or a long
 * stop, the next morning may be far. A Schedule that an operator has paused stays at rest; one that is at it is left to it.
 * @throws Error when the database or Temporal does not answer
 */
export async function takeFeedIfOld(
  client: Client,
  { bankHolidays: versions }: Pick<Store, 'bankHolidays'>,
  clock: Clock,
): Promise<void> {
  const { refreshedAt } = await versions.state();
  if (refreshedAt !== null && Date.parse(clock.now()) - Date.parse(refreshedAt) <= oldMs) return;
  const schedule = client.schedule.getHandle(bankHolidaysScheduleId);
  const { state } = await schedule.describe();
  if (!state.paused) await schedule.trigger();
}

/** Makes the schedules that are missing. One that is there already is left as it is: an operator may have paused it. */
export async function ensureSchedules(client: Client): Promise<void> {
  for (const schedule of [watchdog, auditSeal, bankHolidays]) {
    try {
      await client.schedule.create(schedule);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
}
