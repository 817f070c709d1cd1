/** What a notice of withdrawal holds: what was written sealed under its case, the rest in codes and dates. */
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';

/** Sealed in the case under the field `request`. */
export interface WithdrawalContent {
  /** What the notice says, as far as it matters to the others. */
  readonly notice: string;
}

/** @throws ContentUnreadable */
export function readWithdrawal({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): WithdrawalContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as WithdrawalContent;
}
