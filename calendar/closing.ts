import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate } from '../config/clock';
import type { WorkingCalendar, WorkingStep } from '../config/policy';
import { civilDate } from './civil-date';
import { countWorkingDays } from './count-working-days';
import { formatShortDate } from './words';
import { beyondCalendar, workingDaysAfter } from './working-days';

/** What the day is counted from on which a case closes by itself. */
export interface ClosingInput {
  /** Since which day, in London, nothing is waited for any more. */
  readonly since: IsoDate;
  /** The day that it is counted from, where that is put on record later: that on which an applicant was told. */
  readonly from?: IsoDate | undefined;
  readonly workingDays: number;
  readonly calendar: WorkingCalendar;
}

/**
 * The day at the end of which a case closes by itself, with its working. Where it is counted from a day that was put on record late,
 * it closes not before the next working day after that: until then, who knows that it is not over can say so.
 */
export function closingDay({ since, from = since, workingDays, calendar }: ClosingInput, holidays: BankHolidays): { readonly day: IsoDate; readonly steps: readonly WorkingStep[] } {
  const start = { on: from, counts: 'start', text: `${formatShortDate(from)}: the start; day 1 is the first working day after it` } as const;
  const { due: counted, steps } = countWorkingDays(civilDate(from).add({ days: 1 }), workingDays, calendar, [], holidays);
  const earliest = workingDaysAfter(since, 1, calendar, holidays);
  const isOver = from < since && counted < earliest;
  const last = (step: WorkingStep): WorkingStep => {
    if (step.counts !== 'due') return step;
    return { ...step, counts: isOver ? 'counted' : 'due', text: step.text.replace(', the due date', isOver ? '' : ', at the end of which it closes') };
  };
  const day = isOver ? earliest : counted;
  const reach = beyondCalendar(from, day, holidays);
  return {
    day,
    steps: [
      start,
      ...steps.map(last),
      ...(isOver
        ? ([
            { on: since, counts: 'remark', text: `${formatShortDate(since)}: this was put on record` },
            { on: day, counts: 'due', text: `${formatShortDate(day)}: the next working day after that, at the end of which it closes` },
          ] as const)
        : []),
      ...(reach === undefined ? [] : [{ counts: 'remark', text: reach } as const]),
    ],
  };
}
