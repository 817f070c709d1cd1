import type { Temporal } from 'temporal-polyfill';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import { clocks, clockSettingsFaults } from '../config/clocks';
import type { ClockId, ClockLength, ClockSettings, WorkingCalendar, WorkingStep } from '../config/policy';
import { civilDate, parseIsoDate, parseIsoInstant, shown } from './civil-date';
import { countHours } from './count-hours';
import { countPeriod } from './count-period';
import { countWorkingDays } from './count-working-days';
import { CalendarError } from './errors';
import { endOfLondonDay } from './london';
import { checkedPauses, latePauses, type Pause } from './pauses';
import { shortDate } from './words';
import { beyondCalendar } from './working-days';

/** What a clock is counted from. */
export interface DeadlineInput {
  readonly clock: ClockId;
  /** The start: a civil date, or an instant for a clock in hours. */
  readonly from: IsoDate | IsoInstant;
  /** Whether the clock was extended: it then runs its extended length from this same start. Default: it was not. */
  readonly extended?: boolean;
  readonly paused?: readonly Pause[];
}

/** What a clock is counted with. */
export interface CountingBasis {
  readonly holidays: BankHolidays;
  /** Default: the table of `config/clocks.ts`. */
  readonly settings?: Readonly<Record<ClockId, ClockSettings>>;
}

export interface Deadline {
  readonly clock: ClockId;
  readonly from: IsoDate | IsoInstant;
  /** The due date, which belongs to the time allowed to its end; absent for a clock in hours. */
  readonly due?: IsoDate;
  /** The first instant after the clock has run out: London midnight after the due date, or the due moment itself. */
  readonly dueAt: IsoInstant;
  readonly steps: readonly WorkingStep[];
  /** What a person must know about this date, in sentences; each is a `remark` of the working too. */
  readonly warnings: readonly string[];
}

/**
 * Counts a clock: its due moment, with the working. Until when an extension can be told, `extensionWindow` says.
 * @throws CalendarError when the clock is unknown, the start is no date (or no instant, for a clock in hours), or the
 * clock has no extension or no pause and one is asked for; and for pauses that end before they begin or overlap.
 */
export function deadline(input: DeadlineInput, basis: CountingBasis): Deadline {
  const settings = settingsOf(input.clock, basis);
  const [fault] = lackingFaults(input.clock, { extended: input.extended ?? false, paused: (input.paused ?? []).length > 0 }, settings);
  if (fault !== undefined) throw fault;
  const length = (input.extended ? settings.extendedLength : undefined) ?? settings.length;
  return 'hours' in length ? hourDeadline(input, length.hours) : dateDeadline(input, length, settings, basis.holidays);
}

/** The settings of a clock. Throws CalendarError when there is no such clock, or its settings contradict each other. */
export function settingsOf(clock: ClockId, { settings = clocks }: CountingBasis): ClockSettings {
  if (!Object.hasOwn(settings, clock)) {
    throw new CalendarError('clock', `"${shown(clock)}" is not a clock: use ${Object.keys(settings).join(', ')}.`);
  }
  const [fault] = clockSettingsFaults(settings[clock]);
  if (fault !== undefined) throw new CalendarError('clock', `The clock ${clock} cannot be counted: ${fault}.`);
  return settings[clock];
}

/** What is asked of a clock that it does not have: more time, a pause. */
export function lackingFaults(
  clock: ClockId,
  asked: { readonly extended: boolean; readonly paused: boolean },
  { extendedLength, pausable }: ClockSettings,
): CalendarError[] {
  return [
    ...(asked.extended && extendedLength === undefined ? [new CalendarError('extended', `The clock ${clock} cannot be extended.`)] : []),
    ...(asked.paused && !pausable ? [new CalendarError('paused', `The clock ${clock} cannot be paused.`)] : []),
  ];
}

function hourDeadline(input: DeadlineInput, hours: number): Deadline {
  const from = parseIsoInstant(input.from, 'from');
  return { clock: input.clock, from, ...countHours(from, hours), warnings: [] };
}

function dateDeadline(
  input: DeadlineInput,
  length: Exclude<ClockLength, { hours: number }>,
  settings: ClockSettings,
  holidays: BankHolidays,
): Deadline {
  const { clock } = input;
  const from = parseIsoDate(input.from, 'from');
  const pauses = checkedPauses(input.paused ?? [], from);
  const start = civilDate(from);
  const [first, how] = beginning(start, settings);
  const startStep: WorkingStep = { on: from, counts: 'start', text: `${shortDate(start)}: ${how}` };
  const movesTo = settings.dueOnNonWorkingDay === 'next-working-day' ? workingCalendar(settings) : undefined;
  const { due, steps } =
    'workingDays' in length
      ? countWorkingDays(first, length.workingDays, workingCalendar(settings), pauses, holidays)
      : countPeriod(first, length, movesTo, pauses, holidays);
  const reach = settings.calendar === 'none' ? undefined : beyondCalendar(from, due, holidays);
  const warnings = [...latePauses(pauses, due), ...(reach === undefined ? [] : [reach])];
  const remarks = warnings.map((text): WorkingStep => ({ counts: 'remark', text }));
  return { clock, from, due, dueAt: endOfLondonDay(due), steps: [startStep, ...steps, ...remarks], warnings };
}

/** The day from which the length is counted, and how the working says so. */
function beginning(start: Temporal.PlainDate, { countedFrom }: ClockSettings): [Temporal.PlainDate, string] {
  const dayAfter = start.add({ days: 1 });
  switch (countedFrom) {
    case 'first-working-day-after-start':
      return [dayAfter, 'the start; day 1 is the first working day after it'];
    case 'day-after-start':
      return [dayAfter, `the start; counted from the day after, ${shortDate(dayAfter)}`];
    case 'day-of-start':
    case 'moment':
      return [start, 'the start; counted from this day, working or not'];
  }
}

/** The calendar of a clock that has one: `settingsOf` has seen to it. */
function workingCalendar({ calendar }: ClockSettings): WorkingCalendar {
  return calendar as WorkingCalendar;
}
