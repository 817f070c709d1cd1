/**
 * The ladder of a task: what is sent when, from its opening through its reminders to the last escalation, and what
 * becomes of it when the date moves. Each partner asked has a task and a ladder of its own.
 */
import type { IsoInstant } from '../../config/clock';
import type { LadderRole } from '../../config/policy';
import { wholeCase } from './contract';
import type { CaseMessage, Due, Notice, Recipient, RejectionType, TaskClock, TaskState } from './contract';
import { instantOf, millisecondsOf } from './now';
import type { CaseState } from './state';

/**
 * The request goes to the SPOC; a request received in the past opens on the rung that applies now. Rungs that are
 * already past are said, not mailed, and whoever the present rung adds to the SPOC is told at once.
 */
export function openTask(state: CaseState, task: TaskState, now: number): void {
  state.events.push({ event: 'request-sent', at: instantOf(now), task: task.id });
  state.notices.push(notice(task, 'request', ['spoc']));
  const past = task.clock.rungs.filter((rung) => millisecondsOf(rung.at) <= now);
  task.rungsPassed = past.length;
  markOverdue(state, task, now);
  settleSilence(task);
  const present = past.at(-1);
  if (present === undefined) return;
  state.events.push({
    event: 'rungs-already-past',
    at: instantOf(now),
    task: task.id,
    steps: past.map((rung) => rung.step),
  });
  const beyondSpoc = present.to.filter((role) => role !== 'spoc');
  if (beyondSpoc.length > 0) state.notices.push(noticeOfRung(task, present.step, beyondSpoc));
  reach(task, beyondSpoc);
}

/** Notes whom the ladder has been mailed to. */
export function reach(task: TaskState, roles: readonly LadderRole[]): void {
  task.reached = [...new Set([...task.reached, ...roles])];
}

/** When a clock is due, for the timeline. */
export const dueOf = ({ dueOn, dueAt }: TaskClock): Due => ({ ...(dueOn === undefined ? {} : { dueOn }), dueAt });

/** A mail that tells something of a task; not a chase. */
export const notice = (task: TaskState, step: string, to: readonly Recipient[]): Notice => ({
  task: task.id,
  step,
  clockVersion: task.clock.version,
  to,
  chase: false,
});

/** A mail that tells something of the case as a whole, to its requester or the CSP manager. */
export const caseNotice = (step: string, to: readonly Recipient[]): Notice => ({
  task: wholeCase,
  step,
  clockVersion: 1,
  to,
  chase: false,
});

/** Whether an answer is waited for, or the CSP manager's word on its absence. */
export const isAwaited = ({ status }: Pick<TaskState, 'status'>): boolean => status === 'open' || status === 'unanswered';

/** Whether the ladder of a task may fire: it waits for an answer, and its clock does not stand still. */
export const runs = (task: TaskState): boolean => task.status === 'open' && task.pausedAt === null;

/** Fires what is due of every task: only the rung that applies now of each, and marks what is overdue. */
export function advanceTasks(state: CaseState, now: number): void {
  for (const task of state.tasks) if (runs(task)) advanceTask(state, task, now);
}

function advanceTask(state: CaseState, task: TaskState, now: number): void {
  markOverdue(state, task, now);
  const due = task.clock.rungs.filter((rung) => millisecondsOf(rung.at) <= now);
  const present = due.at(-1);
  if (present !== undefined && due.length > task.rungsPassed) {
    task.rungsPassed = due.length;
    state.notices.push(noticeOfRung(task, present.step, present.to));
    reach(task, present.to);
    state.dirty = true;
  }
  settleSilence(task);
}

function markOverdue(state: CaseState, task: TaskState, now: number): void {
  if (task.overdue || millisecondsOf(task.clock.dueAt) > now) return;
  task.overdue = true;
  state.events.push({ event: 'became-overdue', at: task.clock.dueAt, task: task.id });
  state.dirty = true;
}

/** After the last rung nothing more fires by itself: the CSP manager decides. An answer is still taken. */
function settleSilence(task: TaskState): void {
  if (task.overdue && task.rungsPassed === task.clock.rungs.length) task.status = 'unanswered';
}

function noticeOfRung(task: TaskState, step: string, to: Notice['to']): Notice {
  const next = task.clock.rungs[task.rungsPassed];
  return { ...notice(task, step, to), chase: true, ...(next === undefined ? {} : { supersededAt: next.at }) };
}

/** Whether an answer is late: received when its time had run out, on a clock that did not stand still by then. */
export function isLate({ clock, pausedAt }: Pick<TaskState, 'clock' | 'pausedAt'>, receivedAt: IsoInstant): boolean {
  const due = millisecondsOf(clock.dueAt);
  const stoodStill = pausedAt !== null && millisecondsOf(pausedAt) < due;
  return !stoodStill && millisecondsOf(receivedAt) >= due;
}

/** The next moments at which the ladders of the tasks want something. */
export function ladderMoments(state: CaseState): number[] {
  return state.tasks.filter(runs).flatMap((task) => {
    const rung = task.clock.rungs[task.rungsPassed];
    return [
      ...(rung === undefined ? [] : [millisecondsOf(rung.at)]),
      ...(task.overdue ? [] : [millisecondsOf(task.clock.dueAt)]),
    ];
  });
}

/**
 * The date of a task is another one now, and its ladder moves with it at once. Everybody whom the case has reached, but who
 * set it, is told the old date and the new one; what was mailed is not mailed again, and what chased by the old date is dropped.
 * @param besides who is told of each task beside its partner. Whoever asked has set another date for all of them by one act, and needs no mail for each
 */
export function moveClock(
  state: CaseState,
  task: TaskState,
  { clock, cause, at }: Extract<CaseMessage, { type: 'clock-moved' }>,
  now: number,
  besides: readonly Recipient[] = cause === 'rescheduled' ? [] : ['requester'],
): RejectionType | null {
  if (task.status === 'answered') return 'AlreadyAnswered';
  if (task.status === 'left-unanswered') return 'NoLongerAwaited';
  // Worked out before the one in force, and told late.
  if (clock.version <= task.clock.version) return null;
  const before = task.clock;
  task.clock = clock;
  // The same date with other rungs: what was mailed of them stands, and what is past by now fires at once.
  if (millisecondsOf(before.dueAt) === millisecondsOf(clock.dueAt)) return null;
  // A clock that stands still has come as far as it had when it stopped.
  const reachedAt = task.pausedAt === null ? now : millisecondsOf(task.pausedAt);
  const past = clock.rungs.filter((rung) => millisecondsOf(rung.at) <= reachedAt);
  task.rungsPassed = past.length;
  task.status = 'open';
  task.overdue &&= millisecondsOf(clock.dueAt) <= reachedAt;
  if (state.outbox !== null) {
    const isRung = ({ step }: Notice) => before.rungs.some((rung) => rung.step === step);
    const isOfOldDate = (waiting: Notice) => waiting.task === task.id && isRung(waiting);
    state.outbox = { ...state.outbox, notices: state.outbox.notices.filter((waiting) => !isOfOldDate(waiting)) };
  }
  state.events.push({ event: 'clock-moved', at, task: task.id, cause, due: dueOf(clock), before: dueOf(before) });
  markOverdue(state, task, reachedAt);
  settleSilence(task);
  const told = new Set<Recipient>(['spoc', ...besides, ...task.reached]);
  const ofChange = cause === 'bank-holidays-changed' ? { calendarVersion: clock.calendarVersion } : {};
  state.notices.push({ ...notice(task, 'clock-moved', [...told]), ...ofChange });
  tellNewlyReached(state, task, past, told);
  return null;
}

/** A new date can put a task on a rung that had not come: whoever that adds to those who are told of the date is told of the task, too. */
export function tellNewlyReached(state: CaseState, task: TaskState, past: TaskState['clock']['rungs'], told: ReadonlySet<Recipient>): void {
  const present = past.at(-1);
  const added = present?.to.filter((role) => !told.has(role)) ?? [];
  if (present === undefined || added.length === 0) return;
  state.notices.push(noticeOfRung(task, present.step, added));
  reach(task, added);
}
