import { londonDateOf } from '../calendar';
import type { Dependencies } from './dependencies';

/**
 * Writes the day's seal of the record of acts, unless there is one. Its hash goes to the log: a log that is kept
 * elsewhere proves what the record was, even against whoever has the database and the keys.
 */
export async function sealRecord({ store, clock, logger }: Pick<Dependencies, 'store' | 'clock' | 'logger'>) {
  const now = clock.now();
  const { seal, isNew } = await store.auditSeals.make(londonDateOf(now), now);
  const facts = { day: seal._id, hash: seal.hash, chains: seal.heads.length };
  logger.info({ ...facts, isNew }, 'the record of acts is sealed');
  return facts;
}
