/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { decidedIn, undecidedInWords } from '../shared/applicant-request';
import { awaitedInWords, caseDetails, closedInWords, namesOf } from '../shared/details';
import { dueInWords, instantInWords } from '../shared/words';
import { stageOf, wakesOf } from './rules';
import type { InformationAccessState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: InformationAccessState): string {
  const reply = state.tasks.find(({ kind }) => kind === 'reply');
  const due = reply === undefined ? '' : `; the applicant has to have the reply by ${dueInWords(reply.clock)}`;
  const receiver = namesOf(state, ({ kind }) => kind === 'reply');
  switch (stageOf(state)) {
    case 'clock-stopped':
      return state.fee === null
        ? 'the applicant was asked to say what is meant: the statutory clock starts anew when that comes'
        : `the applicant was given a fees notice: the statutory clock stands still until the fee comes. It can be paid until ${instantInWords(state.fee.lapsesAt)}; without it the case closes by itself at ${instantInWords(state.fee.closesAt)}`;
    case 'fee-unpaid':
      return `the fee was not paid in time: the case closes by itself${state.fee === null ? '' : ` at ${instantInWords(state.fee.closesAt)}`}, unless ${receiver} puts on record that it came`;
    case 'consulting':
      return `waiting for the advice of ${awaitedInWords({ tasks: state.tasks.filter(({ kind }) => kind === 'consult') })}${due}`;
    case 'to-decide':
      return state.items.length === 0
        ? `no item is on record yet: ${receiver} puts on record what is held${due}`
        : `no advice is waited for any more: ${receiver} decides on ${undecidedInWords(state)}${due}`;
    case 'to-reply':
      return `all items are decided${due}`;
    case 'looked-at-again':
      return 'the applicant is not satisfied: somebody who did not decide looks at the reply again';
    case 'closed':
      return closedInWords(state);
  }
}

/** Markdown for the details pane. */
export const detailsOf = (state: InformationAccessState): string =>
  caseDetails(state, waitingFor(state), wakesOf(state), 'not awaited any more', [
    `**Items:** ${state.items.length}, of which ${decidedIn(state)} decided.`,
  ]);
