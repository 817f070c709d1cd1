import type { CaseState } from '../shared/state';

export const informationRequestStages = ['awaiting-answers', 'unanswered', 'answered', 'closed'] as const;
export type InformationRequestStage = (typeof informationRequestStages)[number];

export const informationRequestOutcomes = [
  'answers-confirmed',
  'answers-not-contested',
  'closed-unanswered',
  'withdrawn',
] as const;
export type InformationRequestOutcome = (typeof informationRequestOutcomes)[number];

/** Everything that the workflow of an information request knows. */
export interface RequestState extends CaseState<InformationRequestOutcome> {
  /** Whether the clock stands still from a question back to its reply: a case keeps the policy it was opened under. */
  readonly questionPausesClock: boolean;
}
