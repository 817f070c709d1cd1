import type { Collection } from 'mongodb';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { Audit } from './audit';
import { isDuplicate, persistently, type Database } from './database';

/** Where a chain of the record ended when it was sealed. */
export interface SealedHead {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** One day's seal of the record of acts. Its hash in a log elsewhere proves what the record was. */
export interface AuditSeal {
  /** The day in London on which it was made. */
  readonly _id: IsoDate;
  readonly at: IsoInstant;
  /** Of the chains that have moved since the seal before. */
  readonly heads: readonly SealedHead[];
  /** The hash of the seal before; empty in the first. */
  readonly before: string;
  readonly hash: string;
}

/** A seal is one document, which the database lets grow to 16 MB; what is beyond this is in the next day's. */
const mostHeads = 50_000;

/** The daily seals: each with the ends of the chains that moved, and with the hash of the one before. */
export class AuditSeals {
  readonly #seals: Collection<AuditSeal>;
  readonly #audit: Audit;

  constructor(database: Database, audit: Audit) {
    this.#seals = database.collection('audit_seals');
    this.#audit = audit;
  }

  /** Seals the record as it stands, once a day: the same day again gives back the seal that is there. */
  async make(day: IsoDate, at: IsoInstant): Promise<{ readonly seal: AuditSeal; readonly isNew: boolean }> {
    const [last] = await this.latest(1);
    if (last !== undefined && last._id >= day) {
      await this.#markSealed(last);
      return { seal: last, isNew: false };
    }
    const moved = await this.#audit.unsealedHeads(mostHeads);
    const heads = moved.map(({ _id: chain, seq, hash }) => ({ chain, seq, hash }));
    const sealed = { _id: day, at, heads, before: last?.hash ?? '' };
    const seal: AuditSeal = { ...sealed, hash: this.hashOf(sealed) };
    try {
      await persistently(() => this.#seals.insertOne(seal));
    } catch (error) {
      // Another worker's, or its own if the reply to the first try was lost.
      if (!isDuplicate(error)) throw error;
      return this.make(day, at);
    }
    await this.#markSealed(seal);
    return { seal, isNew: true };
  }

  async #markSealed({ _id, heads }: AuditSeal): Promise<void> {
    for (const { chain, seq } of heads) await this.#audit.markSealed({ _id: chain, seq }, _id);
  }

  /** The keyed hash that a seal must have. */
  hashOf({ _id, at, heads, before }: Omit<AuditSeal, 'hash'>): string {
    return this.#audit.keyedHash({ sealOf: _id, at, heads, before });
  }

  /** The newest first; those before a day, if one is named. */
  async latest(limit: number, before?: IsoDate): Promise<AuditSeal[]> {
    const wanted = before === undefined ? {} : { _id: { $lt: before } };
    return this.#seals.find(wanted).sort({ _id: -1 }).limit(limit).toArray();
  }

  /** All in their order: for the verification. */
  everything(): AsyncIterable<AuditSeal> {
    return this.#seals.find({}).sort({ _id: 1 }).batchSize(10);
  }
}
