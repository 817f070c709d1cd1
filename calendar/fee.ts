import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import { civilDate, isoDate, monthsAfter, parseIsoDate } from './civil-date';
import { endOfLondonDay } from './london';
import { workingDaysAfter } from './working-days';

/** The end of a fees notice that is not paid. */
export interface FeeLapse {
  /** The last day, in London, on which the fee can be paid. */
  readonly until: IsoDate;
  /** The first instant at which it is too late. */
  readonly lapsesAt: IsoInstant;
}

/**
 * Until when a fee can be paid that a public authority has asked for. Freedom of information: "within the period of three
 * months beginning with the day on which the fees notice is given" (Freedom of Information Act 2000, section 9(2)), so that a
 * notice of 10 January can be paid until 9 April. Environmental information: "no later than 60 working days after the date"
 * of the notice (Environmental Information Regulations 2004, regulation 8(5)), by the calendar of the whole United Kingdom.
 * @throws CalendarError for a date that does not exist.
 */
export function feeLapse(
  { clock, givenOn }: { readonly clock: 'freedom-of-information' | 'environmental-information'; readonly givenOn: IsoDate },
  { holidays }: { readonly holidays: BankHolidays },
): FeeLapse {
  const given = parseIsoDate(givenOn, 'givenOn');
  const until = clock === 'freedom-of-information' ? threeMonthsBeginningWith(given) : workingDaysAfter(given, 60, 'united-kingdom', holidays);
  return { until, lapsesAt: endOfLondonDay(until) };
}

/** They end on the day before the one that has the same number three months on; where that month has no such day, on its last. */
function threeMonthsBeginningWith(given: IsoDate): IsoDate {
  const sameDay = civilDate(monthsAfter(given, 3));
  return isoDate(sameDay.day === civilDate(given).day ? sameDay.subtract({ days: 1 }) : sameDay);
}
