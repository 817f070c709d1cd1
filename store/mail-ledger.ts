import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import { isDuplicate, persistently, type Database } from './database';

/** One mail to one address, once. No text and no address: what was sent can be told from the key and the case. */
export interface MailEntry {
  /** `<case>/<task>/<step>/<clock version>/<recipient>` */
  readonly _id: string;
  readonly state: 'claimed' | 'sent' | 'refused';
  readonly messageId: string;
  /** While claimed: after this moment another sender may take over, as its claimer must have died. */
  readonly leaseUntil: Date;
  readonly settledAt: IsoInstant | null;
}

export type Claim =
  | { readonly result: 'claimed' }
  | { readonly result: 'settled'; readonly state: 'sent' | 'refused'; readonly at: IsoInstant }
  /** Somebody else is sending it at this moment. */
  | { readonly result: 'busy' };

/** How many mails are in which state. */
export interface MailFigures {
  readonly sent: number;
  readonly refused: number;
  /** Somebody is at it. */
  readonly sending: number;
  /** Tried and not taken, or its sender died; tried again. */
  readonly waiting: number;
}

/** Mail that waits is tried every half hour at the least; a claim that nobody came back to is of a mail not wanted any more. */
const waitsAtMostMs = 40 * 60_000;

/** As long as a database that was there a moment ago may take no writes: it chooses another primary within seconds. */
const settlingTries = 12;

/**
 * Keeps each mail to one copy: claim, send, settle. The one window for a second copy is between the mail server's
 * acceptance and `settle`: a crash, or a connection that breaks before the acceptance is said. The copy has the same
 * Message-ID.
 */
export class MailLedger {
  readonly #mails: Collection<MailEntry>;

  constructor(database: Database) {
    this.#mails = database.collection('mails');
  }

  async ensureIndexes(): Promise<void> {
    await this.#mails.createIndex({ state: 1, leaseUntil: 1 });
  }

  /** @param leaseUntil Until then nobody else may send it: the sender gives up before. */
  async claim(key: string, messageId: string, now: IsoInstant, leaseUntil: Date): Promise<Claim> {
    try {
      await this.#mails.insertOne({ _id: key, state: 'claimed', messageId, leaseUntil, settledAt: null });
      return { result: 'claimed' };
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    const taken = await this.#mails.updateOne(
      { _id: key, state: 'claimed', leaseUntil: { $lt: new Date(now) } },
      { $set: { leaseUntil } },
    );
    if (taken.modifiedCount === 1) return { result: 'claimed' };
    return (await this.settled(key)) ?? { result: 'busy' };
  }

  /** What came of a mail; null while nothing did. */
  async settled(key: string): Promise<Extract<Claim, { result: 'settled' }> | null> {
    const entry = await this.#mails.findOne({ _id: key });
    if (entry === null || entry.settledAt === null || entry.state === 'claimed') return null;
    return { result: 'settled', state: entry.state, at: entry.settledAt };
  }

  /** Persistent: a database that is away for a moment must not make a second copy of a mail that is already out. */
  async settle(key: string, state: 'sent' | 'refused', at: IsoInstant): Promise<void> {
    const settling = { $set: { state, settledAt: at } };
    await persistently(() => this.#mails.updateOne({ _id: key, state: 'claimed' }, settling), settlingTries);
  }

  /** Gives a claim back at once, after the mail server would not take the mail now; not the claim of a later sender. */
  async release(key: string, leaseUntil: Date, now: IsoInstant): Promise<void> {
    const past = new Date(Date.parse(now) - 1);
    await this.#mails.updateOne({ _id: key, state: 'claimed', leaseUntil }, { $set: { leaseUntil: past } });
  }

  /**
   * A mail that nobody wants any more waits for nothing: a claim that nobody holds counts as one that nobody came back to.
   * It stays in the ledger, as a try before may have handed it over without hearing so. What came of it stays, too.
   */
  async giveUp(key: string, now: IsoInstant): Promise<void> {
    await this.#mails.updateOne({ _id: key, state: 'claimed', leaseUntil: { $lt: new Date(now) } }, { $set: { leaseUntil: new Date(0) } });
  }

  /** How many mails there are in which state. Those sent are not counted one by one: they are what is left of all. */
  async figures(now: IsoInstant): Promise<MailFigures> {
    const at = Date.parse(now);
    const [all, refused, claimed, sending, waiting] = await Promise.all([
      this.#mails.estimatedDocumentCount(),
      this.#mails.countDocuments({ state: 'refused' }),
      this.#mails.countDocuments({ state: 'claimed' }),
      this.#mails.countDocuments({ state: 'claimed', leaseUntil: { $gte: new Date(at) } }),
      this.#mails.countDocuments({ state: 'claimed', leaseUntil: { $gte: new Date(at - waitsAtMostMs), $lt: new Date(at) } }),
    ]);
    return { sent: Math.max(0, all - refused - claimed), refused, sending, waiting };
  }
}
