/** What is to be done in a case besides answering: whoever does it is reminded until it is done. */
import type { CaseMessage, Duty, Notice, Recipient, RejectionType } from './contract';
import { caseNotice } from './ladder';
import { millisecondsOf } from './now';
import type { CaseState } from './state';

export interface RunningDuty extends Omit<Duty, 'rungs' | 'dueAt'> {
  dueAt?: Duty['dueAt'];
  rungs: Duty['rungs'];
  /** How many of its rungs are behind. */
  rungsPassed: number;
  /** Missing until it is moved for the first time. */
  version?: number;
}

export interface WithDuties {
  duties: RunningDuty[];
}

export const begin = (duty: Duty): RunningDuty => ({ ...duty, rungsPassed: 0 });

/** The mail of a rung is named by what is to be done, the rung, and the number: `action-overdue-3`. */
export const dutyStep = (id: string, rung: string): string => id.replace(/-(?<number>\d+)$/, `-${rung}-$<number>`);

/** Whether a mail is of this duty, also one that says that another could not be delivered. */
export function isOfDuty(step: string, id: string): boolean {
  const { kind = '', number = '' } = /^(?<kind>.+)-(?<number>\d+)$/.exec(id)?.groups ?? {};
  return new RegExp(`^(not-delivered-)?${kind}-[a-z-]+-${number}(-[a-z-]+)?$`).test(step);
}

/** Whether it is this kind of duty: `action` of `action-3`. */
export const isDuty = (id: string, kind: string): boolean => new RegExp(`^${kind}-\\d+$`).test(id);

/** Fires the rung that applies now of each. */
export function advanceDuties(state: CaseState & WithDuties, now: number): void {
  for (const duty of state.duties) {
    const due = duty.rungs.filter(({ at }) => millisecondsOf(at) <= now);
    const present = due.at(-1);
    if (present === undefined || due.length === duty.rungsPassed) continue;
    duty.rungsPassed = due.length;
    state.notices.push(noticeOfRung(duty, present.step, present.to));
    state.dirty = true;
  }
}

function noticeOfRung({ id, rungs, rungsPassed }: RunningDuty, step: string, to: readonly Recipient[]): Notice {
  const next = rungs[rungsPassed];
  return { ...caseNotice(dutyStep(id, step), to), chase: true, ...(next === undefined ? {} : { supersededAt: next.at }) };
}

/**
 * Something is to be done by another day. Whoever was reminded of it, or is to be, is told the old day and the new one; what was
 * mailed is not mailed again, and what pressed by the old day is dropped.
 */
export function moveDuty(
  state: CaseState & WithDuties,
  { duty: id, version, rungs, dueOn, dueAt, before, at, cause, calendarVersion }: Extract<CaseMessage, { type: 'duty-moved' }>,
  now: number,
): RejectionType | null {
  const duty = state.duties.find((each) => each.id === id);
  if (duty === undefined) return 'NotToBeDone';
  // Worked out before the one in force, and told late.
  if (version <= (duty.version ?? 1)) return null;
  const mailed = duty.rungs.slice(0, Math.max(duty.rungsPassed, 1));
  const old = { id, rungs: duty.rungs };
  duty.version = version;
  duty.rungs = rungs;
  duty.dueAt = dueAt;
  // The same day with other reminders: what was mailed of them stands, and what is past by now fires at once.
  if (dueOn === before) return null;
  dropChases(state, [old]);
  const past = rungs.filter((rung) => millisecondsOf(rung.at) <= now);
  duty.rungsPassed = past.length;
  state.events.push({ event: 'duty-moved', at, duty: id, cause, dueOn, before });
  const told = new Set(mailed.flatMap(({ to }) => to));
  state.notices.push({ ...caseNotice(dutyStep(id, 'moved'), [...told]), clockVersion: version, calendarVersion });
  // An earlier day can be past already: whoever is told of that only is told now.
  const present = past.at(-1);
  const added = present?.to.filter((role) => !told.has(role)) ?? [];
  if (present !== undefined && added.length > 0) state.notices.push(noticeOfRung(duty, present.step, added));
  return null;
}

/** They are done, or not waited for any more: no mail presses for them from now on. */
export function endDuties(state: CaseState & WithDuties, isEnded: (id: string) => boolean): void {
  const ended = state.duties.filter(({ id }) => isEnded(id));
  state.duties = state.duties.filter(({ id }) => !isEnded(id));
  dropChases(state, ended);
}

function dropChases(state: CaseState, duties: readonly Pick<Duty, 'id' | 'rungs'>[]): void {
  if (state.outbox === null) return;
  const steps = new Set(duties.flatMap(({ id, rungs }) => rungs.map(({ step }) => dutyStep(id, step))));
  state.outbox.notices = state.outbox.notices.filter(({ step }) => !steps.has(step));
}

// A build of before has put duties on record without the moment at which they are due. What a case tells Temporal of itself must be
// in its replay what it was: so they count for what only the store is told.

/** When a duty is due, if that is known. */
export const dutyDue = ({ dueAt }: RunningDuty): number[] => (dueAt === undefined ? [] : [millisecondsOf(dueAt)]);

/** From when on a duty is overdue; if that is not known, from when on it is mailed that it is. */
export const dutyOverdueFrom = (duty: RunningDuty): number[] => {
  const mailed = duty.rungs.find(({ step }) => step === 'overdue');
  return duty.dueAt !== undefined || mailed === undefined ? dutyDue(duty) : [millisecondsOf(mailed.at)];
};

/** Whether it was mailed of a duty that it is overdue. */
export const isDutyOverdue = ({ dueAt, rungs, rungsPassed }: RunningDuty): boolean =>
  dueAt !== undefined && rungs.slice(0, rungsPassed).some(({ step }) => step === 'overdue');

/** The next moments at which they want something. */
export const dutyMoments = ({ duties }: WithDuties): number[] =>
  duties.flatMap(({ rungs, rungsPassed }) => {
    const next = rungs[rungsPassed];
    return next === undefined ? [] : [millisecondsOf(next.at)];
  });
