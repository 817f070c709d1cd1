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

export class Signs {
  readonly #signs: Collection<WatchdogSign>;

  constructor(database: Database) {
    this.#signs = database.collection('signs');
  }

  async noteWatchdog(lookedAt: IsoInstant, stuck: readonly string[]): Promise<void> {
    await this.#signs.updateOne({ _id: 'watchdog' }, { $set: { lookedAt, stuck } }, { upsert: true });
  }

  async watchdog(): Promise<WatchdogSign | null> {
    return this.#signs.findOne({ _id: 'watchdog' });
  }
}
