import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import { isDuplicate, type Database } from './database';
import type { Notice, Recipient } from './types';

/** That somebody is to be told of a date that changed bank holidays have moved. Kept before anybody is told. */
export interface NewsLine {
  /** `<case>/<task>/<step>/<clock version>/<recipient>`, as a mail of its own would have it. */
  readonly _id: string;
  /** The version of the bank holidays that has moved it. */
  readonly change: string;
  readonly caseRef: string;
  readonly run: number;
  readonly notice: Pick<Notice, 'task' | 'step' | 'clockVersion'>;
  readonly to: Recipient;
  readonly heldAt: IsoInstant;
  /** The mail that tells it, or `nobody`; null until it is gathered into one. */
  readonly mail: string | null;
}

/** One mail with the news of several cases: made up once, under its number, and told once. */
export interface NewsMail {
  /** `bank-holidays/<version>/<digest of the address>/<part>` */
  readonly _id: string;
  readonly change: string;
  /** Null once it is told. */
  readonly to: string | null;
  /** Of the lines that it tells. */
  readonly lines: readonly string[];
  /** How often the mail server took it not, and when it is tried next. */
  readonly tries: number;
  readonly nextTryAt: Date;
  readonly toldAt: IsoInstant | null;
}

/** So many lines are gathered at a time. */
const linesAtOnce = 2_000;

/** Who is to be told of which moved date, and the mails that tell it: many cases in one. */
export class DateNews {
  readonly #lines: Collection<NewsLine>;
  readonly #mails: Collection<NewsMail>;

  constructor(database: Database) {
    this.#lines = database.collection('date_news');
    this.#mails = database.collection('date_news_mails');
  }

  async ensureIndexes(): Promise<void> {
    await this.#lines.createIndex({ mail: 1 });
    await this.#mails.createIndex({ change: 1 });
    await this.#mails.createIndex({ toldAt: 1 });
  }

  /** Keeps what is to be told. Each line is kept once, and one that was told stays told. */
  async hold(lines: readonly Omit<NewsLine, 'mail'>[]): Promise<void> {
    if (lines.length === 0) return;
    try {
      await this.#lines.insertMany(lines.map((line) => ({ ...line, mail: null })), { ordered: false });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  /** Lines that no mail tells yet. */
  async waiting(): Promise<NewsLine[]> {
    return this.#lines.find({ mail: null }).limit(linesAtOnce).toArray();
  }

  async linesOf({ lines }: Pick<NewsMail, 'lines'>): Promise<NewsLine[]> {
    return this.#lines.find({ _id: { $in: [...lines] } }).sort({ _id: 1 }).toArray();
  }

  /** All mails of a change, told or not. */
  async mailsOf(change: string): Promise<NewsMail[]> {
    return this.#mails.find({ change }).toArray();
  }

  /** Makes up a mail. @returns false if another worker has made up another one under the same number */
  async makeUp(mail: Omit<NewsMail, 'tries' | 'toldAt'>): Promise<boolean> {
    try {
      await this.#mails.insertOne({ ...mail, tries: 0, toldAt: null });
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
    await this.markGathered(mail.lines, mail._id);
    return true;
  }

  /** @param mail the one that tells these lines; `nobody` for what cannot be told */
  async markGathered(lines: readonly string[], mail: string): Promise<void> {
    await this.#lines.updateMany({ _id: { $in: [...lines] } }, { $set: { mail } });
  }

  /** Mails that are to be sent now. */
  async untold(now: Date): Promise<NewsMail[]> {
    return this.#mails.find({ toldAt: null, nextTryAt: { $lte: now } }).sort({ _id: 1 }).toArray();
  }

  async postpone({ _id, tries }: Pick<NewsMail, '_id' | 'tries'>, nextTryAt: Date): Promise<void> {
    await this.#mails.updateOne({ _id, toldAt: null }, { $set: { tries: tries + 1, nextTryAt } });
  }

  async settle({ _id }: Pick<NewsMail, '_id'>, toldAt: IsoInstant): Promise<void> {
    await this.#mails.updateOne({ _id }, { $set: { toldAt, to: null } });
  }
}
