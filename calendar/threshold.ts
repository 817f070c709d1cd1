import type { IsoDate } from '../config/clock';
import { civilDate, isoDate, parseIsoDate } from './civil-date';
import { CalendarError } from './errors';
import { counted, formatDate } from './words';

/** A complaint about anti-social behaviour: when it happened, and when somebody complained of it. */
export interface Complaint {
  readonly behaviourOn: IsoDate;
  readonly complainedOn: IsoDate;
}

export interface CountedComplaint extends Complaint {
  readonly qualifies: boolean;
  /** Why it counts, or why it does not, so that it can be checked by hand. */
  readonly text: string;
}

export interface Threshold {
  readonly required: number;
  readonly qualifying: number;
  /** Whether there are so many that the review must be carried out. */
  readonly obliges: boolean;
  readonly complaints: readonly CountedComplaint[];
  /** What follows, in a sentence. */
  readonly text: string;
}

const monthsToComplain = 1;
const monthsToApply = 6;

/**
 * Whether the complaints of an application oblige to an ASB case review: Anti-social Behaviour, Crime and Policing Act
 * 2014, section 104(4) and (11). A complaint qualifies if it was made within one month beginning with the day of the
 * behaviour, and the review was applied for within six months beginning with the day of the complaint. So many as the
 * review procedures ask oblige; below that the procedures decide (section 104(5)).
 * @param required how many the partnership's procedures ask, three or fewer
 * @throws CalendarError for a date that does not exist, or a complaint before its behaviour or after the application
 */
export function reviewThreshold(
  { appliedOn, complaints }: { readonly appliedOn: IsoDate; readonly complaints: readonly Complaint[] },
  required: number,
): Threshold {
  const applied = parseIsoDate(appliedOn, 'appliedOn');
  const each = complaints.map((complaint, index) => countedComplaint(complaint, applied, `complaints.${index}`));
  const qualifying = each.filter(({ qualifies }) => qualifies).length;
  const obliges = qualifying >= required;
  const found = `${counted(qualifying, 'qualifying complaint')}, and ${required} ${required === 1 ? 'is' : 'are'} required`;
  return {
    required,
    qualifying,
    obliges,
    complaints: each,
    text: obliges
      ? `${found}: the threshold is met, and the review must be carried out.`
      : `${found}: the review can still be granted, or not, by a decision with reasons.`,
  };
}

function countedComplaint({ behaviourOn, complainedOn }: Complaint, appliedOn: IsoDate, field: string): CountedComplaint {
  const behaviour = parseIsoDate(behaviourOn, `${field}.behaviourOn`);
  const complained = parseIsoDate(complainedOn, `${field}.complainedOn`);
  if (complained < behaviour) {
    throw new CalendarError(`${field}.complainedOn`, 'The complaint must be on or after the day of the behaviour.');
  }
  if (appliedOn < complained) {
    throw new CalendarError(`${field}.complainedOn`, 'The complaint must be on or before the day of the application.');
  }
  const complainBy = lastDayOf(behaviour, monthsToComplain);
  const applyBy = lastDayOf(complained, monthsToApply);
  const inMonth = complained <= complainBy;
  const inSix = appliedOn <= applyBy;
  return {
    behaviourOn: behaviour,
    complainedOn: complained,
    qualifies: inMonth && inSix,
    text: [
      `Complained of on ${formatDate(complained)}, ${inMonth ? 'within' : 'not within'} the month from ${formatDate(behaviour)} ` +
        `to ${formatDate(complainBy)}`,
      `applied for on ${formatDate(appliedOn)}, ${inSix ? 'within' : 'not within'} the six months to ${formatDate(applyBy)}`,
      inMonth && inSix ? 'it qualifies.' : 'it does not qualify.',
    ].join('; '),
  };
}

/**
 * The last day of a period of months that begins with a day, which is part of it: the day before the same day of the
 * month in which it ends, or the last of that month where it has no such day.
 */
function lastDayOf(from: IsoDate, months: number): IsoDate {
  const start = civilDate(from);
  const end = start.add({ months });
  return isoDate(end.day === start.day ? end.subtract({ days: 1 }) : end);
}
