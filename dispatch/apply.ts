import { CalendarError } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { Actor, AuditEntry } from '../store/audit';
import type { CaseDocument, CaseTask, TaskPlan } from '../store/cases';
import type { Store } from '../store';
import type { MoveCause } from '../workflows/shared/contract';
import { isAnswered, moveOnRecord, planTask, policyFor } from './clock';
import { closingIn } from './closing';

/** What a reopening says of the next run. */
export type Reopening = Pick<CaseDocument, 'run' | 'policy' | 'tasks' | 'startInput' | 'projection'>;

interface Dependencies {
  readonly store: Store;
  readonly holidays: BankHolidays;
}

/**
 * What an act on record changes in the store beside the record: the register of disclosures, who has a task, its clock,
 * a case that opens again. Every change can be repeated, so that the sweep finishes what a crash left undone.
 * @param caseOf reads the case: only where more is needed than the entry says
 * @returns the entries that follow from it and are to be brought over next.
 */
export async function applyToStore(
  entry: AuditEntry,
  caseOf: (entry: AuditEntry) => Promise<CaseDocument>,
  { store, holidays }: Dependencies,
): Promise<readonly AuditEntry[]> {
  const { act, chain, task, facts } = entry;
  switch (act) {
    case 'answer-received':
      await store.disclosures.enter(await caseOf(entry), entry);
      return [];
    case 'task-passed-on': {
      const { team, holder, generation } = facts as unknown as Pick<CaseTask, 'team' | 'holder'> & { generation: number };
      await store.cases.passOn(chain, task ?? '', { team, holder, generation });
      return [];
    }
    case 'question-answered':
    case 'clock-extended':
    case 'clock-moved':
      if (facts['plan'] !== null) await store.cases.addPlan(chain, task ?? '', facts['plan'] as unknown as TaskPlan);
      return [];
    case 'closing-moved':
      await store.cases.moveClosing(chain, closingIn(entry));
      return [];
    case 'tasks-added':
      await store.cases.addTasks(chain, facts['tasks'] as unknown as readonly CaseTask[]);
      return [];
    case 'correction-confirmed': {
      const from = facts['from'] as IsoDate | IsoInstant;
      const document = await caseOf(entry);
      if (facts['terms'] !== undefined) await store.cases.setTerms(chain, facts['terms'] as CaseDocument['terms']);
      const move = { document, cause: 'corrected', from, because: String(entry.seq), at: entry.at } as const;
      const moved: AuditEntry[] = [];
      for (const each of awaitedTasks(document)) {
        const made = await moveByConcordat({ ...move, task: each }, { store, holidays });
        if (made !== null) moved.push(made);
      }
      return moved;
    }
    case 'case-reopened': {
      const next = facts['next'] as unknown as Reopening;
      const { nextWakeAt } = next.projection;
      await store.cases.reopen(chain, { ...next, nextWakeAt: nextWakeAt === null ? null : new Date(nextWakeAt) });
      return [];
    }
    default:
      return [];
  }
}

/** Undoes what an act has changed in the store that the case did not accept. */
export async function takeBack({ act, chain, task, facts }: AuditEntry, { cases }: Pick<Store, 'cases'>): Promise<void> {
  if (act === 'tasks-added') {
    await cases.dropTasks(chain, facts['tasks'] as unknown as readonly CaseTask[]);
    return;
  }
  if (!['question-answered', 'clock-extended', 'clock-moved'].includes(act) || facts['plan'] === null) return;
  await cases.dropPlan(chain, task ?? '', (facts['plan'] as unknown as TaskPlan).version);
}

/** The tasks of an open case whose clock runs: not answered, and not given up. */
export const awaitedTasks = ({ tasks, projection, ended }: Pick<CaseDocument, 'tasks' | 'projection' | 'ended'>): CaseTask[] =>
  tasks.filter(({ id }) => {
    const status = projection.tasks.find((task) => task.id === id)?.status ?? 'open';
    return !ended && (status === 'open' || status === 'unanswered');
  });

/** Concordat acts, and no person. */
export const byItself: Actor = { account: null, via: 'concordat', from: null };

/**
 * Puts on record that a task has another clock because something else has changed that it is counted with: the day it
 * is counted from, or the bank holidays. Not at all where the date and the ladder stay or were moved so before, where
 * the answer has come meanwhile, or where the clock cannot be counted so: the other acts of the case must not wait for it.
 * @returns what is to be brought over to the case; null if there is nothing
 */
export async function moveByConcordat(
  { document, task, cause, from, because, at }: {
    readonly document: Pick<CaseDocument, '_id' | 'policy' | 'startInput'>;
    readonly task: CaseTask;
    readonly cause: MoveCause;
    /** What it is counted from; as before, if not given. */
    readonly from?: IsoDate | IsoInstant;
    /** What has changed: the entry of a correction, the version of the bank holidays. */
    readonly because: string;
    readonly at: IsoInstant;
  },
  { store, holidays }: Dependencies,
): Promise<AuditEntry | null> {
  const isThis = ({ act, task: on, facts }: AuditEntry): boolean =>
    act === 'clock-moved' && on === task.id && facts['cause'] === cause && facts['because'] === because;
  const entry = await moveOnRecord(
    document,
    task,
    (record, current, version) => {
      if (isAnswered(document, task, record) || (cause === 'corrected' && record.some(isThis))) return null;
      const counted = orNull(() =>
        plannedAgain(current, { caseRef: document._id, policy: policyFor(document.policy, task), from }, holidays),
      );
      if (counted === null || (isSameLadder(counted, current) && counted.from === current.from)) return null;
      const plan = { ...counted, version, reason: cause };
      return { plan, draft: { at, act: 'clock-moved', by: byItself, facts: { cause, because } } };
    },
    store,
  );
  return entry ?? (await store.audit.of(document._id, 'clock-moved')).find((each) => isThis(each) && each.waiting) ?? null;
}

function orNull(plan: () => TaskPlan): TaskPlan | null {
  try {
    return plan();
  } catch (error) {
    if (error instanceof CalendarError) return null;
    throw error;
  }
}

/** Whether two clocks are due at the same moment, with all their rungs. */
export const isSameLadder = (one: TaskPlan, other: TaskPlan): boolean =>
  one.dueAt === other.dueAt && one.rungs.every(({ at }, index) => at === other.rungs[index]?.at);

/** A clock counted as it was before, extension and pauses included, with other bank holidays or from another day. */
export const plannedAgain = (
  { extended, paused, version, reason, ...plan }: TaskPlan,
  { caseRef, policy, from = plan.from }: {
    readonly caseRef: string;
    readonly policy: CaseDocument['policy'];
    readonly from?: IsoDate | IsoInstant | undefined;
  },
  holidays: BankHolidays,
): TaskPlan => planTask({ caseRef, from, extended, paused, version, reason }, policy, { holidays });
