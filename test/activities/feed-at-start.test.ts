/** Whether a worker that starts has the feed of bank holidays taken at once, or leaves it to the next morning. */
import type { Client } from '@temporalio/client';
import { fixedClock, type IsoInstant } from '../../config/clock';
import type { Store } from '../../store';
import { takeFeedIfOld } from '../../worker/schedules';
import { bankHolidaysScheduleId } from '../../workflows/bank-holidays/contract';

const now = '2026-11-25T10:00:00.000Z';

/** How often the Schedule was triggered. */
async function triggersOf(refreshedAt: string | null, paused = false): Promise<number> {
  const trigger = jest.fn().mockResolvedValue(undefined);
  const describe = () => Promise.resolve({ state: { paused } });
  const getHandle = (id: string) => (id === bankHolidaysScheduleId ? { describe, trigger } : undefined);
  const bankHolidays = { state: () => Promise.resolve({ refreshedAt: refreshedAt as IsoInstant | null }) };
  await takeFeedIfOld({ schedule: { getHandle } } as unknown as Client, { bankHolidays } as unknown as Store, fixedClock(now));
  return trigger.mock.calls.length;
}

test.each<[string, string | null, number]>([
  ['none was ever taken', null, 1],
  ['the last was taken more than a day ago', '2026-11-24T09:59:59.999Z', 1],
  ['the last was taken a day ago', '2026-11-24T10:00:00.000Z', 0],
  ['the last was taken this morning', '2026-11-25T05:30:02.000Z', 0],
])('%s', async (_what, refreshedAt, triggers) => {
  expect(await triggersOf(refreshedAt)).toBe(triggers);
});

test('a Schedule that somebody has paused stays at rest', async () => {
  expect(await triggersOf(null, true)).toBe(0);
});
