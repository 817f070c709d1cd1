/**
 * What is disclosed after a partner has given notice is to be settled as what was disclosed before (protocol section 13):
 * whoever got it and has no open part in the withdrawal by which to say what becomes of it is asked. A withdrawal that was
 * settled by then is opened again for that.
 */
import type { BankHolidays } from '../config/bank-holidays';
import { londonDateOf } from '../calendar';
import type { IsoInstant } from '../config/clock';
import { partnerByCode } from '../config/protocol-rules';
import type { Protocol } from '../config/protocol-types';
import type { Actor, AuditEntry, AuditFacts } from '../store/audit';
import type { CaseDocument } from '../store/cases';
import type { Disclosure } from '../store/disclosures';
import type { Store } from '../store';
import type { CaseInput } from '../workflows/shared/contract';
import type { WithdrawalInput } from '../workflows/withdrawal/contract';
import { wasRefused } from './clock';
import { receivedOnRecord } from './counted-from';
import { answerTo, tasksNumbered, tasksOnRecord } from './items';
import { hasLeft, isLeftBy, termsOf } from './notice-of-withdrawal';
import { nextOpening } from './reopening';
import { newTask, taskInputOf, type Asked } from './tasks';

type Given = Pick<Disclosure, '_id' | 'from' | 'to' | 'disclosedAt' | 'recordedAt'>;

interface Dependencies {
  readonly store: Pick<Store, 'audit' | 'cases'>;
  readonly protocol: Protocol;
  readonly holidays: BankHolidays;
}

/** By whom something is asked, and as of when. */
interface Act {
  readonly at: IsoInstant;
  readonly by: Actor;
}

/**
 * Puts on record, in the withdrawal of either side, that the one that got it is asked. Can be repeated: once for a disclosure.
 * What waits then is brought to those cases by the sweep.
 */
export async function askWhatBecomesOf(given: Given, act: Act, deps: Dependencies): Promise<void> {
  if (given.from.partner === given.to.partner) return;
  const notices = await deps.store.cases.noticesOf([given.from.partner, given.to.partner]);
  for (const notice of notices) if (!notice.ended || isStillFormerBy(notice, notices, deps)) await askIn(notice, given, act, deps);
}

/** What was to be asked in a withdrawal that came to its end in the same instant is asked all the same. @param refused what it has not taken */
export async function askAllTheSame({ act: what, facts }: AuditEntry, act: Act, deps: Dependencies & { readonly store: Pick<Store, 'disclosures'> }): Promise<void> {
  if (what !== 'tasks-added' || typeof facts['because'] !== 'string') return;
  const given = await deps.store.disclosures.byId(facts['because']);
  if (given !== null) await askWhatBecomesOf(given, act, deps);
}

/** Whether a withdrawal that is settled is the one by which its partner is a former one: it has not signed anew, and given no other notice since. */
function isStillFormerBy({ _id, terms }: CaseDocument, notices: readonly CaseDocument[], { protocol }: Dependencies): boolean {
  const { withdraws, formerFrom } = termsOf({ terms });
  const newest = notices.findLast((other) => other.terms['withdraws'] === withdraws);
  return newest?._id === _id && isLeftBy(partnerByCode(protocol, withdraws) ?? { signedFrom: null }, formerFrom);
}

/**
 * Asks for all that the register has of the partner that leaves, where nobody was asked for it: it came in the instant of the notice,
 * or between an answer that was given beside Concordat and its being put on record. Done as a notice is put on record and with each
 * answer to it, so that no withdrawal ends without. Can be repeated.
 */
export async function askForAllThatWasGiven(
  document: CaseDocument,
  act: Act,
  deps: Dependencies & { readonly store: Pick<Store, 'disclosures'> },
): Promise<void> {
  const newest = new Map<string, Given>();
  for await (const given of deps.store.disclosures.all({ partners: [String(document.terms['withdraws'])] })) {
    if (given.from.partner === given.to.partner) continue;
    const sides = `${given.from.partner}/${given.to.partner}`;
    const known = newest.get(sides);
    if (known === undefined || Date.parse(recordedAt(known)) < Date.parse(recordedAt(given))) newest.set(sides, given);
  }
  // One part is asked for all that came to it: the newest is enough.
  for (const [, given] of [...newest].sort(([a], [b]) => (a < b ? -1 : 1))) await askIn(document, given, act, deps);
}

/** Whoever answers knows of what is on record by then. */
const recordedAt = (given: Given): IsoInstant => given.recordedAt ?? given.disclosedAt;

async function askIn(
  document: CaseDocument,
  given: Given,
  act: Act,
  { store, protocol, holidays }: Dependencies,
): Promise<void> {
  const { _id: chain, policy } = document;
  for (;;) {
    const record = await store.audit.of(chain);
    const isFor = (entry: AuditEntry): boolean => entry.act === 'tasks-added' && entry.facts['because'] === given._id;
    if (record.some((entry) => isFor(entry) && !wasRefused(record, entry))) return;
    const asked = partOf(document, given, record);
    if (asked === null) return;
    if (document.ended) await reopenFor(document, given, record, act, { store, protocol, holidays });
    // Who is asked once the last day is over has as long for it as everybody had.
    const from = hasLeft(document, act.at) ? londonDateOf(act.at) : receivedOnRecord(document, record);
    const plan = { caseRef: chain, from, reason: 'opened' } as const;
    const task = newTask(asked, tasksNumbered(document, record), plan, policy, holidays);
    const { entry, isNew } = await store.audit.append({
      ...act,
      chain,
      key: `tasks-added/${task.id}`,
      act: 'tasks-added',
      facts: { because: given._id, tasks: [task], asked: [taskInputOf(task, protocol)] } as unknown as AuditFacts,
      waiting: true,
    });
    // Another one was added in the same instant: this one is numbered on after it.
    if (isNew || entry.facts['because'] === given._id) return;
  }
}

/** What the one that got it is asked; null while it has a part in which it has still to say what becomes of what it holds. */
function partOf(document: CaseDocument, given: Given, record: readonly AuditEntry[]): Asked | null {
  const { from, to: { partner } } = given;
  const withdraws = document.terms['withdraws'] === partner;
  const own = tasksOnRecord(document, record).filter((task) => task.partner === partner);
  // The one that leaves has a part for each that gave it something; any other holds only what came from the one that leaves.
  const parts = withdraws ? own.filter(({ about }) => about === from.partner) : own;
  const isSaid = (at: IsoInstant | undefined): boolean => at !== undefined && Date.parse(at) <= Date.parse(recordedAt(given));
  if (parts.length > 0 && !parts.every((task) => isSaid(answerTo(task, record)?.receivedAt))) return null;
  const number = own.length + 1;
  return {
    partner,
    team: null,
    ...(withdraws || number > 1 ? { part: number } : {}),
    ...(withdraws ? { about: from.partner } : {}),
    categories: [],
  };
}

/** Puts on record that a withdrawal which was settled goes on, as it stands; once, however many things come at the same time. */
async function reopenFor(
  document: CaseDocument,
  given: Given,
  record: readonly AuditEntry[],
  act: Act,
  { store, protocol, holidays }: Dependencies,
): Promise<void> {
  const own: Omit<WithdrawalInput, keyof CaseInput> = { endsAt: termsOf(document).endsAt, hearsBeforeItEnds: true };
  const next = nextOpening(document, { again: [], own, policy: document.policy }, record, { protocol, holidays, now: act.at });
  await store.audit.append({
    ...act,
    chain: document._id,
    key: `reopened/${next.run}`,
    act: 'case-reopened',
    facts: { because: given._id, next } as unknown as AuditFacts,
    waiting: true,
  });
}
