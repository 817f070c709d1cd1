import { proxyActivities, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { BankHolidaysActivities, BankHolidaysRefreshed, Recounted } from './contract';

const { refreshBankHolidays, tellOfBankHolidayTroubles } = proxyActivities<BankHolidaysActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '5 seconds', maximumInterval: '10 minutes' },
});

const { recountOpenCases } = proxyActivities<BankHolidaysActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '10 minutes' },
});

const triesADay = 5;

/**
 * One day's refresh. Then every open case is worked out again that was counted with other bank holidays, whoever brought
 * the change: the feed, or a file replaced at a restart. A feed that is not to be had is tried again every hour.
 */
export async function bankHolidays(): Promise<BankHolidaysRefreshed> {
  let refreshed = await refreshBankHolidays();
  await recount();
  for (let tries = 1; refreshed.result === 'unreachable' && tries < triesADay; tries += 1) {
    await sleep('1 hour');
    refreshed = await refreshBankHolidays();
    if (refreshed.result === 'changed') await recount();
  }
  if (refreshed.result === 'changed') await recountOnceMore();
  await tellOfBankHolidayTroubles();
  return refreshed;
}

/** A person has accepted a feed that the refresh refuses: it is in force, and every open case is worked out again. */
export async function bankHolidaysAccepted(): Promise<void> {
  await recount();
  await recountOnceMore();
}

/** A web that had not heard of the change, for half a minute at most, may have opened a case in the meantime. */
async function recountOnceMore(): Promise<void> {
  await sleep('1 minute');
  await recount();
}

async function recount(): Promise<void> {
  let [looked, moved] = [0, 0];
  let after: string | null = null;
  do {
    const recounted: Recounted = await recountOpenCases(after);
    looked += recounted.looked;
    moved += recounted.moved;
    after = recounted.next;
    setCurrentDetails(`Looked at ${looked} open cases; ${moved} dates or ladders moved.`);
  } while (after !== null);
}
