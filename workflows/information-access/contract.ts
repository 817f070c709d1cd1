import type { AnswerKind } from '../../config/processes';
import type { CaseInput, Duty, ItemInput, Recipient } from '../shared/contract';
import type { InformationAccessOutcome, InformationAccessState } from './state';

/** Registered name, input and result of an FOI or EIR request (protocol section 5). */
export const informationAccessType = 'informationAccess';

export interface InformationAccessInput extends CaseInput {
  readonly items: readonly ItemInput[];
  /** Set in a run in which a reply is looked at again: its number, what is to be done by when, and who is told of it. */
  readonly review?: { readonly number: number; readonly duty: Duty; readonly told: readonly Recipient[] };
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: InformationAccessState;
}

export interface InformationAccessResult {
  readonly outcome: InformationAccessOutcome;
  /** What each originator said; null for one that was silent. */
  readonly answers: readonly { readonly partner: string; readonly kind: AnswerKind | null; readonly late: boolean }[];
}
