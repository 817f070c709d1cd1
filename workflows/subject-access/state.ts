import type { ItemDecision, ItemInput } from '../shared/contract';
import type { CaseState } from '../shared/state';

/** `clock-stopped`: something is awaited of the applicant. `consulting`: an originator is awaited whose time has not run out. */
export const subjectAccessStages = ['clock-stopped', 'consulting', 'to-decide', 'to-reply', 'closed'] as const;
export type SubjectAccessStage = (typeof subjectAccessStages)[number];

export const subjectAccessOutcomes = ['replied', 'refused', 'withdrawn'] as const;
export type SubjectAccessOutcome = (typeof subjectAccessOutcomes)[number];

export interface Item extends ItemInput {
  decision: ItemDecision | null;
}

/** Everything that the workflow of a subject access request knows. */
export interface SubjectAccessState extends CaseState<SubjectAccessOutcome> {
  items: Item[];
  /** The number of what the applicant is waited for; null while the clock runs. */
  stopped: number | null;
  /** The tasks of originators whose silence was counted, with the version of the clock that had run out. */
  silent: { readonly task: string; readonly version: number }[];
}
