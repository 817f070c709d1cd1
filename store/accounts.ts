import { createHash } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import type { Role } from '../config/roles';
import type { Scope } from '../config/scopes';
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
  /** Not kept, but so at this moment: the former partners whose open cases the account runs on (section 13). */
  readonly standsInFor?: readonly string[];
}

/** Access to the API for a person or a system, acting as an account and within its scopes. */
export interface ApiToken {
  /** SHA-256 of the token, which itself is kept nowhere. */
  readonly _id: string;
  readonly account: string;
  /** What it is for, in the words of whoever made it. */
  readonly name: string;
  /** Who uses it: the person of the account, or a system on its behalf. */
  readonly kind: 'person' | 'system';
  readonly scopes: readonly Scope[];
  readonly createdAt: IsoInstant;
  readonly expiresAt: IsoInstant;
  readonly revokedAt: IsoInstant | null;
  /** To the hour: written at most once in one. */
  readonly lastUsedAt: IsoInstant | null;
}

const hour = 3_600_000;

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

  /** The accounts of a partner's people. */
  async ofPartner(partner: string): Promise<Account[]> {
    return this.#accounts.find({ partner }).sort({ displayName: 1 }).toArray();
  }

  /** Adds the account, or changes the one with this id. */
  async save(account: Account): Promise<void> {
    const { _id, ...fields } = account;
    await this.#accounts.updateOne({ _id }, { $set: fields }, { upsert: true });
  }

  /** Keeps a token by its hash. */
  async saveToken(
    token: string,
    details: Omit<ApiToken, '_id' | 'revokedAt' | 'lastUsedAt'>,
  ): Promise<void> {
    const kept: ApiToken = { _id: tokenHash(token), ...details, revokedAt: null, lastUsedAt: null };
    await this.#tokens.insertOne(kept);
  }

  /** The account that a token acts as and its scopes; null for one that is unknown, expired or revoked. */
  async useToken(
    token: string,
    now: IsoInstant,
  ): Promise<{ readonly account: Account; readonly scopes: readonly Scope[] } | null> {
    const kept = await this.#tokens.findOne({ _id: tokenHash(token) });
    if (kept === null || !isValid(kept, now)) return null;
    const account = await this.byId(kept.account);
    if (account === null) return null;
    if (kept.lastUsedAt === null || Date.parse(now) - Date.parse(kept.lastUsedAt) >= hour) {
      await this.#tokens.updateOne({ _id: kept._id }, { $set: { lastUsedAt: now } });
    }
    return { account, scopes: kept.scopes };
  }

  /** All tokens of an account, also those that are not valid any more, the newest first. */
  async tokensOf(account: string): Promise<ApiToken[]> {
    return this.#tokens.find({ account }).sort({ createdAt: -1 }).toArray();
  }

  /** From now on the token is refused. One that is revoked already stays as it is. */
  async revokeToken(id: string, at: IsoInstant): Promise<void> {
    await this.#tokens.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: at } });
  }
}

/** Not revoked, and not expired: it ends at the instant of its expiry. */
export function isValid({ expiresAt, revokedAt }: ApiToken, now: IsoInstant): boolean {
  return revokedAt === null && Date.parse(expiresAt) > Date.parse(now);
}

/** Names a token where its hash would be too long: on its page's addresses and in the record of acts. */
export const tokenId = ({ _id }: Pick<ApiToken, '_id'>): string => _id.slice(0, 12);

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
