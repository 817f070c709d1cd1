import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { ClockPlan, PlannedRung, RungPolicy, WorkingCalendar } from '../config/policy';
import { isoInstant } from './civil-date';
import { deadline, settingsOf, type CountingBasis, type Deadline, type DeadlineInput } from './deadline';
import { londonDateOf, londonHour } from './london';
import { workingDayOnOrBefore, workingDaysAfter } from './working-days';

export interface PlanInput extends DeadlineInput {
  readonly ladder: readonly RungPolicy[];
  /** Spreads the mails of one morning: give the reference of the case, so that its rungs keep their minute. */
  readonly spreadKey: string;
}

/**
 * Works out a clock and when each rung of its ladder fires, in order of time.
 * @throws CalendarError as `deadline` does.
 */
export function planClock(input: PlanInput, basis: CountingBasis): ClockPlan {
  const { clock, from, due, dueAt, steps } = countedOnce(input, basis);
  const { calendar } = settingsOf(input.clock, basis);
  return {
    clock,
    from,
    extended: input.extended ?? false,
    paused: input.paused ?? [],
    ...(due !== undefined && { dueOn: due }),
    dueAt,
    rungs: planRungs(
      {
        dueOn: due ?? londonDateOf(dueAt),
        dueAt,
        ladder: input.ladder,
        spreadKey: input.spreadKey,
        calendar: calendar === 'none' ? 'england-and-wales' : calendar,
      },
      basis.holidays,
    ),
    calendarVersion: basis.holidays.version,
    steps,
  };
}

/** The day in London on which a clock started. */
export const startDayOf = ({ from, dueOn }: Pick<ClockPlan, 'from' | 'dueOn'>): IsoDate =>
  dueOn === undefined ? londonDateOf(from as IsoInstant) : (from as IsoDate);

export interface RungsInput {
  readonly dueOn: IsoDate;
  readonly dueAt: IsoInstant;
  readonly ladder: readonly RungPolicy[];
  readonly spreadKey: string;
  readonly calendar: WorkingCalendar;
}

/** When each rung fires, in order of time: also for a due date with no clock of its own, such as a consultation's. */
export function planRungs(input: RungsInput, holidays: BankHolidays): PlannedRung[] {
  return input.ladder
    .map(({ step, offset, to }) => ({
      step,
      at:
        'hours' in offset
          ? isoInstant(Temporal.Instant.from(input.dueAt).add({ hours: offset.hours }))
          : isoInstant(morningOf(input, offset.workingDays, holidays).add({ seconds: spreadSeconds(input.spreadKey) })),
      to,
    }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/**
 * What was counted with some bank holidays, by what it was counted from. Of thousands of open cases many start on the same
 * day and are due on the same day: counted for each anew, that was most of what a change of the bank holidays took.
 */
class Counted<T> {
  readonly #known = new WeakMap<BankHolidays, Map<string, T>>();

  get(key: string, holidays: BankHolidays, count: () => T): T {
    let known = this.#known.get(holidays);
    if (known === undefined) this.#known.set(holidays, (known = new Map<string, T>()));
    let counted = known.get(key);
    if (counted === undefined) {
      // A process runs for months: what it was asked for once is not kept for all of them.
      if (known.size >= mostKnown) known.clear();
      known.set(key, (counted = count()));
    }
    return counted;
  }
}

const mostKnown = 10_000;
const deadlines = new Counted<Deadline>();
const mornings = new Counted<Temporal.Instant>();

function countedOnce(input: DeadlineInput, basis: CountingBasis): Deadline {
  const { clock, from, extended = false, paused = [] } = input;
  const key = JSON.stringify([clock, from, extended, paused, settingsOf(clock, basis)]);
  return deadlines.get(key, basis.holidays, () => deadline(input, basis));
}

/** 09:00 in London on the working day of a rung. */
const morningOf = ({ dueOn, calendar }: Pick<RungsInput, 'dueOn' | 'calendar'>, workingDays: number, holidays: BankHolidays): Temporal.Instant =>
  mornings.get(`${dueOn}/${calendar}/${workingDays}`, holidays, () =>
    Temporal.Instant.from(londonHour(rungDate({ dueOn, calendar }, workingDays, holidays), 9)),
  );

/**
 * The working day of a rung. 0 is the due date; where that is no working day (a withdrawal may end on a Sunday), it is
 * the last working day before it, since a mail that says "today is the last day" must be read before the day has gone.
 */
function rungDate({ dueOn, calendar }: Pick<RungsInput, 'dueOn' | 'calendar'>, workingDays: number, holidays: BankHolidays): IsoDate {
  return workingDays === 0
    ? workingDayOnOrBefore(dueOn, calendar, holidays)
    : workingDaysAfter(dueOn, workingDays, calendar, holidays);
}

/** From 0 to 900, the same for the same key. */
function spreadSeconds(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) % 901;
}
