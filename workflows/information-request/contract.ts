import type { AnswerKind, StoredAnswer, TaskInput } from '../shared/contract';
import type { InformationRequestOutcome, RequestState } from './state';

/** Registered name, ids and messages of the information request (protocol section 7, Request and Response). */
export const informationRequestType = 'informationRequest';

/** The case's reference is the workflow's id. */
export const informationRequestId = (caseRef: string): string => caseRef;

export interface InformationRequestInput {
  readonly schema: 1;
  readonly caseRef: string;
  /** The asking partner's code. */
  readonly opener: string;
  readonly tasks: readonly TaskInput[];
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: RequestState;
}

export interface InformationRequestResult {
  readonly outcome: InformationRequestOutcome;
  readonly answers: readonly { readonly partner: string; readonly kind: AnswerKind | null; readonly late: boolean }[];
}

/** Names of the updates: acts that need the workflow's word. */
export const updates = {
  /** An answer that the store holds. Taken once however often it is delivered. Rejected: CaseEnded, TaskUnknown. */
  answerTask: 'answerTask',
  /** The requester has what was asked for; the case closes. Rejected: CaseEnded, NotYetAnswered. */
  confirmAnswers: 'confirmAnswers',
  /** The CSP manager closes what stayed unanswered after the last rung. Rejected: CaseEnded, LadderNotFinished. */
  closeUnanswered: 'closeUnanswered',
} as const;

export interface AnswerTaskUpdate {
  readonly answer: StoredAnswer;
}
export interface ActUpdate {
  /** The account's id, never a name. */
  readonly by: string;
}
