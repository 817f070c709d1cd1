/** How a case begins and ends, whatever the process. */
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { CaseInput, CaseMessage, RejectionType, TaskId, TaskInput, TaskState } from './contract';
import { caseNotice, notice, openTask, reach } from './ladder';
import { instantOf, millisecondsOf } from './now';
import type { CaseState } from './state';

/**
 * The state of a case as it begins, or begins again: every task that waits for an answer is asked.
 * @param now when the case was started. The same in every try of the first task, which a killed worker may have done in
 *   part: rungs that came since are fired, and the timeline says one beginning. What the SDK names `runStartTime` is no such
 *   moment: it is that of the try.
 */
export function openCase<Outcome extends string>(input: CaseInput, now: number): CaseState<Outcome> {
  const state: CaseState<Outcome> = {
    run: input.reopened?.run ?? 1,
    seq: input.reopened?.seq ?? 0,
    tasks: input.tasks.map(taskOf),
    questionPausesClock: input.questionPausesClock,
    after: input.reopened?.after ?? 0,
    taken: [],
    refused: [],
    words: [],
    events: [],
    notices: [],
    outbox: null,
    closeAfter: null,
    closeAt: null,
    closesFrom: null,
    closingMovedFrom: null,
    outcome: null,
    closingRecorded: false,
    dirty: true,
  };
  if (input.reopened !== undefined) {
    state.events.push({ event: 'case-reopened', at: instantOf(now), run: input.reopened.run });
  }
  for (const task of state.tasks) if (task.status === 'open') openTask(state, task, now);
  tellReopened(state, input);
  return state;
}

/** Nobody is left with the news of an end that is none. Whom a task is asked of again reads it in the mail that asks. */
function tellReopened(state: CaseState, { reopened, toldOfEnd = {}, tellsOpener, tasks }: CaseInput): void {
  if (reopened === undefined) return;
  if (tellsOpener === true) state.notices.push(caseNotice(`reopened-${reopened.run}`, ['requester']));
  for (const [index, task] of state.tasks.entries()) {
    const isAskedAgain = tasks[index]?.settled === undefined;
    const told = (toldOfEnd[task.id] ?? []).filter((role) => role !== 'spoc' || !isAskedAgain);
    if (told.length === 0) continue;
    state.notices.push(notice(task, `reopened-${reopened.run}`, told));
    // So that they hear of its next end, too.
    reach(task, told);
  }
}

const taskOf = ({ id, kind, partner, name, clock, byLaw, settled }: TaskInput): TaskState => ({
  id,
  ...(kind === undefined ? {} : { kind }),
  partner,
  name,
  clock,
  ...(byLaw === undefined ? {} : { byLaw }),
  status: settled?.status ?? 'open',
  overdue: false,
  question: null,
  pausedAt: null,
  rungsPassed: settled === undefined ? 0 : clock.rungs.length,
  reached: [],
  answer: settled?.answer ?? null,
});

/** More is asked of an open case: each new task is asked as those of the opening were, on the rung that applies now. */
export function addTasks(state: CaseState, tasks: readonly TaskInput[], now: number): void {
  for (const task of tasks.map(taskOf)) {
    state.tasks.push(task);
    openTask(state, task, now);
  }
}

/**
 * Nothing is waited for any more: the case closes by itself a while after this moment, which the next order works out.
 * @param from the day that it is counted from, where that is not the one of this moment
 */
export function closeByItself(state: CaseState, after: IsoInstant, from?: IsoDate): void {
  state.closeAfter = after;
  state.closeFrom = from;
  state.closesFrom = after;
}

/** It does not close by itself any more: something is waited for again. */
export function holdClosing(state: CaseState): void {
  state.closeAt = null;
  state.closeAfter = null;
  state.closesFrom = null;
}

/**
 * A case that waits to close does so at another moment, and the requester is told. Not if it counts from another moment
 * by now, as when an answer was corrected: that date is worked out with the bank holidays of then.
 */
export function moveClosing(
  state: CaseState,
  { seq, at, after, closeAt, before, cause, calendarVersion }: Extract<CaseMessage, { type: 'closing-moved' }>,
): RejectionType | null {
  if (state.closesFrom !== after) return 'ClosingCountedAnew';
  state.closingMovedFrom = after;
  if (state.closeAt !== null && millisecondsOf(state.closeAt) === millisecondsOf(closeAt)) return null;
  state.closeAt = closeAt;
  state.events.push({ event: 'closing-moved', at, cause, closeAt, before });
  state.notices.push({ ...caseNotice(`closing-moved-${seq}`, ['requester']), calendarVersion });
  return null;
}

/**
 * Somebody's act ends a case: it is answered, dealt with, or withdrawn.
 * @param undecided the tasks whose decision was not waited for any more, where the process says so of its end
 */
export function endByAct<Outcome extends string>(
  state: CaseState<Outcome>,
  outcome: Outcome,
  { at, by }: { readonly at: IsoInstant; readonly by: string },
  undecided: readonly TaskId[] = [],
): null {
  endCase(state, outcome, at, by, undecided);
  return null;
}

/** A case that waits to close ends by itself once its moment has come. */
export function endByItself<Outcome extends string>(state: CaseState<Outcome>, outcome: Outcome, now: number): void {
  if (state.closeAt !== null && millisecondsOf(state.closeAt) <= now) endCase(state, outcome, state.closeAt);
}

/** When a case that waits to close ends by itself. */
export const closingMoments = ({ closeAt }: CaseState): number[] => (closeAt === null ? [] : [millisecondsOf(closeAt)]);

/** What each partner had answered when the case ended. */
export const answersOf = (tasks: readonly TaskState[]) =>
  tasks.map(({ partner, answer }) => ({ partner, kind: answer?.kind ?? null, late: answer?.late ?? false }));

/**
 * Ends a case: once, and without a chase of what is not waited for any more.
 * @param at of the act that ends it, or the moment at which it was to end by itself
 * @param by who ended it; nobody if it ended by itself
 */
export function endCase<Outcome extends string>(
  state: CaseState<Outcome>,
  outcome: Outcome,
  at: IsoInstant,
  by?: string,
  undecided: readonly TaskId[] = [],
): void {
  if (state.outcome !== null) return;
  state.outcome = outcome;
  holdClosing(state);
  // What chases has no sense any more; what tells somebody of something that happened has.
  if (state.outbox !== null) state.outbox.notices = state.outbox.notices.filter(({ chase }) => !chase);
  for (const task of state.tasks) task.overdue = false;
  state.events.push({
    event: 'case-closed',
    at,
    outcome,
    ...(by === undefined ? {} : { by }),
    ...(undecided.length === 0 ? {} : { undecided }),
  });
  state.dirty = true;
}
