/** The clock of an information request: worked out at the opening, after a pause, and when a case opens again. */
import { londonDateOf, planClock, type CountingBasis, type Pause } from '../../../calendar';
import { clocks } from '../../../config/clocks';
import type { IsoDate, IsoInstant } from '../../../config/clock';
import type { Protocol } from '../../../config/protocol';
import { clockSettings } from '../../../config/protocol-rules';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CasePolicy, CaseTask } from '../../../store/cases';
import type { InformationRequestInput } from '../../../workflows/information-request/contract';
import type { TaskClock } from '../../../workflows/shared/contract';
import { lastActBefore, questionsOf, type Question } from './questions';

export type TaskPlan = CaseTask['plans'][number];

interface PlanDraft extends Pick<TaskPlan, 'version' | 'reason'> {
  readonly caseRef: string;
  /** The day the request was received, in London. */
  readonly from: IsoDate;
  readonly paused?: readonly Pause[];
}

/** What a case that is opened now keeps of the protocol, whatever the protocol says later. */
export const policyOf = (protocol: Protocol): CasePolicy => ({
  clock: clockSettings(protocol, 'information-request'),
  ladder: protocol.ladders['information-request'],
  closeAfterLastAnswer: protocol.settings.closeAfterLastAnswer,
});

/** A clock of a task with its working. @throws CalendarError for pauses that cannot be */
export function planTask(
  { caseRef, from, paused = [], version, reason }: PlanDraft,
  { clock, ladder }: CasePolicy,
  { holidays }: Pick<CountingBasis, 'holidays'>,
): TaskPlan {
  const plan = planClock(
    { clock: 'information-request', from, paused, ladder, spreadKey: caseRef },
    { holidays, settings: { ...clocks, 'information-request': clock } },
  );
  return { ...plan, version, reason };
}

/** The part of a plan that the workflow acts on. */
export function taskClockOf({ version, dueOn, dueAt, rungs, calendarVersion }: TaskPlan): TaskClock {
  if (dueOn === undefined) throw new Error('The clock of an information request has a due date.');
  return { version, dueOn, dueAt, rungs, calendarVersion };
}

/**
 * The clock of a task after the reply to a question: all days from a question to its reply are left out, both included.
 * Null where the clock did not stand still: the case was opened under a protocol that does not pause it, or its ladder
 * was finished when the question came.
 */
export function planAfterReply(
  document: CaseDocument,
  task: CaseTask,
  record: readonly AuditEntry[],
  repliedAt: IsoInstant,
  basis: Pick<CountingBasis, 'holidays'>,
): TaskPlan | null {
  if (!(document.startInput as InformationRequestInput).questionPausesClock) return null;
  const questions = questionsOf(record, task.id).filter(({ asked }) => asked.seq > lastActBefore(document));
  const [pauses, since] = pausesOf(questions);
  const plan = planInForce(task, questions);
  if (since === null || isLadderFinished(plan, since)) return null;
  const pausedDays = merged([...pauses, { from: londonDateOf(since), to: londonDateOf(repliedAt) }]);
  return planTask(
    {
      caseRef: document._id,
      from: plan.from as IsoDate,
      paused: pausedDays,
      version: plan.version + 1,
      reason: 'paused',
    },
    document.policy,
    basis,
  );
}

/** The newest plan, of which the case may not have heard yet. */
function planInForce({ id, plans }: CaseTask, questions: readonly Question[]): TaskPlan {
  const fromReplies = questions.map(({ reply }) => (reply?.facts['plan'] ?? null) as unknown as TaskPlan | null);
  const [newest] = [...plans, ...fromReplies.filter((plan) => plan !== null)].sort((a, b) => b.version - a.version);
  if (newest === undefined) throw new Error(`The task ${id} has no plan.`);
  return newest;
}

/** The pauses that have ended, and since when the clock stands still; a second question during a pause begins no other. */
function pausesOf(questions: readonly Question[]): [Pause[], IsoInstant | null] {
  const pauses: Pause[] = [];
  let since: IsoInstant | null = null;
  for (const { asked, reply } of questions) {
    since ??= asked.at;
    if (reply === null) continue;
    if (reply.facts['plan'] !== null) pauses.push({ from: londonDateOf(since), to: londonDateOf(reply.at) });
    since = null;
  }
  return [pauses, since];
}

const isLadderFinished = ({ dueAt, rungs }: TaskPlan, at: IsoInstant): boolean =>
  [dueAt, ...rungs.map((rung) => rung.at)].every((moment) => Date.parse(moment) <= Date.parse(at));

/** Replied and asked again on one day: that day is left out once. */
function merged(pauses: readonly Pause[]): Pause[] {
  return pauses.reduce<Pause[]>((done, pause) => {
    const last = done.at(-1);
    if (last === undefined || pause.from > last.to) return [...done, pause];
    return [...done.slice(0, -1), { from: last.from, to: pause.to > last.to ? pause.to : last.to }];
  }, []);
}
