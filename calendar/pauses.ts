import type { IsoDate } from '../config/clock';
import { parseIsoDate } from './civil-date';
import { CalendarError } from './errors';
import { formatDate } from './words';

/** Waiting for the applicant, from the day asked to the day answered: both days, and all between, are excluded. */
export interface Pause {
  readonly from: IsoDate;
  readonly to: IsoDate;
}

/**
 * The pauses in order of date.
 * @throws CalendarError for one that ends before it begins, begins before the clock does, or shares a day with another
 * (that day would be excluded twice).
 */
export function checkedPauses(paused: readonly Pause[], start: IsoDate): readonly Pause[] {
  const pauses = paused.map((pause) => ({
    from: parseIsoDate(pause.from, 'paused'),
    to: parseIsoDate(pause.to, 'paused'),
  }));
  pauses.sort((a, b) => (a.from < b.from ? -1 : 1));
  for (const [index, pause] of pauses.entries()) {
    const before = pauses[index - 1];
    if (pause.to < pause.from) {
      refuse(pause, 'ends before it begins: give the day asked first, then the day answered');
    }
    if (pause.from < start) {
      refuse(pause, `begins before the clock does, on ${formatDate(start)}: give only the days from then on`);
    }
    if (before && pause.from <= before.to) {
      refuse(pause, `overlaps the pause ${before.from}/${before.to}: each day can be excluded once`);
    }
  }
  return pauses;
}

export function isPaused(on: IsoDate, pauses: readonly Pause[]): boolean {
  return pauses.some(({ from, to }) => from <= on && on <= to);
}

/** A sentence for each pause that begins when the clock has already run out: it excludes nothing. */
export function latePauses(pauses: readonly Pause[], due: IsoDate): string[] {
  return pauses
    .filter(({ from }) => from > due)
    .map(({ from, to }) => `The pause ${from}/${to} changes nothing: the clock had run out on ${formatDate(due)}.`);
}

function refuse({ from, to }: Pause, why: string): never {
  throw new CalendarError('paused', `The pause ${from}/${to} ${why}.`);
}
