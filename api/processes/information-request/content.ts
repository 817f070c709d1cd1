/** What an information request holds about people: kept sealed under its case, opened for whom the policy lets see it. */
import type { CaseDocument } from '../../../store/cases';
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

/** @throws ContentUnreadable */
export function readRequest({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): RequestContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as RequestContent;
}
