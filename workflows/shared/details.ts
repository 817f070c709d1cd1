/** What the Temporal UI says of the tasks of a running case, in words a manager understands without help. */
import type { TaskState } from './contract';
import { instantOf } from './now';
import type { CaseState } from './state';
import { dueInWords, instantInWords, stepInWords } from './words';

/** Those of whom something is waited for, one after the other. */
export const awaitedInWords = (state: CaseState): string =>
  state.tasks
    .filter(({ status }) => status === 'open' || status === 'unanswered')
    .map((task) => {
      if (task.pausedAt !== null) return `the requester’s reply to ${task.name}, whose clock stands still`;
      if (task.status === 'unanswered') return `the CSP manager’s decision on ${task.name}`;
      return `the answer of ${task.name}, due ${dueInWords(task.clock)}`;
    })
    .join('; ');

/** Those on whom the CSP manager decides. */
export const undecidedInWords = (state: CaseState): string =>
  state.tasks.filter(({ status }) => status === 'unanswered').map(({ name }) => name).join(', ');

function statusOf(task: TaskState): string {
  if (task.answer !== null && task.status === 'answered') {
    return `answered${task.answer.late ? ', late' : ''}`;
  }
  if (task.status === 'left-unanswered') return 'not waited for any more';
  if (task.pausedAt !== null) return `clock stopped since ${instantInWords(task.pausedAt)}: a question waits for its reply`;
  const next = task.clock.rungs[task.rungsPassed];
  const chase = next === undefined ? 'no mail left to send' : `next: ${stepInWords(next.step)} at ${instantInWords(next.at)}`;
  const question = task.question === null ? '' : '; a question waits for the requester’s reply';
  return `${task.overdue ? '**overdue**' : 'open'}; ${chase}${question}`;
}

/**
 * Markdown for the details pane.
 * @param now what the case waits for, in one line
 * @param more what the process says besides, a line each
 */
export function detailsWith(
  state: CaseState,
  { now, wakes, more = [] }: { readonly now: string; readonly wakes: readonly number[]; readonly more?: readonly string[] },
): string {
  return [
    `**Now:** ${now}.`,
    ...more,
    wakes.length === 0 ? '' : `**Wakes next:** ${instantInWords(instantOf(Math.min(...wakes)))} (London).`,
    state.outbox !== null && state.outbox.notices.length > 0
      ? `**Mail waiting:** ${state.outbox.notices.length} not taken by the mail server, try ${state.outbox.tries + 1} follows.`
      : '',
    ...(state.tasks.length === 0
      ? []
      : [
          '',
          '| task | asked | due | status |',
          '| --- | --- | --- | --- |',
          ...state.tasks.map((task) => `| ${task.id} | ${task.name} | ${dueInWords(task.clock)} | ${statusOf(task)} |`),
        ]),
  ]
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n');
}
