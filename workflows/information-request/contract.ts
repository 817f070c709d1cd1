import type { AnswerKind, TaskInput } from '../shared/contract';
import type { InformationRequestOutcome, RequestState } from './state';

/** Registered name, ids and messages of the information request (protocol section 7, Request and Response). */
export const informationRequestType = 'informationRequest';

export interface InformationRequestInput {
  readonly schema: 1;
  readonly caseRef: string;
  /** The asking partner's code. */
  readonly opener: string;
  readonly tasks: readonly TaskInput[];
  /** Whether a question back to the requester stops the clock until the reply; as the protocol said at the opening. */
  readonly questionPausesClock: boolean;
  /**
   * Set in a case that was reopened: which opening this is, the number its states go on from, and the number of the last
   * act that belongs to the openings before.
   */
  readonly reopened?: { readonly run: number; readonly seq: number; readonly after: number };
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: RequestState;
}

export interface InformationRequestResult {
  readonly outcome: InformationRequestOutcome;
  readonly answers: readonly { readonly partner: string; readonly kind: AnswerKind | null; readonly late: boolean }[];
}
