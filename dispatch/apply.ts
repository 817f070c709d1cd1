import type { AuditEntry } from '../store/audit';
import type { CaseDocument, CaseTask } from '../store/cases';
import type { Store } from '../store';

/** A task's new clock, as the entry of a reply has it. */
export type RecordedPlan = CaseTask['plans'][number];

/** What a reopening says of the next run. */
export type Reopening = Pick<CaseDocument, 'run' | 'policy' | 'tasks' | 'startInput' | 'projection'>;

/**
 * What an act on record changes in the store beside the record: the register of disclosures, who has a task, its clock,
 * a case that opens again. Every change can be repeated, so that the sweep finishes what a crash left undone.
 */
export async function applyToStore(entry: AuditEntry, document: CaseDocument, store: Store): Promise<void> {
  const { act, chain, task, facts } = entry;
  switch (act) {
    case 'answer-received':
      await store.disclosures.enter(document, entry);
      return;
    case 'task-passed-on': {
      const { team, holder, generation } = facts as unknown as Pick<CaseTask, 'team' | 'holder'> & { generation: number };
      await store.cases.passOn(chain, task ?? '', { team, holder, generation });
      return;
    }
    case 'question-answered':
      if (facts['plan'] !== null) await store.cases.addPlan(chain, task ?? '', facts['plan'] as unknown as RecordedPlan);
      return;
    case 'case-reopened': {
      const next = facts['next'] as unknown as Reopening;
      const { nextWakeAt } = next.projection;
      await store.cases.reopen(chain, { ...next, nextWakeAt: nextWakeAt === null ? null : new Date(nextWakeAt) });
      return;
    }
    default:
      return;
  }
}
