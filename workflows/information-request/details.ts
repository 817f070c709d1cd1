/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { awaitedInWords, detailsWith, undecidedInWords } from '../shared/details';
import { mailWaits } from '../shared/order';
import { slugInWords } from '../shared/words';
import { informationRequestRules, stageOf } from './rules';
import type { RequestState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: RequestState): string {
  switch (stageOf(state)) {
    case 'awaiting-answers':
      return `waiting for ${awaitedInWords(state)}`;
    case 'unanswered':
      return `the ladder is finished: the CSP manager decides on ${undecidedInWords(state)}`;
    case 'answered':
      return 'waiting for the requester to confirm; closes by itself';
    case 'closed':
      return `closed: ${slugInWords(state.outcome ?? 'unknown')}${mailWaits(state) ? '; mail still to be delivered' : ''}`;
  }
}

/** Markdown for the details pane. */
export const detailsOf = (state: RequestState): string =>
  detailsWith(state, { now: waitingFor(state), wakes: informationRequestRules.wakesOf(state) });
