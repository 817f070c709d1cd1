/**
 * The rules of an information request as functions of its state: no timers, no activities, no calendar. Each takes the
 * state and changes it in place or reads it; `workflow.ts` says when.
 */
import type { IsoInstant } from '../../config/clock';
import { answersOf, closeByItself, closingMoments, endByAct, endByItself, endCase, moveClosing, openCase } from '../shared/case';
import type { CaseInput, CaseMessage, CaseProjection, RejectionType } from '../shared/contract';
import { advanceTasks, ladderMoments, notice } from '../shared/ladder';
import { takeOnce } from '../shared/messages';
import { mailMoments, projectionWith, retryMail } from '../shared/order';
import { applyToTask, tellProposer, proposeCorrection } from '../shared/tasks';
import type { CaseRules } from '../shared/rules';
import type { InformationRequestResult } from './contract';
import {
  informationRequestOutcomes,
  informationRequestStages,
  type InformationRequestOutcome,
  type InformationRequestStage,
  type RequestState,
} from './state';

const open = (input: CaseInput, now: number): RequestState =>
  openCase<InformationRequestOutcome>(input, now);

/** Fires what is due: the rungs of each task, mail that waits, and the closing. */
function advance(state: RequestState, now: number): void {
  if (state.outcome === null) advanceTasks(state, now);
  retryMail(state, now);
  endByItself(state, 'answers-not-contested', now);
}

/**
 * Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand.
 */
const take = (state: RequestState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => apply(state, message, now));

function apply(state: RequestState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'answers-confirmed':
      if (stageOf(state) !== 'answered') return 'NotYetAnswered';
      return endByAct(state, 'answers-confirmed', message);
    case 'correction-proposed':
      return proposeCorrection(state, message);
    case 'correction-declined':
      return tellProposer(state, message);
    case 'closing-moved':
      return moveClosing(state, message);
    case 'withdrawn':
      return withdraw(state, message);
    default: {
      if (!('task' in message)) return 'NotOfThisProcess';
      const task = state.tasks.find(({ id }) => id === message.task);
      if (task === undefined) return 'TaskUnknown';
      return applyToTask(state, task, message, now, (by) => {
        goOnWithout(state, message.at, by);
      });
    }
  }
}

/**
 * With nothing left to wait for, the requester confirms, or the case closes by itself a while later. Where nobody has
 * answered there is nothing to confirm.
 * @param by who decided not to wait for a partner any more
 */
function goOnWithout(state: RequestState, at: IsoInstant, by?: string): void {
  if (state.tasks.every(({ status }) => status === 'left-unanswered')) endCase(state, 'closed-unanswered', at, by);
  else if (stageOf(state) === 'answered') closeByItself(state, at);
}

/** Whoever was asked and has not answered is told that no answer is needed any more. */
function withdraw(state: RequestState, message: Extract<CaseMessage, { type: 'withdrawn' }>): null {
  for (const task of state.tasks) {
    if (task.status !== 'answered') state.notices.push(notice(task, 'withdrawn', ['spoc']));
  }
  return endByAct(state, 'withdrawn', message);
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
    ...closingMoments(state),
  ];
}

const projectionOf = (state: RequestState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

export const informationRequestRules: CaseRules<RequestState> = {
  stages: informationRequestStages,
  outcomes: informationRequestOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf(state: RequestState): InformationRequestResult {
  if (state.outcome === null) throw new Error('The case has not ended.');
  return { outcome: state.outcome, answers: answersOf(state.tasks) };
}
