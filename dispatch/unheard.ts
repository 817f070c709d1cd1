/** What the record of acts holds for a case that the case has not heard, or knows of no more. */
import type { AuditEntry } from '../store/audit';
import { messageOf } from '../store/messages';
import type { CaseMessage, Heard } from '../workflows/shared/contract';

export interface Unheard {
  readonly entry: AuditEntry;
  readonly message: CaseMessage;
}

/**
 * Of the record of a case: what one of its openings is to be told, in the order of the record. An act on which the case has
 * given its word is among it only if the case knows of it no more: Temporal was put back from an older copy. What it
 * refused then stays refused.
 */
export function unheardIn(record: readonly AuditEntry[], { run, after, numbers }: Heard): readonly Unheard[] {
  const heard = new Set(numbers);
  const refused = new Set(record.flatMap(({ act, facts }) => (act === 'act-refused' ? [facts['seq']] : [])));
  const before = record.find((entry) => isReopeningAfter(entry, run))?.seq ?? Infinity;
  return record.flatMap((entry) => {
    const { seq, waiting } = entry;
    if (seq <= after || seq >= before || heard.has(seq) || (!waiting && refused.has(seq))) return [];
    const message = messageOf(entry);
    if (message === null) return [];
    return [{ entry, message: waiting ? message : { ...message, takenBefore: true } }];
  });
}

/** Whether an entry opens a case again after this opening: what follows is told to another workflow. */
const isReopeningAfter = ({ act, facts }: AuditEntry, run: number): boolean =>
  act === 'case-reopened' && (facts['next'] as { readonly run: number }).run > run;
