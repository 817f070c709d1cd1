/** The case's word on an act that it was told of: taken, or forbidden by a rule. It stands on the record of acts. */
import type { BankHolidaySource } from '../config/bank-holidays';
import type { Clock } from '../config/clock';
import type { Protocol } from '../config/protocol-types';
import type { AuditEntry } from '../store/audit';
import type { Store } from '../store';
import type { RejectionType } from '../workflows/shared/contract';
import { byItself, takeBack } from './apply';
import { askAllTheSame } from './obligations';

const refusalKey = (seq: number): string => `refused/${seq}`;

/** The rule by which the case did not take an act; null if it took it, or has not given its word yet. */
export async function refusalOf({ chain, seq }: AuditEntry, { audit }: Pick<Store, 'audit'>): Promise<RejectionType | null> {
  const refusal = await audit.byKey(chain, refusalKey(seq));
  return (refusal?.facts['rejection'] as RejectionType | undefined) ?? null;
}

/**
 * Puts on record that the case does not take an act, and undoes what the act has changed in the store. Can be repeated.
 * An answer is never refused: "received" was said.
 */
export async function recordRefusal(
  entry: AuditEntry,
  rejection: RejectionType,
  { store, clock, protocol, holidays }: { readonly store: Store; readonly clock: Clock; readonly protocol: Protocol; readonly holidays: BankHolidaySource },
): Promise<void> {
  const { chain, seq, act, task } = entry;
  if (act !== 'answer-received') {
    await store.audit.append({
      chain,
      key: refusalKey(seq),
      at: clock.now(),
      act: 'act-refused',
      by: byItself,
      ...(task === null ? {} : { task }),
      facts: { act, seq, rejection },
    });
    await takeBack(entry, store);
    if (rejection === 'CaseEnded') await askAllTheSame(entry, { at: clock.now(), by: byItself }, { store, protocol, holidays: holidays.current() });
  }
  await store.audit.markSettled([entry._id]);
}
