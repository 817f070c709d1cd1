/**
 * The rules of a subject access request as functions of its state: no timers, no activities, no calendar. Each takes the
 * state and changes it in place or reads it; `workflow.ts` says when. Whether an item may be disclosed is decided where it
 * is put on record (`dispatch/may-disclose.ts`): what is told here has passed that.
 */
import { addTasks, endByAct, openCase } from '../shared/case';
import type { CaseMessage, CaseProjection, Recipient, RejectionType, TaskState } from '../shared/contract';
import { advanceTasks, dueOf, isLate, ladderMoments, notice, tellNewlyReached } from '../shared/ladder';
import { takeOnce } from '../shared/messages';
import { millisecondsOf } from '../shared/now';
import { mailMoments, projectionWith, retryMail } from '../shared/order';
import type { CaseRules } from '../shared/rules';
import { applyToTask, declineCorrection, proposeCorrection } from '../shared/tasks';
import type { SubjectAccessInput, SubjectAccessResult } from './contract';
import {
  subjectAccessOutcomes,
  subjectAccessStages,
  type SubjectAccessOutcome,
  type SubjectAccessStage,
  type SubjectAccessState,
} from './state';

type Told<Type extends CaseMessage['type']> = Extract<CaseMessage, { type: Type }>;

function open(input: SubjectAccessInput, now: number): SubjectAccessState {
  const state: SubjectAccessState = {
    ...openCase<SubjectAccessOutcome>(input, now),
    items: input.items.map((item) => ({ ...item, decision: null })),
    stopped: null,
    silent: [],
  };
  countSilence(state, now);
  return state;
}

/** Fires what is due: the rungs of each task, the silence of an originator, mail that waits. */
function advance(state: SubjectAccessState, now: number): void {
  if (state.outcome === null) {
    advanceTasks(state, now);
    countSilence(state, now);
  }
  retryMail(state, now);
}

/** Takes what people tell the case, once however often it comes. Says why not, if the rules forbid it as things stand. */
const take = (state: SubjectAccessState, message: CaseMessage, now: number): RejectionType | null =>
  takeOnce(state, message, () => {
    const rejection = apply(state, message, now);
    if (state.outcome === null) countSilence(state, now);
    return rejection;
  });

function apply(state: SubjectAccessState, message: CaseMessage, now: number): RejectionType | null {
  switch (message.type) {
    case 'items-changed':
      return changeItems(state, message, now);
    case 'item-decided':
      return decideItem(state, message);
    case 'correction-proposed':
      return proposeCorrection(state, message, replyOf(state));
    case 'correction-declined':
      return declineCorrection(state, message);
    case 'withdrawn':
      tellConsulted(state, 'ended-withdrawn');
      return endByAct(state, 'withdrawn', message);
    default:
      return 'task' in message ? onTask(state, message, now) : 'NotOfThisProcess';
  }
}

function onTask(state: SubjectAccessState, message: Extract<CaseMessage, { readonly task: unknown }>, now: number): RejectionType | null {
  const task = state.tasks.find(({ id }) => id === message.task);
  if (task === undefined) return 'TaskUnknown';
  const isReply = task.kind === 'reply';
  switch (message.type) {
    case 'call-recorded':
      if (isReply) return 'NotOfThisProcess';
      state.events.push({ event: 'partner-called', at: message.calledAt, task: task.id });
      return null;
    case 'referred':
      if (isReply) return 'NotOfThisProcess';
      if (task.status === 'answered') return 'AlreadyAnswered';
      state.events.push({ event: 'referred', at: message.at, task: task.id });
      state.notices.push(notice(task, `referred-${message.seq}`, ['spoc', 'governance-lead']));
      return null;
    case 'clock-stopped':
      return isReply ? stopClock(state, task, message) : 'NotOfThisProcess';
    case 'clock-started':
      return isReply ? startClock(state, task, message, now) : 'NotOfThisProcess';
    case 'applicant-replied':
      return isReply ? replied(state, task, message) : 'NotOfThisProcess';
    case 'answer':
    case 'silence-decided':
      // The reply is recorded as such, and in no other way; nobody can leave it open.
      if (isReply) return 'NotOfThisProcess';
      break;
    default:
  }
  return applyToTask(state, task, message, now, () => undefined);
}

const replyOf = ({ tasks }: Pick<SubjectAccessState, 'tasks'>): TaskState | undefined => tasks.find(({ kind }) => kind === 'reply');
const isAwaited = ({ status }: TaskState): boolean => status === 'open' || status === 'unanswered';
const consulted = ({ tasks }: Pick<SubjectAccessState, 'tasks'>): TaskState[] => tasks.filter(({ kind }) => kind === 'consult');

/** Every originator with items, once it is known, is asked; one of which no item is left is told that nothing is awaited. */
function changeItems(state: SubjectAccessState, { tasks, items, dropped, moved = [], at, seq }: Told<'items-changed'>, now: number): null {
  state.items = [...state.items.filter(({ id }) => !items.some((item) => item.id === id)), ...items.map((item) => ({ ...item, decision: null }))];
  state.events.push({ event: 'items-changed', at, items: items.map(({ id }) => id) });
  addTasks(state, tasks, now);
  const left: string[] = [];
  for (const id of dropped) {
    const task = state.tasks.find((each) => each.id === id);
    if (task === undefined || !isAwaited(task)) continue;
    task.status = 'left-unanswered';
    task.overdue = false;
    state.events.push({ event: 'consultation-dropped', at, task: task.id });
    state.notices.push(notice(task, 'dropped', ['spoc']));
    left.push(id);
  }
  // What it was warned of is decided without its word from now on: it alone can say that this is wrong.
  for (const id of moved) {
    const task = state.tasks.find((each) => each.id === id);
    // Its contact has that by the news that nothing is asked any more.
    if (task !== undefined) state.notices.push(notice(task, `item-moved-${seq}`, left.includes(id) ? ['governance-lead'] : ['spoc', 'governance-lead']));
  }
  return null;
}

/**
 * Its originator is told at once of what is disclosed before its time had run out; of the rest once all that came from it
 * is decided, and again of whatever is decided otherwise then.
 */
function decideItem(state: SubjectAccessState, { item: id, decision, exceptional, at, seq }: Told<'item-decided'>): RejectionType | null {
  const item = state.items.find((each) => each.id === id);
  if (item === undefined) return 'NoSuchItem';
  item.decision = decision;
  state.events.push({ event: 'item-decided', at, item: id, decision, exceptional });
  const task = state.tasks.find((each) => each.id === item.task);
  if (task === undefined) return null;
  if (exceptional) state.notices.push(notice(task, `disclosed-before-${seq}`, ['spoc', 'governance-lead']));
  else if (state.items.every((each) => each.task !== task.id || each.decision !== null)) {
    state.notices.push(notice(task, `decided-${seq}`, ['spoc']));
  }
  return null;
}

/**
 * The time of an originator has run out without its answer: that is on record from then on, and an item of it can be
 * decided. It is asked on up its ladder, and its answer is still taken.
 */
function countSilence(state: SubjectAccessState, now: number): void {
  for (const { id, status, clock } of consulted(state)) {
    const isSilent = status !== 'answered' && millisecondsOf(clock.dueAt) <= now;
    if (!isSilent || state.silent.some(({ task, version }) => task === id && version >= clock.version)) continue;
    // Of a task that is not waited for any more nothing is counted.
    if (!state.items.some(({ task }) => task === id)) continue;
    state.silent.push({ task: id, version: clock.version });
    state.events.push({ event: 'silence-counted', at: clock.dueAt, task: id });
    state.dirty = true;
  }
}

function stopClock(state: SubjectAccessState, task: TaskState, { number, at }: Told<'clock-stopped'>): RejectionType | null {
  if (state.stopped !== null) return 'ClockStands';
  state.stopped = number;
  task.pausedAt = at;
  state.events.push({ event: 'statutory-clock-stopped', at, task: task.id });
  return null;
}

/** The statutory clock goes on: what was past before is not mailed again, and whoever was reminded is told of the new date. */
function startClock(state: SubjectAccessState, task: TaskState, { number, clock, at }: Told<'clock-started'>, now: number): RejectionType | null {
  if (state.stopped !== number) return 'ClockRuns';
  state.stopped = null;
  task.pausedAt = null;
  if (clock.version > task.clock.version) {
    task.clock = clock;
    task.rungsPassed = clock.rungs.filter((rung) => millisecondsOf(rung.at) <= now).length;
    task.overdue &&= millisecondsOf(clock.dueAt) <= now;
    if (!task.overdue) task.status = 'open';
  }
  state.events.push({ event: 'statutory-clock-started', at, task: task.id, due: dueOf(task.clock) });
  const told = new Set<Recipient>(['spoc', ...task.reached]);
  state.notices.push(notice(task, `clock-started-${number}`, [...told]));
  tellNewlyReached(state, task, task.clock.rungs.slice(0, task.rungsPassed), told);
  return null;
}

/** The applicant has the reply: that ends the case. A refusal of the whole request needs no item decided. */
function replied(state: SubjectAccessState, task: TaskState, message: Told<'applicant-replied'>): RejectionType | null {
  const { outcome, repliedAt } = message;
  if (outcome === 'replied' && state.items.some(({ decision }) => decision === null)) return 'ItemsUndecided';
  const late = isLate(task, repliedAt);
  task.status = 'left-unanswered';
  task.overdue = false;
  task.pausedAt = null;
  state.events.push({ event: 'applicant-replied', at: repliedAt, outcome, late });
  tellConsulted(state, `ended-${outcome}`);
  return endByAct(state, outcome, message);
}

/** Once to each originator, however often it was asked: not to one from which nothing has come after all. */
function tellConsulted(state: SubjectAccessState, step: string): void {
  const concerned = consulted(state).filter(({ id }) => state.items.some(({ task }) => task === id));
  const last = concerned.filter(({ partner }, index, all) => all.findLastIndex((other) => other.partner === partner) === index);
  for (const task of last) state.notices.push(notice(task, step, ['spoc']));
}

export function stageOf(state: Pick<SubjectAccessState, 'outcome' | 'tasks' | 'items' | 'stopped'>): SubjectAccessStage {
  if (state.outcome !== null) return 'closed';
  if (state.stopped !== null) return 'clock-stopped';
  if (consulted(state).some((task) => isAwaited(task) && !task.overdue)) return 'consulting';
  return state.items.every(({ decision }) => decision !== null) ? 'to-reply' : 'to-decide';
}

/** The moments at which the case wants to wake by itself; none when only a message can move it. */
export const wakesOf = (state: SubjectAccessState): number[] => [
  ...(state.outcome === null ? ladderMoments(state) : []),
  ...mailMoments(state),
];

const projectionOf = (state: SubjectAccessState): CaseProjection => projectionWith(state, stageOf(state), wakesOf(state));

export const subjectAccessRules: CaseRules<SubjectAccessState> = {
  stages: subjectAccessStages,
  outcomes: subjectAccessOutcomes,
  open,
  take,
  advance,
  wakesOf,
  projectionOf,
};

export function resultOf(state: SubjectAccessState): SubjectAccessResult {
  const { outcome } = state;
  if (outcome === null) throw new Error('The case has not ended.');
  return {
    outcome,
    answers: consulted(state).map(({ partner, answer }) => ({ partner, kind: answer?.kind ?? null, late: answer?.late ?? false })),
  };
}
