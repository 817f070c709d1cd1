/** How a case begins and ends, whatever the process. */
import type { IsoInstant } from '../../config/clock';
import type { CaseInput } from './contract';
import { openTask } from './ladder';
import { instantOf } from './now';
import type { CaseState } from './state';

/**
 * The state of a case as it begins, or begins again: every task that waits for an answer is asked.
 * @param now when the run was started; the same in every try of its first task, as it is said in the timeline
 */
export function openCase<Outcome extends string>(input: CaseInput, now: number): CaseState<Outcome> {
  const state: CaseState<Outcome> = {
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
    refused: [],
    words: [],
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
 * Ends a case: once, and without a chase of what is not waited for any more.
 * @param at of the act that ends it, or the moment at which it was to end by itself
 * @param by who ended it; nobody if it ended by itself
 */
export function endCase<Outcome extends string>(
  state: CaseState<Outcome>,
  outcome: Outcome,
  at: IsoInstant,
  by?: string,
): void {
  if (state.outcome !== null) return;
  state.outcome = outcome;
  state.closeAt = null;
  state.closeAfter = null;
  // What chases has no sense any more; what tells somebody of something that happened has.
  if (state.outbox !== null) state.outbox.notices = state.outbox.notices.filter(({ chase }) => !chase);
  for (const task of state.tasks) task.overdue = false;
  state.events.push({ event: 'case-closed', at, outcome, ...(by === undefined ? {} : { by }) });
  state.dirty = true;
}
