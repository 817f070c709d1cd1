/** What a notice of withdrawal holds: what was written sealed under its case, the rest in codes and dates. */
import type { IsoDate } from '../../../config/clock';
import type { Store } from '../../../store';
import type { CaseDocument } from '../../../store/cases';

export interface WithdrawalTerms {
  /** Code of the partner that withdraws. */
  readonly withdraws: string;
  /** The day, in London, on which the notice was received: the 28 days run from it. */
  readonly receivedOn: IsoDate;
  readonly lastDay: IsoDate;
  /** The first day on which it is a former partner. */
  readonly formerFrom: IsoDate;
  /** In the order of the tasks: how many disclosures the register has of it, and the open cases that both sides take part in. */
  readonly disclosures: readonly string[];
  readonly openCases: readonly string[];
}

/** What one side holds of another, by the disclosure register and the open cases, when the notice was put on record. */
export interface Obligation {
  /** Code of the partner that holds it. */
  readonly holds: string;
  /** Code of the partner that it came from; null for all that came in no way that the register knows of. */
  readonly of: string | null;
  /** How many disclosures the register has. */
  readonly disclosures: number;
  /** References of the open cases that both take part in. */
  readonly openCases: readonly string[];
}

/** Sealed in the case under the field `request`. */
export interface WithdrawalContent {
  /** What the notice says, as far as it matters to the others. */
  readonly notice: string;
}

/** The terms of what is to be settled. */
export const termsOfObligations = (obligations: readonly Obligation[]): Pick<WithdrawalTerms, 'disclosures' | 'openCases'> => ({
  disclosures: obligations.map(({ disclosures }) => String(disclosures)),
  openCases: obligations.map(({ openCases }) => openCases.join(' ')),
});

/** What each task is to settle, in their order. */
export function obligationsIn(
  document: Pick<CaseDocument, 'terms' | 'tasks'>,
): readonly (Obligation & { readonly task: string; readonly part?: number })[] {
  const { withdraws, disclosures, openCases } = termsOf(document);
  return document.tasks.map(({ id, partner, part, about }, index) => ({
    task: id,
    ...(part === undefined ? {} : { part }),
    holds: partner,
    of: partner === withdraws ? (about ?? null) : withdraws,
    disclosures: Number(disclosures[index]),
    openCases: (openCases[index] ?? '').split(' ').filter((ref) => ref !== ''),
  }));
}

export const termsOf = ({ terms }: Pick<CaseDocument, 'terms'>): WithdrawalTerms => terms as unknown as WithdrawalTerms;

/** @throws ContentUnreadable */
export function readWithdrawal({ _id, key, content }: CaseDocument, { cipher }: Pick<Store, 'cipher'>): WithdrawalContent {
  return JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? '')) as WithdrawalContent;
}
