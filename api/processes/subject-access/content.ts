/** What a subject access request holds: what was written sealed under its case, the rest in codes and dates. */
import type { IsoDate } from '../../../config/clock';
import { itemsOf, type ItemOnRecord } from '../../../dispatch/items';
import type { Store } from '../../../store';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { noteIn } from '../../cases/content';

/** By which law the request is answered, and so which clock counts. */
export const regimes = {
  'uk-gdpr': 'UK GDPR, Article 15',
  'law-enforcement': 'Part 3 of the Data Protection Act 2018 (law enforcement)',
} as const;
export type SubjectAccessRegime = keyof typeof regimes;

/** What else has to come in before the clock starts, or while it stands still. */
export const awaitings = {
  identity: 'Proof of who the applicant is',
  fee: 'The fee',
  'identity-and-fee': 'Proof of who the applicant is, and the fee',
  clarification: 'What the applicant means: clarification',
} as const;
export type Awaiting = keyof typeof awaitings;

export const decisionNames = { disclose: 'Disclosed', 'disclose-in-part': 'Disclosed in part', withhold: 'Withheld' } as const;

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

/** What an item is: said at the opening, or when it was put on record. @throws ContentUnreadable */
export function itemText(
  document: CaseDocument,
  { id }: Pick<ItemOnRecord, 'id'>,
  record: readonly AuditEntry[],
  store: Pick<Store, 'cipher'>,
): string {
  const said = record
    .filter(({ act }) => act === 'items-changed')
    .map((entry) => noteIn(document, entry, store)?.[id])
    .find((text) => typeof text === 'string');
  return said ?? readSubjectAccess(document, store).items[id] ?? '';
}

/** The items that came from the partner of one task, as its consultation has them. */
export const itemsOfTask = (document: CaseDocument, task: string, record: readonly AuditEntry[]): readonly ItemOnRecord[] =>
  itemsOf(document, record).filter((item) => item.task === task);
