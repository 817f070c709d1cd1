/**
 * Proves the record of acts: walks every chain, every seal, and what stands beside the record, and names each fault.
 * Reads the collections as they are, past the code that writes them, a batch at a time.
 */
import type { Document } from 'mongodb';
import type { IsoDate, IsoInstant } from '../config/clock';
import { answerRule, processSlugs } from '../config/processes';
import type { AnswerFacts } from './answers';
import { actsThatAsk, entryId, generalChains, type AuditEntry, type ChainHead } from './audit';
import type { AuditSeal, SealedHead } from './audit-seals';
import type { CaseDocument, CaseTask } from './cases';
import type { Disclosure } from './disclosures';
import type { Store } from './index';

/** One thing that is wrong, or worth a look. */
export interface AuditFinding {
  readonly chain: string;
  /** The number in the chain; null for what concerns the whole of it. */
  readonly seq: number | null;
  readonly expected: string;
  readonly found: string;
  readonly advice: string;
  /** False for what an outage explains as well: it is told, and the record still counts as in order. */
  readonly isFault: boolean;
}

export interface VerificationSummary {
  readonly chains: number;
  readonly entries: number;
  readonly seals: number;
  readonly faults: number;
  /** Of the entries that were read; null where there are none. */
  readonly firstAt: IsoInstant | null;
  readonly lastAt: IsoInstant | null;
}

type Tell = (finding: AuditFinding) => void;
/** What is read; the verification writes nothing. */
type Records = Pick<Store, 'database' | 'audit' | 'auditSeals'>;

interface Days {
  readonly today: IsoDate;
  readonly nextDay: (day: IsoDate) => IsoDate;
}

const batchSize = 200;

/** Advice that more than one finding gives. */
const advice = {
  restore:
    'Compare it with a copy of the database from before, and find out who had access to the database since. Keep both',
  outOfHand: 'Something wrote to the database past Concordat: find out who had access to it',
} as const;

/**
 * @param chain only this one, without the seals and what stands beside the record of others
 * @param today the present day in London: the newest seal must not be older than two days
 * @param nextDay the calendar's; it is not the store's to count days
 * @param tell gets each finding as it is made
 */
export async function verifyRecord(
  store: Records,
  { chain, tell, ...days }: { readonly chain?: string; readonly tell: Tell } & Days,
): Promise<VerificationSummary> {
  let faults = 0;
  const counting: Tell = (finding) => {
    if (finding.isFault) faults += 1;
    tell(finding);
  };
  const walked = await walkChains(store, chain, counting);
  const sealedOn = await checkHeads(store, chain, counting);
  await checkCases(store, chain, counting);
  await checkDisclosures(store, chain, counting);
  const seals = await checkSeals(store, { chain, sealedOn, firstAt: walked.firstAt, ...days }, counting);
  return { ...walked, seals, faults };
}

/** Every entry by itself and after the one before it; and of each chain, what its acts have changed in its case. */
async function walkChains(
  store: Records,
  only: string | undefined,
  tell: Tell,
): Promise<Pick<VerificationSummary, 'chains' | 'entries' | 'firstAt' | 'lastAt'>> {
  const counts = { chains: 0, entries: 0, firstAt: null as IsoInstant | null, lastAt: null as IsoInstant | null };
  let walk = null as ChainWalk | null;
  for await (const entry of store.audit.everything(only)) {
    if (walk?.chain !== entry.chain) {
      await walk?.end();
      walk = new ChainWalk(entry.chain, store, tell);
      counts.chains += 1;
    }
    walk.next(entry);
    counts.entries += 1;
    if (counts.firstAt === null || entry.at < counts.firstAt) counts.firstAt = entry.at;
    if (counts.lastAt === null || entry.at > counts.lastAt) counts.lastAt = entry.at;
  }
  await walk?.end();
  return counts;
}

/** What an entry is to whoever compares it with the case's document. */
type Kept = Pick<AuditEntry, 'seq' | 'key' | 'act' | 'task' | 'facts' | 'waiting' | 'uniqueKey'>;

const comparedActs: ReadonlySet<string> = new Set([
  'case-opened',
  'answer-received',
  'task-passed-on',
  'case-reopened',
  ...actsThatAsk,
  'act-lost',
] satisfies AuditEntry['act'][]);

class ChainWalk {
  readonly #keys = new Set<string>();
  readonly #kept: Kept[] = [];
  #entries = 0;
  #last: { readonly seq: number; readonly hash: string; readonly isIntact: boolean } = { seq: 0, hash: '', isIntact: true };

  constructor(
    readonly chain: string,
    readonly store: Records,
    readonly tell: Tell,
  ) {}

  next(entry: AuditEntry): void {
    const { seq, hash } = entry;
    this.#entries += 1;
    const isIntact = this.#isIntact(entry);
    this.#isInPlace(entry);
    if (isIntact && seq > this.#last.seq && this.#last.isIntact && this.#last.seq + 1 === seq) {
      if (entry.before !== this.#last.hash) {
        this.#fault(seq, {
          expected: `it follows the entry ${this.#last.seq} as it stands`,
          found: 'it was written after another one: the entries were reordered, or the one before was exchanged',
          advice: advice.restore,
        });
      }
    }
    if (this.#keys.has(entry.key)) {
      this.#fault(seq, {
        expected: `one entry with the key "${entry.key}"`,
        found: 'a second one',
        advice: 'Look whether the unique index on uniqueKey of the collection audit is there; start the web to make it',
      });
    }
    this.#keys.add(entry.key);
    if (comparedActs.has(entry.act)) this.#kept.push(entry);
    this.#last = { seq: Math.max(seq, this.#last.seq), hash, isIntact };
  }

  #isIntact(entry: AuditEntry): boolean {
    const { audit } = this.store;
    if (audit.hashOf(entry) === entry.hash) return true;
    const number = this.#numberItHad(entry);
    this.#fault(entry.seq, {
      expected: 'an entry as its keyed hash has it',
      found:
        number === null
          ? 'it was changed'
          : `it is the entry that was written as number ${number}: the entries were reordered`,
      advice: `${advice.restore}. If every entry is named here, AUDIT_SECRET is not the one that the web has`,
    });
    return false;
  }

  /** The number under which a displaced entry would be as it was written. */
  #numberItHad(entry: AuditEntry): number | null {
    const { audit } = this.store;
    const furthest = entry.seq + 50;
    for (let seq = Math.max(1, entry.seq - 50); seq <= furthest; seq += 1) {
      if (audit.hashOf({ ...entry, seq }) === entry.hash) return seq;
    }
    return null;
  }

  #isInPlace({ _id, seq, key, uniqueKey }: AuditEntry): void {
    const first = this.#last.seq + 1;
    if (seq > first) {
      const last = seq - 1;
      this.#fault(first, {
        expected: first === last ? `the entry ${first}` : `the entries ${first} to ${last}`,
        found: first === last ? 'it is missing' : 'they are missing',
        advice: advice.restore,
      });
    }
    if (seq < first) {
      this.#fault(seq, {
        expected: 'each number once',
        found: `${_id} has a number that is there already`,
        advice: advice.outOfHand,
      });
    } else if (_id !== entryId(this.chain, seq) || uniqueKey !== `${this.chain}/${key}`) {
      this.#fault(seq, {
        expected: `it is kept as ${entryId(this.chain, seq)} under ${this.chain}/${key}`,
        found: `${_id} under ${uniqueKey}`,
        advice: advice.outOfHand,
      });
    }
  }

  async end(): Promise<void> {
    const [head] = await collected(this.store.audit.heads(this.chain));
    // After the first entry the process may have ended before its head was written.
    if (head === undefined && this.#entries > 1) {
      this.#fault(null, {
        expected: 'a note of where the chain ends',
        found: 'none: it was removed',
        advice: `${advice.outOfHand}; compare the chain with the last seals`,
      });
    }
    if ((generalChains as readonly string[]).includes(this.chain)) return;
    const document = await this.store.database.collection<CaseDocument>('cases').findOne({ _id: this.chain });
    if (document === null) this.#caseIsMissing();
    else {
      this.#matchesCase(document);
      await this.#hasDisclosures();
    }
  }

  #caseIsMissing(): void {
    // Its form came twice at one moment, and the other was stored: the record says so.
    if (this.#keys.has('opened-elsewhere') && this.#entries === 2) return;
    const onlyOpened = this.#entries === 1 && this.#kept.some(({ act }) => act === 'case-opened');
    this.tell({
      chain: this.chain,
      seq: null,
      expected: 'a case with this reference',
      found: onlyOpened ? 'only that it was to be opened' : 'no such case: it was removed',
      advice: onlyOpened
        ? 'The process ended before the case was stored, and whoever sent the form was not told that it was taken'
        : advice.restore,
      isFault: !onlyOpened,
    });
  }

  #matchesCase(document: CaseDocument): void {
    if (!this.#kept.some(({ act }) => act === 'case-opened')) {
      this.#fault(null, {
        expected: 'an entry that says who opened the case',
        found: 'none',
        advice: advice.restore,
      });
    }
    this.#areAsked(document.tasks);
    for (const task of document.tasks) this.#isAssigned(task);
    for (const { id, answer } of document.projection.tasks) {
      if (answer === null) continue;
      const given = this.#kept.some(
        ({ act, task, facts }) =>
          // One that a database lost which was put back is on record as lost.
          (act === 'answer-received' || (act === 'act-lost' && facts['type'] === 'answer')) && task === id && facts['version'] === answer.version,
      );
      if (given) continue;
      this.#fault(null, {
        expected: `an entry for the answer ${answer.version} to ${id}, which the case knows of`,
        found: 'none',
        advice: advice.restore,
      });
    }
    const runs = 1 + this.#kept.filter(({ act, waiting }) => act === 'case-reopened' && !waiting).length;
    if (document.run > runs && !this.#kept.some(({ act, waiting }) => act === 'case-reopened' && waiting)) {
      this.#fault(null, {
        expected: `${document.run - 1} entries that say who opened the case again`,
        found: String(runs - 1),
        advice: advice.outOfHand,
      });
    }
  }

  /** Every task is of the opening, or was added by an act: whoever has one can read what is asked. */
  #areAsked(tasks: readonly CaseTask[]): void {
    const opening = this.#kept.find(({ act }) => act === 'case-opened')?.facts['asked'];
    if (!Array.isArray(opening)) return;
    const isOf = (task: CaseTask) => (added: unknown) =>
      (added as CaseTask).id === task.id && (added as CaseTask).partner === task.partner;
    const added = this.#kept.filter(({ act }) => actsThatAsk.includes(act)).flatMap(({ facts }) => facts['tasks'] as readonly unknown[]);
    for (const task of tasks.slice(opening.length).filter((each) => !added.some(isOf(each)))) {
      this.#fault(null, {
        expected: `an entry that asks ${task.partner} for ${task.id}`,
        found: 'none: nobody asked it',
        advice: `${advice.outOfHand}. Until it is mended, whoever has the task can read what is asked in it`,
      });
    }
  }

  /** Whoever has a task has it by an act: as it was opened, passed on, or asked in a case that was opened again. */
  #isAssigned(task: CaseTask): void {
    const assignments = this.#kept.flatMap(({ act, task: id, facts, waiting }): Assignment[] => {
      if (act === 'task-passed-on' && id === task.id) return [{ ...(facts as unknown as Assignment), waiting }];
      if (act !== 'case-reopened') return [];
      const next = facts['next'] as unknown as { readonly tasks: readonly CaseTask[] };
      const asked = next.tasks.find((each) => each.id === task.id);
      return asked === undefined ? [] : [{ ...asked, generation: asked.linkGeneration, waiting }];
    });
    const { team, holder, linkGeneration } = task;
    const isByAct = assignments.some(
      (each) => each.generation === linkGeneration && each.team === team && each.holder === holder,
    );
    const isAsOpened = linkGeneration === 1 && holder === null;
    if (!isByAct && !isAsOpened) {
      this.#fault(null, {
        expected: `an entry that gives ${task.id} to ${holder ?? team ?? task.partner}`,
        found: 'none: it was given by nobody',
        advice: `${advice.outOfHand}. Until it is mended, whoever has the task can read what is asked in it`,
      });
    }
    const newest = Math.max(1, ...assignments.filter(({ waiting }) => !waiting).map(({ generation }) => generation));
    if (newest > linkGeneration) {
      this.#fault(null, {
        expected: `${task.id} with whom it was passed on to last`,
        found: 'it is with whom it was before',
        advice: advice.outOfHand,
      });
    }
  }

  /** Each answer that shared something is on the register, once it was brought over. */
  async #hasDisclosures(): Promise<void> {
    const shared = this.#kept.filter(
      (entry) => entry.act === 'answer-received' && !entry.waiting && disclosesSomething(entry),
    );
    const register = this.store.database.collection<Disclosure>('disclosures');
    for (const some of inBatches(shared)) {
      const ids = some.map(({ uniqueKey }) => uniqueKey);
      const entered = new Set(await register.find({ _id: { $in: ids } }).map(({ _id }) => _id).toArray());
      for (const { uniqueKey, seq } of some.filter((each) => !entered.has(each.uniqueKey))) {
        this.#fault(seq, {
          expected: `${uniqueKey} on the disclosure register`,
          found: 'it is not there',
          advice: advice.outOfHand,
        });
      }
    }
  }

  #fault(seq: number | null, fault: Pick<AuditFinding, 'expected' | 'found' | 'advice'>): void {
    this.tell({ chain: this.chain, seq, ...fault, isFault: true });
  }
}

interface Assignment extends Pick<CaseTask, 'team' | 'holder'> {
  readonly generation: number;
  readonly waiting: boolean;
}

/** A kind of answer means the same in every process that has it. */
function disclosesSomething({ facts }: Pick<AuditEntry, 'facts'>): boolean {
  const { kind } = facts as unknown as AnswerFacts;
  return processSlugs.some((process) => answerRule(process, kind).discloses !== undefined);
}

/**
 * Every chain ends where its head says or later: a head may have been left behind when a process died, an entry not.
 * Gives the days whose seals the heads know.
 */
async function checkHeads(store: Records, only: string | undefined, tell: Tell): Promise<ReadonlySet<IsoDate>> {
  const sealedOn = new Set<IsoDate>();
  for await (const heads of batches(store.audit.heads(only))) {
    const hashes = await hashesOf(heads.map(({ _id: chain, seq }) => entryId(chain, seq)), store);
    for (const head of heads) {
      if (head.sealedOn !== null) sealedOn.add(head.sealedOn);
      const fault = endFault(head, hashes, store.audit.proofOf(head));
      if (fault !== null) tell({ ...fault, advice: advice.restore, isFault: true });
    }
  }
  return sealedOn;
}

function endFault({ _id: chain, seq, hash, proof }: ChainHead, hashes: ReadonlyMap<string, string>, mustBe: string) {
  const kept = hashes.get(entryId(chain, seq));
  if (proof !== mustBe) {
    const found = 'another one: the head was set to another entry, as when entries are taken from the end';
    return { chain, seq, expected: 'the proof of the head', found };
  }
  if (kept === hash) return null;
  const expected = `the chain goes to the entry ${seq}`;
  if (kept === undefined) return { chain, seq, expected, found: 'it is not there: entries were taken from the end' };
  return { chain, seq, expected: 'the entry that its head knows', found: 'another one, or the head was changed' };
}

/** Every case has the entry that opened it. */
async function checkCases(store: Records, only: string | undefined, tell: Tell): Promise<void> {
  const wanted = only === undefined ? {} : { _id: only };
  const cases = store.database.collection<{ _id: string }>('cases');
  for await (const some of batches(cases.find(wanted).project<{ _id: string }>({ _id: 1 }).sort({ _id: 1 }))) {
    const first = await hashesOf(some.map(({ _id }) => entryId(_id, 1)), store);
    for (const { _id: chain } of some.filter((each) => !first.has(entryId(each._id, 1)))) {
      // A chain that is there names its first entry as missing by itself.
      if ((await store.audit.latestOf(chain, 1)).length > 0) continue;
      tell({
        chain,
        seq: null,
        expected: 'a record of the case',
        found: 'none at all',
        advice: advice.restore,
        isFault: true,
      });
    }
  }
}

/** Nothing is on the register that no answer disclosed. */
async function checkDisclosures(store: Records, only: string | undefined, tell: Tell): Promise<void> {
  const register = store.database.collection<Disclosure>('disclosures');
  for await (const some of batches(register.find(only === undefined ? {} : { caseRef: only }).sort({ _id: 1 }))) {
    const entries = new Map((await store.audit.byKeys(some.map(({ _id }) => _id))).map((entry) => [entry.uniqueKey, entry]));
    for (const { _id, caseRef } of some) {
      const entry = entries.get(_id);
      if (entry?.act === 'answer-received' && disclosesSomething(entry)) continue;
      tell({
        chain: caseRef,
        seq: entry?.seq ?? null,
        expected: `an answer that discloses what the register has as ${_id}`,
        found: entry === undefined ? 'no such entry' : 'an entry that discloses nothing',
        advice: advice.outOfHand,
        isFault: true,
      });
    }
  }
}

/** Every seal after the one before it; the record as each knew it; and that a seal is made every day. */
async function checkSeals(
  store: Records,
  { chain: only, ...made }: { readonly chain: string | undefined } & Sealing,
  tell: Tell,
): Promise<number> {
  const days: IsoDate[] = [];
  let before = '';
  for await (const seal of store.auditSeals.everything()) {
    if (only === undefined) checkSeal(seal, { before, hash: store.auditSeals.hashOf(seal) }, tell);
    await checkSealed(seal, only, store, tell);
    before = seal.hash;
    days.push(seal._id);
  }
  if (only === undefined) checkDays(days, made, tell);
  return days.length;
}

interface Sealing extends Days {
  /** The days whose seals the heads know. */
  readonly sealedOn: ReadonlySet<IsoDate>;
  /** Of the first entry of all. */
  readonly firstAt: IsoInstant | null;
}

function checkSeal(seal: AuditSeal, wanted: Pick<AuditSeal, 'before' | 'hash'>, tell: Tell): void {
  const finding = { chain: 'seals', seq: null, isFault: true } as const;
  if (seal.hash !== wanted.hash) {
    tell({
      ...finding,
      expected: `the seal of ${seal._id} as its keyed hash has it`,
      found: 'it was changed',
      advice: `Compare it with the hash in the worker's log of that day ("the record of acts is sealed")`,
    });
  }
  if (seal.before !== wanted.before) {
    tell({
      ...finding,
      expected: `the seal of ${seal._id} follows the one before it`,
      found: 'it was made after another one: a seal was removed or exchanged',
      advice: `Look in the worker's log for the hash ${seal.before || 'of the first seal'}`,
    });
  }
}

async function checkSealed(seal: AuditSeal, only: string | undefined, store: Records, tell: Tell): Promise<void> {
  const heads = seal.heads.filter(({ chain }) => only === undefined || chain === only);
  for (const some of inBatches<SealedHead>(heads)) {
    const hashes = await hashesOf(some.map(({ chain, seq }) => entryId(chain, seq)), store);
    for (const { chain, seq, hash } of some) {
      const kept = hashes.get(entryId(chain, seq));
      if (kept === hash) continue;
      tell({
        chain,
        seq,
        expected: `the entry that the seal of ${seal._id} knows`,
        found: kept === undefined ? 'it is not there: it was taken away since' : 'another one has its place',
        advice: advice.restore,
        isFault: true,
      });
    }
  }
}

function checkDays(days: readonly IsoDate[], { today, nextDay, sealedOn, firstAt }: Sealing, tell: Tell): void {
  const finding = { chain: 'seals', seq: null } as const;
  const there = new Set(days);
  for (const day of [...sealedOn].filter((each) => !there.has(each)).sort()) {
    tell({
      ...finding,
      expected: `the seal of ${day}, which knows ends of chains`,
      found: 'it is not there: it was taken away',
      advice: `Look in the worker's log of that day for its hash ("the record of acts is sealed")`,
      isFault: true,
    });
  }
  for (const [index, day] of days.slice(1).entries()) {
    const missed: IsoDate[] = [];
    for (let on = nextDay(days[index] as IsoDate); on < day; on = nextDay(on)) missed.push(on);
    if (missed.length === 0) continue;
    tell({
      ...finding,
      expected: 'a seal for every day',
      found: `none for ${missed.length === 1 ? String(missed[0]) : `${String(missed[0])} to ${String(missed.at(-1))}`}`,
      advice: 'If the seals before and after fit together, the worker or Temporal was away: compare with their logs',
      isFault: false,
    });
  }
  const newest = days.at(-1);
  const since = newest ?? (firstAt?.slice(0, 10) as IsoDate | undefined);
  if (since === undefined || nextDay(nextDay(since)) >= today) return;
  tell({
    ...finding,
    expected: 'a seal of yesterday or today',
    found: newest === undefined ? 'no seal at all' : `the last one is of ${newest}`,
    advice: 'Look at the Schedule "audit-seal" in Temporal and whether a worker runs; if both do, seals were taken away',
    isFault: true,
  });
}

/** The hashes of entries, by their ids; those that are not there are left out. */
async function hashesOf(ids: readonly string[], { database }: Pick<Records, 'database'>): Promise<ReadonlyMap<string, string>> {
  const entries = database.collection<Pick<AuditEntry, '_id' | 'hash'>>('audit');
  const found = await entries
    .find({ _id: { $in: [...ids] } })
    .project<Pick<AuditEntry, '_id' | 'hash'>>({ hash: 1 })
    .toArray();
  return new Map(found.map(({ _id, hash }) => [_id, hash]));
}

function* inBatches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let first = 0; first < all.length; first += batchSize) yield all.slice(first, first + batchSize);
}

async function* batches<T extends Document>(all: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let some: T[] = [];
  for await (const each of all) {
    some.push(each);
    if (some.length < batchSize) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

async function collected<T>(all: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const each of all) list.push(each);
  return list;
}
