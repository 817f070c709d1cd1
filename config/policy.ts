import type { IsoDate, IsoInstant } from './clock';

/** The clocks of the product; `clocks.ts` has the rule of each. */
export const clockIds = [
  'information-request',
  'asb-case-review-request',
  'subject-access',
  'subject-access-law-enforcement',
  'freedom-of-information',
  'environmental-information',
  'withdrawal',
  'breach-partners',
  'breach-ico',
  'breach-consultation',
  'breach-telling',
  'processor-objection',
  'originator-consultation',
] as const;
export type ClockId = (typeof clockIds)[number];

/** Which holidays a working day is counted against: `united-kingdom` is the union of the three divisions. */
export type WorkingCalendar = 'england-and-wales' | 'united-kingdom';

/** Roles that a rung of a ladder can address. The first three belong to the partner asked. */
export const ladderRoles = ['spoc', 'deputy', 'governance-lead', 'csp-manager'] as const;
export type LadderRole = (typeof ladderRoles)[number];

/** One rung of a reminder and escalation ladder, counted from the due date (date clocks) or due moment (hour clocks). */
export interface RungPolicy {
  /** Kebab-case and unique in its ladder: `reminder`, `due-today`, `overdue`, `escalate-deputy`. */
  readonly step: string;
  /** Working days from the due date (negative before, 0 on it), at 09:00 London; or elapsed hours from the due moment. */
  readonly offset: { readonly workingDays: number } | { readonly hours: number };
  readonly to: readonly LadderRole[];
}

/** One step of the working of a date, in plain words, with what a month view needs to mark it. */
export interface WorkingStep {
  /** The civil date the step speaks of; absent for a step in hours or a remark. */
  readonly on?: IsoDate;
  readonly counts: 'start' | 'counted' | 'not-counted' | 'paused' | 'moved' | 'due' | 'remark';
  /** "Fri 25 December 2026: Christmas Day, not counted" */
  readonly text: string;
}

/**
 * What a due date is set by that is not counted from its start: the day on which a panel meets, a chosen day, or the
 * statutory due date of the request that an originator is consulted about; and on which day that was set.
 */
export type DueFor = { readonly setOn: IsoDate } & (
  | { readonly panelOn: IsoDate }
  | { readonly chosenOn: IsoDate }
  | { readonly statutoryDueOn: IsoDate }
);

/** A worked-out clock: the due moment with its working, and when each rung of the ladder fires. */
export interface ClockPlan {
  readonly clock: ClockId;
  /** The start of the clock: a civil date, or an instant for a clock in hours. */
  readonly from: IsoDate | IsoInstant;
  /** Whether it runs its extended length. */
  readonly extended: boolean;
  /** The pauses that it leaves out, both days of each included. */
  readonly paused: readonly { readonly from: IsoDate; readonly to: IsoDate }[];
  /** Where its due date was set by this, and not counted from its start. */
  readonly dueFor?: DueFor;
  /** The due date; absent for a clock in hours. */
  readonly dueOn?: IsoDate;
  /** The first instant after the clock has run out: London midnight after the due date, or the due moment itself. */
  readonly dueAt: IsoInstant;
  readonly rungs: readonly PlannedRung[];
  /** Which bank holidays it was counted with: a short hash of the calendar's content. */
  readonly calendarVersion: string;
  readonly steps: readonly WorkingStep[];
}

export interface PlannedRung {
  readonly step: string;
  readonly at: IsoInstant;
  readonly to: readonly LadderRole[];
}

/** How one clock counts. The statutory defaults stand in `clocks.ts`; a protocol file may set those that are a partnership's to set. */
export interface ClockSettings {
  readonly length: ClockLength;
  /** Counted from the original start, in place of `length`, once the clock is extended. */
  readonly extendedLength?: ClockLength;
  /** Set where the law gives an extension no length: whoever gives it names the day. */
  readonly extendedTo?: 'chosen-day';
  /** By when an extension must be told. Absent: by the due date without the extension, to which pauses are added. */
  readonly extensionToldBy?: 'due-date-without-pauses';
  readonly calendar: WorkingCalendar | 'none';
  readonly countedFrom: 'first-working-day-after-start' | 'day-of-start' | 'day-after-start' | 'moment';
  readonly dueOnNonWorkingDay: 'cannot-happen' | 'next-working-day' | 'stays';
  /** Whether waiting for the applicant excludes days (a breach clock never pauses). */
  readonly pausable: boolean;
  /** Section, article or paragraph the rule comes from. */
  readonly source: string;
}

export type ClockLength =
  | { readonly workingDays: number }
  | { readonly calendarDays: number }
  | { readonly months: number }
  | { readonly hours: number };
