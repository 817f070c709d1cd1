/** The tasks of a case as they are first asked. */
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { DueFor } from '../config/policy';
import type { Protocol } from '../config/protocol-types';
import { askedName } from '../config/protocol-rules';
import type { CasePolicy, CaseTask } from '../store/cases';
import type { TaskId, TaskInput } from '../workflows/shared/contract';
import { planTask, policyFor, taskClockOf } from './clock';

/** Whom a case asks, and what. */
export interface Asked extends Pick<CaseTask, 'kind' | 'partner' | 'team' | 'part' | 'about' | 'items' | 'categories' | 'byLaw'> {
  /** What its clock is counted from, and what sets its due date, where that is not as of the whole case. */
  readonly from?: IsoDate | IsoInstant;
  readonly dueFor?: DueFor;
}

export const taskId = (index: number): TaskId => `T${index + 1}`;

/** A task as it is first asked, the one after so many others. @throws CalendarError */
export function newTask(
  { kind, partner, team, part, about, items, categories, byLaw, ...own }: Asked,
  index: number,
  plan: Pick<Parameters<typeof planTask>[0], 'caseRef' | 'from' | 'dueFor' | 'reason'>,
  policy: CasePolicy,
  holidays: BankHolidays,
): CaseTask {
  return {
    id: taskId(index),
    ...(kind === undefined ? {} : { kind }),
    partner,
    team,
    ...(part === undefined ? {} : { part }),
    ...(about === undefined ? {} : { about }),
    ...(items === undefined ? {} : { items }),
    holder: null,
    categories,
    answersBefore: 0,
    plans: [planTask({ ...plan, ...own, version: 1 }, policyFor(policy, { kind }), { holidays })],
    ...(byLaw === undefined ? {} : { byLaw }),
    linkGeneration: 1,
  };
}

/** What the workflow knows of a task as it is asked. */
export function taskInputOf(task: CaseTask, protocol: Protocol): TaskInput {
  const { id, kind, partner, plans, byLaw } = task;
  const plan = plans.at(-1);
  if (plan === undefined) throw new Error(`The task ${id} has no plan.`);
  return {
    id: id as TaskId,
    ...(kind === undefined ? {} : { kind }),
    partner,
    name: askedName(protocol, task),
    clock: taskClockOf(plan),
    ...(byLaw === undefined ? {} : { byLaw }),
  };
}
