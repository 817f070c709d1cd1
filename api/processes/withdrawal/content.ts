/** What a notice of withdrawal holds: what was written sealed under its case, the rest in codes and dates. */
import type { NoticeDays } from '../../../dispatch/notice-of-withdrawal';
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';

export interface WithdrawalTerms extends NoticeDays {
  /** Code of the partner that withdraws. */
  readonly withdraws: string;
}

/** Sealed in the case under the field `request`. */
export interface WithdrawalContent {
  /** What the notice says, as far as it matters to the others. */
  readonly notice: string;
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): WithdrawalTerms => terms as unknown as WithdrawalTerms;

/** @throws ContentUnreadable */
export function readWithdrawal({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): WithdrawalContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as WithdrawalContent;
}
