/** What the originator of an item has said of it, is silent about, or is still asked: what whoever decides sees before deciding. */
import { consultationOf, type Consultation, type ItemOnRecord } from '../../dispatch/items';
import type { Store } from '../../store';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import { readAnswer } from '../cases/content';
import { saidOf, stances } from './particulars';

/** What its originator has said by now, by its task and the number of the answer: `T2/1`; 0 where there is none. */
export const answerName = ({ task, answer }: Pick<Consultation, 'task' | 'answer'>): string => `${task.id}/${answer?.version ?? 0}`;

/** Under which name it goes on record that what an originator says of an item is shown. */
export function adviceNames(item: ItemOnRecord, document: CaseDocument, record: readonly AuditEntry[]): string[] {
  const consultation = consultationOf(item, document, record);
  return consultation === null || consultation.answer === null ? [] : [`${consultation.task.id}/answer/${consultation.answer.version}`];
}

/** @throws ContentUnreadable */
export function adviceOn(item: ItemOnRecord, document: CaseDocument, record: readonly AuditEntry[], store: Pick<Store, 'cipher'>) {
  const consultation = consultationOf(item, document, record);
  if (consultation === null) return null;
  const { task, plan, told, answer } = consultation;
  const said = answer === null ? null : (saidOf(item.id, readAnswer(document, answer, store).particulars ?? {}) ?? { stance: 'no-objection' as const, words: '' });
  return {
    task,
    plan,
    told,
    seen: answerName(consultation),
    answeredAt: answer?.receivedAt,
    said: said === null ? undefined : { stance: stances[said.stance], words: said.words },
  };
}
