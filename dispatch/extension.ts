/**
 * Whether an extension that was given holds where its clock is counted from another day: it needs that the applicant was told
 * within the first time as it is counted then (UK GDPR, Article 12(3); Data Protection Act 2018, section 54; Freedom of
 * Information Act 2000, section 17(2); Environmental Information Regulations 2004, regulations 7(3) and 14(2)).
 */
import { extensionWindow, publicInterestWindow, startOfLondonDay } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import { clocks } from '../config/clocks';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { DueFor } from '../config/policy';
import type { AuditEntry } from '../store/audit';
import type { CasePolicy, CaseTask, TaskPlan } from '../store/cases';
import { wasRefused } from './clock';
import { stopInForce } from './items';

/**
 * Until when the applicant can be told of an extension of a clock, or whoever asks can give one; and where its day is chosen, which is expected at the latest.
 * @param policy of the task
 * @throws CalendarError for a clock that cannot be extended
 */
export function extensionWindowOf(
  counted: Pick<TaskPlan, 'clock' | 'paused'> & { readonly from: IsoDate | IsoInstant },
  { clock }: Pick<CasePolicy, 'clock'>,
  holidays: BankHolidays,
): ReturnType<typeof extensionWindow> & { readonly expectedBy?: IsoDate } {
  const input = { clock: counted.clock, from: counted.from, paused: counted.paused };
  const basis = { holidays, settings: { ...clocks, [counted.clock]: clock } };
  return clock.extendedTo === 'chosen-day' ? publicInterestWindow(input, basis) : extensionWindow(input, basis);
}

/** A clock to be counted anew. */
export type Counted = Omit<TaskPlan, 'dueFor'> & { readonly dueFor?: DueFor | undefined };

/** The day on which the applicant was told of the extension that a clock has, by the record; null where it has none, or nobody had to be told. */
function toldOfExtension(task: Pick<CaseTask, 'id'>, { extended, dueFor }: TaskPlan, { clock }: CasePolicy, record: readonly AuditEntry[]): IsoDate | null {
  const isExtended = extended || (clock.extendedTo === 'chosen-day' && dueFor !== undefined);
  const given = record.findLast((entry) => entry.act === 'clock-extended' && entry.task === task.id && !wasRefused(record, entry));
  return isExtended ? ((given?.facts['toldOn'] as IsoDate | undefined) ?? null) : null;
}

/**
 * A clock as it is to be counted from another day: as it is, or without its extension where the applicant was told of that too late
 * by that day.
 * @throws CalendarError for a day that it cannot be counted from
 */
export function withExtensionFrom(
  from: IsoDate | IsoInstant,
  { task, current, policy, record, holidays }: {
    readonly task: Pick<CaseTask, 'id'>;
    readonly current: TaskPlan;
    /** Of the task. */
    readonly policy: CasePolicy;
    readonly record: readonly AuditEntry[];
    readonly holidays: BankHolidays;
  },
): Counted {
  const toldOn = toldOfExtension(task, current, policy, record);
  if (toldOn === null) return current;
  const { untilAt } = extensionWindowOf({ ...current, from }, policy, holidays);
  // A clock that stands still has come as far as it had when it stopped, but where no pause lengthens the time to tell of more.
  const stop = policy.clock.extensionToldBy === 'due-date-without-pauses' ? null : stopInForce(record);
  const by = [toldOn, ...(stop === null ? [] : [stop.facts['since'] as IsoDate])].sort()[0] as IsoDate;
  if (Date.parse(untilAt) > Date.parse(startOfLondonDay(by))) return current;
  return { ...current, extended: false, dueFor: undefined };
}
