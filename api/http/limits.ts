import { createHmac } from 'node:crypto';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
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
  posts: { points: 1_200, minutes: 1, what: 'Too much was sent from this account.', inBlocksOf: 20 },
} as const satisfies Record<string, Rule>;
export type Limit = keyof typeof rules;

interface Rule {
  readonly points: number;
  readonly minutes: number;
  readonly what: string;
  /**
   * A web takes so many tries of the database at once and counts them by itself, so that not every post costs a write.
   * What it has taken and does not use is lost to the others: so much less than `points` may be the limit for each of them.
   */
  readonly inBlocksOf?: number;
}

/** What a web has taken of a limit and not used yet. */
interface Block {
  left: number;
  readonly until: number;
}

/** Blocks whose time is over are taken away once there are so many. */
const mostBlocks = 10_000;

/** How often something may be tried: counted in the database, over all web processes and restarts. */
export class Limits {
  readonly #limiters: Readonly<Record<Limit, RateLimiterMongo>>;
  readonly #blocks = new Map<string, Block>();
  readonly #taking = new Map<string, Promise<void>>();
  readonly #clock: WebDependencies['clock'];
  readonly #secret: string;

  constructor({ store, clock, settings }: Pick<WebDependencies, 'store' | 'clock' | 'settings'>) {
    const limiter = (limit: Limit): RateLimiterMongo => {
      const { points, minutes } = rules[limit];
      return new RateLimiterMongo({
        keyPrefix: limit,
        points,
        duration: minutes * 60,
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
    const rule: Rule = rules[limit];
    try {
      if (rule.inBlocksOf === undefined) await this.#limiters[limit].consume(this.#keyOf(of));
      else await this.#takeOfBlock(limit, of, rule.inBlocksOf);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const again = new Date(Date.parse(this.#clock.now()) + error.msBeforeNext).toISOString() as IsoInstant;
      throw new TooMany(rules[limit].what, again, Math.max(1, Math.ceil(error.msBeforeNext / 1000)));
    }
  }

  async #takeOfBlock(limit: Limit, of: string, size: number): Promise<void> {
    const key = this.#keyOf(`${limit}/${of}`);
    for (;;) {
      const block = this.#blocks.get(key);
      if (block !== undefined && block.left > 0 && block.until > Date.parse(this.#clock.now())) {
        block.left -= 1;
        return;
      }
      // One for all who come meanwhile: forty posts at once take two blocks and not forty.
      const taking = this.#taking.get(key) ?? this.#takeBlock(key, limit, of, size).finally(() => this.#taking.delete(key));
      this.#taking.set(key, taking);
      await taking;
    }
  }

  async #takeBlock(key: string, limit: Limit, of: string, size: number): Promise<void> {
    const { msBeforeNext } = await this.#limiters[limit].consume(this.#keyOf(of), size);
    const now = Date.parse(this.#clock.now());
    if (this.#blocks.size > mostBlocks) for (const [old, { until }] of this.#blocks) if (until <= now) this.#blocks.delete(old);
    this.#blocks.set(key, { left: size, until: now + msBeforeNext });
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
