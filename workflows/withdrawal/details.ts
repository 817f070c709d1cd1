/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { awaitedInWords, caseDetails, closedInWords } from '../shared/details';
import { instantInWords } from '../shared/words';
import { stageOf, wakesOf } from './rules';
import type { WithdrawalState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: WithdrawalState): string {
  const awaited = awaitedInWords(state);
  switch (stageOf(state)) {
    case 'notice-running':
      return `notice was given, and the partner leaves at ${instantInWords(state.endsAt)}${awaited === '' ? '' : `; waiting for ${awaited}`}`;
    case 'to-be-settled':
      return awaited === '' ? 'the partner has left; somebody is to be asked what becomes of what was disclosed since' : `the partner has left; waiting for ${awaited}`;
    case 'closed':
      return closedInWords(state);
  }
}

/** Markdown for the details pane. */
export const detailsOf = (state: WithdrawalState): string => caseDetails(state, waitingFor(state), wakesOf(state), 'not settled');
