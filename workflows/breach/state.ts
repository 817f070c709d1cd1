import type { CaseState } from '../shared/state';

/**
 * `awaiting-acknowledgements`: a partner has not acknowledged yet. `awaiting-decisions`: all have, and a controller has not
 * decided on the ICO, or has more to tell it, or the owner has not decided on telling the people concerned. `to-close`: nothing
 * is awaited any more.
 */
export const breachStages = ['awaiting-acknowledgements', 'awaiting-decisions', 'to-close', 'closed'] as const;
export type BreachStage = (typeof breachStages)[number];

/** `no-breach`: it was found to be none. `withdrawn`: it was entered by mistake. */
export const breachOutcomes = ['dealt-with', 'no-breach', 'withdrawn'] as const;
export type BreachOutcome = (typeof breachOutcomes)[number];

/** Everything that the workflow of a breach knows. */
export interface BreachState extends CaseState<BreachOutcome> {
  /** How many views were asked for when the last of them was in, or its time was over; 0 while one is awaited. */
  viewsClosed: number;
  /** How many tasks there were when whoever reported it was told that it can be closed; 0 before. */
  readyWith: number;
  /** Whether something is awaited again since then. */
  awaitsAgain: boolean;
  /** Whether it ends only once each controller and the owner has decided, or is not waited for any more. */
  readonly ownDecisions: boolean;
}
