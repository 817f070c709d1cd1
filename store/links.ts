import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { LadderRole } from '../config/policy';
import type { Database } from './database';

/** A link of a task mail. It answers without an account; opening it spends nothing, since mail scanners fetch links. */
export interface LinkDocument {
  /** SHA-256 of the token: whoever reads the database cannot make a link of it. */
  readonly _id: string;
  readonly caseRef: string;
  /** The task, or what else is to be done in the case: `T1`, `action-3`. */
  readonly task: string;
  /** Whom it was mailed to: the code goes to the mailbox of that role. */
  readonly role: LinkRole;
  /** Alive while the task's `linkGeneration` is the same. */
  readonly generation: number;
}

/** A one-time code for a link: shows the content and lets the answer in. */
interface CodeDocument {
  /** The link's hash: a new code takes the place of the one before. */
  readonly _id: string;
  readonly codeHash: string;
  readonly expiresAt: Date;
  readonly triesLeft: number;
}

/** Those of the partner asked who can answer from a mail. */
export type LinkRole = Exclude<LadderRole, 'csp-manager'>;

/** What is to be done besides answering is never passed on, so it has one link. */
export const dutyGeneration = 1;

const triesPerCode = 5;

export class Links {
  readonly #links: Collection<LinkDocument>;
  readonly #codes: Collection<CodeDocument>;
  readonly #secret: string;

  constructor(database: Database, secret: string) {
    this.#links = database.collection('links');
    this.#codes = database.collection('link_codes');
    this.#secret = secret;
  }

  /** The token of a role's link to a task: the same in every reminder, another one once the generation is raised. */
  async issue(caseRef: string, task: string, role: LinkRole, generation: number): Promise<string> {
    const made = `link/${caseRef}/${task}/${role}/${generation}`;
    const token = createHmac('sha256', this.#secret).update(made).digest('base64url');
    await this.#links.updateOne(
      { _id: hashOf(token) },
      { $setOnInsert: { caseRef, task, role, generation } },
      { upsert: true },
    );
    return token;
  }

  /** The link of a token, or null for one that was never issued. Whether it is still alive, the case says. */
  async find(token: string): Promise<LinkDocument | null> {
    return this.#links.findOne({ _id: hashOf(token) });
  }

  /** Keeps a one-time code for a link in place of an earlier one. */
  async keepCode(link: LinkDocument, code: string, expiresAt: Date): Promise<void> {
    await this.#codes.updateOne(
      { _id: link._id },
      { $set: { codeHash: this.#codeHash(link, code), expiresAt, triesLeft: triesPerCode } },
      { upsert: true },
    );
  }

  /** Whether the code is right. Each call spends a try before it looks, so that parallel guesses gain nothing. */
  async redeemCode(link: LinkDocument, code: string, now: Date): Promise<boolean> {
    const kept = await this.#codes.findOneAndUpdate(
      { _id: link._id, triesLeft: { $gt: 0 }, expiresAt: { $gt: now } },
      { $inc: { triesLeft: -1 } },
    );
    if (kept === null) return false;
    const right = timingSafeEqual(Buffer.from(kept.codeHash), Buffer.from(this.#codeHash(link, code)));
    // Spent by use, and by one user only: of two that redeem it at once, the delete lets one through.
    return right && (await this.#codes.deleteOne({ _id: link._id, codeHash: kept.codeHash })).deletedCount === 1;
  }

  #codeHash(link: LinkDocument, code: string): string {
    return createHmac('sha256', this.#secret).update(`code/${link._id}/${code}`).digest('base64url');
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
