import type { Temporal } from 'temporal-polyfill';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { WorkingCalendar, WorkingStep } from '../config/policy';
import { isoDate } from './civil-date';
import { isPaused, type Pause } from './pauses';
import { shortDate } from './words';
import { dayOff } from './working-days';

/**
 * Counts working days one by one from `first`. Days of a pause are passed over: "the working days in the period ... are
 * to be disregarded", Freedom of Information Act 2000, section 10(2).
 */
export function countWorkingDays(
  first: Temporal.PlainDate,
  workingDays: number,
  calendar: WorkingCalendar,
  pauses: readonly Pause[],
  holidays: BankHolidays,
): { due: IsoDate; steps: WorkingStep[] } {
  const steps: WorkingStep[] = [];
  for (let day = first, number = 0; ; day = day.add({ days: 1 })) {
    const on = isoDate(day);
    const date = shortDate(day);
    const off = dayOff(day, calendar, holidays, on);
    if (off !== undefined) {
      steps.push({ on, counts: 'not-counted', text: `${date}: ${off}, not counted` });
    } else if (isPaused(on, pauses)) {
      steps.push({ on, counts: 'paused', text: `${date}: paused, not counted` });
    } else if (++number < workingDays) {
      steps.push({ on, counts: 'counted', text: `${date}: day ${number}` });
    } else {
      steps.push({ on, counts: 'due', text: `${date}: day ${number}, the due date` });
      return { due: on, steps };
    }
  }
}
