/** What an information request holds: about people sealed under its case, the rest in codes. */
import type { IsoDate } from '../../../config/clock';
import type { CaseDocument } from '../../../store/cases';
import type { DisclosureTerms } from '../../../store/disclosures';
import type { Store } from '../../../store';

/** What was asked: sealed in the case under the field `request`. */
export interface RequestContent {
  readonly personName: string;
  /** Date of birth, address, or what else tells the person apart. */
  readonly personDetails: string;
  readonly asked: string;
  readonly purpose: string;
  /** Why it is urgent; empty if it is not. */
  readonly urgentBecause: string;
  /** Why a partner is asked for which section 2 lists no category, by task. */
  readonly justifications: Readonly<Record<string, string>>;
}

/** What a request rests on: codes of the protocol file, enumerations and dates. */
export interface RequestTerms extends DisclosureTerms {
  /** How the request was made. */
  readonly channel: string;
  /** Set where it is urgent; the clock of the protocol stays as it is. */
  readonly neededByOn: IsoDate | null;
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): RequestTerms => terms as unknown as RequestTerms;

/** @throws ContentUnreadable */
export function readRequest({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): RequestContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as RequestContent;
}
