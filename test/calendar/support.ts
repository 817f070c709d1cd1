import { join } from 'node:path';
import { CalendarError, deadline, type Deadline, type DeadlineInput } from '../../calendar';
import { loadBankHolidays, parseBankHolidays, type BankHolidays, type Division } from '../../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { ClockId } from '../../config/policy';
import { projectRoot } from '../../config/root';
import shippedFeed from '../../config/bank-holidays.json';

export const holidays: BankHolidays = loadBankHolidays(join(projectRoot, 'config', 'bank-holidays.json'));

export const on = (date: string) => date as IsoDate;
export const at = (instant: string) => instant as IsoInstant;

/** Counts a clock from the table with the shipped bank holidays; pauses as `2026-02-10/2026-02-14`. */
export function count(
  clock: ClockId,
  from: string,
  { extended = false, paused = [] }: { extended?: boolean; paused?: string[] } = {},
): Deadline {
  return deadline({ clock, from: on(from), extended, paused: paused.map(pause) }, { holidays });
}

export function pause(text: string): NonNullable<DeadlineInput['paused']>[number] {
  const [from = '', to = ''] = text.split('/');
  return { from: on(from), to: on(to) };
}

export const texts = ({ steps }: Pick<Deadline, 'steps'>) => steps.map(({ text }) => text);

export const weekdayOf = (date: string) =>
  ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(`${date}T00:00:00Z`).getUTCDay()];

/** The shipped feed with one more bank holiday, as when a day is proclaimed. */
export function withHoliday(division: Division, date: string, title: string): BankHolidays {
  const feed = structuredClone(shippedFeed);
  feed[division].events.push({ date, title, notes: '', bunting: true });
  return parseBankHolidays(JSON.stringify(feed));
}

/** The refusal that an act must end with: "<field>: <message>". */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof CalendarError) return `${error.field}: ${error.message}`;
    throw error;
  }
  throw new Error('It was not refused.');
}
