import { createHmac } from 'node:crypto';
import { RateLimiterMemory, RateLimiterMongo, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { IsoInstant } from '../../config/clock';
import type { WebDependencies } from '../dependencies';
import { TooMany } from './refusals';

const rules = {
  signInByAccount: { points: 10, minutes: 15, what: 'There were too many tries to sign in to this account.' },
  signInByAddress: { points: 100, minutes: 15, what: 'There were too many tries to sign in from your network.' },
  codeRequests: { points: 5, minutes: 15, what: 'Too many codes were asked for with this link.' },
  codeTries: { points: 15, minutes: 60, what: 'Too many wrong codes were entered for this link.' },
  wrongTokens: { points: 100, minutes: 15, what: 'Too many tokens that are not valid came from your network.' },
  files: { points: 60, minutes: 60, what: 'Too many files were sent from this account or link.' },
  posts: { points: 1_200, minutes: 1, what: 'Too much was sent from this account.' },
} as const;
export type Limit = keyof typeof rules;

/**
 * How often something may be tried. What guards a secret is counted in the database, over all web processes and
 * restarts; the fair use of an account is counted in memory, so that a post costs no write more than it must.
 */
export class Limits {
  readonly #limiters: Readonly<Record<Limit, RateLimiterAbstract>>;
  readonly #clock: WebDependencies['clock'];
  readonly #secret: string;

  constructor({ store, clock, settings }: Pick<WebDependencies, 'store' | 'clock' | 'settings'>) {
    const limiter = (limit: Limit): RateLimiterAbstract => {
      const { points, minutes } = rules[limit];
      const options = { keyPrefix: limit, points, duration: minutes * 60 };
      if (limit === 'posts') return new RateLimiterMemory(options);
      return new RateLimiterMongo({
        ...options,
        storeClient: store.database.db,
        tableName: 'limits',
        // Made once by `ensureIndexes`; the limiter would make them for each rule and only log a failure.
        disableIndexesCreation: true,
      });
    };
    this.#limiters = {
      signInByAccount: limiter('signInByAccount'),
      signInByAddress: limiter('signInByAddress'),
      codeRequests: limiter('codeRequests'),
      codeTries: limiter('codeTries'),
      wrongTokens: limiter('wrongTokens'),
      files: limiter('files'),
      posts: limiter('posts'),
    };
    this.#clock = clock;
    this.#secret = settings.SESSION_SECRET;
  }

  /** Counts one try. @throws TooMany when there were too many, with the moment from which it can be tried again. */
  async count(limit: Limit, of: string): Promise<void> {
    try {
      await this.#limiters[limit].consume(this.#keyOf(of));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const again = new Date(Date.parse(this.#clock.now()) + error.msBeforeNext).toISOString() as IsoInstant;
      throw new TooMany(rules[limit].what, again, Math.max(1, Math.ceil(error.msBeforeNext / 1000)));
    }
  }

  async forget(limit: Limit, of: string): Promise<void> {
    await this.#limiters[limit].delete(this.#keyOf(of));
  }

  /** Names and network addresses are not kept as they are. */
  #keyOf(of: string): string {
    return createHmac('sha256', this.#secret).update(`limit/${of}`).digest('base64url').slice(0, 22);
  }
}

/** The limiter counts with this unique key; without it, two first tries at once would count apart. */
export async function ensureLimitIndexes({ store }: Pick<WebDependencies, 'store'>): Promise<void> {
  await store.database.collection('limits').createIndex({ key: 1 }, { unique: true }, {});
}
