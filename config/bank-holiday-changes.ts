/** How one set of bank holidays follows another: what is kept, what is refused, what has changed. Pure. */
import { bankHolidaysOf, BankHolidaysError, divisions, perDivision, type BankHolidays, type Division } from './bank-holidays';
import type { IsoDate } from './clock';

/** A bank holiday of one division. */
export interface DayOff {
  readonly division: Division;
  readonly on: IsoDate;
  readonly title: string;
}

/** A bank holiday as the record of acts and commands name it: `scotland/2026-06-15`. */
export const dayCode = ({ division, on }: Pick<DayOff, 'division' | 'on'>): string => `${division}/${on}`;

/** A feed that lacks known days to come: cut short, or the days were really moved, which only a person can tell. */
export class KnownDaysLost extends BankHolidaysError {
  constructor(lost: readonly DayOff[]) {
    super(lost.map(({ division, on, title }) => `it lacks ${title} on ${on} (${division}), which is known`));
  }
}

/** The known days after today that a feed lacks. @param today in London */
export function lostBy(feed: BankHolidays, known: BankHolidays, today: IsoDate): DayOff[] {
  return daysOf(known).filter(({ division, on }) => on > today && !feed.divisions[division].has(on));
}

/**
 * What is in force after a feed has come. Days up to today stay known: the feed keeps some years only, and dates that
 * were counted with them must go on adding up.
 *
 * @param today in London
 * @param moved days, by their codes, of which a person has said that they are none any more
 * @throws KnownDaysLost if the feed lacks other days after today that are known: open cases may be counted with them,
 *   and a feed that was cut short looks just like that.
 */
export function updatedBy(
  feed: BankHolidays,
  known: BankHolidays,
  today: IsoDate,
  moved: ReadonlySet<string> = new Set(),
): BankHolidays {
  const lost = lostBy(feed, known, today);
  const notMoved = lost.filter((day) => !moved.has(dayCode(day)));
  if (notMoved.length > 0) throw new KnownDaysLost(notMoved);
  const isLost = (division: Division, on: IsoDate) => lost.some((day) => day.division === division && day.on === on);
  const kept = perDivision((division) => new Map([...known.divisions[division]].filter(([on]) => !isLost(division, on))));
  return joined({ divisions: kept }, feed);
}

/**
 * Bank holidays with those of another set where they do not reach: before the first and after the last day of each
 * division.
 */
export function extendedBy(further: BankHolidays, holidays: BankHolidays): BankHolidays {
  const beyond = perDivision((division) => {
    const days = [...holidays.divisions[division].keys()];
    const [first = '', last = ''] = [days.at(0), days.at(-1)];
    return new Map([...further.divisions[division]].filter(([on]) => on < first || on > last));
  });
  if (divisions.every((division) => beyond[division].size === 0)) return holidays;
  return joined({ divisions: beyond }, holidays);
}

/** The days that one set has and the other has not, by date; a day that was only named anew is in neither list. */
export function changesBetween(
  before: BankHolidays,
  after: BankHolidays,
): { readonly added: readonly DayOff[]; readonly removed: readonly DayOff[] } {
  const onlyIn = (one: BankHolidays, other: BankHolidays) =>
    daysOf(one).filter(({ division, on }) => !other.divisions[division].has(on));
  return { added: onlyIn(after, before), removed: onlyIn(before, after) };
}

/** The days of both; where both name one, as the second does. */
function joined(first: Pick<BankHolidays, 'divisions'>, second: BankHolidays): BankHolidays {
  return bankHolidaysOf(perDivision((division) => new Map([...first.divisions[division], ...second.divisions[division]])));
}

const daysOf = (holidays: BankHolidays): DayOff[] =>
  divisions.flatMap((division) => [...holidays.divisions[division]].map(([on, title]) => ({ division, on, title })));
