import type { IsoDate } from '../../config/clock';
import type { AnswerKind, CaseInput, Duty } from '../shared/contract';
import type { AsbCaseReviewOutcome, ReviewState } from './state';

/** Registered name, input and result of the ASB case review (protocol section 7; 2014 Act section 104). */
export const asbCaseReviewType = 'asbCaseReview';

/** Without tasks where the threshold was decided not to be met; where it is granted after all, they are added. */
export interface AsbCaseReviewInput extends CaseInput {
  /** The day on which the panel meets, where that was set. */
  readonly panelOn?: IsoDate;
  /** Who is on the panel, in a case that is opened again. Missing at the first opening: nobody is named yet. */
  readonly panel?: readonly string[];
  /** Set where that panel is still to meet: it may have been told that it does not. */
  readonly tellsPanel?: true;
  /** The number of what the applicant said, in a case that is opened again while somebody looks at it again. */
  readonly lookingAgain?: number;
  /** Set in a case that is opened again whose review was granted on looking at it again, and nobody asked yet. */
  readonly isGranted?: true;
  /** What is to be done from the opening on. */
  readonly duties?: readonly Duty[];
  /** Set in a case that is opened again whose applicant was told how it ended: that the threshold is not met, or an outcome that it keeps. */
  readonly isApplicantTold?: true;
  /** Set where actions of the plan go on in a case that is opened again: who has one was told that it is not to be done any more. */
  readonly tellsActions?: true;
  /** Set in a case that is opened again with nobody asked again: what its panel decided before is in force. */
  readonly keepsOutcome?: true;
  /** Set in a run that goes on for one whose history had grown long: the state it stopped with. */
  readonly carriedOver?: ReviewState;
}

export interface AsbCaseReviewResult {
  readonly outcome: AsbCaseReviewOutcome;
  readonly answers: readonly { readonly partner: string; readonly kind: AnswerKind | null; readonly late: boolean }[];
}
