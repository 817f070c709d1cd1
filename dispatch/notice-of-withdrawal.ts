/** What a notice of withdrawal says by the day on which it was received, which two people can put right until its last day is over. */
import { londonDateOf } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { Partner } from '../config/protocol-types';
import type { CaseDocument, CasePolicy, TaskPlan } from '../store/cases';
import { planTask } from './clock';

export interface NoticeDays {
  /** The day, in London, on which the notice was received: the 28 days run from it. */
  readonly receivedOn: IsoDate;
  readonly lastDay: IsoDate;
  /** The first day on which it is a former partner, and its first moment. */
  readonly formerFrom: IsoDate;
  readonly endsAt: IsoInstant;
}

export interface WithdrawalTerms extends NoticeDays {
  /** Code of the partner that withdraws. */
  readonly withdraws: string;
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): WithdrawalTerms => terms as unknown as WithdrawalTerms;

/** The four weeks of a notice that was received on a day. @throws CalendarError */
export const fourWeeks = (receivedOn: IsoDate, policy: CasePolicy, holidays: BankHolidays): TaskPlan =>
  planTask({ caseRef: '', from: receivedOn, version: 1, reason: 'opened' }, policy, { holidays });

/** @throws CalendarError */
export function noticeDays(receivedOn: IsoDate, policy: CasePolicy, holidays: BankHolidays): NoticeDays {
  const { dueOn, dueAt } = fourWeeks(receivedOn, policy, holidays);
  if (dueOn === undefined) throw new Error('The four weeks of a notice end on a day.');
  return { receivedOn, lastDay: dueOn, formerFrom: londonDateOf(dueAt), endsAt: dueAt };
}

/** Whether a partner is a former one by a notice, from its day on: whoever has signed anew since is a partner again, until the next notice. */
export const isLeftBy = ({ signedFrom }: Pick<Partner, 'signedFrom'>, formerFrom: IsoDate): boolean => signedFrom === null || formerFrom > signedFrom;

/** Whether the partner whose notice it is has left by now: what has ended is not given back. */
export const hasLeft = ({ process, terms }: Pick<CaseDocument, 'process' | 'terms'>, now: IsoInstant): boolean =>
  process === 'withdrawal' && (terms['formerFrom'] as IsoDate) <= londonDateOf(now);
