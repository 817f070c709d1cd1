/** What a case has heard and taken, and the store has not: nothing brings that over any more, and what is to be mailed of it cannot be. */
import type { AuditEntry } from '../store/audit';
import type { CaseDocument, CaseDuty, CaseTask, TaskPlan } from '../store/cases';
import { wasRefused } from './clock';
import { dutyMovedBy } from './duties';
import { numberOf } from './items';

/**
 * The acts on record of the present opening of a case on which it has given its word, and of which the store lacks a clock, a task,
 * or something to be done. A clock or a task that another one has followed is not named: it has no place any more.
 */
export function notTakenIn(document: Pick<CaseDocument, 'startInput' | 'tasks' | 'duties'>, record: readonly AuditEntry[]): readonly AuditEntry[] {
  const after = document.startInput.reopened?.after ?? 0;
  return record.filter((entry) => entry.seq > after && !entry.waiting && isMissing(entry, document) && !wasRefused(record, entry));
}

function isMissing(entry: AuditEntry, { tasks, duties = [] }: Pick<CaseDocument, 'tasks' | 'duties'>): boolean {
  const { act, task, facts } = entry;
  const hasDuties = (added: readonly Pick<CaseDuty, 'id'>[]): boolean => added.every(({ id }) => duties.some((duty) => duty.id === id));
  /** Of an act that puts it down by this name, if at all. */
  const lacks = (name: 'granted' | 'anew' | 'recording'): boolean => facts[name] !== undefined && !hasDuties([facts[name] as unknown as CaseDuty]);
  switch (act) {
    case 'question-answered':
    case 'clock-extended':
    case 'clock-moved':
    case 'clock-started': {
      const plan = facts['plan'] as unknown as TaskPlan | null;
      const known = tasks.find(({ id }) => id === task)?.plans.at(-1)?.version ?? 0;
      return plan !== null && plan.version > known;
    }
    case 'tasks-added':
    case 'items-changed':
      return lacks('recording') || (facts['tasks'] as unknown as readonly CaseTask[]).some((added) => numberOf(added) > Math.max(0, ...tasks.map(numberOf)));
    case 'outcome-recorded':
      return !hasDuties(facts['duties'] as unknown as readonly CaseDuty[]);
    case 'not-satisfied':
      return !hasDuties([facts['duty'] as unknown as CaseDuty]);
    case 'looked-at-again':
      return lacks('granted') || lacks('anew');
    case 'review-rescheduled':
      return lacks('recording');
    case 'duty-moved': {
      const { id, counted } = dutyMovedBy(entry);
      const known = duties.find((duty) => duty.id === id)?.counted?.version;
      return known !== undefined && known < counted.version;
    }
    default:
      return false;
  }
}
