/**
 * The record of acts: a hash-chained log per case. An act is appended here before it is done, and what a case is told
 * (an answer, a question, a withdrawal) is kept in its entry and nowhere else: the act and its record are one document,
 * so that neither can be there without the other.
 */
import { createHmac } from 'node:crypto';
import { BSON, MongoBulkWriteError, type Collection, type Filter } from 'mongodb';
import type { IsoDate, IsoInstant } from '../config/clock';
import { isDuplicate, persistently, type Database } from './database';
import { Turns } from './turns';

/** What is done, in the past tense. */
export const auditActs = [
  'case-opened',
  'content-viewed',
  'content-opened-with-reason',
  'answer-received',
  'question-asked',
  'question-answered',
  'task-passed-on',
  'clock-extended',
  'correction-proposed',
  'correction-confirmed',
  'correction-declined',
  'clock-moved',
  'closing-moved',
  'duty-moved',
  'fee-lapse-moved',
  'answers-confirmed',
  'left-unanswered',
  'asked-again',
  'left-as-it-is',
  'request-withdrawn',
  'case-decided',
  'case-reopened',
  'panel-named',
  'review-rescheduled',
  'outcome-recorded',
  'applicant-told',
  'not-satisfied',
  'looked-at-again',
  'action-settled',
  'review-closed',
  'tasks-added',
  'call-recorded',
  'ico-informed',
  'breach-closed',
  'items-changed',
  'item-decided',
  'referred',
  'clock-stopped',
  'clock-started',
  'applicant-replied',
  'act-refused',
  'act-lost',
  'file-stored',
  'file-removed',
  'file-downloaded',
  'code-sent',
  'signed-in-by-code',
  'contacts-changed',
  'absence-set',
  'absence-ended',
  'token-created',
  'token-revoked',
  'register-viewed',
  'person-searched',
  'record-viewed',
  'keys-rotated',
  'bank-holidays-changed',
] as const;
export type AuditAct = (typeof auditActs)[number];

/** The acts that ask more in an open case: each has the tasks that it adds. */
export const actsThatAsk: readonly AuditAct[] = ['tasks-added', 'items-changed'];

/** The chains of what belongs to no case; every other one has a case's reference. */
export const generalChains = ['directory', 'accounts', 'register', 'calendar'] as const;
export type GeneralChain = (typeof generalChains)[number];

/** Who acts: a person by the account's id, a link by the role it was mailed to, the application by itself. */
export interface Actor {
  readonly account: string | null;
  readonly via: 'page' | 'link' | 'api' | 'command' | 'concordat';
  /** From where: a keyed digest of the network address, so that equal ones can be told and none can be read. */
  readonly from: string | null;
}

/**
 * Ids, codes, enumerations and dates; what people wrote is in `sealed`, under a case's key. The one exception belongs to no
 * case and concerns no person: why the operator accepted other bank holidays.
 */
export type AuditFact = string | number | boolean | null | readonly AuditFact[] | { readonly [name: string]: AuditFact };
export type AuditFacts = { readonly [name: string]: AuditFact };

export interface ActDraft {
  /** The case's reference, or one of `generalChains`. */
  readonly chain: string;
  /** Unique in its chain: the same act told twice is one act. */
  readonly key: string;
  readonly at: IsoInstant;
  readonly act: AuditAct;
  readonly by: Actor;
  readonly task?: string;
  readonly facts: AuditFacts;
  /** Sealed with the case's key under the field `audit/<key>`. */
  readonly sealed?: string;
  /** The case's workflow has to be told of it and to give its word: the sweep sees to it, if the process dies before. */
  readonly waiting?: boolean;
}

/** An entry as it is hashed, in this shape and no other. */
interface Recorded {
  readonly chain: string;
  readonly seq: number;
  readonly key: string;
  readonly at: IsoInstant;
  readonly act: AuditAct;
  readonly by: Actor;
  readonly task: string | null;
  readonly facts: AuditFacts;
  readonly sealed: string | null;
  /** The hash of the entry before; empty in the first. */
  readonly before: string;
}

export interface AuditEntry extends Recorded {
  /** `<chain>/<seq>` */
  readonly _id: string;
  /** `<chain>/<key>`; unique. */
  readonly uniqueKey: string;
  readonly hash: string;
  /** Not hashed, as they change: whether the case still owes its word on it, and since when Temporal has it for the case. */
  readonly waiting: boolean;
  readonly toldAt: IsoInstant | null;
}

/** Where a chain ends: shows when its last entries are taken away. */
export interface ChainHead {
  readonly _id: string;
  readonly seq: number;
  readonly hash: string;
  /** A keyed hash of this end: nobody sets it back to an earlier entry without the key. */
  readonly proof: string;
  /** The day whose seal knows this end; null since the chain has moved on. */
  readonly sealedOn: IsoDate | null;
}

/** Acts on which a case owes its word. */
export interface WaitingFigures {
  readonly count: number;
  readonly oldestAt: IsoInstant | null;
}

/** The record cannot be written at the moment, so what was to be recorded must not be done. */
export class NotOnRecord extends Error {
  constructor({ chain, act }: Pick<ActDraft, 'chain' | 'act'>, cause: unknown) {
    super(`${act} could not be put on the record of ${chain}.`, { cause });
    this.name = 'NotOnRecord';
  }
}

/** Each is brought to Temporal before the next batch is read, and the database closes a cursor that rests too long. */
const smallBatch = 20;

/** Where a chain ends, as far as what is appended has to know. */
type End = Pick<AuditEntry, 'seq' | 'hash'>;

/** An act on record, and whether this was the first time that it was told. */
interface Appended {
  readonly entry: AuditEntry;
  readonly isNew: boolean;
}

/** An act that waits to be appended. */
interface Queued {
  readonly draft: ActDraft;
  readonly last: End | undefined;
  /** Those that it is appended with, once its turn or that of one before it has come. */
  batch?: Promise<void>;
  done?: Appended;
}

function keep(queued: Queued | undefined, done: Appended): void {
  if (queued !== undefined) queued.done = done;
}

/** So many acts are inserted at once at the most; an act with what was written can have some 20 kB. */
const inOneInsert = 50;

export const entryId = (chain: string, seq: number): string => `${chain}/${String(seq).padStart(6, '0')}`;

/** Its ids as well, from `<chain>/` to what follows: the stand-in for MongoDB finds them by these, and by no index. */
const inChain = (chain: string) => ({ chain, _id: { $gt: `${chain}/`, $lt: `${chain}0` } });

export class Audit {
  readonly #entries: Collection<AuditEntry>;
  readonly #heads: Collection<ChainHead>;
  readonly #secret: string;
  /** The appends of a chain take turns, so that forty at once do not race for one number. */
  readonly #turns = new Turns();
  /** What waits for its turn, by its chain. */
  readonly #queues = new Map<string, Queued[]>();

  constructor(database: Database, secret: string) {
    this.#entries = database.collection('audit');
    this.#heads = database.collection('audit_heads');
    this.#secret = secret;
  }

  async ensureIndexes(): Promise<void> {
    await this.#entries.createIndex({ uniqueKey: 1 }, { unique: true }, {});
    await this.#entries.createIndex({ chain: 1, seq: 1 });
    await this.#entries.createIndex({ waiting: 1, at: 1 });
    await this.#heads.createIndex({ sealedOn: 1 });
  }

  /**
   * Puts an act on record, once for each key: the same key again gives back the entry that is there.
   * @param last where the chain ended when it was read, if it was: it need not be looked up. If it has moved on, it is.
   * @throws NotOnRecord for any fault of the database: then the act must not be done. It may be on record all the same,
   *   if only the reply was lost; told again with its key, it is found there.
   */
  async append(
    draft: ActDraft,
    last?: End,
  ): Promise<Appended> {
    const mine: Queued = { draft, last };
    const queue = this.#queues.get(draft.chain) ?? [];
    this.#queues.set(draft.chain, queue);
    queue.push(mine);
    try {
      await this.#turns.take(draft.chain, () => (mine.batch ??= this.#appendQueued(draft.chain)));
    } catch (error) {
      // Of several at once some can be on record when the database goes away.
      if (mine.done === undefined) throw new NotOnRecord(draft, error);
    }
    if (mine.done === undefined) throw new Error(`${draft.chain}/${draft.key} was not appended with what it was queued with.`);
    return mine.done;
  }

  /**
   * Puts an act on record only if the chain still ends where it was read: what was concluded from the record then holds
   * at the moment the act is part of it, whoever else acts at once.
   * @param last the end of the record that the act was concluded from
   * @returns null if the chain has moved on: to be read and concluded again
   * @throws NotOnRecord as `append` does
   */
  async appendAfter(
    draft: ActDraft,
    last: End,
  ): Promise<Appended | null> {
    try {
      return await this.#turns.take(draft.chain, () => this.#insertOne(this.#entryAfter(last, draft)));
    } catch (error) {
      throw new NotOnRecord(draft, error);
    }
  }

  /** All that is queued for a chain: whose turn it is puts on record what the others bring as well. */
  #appendQueued(chain: string): Promise<void> {
    const queue = this.#queues.get(chain) ?? [];
    const together = queue.splice(0, inOneInsert);
    if (queue.length === 0) this.#queues.delete(chain);
    const batch = this.#appendAll(chain, together);
    for (const each of together) each.batch = batch;
    return batch;
  }

  async #appendAll(chain: string, together: readonly Queued[]): Promise<void> {
    const known = together.length === 1 ? together[0]?.last : undefined;
    let last: End | null = known ?? (await this.#heads.findOne({ _id: chain }));
    for (let left = together; left.length > 0; ) {
      const entries: AuditEntry[] = [];
      for (const { draft } of left) entries.push(this.#entryAfter(entries.at(-1) ?? last, draft));
      const inserted = await this.#insert(entries);
      for (const [index, entry] of entries.slice(0, inserted).entries()) keep(left[index], { entry, isNew: true });
      const stopped = entries[inserted];
      if (stopped === undefined) return;
      const earlier = await this.#earlierOf(stopped);
      if (earlier === null) last = await this.#endFrom(stopped, entries[inserted - 1] ?? last);
      else {
        keep(left[inserted], earlier);
        last = earlier.isNew ? earlier.entry : (entries[inserted - 1] ?? last);
      }
      left = left.slice(earlier === null ? inserted : inserted + 1);
    }
  }

  /**
   * Another process has taken the number of an entry: where the chain ends now. If its head has not followed, as when a process
   * died, the entry that has the number is the next one; until a majority of the database has that, it cannot be read, and
   * the number is tried again.
   */
  async #endFrom({ _id, chain, seq }: AuditEntry, last: End | null): Promise<End | null> {
    const head = await this.#heads.findOne({ _id: chain });
    return head !== null && head.seq >= seq ? head : ((await this.#entries.findOne({ _id })) ?? last);
  }

  /** @returns how many of them are in, from the first; the next one has a number or a key that is taken */
  async #insert(entries: readonly AuditEntry[]): Promise<number> {
    let inserted = entries.length;
    try {
      await persistently(() => this.#entries.insertMany([...entries]));
    } catch (error) {
      const [first] = error instanceof MongoBulkWriteError && isDuplicate(error) ? [error.writeErrors].flat() : [];
      if (first === undefined) throw error;
      inserted = first.index;
    }
    const end = entries[inserted - 1];
    if (end !== undefined) await this.#moveHead(end);
    return inserted;
  }

  /** @returns the entry, or the one that its key has already; null if another entry has its number */
  async #insertOne(entry: AuditEntry): Promise<Appended | null> {
    return (await this.#insert([entry])) === 1 ? { entry, isNew: true } : this.#earlierOf(entry);
  }

  /** What has the key of an entry that could not be inserted: itself, if the first try was done and the reply to it lost. */
  async #earlierOf(entry: AuditEntry): Promise<Appended | null> {
    const earlier = await this.byKey(entry.chain, entry.key);
    if (earlier === null) return null;
    await this.#moveHead(earlier);
    return { entry: earlier, isNew: earlier.hash === entry.hash };
  }

  #entryAfter(last: End | null, draft: ActDraft): AuditEntry {
    const recorded = asKept<Recorded>({
      chain: draft.chain,
      seq: (last?.seq ?? 0) + 1,
      key: draft.key,
      at: draft.at,
      act: draft.act,
      by: draft.by,
      task: draft.task ?? null,
      facts: draft.facts,
      sealed: draft.sealed ?? null,
      before: last?.hash ?? '',
    });
    return {
      _id: entryId(recorded.chain, recorded.seq),
      uniqueKey: `${recorded.chain}/${recorded.key}`,
      ...recorded,
      hash: this.hashOf(recorded),
      waiting: draft.waiting ?? false,
      toldAt: null,
    };
  }

  async #moveHead({ chain, seq, hash }: AuditEntry): Promise<void> {
    try {
      const proof = this.proofOf({ _id: chain, seq, hash });
      await this.#heads.updateOne(
        { _id: chain, seq: { $lt: seq } },
        { $set: { seq, hash, proof, sealedOn: null } },
        { upsert: true },
      );
    } catch (error) {
      // A later one stands there already.
      if (!isDuplicate(error)) throw error;
    }
  }

  /** The proof that the end of a chain must have. */
  proofOf({ _id, seq, hash }: Pick<ChainHead, '_id' | 'seq' | 'hash'>): string {
    return this.keyedHash({ endOf: _id, seq, hash });
  }

  /** The keyed hash that an entry must have: whoever writes to the database without the key cannot make one. */
  hashOf({ chain, seq, key, at, act, by, task, facts, sealed, before }: Recorded): string {
    return this.keyedHash({ chain, seq, key, at, act, by, task, facts, sealed, before });
  }

  /** Of any content, whatever the order of its fields. */
  keyedHash(content: object): string {
    return createHmac('sha256', this.#secret).update(canonical(content)).digest('base64url');
  }

  async byKey(chain: string, key: string): Promise<AuditEntry | null> {
    return this.#entries.findOne({ uniqueKey: `${chain}/${key}` });
  }

  /** The entries with these keys, each given as `<chain>/<key>`. */
  async byKeys(uniqueKeys: readonly string[]): Promise<AuditEntry[]> {
    return uniqueKeys.length === 0 ? [] : this.#entries.find({ uniqueKey: { $in: [...uniqueKeys] } }).toArray();
  }

  /** All of a chain in its order; or its entries of one act, and of those the ones on one task. */
  async of(chain: string, act?: AuditAct, task?: string): Promise<AuditEntry[]> {
    const wanted = { ...inChain(chain), ...(act === undefined ? {} : { act }), ...(task === undefined ? {} : { task }) };
    return this.#entries.find(wanted).sort({ seq: 1 }).toArray();
  }

  /** Some of a chain, the newest first: those before a number, or its last ones. */
  async latestOf(chain: string, limit: number, before = Number.MAX_SAFE_INTEGER): Promise<AuditEntry[]> {
    return this.#entries.find({ ...inChain(chain), seq: { $lt: before } }).sort({ seq: -1 }).limit(limit).toArray();
  }

  /** Those of a chain by one account since a moment, of one act. */
  async ofAccount(chain: string, act: AuditAct, account: string, since: IsoInstant): Promise<AuditEntry[]> {
    return this.#entries.find({ ...inChain(chain), act, 'by.account': account, at: { $gt: since } }).sort({ seq: 1 }).toArray();
  }

  /** Those of a chain on which the case has not given its word, in their order. */
  async waitingOf(chain: string): Promise<AuditEntry[]> {
    return this.#entries.find({ ...inChain(chain), waiting: true }).sort({ seq: 1 }).toArray();
  }

  /** Those of all chains, the oldest first; all, so that none waits behind others for ever. */
  waiting(): AsyncIterable<AuditEntry> {
    return this.#entries.find({ waiting: true }).sort({ at: 1, _id: 1 }).batchSize(smallBatch);
  }

  /** How many acts are there on which the case owes its word, and since when, of answers and of the rest. */
  async waitingFigures(): Promise<Readonly<Record<'answer' | 'other', WaitingFigures>>> {
    const isAnswer: Filter<AuditEntry> = { waiting: true, act: 'answer-received' };
    const isOther: Filter<AuditEntry> = { waiting: true, act: { $ne: 'answer-received' } };
    const of = async (which: Filter<AuditEntry>): Promise<WaitingFigures> => {
      const [oldest] = await this.#entries.find(which).project<Pick<AuditEntry, 'at'>>({ at: 1 }).sort({ at: 1 }).limit(1).toArray();
      return { count: oldest === undefined ? 0 : await this.#entries.countDocuments(which), oldestAt: oldest?.at ?? null };
    };
    return { answer: await of(isAnswer), other: await of(isOther) };
  }

  async byId(id: string): Promise<AuditEntry | null> {
    return this.#entries.findOne({ _id: id });
  }

  /** Temporal has these for the case, which will take or refuse each. */
  async markTold(ids: readonly string[], at: IsoInstant): Promise<void> {
    await this.#entries.updateMany({ _id: { $in: [...ids] } }, { $set: { toldAt: at } });
  }

  /** The case has given its word on these, or there is none to be waited for. */
  async markSettled(ids: readonly string[]): Promise<void> {
    // Most wakes of a case have no word to say: for those nothing is written.
    if (ids.length === 0) return;
    await this.#entries.updateMany({ _id: { $in: [...ids] }, waiting: true }, { $set: { waiting: false } });
  }

  /** Every entry, chain by chain in its order, and where each chain should end; of one chain, if it is named. */
  everything(chain?: string): AsyncIterable<AuditEntry> {
    return this.#entries.find(chain === undefined ? {} : { chain }).sort({ chain: 1, seq: 1 }).batchSize(500);
  }
  heads(chain?: string): AsyncIterable<ChainHead> {
    return this.#heads.find(chain === undefined ? {} : { _id: chain }).sort({ _id: 1 }).batchSize(500);
  }

  /** The chains that have moved on since they were last sealed. */
  async unsealedHeads(limit: number): Promise<ChainHead[]> {
    return this.#heads.find({ sealedOn: null }).limit(limit).toArray();
  }

  /** A seal knows this end of a chain. One that has moved on since then stays unsealed. */
  async markSealed({ _id, seq }: Pick<ChainHead, '_id' | 'seq'>, sealedOn: IsoDate): Promise<void> {
    await this.#heads.updateOne({ _id, seq }, { $set: { sealedOn } });
  }
}

/** As the database gives it back, so that what is hashed when it is written has the same hash when it is read. */
const asKept = <T extends object>(value: T): T =>
  BSON.deserialize(BSON.serialize(value, { ignoreUndefined: true })) as T;

/** JSON with the fields of every object in the order of their names, so that equal content has equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
