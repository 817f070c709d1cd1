import type { Temporal } from 'temporal-polyfill';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { WorkingCalendar, WorkingStep } from '../config/policy';
import { civilDate, isoDate } from './civil-date';
import type { Pause } from './pauses';
import { counted, monthName, shortDate } from './words';
import { dayOff } from './working-days';

export type Period = { readonly months: number } | { readonly calendarDays: number };

/**
 * Counts months or days, in which every day counts: the nominal date, plus the days of the pauses, moved to a working
 * day at the very end and from nothing but these. A date already moved is never counted on from: the days it was moved
 * by would be given twice.
 * @param movesTo the calendar in which a due date that is no working day moves to the next one; without it, it stays.
 */
export function countPeriod(
  first: Temporal.PlainDate,
  period: Period,
  movesTo: WorkingCalendar | undefined,
  pauses: readonly Pause[],
  holidays: BankHolidays,
): { due: IsoDate; steps: WorkingStep[] } {
  const nominal = addPeriod(first, period);
  const paused = pausedDays(pauses, nominal, movesTo, holidays);
  const steps: WorkingStep[] = [];
  let day = nominal;
  let reason = periodInWords(first, nominal, period);
  if (paused.length > 0) {
    steps.push({ on: isoDate(nominal), counts: 'moved', text: `${shortDate(nominal)}: ${reason}, without pauses` });
    steps.push(...paused.map(pausedStep));
    day = nominal.add({ days: paused.length });
    reason = `${counted(paused.length, 'paused day')} after ${shortDate(nominal)}`;
  }
  const due = movedToWorkingDay(day, movesTo, holidays);
  for (; movesTo && !day.equals(due); day = day.add({ days: 1 })) {
    const why = [reason, dayOff(day, movesTo, holidays)].filter(Boolean).join('; ');
    steps.push({ on: isoDate(day), counts: 'moved', text: `${shortDate(day)}: ${why}, so the due date moves on` });
    reason = '';
  }
  steps.push({
    on: isoDate(due),
    counts: 'due',
    text: `${shortDate(due)}: ${reason || 'the next working day'}, the due date`,
  });
  return { due: isoDate(due), steps };
}

/** `2026-01-31` and one month is the last day of February: Temporal constrains a date that does not exist to it. */
function addPeriod(first: Temporal.PlainDate, period: Period): Temporal.PlainDate {
  return 'months' in period
    ? first.add({ months: period.months }, { overflow: 'constrain' })
    : first.add({ days: period.calendarDays });
}

function periodInWords(first: Temporal.PlainDate, nominal: Temporal.PlainDate, period: Period): string {
  if ('calendarDays' in period) return `${counted(period.calendarDays, 'day')} after ${shortDate(first)}`;
  const months = `${counted(period.months, 'month')} after ${shortDate(first)}`;
  return nominal.day === first.day ? months : `${months} (${monthName(nominal.month)} has no day ${first.day})`;
}

/** The days excluded. A pause that begins after the clock has run out comes too late to stop it. */
function pausedDays(
  pauses: readonly Pause[],
  nominal: Temporal.PlainDate,
  movesTo: WorkingCalendar | undefined,
  holidays: BankHolidays,
): Temporal.PlainDate[] {
  const excluded: Temporal.PlainDate[] = [];
  for (const pause of pauses) {
    const due = movedToWorkingDay(nominal.add({ days: excluded.length }), movesTo, holidays);
    if (pause.from <= isoDate(due)) excluded.push(...daysOf(pause));
  }
  return excluded;
}

function movedToWorkingDay(
  day: Temporal.PlainDate,
  calendar: WorkingCalendar | undefined,
  holidays: BankHolidays,
): Temporal.PlainDate {
  let moved = day;
  while (calendar && dayOff(moved, calendar, holidays) !== undefined) moved = moved.add({ days: 1 });
  return moved;
}

function daysOf({ from, to }: Pause): Temporal.PlainDate[] {
  const first = civilDate(from);
  const { days } = first.until(civilDate(to));
  return Array.from({ length: days + 1 }, (_, index) => first.add({ days: index }));
}

function pausedStep(day: Temporal.PlainDate, index: number): WorkingStep {
  return { on: isoDate(day), counts: 'paused', text: `${shortDate(day)}: paused day ${index + 1}` };
}
