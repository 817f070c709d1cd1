import type { AnswerKind, CaseInput } from '../shared/contract';
import type { InformationRequestOutcome, RequestState } from './state';

/** Registered name, ids and messages of the information request (protocol section 7, Request and Response). */
export const informationRequestType = 'informationRequest';

export interface InformationRequestInput extends CaseInput {
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: RequestState;
}

export interface InformationRequestResult {
  readonly outcome: InformationRequestOutcome;
  readonly answers: readonly { readonly partner: string; readonly kind: AnswerKind | null; readonly late: boolean }[];
}
