/** What an ASB case review holds: about people sealed under its case, the rest in codes. */
import type { IsoDate } from '../../../config/clock';
import type { CaseDocument } from '../../../store/cases';
import type { DisclosureTerms } from '../../../store/disclosures';
import type { Store } from '../../../store';

/** A complaint of anti-social behaviour, as the applicant gave it. */
export interface GivenComplaint {
  readonly behaviourOn: IsoDate;
  readonly complainedOn: IsoDate;
  /** To whom, with a reference if there is one; may be empty. */
  readonly complainedTo: string;
}

/** The application and what was decided on it: sealed in the case under the field `request`. */
export interface ReviewContent {
  readonly applicantName: string;
  /** How the applicant is reached and wants to be written to. For the review team alone. */
  readonly applicantContact: string;
  /** Who suffered it, where that is not the applicant. */
  readonly victimName: string;
  /** Whom the partners are to look for: names, dates of birth, addresses. */
  readonly persons: string;
  readonly behaviour: string;
  readonly complaints: readonly GivenComplaint[];
  /** Why the threshold is met, or not, below the count that obliges. */
  readonly decisionReason: string;
  /** Why everybody is asked. */
  readonly allReason: string;
  /** Why partners are asked for which section 2 lists nothing. */
  readonly unlistedReason: string;
}

/** How the threshold was decided: the count obliges, or it was met, or not met, by a decision with reasons. */
export const thresholdDecisions = ['obliged', 'granted', 'not-granted'] as const;
export type ThresholdDecision = (typeof thresholdDecisions)[number];

/** What a review rests on: codes of the protocol file, enumerations and dates. */
export interface ReviewTerms extends DisclosureTerms {
  readonly threshold: ThresholdDecision;
  readonly appliedOn: IsoDate;
  /** The day on which the panel meets; null while it is not set. */
  readonly panelOn: IsoDate | null;
  /** The accounts of those on the panel: they see the board and the pack. */
  readonly panel: readonly string[];
  /** Their partners, in the same order; missing where the panel was named before these were kept. */
  readonly panelPartners?: readonly string[];
  /** The key of the entry by which it was granted on looking at it again; missing, or null, where it was not. */
  readonly grantedBy?: string | null;
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): ReviewTerms => terms as unknown as ReviewTerms;

export const isGrantedAgain = ({ grantedBy }: Pick<ReviewTerms, 'grantedBy'>): boolean => typeof grantedBy === 'string';

/** @throws ContentUnreadable */
export function readReview({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): ReviewContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as ReviewContent;
}
