/** A closed case as it goes on in its next opening. */
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoInstant } from '../config/clock';
import type { DueFor } from '../config/policy';
import type { Protocol } from '../config/protocol-types';
import { answerOf, currentAnswer } from '../store/answers';
import type { AuditEntry } from '../store/audit';
import type { CaseDocument, CaseTask } from '../store/cases';
import { firstProjection } from '../workflows/processes';
import type { CaseInput, TaskInput } from '../workflows/shared/contract';
import { isLate } from '../workflows/shared/ladder';
import { nextVersion, planTask, policyFor, policyOf, startingAgain, taskClockOf } from './clock';
import { icoMoreOf } from './items';
import { taskInputOf } from './tasks';

/** What a reopening says of the next run. */
export type Reopening = Pick<CaseDocument, 'run' | 'policy' | 'tasks' | 'startInput' | 'projection'>;

/**
 * The case as its next opening begins.
 * @param policy that of the protocol as it is now, if not given
 * @param dueFor what sets by when those answer who are asked again, where it is not counted from the reopening
 */
export function nextOpening(
  document: CaseDocument,
  { again, own, policy: kept, dueFor }: {
    readonly again: readonly string[];
    readonly own: object;
    readonly policy?: CaseDocument['policy'];
    readonly dueFor?: DueFor | undefined;
  },
  record: readonly AuditEntry[],
  { protocol, holidays, now }: { readonly protocol: Protocol; readonly holidays: BankHolidays; readonly now: IsoInstant },
): Reopening {
  const policy = kept ?? policyOf(protocol, document.process);
  const run = document.run + 1;
  const answers = record.filter(({ act }) => act === 'answer-received').map(answerOf);
  const tasks = document.tasks.map((task): CaseTask => {
    if (!again.includes(task.id)) return task;
    const version = nextVersion(task, record);
    const own = policyFor(policy, task);
    const plan = planTask({ caseRef: document._id, from: startingAgain(document, now, own), version, reason: 'reopened', dueFor }, own, { holidays });
    return {
      ...task,
      answersBefore: answers.filter((answer) => answer.task === task.id).at(-1)?.version ?? 0,
      plans: [...task.plans, plan],
      linkGeneration: task.linkGeneration + 1,
    };
  });
  const inputs = tasks.map((task): TaskInput => {
    const asked = taskInputOf(task, protocol);
    return again.includes(task.id) ? asked : { ...asked, settled: standing(document, task, record) };
  });
  const before = document.startInput;
  const startInput: CaseInput = {
    schema: 1,
    caseRef: document._id,
    opener: before.opener,
    tasks: inputs,
    questionPausesClock: policy.clock.pausable,
    ...own,
    reopened: { run, seq: document.projection.seq, after: record.at(-1)?.seq ?? 0 },
  };
  return { run, policy, tasks, startInput, projection: firstProjection(document.process, startInput, Date.parse(now)) };
}

/** How a task stood that is not asked again. Without an answer it waits for none any more. */
function standing(
  { projection }: CaseDocument,
  task: CaseTask,
  record: readonly AuditEntry[],
): NonNullable<TaskInput['settled']> {
  const known = projection.tasks.find(({ id }) => id === task.id);
  const answers = record.filter(({ act }) => act === 'answer-received').map(answerOf);
  const current = currentAnswer(answers, task);
  const plan = task.plans.at(-1);
  if (current === null || plan === undefined) return { status: 'left-unanswered', answer: null };
  const { version, kind, receivedAt } = current;
  const late =
    known?.answer?.late ?? isLate({ clock: taskClockOf(plan), pausedAt: known?.pausedAt ?? null }, receivedAt);
  const icoMore = icoMoreOf(task, record);
  return { status: 'answered', answer: { version, kind, receivedAt, late, ...(icoMore === undefined ? {} : { icoMore }) } };
}
