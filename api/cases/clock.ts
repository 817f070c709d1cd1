/** How a question back to the requester moves the clock of a task, where its protocol lets it stand still; and since when one stands still. */
import { londonDateOf, startOfLondonDay, type CountingBasis, type Pause } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { planTask, policyFor } from '../../dispatch/clock';
import { stopInForce } from '../../dispatch/items';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument, CaseTask, TaskPlan } from '../../store/cases';
import { lastActBefore, questionsOf, type Question } from './questions';

/**
 * The clock of a task after the reply to a question: all days from a question to its reply are left out, both included.
 * Null where the clock did not stand still: the case was opened under a protocol that does not pause it, or its ladder
 * was finished when the question came.
 * @param current the clock in force by the record
 */
export function planAfterReply(
  document: CaseDocument,
  task: Pick<CaseTask, 'id' | 'kind'>,
  record: readonly AuditEntry[],
  { current, version, repliedAt }: {
    readonly current: TaskPlan;
    readonly version: number;
    readonly repliedAt: IsoInstant;
  },
  basis: Pick<CountingBasis, 'holidays'>,
): TaskPlan | null {
  const since = stillSince(document, task, record, current);
  if (since === null) return null;
  const { from, extended } = current;
  // The day of receipt can have been corrected to a later one than that of the question.
  const asked = [londonDateOf(since), from as IsoDate].sort().at(-1) as IsoDate;
  const paused = merged([...current.paused, { from: asked, to: londonDateOf(repliedAt) }]);
  return planTask(
    { caseRef: document._id, from: from, extended, paused, version, reason: 'paused' },
    policyFor(document.policy, task),
    basis,
  );
}

/** Since when the clock of a task stands still, for a question or for what is awaited of an applicant, by the record; null while it runs. */
export function stillSince(
  document: CaseDocument,
  task: Pick<CaseTask, 'id' | 'kind'>,
  record: readonly AuditEntry[],
  current: TaskPlan,
): IsoInstant | null {
  if (task.kind === 'reply') {
    const stop = stopInForce(record);
    return stop === null ? null : startOfLondonDay(stop.facts['since'] as IsoDate);
  }
  if (!document.startInput.questionPausesClock) return null;
  const since = sinceQuestion(questionsOf(record, task.id).filter(({ asked }) => asked.seq > lastActBefore(document)));
  return since === null || isLadderFinished(current, since) ? null : since;
}

/** Since when a question waits: a second question during a pause begins no other. */
function sinceQuestion(questions: readonly Question[]): IsoInstant | null {
  let since: IsoInstant | null = null;
  for (const { asked, reply } of questions) since = reply === null ? (since ?? asked.at) : null;
  return since;
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
