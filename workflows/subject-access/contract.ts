import type { AnswerKind } from '../../config/processes';
import type { CaseInput, ItemInput } from '../shared/contract';
import type { SubjectAccessOutcome, SubjectAccessState } from './state';

/** Registered name, input and result of a subject access request (protocol section 5). */
export const subjectAccessType = 'subjectAccess';

export interface SubjectAccessInput extends CaseInput {
  readonly items: readonly ItemInput[];
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: SubjectAccessState;
}

export interface SubjectAccessResult {
  readonly outcome: SubjectAccessOutcome;
  /** What each originator said; null for one that was silent. */
  readonly answers: readonly { readonly partner: string; readonly kind: AnswerKind | null; readonly late: boolean }[];
}
