/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { decidedIn, undecidedInWords } from '../shared/applicant-request';
import { awaitedInWords, caseDetails, closedInWords, namesOf } from '../shared/details';
import { dueInWords } from '../shared/words';
import { stageOf, wakesOf } from './rules';
import type { SubjectAccessState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: SubjectAccessState): string {
  const reply = state.tasks.find(({ kind }) => kind === 'reply');
  const due = reply === undefined ? '' : `; the applicant has to have the reply by ${dueInWords(reply.clock)}`;
  switch (stageOf(state)) {
    case 'clock-stopped':
      return 'the statutory clock stands still: something is awaited of the applicant';
    case 'consulting':
      return `waiting for ${awaitedInWords({ tasks: state.tasks.filter(({ kind }) => kind === 'consult') })}${due}`;
    case 'to-decide':
      return `nobody is waited for any more: ${namesOf(state, ({ kind }) => kind === 'reply')} decides on ${undecidedInWords(state)}${due}`;
    case 'to-reply':
      return `all items are decided${due}`;
    case 'closed':
      return closedInWords(state);
  }
}

/** Markdown for the details pane. */
export const detailsOf = (state: SubjectAccessState): string =>
  caseDetails(state, waitingFor(state), wakesOf(state), 'not awaited any more', [
    `**Items:** ${state.items.length}, of which ${decidedIn(state)} decided.`,
  ]);
