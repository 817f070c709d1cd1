/** The daily refresh: a feed that is not to be had is tried again every hour, and then the operator hears of troubles. */
import { taskQueue } from '../../config/processes';
import { bankHolidaysAcceptedType, bankHolidaysType, type BankHolidaysRefreshed } from '../../workflows/bank-holidays/contract';
import { startTimeSkipping } from '../support/time-skipping';

type Result = BankHolidaysRefreshed['result'];

/** Runs one day's refresh in which the tries end so, the last result standing for all later ones. */
async function run(results: readonly Result[], workflowType = bankHolidaysType) {
  const world = await startTimeSkipping();
  const done: string[] = [];
  const recounts: (string | null)[] = [];
  const began = await world.env.currentTimeMs();
  const activities = {
    refreshBankHolidays: async () => {
      const result = results[Math.min(done.length, results.length - 1)] as Result;
      done.push(`${result} after ${Math.round(((await world.env.currentTimeMs()) - began) / 3_600_000)} h`);
      return { result, version: 'v' };
    },
    recountOpenCases: (after: string | null) => {
      recounts.push(after);
      return Promise.resolve({ looked: 1, moved: 0, next: after === null ? 'IR-2026-0500' : null });
    },
    tellOfBankHolidayTroubles: () => {
      done.push('told');
      return Promise.resolve();
    },
  };
  try {
    const refreshed = await world.withWorker(taskQueue, activities, () =>
      world.env.client.workflow.execute<() => Promise<BankHolidaysRefreshed>>(workflowType, {
        taskQueue,
        workflowId: 'bank-holidays',
      }),
    );
    return { done, refreshed, recounts };
  } finally {
    await world.close();
  }
}

test.each<[Result]>([['unchanged'], ['changed'], ['refused'], ['not-fetched']])('%s: that is the day’s', async (result) => {
  expect(await run([result])).toMatchObject({ done: [`${result} after 0 h`, 'told'], refreshed: { result, version: 'v' } });
});

test('a feed that is not to be had is tried again after an hour', async () => {
  expect((await run(['unreachable', 'changed'])).done).toEqual(['unreachable after 0 h', 'changed after 1 h', 'told']);
});

test('after five tries it is the next day’s turn', async () => {
  const { done, refreshed } = await run(['unreachable']);
  expect(done).toEqual([...[0, 1, 2, 3, 4].map((hours) => `unreachable after ${hours} h`), 'told']);
  expect(refreshed).toEqual({ result: 'unreachable', version: 'v' });
});

test('all open cases are worked out again in bounded parts, and once more after a change', async () => {
  expect((await run(['unchanged'])).recounts).toEqual([null, 'IR-2026-0500']);
  expect((await run(['changed'])).recounts).toEqual([null, 'IR-2026-0500', null, 'IR-2026-0500']);
});

test('once a person has accepted a feed the open cases are worked out again, and once more; the feed is not asked', async () => {
  const { done, recounts } = await run(['unreachable'], bankHolidaysAcceptedType);
  expect(done).toEqual([]);
  expect(recounts).toEqual([null, 'IR-2026-0500', null, 'IR-2026-0500']);
});
