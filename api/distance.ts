/** How far a day or moment is from now, in words. */
import { isWorkingDay, londonDateOf, workingDaysAfter } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoInstant } from '../config/clock';
import type { Due } from '../workflows/shared/contract';

/** "today", "in 3 working days", "2 working days ago", "in 5 hours": how far what is due is from now. */
export function distanceInWords({ dueOn, dueAt }: Due, now: IsoInstant, holidays: BankHolidays): string {
  if (dueOn === undefined) return hoursInWords(Date.parse(dueAt) - Date.parse(now));
  const today = londonDateOf(now);
  if (dueOn === today) return 'today';
  const [earlier, later] = dueOn < today ? [dueOn, today] : [today, dueOn];
  let workingDays = 0;
  for (let day = earlier; day < later && workingDays < 500;) {
    day = workingDaysAfter(day, 1, 'england-and-wales', holidays);
    if (day <= later && isWorkingDay(day, 'england-and-wales', holidays)) workingDays += 1;
  }
  const count = `${workingDays} working day${workingDays === 1 ? '' : 's'}`;
  if (workingDays === 0) return dueOn < today ? 'since the last working day' : 'before the next working day';
  return dueOn < today ? `${count} ago` : `in ${count}`;
}

function hoursInWords(milliseconds: number): string {
  const hours = Math.floor(Math.abs(milliseconds) / 3_600_000);
  const count = hours === 0 ? 'less than an hour' : `${hours} hour${hours === 1 ? '' : 's'}`;
  return milliseconds <= 0 ? `${count} ago` : `in ${count}`;
}
