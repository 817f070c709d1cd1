import { Temporal } from 'temporal-polyfill';
import type { IsoDate, IsoInstant } from '../config/clock';
import { CalendarError } from './errors';

/** Years outside these are typing errors: no clock of the product starts or ends there. */
const firstYear = 1900;
const lastYear = 2199;

/**
 * Reads a civil date, strictly `YYYY-MM-DD` and one that exists.
 * @param field named in the error, so that a form can show it in its place.
 * @throws CalendarError for any other shape, a date that does not exist, or a year that cannot be meant.
 */
export function parseIsoDate(text: string, field = 'date'): IsoDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw new CalendarError(field, `"${shown(text)}" is not a date: write year-month-day, such as 2026-03-26.`);
  }
  const date = orUndefined(() => Temporal.PlainDate.from(text));
  if (!date) throw new CalendarError(field, `${text} does not exist: check the day and the month.`);
  if (date.year < firstYear || date.year > lastYear) {
    throw new CalendarError(field, `${text} is out of range: the year must lie between ${firstYear} and ${lastYear}.`);
  }
  return text as IsoDate;
}

/**
 * Reads an instant with its zone, `2026-10-24T11:00:00Z` or `2026-10-24T12:00+01:00`, to the millisecond.
 * A time without a zone is refused: in the hour the clocks go back it would mean two instants.
 * @returns the instant in UTC.
 * @throws CalendarError
 */
export function parseIsoInstant(text: string, field = 'instant'): IsoInstant {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d{2}:[0-5]\d)$/.test(text)) {
    throw new CalendarError(
      field,
      `"${shown(text)}" is not an instant: write date, time and zone, such as 2026-10-24T11:00:00Z or ` +
        '2026-10-24T12:00:00+01:00.',
    );
  }
  parseIsoDate(text.slice(0, 10), field);
  const instant = orUndefined(() => Temporal.Instant.from(text));
  if (!instant) throw new CalendarError(field, `${text} does not exist: check the hour and the zone.`);
  return isoInstant(instant);
}

export function civilDate(date: IsoDate): Temporal.PlainDate {
  return Temporal.PlainDate.from(date);
}

export function isoDate(date: Temporal.PlainDate): IsoDate {
  return date.toString() as IsoDate;
}

/**
 * To the millisecond, without a fraction where there is none: `2026-04-13T23:00:00Z`. Written by `Date`, as Temporal's
 * polyfill takes twenty times as long, and there are seven instants to the ladder of each open case.
 */
export function isoInstant({ epochMilliseconds }: Temporal.Instant): IsoInstant {
  return new Date(epochMilliseconds).toISOString().replace(/\.?0*Z$/, 'Z') as IsoInstant;
}

/** The same day some months later, or the last of a shorter month. Says how far off a date is; no clock counts so. */
export function monthsAfter(date: IsoDate, months: number): IsoDate {
  return isoDate(civilDate(date).add({ months }));
}

/** What someone typed, on one line and short enough for a message. */
export function shown(text: string): string {
  const line = text.replace(/\p{C}+/gu, ' ');
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
