/**
 * A wake's work and what comes of it: what is to be recorded and sent goes out as one order; mail that was not taken waits
 * in the state and is tried again.
 */
import type { IsoInstant } from '../../config/clock';
import type { CaseMessage, CaseProjection, TaskState, WorkOrder, WorkReport } from './contract';
import { dutyDue, dutyOverdueFrom, isDutyOverdue, type RunningDuty } from './duties';
import { isAwaited } from './ladder';
import { notDeliveredStep } from './lost-mail';
import { instantOf, millisecondsOf } from './now';
import type { CaseState } from './state';

/** Whether there is mail that the mail server would not take yet. */
export const mailWaits = (state: CaseState): boolean => (state.outbox?.notices.length ?? 0) > 0;

/** When the mail that waits is tried again. */
export const mailMoments = (state: CaseState): number[] => (mailWaits(state) ? [state.outbox?.retryAt ?? 0] : []);

/** Hands over again the mail that was not taken, once its time has come. */
export function retryMail(state: CaseState, now: number): void {
  if (state.outbox === null || state.outbox.retryAt > now) return;
  state.notices.push(...state.outbox.notices);
  state.outbox = { ...state.outbox, notices: [] };
  state.dirty = true;
}

/** An order with more mails than this is not waited for within the workflow's own task. */
const manyMails = 60;

/** Whether it is known before that an order may take its time: it has many mails, or the mail server took one not lately. */
export const mayTakeLong = ({ outbox }: CaseState, { notices }: WorkOrder): boolean =>
  outbox !== null || notices.reduce((mails, { to }) => mails + to.length, 0) > manyMails;

/**
 * Gathers what is to be recorded and sent into one order, and clears it from the state. Its number is the time in
 * milliseconds: an order that was carried out within a task which a crash then undid is not the one that is made next,
 * and what that one records is newer. Nothing else here may hang on `now`: read again from its history, the first order of
 * a wake can come to a later one. So the number that counts is the one that comes back in the report.
 */
export function takeOrder(
  state: CaseState,
  caseRef: string,
  now: number,
  projectionOf: () => CaseProjection,
): WorkOrder {
  state.seq = Math.max(state.seq + 1, now);
  state.dirty = false;
  const { events, notices, words, closeAfter, closeFrom } = state;
  state.events = [];
  state.notices = [];
  state.words = [];
  state.closeAfter = null;
  const closes = state.outcome !== null && !state.closingRecorded;
  state.closingRecorded ||= closes;
  return {
    caseRef,
    projection: projectionOf(),
    words,
    events,
    notices,
    ...(closeAfter === null ? {} : { closeAfter, ...(closeFrom === undefined ? {} : { closeFrom }) }),
    ...(closes ? { closes } : {}),
  };
}

/** From half a minute to half an hour: an outage of days must not fill the history with tries. */
const firstRetry = 30_000;
const longestRetry = 1_800_000;

/** What came of an order: the number that it has in the store, mail to try again, mail that cannot be delivered, the date at which the case closes. */
export function takeReport(
  state: CaseState,
  report: WorkReport,
  now: number,
  told: (message: CaseMessage) => void,
): void {
  state.seq = report.seq ?? state.seq;
  const isMoved = state.closesFrom !== null && state.closesFrom === state.closingMovedFrom;
  // What was worked out for a case that waits for something again, or has ended, is none.
  if (report.closeAt !== undefined && state.closesFrom !== null && !isMoved) state.closeAt = report.closeAt;
  // Once the store takes no more for a case that has closed: what it took in the instant before.
  for (const message of report.lastMessages ?? []) told(message);
  for (const { notice: lost, to } of report.undeliverable) {
    // A partner that cannot be reached is escalated, not tried for ever; nobody is above the CSP manager.
    // Nor is it raised that a partner was not told of its own answer.
    if (to === 'csp-manager' || /^(not-delivered|answer-recorded)/.test(lost.step)) continue;
    state.notices.push({ ...lost, step: notDeliveredStep(lost.step, to), to: ['csp-manager'], chase: false });
    state.dirty = true;
  }
  if (report.deferred.length > 0) {
    const { notices: waiting, retryAt, tries } = state.outbox ?? { notices: [], retryAt: now, tries: 0 };
    const wait = Math.min(firstRetry * 2 ** tries, longestRetry);
    // What is put off while other mail waits already goes with that: several answers in one outage are one try.
    state.outbox =
      waiting.length > 0
        ? { notices: [...waiting, ...report.deferred], retryAt, tries }
        : { notices: [...report.deferred], retryAt: now + wait, tries: tries + 1 };
  } else if (state.outbox?.notices.length === 0) {
    state.outbox = null;
  }
}

/**
 * What lists and pages show of a case.
 * @param wakes the moments at which it wants to wake by itself
 * @param duties what is to be done besides answering
 */
export function projectionWith(state: CaseState, stage: string, wakes: readonly number[], duties: readonly RunningDuty[] = []): CaseProjection {
  const awaited = state.tasks.filter(isAwaited);
  const running = awaited.filter(({ pausedAt }) => pausedAt === null);
  const isOpen = state.outcome === null;
  const firstOf = (tasks: readonly TaskState[], ofDuties: readonly number[]): IsoInstant | null => {
    const due = [...tasks.map(({ clock }) => millisecondsOf(clock.dueAt)), ...ofDuties];
    return isOpen && due.length > 0 ? instantOf(Math.min(...due)) : null;
  };
  return {
    run: state.run,
    seq: state.seq,
    stage,
    tasks: state.tasks.map(({ id, status, overdue, question, pausedAt, rungsPassed, answer }) => ({
      id,
      status,
      overdue,
      question,
      pausedAt,
      rungsPassed,
      answer,
    })),
    overdue: state.tasks.some((task) => task.overdue) || (isOpen && duties.some(isDutyOverdue)),
    openTasks: isOpen ? awaited.length : 0,
    dueAt: firstOf(awaited, duties.flatMap(dutyDue)),
    overdueFrom: firstOf(running, duties.flatMap(dutyOverdueFrom)),
    closeAt: state.closeAt,
    nextWakeAt: isOpen && wakes.length > 0 ? instantOf(Math.min(...wakes)) : null,
    outcome: state.outcome,
  };
}
