import { Temporal } from 'temporal-polyfill';
import type { IsoDate, IsoInstant } from '../config/clock';
import { civilDate, isoDate, isoInstant } from './civil-date';

const zone = 'Europe/London';

/** The instant as London's clocks and calendars show it. */
export function inLondon(instant: IsoInstant): Temporal.ZonedDateTime {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
}

/** The civil date in London at an instant: 2026-04-13T23:30:00Z is already 14 April there. */
export function londonDateOf(instant: IsoInstant): IsoDate {
  return isoDate(inLondon(instant).toPlainDate());
}

/** The first instant of a day in London: midnight there, which is 23:00 UTC of the day before in summer. */
export function startOfLondonDay(date: IsoDate): IsoInstant {
  return isoInstant(civilDate(date).toZonedDateTime(zone).toInstant());
}

/** The first instant after a day in London: a clock due on that day has run out then. */
export function endOfLondonDay(date: IsoDate): IsoInstant {
  return startOfLondonDay(isoDate(civilDate(date).add({ days: 1 })));
}

/** The day in London that has just ended at this instant: what lasts until a midnight lasts until the end of it. */
export function lastDayBefore(midnight: IsoInstant): IsoDate {
  return londonDateOf(new Date(Date.parse(midnight) - 1).toISOString() as IsoInstant);
}

/** An hour of the clock in London on a day, plus seconds. For hours that every day has once (not 01:00 to 02:00). */
export function londonHour(date: IsoDate, hour: number, seconds = 0): IsoInstant {
  const at = civilDate(date).toZonedDateTime({ timeZone: zone, plainTime: { hour } });
  return isoInstant(at.toInstant().add({ seconds }));
}

/** Of an hour that comes twice in the night in which the clocks go back. */
export type Occurrence = 'first' | 'second';

/**
 * The moments at which the clocks of London show a time on a day, "14:05": one, two in the hour that comes twice as they
 * go back, none in the hour that is left out as they go forward (Summer Time Order 2002).
 */
export function londonMoments(date: IsoDate, time: string): Readonly<Partial<Record<Occurrence, IsoInstant>>> {
  const shown = civilDate(date).toPlainDateTime(time);
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) => shown.toZonedDateTime(zone, { disambiguation }));
  if (first === undefined || second === undefined || !first.toPlainDateTime().equals(shown)) return {};
  const isOnce = first.epochMilliseconds === second.epochMilliseconds;
  return { first: isoInstant(first.toInstant()), ...(isOnce ? {} : { second: isoInstant(second.toInstant()) }) };
}

/** The time of day in London at an instant: "14:05". */
export function londonTimeOf(instant: IsoInstant): string {
  return inLondon(instant).toPlainTime().toString({ smallestUnit: 'minute' });
}
