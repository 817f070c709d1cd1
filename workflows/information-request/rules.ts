/**
 * The rules of an information request as functions of its state: no timers, no activities, no calendar. Each takes the
 * state and changes it in place or reads it; `workflow.ts` says when.
 */
import type { IsoInstant } from '../../config/clock';
import type { LadderRole } from '../../config/policy';
import type {
  CaseMessage,
  CaseProjection,
  Notice,
  Recipient,
  RejectionType,
  TaskId,
  TaskState,
  WorkOrder,
  WorkReport,
} from '../shared/contract';
import { instantOf, millisecondsOf } from '../shared/now';
import type { InformationRequestInput, InformationRequestResult } from './contract';
import type { InformationRequestOutcome, InformationRequestStage, RequestState } from './state';

export function openRequest(input: InformationRequestInput, now: number): RequestState {
  const state: RequestState = {
    run: input.reopened?.run ?? 1,
    seq: input.reopened?.seq ?? 0,
    tasks: input.tasks.map(({ id, partner, name, clock, settled }) => ({
      id,
      partner,
      name,
      clock,
      status: settled?.status ?? 'open',
      overdue: false,
      question: null,
      pausedAt: null,
      rungsPassed: settled === undefined ? 0 : clock.rungs.length,
      reached: [],
      answer: settled?.answer ?? null,
    })),
    questionPausesClock: input.questionPausesClock,
    after: input.reopened?.after ?? 0,
    taken: [],
    events: [],
    notices: [],
    outbox: null,
    closeAfter: null,
    closeAt: null,
    outcome: null,
    closingRecorded: false,
    dirty: true,
  };
  if (input.reopened !== undefined) {
    state.events.push({ event: 'case-reopened', at: instantOf(now), run: input.reopened.run });
  }
  for (const task of state.tasks) if (task.status === 'open') openTask(state, task, now);
  return state;
}

/**
 * The request goes to the SPOC; a request received in the past opens on the rung that applies now. Rungs that are
 * already past are said, not mailed, and whoever the present rung adds to the SPOC is told at once.
 */
function openTask(state: RequestState, task: TaskState, now: number): void {
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

function reach(task: TaskState, roles: readonly LadderRole[]): void {
  task.reached = [...new Set([...task.reached, ...roles])];
}

const notice = (task: TaskState, step: string, to: readonly Recipient[]): Notice => ({
  task: task.id,
  step,
  clockVersion: task.clock.version,
  to,
  chase: false,
});

/** Whether the ladder of a task may fire: it waits for an answer, and its clock does not stand still. */
const runs = (task: TaskState): boolean => task.status === 'open' && task.pausedAt === null;

/** Fires what is due: only the rung that applies now of each task, marks what is overdue, closes what has run out. */
export function advance(state: RequestState, now: number): void {
  if (state.outcome === null) for (const task of state.tasks) if (runs(task)) advanceTask(state, task, now);
  if (state.outbox !== null && state.outbox.retryAt <= now) {
    state.notices.push(...state.outbox.notices);
    state.outbox = { ...state.outbox, notices: [] };
    state.dirty = true;
  }
  if (state.closeAt !== null && millisecondsOf(state.closeAt) <= now) close(state, 'answers-not-contested', now);
}

function advanceTask(state: RequestState, task: TaskState, now: number): void {
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

function markOverdue(state: RequestState, task: TaskState, now: number): void {
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

/**
 * Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand.
 */
export function take(state: RequestState, message: CaseMessage, now: number): RejectionType | null {
  if (isKnown(state, message)) return null;
  const rejection = state.outcome !== null ? 'CaseEnded' : apply(state, message, now);
  if (rejection !== null) return rejection;
  state.taken.push(message.seq);
  state.dirty = true;
  return null;
}

const isKnown = ({ after, taken }: RequestState, { seq }: CaseMessage): boolean => seq <= after || taken.includes(seq);

function apply(state: RequestState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'answers-confirmed':
      if (stageOf(state) !== 'answered') return 'NotYetAnswered';
      close(state, 'answers-confirmed', now, message.by);
      return null;
    case 'correction-proposed': {
      const task = state.tasks.find(({ status }) => status === 'open' || status === 'unanswered');
      if (task === undefined) return 'NoLongerAwaited';
      state.events.push({ event: 'correction-proposed', at: message.at, number: message.number });
      // Either can be the second person.
      state.notices.push(notice(task, `correction-proposed-${message.number}`, ['requester', 'csp-manager']));
      return null;
    }
    case 'withdrawn':
      withdraw(state, message.by, now);
      return null;
    default: {
      const task = state.tasks.find(({ id }) => id === message.task);
      return task === undefined ? 'TaskUnknown' : applyToTask(state, task, message, now);
    }
  }
}

type TaskMessage = Extract<CaseMessage, { readonly task: TaskId }>;

function applyToTask(state: RequestState, task: TaskState, message: TaskMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'answer':
      takeAnswer(state, task, message);
      return null;
    case 'question':
      if (task.status === 'answered') return 'AlreadyAnswered';
      task.question = message.number;
      state.events.push({ event: 'question-asked', at: message.at, task: task.id });
      state.notices.push(notice(task, `question-${message.number}`, ['requester']));
      if (state.questionPausesClock && runs(task)) {
        task.pausedAt = message.at;
        state.events.push({ event: 'clock-paused', at: message.at, task: task.id });
      }
      return null;
    case 'reply':
      if (task.question !== message.number) return 'NoOpenQuestion';
      takeReply(state, task, message, now);
      return null;
    case 'clock-moved':
      return moveClock(state, task, message, now);
    case 'passed-on':
      if (task.status === 'answered') return 'AlreadyAnswered';
      task.name = message.name;
      state.events.push({ event: 'task-passed-on', at: message.at, task: task.id, name: message.name });
      state.notices.push(notice(task, `passed-on-${message.generation}`, ['spoc']));
      return null;
    case 'silence-decided':
      return decideSilence(state, task, message, now);
  }
}

/** A first answer ends the ladder of its task; a correction takes its place and leaves the date of the first. */
function takeAnswer(state: RequestState, task: TaskState, message: Extract<CaseMessage, { type: 'answer' }>): void {
  const { answer, recordedBy } = message;
  if (task.answer !== null && task.status === 'answered' && task.answer.version >= answer.version) return;
  const isFirst = task.status !== 'answered';
  const late = isFirst ? isLate(task, answer.receivedAt) : (task.answer?.late ?? false);
  task.answer = { ...answer, late };
  task.status = 'answered';
  task.overdue = false;
  task.question = null;
  task.pausedAt = null;
  const { kind, version, receivedAt } = answer;
  state.events.push({ event: 'answer-received', at: receivedAt, task: task.id, kind, version, late });
  // Whoever put it on record knows of it; the other side is told.
  const reader = recordedBy === 'requester' ? 'spoc' : 'requester';
  state.notices.push(notice(task, `${recordedBy === 'requester' ? 'answer-recorded' : 'answer-received'}-${version}`, [reader]));
  closeWhenAllIsSaid(state, message.at);
}

/** With nothing left to wait for, the requester confirms, or the case closes by itself a while later. */
function closeWhenAllIsSaid(state: RequestState, at: IsoInstant): void {
  if (stageOf(state) === 'answered') state.closeAfter = at;
}

/**
 * The date of a task is another one now, and its ladder moves with it at once. Everybody whom the case has reached is
 * told the old date and the new one; what was mailed is not mailed again, and what chased by the old date is dropped.
 */
function moveClock(
  state: RequestState,
  task: TaskState,
  { clock, cause, at }: Extract<CaseMessage, { type: 'clock-moved' }>,
  now: number,
): RejectionType | null {
  if (task.status === 'answered') return 'AlreadyAnswered';
  if (task.status === 'left-unanswered') return 'NoLongerAwaited';
  // Worked out before the one in force, and told late.
  if (clock.version <= task.clock.version) return null;
  const before = task.clock;
  task.clock = clock;
  // The same date with other rungs: what was mailed of them stands, and what is past by now fires at once.
  if (before.dueOn === clock.dueOn) return null;
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
  state.events.push({ event: 'clock-moved', at, task: task.id, cause, dueOn: clock.dueOn, before: before.dueOn });
  markOverdue(state, task, reachedAt);
  settleSilence(task);
  const told = new Set<Recipient>(['spoc', 'requester', ...task.reached]);
  state.notices.push(notice(task, 'clock-moved', [...told]));
  // An earlier date can put the task on a rung that had not come: whoever that adds is told of the task, too.
  const present = past.at(-1);
  const added = present?.to.filter((role) => !told.has(role)) ?? [];
  if (present !== undefined && added.length > 0) {
    state.notices.push(noticeOfRung(task, present.step, added));
    reach(task, added);
  }
  return null;
}

function takeReply(
  state: RequestState,
  task: TaskState,
  message: Extract<CaseMessage, { type: 'reply' }>,
  now: number,
): void {
  task.question = null;
  state.events.push({ event: 'question-answered', at: message.at, task: task.id });
  if (task.pausedAt !== null) {
    task.pausedAt = null;
    if (message.clock !== undefined && message.clock.version > task.clock.version) {
      task.clock = message.clock;
      // What was past before the pause is not mailed again under the new clock.
      task.rungsPassed = message.clock.rungs.filter((rung) => millisecondsOf(rung.at) <= now).length;
      state.events.push({ event: 'clock-resumed', at: message.at, task: task.id, dueOn: message.clock.dueOn });
    }
  }
  if (task.status !== 'answered') state.notices.push(notice(task, `reply-${message.number}`, ['spoc']));
}

/** The CSP manager's word on a partner whose ladder is finished. */
function decideSilence(
  state: RequestState,
  task: TaskState,
  { decision, by, at, seq }: Extract<CaseMessage, { type: 'silence-decided' }>,
  now: number,
): RejectionType | null {
  if (task.status === 'answered') return 'AlreadyAnswered';
  // Asking again does no harm before, as when an address was put right; not to wait any more has to wait for the ladder.
  if (task.status !== 'unanswered' && decision === 'left-unanswered') return 'LadderNotFinished';
  state.events.push({ event: 'silence-decided', at, task: task.id, decision, by });
  if (decision === 'asked-again') {
    const everybody: LadderRole[] = ['spoc', 'deputy', 'governance-lead'];
    state.notices.push({ ...notice(task, `asked-again-${seq}`, everybody), chase: true });
    reach(task, everybody);
    return null;
  }
  task.status = 'left-unanswered';
  task.overdue = false;
  state.notices.push(notice(task, `left-unanswered-${seq}`, ['requester']));
  if (state.tasks.every((each) => each.status === 'left-unanswered')) close(state, 'closed-unanswered', now, by);
  else closeWhenAllIsSaid(state, at);
  return null;
}

/** Whoever was asked and has not answered is told that no answer is needed any more. */
function withdraw(state: RequestState, by: string, now: number): void {
  for (const task of state.tasks) {
    if (task.status !== 'answered') state.notices.push(notice(task, 'withdrawn', ['spoc']));
  }
  close(state, 'withdrawn', now, by);
}

function close(state: RequestState, outcome: InformationRequestOutcome, now: number, by?: string): void {
  if (state.outcome !== null) return;
  state.outcome = outcome;
  state.closeAt = null;
  state.closeAfter = null;
  // What chases has no sense any more; what tells somebody of something that happened has.
  if (state.outbox !== null) state.outbox.notices = state.outbox.notices.filter(({ chase }) => !chase);
  for (const task of state.tasks) task.overdue = false;
  state.events.push({ event: 'case-closed', at: instantOf(now), outcome, ...(by === undefined ? {} : { by }) });
  state.dirty = true;
}

/**
 * Answers that were stored in the instant before the closing was recorded: "received" was said, so the requester is
 * told of them although the case is closed. Asked once the store takes no more.
 */
function takeAfterClosing(state: RequestState, messages: readonly CaseMessage[]): void {
  for (const message of messages) {
    if (message.type !== 'answer' || isKnown(state, message)) continue;
    const task = state.tasks.find(({ id }) => id === message.task);
    if (task === undefined) continue;
    state.taken.push(message.seq);
    takeAnswer(state, task, message);
    state.closeAfter = null;
    state.dirty = true;
  }
}

export function stageOf(state: Pick<RequestState, 'outcome' | 'tasks'>): InformationRequestStage {
  if (state.outcome !== null) return 'closed';
  if (state.tasks.some(({ status }) => status === 'open')) return 'awaiting-answers';
  return state.tasks.some(({ status }) => status === 'unanswered') ? 'unanswered' : 'answered';
}

/** The next moment at which something is due over all tasks, or null when only a message can move the case. */
export function nextMoment(state: RequestState): number | null {
  const moments: number[] = [];
  for (const task of state.outcome === null ? state.tasks.filter(runs) : []) {
    const rung = task.clock.rungs[task.rungsPassed];
    if (rung !== undefined) moments.push(millisecondsOf(rung.at));
    if (!task.overdue) moments.push(millisecondsOf(task.clock.dueAt));
  }
  if (mailWaits(state)) moments.push(state.outbox?.retryAt ?? 0);
  if (state.closeAt !== null) moments.push(millisecondsOf(state.closeAt));
  return moments.length === 0 ? null : Math.min(...moments);
}

/** Whether there is mail that the mail server would not take yet. */
export const mailWaits = (state: RequestState): boolean => (state.outbox?.notices.length ?? 0) > 0;

/** Gathers what is to be recorded and sent into one order, and clears it from the state. */
export function takeOrder(state: RequestState, caseRef: string): WorkOrder {
  state.seq += 1;
  state.dirty = false;
  const { events, notices, closeAfter } = state;
  state.events = [];
  state.notices = [];
  state.closeAfter = null;
  const closes = state.outcome !== null && !state.closingRecorded;
  state.closingRecorded ||= closes;
  return {
    caseRef,
    projection: projectionOf(state),
    events,
    notices,
    ...(closeAfter === null ? {} : { closeAfter }),
    ...(closes ? { closes } : {}),
  };
}

/** From half a minute to half an hour: an outage of days must not fill the history with tries. */
const firstRetry = 30_000;
const longestRetry = 1_800_000;

/** What came of an order: mail to try again, mail that cannot be delivered, the date at which the case closes. */
export function takeReport(state: RequestState, report: WorkReport, now: number): void {
  if (report.closeAt !== undefined && state.outcome === null) state.closeAt = report.closeAt;
  takeAfterClosing(state, report.lastMessages ?? []);
  for (const { notice: lost, to } of report.undeliverable) {
    // A partner that cannot be reached is escalated, not tried for ever; nobody is above the CSP manager.
    // Nor is it raised that a partner was not told of its own answer.
    if (to === 'csp-manager' || /^(not-delivered|answer-recorded)/.test(lost.step)) continue;
    state.notices.push({ ...lost, step: `not-delivered-${lost.step}-${to}`, to: ['csp-manager'], chase: false });
    state.dirty = true;
  }
  if (report.deferred.length > 0) {
    const tries = (state.outbox?.tries ?? 0) + 1;
    const wait = Math.min(firstRetry * 2 ** (tries - 1), longestRetry);
    const waiting = state.outbox?.notices ?? [];
    state.outbox = { notices: [...waiting, ...report.deferred], retryAt: now + wait, tries };
  } else if (state.outbox?.notices.length === 0) {
    state.outbox = null;
  }
}

export function projectionOf(state: RequestState): CaseProjection {
  const next = nextMoment(state);
  const awaited = state.tasks.filter(({ status }) => status === 'open' || status === 'unanswered');
  const dueFirst = Math.min(...awaited.map((task) => millisecondsOf(task.clock.dueAt)));
  return {
    run: state.run,
    seq: state.seq,
    stage: stageOf(state),
    tasks: state.tasks.map(({ id, status, overdue, question, pausedAt, rungsPassed, answer }) => ({
      id,
      status,
      overdue,
      question,
      pausedAt,
      rungsPassed,
      answer,
    })),
    overdue: state.tasks.some((task) => task.overdue),
    openTasks: state.outcome === null ? awaited.length : 0,
    dueAt: state.outcome === null && awaited.length > 0 ? instantOf(dueFirst) : null,
    closeAt: state.closeAt,
    nextWakeAt: state.outcome === null && next !== null ? instantOf(next) : null,
    outcome: state.outcome,
  };
}

export function resultOf(state: RequestState, outcome: InformationRequestOutcome): InformationRequestResult {
  return {
    outcome,
    answers: state.tasks.map(({ partner, answer }) => ({
      partner,
      kind: answer?.kind ?? null,
      late: answer?.late ?? false,
    })),
  };
}
