import type { AnswerKind } from '../../config/processes';
import type { CaseInput, ItemInput } from '../shared/contract';
import type { InformationAccessOutcome, InformationAccessState } from './state';

/** Registered name, input and result of an FOI or EIR request (protocol section 5). */
export const informationAccessType = 'informationAccess';

export interface InformationAccessInput extends CaseInput {
  readonly items: readonly ItemInput[];
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: InformationAccessState;
}

export interface InformationAccessResult {
  readonly outcome: InformationAccessOutcome;
  /** What each originator said; null for one that was silent. */
  readonly answers: readonly { readonly partner: string; readonly kind: AnswerKind | null; readonly late: boolean }[];
}
