/** What the Temporal UI says of a running case, in words a manager understands without help. */
import type { TaskState } from '../shared/contract';
import { caseDetails, closedInWords } from '../shared/details';
import { dueInWords } from '../shared/words';
import { stageOf, wakesOf } from './rules';
import type { RequestState } from './state';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: RequestState): string {
  const awaited = state.tasks.filter(({ status }) => status === 'open' || status === 'unanswered');
  switch (stageOf(state)) {
    case 'awaiting-answers':
      return `waiting for ${awaited.map(awaitedInWords).join('; ')}`;
    case 'unanswered':
      return `the ladder is finished: the CSP manager decides on ${awaited.map((task) => task.name).join(', ')}`;
    case 'answered':
      return 'waiting for the requester to confirm; closes by itself';
    case 'closed':
      return closedInWords(state);
  }
}

function awaitedInWords(task: TaskState): string {
  if (task.pausedAt !== null) return `the requester’s reply to ${task.name}, whose clock stands still`;
  if (task.status === 'unanswered') return `the CSP manager’s decision on ${task.name}`;
  return `the answer of ${task.name}, due ${dueInWords(task.clock)}`;
}

/** Markdown for the details pane. */
export const detailsOf = (state: RequestState): string =>
  caseDetails(state, waitingFor(state), wakesOf(state), 'left unanswered by decision');
