import type { Temporal } from 'temporal-polyfill';
import type { BankHolidays, Division } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { WorkingCalendar } from '../config/policy';
import { civilDate, isoDate } from './civil-date';
import { CalendarError } from './errors';
import { formatDate, listed, weekday } from './words';

const divisionNames: Record<Division, string> = {
  'england-and-wales': 'England and Wales',
  scotland: 'Scotland',
  'northern-ireland': 'Northern Ireland',
};
const divisions = Object.keys(divisionNames) as Division[];

/**
 * Monday to Friday and not a bank holiday of the calendar. In `united-kingdom` a bank holiday of any division is one:
 * Freedom of Information Act 2000, section 10(6).
 */
export function isWorkingDay(on: IsoDate, calendar: WorkingCalendar, holidays: BankHolidays): boolean {
  return dayOff(civilDate(on), calendar, holidays) === undefined;
}

/**
 * The working day that many working days after a date, or before it where `workingDays` is negative. The date itself
 * never counts and need not be a working day; 0 gives it back as it is.
 * @throws CalendarError when `workingDays` is not a whole number.
 */
export function workingDaysAfter(
  on: IsoDate,
  workingDays: number,
  calendar: WorkingCalendar,
  holidays: BankHolidays,
): IsoDate {
  if (!Number.isSafeInteger(workingDays)) {
    throw new CalendarError('workingDays', `${workingDays} is not a whole number of working days.`);
  }
  const direction = { days: Math.sign(workingDays) };
  let day = civilDate(on);
  for (let left = Math.abs(workingDays); left > 0; ) {
    day = day.add(direction);
    if (dayOff(day, calendar, holidays) === undefined) left -= 1;
  }
  return isoDate(day);
}

/** The date itself if it is a working day, otherwise the last one before it. */
export function workingDayOnOrBefore(on: IsoDate, calendar: WorkingCalendar, holidays: BankHolidays): IsoDate {
  return isWorkingDay(on, calendar, holidays) ? on : workingDaysAfter(on, -1, calendar, holidays);
}

/**
 * Why a day is no working day ("Saturday", "Christmas Day", "St Andrew’s Day (Scotland)"); undefined if it is one.
 * @param on The same day, where it is written already: to write it costs more than to look it up.
 */
export function dayOff(
  day: Temporal.PlainDate,
  calendar: WorkingCalendar,
  holidays: BankHolidays,
  on: IsoDate = isoDate(day),
): string | undefined {
  return daysOff(calendar, holidays).get(on) ?? (day.dayOfWeek > 5 ? weekday(day) : undefined);
}

/** A sentence when the calendar does not reach all days from the first counted to the last, otherwise undefined. */
export function beyondCalendar(first: IsoDate, last: IsoDate, holidays: BankHolidays): string | undefined {
  const { firstKnownDay, lastKnownDay } = holidays;
  if (last > lastKnownDay) {
    return `The bank holidays are known to ${formatDate(lastKnownDay)} only: a later one may move this date.`;
  }
  if (first < firstKnownDay) {
    return `The bank holidays are known from ${formatDate(firstKnownDay)} only: an earlier one may move this date.`;
  }
  return undefined;
}

const unions = new WeakMap<BankHolidays, ReadonlyMap<IsoDate, string>>();

/** The bank holidays of a calendar by date; the union is made once for each set of holidays. */
function daysOff(calendar: WorkingCalendar, holidays: BankHolidays): ReadonlyMap<IsoDate, string> {
  if (calendar === 'england-and-wales') return holidays.divisions[calendar];
  const union = unions.get(holidays) ?? unionOfDivisions(holidays);
  unions.set(holidays, union);
  return union;
}

/** A day off in part of the United Kingdom says where; one title per day, the first of the divisions that have it. */
function unionOfDivisions(holidays: BankHolidays): ReadonlyMap<IsoDate, string> {
  const dates = new Set(divisions.flatMap((division) => [...holidays.divisions[division].keys()]));
  return new Map(
    [...dates].map((date) => {
      const where = divisions.filter((division) => holidays.divisions[division].has(date));
      const title = where.map((division) => holidays.divisions[division].get(date))[0] ?? '';
      const part = where.length === divisions.length ? '' : ` (${listed(where.map((each) => divisionNames[each]))})`;
      return [date, title + part];
    }),
  );
}
