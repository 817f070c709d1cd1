import type { Temporal } from 'temporal-polyfill';
import type { IsoDate, IsoInstant } from '../config/clock';
import { civilDate } from './civil-date';
import { inLondon } from './london';

// Written out: Intl would cost more than the counting, and its spellings change between versions of Node.
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** "Thursday 26 March 2026" */
export function formatDate(date: IsoDate): string {
  return longDate(civilDate(date));
}

/** "Thu 26 March 2026" */
export function formatShortDate(date: IsoDate): string {
  return shortDate(civilDate(date));
}

/**
 * An instant in London time: "9:00am on Thursday 26 March 2026", "midday on ...", "midnight at the start of ...".
 * GMT or BST is added on the two days of the year on which the clocks change ("1:30am BST on Sunday 25 October 2026").
 * @param zone `always` names it on any day, for times that stand beside each other across a change.
 */
export function formatInstant(instant: IsoInstant, zone: 'where-it-matters' | 'always' = 'where-it-matters'): string {
  const at = inLondon(instant);
  const named = zone === 'always' || at.hoursInDay !== 24 ? ` ${zoneName(at)}` : '';
  const date = longDate(at);
  if (at.minute === 0 && at.hour === 0) return `midnight${named} at the start of ${date}`;
  if (at.minute === 0 && at.hour === 12) return `midday${named} on ${date}`;
  const time = `${at.hour % 12 || 12}:${String(at.minute).padStart(2, '0')}${at.hour < 12 ? 'am' : 'pm'}`;
  return `${time}${named} on ${date}`;
}

/** By when something is due: "the end of Monday 13 April 2026"; the moment, of a clock in hours. */
export function formatDue({ dueOn, dueAt }: { readonly dueOn?: IsoDate; readonly dueAt: IsoInstant }): string {
  return dueOn === undefined ? formatInstant(dueAt) : `the end of ${formatDate(dueOn)}`;
}

export function shortDate(date: Temporal.PlainDate): string {
  return `${weekday(date).slice(0, 3)} ${date.day} ${monthName(date.month)} ${date.year}`;
}

export function weekday(date: Temporal.PlainDate | Temporal.ZonedDateTime): string {
  return weekdays[date.dayOfWeek - 1] ?? '';
}

export function monthName(month: number): string {
  return months[month - 1] ?? '';
}

/** "1 month", "28 days" */
export function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** "Scotland and Northern Ireland" */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

function longDate(date: Temporal.PlainDate | Temporal.ZonedDateTime): string {
  return `${weekday(date)} ${date.day} ${monthName(date.month)} ${date.year}`;
}

function zoneName(at: Temporal.ZonedDateTime): string {
  return at.offsetNanoseconds === 0 ? 'GMT' : 'BST';
}
