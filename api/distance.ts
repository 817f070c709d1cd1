/** How far a day or moment is from now, in words. */
import { isWorkingDay, londonDateOf, workingDaysAfter } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoInstant } from '../config/clock';
import { clocks } from '../config/clocks';
import type { WorkingCalendar } from '../config/policy';
import { definitionOf, type ProcessSlug } from '../config/processes';
import type { Due } from '../workflows/shared/contract';

/** So many working days are counted one by one: who is further away than two years needs no number. */
const atMost = 500;

/** The working days of the clocks of a process. */
function calendarOf(process: ProcessSlug): WorkingCalendar {
  const { calendar } = clocks[definitionOf(process).clock];
  return calendar === 'none' ? 'england-and-wales' : calendar;
}

/** "today", "in 3 working days", "2 working days ago", "in 5 hours": how far what is due in a case is from now. */
export function distanceInWords({ dueOn, dueAt }: Due, process: ProcessSlug, now: IsoInstant, holidays: BankHolidays): string {
  if (dueOn === undefined) return hoursInWords(Date.parse(dueAt) - Date.parse(now));
  const today = londonDateOf(now);
  if (dueOn === today) return 'today';
  const [earlier, later] = dueOn < today ? [dueOn, today] : [today, dueOn];
  let workingDays = 0;
  const calendar = calendarOf(process);
  for (let day = earlier; day < later && workingDays < atMost;) {
    day = workingDaysAfter(day, 1, calendar, holidays);
    if (day <= later && isWorkingDay(day, calendar, holidays)) workingDays += 1;
  }
  const count = `${workingDays === atMost ? 'more than ' : ''}${workingDays} working day${workingDays === 1 ? '' : 's'}`;
  if (workingDays === 0) return dueOn < today ? 'since the last working day' : 'before the next working day';
  return dueOn < today ? `${count} ago` : `in ${count}`;
}

function hoursInWords(milliseconds: number): string {
  const hours = Math.floor(Math.abs(milliseconds) / 3_600_000);
  const count = hours === 0 ? 'less than an hour' : `${hours} hour${hours === 1 ? '' : 's'}`;
  return milliseconds <= 0 ? `${count} ago` : `in ${count}`;
}
