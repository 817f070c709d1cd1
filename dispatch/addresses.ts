import { londonDateOf } from '../calendar';
import type { Clock } from '../config/clock';
import type { CaseDocument, CaseTask } from '../store/cases';
import type { Store } from '../store';
import type { Recipient } from '../workflows/shared/contract';

/**
 * Where a mail of a case goes now: to the person a task was passed on to, or to the role as the directory has it today,
 * with whoever stands in for one who is away. Null where there is no address that can be used.
 */
export async function addressOf(
  to: Recipient,
  { openedBy }: Pick<CaseDocument, 'openedBy'>,
  { partner, team, holder }: Pick<CaseTask, 'partner' | 'team' | 'holder'>,
  { store, clock }: { readonly store: Pick<Store, 'accounts' | 'directory'>; readonly clock: Clock },
): Promise<string | null> {
  if (to === 'requester') return (await store.accounts.byId(openedBy.account))?.username ?? null;
  const held = to === 'spoc' && holder !== null ? await store.accounts.byId(holder) : null;
  if (held !== null) return held.username;
  const { address } = await store.directory.resolve({ partner, team, role: to, on: londonDateOf(clock.now()) });
  return address;
}
