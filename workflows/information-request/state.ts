import type { IsoInstant } from '../../config/clock';
import type { CaseEvent, Notice, TaskState } from '../shared/contract';

export const informationRequestStages = ['awaiting-answers', 'unanswered', 'answered', 'closed'] as const;
export type InformationRequestStage = (typeof informationRequestStages)[number];

export const informationRequestOutcomes = ['answers-confirmed', 'answers-not-contested', 'closed-unanswered'] as const;
export type InformationRequestOutcome = (typeof informationRequestOutcomes)[number];

/** Everything the workflow knows. A plain value, so that it can be carried into a new run. */
export interface RequestState {
  seq: number;
  tasks: TaskState[];
  /** What has happened since the state was last recorded. */
  events: CaseEvent[];
  /** What is to be sent with the next order. */
  notices: Notice[];
  /** What the mail server would not take, and when to try again. */
  outbox: { notices: Notice[]; retryAt: number; tries: number } | null;
  /** Set by the last answer; the date is worked out by the next order. */
  closeAfter: IsoInstant | null;
  closeAt: IsoInstant | null;
  outcome: InformationRequestOutcome | null;
  /** Something changed that has not been recorded yet. */
  dirty: boolean;
}
