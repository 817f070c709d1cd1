import type { IsoInstant } from '../../config/clock';
import type { CaseState } from '../shared/state';

/**
 * `notice-running`: still a partner, and the notice can be taken back. `to-be-settled`: a former partner, and somebody has
 * not said what became of information that was shared.
 */
export const withdrawalStages = ['notice-running', 'to-be-settled', 'closed'] as const;
export type WithdrawalStage = (typeof withdrawalStages)[number];

export const withdrawalOutcomes = ['settled', 'withdrawn'] as const;
export type WithdrawalOutcome = (typeof withdrawalOutcomes)[number];

/** Everything that the workflow of a withdrawal knows. */
export interface WithdrawalState extends CaseState<WithdrawalOutcome> {
  /** Moves with the day of receipt, if that is put right before. */
  endsAt: IsoInstant;
  /** Whether the partner is a former one by now. */
  hasLeft: boolean;
  readonly hearsBeforeItEnds?: true;
  /** When the last answer was put on record; kept where what came with it is heard before the case ends. */
  saidAt?: IsoInstant;
}
