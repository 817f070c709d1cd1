/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { caseDetails, closedInWords, namesOf } from '../shared/details';
import { dueInWords } from '../shared/words';
import { stageOf, wakesOf } from './rules';
import type { ObjectionState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: ObjectionState): string {
  switch (stageOf(state)) {
    case 'awaiting-answers':
      return `waiting whether anybody objects: ${state.tasks
        .filter(({ status }) => status === 'open')
        .map((task) => `${task.name}, until ${dueInWords(task.clock)}`)
        .join('; ')}`;
    case 'objected':
      return `${namesOf(state, ({ answer }) => answer?.kind === 'objection')} objected: whoever opened it decides to withdraw it or to go on`;
    case 'going-on':
      return `goes on in spite of the objection of ${namesOf(state, ({ answer }) => answer?.kind === 'objection')}; closes by itself`;
    case 'closed':
      return closedInWords(state);
  }
}

/** Markdown for the details pane. */
export const detailsOf = (state: ObjectionState): string =>
  caseDetails(state, waitingFor(state), wakesOf(state), 'did not object in time');
