import type { ApplicantRequestState } from '../shared/applicant-request';
import type { Lapse, ReviewResult } from '../shared/contract';
import type { WithDuties } from '../shared/duties';

/**
 * `clock-stopped`: something is awaited of the applicant. `fee-unpaid`: the time to pay a fee has run out, and the case closes by
 * itself unless a payment is put on record that came in time. `consulting`: an originator is awaited whose time has not run out.
 * `looked-at-again`: the applicant was not satisfied with the reply, and somebody who did not decide looks at it.
 */
export const informationAccessStages = ['clock-stopped', 'fee-unpaid', 'consulting', 'to-decide', 'to-reply', 'looked-at-again', 'closed'] as const;
export type InformationAccessStage = (typeof informationAccessStages)[number];

/** By what was decided on each item. */
export const outcomesByItem = ['disclosed', 'disclosed-in-part', 'withheld', 'not-held'] as const;
/** Of the request as a whole, whatever its items are. */
export const outcomesAsAWhole = ['refused-cost', 'refused-vexatious', 'refused-repeated', 'transferred'] as const;
/** Of an internal review, after which the case is closed again. */
export const outcomesOfReview = ['review-stands', 'review-changed', 'review-taken-back'] as const satisfies readonly `review-${ReviewResult}`[];
export const informationAccessOutcomes = [...outcomesByItem, ...outcomesAsAWhole, ...outcomesOfReview, 'fee-unpaid', 'withdrawn'] as const;
export type InformationAccessOutcome = (typeof informationAccessOutcomes)[number];

/** Everything that the workflow of an FOI or EIR request knows. */
export interface InformationAccessState extends ApplicantRequestState<InformationAccessOutcome>, WithDuties {
  /** The fee that the applicant was asked for, while it is awaited. */
  fee: (Lapse & { hasLapsed: boolean; isReminded?: true; /** The number of the act that moved it last. */ moved?: number }) | null;
  /** The number of the internal review; null while there is none. */
  lookingAgain: number | null;
}
