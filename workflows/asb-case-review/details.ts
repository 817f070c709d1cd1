/** What the Temporal UI says of a running review, in words a manager understands without help. */
import { awaitedInWords, caseDetails, closedInWords, namesOf } from '../shared/details';
import type { RunningDuty } from '../shared/duties';
import { dateInWords, instantInWords, slugInWords, stepInWords } from '../shared/words';
import { asbCaseReviewRules, stageOf } from './rules';
import type { ReviewState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: ReviewState): string {
  switch (stageOf(state)) {
    case 'not-granted':
      return 'the threshold is not met: waiting for the review SPOC to tell the applicant';
    case 'granted':
      return 'a review was granted on looking at it again: waiting for the review SPOC to ask the partners';
    case 'awaiting-answers':
      return `waiting for ${awaitedInWords(state)}`;
    case 'unanswered':
      return `the ladder is finished: the CSP manager decides on ${namesOf(state, ({ status }) => status === 'unanswered')}`;
    case 'collated':
      return 'all is collated: waiting for the panel, and for the review SPOC to record what it decides';
    case 'outcome-recorded':
      return 'the panel has met: waiting for the review SPOC to tell the applicant the outcome';
    case 'applicant-told':
      return state.closesFrom === null
        ? 'the applicant was told: waiting for the review SPOC to record what came of the actions of the plan'
        : 'the applicant was told; closes by itself unless the applicant is not satisfied';
    case 'looked-at-again':
      return 'the applicant is not satisfied: waiting for the review SPOC to record what came of looking at it again';
    case 'changed':
      return 'changed on looking at it again: waiting for the review SPOC to record anew what the panel decided';
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
    [
      ...panelInWords(state),
      ...(state.outcome === null ? state.duties.map(dutyInWords) : []),
    ],
  );

/** When the panel meets; once what it decided is on record, that it has met: which day that was stands there. */
function panelInWords({ panelOn, hasOutcome }: ReviewState): string[] {
  if (hasOutcome) return ['**Panel:** has met.'];
  return panelOn === null ? [] : [`**Panel:** ${dateInWords(panelOn)}.`];
}

const duties: Readonly<Record<string, string>> = {
  'telling-decision': 'tell the applicant what was decided',
  'telling-outcome': 'tell the applicant the outcome',
  'looking-again': 'look again at what the applicant says',
  asking: 'ask the partners',
  recording: 'record what the panel decided',
  anew: 'record anew what the panel decided',
};

/** "**To be done:** action 3; next: reminder at 9:04am on Monday 4 May 2026." */
function dutyInWords({ id, rungs, rungsPassed }: RunningDuty): string {
  const what = duties[id.replace(/-\d+$/, '')] ?? slugInWords(id);
  const next = rungs[rungsPassed];
  const chase = next === undefined ? 'no mail left to send' : `next: ${stepInWords(next.step)} at ${instantInWords(next.at)}`;
  return `**To be done:** ${what}; ${chase}.`;
}
