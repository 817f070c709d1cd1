import { proxyActivities, sleep } from '@temporalio/workflow';
import type { BankHolidaysActivities, BankHolidaysRefreshed } from './contract';

const { refreshBankHolidays, tellOfBankHolidayTroubles } = proxyActivities<BankHolidaysActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '5 seconds', maximumInterval: '10 minutes' },
});

const triesADay = 5;

/** One day's refresh. A feed that is not to be had is tried again every hour; then the next day's turn comes. */
export async function bankHolidays(): Promise<BankHolidaysRefreshed> {
  let refreshed = await refreshBankHolidays();
  for (let tries = 1; refreshed.result === 'unreachable' && tries < triesADay; tries += 1) {
    await sleep('1 hour');
    refreshed = await refreshBankHolidays();
  }
  await tellOfBankHolidayTroubles();
  return refreshed;
}
