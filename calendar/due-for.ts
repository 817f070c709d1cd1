import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { ClockId, ClockPlan, DueFor, RungPolicy, WorkingCalendar, WorkingStep } from '../config/policy';
import { civilDate, isoDate, parseIsoDate } from './civil-date';
import { consultationDeadline } from './consultation';
import { CalendarError } from './errors';
import { endOfLondonDay } from './london';
import { planRungs } from './plan';
import { formatDate, formatShortDate } from './words';
import { beyondCalendar, dayOff, isWorkingDay, workingDaysAfter } from './working-days';

export interface DueForInput {
  readonly clock: ClockId;
  /** The day it is asked. */
  readonly from: IsoDate;
  readonly dueFor: DueFor;
  /** How many working days before a panel the answers are due, so that they can be collated and read. */
  readonly workingDaysBefore: number;
  readonly ladder: readonly RungPolicy[];
  readonly spreadKey: string;
  readonly calendar: WorkingCalendar;
}

/**
 * A clock whose due date is not counted from its start: some working days before a panel meets, a day that was chosen, or
 * the end of the consultation of an originator. Never before the next working day after that day was set, and before a
 * panel always.
 * @throws CalendarError for a day that does not exist, is no working day, or comes too soon
 */
export function planDueFor(input: DueForInput, { holidays }: { readonly holidays: BankHolidays }): ClockPlan {
  const { clock, dueFor, calendar } = input;
  const from = parseIsoDate(input.from, 'from');
  const setOn = parseIsoDate(dueFor.setOn, 'setOn');
  const earliest = workingDaysAfter(setOn, 1, calendar, holidays);
  const { dueOn, steps } =
    'statutoryDueOn' in dueFor
      ? consulted(dueFor, { from, calendar }, earliest, holidays)
      : 'panelOn' in dueFor
        ? countedBack({ ...input, panelOn: parseIsoDate(dueFor.panelOn, 'panelOn') }, earliest, holidays)
        : chosen({ dueOn: parseIsoDate(dueFor.chosenOn, 'dueOn'), calendar }, earliest, holidays);
  const last = 'panelOn' in dueFor ? dueFor.panelOn : 'statutoryDueOn' in dueFor ? dueFor.statutoryDueOn : dueOn;
  const reach = beyondCalendar(from, last, holidays);
  const remarks = reach === undefined ? [] : [{ counts: 'remark', text: reach } as const];
  const dueAt = endOfLondonDay(dueOn);
  return {
    clock,
    from,
    extended: false,
    paused: [],
    dueFor,
    dueOn,
    dueAt,
    rungs: planRungs({ dueOn, dueAt, ladder: input.ladder, spreadKey: input.spreadKey, calendar }, holidays),
    calendarVersion: holidays.version,
    steps: [
      step(from, 'start', 'asked'),
      ...(setOn === from ? [] : [step(setOn, 'remark', 'this date was set')]),
      ...steps,
      ...remarks,
    ],
  };
}

/**
 * A panel whose day sets no due date: it meets on a working day, and once the time to answer is over.
 * @param dueOn the last due date of those who are awaited; undefined if nobody is
 * @throws CalendarError
 */
export function checkPanel(
  { panelOn, dueOn, calendar }: { readonly panelOn: IsoDate; readonly dueOn: IsoDate | undefined; readonly calendar: WorkingCalendar },
  { holidays }: { readonly holidays: BankHolidays },
): void {
  refuseDayOff(panelOn, calendar, holidays);
  if (dueOn !== undefined && panelOn <= dueOn) {
    throw new CalendarError('panelOn', `The panel must meet after ${formatDate(dueOn)}, by which the partners answer, or they must answer earlier.`);
  }
}

function refuseDayOff(panelOn: IsoDate, calendar: WorkingCalendar, holidays: BankHolidays): void {
  if (!isWorkingDay(panelOn, calendar, holidays)) throw new CalendarError('panelOn', 'The panel must meet on a working day.');
}

interface Counted {
  readonly dueOn: IsoDate;
  readonly steps: readonly WorkingStep[];
}

const step = (on: IsoDate, counts: WorkingStep['counts'], text: string): WorkingStep => ({
  on,
  counts,
  text: `${formatShortDate(on)}: ${text}`,
});

/**
 * An originator is asked on a day, and the statutory date of the request is by now as it is. Where that has moved, what is left
 * of the time is at least until the next working day: no originator's time has run out by a date that was moved.
 */
function consulted(
  { statutoryDueOn }: { readonly statutoryDueOn: IsoDate },
  { from, calendar }: { readonly from: IsoDate; readonly calendar: WorkingCalendar },
  earliest: IsoDate,
  holidays: BankHolidays,
): Counted {
  const { due, steps } = consultationDeadline({ askedOn: from, statutoryDueOn, calendar }, { holidays });
  // That it was asked, and how far the calendar reaches, is said of every such clock.
  const counted = steps.filter(({ counts }) => counts !== 'start' && counts !== 'remark');
  if (due >= earliest) return { dueOn: due, steps: counted };
  const choices = counted.filter(({ counts }) => counts !== 'due');
  return { dueOn: earliest, steps: [...choices, step(earliest, 'due', 'the next working day after this was set, the others being too early, the due date')] };
}

function chosen(
  { dueOn, calendar }: { readonly dueOn: IsoDate; readonly calendar: WorkingCalendar },
  earliest: IsoDate,
  holidays: BankHolidays,
): Counted {
  if (!isWorkingDay(dueOn, calendar, holidays)) throw new CalendarError('dueOn', 'The due date must be a working day.');
  if (dueOn < earliest) throw new CalendarError('dueOn', `The due date must be ${formatDate(earliest)} or later.`);
  return { dueOn, steps: [step(dueOn, 'due', 'the day that was chosen, the due date')] };
}

/** Walks back from the day of the panel, day by day, as the other clocks walk on. */
function countedBack(
  { panelOn, workingDaysBefore, calendar }: DueForInput & { readonly panelOn: IsoDate },
  earliest: IsoDate,
  holidays: BankHolidays,
): Counted {
  refuseDayOff(panelOn, calendar, holidays);
  if (panelOn <= earliest) {
    const soonest = workingDaysAfter(earliest, 1, calendar, holidays);
    throw new CalendarError('panelOn', `Nobody could answer before the panel: it must meet on ${formatDate(soonest)} or later.`);
  }
  const back: WorkingStep[] = [];
  let day = civilDate(panelOn);
  for (let number = 0; number < workingDaysBefore; ) {
    day = day.subtract({ days: 1 });
    const on = isoDate(day);
    const off = dayOff(day, calendar, holidays, on);
    if (off !== undefined) back.unshift(step(on, 'not-counted', `${off}, not counted`));
    else {
      number += 1;
      const counts = number === workingDaysBefore && on >= earliest ? 'due' : 'counted';
      back.unshift(step(on, counts, `day ${number} before the panel${counts === 'due' ? ', the due date' : ''}`));
    }
  }
  const nominal = isoDate(day);
  const isTooEarly = nominal < earliest;
  return {
    dueOn: isTooEarly ? earliest : nominal,
    steps: [
      ...back,
      step(panelOn, 'remark', 'the panel meets'),
      ...(isTooEarly
        ? [step(earliest, 'due', 'the next working day after it was set, the other being too early, the due date')]
        : []),
    ],
  };
}
