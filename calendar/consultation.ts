import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { WorkingCalendar, WorkingStep } from '../config/policy';
import { parseIsoDate } from './civil-date';
import { endOfLondonDay } from './london';
import { formatShortDate } from './words';
import { beyondCalendar, workingDaysAfter } from './working-days';

export interface ConsultationInput {
  /** The day the originator was asked. */
  readonly askedOn: IsoDate;
  /** The due date, as it stands now, of the request that is consulted about. */
  readonly statutoryDueOn: IsoDate;
  /** That of the request's clock. */
  readonly calendar: WorkingCalendar;
}

export interface ConsultationDeadline {
  readonly due: IsoDate;
  readonly dueAt: IsoInstant;
  readonly steps: readonly WorkingStep[];
  readonly warnings: readonly string[];
}

const workingDaysToAnswer = 10;
const workingDaysToDecide = 5;

/**
 * When the consultation of an originator ends (protocol section 5): 10 working days after it was asked, or 5 working
 * days before the statutory due date, whichever is earlier, but never before the next working day. To be worked out
 * again whenever the statutory date moves.
 * @throws CalendarError for dates that do not exist.
 */
export function consultationDeadline(
  input: ConsultationInput,
  { holidays }: { readonly holidays: BankHolidays },
): ConsultationDeadline {
  const askedOn = parseIsoDate(input.askedOn, 'askedOn');
  const statutoryDueOn = parseIsoDate(input.statutoryDueOn, 'statutoryDueOn');
  const answerBy = workingDaysAfter(askedOn, workingDaysToAnswer, input.calendar, holidays);
  const decideFrom = workingDaysAfter(statutoryDueOn, -workingDaysToDecide, input.calendar, holidays);
  const nextWorkingDay = workingDaysAfter(askedOn, 1, input.calendar, holidays);
  const earlier = answerBy <= decideFrom ? answerBy : decideFrom;
  const due = earlier >= nextWorkingDay ? earlier : nextWorkingDay;

  const step = (on: IsoDate, counts: WorkingStep['counts'], text: string): WorkingStep => ({
    on,
    counts,
    text: `${formatShortDate(on)}: ${text}`,
  });
  const statutory = formatShortDate(statutoryDueOn);
  const choices = [
    step(answerBy, 'moved', `${workingDaysToAnswer} working days after it was asked`),
    step(decideFrom, 'moved', `${workingDaysToDecide} working days before the statutory due date, ${statutory}`),
  ];
  const why =
    due === earlier ? 'the earlier of the two' : 'the next working day after it was asked, the other being too early';
  const reach = beyondCalendar(askedOn, answerBy > statutoryDueOn ? answerBy : statutoryDueOn, holidays);
  const warnings = reach === undefined ? [] : [reach];
  return {
    due,
    dueAt: endOfLondonDay(due),
    steps: [
      step(askedOn, 'start', 'asked'),
      ...choices,
      step(due, 'due', `${why}, the due date`),
      ...warnings.map((text): WorkingStep => ({ counts: 'remark', text })),
    ],
    warnings,
  };
}
