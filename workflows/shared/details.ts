/** The details pane of the Temporal UI: what a case waits for, and where each task stands. */
import type { TaskState } from './contract';
import { isAwaited } from './ladder';
import { instantOf } from './now';
import { mailWaits } from './order';
import type { CaseState } from './state';
import { dueInWords, instantInWords, kindInWords, slugInWords, stepInWords } from './words';

/** Of which partners something holds, by name. */
export const namesOf = ({ tasks }: Pick<CaseState, 'tasks'>, holds: (task: TaskState) => boolean): string =>
  tasks
    .filter(holds)
    .map(({ name }) => name)
    .join(', ');

/** What is waited for of each task that is awaited, one after the other. */
export const awaitedInWords = ({ tasks }: Pick<CaseState, 'tasks'>): string =>
  tasks
    .filter(isAwaited)
    .map((task) => {
      if (task.pausedAt !== null) return `the requester’s reply to ${task.name}, whose clock stands still`;
      if (task.status === 'unanswered') return `the CSP manager’s decision on ${task.name}`;
      return `the answer of ${task.name}, due ${dueInWords(task.clock)}`;
    })
    .join('; ');

/** When a task is due, and until when the law gives where it counts otherwise. */
export const taskDueInWords = ({ clock, byLaw }: Pick<TaskState, 'clock' | 'byLaw'>): string =>
  `${dueInWords(clock)}${byLaw === undefined ? '' : ` (by law ${instantInWords(byLaw.dueAt)})`}`;

/** "Essex Police (decide ico)": whom a task asks, and what where its process asks more than one thing. */
const taskInWords = ({ name, kind }: TaskState): string => (kind === undefined ? name : `${name} (${kindInWords(kind)})`);

export const closedInWords = (state: CaseState): string =>
  `closed: ${slugInWords(state.outcome ?? 'unknown')}${mailWaits(state) ? '; mail still to be delivered' : ''}`;

function statusOf(task: TaskState, notAwaited: string): string {
  if (task.answer !== null && task.status === 'answered') {
    return `answered${task.answer.late ? ', late' : ''}`;
  }
  if (task.status === 'left-unanswered') return notAwaited;
  // Since when that counts is a day of its own, which the page says.
  if (task.pausedAt !== null && task.kind === 'reply') return 'the clock stands still: something is awaited of the applicant';
  if (task.pausedAt !== null) return `clock stopped since ${instantInWords(task.pausedAt)}: a question waits for its reply`;
  const next = task.clock.rungs[task.rungsPassed];
  const chase = next === undefined ? 'no mail left to send' : `next: ${stepInWords(next.step)} at ${instantInWords(next.at)}`;
  const question = task.question === null ? '' : '; a question waits for the requester’s reply';
  return `${task.overdue ? '**overdue**' : 'open'}; ${chase}${question}`;
}

/**
 * Markdown.
 * @param waitingFor one line: what the case waits for, and of whom
 * @param notAwaited what is said of a task that is not waited for any more
 * @param more what the process says besides, a line each
 */
export function caseDetails(
  state: CaseState,
  waitingFor: string,
  wakes: readonly number[],
  notAwaited: string,
  more: readonly string[] = [],
): string {
  return [
    `**Now:** ${waitingFor}.`,
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
          ...state.tasks.map((task) => `| ${task.id} | ${taskInWords(task)} | ${taskDueInWords(task)} | ${statusOf(task, notAwaited)} |`),
        ]),
  ]
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n');
}
