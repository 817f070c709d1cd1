import type { IsoDate } from '../../config/clock';
import type { WithDuties } from '../shared/duties';
import type { CaseState } from '../shared/state';

export const asbCaseReviewStages = [
  'not-granted',
  'granted',
  'awaiting-answers',
  'unanswered',
  'collated',
  'outcome-recorded',
  'applicant-told',
  'looked-at-again',
  'changed',
  'closed',
] as const;
export type AsbCaseReviewStage = (typeof asbCaseReviewStages)[number];

const beforePanel: readonly string[] = ['granted', 'awaiting-answers', 'unanswered', 'collated'] satisfies readonly AsbCaseReviewStage[];

/** Whether the panel, if there is one, has not met yet. */
export const isBeforePanel = (stage: string): boolean => beforePanel.includes(stage);

export const asbCaseReviewOutcomes = ['reviewed', 'threshold-not-met', 'withdrawn'] as const;
export type AsbCaseReviewOutcome = (typeof asbCaseReviewOutcomes)[number];

/** Everything that the workflow of an ASB case review knows. */
export interface ReviewState extends CaseState<AsbCaseReviewOutcome>, WithDuties {
  /** Whether a review was granted, at first or on looking at it again: else nobody is asked, and only the applicant is told. */
  isGranted: boolean;
  /** The day on which the panel meets; null while it is not set. */
  panelOn: IsoDate | null;
  /** Who is on the panel and was told so, by their accounts. */
  panel: readonly string[];
  /** Whether the panel has met, with what it decided on record. */
  hasOutcome: boolean;
  /** Whether the applicant was told how it ended: of the outcome, or that no review is granted. */
  isApplicantTold: boolean;
  /** The number of the dissatisfaction for which somebody looks at it again. */
  lookingAgain: number | null;
}
