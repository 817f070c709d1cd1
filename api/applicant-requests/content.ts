/** What a request of an applicant holds, whichever law it is answered by: its items, and what is awaited of the applicant. */
import { formatInstant } from '../../calendar';
import type { Clock } from '../../config/clock';
import { itemsOf, type ItemOnRecord } from '../../dispatch/items';
import { undoneAsReplied, type Undone } from '../../dispatch/may-disclose';
import type { Store } from '../../store';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import type { ItemDecision, ReplyOutcome } from '../../workflows/shared/contract';
import { noteIn } from '../cases/content';
import type { Row } from '../processes/process';

/** What else has to come in before the clock starts, or while it stands still. */
export const awaitings = {
  identity: 'Proof of who the applicant is',
  fee: 'The fee',
  'identity-and-fee': 'Proof of who the applicant is, and the fee',
  clarification: 'What the applicant means: clarification',
  particulars: 'What the applicant means: without it the information cannot be found',
  'fees-notice': 'The fee that a fees notice asks for',
} as const;
export type Awaiting = keyof typeof awaitings;

export const decisionNames: Readonly<Record<ItemDecision, string>> = {
  disclose: 'Disclosed',
  'disclose-in-part': 'Disclosed in part',
  withhold: 'Withheld',
  'not-held': 'Not held',
  'neither-confirm-nor-deny': 'Neither confirmed nor denied',
};

/** What an applicant can have been told: what was decided item by item, or something of the request as a whole. */
export const replyChoices = ['replied', 'refused', 'refused-cost', 'refused-vexatious', 'refused-repeated', 'transferred'] as const satisfies readonly ReplyOutcome[];
export type ReplyChoice = (typeof replyChoices)[number];

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
  if (said !== undefined) return said;
  const { _id, key, content } = document;
  const { items } = JSON.parse(store.cipher.open(key, _id, 'request', content['request'] ?? '')) as { readonly items: Readonly<Record<string, string>> };
  return items[id] ?? '';
}

/** The items that came from the partner of one task, as its consultation has them. */
export const itemsOfTask = (document: CaseDocument, task: string, record: readonly AuditEntry[]): readonly ItemOnRecord[] =>
  itemsOf(document, record).filter((item) => item.task === task);

/** Under which names it goes on record that an item is shown, with what was decided on it and why. */
export const itemNames = (item: Pick<ItemOnRecord, 'id' | 'decided'>): string[] => [`${item.id}/item`, ...decidedNames(item)];
export const decidedNames = ({ id, decided }: Pick<ItemOnRecord, 'id' | 'decided'>): string[] => (decided === null ? [] : [`${id}/decision`]);

/** The decision in force on an item by its number among those on it: `I1/2`; undefined where there is none. */
export const decisionName = ({ decided }: Pick<ItemOnRecord, 'decided'>): string | undefined => decided?.entry.key.replace(/^item-decided\//, '');

/** The grounds of a decision by their codes, as they are on record. */
export const groundsIn = ({ facts }: AuditEntry): readonly string[] => (facts['grounds'] ?? []) as readonly string[];

const undoneInWords: Readonly<Record<Undone, string>> = {
  'answered-since': 'You have said something since, so it counts no more: it is decided again',
  'time-moved': 'Your time was moved since, so it counts no more: it is decided again',
};

/**
 * What was decided on an item, as its originator reads it: not the advice, which is for whoever decides.
 * @param groundsInWords the grounds by their codes, as the law names them
 */
function decisionRows(
  item: ItemOnRecord,
  asked: Parameters<typeof undoneAsReplied>[1],
  store: Pick<Store, 'cipher'>,
  groundsInWords: (codes: readonly string[]) => string,
): Row[] {
  const { id, decided } = item;
  const { document } = asked;
  if (decided === null) return [];
  const undone = undoneAsReplied(item, asked);
  const note = noteIn(document, decided.entry, store);
  const wrote = (name: string): string => (typeof note?.[name] === 'string' ? note[name] : '');
  const of = `item ${id.slice(1)}`;
  const rows = [
    { key: `Decision on ${of}`, text: `${decisionNames[decided.decision]}, decided at ${formatInstant(decided.at)}${undone === null ? '' : `. ${undoneInWords[undone]}`}` },
    { key: `On what ground ${of} was decided so`, text: groundsInWords(groundsIn(decided.entry)) },
    { key: `Why ${of} was decided so`, text: wrote('text') },
    { key: `Public interest in ${of}`, text: wrote('publicInterest') },
    { key: `Why ${of} could not wait`, text: wrote('beforeTime') },
  ];
  return rows.filter(({ text }) => text !== '');
}

/** What an originator sees beside its task: the items that came from it, and no others, each with what was decided on it and why. */
export function whatCameFrom(
  document: CaseDocument,
  { id, kind }: { readonly id: string; readonly kind?: string | undefined },
  record: readonly AuditEntry[],
  { store, clock }: { readonly store: Pick<Store, 'cipher'>; readonly clock: Clock },
  groundsInWords: (codes: readonly string[]) => string = () => '',
) {
  const items = kind === 'consult' ? itemsOfTask(document, id, record) : [];
  return {
    title: 'What came from you',
    names: items.flatMap(itemNames),
    rows: (): Row[] =>
      items.flatMap((item) => [
        { key: `Item ${item.id.slice(1)}`, text: itemText(document, item, record, store) },
        ...decisionRows(item, { document, record, now: clock.now() }, store, groundsInWords),
      ]),
  };
}
