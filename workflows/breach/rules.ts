/**
 * The rules of a personal data breach as functions of its state: no timers, no activities, no calendar. Each takes the
 * state and changes it in place or reads it; `workflow.ts` says when.
 */
import type { IsoInstant } from '../../config/clock';
import type { TaskKind } from '../../config/processes';
import { addTasks, endByAct, openCase } from '../shared/case';
import type { CaseMessage, CaseProjection, RejectionType, TaskState } from '../shared/contract';
import { advanceTasks, caseNotice, dueOf, isAwaited, isLate, ladderMoments, notice } from '../shared/ladder';
import { takeOnce } from '../shared/messages';
import { instantOf, millisecondsOf } from '../shared/now';
import { mailMoments, projectionWith, retryMail } from '../shared/order';
import type { CaseRules } from '../shared/rules';
import { applyToTask, tellProposer, proposeCorrection } from '../shared/tasks';
import type { BreachInput, BreachResult } from './contract';
import { icoMoreAfter, icoMoreWith, isOwnDecision, owesIcoMore } from './decisions';
import { breachOutcomes, breachStages, type BreachOutcome, type BreachStage, type BreachState } from './state';

function open(input: BreachInput, now: number): BreachState {
  const state = { ...openCase<BreachOutcome>(input, now), viewsClosed: 0, readyWith: 0, awaitsAgain: false, ownDecisions: input.ownDecisions === true };
  goOn(state, instantOf(now));
  return state;
}

/** Fires what is due: the rungs of each task, the cut-off, mail that waits. */
function advance(state: BreachState, now: number): void {
  if (state.outcome === null) {
    advanceTasks(state, now);
    goOn(state, instantOf(now));
  }
  retryMail(state, now);
}

/** Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand. */
const take = (state: BreachState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => {
    const rejection = apply(state, message, now);
    if (rejection === null && state.outcome === null) goOn(state, message.at);
    return rejection;
  });

function apply(state: BreachState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'tasks-added':
      addTasks(state, message.tasks, now);
      return null;
    case 'call-recorded':
    case 'ico-informed': {
      const task = state.tasks.find(({ id }) => id === message.task);
      if (task === undefined) return 'TaskUnknown';
      return message.type === 'call-recorded' ? noteCall(state, task, message.calledAt) : addForIco(state, task, message);
    }
    case 'correction-proposed':
      // What is answered is judged by the detection, too.
      return proposeCorrection(state, message, state.tasks.find(isAwaited) ?? state.tasks[0]);
    case 'correction-declined':
      return tellProposer(state, message);
    case 'awareness-corrected':
      for (const task of state.tasks) correctAwareness(state, task, message);
      return null;
    case 'breach-closed':
    case 'withdrawn':
      return end(state, message.type === 'withdrawn' ? 'withdrawn' : message.outcome, message);
    default: {
      // Nobody confirms the answers; there is nothing else to decide on the whole, and it closes by somebody's act only.
      if (!('task' in message)) return 'NotOfThisProcess';
      const task = state.tasks.find(({ id }) => id === message.task);
      if (task === undefined) return 'TaskUnknown';
      if (message.type === 'clock-moved' && task.status === 'answered') return judgeAnew(state, task, message);
      if (message.type === 'silence-decided' && message.decision === 'left-as-it-is') return leaveAsItIs(state, task, message);
      const { answer: before } = task;
      const rejection = applyToTask(state, task, message, now, () => undefined);
      if (rejection !== null) return rejection;
      if (message.type === 'answer') noteAnswer(state, task, before);
      // Whose decision it is hears that it stays undecided, and that it still can decide.
      if (message.type === 'silence-decided' && message.decision === 'left-unanswered' && isOwnDecision(task)) {
        state.notices.push(notice(task, `left-undecided-${message.seq}`, ['spoc', 'governance-lead']));
      }
      return null;
    }
  }
}

/**
 * The detection was put right after a task was answered: whether that was in time is judged by it. Whoever was late with
 * telling the ICO by that is asked for the reasons.
 */
function judgeAnew(
  state: BreachState,
  task: TaskState,
  { clock, at }: Extract<CaseMessage, { type: 'clock-moved' }>,
): null {
  const { answer, clock: before } = task;
  // Worked out before the one in force, and told late.
  if (answer === null || clock.version <= before.version) return null;
  task.clock = clock;
  const late = isLate(task, answer.receivedAt);
  task.answer = { ...answer, late };
  state.events.push({ event: 'answer-judged-anew', at, task: task.id, late, due: dueOf(clock), before: dueOf(before) });
  if (late && !answer.late && answer.kind === 'told-ico') {
    state.notices.push(notice(task, `reasons-for-delay-${clock.version}`, ['spoc', 'governance-lead']));
  }
  return null;
}

/** A controller became aware at another time: whoever was told of its hours by law is told of the new ones, also where it has decided. */
function correctAwareness(
  state: BreachState,
  task: TaskState,
  { seq, at, byLaw: corrected, tellsDecided }: Extract<CaseMessage, { type: 'awareness-corrected' }>,
): void {
  const { [task.id]: byLaw } = corrected;
  const { byLaw: before } = task;
  if (byLaw === undefined || before === undefined || millisecondsOf(byLaw.from) === millisecondsOf(before.from)) return;
  task.byLaw = byLaw;
  state.events.push({ event: 'awareness-corrected', at, task: task.id, byLaw, before });
  if (!isAwaited(task) && tellsDecided !== true) return;
  state.notices.push(notice(task, `awareness-corrected-${seq}`, [...new Set(['spoc' as const, ...task.reached])]));
}

/** The notice reached a partner by a call: that keeps the 24 hours, and is no acknowledgement. */
function noteCall(state: BreachState, task: TaskState, at: IsoInstant): RejectionType | null {
  if (task.kind !== 'acknowledge') return 'NotOfThisProcess';
  state.events.push({ event: 'partner-called', at, task: task.id });
  return null;
}

/** Further information for the ICO, in phases (Article 33(4)): once it was told first. */
function addForIco(
  state: BreachState,
  task: TaskState,
  { seq, informedAt, isLast, recordedBy }: Extract<CaseMessage, { type: 'ico-informed' }>,
): RejectionType | null {
  if (task.kind !== 'decide-ico') return 'NotOfThisProcess';
  if (task.answer?.kind !== 'told-ico') return 'IcoNotTold';
  task.answer = { ...task.answer, icoMore: icoMoreAfter(isLast) };
  state.events.push({ event: 'ico-informed', at: informedAt, task: task.id, isLast });
  // In its name: it hears of it, and can say what is wrong.
  if (recordedBy === 'requester') state.notices.push(notice(task, `ico-recorded-${seq}`, ['spoc', 'governance-lead']));
  return null;
}

/** What a controller was still to tell the ICO is not waited for any more. It hears of it, and can still put it on record. */
function leaveAsItIs(
  state: BreachState,
  task: TaskState,
  { decision, by, at, seq }: Extract<CaseMessage, { type: 'silence-decided' }>,
): RejectionType | null {
  if (!state.ownDecisions || task.answer === null || !owesIcoMore(task.answer)) return 'NothingToFollow';
  task.answer = { ...task.answer, icoMore: 'left' };
  state.events.push({ event: 'silence-decided', at, task: task.id, decision, by });
  state.notices.push(notice(task, `${decision}-${seq}`, ['requester', 'spoc', 'governance-lead']));
  return null;
}

function noteAnswer(state: BreachState, task: TaskState, before: TaskState['answer']): void {
  if (task.kind === 'decide-telling') tellWhatWasDecided(state, task);
  if (task.answer !== null) task.answer = { ...task.answer, ...icoMoreWith(before, task.answer) };
}

const ofKind = ({ tasks }: Pick<BreachState, 'tasks'>, kind: TaskKind): TaskState[] =>
  tasks.filter((task) => task.kind === kind);

/** What follows from what has come and from the time: the end of the consultation, and that nothing is awaited any more. */
function goOn(state: BreachState, at: IsoInstant): void {
  closeViews(state, at);
  if (!isReady(state)) {
    // A controller has more to tell the ICO after all, or a partner was added: it is said anew once nothing is awaited again.
    state.awaitsAgain = state.ownDecisions && state.readyWith !== 0;
    return;
  }
  const { length: count } = state.tasks;
  if (state.readyWith === count && !state.awaitsAgain) return;
  const wasSaid = state.ownDecisions && (state.readyWith !== 0 || state.run > 1);
  state.readyWith = count;
  state.awaitsAgain = false;
  state.notices.push(caseNotice(wasSaid ? `to-close-again-${millisecondsOf(at)}` : `to-close-${count}`, ['requester']));
  state.dirty = true;
}

/**
 * Views are awaited until the cut-off, or until the owner has decided: then no more, though they are still taken. When the
 * last is in, or the time of the last is over, it is the owner's word that counts, and the owner is asked for it.
 */
function closeViews(state: BreachState, at: IsoInstant): void {
  const views = ofKind(state, 'give-view');
  const [telling] = ofKind(state, 'decide-telling');
  if (telling === undefined) return;
  const isDecided = telling.status === 'answered';
  for (const view of views.filter(isAwaited)) {
    if (!view.overdue && !isDecided) continue;
    if (view.overdue) state.events.push({ event: 'silence-counted', at: view.clock.dueAt, task: view.id });
    view.status = 'left-unanswered';
    view.overdue = false;
    state.dirty = true;
  }
  if (views.some(isAwaited)) state.viewsClosed = 0;
  else if (state.viewsClosed !== views.length) {
    state.viewsClosed = views.length;
    state.dirty = true;
    if (isDecided) return;
    state.events.push({ event: 'views-closed', at, task: telling.id });
    // Once its own time is over the ladder of the decision says it.
    if (!telling.overdue) state.notices.push(notice(telling, `views-in-${views.length}`, ['spoc', 'governance-lead']));
  }
}

/** Everybody who was consulted is told of the owner's decision, and of another one that takes its place. */
function tellWhatWasDecided(state: BreachState, telling: TaskState): void {
  for (const view of ofKind(state, 'give-view')) {
    state.notices.push(notice(view, `telling-decided-${telling.answer?.version ?? 1}`, ['spoc']));
  }
}

/** Whether something is still to come of a task: its answer, or what the ICO was told that is to follow. */
const isOpen = ({ ownDecisions }: Pick<BreachState, 'ownDecisions'>, task: TaskState): boolean =>
  isAwaited(task) || (ownDecisions && owesIcoMore(task.answer));

/** Whether nothing is awaited any more: each has acknowledged, each controller and the owner have decided, or it was left. */
const isReady = (state: Pick<BreachState, 'tasks' | 'ownDecisions'>): boolean => !state.tasks.some((task) => isOpen(state, task));

/**
 * Nobody ends a breach for those whose own decision is still to come, neither as dealt with nor as none nor as a mistake.
 * However it ends, every partner that was told of it is told so, and whoever it was raised with.
 */
function end(
  state: BreachState,
  outcome: BreachOutcome,
  act: { readonly at: IsoInstant; readonly by: string },
): RejectionType | null {
  const own = state.tasks.filter(isOwnDecision);
  if (state.ownDecisions && own.some((task) => isOpen(state, task))) return 'NotDecidedYet';
  if (outcome === 'dealt-with' && !isReady(state)) return 'NotAllDecided';
  // Of a breach that was opened again it is news once more, also to whom nothing was asked again.
  const step = state.run === 1 ? `ended-${outcome}` : `ended-${outcome}-${state.run}`;
  for (const task of ofKind(state, 'acknowledge')) {
    const raisedWith = task.reached.filter((role) => role !== 'csp-manager');
    state.notices.push(notice(task, step, [...new Set(['spoc' as const, ...raisedWith])]));
  }
  return endByAct(state, outcome, act, own.filter(({ status }) => status === 'left-unanswered').map(({ id }) => id));
}

export function stageOf(state: Pick<BreachState, 'outcome' | 'tasks' | 'ownDecisions'>): BreachStage {
  if (state.outcome !== null) return 'closed';
  if (ofKind(state, 'acknowledge').some(isAwaited)) return 'awaiting-acknowledgements';
  return isReady(state) ? 'to-close' : 'awaiting-decisions';
}

/** The moments at which the case wants to wake by itself; none when only a message can move it. */
export const wakesOf = (state: BreachState): number[] => [
  ...(state.outcome === null ? ladderMoments(state) : []),
  ...mailMoments(state),
];

const projectionOf = (state: BreachState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

export const breachRules: CaseRules<BreachState> = {
  stages: breachStages,
  outcomes: breachOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf({ outcome, tasks }: BreachState): BreachResult {
  if (outcome === null) throw new Error('The case has not ended.');
  return {
    outcome,
    answers: tasks.map(({ partner, kind = 'acknowledge', answer }) => ({
      partner,
      asked: kind,
      kind: answer?.kind ?? null,
      late: answer?.late ?? false,
    })),
  };
}
