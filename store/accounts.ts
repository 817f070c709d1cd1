import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import type { Role } from '../config/roles';
import type { Database } from './database';

/** A person who signs in. */
export interface Account {
  /** What audit, timeline and Temporal know the person by. */
  readonly _id: string;
  /** An e-mail address in lower case; unique. Mails to the person go there. */
  readonly username: string;
  readonly displayName: string;
  readonly partner: string;
  readonly teams: readonly string[];
  readonly roles: readonly Role[];
  /** argon2id */
  readonly passwordHash: string;
}

/** Access to the API for a person or a system, acting as an account. */
export interface ApiToken {
  /** SHA-256 of the token. */
  readonly _id: string;
  readonly account: string;
  readonly name: string;
  readonly createdAt: IsoInstant;
}

export class Accounts {
  readonly #accounts: Collection<Account>;
  readonly #tokens: Collection<ApiToken>;

  constructor(database: Database) {
    this.#accounts = database.collection('accounts');
    this.#tokens = database.collection('api_tokens');
  }

  async ensureIndexes(): Promise<void> {
    await this.#accounts.createIndex({ username: 1 }, { unique: true }, {});
  }

  async byId(id: string): Promise<Account | null> {
    return this.#accounts.findOne({ _id: id });
  }

  async byUsername(username: string): Promise<Account | null> {
    return this.#accounts.findOne({ username: username.trim().toLowerCase() });
  }

  /** Adds the account, or changes the one with this id. */
  async save(account: Account): Promise<void> {
    const { _id, ...fields } = account;
    await this.#accounts.updateOne({ _id }, { $set: fields }, { upsert: true });
  }

  async saveToken(token: string, details: Omit<ApiToken, '_id'>): Promise<void> {
    await this.#tokens.updateOne({ _id: tokenHash(token) }, { $set: details }, { upsert: true });
  }

  /** The account that an API token acts as, or null for a token that is not known. */
  async byToken(token: string): Promise<Account | null> {
    const kept = await this.#tokens.findOne({ _id: tokenHash(token) });
    return kept === null ? null : this.byId(kept.account);
  }
}

function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
