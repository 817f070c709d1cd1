import type { IsoInstant } from '../../config/clock';
import type { ApplicantRequestState } from '../shared/applicant-request';

/**
 * `clock-stopped`: something is awaited of the applicant. `fee-unpaid`: the time to pay a fee has run out, and the case closes by
 * itself unless a payment is put on record that came in time. `consulting`: an originator is awaited whose time has not run out.
 */
export const informationAccessStages = ['clock-stopped', 'fee-unpaid', 'consulting', 'to-decide', 'to-reply', 'closed'] as const;
export type InformationAccessStage = (typeof informationAccessStages)[number];

/** By what was decided on each item. */
export const outcomesByItem = ['disclosed', 'disclosed-in-part', 'withheld', 'not-held'] as const;
/** Of the request as a whole, whatever its items are. */
export const outcomesAsAWhole = ['refused-cost', 'refused-vexatious', 'refused-repeated', 'transferred'] as const;
export const informationAccessOutcomes = [...outcomesByItem, ...outcomesAsAWhole, 'fee-unpaid', 'withdrawn'] as const;
export type InformationAccessOutcome = (typeof informationAccessOutcomes)[number];

/** Everything that the workflow of an FOI or EIR request knows. */
export interface InformationAccessState extends ApplicantRequestState<InformationAccessOutcome> {
  /** The fee that the applicant was asked for, while it is awaited. */
  fee: { readonly lapsesAt: IsoInstant; readonly closesAt: IsoInstant; hasLapsed: boolean } | null;
}
