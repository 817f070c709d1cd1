/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { awaitedInWords, caseDetails, closedInWords, namesOf } from '../shared/details';
import { stageOf, wakesOf } from './rules';
import type { RequestState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: RequestState): string {
  switch (stageOf(state)) {
    case 'awaiting-answers':
      return `waiting for ${awaitedInWords(state)}`;
    case 'unanswered':
      return `the ladder is finished: the CSP manager decides on ${namesOf(state, ({ status }) => status === 'unanswered')}`;
    case 'answered':
      return 'waiting for the requester to confirm; closes by itself';
    case 'closed':
      return closedInWords(state);
  }
}

/** Markdown for the details pane. */
export const detailsOf = (state: RequestState): string =>
  caseDetails(state, waitingFor(state), wakesOf(state), 'left unanswered by decision');
