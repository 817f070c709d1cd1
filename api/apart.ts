/**
 * Of a request of an applicant, the partners that it came from do not learn of each other: that information of another one is
 * held says something of the person, or of what is looked into. Whoever is of one of them sees the reply, the tasks and items of
 * its own partner, and what happened in these while they were its own. What lists are filtered and ordered by is the same
 * (`store/apart.ts`).
 */
import { wasRefused } from '../dispatch/clock';
import type { Account } from '../store/accounts';
import { apartFor } from '../store/apart';
import type { AuditEntry } from '../store/audit';
import type { CaseDocument, CaseItem, CaseSummary } from '../store/cases';
import { wholeCase, type CaseEvent } from '../workflows/shared/contract';
import { knowsOriginators } from './policy';

/** A case of a list, as an account may see it. */
export const summaryFor = <Of extends CaseSummary>(account: Account, summary: Of): Of =>
  knowsOriginators(account, summary) ? summary : apartFor(summary, [account.partner]);

/** A whole case with its record, as an account may see them. */
export function caseFor(
  account: Account,
  document: CaseDocument,
  record: readonly AuditEntry[],
): { readonly document: CaseDocument; readonly record: readonly AuditEntry[] } {
  const seen = summaryFor(account, document);
  if (seen === document) return { document, record };
  const isSeen = (task: string | null): boolean => task === null || task === wholeCase || seen.tasks.some(({ id }) => id === task);
  const items = seenOfItems(document, record, isSeen);
  return {
    document: { ...seen, timeline: document.timeline.flatMap((event) => eventFor(event, isSeen, items)) },
    record: record.filter(({ task }) => isSeen(task)),
  };
}

const nameOf = (event: 'item-decided' | 'items-changed', item: string, at: string): string => `${event}/${item}/${Date.parse(at)}`;

/** What happened with which item while it was with a task that is seen: an item can have come from somebody else before, or after. */
function seenOfItems(document: CaseDocument, record: readonly AuditEntry[], isSeen: (task: string) => boolean): ReadonlySet<string> {
  const tasks = new Map((document.items ?? []).map(({ id, task }) => [id, task]));
  const found = new Set<string>();
  const see = (event: 'item-decided' | 'items-changed', item: string, at: string): void => {
    const task = tasks.get(item) ?? null;
    if (task !== null && isSeen(task)) found.add(nameOf(event, item, at));
  };
  for (const entry of record) {
    const { act, at, facts } = entry;
    if ((act !== 'items-changed' && act !== 'item-decided') || wasRefused(record, entry)) continue;
    if (act === 'item-decided') see(act, facts['item'] as string, at);
    else {
      for (const { id, task } of facts['items'] as unknown as readonly CaseItem[]) {
        tasks.set(id, task);
        see(act, id, at);
      }
    }
  }
  return found;
}

function eventFor(event: CaseEvent, isSeen: (task: string) => boolean, items: ReadonlySet<string>): CaseEvent[] {
  // What is mailed of the whole case goes to whoever runs it, and can be about another originator.
  if ('task' in event) return event.task !== wholeCase && isSeen(event.task) ? [event] : [];
  if (event.event === 'item-decided') return items.has(nameOf(event.event, event.item, event.at)) ? [event] : [];
  if (event.event !== 'items-changed') return [event];
  const own = event.items.filter((id) => items.has(nameOf(event.event, id, event.at)));
  return own.length === 0 ? [] : [{ ...event, items: own }];
}
