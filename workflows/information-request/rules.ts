/**
 * The rules of an information request as functions of its state: no timers, no activities, no calendar. Each takes the
 * state and changes it in place or reads it; `workflow.ts` says when.
 */
import type { CaseProjection, Notice, StoredAnswer, TaskState, WorkOrder, WorkReport } from '../shared/contract';
import { instantOf, millisecondsOf } from '../shared/now';
import type { InformationRequestInput, InformationRequestResult } from './contract';
import type { InformationRequestOutcome, InformationRequestStage, RequestState } from './state';

export function openRequest(input: InformationRequestInput, now: number): RequestState {
  const state: RequestState = {
    seq: 0,
    tasks: input.tasks.map(({ id, partner, name, clock }) => ({
      id,
      partner,
      name,
      clock,
      status: 'open',
      overdue: false,
      rungsPassed: 0,
      answer: null,
    })),
    events: [],
    notices: [],
    outbox: null,
    closeAfter: null,
    closeAt: null,
    outcome: null,
    dirty: true,
  };
  for (const task of state.tasks) openTask(state, task, now);
  return state;
}

/**
 * The request goes to the SPOC; a request received in the past opens on the rung that applies now. Rungs that are
 * already past are said, not mailed, and whoever the present rung adds to the SPOC is told at once.
 */
function openTask(state: RequestState, task: TaskState, now: number): void {
  state.events.push({ event: 'request-sent', at: instantOf(now), task: task.id });
  state.notices.push({ task: task.id, step: 'request', clockVersion: task.clock.version, to: ['spoc'], chase: false });
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
}

/** Fires what is due: only the rung that applies now of each task, marks what is overdue, closes what has run out. */
export function advance(state: RequestState, now: number): void {
  for (const task of state.tasks) {
    if (task.status !== 'open') continue;
    markOverdue(state, task, now);
    const due = task.clock.rungs.filter((rung) => millisecondsOf(rung.at) <= now);
    const present = due.at(-1);
    if (present !== undefined && due.length > task.rungsPassed) {
      task.rungsPassed = due.length;
      state.notices.push(noticeOfRung(task, present.step, present.to));
      state.dirty = true;
    }
    settleSilence(task);
  }
  if (state.outbox !== null && state.outbox.retryAt <= now) {
    state.notices.push(...state.outbox.notices);
    state.outbox = { ...state.outbox, notices: [] };
    state.dirty = true;
  }
  if (state.closeAt !== null && millisecondsOf(state.closeAt) <= now) {
    close(state, 'answers-not-contested', now);
  }
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
  return {
    task: task.id,
    step,
    clockVersion: task.clock.version,
    to,
    chase: true,
    ...(next === undefined ? {} : { supersededAt: next.at }),
  };
}

/** Takes an answer once, however often it comes. On time is judged by when it was received, not by when it got here. */
export function takeAnswer(state: RequestState, answer: StoredAnswer): void {
  const task = state.tasks.find((candidate) => candidate.id === answer.task);
  if (task === undefined || task.answer !== null || state.outcome !== null) return;
  const late = millisecondsOf(answer.receivedAt) >= millisecondsOf(task.clock.dueAt);
  task.answer = { ...answer, late };
  task.status = 'answered';
  task.overdue = false;
  state.events.push({ event: 'answer-received', at: answer.receivedAt, task: task.id, kind: answer.kind, late });
  state.notices.push({
    task: task.id,
    step: 'answer-received',
    clockVersion: task.clock.version,
    to: ['requester'],
    chase: false,
  });
  if (state.tasks.every((each) => each.answer !== null)) state.closeAfter = answer.receivedAt;
  state.dirty = true;
}

export function close(state: RequestState, outcome: InformationRequestOutcome, now: number, by?: string): void {
  if (state.outcome !== null) return;
  state.outcome = outcome;
  state.closeAt = null;
  state.events.push({ event: 'case-closed', at: instantOf(now), outcome, ...(by === undefined ? {} : { by }) });
  state.dirty = true;
}

export function stageOf(state: RequestState): InformationRequestStage {
  if (state.outcome !== null) return 'closed';
  if (state.tasks.every((task) => task.status === 'answered')) return 'answered';
  return state.tasks.some((task) => task.status === 'open') ? 'awaiting-answers' : 'unanswered';
}

/** The next moment at which something is due over all tasks, or null when only a message can move the case. */
export function nextMoment(state: RequestState): number | null {
  const moments: number[] = [];
  for (const task of state.tasks) {
    if (task.status !== 'open') continue;
    const rung = task.clock.rungs[task.rungsPassed];
    if (rung !== undefined) moments.push(millisecondsOf(rung.at));
    if (!task.overdue) moments.push(millisecondsOf(task.clock.dueAt));
  }
  if (state.outbox !== null && state.outbox.notices.length > 0) moments.push(state.outbox.retryAt);
  if (state.closeAt !== null) moments.push(millisecondsOf(state.closeAt));
  return moments.length === 0 ? null : Math.min(...moments);
}

/** Gathers what is to be recorded and sent into one order, and clears it from the state. */
export function takeOrder(state: RequestState, caseRef: string): WorkOrder {
  state.seq += 1;
  state.dirty = false;
  const { events, notices, closeAfter } = state;
  state.events = [];
  state.notices = [];
  state.closeAfter = null;
  return { caseRef, projection: projectionOf(state), events, notices, ...(closeAfter === null ? {} : { closeAfter }) };
}

/** From half a minute to half an hour: an outage of days must not fill the history with tries. */
const firstRetry = 30_000;
const longestRetry = 1_800_000;

/** What came of an order: mail to try again, mail that cannot be delivered, the date at which the case closes. */
export function takeReport(state: RequestState, report: WorkReport, now: number): void {
  if (report.closeAt !== undefined && state.outcome === null) state.closeAt = report.closeAt;
  for (const { notice, to } of report.undeliverable) {
    // A partner that cannot be reached is escalated, not tried for ever; nobody is above the CSP manager.
    if (to === 'csp-manager' || notice.step.startsWith('not-delivered')) continue;
    state.notices.push({ ...notice, step: `not-delivered-${notice.step}-${to}`, to: ['csp-manager'], chase: false });
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
  const unanswered = state.tasks.filter((task) => task.status !== 'answered');
  const dueFirst = Math.min(...unanswered.map((task) => millisecondsOf(task.clock.dueAt)));
  return {
    seq: state.seq,
    stage: stageOf(state),
    tasks: state.tasks.map(({ id, status, overdue, rungsPassed, answer }) => ({ id, status, overdue, rungsPassed, answer })),
    overdue: state.tasks.some((task) => task.overdue),
    openTasks: unanswered.length,
    dueAt: state.outcome === null && unanswered.length > 0 ? instantOf(dueFirst) : null,
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
