import feed from '../../config/bank-holidays.json';
import type { ClockId } from '../../config/policy';

/**
 * The clock rules a second time, to compare with: as plainly as they can be written, days as numbers, no library,
 * nothing of `calendar/`.
 */
export interface NaiveInput {
  readonly clock: Exclude<ClockId, 'breach-partners' | 'breach-ico' | 'breach-consultation' | 'breach-telling'>;
  readonly from: string;
  readonly extended: boolean;
  readonly paused: readonly (readonly [string, string])[];
}

const dayNumber = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const dateOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
const datesOf = (division: keyof typeof feed) => feed[division].events.map(({ date }) => date);
const englandAndWales = datesOf('england-and-wales');
const unitedKingdom = [...englandAndWales, ...datesOf('scotland'), ...datesOf('northern-ireland')];

export function naiveIsWorkingDay(date: string, bankHolidays: readonly string[] = englandAndWales): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday >= 1 && weekday <= 5 && !bankHolidays.includes(date);
}

export function naiveDue({ clock, from, extended, paused }: NaiveInput): string {
  switch (clock) {
    case 'information-request':
    case 'asb-case-review-request':
    case 'processor-objection':
    case 'originator-consultation':
      return workingDays(from, 10, englandAndWales, []);
    case 'freedom-of-information':
      return workingDays(from, 20, unitedKingdom, paused);
    case 'environmental-information':
      return workingDays(from, extended ? 40 : 20, unitedKingdom, paused);
    case 'withdrawal':
      return dateOf(dayNumber(from) + 28);
    case 'subject-access':
      return monthsOn(from, extended ? 3 : 1, paused);
    case 'subject-access-law-enforcement':
      return monthsOn(dateOf(dayNumber(from) + 1), extended ? 3 : 1, paused);
  }
}

/** London midnight after a date: 23:00 UTC of the same date in summer time, which ends on last Sundays. */
export function naiveDueAt(due: string): string {
  const next = dateOf(dayNumber(due) + 1);
  const summer = next > lastSunday(next, '03') && next <= lastSunday(next, '10');
  return summer ? `${due}T23:00:00Z` : `${next}T00:00:00Z`;
}

function workingDays(
  from: string,
  count: number,
  bankHolidays: readonly string[],
  paused: NaiveInput['paused'],
): string {
  let day = dayNumber(from);
  let left = count;
  while (left > 0) {
    day += 1;
    const date = dateOf(day);
    const waiting = paused.some(([first, last]) => first <= date && date <= last);
    if (naiveIsWorkingDay(date, bankHolidays) && !waiting) left -= 1;
  }
  return dateOf(day);
}

function monthsOn(from: string, months: number, paused: NaiveInput['paused']): string {
  const [year = 0, month = 0, day = 0] = from.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  const nominal = Date.UTC(year, month - 1 + months, Math.min(day, lastOfMonth)) / 86_400_000;
  let excluded = 0;
  for (const [first, last] of paused) {
    if (first <= nextWorkingDay(nominal + excluded)) excluded += dayNumber(last) - dayNumber(first) + 1;
  }
  return nextWorkingDay(nominal + excluded);
}

function nextWorkingDay(day: number): string {
  return naiveIsWorkingDay(dateOf(day)) ? dateOf(day) : nextWorkingDay(day + 1);
}

function lastSunday(date: string, month: '03' | '10'): string {
  const last = new Date(`${date.slice(0, 4)}-${month}-31T00:00:00Z`);
  return dateOf(last.getTime() / 86_400_000 - last.getUTCDay());
}
