/**
 * Of a request of an applicant, the partners that it came from do not learn of each other: that information of another one is
 * held says something of the person, or of what is looked into. Whoever is of one of them sees the reply, the tasks and items of
 * its own partner, and what happened in these.
 */
import { itemsOf } from '../dispatch/items';
import type { Account } from '../store/accounts';
import type { AuditEntry } from '../store/audit';
import type { CaseDocument, CaseSummary } from '../store/cases';
import { wholeCase, type CaseEvent } from '../workflows/shared/contract';
import { knowsOriginators } from './policy';

/** A case of a list, as an account may see it. */
export function summaryFor<Of extends CaseSummary>(account: Account, summary: Of): Of {
  if (knowsOriginators(account, summary)) return summary;
  const { openedBy, partners, tasks } = summary;
  return {
    ...summary,
    partners: partners.filter((code) => code === openedBy.partner || code === account.partner),
    tasks: tasks.filter(({ kind, partner }) => kind !== 'consult' || partner === account.partner),
  };
}

/** A whole case with its record, as an account may see them. */
export function caseFor(
  account: Account,
  document: CaseDocument,
  record: readonly AuditEntry[],
): { readonly document: CaseDocument; readonly record: readonly AuditEntry[] } {
  const seen = summaryFor(account, document);
  if (seen === document) return { document, record };
  const isSeen = (task: string | null): boolean => task === null || task === wholeCase || seen.tasks.some(({ id }) => id === task);
  const items = itemsOf(document, record).filter(({ task }) => task !== null && isSeen(task)).map(({ id }) => id);
  return {
    document: { ...seen, timeline: document.timeline.flatMap((event) => eventFor(event, { isSeen, items })) },
    record: record.filter(({ task }) => isSeen(task)),
  };
}

function eventFor(event: CaseEvent, seen: { readonly isSeen: (task: string) => boolean; readonly items: readonly string[] }): CaseEvent[] {
  if ('task' in event) return seen.isSeen(event.task) ? [event] : [];
  if (event.event === 'item-decided') return seen.items.includes(event.item) ? [event] : [];
  if (event.event !== 'items-changed') return [event];
  const items = event.items.filter((id) => seen.items.includes(id));
  return items.length === 0 ? [] : [{ ...event, items }];
}
