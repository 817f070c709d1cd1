/** What a breach starts with in the tests of its workflow, with the ladders of the shipped protocol. */
import type { LadderRole } from '../../config/policy';
import type { BreachKind } from '../../mail/letters/breach';
import type { ByLaw, CaseInput, TaskId, TaskInput } from '../../workflows/shared/contract';
import { at, hour } from './support';

type Rung = readonly [step: string, hoursFromDue: number, ...to: LadderRole[]];

/** The ladders of the shipped protocol, in hours from the due moment. */
const ladders: Readonly<Record<BreachKind, { readonly hours: number; readonly rungs: readonly Rung[] }>> = {
  acknowledge: {
    hours: 24,
    rungs: [
      ['chase', -18, 'spoc'],
      ['chase-deputy', -12, 'spoc', 'deputy'],
      ['escalate-governance', -6, 'governance-lead'],
      ['due-now', 0, 'spoc', 'deputy', 'governance-lead', 'csp-manager'],
      ['overdue', 6, 'governance-lead', 'csp-manager'],
    ],
  },
  'decide-ico': {
    hours: 72,
    rungs: [
      ['chase', -48, 'spoc'],
      ['chase-deputy', -24, 'spoc', 'deputy', 'governance-lead'],
      ['last-hours', -6, 'spoc', 'deputy', 'governance-lead'],
      ['due-now', 0, 'spoc', 'governance-lead', 'csp-manager'],
      ['overdue', 24, 'governance-lead', 'csp-manager'],
    ],
  },
  'give-view': {
    hours: 48,
    rungs: [
      ['chase', -24, 'spoc'],
      ['last-hours', -6, 'spoc', 'deputy', 'governance-lead'],
    ],
  },
  'decide-telling': {
    hours: 54,
    rungs: [
      ['due-now', 0, 'spoc', 'deputy', 'governance-lead'],
      ['escalate-csp', 6, 'governance-lead', 'csp-manager'],
    ],
  },
};

/** What the law gives a controller that became aware then. */
export const byLawFrom = (awareAt: number): ByLaw => ({ from: at(awareAt), dueAt: at(awareAt + 72 * hour) });

/** A task of a breach, with its clock counted from the detection; a controller became aware half an hour after it. */
export function breachTask(id: TaskId, kind: BreachKind, partner: string, detectedAt: number, version = 1): TaskInput {
  const { hours, rungs } = ladders[kind];
  const due = detectedAt + hours * hour;
  return {
    id,
    kind,
    partner,
    name: partner,
    clock: {
      version,
      dueAt: at(due),
      rungs: rungs.map(([step, afterDue, ...to]) => ({ step, at: at(due + afterDue * hour), to })),
      calendarVersion: 'test',
    },
    ...(kind === 'decide-ico' ? { byLaw: byLawFrom(detectedAt + hour / 2) } : {}),
  };
}

/** The police own the data; probation is the controller of the copy that was breached. */
export const breachInput =
  (detectedAt: number) =>
  <Input extends CaseInput>(input: Input): Input => ({
    ...input,
    ownDecisions: true,
    tasks: [
      breachTask('T1', 'acknowledge', 'essex-police', detectedAt),
      breachTask('T2', 'acknowledge', 'probation', detectedAt),
      breachTask('T3', 'decide-ico', 'probation', detectedAt),
      breachTask('T4', 'decide-telling', 'essex-police', detectedAt),
      breachTask('T5', 'give-view', 'probation', detectedAt),
    ],
  });
