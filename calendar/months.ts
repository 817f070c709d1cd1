import type { Temporal } from 'temporal-polyfill';
import type { IsoDate } from '../config/clock';
import type { WorkingStep } from '../config/policy';
import { civilDate, isoDate } from './civil-date';
import { monthName } from './words';

/** A day of a month view, with what the working says of it. */
export interface MonthDay {
  readonly on: IsoDate;
  readonly day: number;
  /** Absent for a day that the working does not speak of. */
  readonly mark?: {
    readonly kind: MarkedKind;
    /** A word that fits into the day: "day 3", "due". */
    readonly label: string;
    /** The same for whoever hears it: "counted, day 3", "not counted: Easter Monday". */
    readonly words: string;
  };
}

export interface Month {
  /** "April 2026" */
  readonly name: string;
  /** From Monday to Sunday; null before the first and after the last of the month. */
  readonly weeks: readonly (readonly (MonthDay | null)[])[];
}

type MarkedKind = Exclude<WorkingStep['counts'], 'remark'>;

/** Where several steps speak of one day, the first of these marks it. */
const precedence = ['due', 'start', 'counted', 'paused', 'not-counted', 'moved'] as const satisfies MarkedKind[];

/** The working of a date by months, from the first day that it speaks of to the last; none for a clock in hours. */
export function monthsOf(steps: readonly WorkingStep[]): Month[] {
  const marked = new Map<IsoDate, WorkingStep[]>();
  for (const step of steps) {
    if (step.on !== undefined) marked.set(step.on, [...(marked.get(step.on) ?? []), step]);
  }
  const dates = [...marked.keys()].sort();
  const [first, last] = [dates.at(0), dates.at(-1)];
  if (first === undefined || last === undefined) return [];
  const months: Month[] = [];
  for (let month = civilDate(first).with({ day: 1 }); isoDate(month) <= last; month = month.add({ months: 1 })) {
    months.push({ name: `${monthName(month.month)} ${month.year}`, weeks: weeksOf(month, marked) });
  }
  return months;
}

function weeksOf(
  first: Temporal.PlainDate,
  marked: ReadonlyMap<IsoDate, readonly WorkingStep[]>,
): (MonthDay | null)[][] {
  const days: (MonthDay | null)[] = Array.from({ length: first.dayOfWeek - 1 }, () => null);
  for (let day = 1; day <= first.daysInMonth; day += 1) {
    const on = isoDate(first.with({ day }));
    days.push({ on, day, ...markOf(marked.get(on) ?? []) });
  }
  while (days.length % 7 > 0) days.push(null);
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

function markOf(steps: readonly WorkingStep[]): Pick<MonthDay, 'mark'> {
  const kind = precedence.find((each) => steps.some(({ counts }) => counts === each));
  const marking = steps.find(({ counts }) => counts === kind);
  if (kind === undefined || marking === undefined) return {};
  return { mark: { kind, label: labelOf(kind, marking), words: steps.map(wordsOf).join('; ') } };
}

function labelOf(kind: MarkedKind, step: WorkingStep): string {
  const labels = { start: 'start', paused: 'pause', 'not-counted': 'off', moved: 'moved', due: 'due' } as const;
  // "day 3 before the panel" has no room in its day.
  return kind === 'counted' ? whatOf(step).replace(/ before .*/, '') : labels[kind];
}

function wordsOf(step: WorkingStep): string {
  switch (step.counts) {
    case 'counted':
      return `counted, ${whatOf(step)}`;
    case 'not-counted':
      return `not counted: ${whatOf(step).replace(/, not counted$/, '')}`;
    case 'start':
    case 'paused':
    case 'due':
      return step.counts;
    default:
      return whatOf(step);
  }
}

/** What a step says of its day, which it names first: "Fri 3 April 2026: Good Friday, not counted". */
function whatOf({ text }: WorkingStep): string {
  return text.slice(text.indexOf(': ') + 2);
}
