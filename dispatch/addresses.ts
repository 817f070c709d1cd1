import { endOfLondonDay, londonDateOf } from '../calendar';
import type { Clock, IsoDate } from '../config/clock';
import { definitionOf } from '../config/processes';
import type { CaseDocument, CaseTask } from '../store/cases';
import { breachAddressIn, resolveIn, type DirectoryEntry } from '../store/directory';
import type { Store } from '../store';
import type { Recipient } from '../workflows/shared/contract';

/** Where a mail goes; or why it can go nowhere, and until when whoever is away is so, where that is known. */
export type Reach =
  | { readonly address: string }
  | { readonly address: null; readonly because: 'no-address' | 'all-away'; readonly until?: IsoDate };

const nowhere: Reach = { address: null, because: 'no-address' };

/**
 * Where a mail of a case goes now: to the person a task was passed on to, or to the role as the directory has it today,
 * with whoever stands in for one who is away.
 */
export async function reachOf(
  to: Recipient,
  { openedBy, process }: Pick<CaseDocument, 'openedBy' | 'process'>,
  { partner, team, holder }: Pick<CaseTask, 'partner' | 'team' | 'holder'>,
  { store, clock }: { readonly store: Pick<Store, 'accounts' | 'directory'>; readonly clock: Clock },
): Promise<Reach> {
  const person = to === 'requester' ? openedBy.account : to === 'spoc' ? holder : null;
  const account = person === null ? null : await store.accounts.byId(person);
  if (account !== null) return { address: account.username };
  if (to === 'requester') return nowhere;
  if (to === 'spoc' && team === null && definitionOf(process).mailedAt === 'breach') {
    const entry = await store.directory.get(partner);
    const address = entry === null ? null : breachAddressIn(entry);
    // Without one that works the contact is told, who is there or has a deputy, and not nobody.
    if (address !== null) return { address };
  }
  const on = londonDateOf(clock.now());
  const asked = to === 'decider' ? ({ partner: openedBy.partner, team: null, role: 'governance-lead' } as const) : ({ partner, team, role: to } as const);
  const { address, because } = await store.directory.resolve({ ...asked, on });
  if (address !== null) return { address };
  const { role } = asked;
  if (because !== 'absent' || role === 'csp-manager') return nowhere;
  const entry = await store.directory.get(asked.partner);
  if (entry === null) return nowhere;
  const until = awayUntil(entry, { team: asked.team, role, on });
  return { address: null, because: 'all-away', ...(until === undefined ? {} : { until }) };
}

/** The last day on which nobody is there for a role; undefined if the end of no absence that is known brings one back. */
function awayUntil(entry: DirectoryEntry, asked: Parameters<typeof resolveIn>[1]): IsoDate | undefined {
  return entry.absences
    .map(({ until }) => until)
    .filter((until) => until >= asked.on)
    .toSorted()
    .find((until) => resolveIn(entry, { ...asked, on: londonDateOf(endOfLondonDay(until)) }).address !== null);
}
