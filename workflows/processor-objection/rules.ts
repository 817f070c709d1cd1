/**
 * The rules of a change of processor as functions of its state: no timers, no activities, no calendar. Each takes the
 * state and changes it in place or reads it; `workflow.ts` says when.
 */
import type { AnswerKind } from '../../config/processes';
import type { IsoInstant } from '../../config/clock';
import { answersOf, closeByItself, closingMoments, endByAct, endByItself, endCase, holdClosing, moveClosing, openCase } from '../shared/case';
import type { CaseInput, CaseMessage, CaseProjection, RejectionType, TaskState } from '../shared/contract';
import { advanceTasks, isAwaited, ladderMoments, notice } from '../shared/ladder';
import { takeOnce } from '../shared/messages';
import { instantOf, millisecondsOf } from '../shared/now';
import { mailMoments, projectionWith, retryMail } from '../shared/order';
import type { CaseRules } from '../shared/rules';
import { applyToTask } from '../shared/tasks';
import type { ProcessorObjectionResult } from './contract';
import {
  processorObjectionOutcomes,
  processorObjectionStages,
  type ObjectionState,
  type ProcessorObjectionOutcome,
  type ProcessorObjectionStage,
} from './state';

const objection: AnswerKind = 'objection';

function open(input: CaseInput, now: number): ObjectionState {
  const state = { ...openCase<ProcessorObjectionOutcome>(input, now), goesOn: false };
  countSilence(state);
  return state;
}

/** Fires what is due: the rungs of each task, the end of the time to object, mail that waits, and the closing. */
function advance(state: ObjectionState, now: number): void {
  if (state.outcome === null) {
    advanceTasks(state, now);
    countSilence(state);
  }
  retryMail(state, now);
  endByItself(state, 'gone-on', now);
}

/** Whoever has not objected once its time and its ladder are over did not object in time: nobody has to decide on it. */
function countSilence(state: ObjectionState): void {
  const silent = state.tasks.filter(({ status }) => status === 'unanswered');
  for (const task of silent) {
    const at = endOf(task);
    task.status = 'left-unanswered';
    task.overdue = false;
    state.events.push({ event: 'silence-counted', at, task: task.id });
    state.dirty = true;
    settle(state, at);
  }
}

/** When the time and the ladder of a task are over. */
const endOf = ({ clock: { dueAt, rungs } }: TaskState): IsoInstant =>
  instantOf(Math.max(millisecondsOf(dueAt), ...rungs.map(({ at }) => millisecondsOf(at))));

/** Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand. */
const take = (state: ObjectionState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => apply(state, message, now));

function apply(state: ObjectionState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'case-decided':
      return goOn(state, message);
    case 'withdrawn':
      for (const task of state.tasks) state.notices.push(notice(task, 'withdrawn', ['spoc']));
      return endByAct(state, 'withdrawn', message);
    case 'closing-moved':
      return moveClosing(state, message);
    default: {
      // It is counted from the day on which it was sent, which nobody has to put right; nobody confirms an answer.
      if (!('task' in message)) return 'NotOfThisProcess';
      const task = state.tasks.find(({ id }) => id === message.task);
      if (task === undefined) return 'TaskUnknown';
      const objected = objects(task);
      const rejection = applyToTask(state, task, message, now, () => settle(state, message.at));
      if (message.type === 'answer' && rejection === null) {
        tellManager(state, task, objected);
        if (objects(task) && !objected) decideAnew(state, task, message.seq);
      }
      return rejection;
    }
  }
}

const objects = ({ answer }: TaskState): boolean => answer?.kind === objection;

/** An objection is told to the CSP manager at once, and that it is none any more; whoever opened the case is told of every answer. */
function tellManager(state: ObjectionState, task: TaskState, objected: boolean): void {
  const version = task.answer?.version ?? 1;
  if (objects(task)) state.notices.push(notice(task, `objection-${version}`, ['csp-manager']));
  else if (objected) state.notices.push(notice(task, `objection-lifted-${version}`, ['csp-manager']));
}

/** With nobody left who can object in time: without an objection it ends, else whoever opened it decides. */
function settle(state: ObjectionState, at: IsoInstant): void {
  const [first] = state.tasks;
  if (first === undefined || state.tasks.some(isAwaited)) return;
  if (!state.tasks.some(objects)) {
    state.notices.push(notice(first, 'no-objection', ['requester']));
    endCase(state, 'no-objection', at);
  } else if (!state.goesOn) {
    const [objecting = first] = state.tasks.filter(objects);
    state.notices.push(notice(objecting, 'to-decide', ['requester', 'csp-manager']));
  }
}

/** In spite of an objection: whoever has objected is told, and can read why until the case closes by itself. */
function goOn(
  state: ObjectionState,
  { seq, at, by, onThoseOfThen }: Extract<CaseMessage, { type: 'case-decided' }>,
): RejectionType | null {
  if (stageOf(state) !== 'objected') return 'NothingToDecide';
  // Whoever was told of an earlier decision is told of this one.
  const step = state.onThoseOfThen === true ? `gone-on-${seq}` : 'gone-on';
  state.goesOn = true;
  state.onThoseOfThen = onThoseOfThen === true;
  closeByItself(state, at);
  state.events.push({ event: 'case-decided', at, decision: 'go-on', by });
  for (const task of state.tasks.filter(objects)) {
    state.notices.push(notice(task, step, [...new Set(['spoc' as const, ...task.reached])]));
  }
  return null;
}

/** It was decided to go on, and nobody has decided on this objection yet: the case closes only once somebody has. */
function decideAnew(state: ObjectionState, task: TaskState, seq: number): void {
  if (!state.goesOn || state.onThoseOfThen !== true) return;
  state.goesOn = false;
  holdClosing(state);
  state.notices.push(notice(task, `to-decide-${seq}`, ['requester', 'csp-manager']));
}

export function stageOf(state: Pick<ObjectionState, 'outcome' | 'tasks' | 'goesOn'>): ProcessorObjectionStage {
  if (state.outcome !== null) return 'closed';
  if (state.goesOn) return 'going-on';
  return state.tasks.some(isAwaited) ? 'awaiting-answers' : 'objected';
}

/** The moments at which the case wants to wake by itself; none when only a message can move it. */
export function wakesOf(state: ObjectionState): number[] {
  return [
    ...(state.outcome === null ? ladderMoments(state) : []),
    ...mailMoments(state),
    ...closingMoments(state),
  ];
}

const projectionOf = (state: ObjectionState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

export const processorObjectionRules: CaseRules<ObjectionState> = {
  stages: processorObjectionStages,
  outcomes: processorObjectionOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf({ outcome, tasks }: ObjectionState): ProcessorObjectionResult {
  if (outcome === null) throw new Error('The case has not ended.');
  return { outcome, answers: answersOf(tasks) };
}
