/** What a subject access request holds: what was written sealed under its case, the rest in codes and dates. */
import type { IsoDate } from '../../../config/clock';
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';

/** By which law the request is answered, and so which clock counts. */
export const regimes = {
  'uk-gdpr': 'UK GDPR, Article 15',
  'law-enforcement': 'Part 3 of the Data Protection Act 2018 (law enforcement)',
} as const;
export type SubjectAccessRegime = keyof typeof regimes;

export interface SubjectAccessTerms {
  readonly regime: SubjectAccessRegime;
  /** The days, in London, on which each came in; null for what was not asked for, or is awaited. The latest starts the clock. */
  readonly receivedOn: IsoDate;
  readonly identityOn: IsoDate | null;
  readonly feeOn: IsoDate | null;
}

/** Sealed in the case under the field `request`. */
export interface SubjectAccessContent {
  /** Whose data it is about, and who asks for them if that is somebody else. */
  readonly applicant: string;
  readonly actsFor: string;
  readonly contact: string;
  readonly asked: string;
  /** What each item of the opening is, by its id. */
  readonly items: Readonly<Record<string, string>>;
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): SubjectAccessTerms => terms as unknown as SubjectAccessTerms;

/** @throws ContentUnreadable */
export function readSubjectAccess({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): SubjectAccessContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as SubjectAccessContent;
}
