/**
 * The rules of a withdrawal as functions of its state: no timers, no activities, no calendar. Each takes the state and
 * changes it in place or reads it; `workflow.ts` says when.
 */
import type { IsoInstant } from '../../config/clock';
import { addTasks, answersOf, endByAct, endCase, openCase } from '../shared/case';
import type { CaseMessage, CaseProjection, RejectionType, TaskState } from '../shared/contract';
import { advanceTasks, isAwaited, ladderMoments, moveClock, notice } from '../shared/ladder';
import { takeOnce } from '../shared/messages';
import { millisecondsOf } from '../shared/now';
import { mailMoments, projectionWith, retryMail } from '../shared/order';
import type { CaseRules } from '../shared/rules';
import { applyToTask, tellProposer, proposeCorrection } from '../shared/tasks';
import type { WithdrawalInput, WithdrawalResult } from './contract';
import { withdrawalOutcomes, withdrawalStages, type WithdrawalOutcome, type WithdrawalStage, type WithdrawalState } from './state';

function open(input: WithdrawalInput, now: number): WithdrawalState {
  const { endsAt, hearsBeforeItEnds } = input;
  const state: WithdrawalState = {
    ...openCase<WithdrawalOutcome>(input, now),
    endsAt,
    // Opened again for what was disclosed since it was settled: who is to be asked for it is what it hears next.
    hasLeft: input.reopened !== undefined,
    ...(hearsBeforeItEnds === undefined ? {} : { hearsBeforeItEnds }),
  };
  leave(state, now);
  const [first] = state.tasks;
  if (input.reopened !== undefined && first !== undefined) state.notices.push(notice(first, `opened-again-${input.reopened.run}`, ['requester']));
  return state;
}

/** Fires what is due: the rungs of each task, the end of the membership, and mail that waits. */
function advance(state: WithdrawalState, now: number): void {
  if (state.outcome === null) {
    advanceTasks(state, now);
    leave(state, now);
    if (isSaid(state) && endingMoment(state) <= now) settle(state, state.saidAt);
  }
  retryMail(state, now);
}

/** The 28 days are over: it is a former partner from this moment on, and everybody is told. */
function leave(state: WithdrawalState, now: number): void {
  if (state.hasLeft || millisecondsOf(state.endsAt) > now) return;
  state.hasLeft = true;
  state.dirty = true;
  state.events.push({ event: 'membership-ended', at: state.endsAt });
  tellEach(state, 'membership-ended');
  settle(state, state.endsAt);
}

/** The first task of each partner: the one that leaves has one for each of several others. */
const firstsOf = ({ tasks }: WithdrawalState): readonly TaskState[] =>
  tasks.filter(({ partner }, index) => tasks.findIndex((other) => other.partner === partner) === index);

/** Once to each partner. */
function tellEach(state: WithdrawalState, step: string): void {
  for (const task of firstsOf(state)) state.notices.push(notice(task, step, ['spoc']));
}

/** Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand. */
const take = (state: WithdrawalState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => apply(state, message, now));

function apply(state: WithdrawalState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'withdrawn':
      // By when it was said, not by when the case hears of it: a notice that was taken back in time is taken back.
      if (millisecondsOf(message.at) >= millisecondsOf(state.endsAt)) return 'HasLeft';
      tellEach(state, 'withdrawn');
      return endByAct(state, 'withdrawn', message);
    case 'correction-proposed':
      // Where there is one CSP manager, the second person is the governance lead of the contact point.
      return proposeCorrection(state, message, state.tasks[0], ['requester', 'csp-manager', 'decider']);
    case 'correction-declined':
      return tellProposer(state, message);
    case 'end-moved':
      return moveEnd(state, message);
    case 'tasks-added':
      // What is disclosed after the notice is to be settled as well.
      addTasks(state, message.tasks, now);
      return null;
    case 'silence-decided':
      // What was shared is returned, destroyed or kept with a reason (section 13): nobody can leave that open.
      if (message.decision === 'left-unanswered') return 'MustBeSettled';
      return onTask(state, message, now);
    default:
      return 'task' in message ? onTask(state, message, now) : 'NotOfThisProcess';
  }
}

/**
 * By the day of receipt as it was put right, the 28 days end at another moment. Who has still to answer is told by the move of its
 * part, everybody else by this; whoever put the notice on record by one mail.
 */
function moveEnd(state: WithdrawalState, { seq, at, endsAt }: Extract<CaseMessage, { readonly type: 'end-moved' }>): RejectionType | null {
  // What has ended is not given back.
  if (state.hasLeft || millisecondsOf(at) >= millisecondsOf(state.endsAt)) return 'HasLeft';
  state.events.push({ event: 'end-moved', at, endsAt, before: state.endsAt });
  state.endsAt = endsAt;
  const awaited = state.tasks.filter(isAwaited).map(({ partner }) => partner);
  const [first] = state.tasks;
  for (const task of firstsOf(state)) {
    const told = [...(awaited.includes(task.partner) ? [] : ['spoc' as const]), ...(task === first ? ['requester' as const] : [])];
    if (told.length > 0) state.notices.push(notice(task, `end-moved-${seq}`, told));
  }
  return null;
}

function onTask(state: WithdrawalState, message: Extract<CaseMessage, { readonly task: unknown }>, now: number): RejectionType | null {
  const task = state.tasks.find(({ id }) => id === message.task);
  if (task === undefined) return 'TaskUnknown';
  if (message.type === 'clock-moved') {
    // Each part is to be settled by the end, or four weeks after it was asked: a move to another day is of a correction that came too late.
    const mayBeDue = [state.endsAt, task.clock.dueAt].map(millisecondsOf);
    return mayBeDue.includes(millisecondsOf(message.clock.dueAt)) ? moveClock(state, task, message, now, []) : 'HasLeft';
  }
  return applyToTask(state, task, message, now, () => {
    // With an answer can come on record that more is asked, which the case hears first.
    if (state.hearsBeforeItEnds === true) state.saidAt = message.at;
    else settle(state, message.at);
  });
}

type Said = WithdrawalState & { readonly saidAt: IsoInstant };

/** Whether it is over with the last answer, if nothing else came on record with it. */
const isSaid = (state: WithdrawalState): state is Said => state.saidAt !== undefined && isSettled(state);

const isSettled = ({ hasLeft, tasks }: WithdrawalState): boolean => hasLeft && tasks.every(({ status }) => status === 'answered');

/** Just after the answer: what is asked because of it has its instant. */
const endingMoment = ({ saidAt }: Said): number => millisecondsOf(saidAt) + 1;

/** Once it has left, and everybody has said what became of what was shared, nothing is open any more. */
function settle(state: WithdrawalState, at: IsoInstant): void {
  if (!isSettled(state)) return;
  const [first] = state.tasks;
  if (first !== undefined) state.notices.push(notice(first, state.run === 1 ? 'settled' : `settled-${state.run}`, ['requester']));
  endCase(state, 'settled', at);
}

export function stageOf({ outcome, hasLeft }: Pick<WithdrawalState, 'outcome' | 'hasLeft'>): WithdrawalStage {
  if (outcome !== null) return 'closed';
  return hasLeft ? 'to-be-settled' : 'notice-running';
}

/** The moments at which the case wants to wake by itself; none when only a message can move it. */
export function wakesOf(state: WithdrawalState): number[] {
  return [
    ...(state.outcome === null ? ladderMoments(state) : []),
    ...(state.outcome === null && isSaid(state) ? [endingMoment(state)] : []),
    ...(state.outcome === null && !state.hasLeft ? [millisecondsOf(state.endsAt)] : []),
    ...mailMoments(state),
  ];
}

const projectionOf = (state: WithdrawalState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

export const withdrawalRules: CaseRules<WithdrawalState> = {
  stages: withdrawalStages,
  outcomes: withdrawalOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf({ outcome, tasks }: WithdrawalState): WithdrawalResult {
  if (outcome === null) throw new Error('The case has not ended.');
  return { outcome, answers: answersOf(tasks) };
}
