/**
 * What is disclosed after a partner has given notice is to be settled as what was disclosed before (protocol section 13):
 * whoever got it and has no open part in the withdrawal by which to say what becomes of it is asked.
 */
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { Protocol } from '../config/protocol-types';
import type { Actor, AuditEntry, AuditFacts } from '../store/audit';
import type { CaseDocument } from '../store/cases';
import type { Disclosure } from '../store/disclosures';
import type { Store } from '../store';
import { answerTo, tasksNumbered, tasksOnRecord } from './items';
import { newTask, taskInputOf, type Asked } from './tasks';

type Given = Pick<Disclosure, '_id' | 'from' | 'to' | 'disclosedAt'>;

interface Dependencies {
  readonly store: Pick<Store, 'audit' | 'cases'>;
  readonly protocol: Protocol;
  readonly holidays: BankHolidays;
}

/**
 * Puts on record, in the withdrawal of either side that is still open, that the one that got it is asked. Can be repeated:
 * once for a disclosure. What waits then is brought to those cases by the sweep.
 */
export async function askWhatBecomesOf(given: Given, act: { readonly at: IsoInstant; readonly by: Actor }, deps: Dependencies): Promise<void> {
  if (given.from.partner === given.to.partner) return;
  for (const notice of await deps.store.cases.openNoticesOf([given.from.partner, given.to.partner])) await askIn(notice, given, act, deps);
}

/**
 * An answer that was given beside Concordat speaks of what there was when it was given: who got something between that and its being
 * put on record is asked of it now, as at the disclosure its part was still open. Can be repeated.
 */
export async function askOfWhatCameBetween(
  document: CaseDocument,
  entry: AuditEntry,
  act: { readonly at: IsoInstant; readonly by: Actor },
  deps: Dependencies & { readonly store: Pick<Store, 'disclosures'> },
): Promise<void> {
  const since = entry.facts['receivedAt'] as IsoInstant;
  if (Date.parse(since) >= Date.parse(entry.at)) return;
  const part = tasksOnRecord(document, await deps.store.audit.of(document._id)).find(({ id }) => id === entry.task);
  if (part === undefined) return;
  const from = part.about ?? String(document.terms['withdraws']);
  for (const given of await deps.store.disclosures.list({ partners: null, from, to: part.partner, since, before: entry.at }, mostBetween)) {
    await askIn(document, given, act, deps);
  }
}

/** One part is asked for all of them: the first is enough. */
const mostBetween = 1;

async function askIn(
  document: CaseDocument,
  given: Given,
  act: { readonly at: IsoInstant; readonly by: Actor },
  { store, protocol, holidays }: Dependencies,
): Promise<void> {
  const { _id: chain, policy, terms } = document;
  for (;;) {
    const record = await store.audit.of(chain);
    if (record.some((entry) => entry.act === 'tasks-added' && entry.facts['because'] === given._id)) return;
    const asked = partOf(document, given, record);
    if (asked === null) return;
    const plan = { caseRef: chain, from: terms['receivedOn'] as IsoDate, reason: 'opened' } as const;
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
function partOf(document: CaseDocument, { from, to, disclosedAt }: Given, record: readonly AuditEntry[]): Asked | null {
  const { partner } = to;
  const withdraws = document.terms['withdraws'] === partner;
  const own = tasksOnRecord(document, record).filter((task) => task.partner === partner);
  // The one that leaves has a part for each that gave it something; any other holds only what came from the one that leaves.
  const parts = withdraws ? own.filter(({ about }) => about === from.partner) : own;
  const isSaid = (at: IsoInstant | undefined): boolean => at !== undefined && Date.parse(at) <= Date.parse(disclosedAt);
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
