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
export type RequestState = CaseState<InformationRequestOutcome>;
