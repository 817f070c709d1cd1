import type { Collection } from 'mongodb';
import type { IsoInstant } from '../config/clock';
import type { Database } from './database';

/** The last sign of a part that must keep going, such as the watchdog: pages show it, and its absence alarms. */
export interface WatchdogSign {
  readonly _id: 'watchdog';
  readonly lookedAt: IsoInstant;
  /** References of the cases found without a sign. */
  readonly stuck: readonly string[];
}

/** What came of the last comparison of the store with Temporal. */
export interface ComparisonSign {
  readonly _id: 'comparison';
  readonly comparedAt: IsoInstant;
  /** Each in words, with the case that it concerns, if it concerns one. */
  readonly differences: readonly { readonly caseRef: string | null; readonly what: string }[];
}

export class Signs {
  readonly #watchdog: Collection<WatchdogSign>;
  readonly #comparison: Collection<ComparisonSign>;

  constructor(database: Database) {
    this.#watchdog = database.collection('signs');
    this.#comparison = database.collection('signs');
  }

  async noteWatchdog(lookedAt: IsoInstant, stuck: readonly string[]): Promise<void> {
    await this.#watchdog.updateOne({ _id: 'watchdog' }, { $set: { lookedAt, stuck } }, { upsert: true });
  }

  async watchdog(): Promise<WatchdogSign | null> {
    return this.#watchdog.findOne({ _id: 'watchdog' });
  }

  async noteComparison(comparedAt: IsoInstant, differences: ComparisonSign['differences']): Promise<void> {
    await this.#comparison.updateOne({ _id: 'comparison' }, { $set: { comparedAt, differences } }, { upsert: true });
  }

  async comparison(): Promise<ComparisonSign | null> {
    return this.#comparison.findOne({ _id: 'comparison' });
  }
}
