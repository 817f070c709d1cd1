import type { CaseState } from '../shared/state';

/**
 * `objected`: nobody can object in time any more and somebody has, so whoever opened it decides. `going-on`: it was
 * decided to go on in spite of that, and whoever has objected can still read why.
 */
export const processorObjectionStages = ['awaiting-answers', 'objected', 'going-on', 'closed'] as const;
export type ProcessorObjectionStage = (typeof processorObjectionStages)[number];

export const processorObjectionOutcomes = ['no-objection', 'gone-on', 'withdrawn'] as const;
export type ProcessorObjectionOutcome = (typeof processorObjectionOutcomes)[number];

/** Everything that the workflow of a change of processor knows. */
export interface ObjectionState extends CaseState<ProcessorObjectionOutcome> {
  /** Whether it was decided to go on in spite of an objection. */
  goesOn: boolean;
  /** Whether that was about the objections of then only. Missing in a state of before, whose decision stands whoever objects since. */
  onThoseOfThen?: boolean;
}
