/** What the Temporal UI says of a running case, in words a manager understands without help. */
import type { TaskKind } from '../../config/processes';
import { caseDetails, closedInWords, namesOf, taskDueInWords } from '../shared/details';
import { isAwaited } from '../shared/ladder';
import { isOwnDecision, owesIcoMore } from './decisions';
import { stageOf, wakesOf } from './rules';
import type { BreachState } from './state';

const awaited: Readonly<Partial<Record<TaskKind, string>>> = {
  acknowledge: 'acknowledgement',
  'decide-ico': 'decision on telling the ICO',
  'give-view': 'view on telling the people concerned',
  'decide-telling': 'decision on telling the people concerned',
};

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: BreachState): string {
  switch (stageOf(state)) {
    case 'awaiting-acknowledgements':
    case 'awaiting-decisions': {
      const owing = namesOf(state, ({ answer }) => owesIcoMore(answer));
      return Object.entries(awaited)
        .map(([kind, what]) => ({ what, tasks: state.tasks.filter((task) => task.kind === kind && isAwaited(task)) }))
        .filter(({ tasks }) => tasks.length > 0)
        .map(({ what, tasks }) => `${what} of ${tasks.map((task) => `${task.name}, due ${taskDueInWords(task)}`).join('; ')}`)
        .concat(owing === '' ? [] : [`rest of what the ICO is to be told by ${owing}`])
        .join(' | ')
        .replace(/^/, 'waiting for the ');
    }
    case 'to-close':
      return 'nothing is awaited any more: whoever reported the breach closes it';
    case 'closed':
      return closedInWords(state);
  }
}

/** Markdown for the details pane. */
export function detailsOf(state: BreachState): string {
  const left = state.tasks.filter((task) => isOwnDecision(task) && task.status === 'left-unanswered');
  const undecided = left.map(({ name, kind }) => `${kind === undefined ? '' : (awaited[kind] ?? '')} of ${name}`).join('; ');
  return caseDetails(state, waitingFor(state), wakesOf(state), 'not awaited any more', left.length === 0 ? [] : [`**Left undecided:** ${undecided}.`]);
}
