/** What the Temporal UI says of a running review, in words a manager understands without help. */
import { awaitedInWords, caseDetails, closedInWords, namesOf } from '../shared/details';
import { dateInWords } from '../shared/words';
import { asbCaseReviewRules, stageOf } from './rules';
import type { ReviewState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: ReviewState): string {
  switch (stageOf(state)) {
    case 'not-granted':
      return 'the threshold is not met: waiting for the review SPOC to tell the applicant';
    case 'awaiting-answers':
      return `waiting for ${awaitedInWords(state)}`;
    case 'unanswered':
      return `the ladder is finished: the CSP manager decides on ${namesOf(state, ({ status }) => status === 'unanswered')}`;
    case 'collated':
      return 'all is collated: waiting for the panel, and for the review SPOC to record what it decides';
    case 'outcome-recorded':
      return 'the panel has met: waiting for the review SPOC to tell the applicant the outcome';
    case 'applicant-told':
      return 'the applicant was told; closes by itself unless the applicant is not satisfied';
    case 'looked-at-again':
      return 'the applicant is not satisfied: waiting for the review SPOC to record what came of looking at it again';
    case 'closed':
      return closedInWords(state);
  }
}

/** Markdown for the details pane. */
export const detailsOf = (state: ReviewState): string =>
  caseDetails(
    state,
    waitingFor(state),
    asbCaseReviewRules.wakesOf(state),
    'not waited for any more',
    state.panelOn === null ? [] : [`**Panel:** ${dateInWords(state.panelOn)}.`],
  );
