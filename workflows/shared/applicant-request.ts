/**
 * What a request of an applicant is made of in which originators are consulted: a subject access request, and a request for
 * information under FOIA or EIR. As functions of its state: no timers, no activities, no calendar. The items are what is held,
 * by where each came from; the reply to the applicant has the statutory clock. Whether an item may be disclosed is decided where
 * it is put on record (`dispatch/may-disclose.ts`): what is told here has passed that.
 */
import { addTasks, answersOf, endByAct, openCase } from './case';
import type { CaseInput, CaseMessage, ItemDecision, ItemInput, Recipient, RejectionType, TaskState } from './contract';
import { advanceTasks, dueOf, isAwaited, isLate, ladderMoments, notice, tellNewlyReached } from './ladder';
import { takeAnswer } from './messages';
import { millisecondsOf } from './now';
import { mailMoments } from './order';
import type { CaseState } from './state';
import { applyToTask, tellProposer, proposeCorrection } from './tasks';

type Told<Type extends CaseMessage['type']> = Extract<CaseMessage, { type: Type }>;

export interface Item extends ItemInput {
  decision: ItemDecision | null;
  /** The number of a decision that holds until its originator says something more. */
  untilAnswered?: number;
  /** Whether the governance lead of its originator was told that it is disclosed before the time has run out, and has heard no more. */
  leadTold?: true;
  /** The number of what its originator has said last: it can come before a decision that was put on record earlier. */
  answered?: number;
}

/** Whether it is decided what is disclosed of an item, and its originator has said nothing since. */
const isDecided = ({ decision, untilAnswered, answered }: Item): boolean =>
  decision !== null && (untilAnswered === undefined || answered === undefined || answered < untilAnswered);

export const decidedIn = ({ items }: Pick<ApplicantRequestState, 'items'>): number => items.filter(isDecided).length;

/** What every such request knows. */
export interface ApplicantRequestState<Outcome extends string = string> extends CaseState<Outcome> {
  items: Item[];
  /** The number of what the applicant is waited for; null while the clock runs. */
  stopped: number | null;
  /** The tasks of originators whose silence was counted, with the version of the clock that had run out. */
  silent: { readonly task: string; readonly version: number }[];
}

/** The state of a request as it begins: each originator of an item is asked. */
export function openRequest<Outcome extends string>(
  input: CaseInput & { readonly items: readonly ItemInput[] },
  now: number,
): ApplicantRequestState<Outcome> {
  const state: ApplicantRequestState<Outcome> = {
    ...openCase<Outcome>(input, now),
    items: input.items.map((item) => ({ ...item, decision: null })),
    stopped: null,
    silent: [],
  };
  countSilence(state, now);
  return state;
}

/** Fires what is due of an open request: the rungs of each task, the silence of an originator. */
export function advanceRequest(state: ApplicantRequestState, now: number): void {
  if (state.outcome !== null) return;
  advanceTasks(state, now);
  countSilence(state, now);
}

/** Says how a reply to the applicant ends the case; or by which rule it must not. */
export type Replied<State extends ApplicantRequestState> = (
  state: State,
  task: TaskState,
  message: Told<'applicant-replied'>,
) => RejectionType | null;

/** Takes what people tell a request. Says why not, if the rules forbid it as things stand. */
export function applyToRequest<State extends ApplicantRequestState>(
  state: State,
  message: CaseMessage,
  now: number,
  replied: Replied<State>,
): RejectionType | null {
  switch (message.type) {
    case 'items-changed':
      return changeItems(state, message, now);
    case 'item-decided':
      return decideItem(state, message);
    case 'correction-proposed':
      return proposeCorrection(state, message, replyOf(state));
    case 'correction-declined':
    case 'correction-confirmed':
      return tellProposer(state, message);
    case 'withdrawn':
      tellConsulted(state, message.openerLeft === true ? 'ended-left' : 'ended-withdrawn');
      return endByAct<string>(state, 'withdrawn', message);
    default:
      return 'task' in message ? onTask(state, message, now, replied) : 'NotOfThisProcess';
  }
}

function onTask<State extends ApplicantRequestState>(
  state: State,
  message: Extract<CaseMessage, { readonly task: unknown }>,
  now: number,
  replied: Replied<State>,
): RejectionType | null {
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
    // The reply is recorded as such, and in no other way; nobody can leave it open.
    case 'answer':
      if (isReply) return 'NotOfThisProcess';
      takeAnswer(state, task, message, ['requester', 'decider']);
      for (const item of state.items) if (item.task === task.id) item.answered = Math.max(item.answered ?? 0, message.seq);
      return null;
    case 'silence-decided':
      if (isReply) return 'NotOfThisProcess';
      break;
    default:
  }
  return applyToTask(state, task, message, now, () => undefined);
}

export const replyOf = ({ tasks }: Pick<ApplicantRequestState, 'tasks'>): TaskState | undefined => tasks.find(({ kind }) => kind === 'reply');
export const consulted = ({ tasks }: Pick<ApplicantRequestState, 'tasks'>): TaskState[] => tasks.filter(({ kind }) => kind === 'consult');

/** Every originator with items, once it is known, is asked; one of which no item is left is told that nothing is awaited. */
function changeItems(state: ApplicantRequestState, { tasks, items, dropped, moved = [], at, seq }: Told<'items-changed'>, now: number): null {
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
 * Its originator is told at once of what is disclosed before its time had run out, and so are the same people of what is decided
 * instead; of the rest once all that came from it
 * is decided, and again of whatever is decided otherwise then.
 */
function decideItem(state: ApplicantRequestState, { item: id, decision, exceptional, untilAnswered, at, seq }: Told<'item-decided'>): RejectionType | null {
  const item = state.items.find((each) => each.id === id);
  if (item === undefined) return 'NoSuchItem';
  item.decision = decision;
  if (untilAnswered === true) item.untilAnswered = seq;
  else delete item.untilAnswered;
  state.events.push({ event: 'item-decided', at, item: id, decision, exceptional });
  const task = state.tasks.find((each) => each.id === item.task);
  if (task === undefined) return null;
  const { leadTold } = item;
  delete item.leadTold;
  if (exceptional) {
    // A decision of a build of before is told on to the contact only.
    if (untilAnswered === true) item.leadTold = true;
    state.notices.push(notice(task, `disclosed-before-${seq}`, ['spoc', 'governance-lead']));
  } else if (leadTold === true) {
    state.notices.push(notice(task, `decided-${seq}`, ['spoc', 'governance-lead']));
  } else if (state.items.every((each) => each.task !== task.id || each.decision !== null)) {
    state.notices.push(notice(task, `decided-${seq}`, ['spoc']));
  }
  return null;
}

/**
 * The time of an originator has run out without its answer: that is on record from then on, and an item of it can be
 * decided. It is asked on up its ladder, and its answer is still taken.
 */
export function countSilence(state: ApplicantRequestState, now: number): void {
  for (const { id, status, clock } of consulted(state)) {
    const isSilent = isAwaited({ status }) && millisecondsOf(clock.dueAt) <= now;
    if (!isSilent || state.silent.some(({ task, version }) => task === id && version >= clock.version)) continue;
    // Of a task that is not waited for any more nothing is counted.
    if (!state.items.some(({ task }) => task === id)) continue;
    state.silent.push({ task: id, version: clock.version });
    state.events.push({ event: 'silence-counted', at: clock.dueAt, task: id });
    state.dirty = true;
  }
}

function stopClock(state: ApplicantRequestState, task: TaskState, { number, at }: Told<'clock-stopped'>): RejectionType | null {
  if (state.stopped !== null) return 'ClockStands';
  state.stopped = number;
  task.pausedAt = at;
  state.events.push({ event: 'statutory-clock-stopped', at, task: task.id });
  return null;
}

/** The statutory clock goes on: what was past before is not mailed again, and whoever was reminded is told of the new date. */
function startClock(state: ApplicantRequestState, task: TaskState, { number, clock, at }: Told<'clock-started'>, now: number): RejectionType | null {
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

/** The applicant has the reply: each originator is told, and the case ends. */
export function endByReply(state: ApplicantRequestState, task: TaskState, message: Told<'applicant-replied'>): null {
  const { outcome, repliedAt } = message;
  const late = isLate(task, repliedAt);
  task.status = 'left-unanswered';
  task.overdue = false;
  task.pausedAt = null;
  state.events.push({ event: 'applicant-replied', at: repliedAt, outcome, late });
  tellConsulted(state, `ended-${outcome}`);
  return endByAct<string>(state, outcome, message);
}

/** Once to each originator, however often it was asked: not to one from which nothing has come after all. */
export function tellConsulted(state: ApplicantRequestState, step: string): void {
  const concerned = consulted(state).filter(({ id }) => state.items.some(({ task }) => task === id));
  const last = concerned.filter(({ partner }, index, all) => all.findLastIndex((other) => other.partner === partner) === index);
  for (const task of last) state.notices.push(notice(task, step, ['spoc']));
}

/**
 * Where an open request stands: an originator is awaited whose time has not run out, or its items are to be decided (again, where
 * an originator has said something since), or all are.
 */
export function standingOf(state: Pick<ApplicantRequestState, 'outcome' | 'tasks' | 'items' | 'stopped'>) {
  if (state.outcome !== null) return 'closed';
  if (state.stopped !== null) return 'clock-stopped';
  if (consulted(state).some((task) => isAwaited(task) && !task.overdue)) return 'consulting';
  return state.items.every(isDecided) ? 'to-reply' : 'to-decide';
}

/** The moments at which a request wants to wake by itself; none when only a message can move it. */
export const requestMoments = (state: ApplicantRequestState): number[] => [
  ...(state.outcome === null ? ladderMoments(state) : []),
  ...mailMoments(state),
];

/** What each originator said; null for one that was silent. */
export const viewsIn = (state: Pick<ApplicantRequestState, 'tasks'>) => answersOf(consulted(state));

/** The items that are still to be decided, in a sentence. */
export function undecidedInWords({ items }: Pick<ApplicantRequestState, 'items'>): string {
  const ids = items.filter((item) => !isDecided(item)).map(({ id }) => id);
  return ids.length === 1 ? `item ${ids.join()}` : `items ${ids.join(', ')}`;
}
