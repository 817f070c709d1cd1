/**
 * The rules of an information request as functions of its state: no timers, no activities, no calendar. Each takes the
 * state and changes it in place or reads it; `workflow.ts` says when.
 */
import type { LadderRole } from '../../config/policy';
import { advanceTasks, ladderMoments, moveClock, notice, openTask, reach, runs } from '../shared/ladder';
import type { IsoInstant } from '../../config/clock';
import type { CaseMessage, CaseProjection, RejectionType, TaskId, TaskState } from '../shared/contract';
import { takeAnswer, takeOnce } from '../shared/messages';
import { instantOf, millisecondsOf } from '../shared/now';
import { mailMoments, projectionWith, retryMail } from '../shared/order';
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

/** Fires what is due: the rungs of each task, mail that waits, and the closing. */
export function advance(state: RequestState, now: number): void {
  if (state.outcome === null) advanceTasks(state, now);
  retryMail(state, now);
  if (state.closeAt !== null && millisecondsOf(state.closeAt) <= now) close(state, 'answers-not-contested', now);
}

/**
 * Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand.
 */
export const take = (state: RequestState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => apply(state, message, now));

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
      closeWhenAllIsSaid(state, message.at);
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

/** With nothing left to wait for, the requester confirms, or the case closes by itself a while later. */
function closeWhenAllIsSaid(state: RequestState, at: IsoInstant): void {
  if (stageOf(state) === 'answered') state.closeAfter = at;
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

export function stageOf(state: Pick<RequestState, 'outcome' | 'tasks'>): InformationRequestStage {
  if (state.outcome !== null) return 'closed';
  if (state.tasks.some(({ status }) => status === 'open')) return 'awaiting-answers';
  return state.tasks.some(({ status }) => status === 'unanswered') ? 'unanswered' : 'answered';
}

/** The moments at which the case wants to wake by itself; none when only a message can move it. */
export function wakesOf(state: RequestState): number[] {
  return [
    ...(state.outcome === null ? ladderMoments(state) : []),
    ...mailMoments(state),
    ...(state.closeAt === null ? [] : [millisecondsOf(state.closeAt)]),
  ];
}

export const projectionOf = (state: RequestState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

export function resultOf(state: RequestState): InformationRequestResult {
  if (state.outcome === null) throw new Error('The case has not ended.');
  return {
    outcome: state.outcome,
    answers: state.tasks.map(({ partner, answer }) => ({
      partner,
      kind: answer?.kind ?? null,
      late: answer?.late ?? false,
    })),
  };
}
