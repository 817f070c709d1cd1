import type { BankHolidayRefresh, BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import { monthsAfter } from './civil-date';
import { londonDateOf } from './london';

/** What is wrong with the bank holidays, or soon will be. The health page shows it, the operator is mailed. */
export type BankHolidayTrouble =
  | { readonly code: 'calendar-ends'; readonly lastKnownDay: IsoDate; readonly hasEnded: boolean }
  /** `isDaysLost`: it lacks known days to come. If they were really moved, the operator can accept it. */
  | { readonly code: 'feed-refused'; readonly reason: string; readonly isDaysLost: boolean }
  /** `since`: when the feed was last taken, or first tried in vain. `reason`: of the last attempt, if that failed. */
  | { readonly code: 'feed-stale'; readonly since: IsoInstant; readonly reason: string | null };

/** A date beyond the last known day cannot be counted for certain, and those of next year are set months ahead. */
const endsWithinMonths = 6;
/** It is fetched once a day: a day missed is no trouble yet. */
const staleMs = 3 * 24 * 3_600_000;

/** @param isFetched whether there is a feed at all: without one, how earlier refreshes went is no trouble */
export function bankHolidayTroubles({
  holidays,
  refresh: { refreshedAt, failingSince, failure },
  isFetched,
  now,
}: {
  readonly holidays: BankHolidays;
  readonly refresh: BankHolidayRefresh;
  readonly isFetched: boolean;
  readonly now: IsoInstant;
}): BankHolidayTrouble[] {
  const troubles: BankHolidayTrouble[] = [];
  const today = londonDateOf(now);
  const { lastKnownDay } = holidays;
  if (lastKnownDay <= monthsAfter(today, endsWithinMonths)) {
    troubles.push({ code: 'calendar-ends', lastKnownDay, hasEnded: lastKnownDay < today });
  }
  if (!isFetched) return troubles;
  if (failure !== null && failure.kind !== 'unreachable') {
    troubles.push({ code: 'feed-refused', reason: failure.reason, isDaysLost: failure.kind === 'days-lost' });
  }
  const since = refreshedAt ?? failingSince;
  if (since !== null && Date.parse(now) - Date.parse(since) > staleMs) {
    troubles.push({ code: 'feed-stale', since, reason: failure?.reason ?? null });
  }
  return troubles;
}
