/** What is to be done in a case besides answering: whoever does it is reminded until it is done. */
import type { Duty } from './contract';
import { caseNotice } from './ladder';
import { millisecondsOf } from './now';
import type { CaseState } from './state';

export interface RunningDuty extends Duty {
  /** How many of its rungs are behind. */
  rungsPassed: number;
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
    const next = duty.rungs[due.length];
    state.notices.push({
      ...caseNotice(dutyStep(duty.id, present.step), present.to),
      chase: true,
      ...(next === undefined ? {} : { supersededAt: next.at }),
    });
    state.dirty = true;
  }
}

/** They are done, or not waited for any more: no mail presses for them from now on. */
export function endDuties(state: CaseState & WithDuties, isEnded: (id: string) => boolean): void {
  const ended = state.duties.filter(({ id }) => isEnded(id));
  state.duties = state.duties.filter(({ id }) => !isEnded(id));
  if (state.outbox === null) return;
  const steps = new Set(ended.flatMap(({ id, rungs }) => rungs.map(({ step }) => dutyStep(id, step))));
  state.outbox.notices = state.outbox.notices.filter(({ step }) => !steps.has(step));
}

/** The next moments at which they want something. */
export const dutyMoments = ({ duties }: WithDuties): number[] =>
  duties.flatMap(({ rungs, rungsPassed }) => {
    const next = rungs[rungsPassed];
    return next === undefined ? [] : [millisecondsOf(next.at)];
  });
