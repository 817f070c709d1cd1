/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { dateInWords, instantInWords, slugInWords } from '../shared/words';
import { instantOf } from '../shared/now';
import { nextMoment, stageOf } from './rules';
import type { RequestState } from './state';
import type { TaskState } from '../shared/contract';

/** One line: what the case waits for, and of whom. */
export function waitingFor(state: RequestState): string {
  const open = state.tasks.filter((task) => task.status !== 'answered');
  switch (stageOf(state)) {
    case 'awaiting-answers':
      return `waiting for the answer of ${open.map((task) => `${task.name}, due ${dateInWords(task.clock.dueOn)}`).join('; ')}`;
    case 'unanswered':
      return `the ladder is finished: the CSP manager decides on ${open.map((task) => task.name).join(', ')}`;
    case 'answered':
      return 'waiting for the requester to confirm; closes by itself';
    case 'closed':
      return `closed: ${slugInWords(state.outcome ?? 'unknown')}`;
  }
}

function statusOf(task: TaskState): string {
  if (task.answer !== null) return `answered (${slugInWords(task.answer.kind)})${task.answer.late ? ', late' : ''}`;
  const next = task.clock.rungs[task.rungsPassed];
  const chase = next === undefined ? 'no rung left' : `next: ${slugInWords(next.step)} at ${instantInWords(next.at)}`;
  return `${task.overdue ? '**overdue**' : 'open'}; ${chase}`;
}

/** Markdown for the details pane. */
export function detailsOf(state: RequestState): string {
  const moment = nextMoment(state);
  return [
    `**Now:** ${waitingFor(state)}.`,
    moment === null ? '' : `**Wakes next:** ${instantInWords(instantOf(moment))} (London).`,
    state.outbox !== null && state.outbox.notices.length > 0
      ? `**Mail waiting:** ${state.outbox.notices.length} not taken by the mail server, try ${state.outbox.tries + 1} follows.`
      : '',
    '',
    '| task | asked | due | status |',
    '| --- | --- | --- | --- |',
    ...state.tasks.map((task) => `| ${task.id} | ${task.name} | ${dateInWords(task.clock.dueOn)} | ${statusOf(task)} |`),
  ]
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n');
}
