/** What a change of processor holds: what was written sealed under its case, the rest in codes. */
import type { IsoDate } from '../../../config/clock';
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';

export const changes = ['addition', 'replacement'] as const;

/** What is to change, in codes of the protocol file and dates. */
export interface ChangeTerms {
  readonly change: (typeof changes)[number];
  /** Code of the processor that is replaced; null where one is added. */
  readonly replaces: string | null;
  /** Codes of what it will process (section 2). */
  readonly categories: readonly string[];
  /** From when. */
  readonly beginsOn: IsoDate;
}

/** What was written: sealed in the case under the field `request`. */
export interface ChangeContent {
  readonly processor: string;
  readonly work: string;
  readonly guarantees: string;
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): ChangeTerms => terms as unknown as ChangeTerms;

/** @throws ContentUnreadable */
export function readChange({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): ChangeContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as ChangeContent;
}
