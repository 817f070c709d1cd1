/** Questions back to the requester with their replies, as the record of acts has them. */
import { wasRefused } from '../../dispatch/clock';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';

export interface Question {
  /** Unique in its task. */
  readonly number: number;
  readonly asked: AuditEntry;
  readonly reply: AuditEntry | null;
}

/** The questions of a task, the first one first; without those that the case refused. */
export function questionsOf(record: readonly AuditEntry[], task: string): Question[] {
  const accepted = record.filter((entry) => entry.task === task && !wasRefused(record, entry));
  return accepted
    .filter(({ act }) => act === 'question-asked')
    .map((asked) => {
      const number = asked.facts['number'] as number;
      const isReply = ({ act, facts }: AuditEntry) => act === 'question-answered' && facts['number'] === number;
      return { number, asked, reply: accepted.find(isReply) ?? null };
    });
}

/**
 * The question of a task that waits for its reply: the newest one of this opening, which is what the workflow takes a
 * reply to. Null once the task is answered, or the case closed.
 */
export function openQuestion(
  document: Pick<CaseDocument, 'startInput' | 'ended'>,
  task: { readonly id: string },
  record: readonly AuditEntry[],
): Question | null {
  const newest = questionsOf(record, task.id).at(-1);
  if (document.ended || newest?.reply !== null || newest.asked.seq <= lastActBefore(document)) return null;
  const isAnswered = record.some(
    (entry) => entry.act === 'answer-received' && entry.task === task.id && entry.seq > newest.asked.seq,
  );
  return isAnswered ? null : newest;
}

/** The number of the last act that belongs to the openings before this one. */
export const lastActBefore = ({ startInput }: Pick<CaseDocument, 'startInput'>): number =>
  startInput.reopened?.after ?? 0;
