/** What the Temporal UI says of a running case, in words a manager understands without help. */
import { dueInWords, instantInWords, slugInWords, stepInWords } from '../shared/words';
import { instantOf } from '../shared/now';
import { mailWaits } from '../shared/order';
import { stageOf, wakesOf } from './rules';
import type { RequestState } from './state';
import type { TaskState } from '../shared/contract';

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
      return `closed: ${slugInWords(state.outcome ?? 'unknown')}${mailWaits(state) ? '; mail still to be delivered' : ''}`;
  }
}

function awaitedInWords(task: TaskState): string {
  if (task.pausedAt !== null) return `the requester’s reply to ${task.name}, whose clock stands still`;
  if (task.status === 'unanswered') return `the CSP manager’s decision on ${task.name}`;
  return `the answer of ${task.name}, due ${dueInWords(task.clock)}`;
}

function statusOf(task: TaskState): string {
  if (task.answer !== null && task.status === 'answered') {
    return `answered${task.answer.late ? ', late' : ''}`;
  }
  if (task.status === 'left-unanswered') return 'left unanswered by decision';
  if (task.pausedAt !== null) return `clock stopped since ${instantInWords(task.pausedAt)}: a question waits for its reply`;
  const next = task.clock.rungs[task.rungsPassed];
  const chase = next === undefined ? 'no mail left to send' : `next: ${stepInWords(next.step)} at ${instantInWords(next.at)}`;
  const question = task.question === null ? '' : '; a question waits for the requester’s reply';
  return `${task.overdue ? '**overdue**' : 'open'}; ${chase}${question}`;
}

/** Markdown for the details pane. */
export function detailsOf(state: RequestState): string {
  const wakes = wakesOf(state);
  return [
    `**Now:** ${waitingFor(state)}.`,
    wakes.length === 0 ? '' : `**Wakes next:** ${instantInWords(instantOf(Math.min(...wakes)))} (London).`,
    state.outbox !== null && state.outbox.notices.length > 0
      ? `**Mail waiting:** ${state.outbox.notices.length} not taken by the mail server, try ${state.outbox.tries + 1} follows.`
      : '',
    '',
    '| task | asked | due | status |',
    '| --- | --- | --- | --- |',
    ...state.tasks.map((task) => `| ${task.id} | ${task.name} | ${dueInWords(task.clock)} | ${statusOf(task)} |`),
  ]
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n');
}
