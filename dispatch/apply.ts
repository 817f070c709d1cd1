import { isDeepStrictEqual } from 'node:util';
import { CalendarError, londonDateOf } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import type { DueFor } from '../config/policy';
import type { Protocol } from '../config/protocol-types';
import { answerRule, consultsOriginators, processes, processSlugs, type ProcessSlug } from '../config/processes';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { AnswerFacts } from '../store/answers';
import type { Actor, AuditEntry, AuditFacts } from '../store/audit';
import type { CaseDocument, CaseDuty, CaseTask, TaskPlan } from '../store/cases';
import type { Store } from '../store';
import type { ByLaw, MoveCause } from '../workflows/shared/contract';
import { isAnswered, moveOnRecord, planInForce, planTask, policyFor } from './clock';
import { closingIn } from './closing';
import { dutyIn, dutyMovedBy } from './duties';
import { withExtensionFrom, type Counted } from './extension';
import { askForAllThatWasGiven, askWhatBecomesOf } from './obligations';
import type { Reopening } from './reopening';

interface Dependencies {
  readonly store: Store;
  readonly holidays: BankHolidays;
}

type Basis = Dependencies & { readonly protocol: Protocol };

/**
 * What Temporal has for a case reaches it, however long no worker is there. Only if that was undone, as when Temporal was
 * put back from a copy, is it told again: seldom, for each time is an event in its history.
 */
const tellAgainAfterMs = 3_600_000;

/** Whether Temporal has an act for the case, so that it need not be told of it now. */
export const isWithTemporal = ({ toldAt }: Pick<AuditEntry, 'toldAt'>, now: IsoInstant): boolean =>
  toldAt !== null && Date.parse(now) - Date.parse(toldAt) < tellAgainAfterMs;

/**
 * Brings what waits of the record of a case into the store, in its order. Before a workflow hears of an act, by whatever way,
 * the act is there: once the case has given its word on it, nobody does this any more.
 * @param isThere what is in the store by now as far as whoever calls this knows: of many acts at once each is brought there once
 * @param upTo what was recorded later is left, but for what follows from the rest
 * @returns them, with what follows from them and what others have put on record before that
 */
export async function applyWaiting(
  chain: string,
  { isThere, ...basis }: Basis & { readonly isThere: (entry: AuditEntry) => boolean },
  upTo = Infinity,
): Promise<readonly AuditEntry[]> {
  const { cases, audit } = basis.store;
  const caseOf = async (entry: AuditEntry): Promise<CaseDocument> => {
    const document = await cases.get(chain);
    if (document === null) throw new Error(`${entry._id} is an act on a case that is not there.`);
    return document;
  };
  const applied = new Map<string, AuditEntry>();
  let last = upTo;
  for (let hasMore = true; hasMore; ) {
    hasMore = false;
    for (const each of await audit.waitingOf(chain)) {
      if (each.seq > last || applied.has(each._id)) continue;
      const following = isThere(each) ? [] : await applyToStore(each, caseOf, basis);
      applied.set(each._id, each);
      if (following.length === 0) continue;
      hasMore = true;
      last = Math.max(last, ...following.map(({ seq }) => seq));
    }
  }
  return [...applied.values()].sort((a, b) => a.seq - b.seq);
}

/**
 * What an act on record changes in the store beside the record: the register of disclosures and what has to be settled of
 * it, who has a task, its clock, a case that opens again. Every change can be repeated, so that the sweep finishes what a crash left undone.
 * @param caseOf reads the case: only where more is needed than the entry says
 * @returns the entries that follow from it and are to be brought over next.
 */
export async function applyToStore(
  entry: AuditEntry,
  caseOf: (entry: AuditEntry) => Promise<CaseDocument>,
  { store, holidays, protocol }: Basis,
): Promise<readonly AuditEntry[]> {
  const { act, chain, task, facts } = entry;
  switch (act) {
    case 'answer-received': {
      if (!changesTheStore(entry)) return [];
      const document = await caseOf(entry);
      const by = { at: entry.at, by: byItself };
      const disclosed = await store.disclosures.enter(document, entry);
      if (disclosed !== null) await askWhatBecomesOf(disclosed, by, { store, holidays, protocol });
      if (document.process === 'withdrawal') await askForAllThatWasGiven(document, by, { store, holidays, protocol });
      return [];
    }
    case 'task-passed-on': {
      const { team, holder, generation } = facts as unknown as Pick<CaseTask, 'team' | 'holder'> & { generation: number };
      await store.cases.passOn(chain, task ?? '', { team, holder, generation });
      return [];
    }
    case 'question-answered':
    case 'clock-extended':
    case 'clock-moved':
    case 'clock-started':
      if (facts['plan'] !== null) await store.cases.addPlan(chain, task ?? '', facts['plan'] as unknown as TaskPlan);
      return followStatutoryDate(entry, caseOf, { store, holidays });
    case 'closing-moved':
      await store.cases.moveClosing(chain, closingIn(entry));
      return [];
    case 'duty-moved':
      await store.cases.moveDuty(chain, dutyMovedBy(entry));
      return [];
    case 'tasks-added':
      await store.cases.addTasks(chain, facts['tasks'] as unknown as readonly CaseTask[]);
      if (facts['terms'] !== undefined) await store.cases.setTerms(chain, facts['terms'] as CaseDocument['terms']);
      await store.cases.addDuties(chain, dutiesIn(facts, 'recording'));
      return [];
    case 'items-changed':
      await store.cases.addTasks(chain, facts['tasks'] as unknown as readonly CaseTask[]);
      for (const from of movedIn(facts)) await store.cases.takeItems(chain, from, itemsIn(facts));
      return [];
    case 'correction-confirmed': {
      const from = facts['from'] as IsoDate | IsoInstant;
      const document = await caseOf(entry);
      const { terms, byLaw } = correctedIn(facts);
      if (terms !== undefined) await store.cases.setTerms(chain, terms);
      if (byLaw !== undefined) await store.cases.setByLaw(chain, byLaw);
      const move = { document, cause: 'corrected', from, because: String(entry.seq), at: entry.at } as const;
      return moveEach(movedByStart(document), move, { store, holidays });
    }
    case 'panel-named':
      await store.cases.setTerms(chain, panelIn(facts as unknown as Named));
      return [];
    case 'outcome-recorded':
      await store.cases.addDuties(chain, (facts['duties'] as unknown as readonly CaseDuty[]).map(dutyIn));
      return [];
    case 'not-satisfied':
      await store.cases.addDuties(chain, [dutyIn(facts['duty'] as unknown as CaseDuty)]);
      return [];
    case 'looked-at-again':
      if (facts['granted'] !== undefined) {
        await store.cases.setTerms(chain, grantedBy(entry), { threshold: 'not-granted' });
        await store.cases.addDuties(chain, [dutyIn(facts['granted'] as unknown as CaseDuty)]);
      }
      await store.cases.addDuties(chain, dutiesIn(facts, 'anew'));
      return [];
    case 'review-rescheduled': {
      await store.cases.setTerms(chain, { panelOn: facts['panelOn'] as IsoDate });
      await store.cases.addDuties(chain, dutiesIn(facts, 'recording'));
      const dueFor = (facts['dueFor'] as unknown as DueFor | null) ?? asItIs;
      const document = await caseOf(entry);
      const move = { document, cause: 'rescheduled', dueFor, because: String(entry.seq), at: entry.at } as const;
      return moveEach(awaitedTasks(document), move, { store, holidays });
    }
    case 'case-reopened': {
      const next = facts['next'] as unknown as Reopening;
      const { nextWakeAt } = next.projection;
      if (facts['terms'] !== undefined) await store.cases.setTerms(chain, facts['terms'] as CaseDocument['terms']);
      await store.cases.reopen(chain, { ...next, nextWakeAt: nextWakeAt === null ? null : new Date(nextWakeAt) });
      // What it was opened again for, where that is to be done by a day.
      if (facts['duty'] !== undefined) await store.cases.addDuties(chain, [dutyIn(facts['duty'] as unknown as CaseDuty)]);
      // What is to be done from then on.
      if (facts['duties'] !== undefined) await store.cases.addDuties(chain, (facts['duties'] as unknown as readonly CaseDuty[]).map(dutyIn));
      return [];
    }
    default:
      return [];
  }
}

/** Undoes what an act has changed in the store that the case did not accept. */
export async function takeBack({ act, chain, key, task, facts }: AuditEntry, { cases }: Pick<Store, 'cases'>): Promise<void> {
  switch (act) {
    case 'correction-confirmed': {
      const { terms, byLaw } = correctedIn((facts['before'] ?? {}) as AuditFacts);
      if (terms !== undefined) await cases.setTerms(chain, terms);
      if (byLaw !== undefined) await cases.setByLaw(chain, byLaw);
      return;
    }
    case 'tasks-added':
      await cases.dropTasks(chain, facts['tasks'] as unknown as readonly CaseTask[]);
      if (facts['terms'] !== undefined) await cases.setTerms(chain, facts['before'] as CaseDocument['terms'], facts['terms'] as CaseDocument['terms']);
      await cases.dropDuties(chain, dutiesIn(facts, 'recording'));
      return;
    case 'items-changed':
      await cases.dropTasks(chain, facts['tasks'] as unknown as readonly CaseTask[]);
      for (const from of movedIn(facts)) await cases.giveItemsBack(chain, from, itemsIn(facts));
      return;
    case 'outcome-recorded':
      await cases.dropDuties(chain, facts['duties'] as unknown as readonly CaseDuty[]);
      return;
    case 'not-satisfied':
      await cases.dropDuties(chain, [facts['duty'] as unknown as CaseDuty]);
      return;
    case 'looked-at-again':
      // Of two at once the other one may have granted it.
      if (facts['granted'] !== undefined && (await cases.get(chain))?.terms['grantedBy'] === key) {
        await cases.setTerms(chain, { threshold: 'not-granted', grantedBy: null }, grantedBy({ key }));
        await cases.dropDuties(chain, [facts['granted'] as unknown as CaseDuty]);
      }
      await cases.dropDuties(chain, dutiesIn(facts, 'anew'));
      return;
    case 'panel-named': {
      const { panel, before, partnersBefore } = facts as unknown as Named;
      // An entry of before what it took the place of was kept with it has nothing to go back to.
      if (before !== undefined) await cases.setTerms(chain, panelIn({ panel: before, partners: partnersBefore }), { panel });
      return;
    }
    case 'review-rescheduled': {
      // What it moved besides is refused by itself.
      const { panelOn, before } = facts as { readonly panelOn: IsoDate; readonly before?: IsoDate | null };
      if (before !== undefined) await cases.setTerms(chain, { panelOn: before }, { panelOn });
      await cases.dropDuties(chain, dutiesIn(facts, 'recording'));
      return;
    }
    case 'question-answered':
    case 'clock-extended':
    case 'clock-moved':
    case 'clock-started':
      if (facts['plan'] !== null) await cases.dropPlan(chain, task ?? '', (facts['plan'] as unknown as TaskPlan).version);
      return;
    default:
  }
}

/** Who was named to a panel, of which partners, in place of whom. */
interface Named {
  readonly panel: readonly string[];
  /** Missing, with what there was before, in an entry of before these were kept. */
  readonly partners?: readonly string[] | undefined;
  readonly before?: readonly string[];
  readonly partnersBefore?: readonly string[];
}
const panelIn = ({ panel, partners }: Pick<Named, 'panel' | 'partners'>): CaseDocument['terms'] => ({
  panel,
  ...(partners === undefined ? {} : { panelPartners: partners }),
});

/** A review that was granted on looking at it again, by the entry which says so. */
const grantedBy = ({ key }: Pick<AuditEntry, 'key'>) => ({ threshold: 'granted', grantedBy: key }) as const;

/** What is to be done by an act of this name, where there is such. */
const dutiesIn = (facts: AuditFacts, name: 'recording' | 'anew'): readonly CaseDuty[] =>
  facts[name] === undefined ? [] : [dutyIn(facts[name] as unknown as CaseDuty)];

/** Of a change of items: the tasks that they were taken from, and which they are. */
const movedIn = (facts: AuditFacts): readonly string[] => (facts['moved'] ?? []) as readonly string[];
const itemsIn = (facts: AuditFacts): readonly string[] => (facts['items'] as unknown as readonly { readonly id: string }[]).map(({ id }) => id);

/** What a correction puts right besides the clocks of the protocol; what it was before, by the facts of `before`. */
const correctedIn = (facts: AuditFacts) =>
  facts as unknown as { readonly terms?: CaseDocument['terms']; readonly byLaw?: Readonly<Record<string, ByLaw>> };

/** The tasks of an open case whose clock runs: not answered, and not given up. */
export const awaitedTasks = ({ tasks, projection, ended }: Pick<CaseDocument, 'tasks' | 'projection' | 'ended'>): CaseTask[] =>
  tasks.filter(({ id }) => {
    const status = projection.tasks.find((task) => task.id === id)?.status ?? 'open';
    return !ended && (status === 'open' || status === 'unanswered');
  });

const isOfDetection = ({ process }: Pick<CaseDocument, 'process'>): boolean => processes[process].countedFrom === 'detection';

/**
 * The tasks that another start of a case moves: those that are awaited. Of a breach those that are answered, too, as what
 * was in time is judged by the detection as it stands.
 */
export function movedByStart(document: Pick<CaseDocument, 'process' | 'tasks' | 'projection' | 'ended'>): CaseTask[] {
  // What an originator is consulted about was received by somebody else; its time follows the statutory date.
  if (document.ended || !isOfDetection(document)) return awaitedTasks(document).filter(({ kind }) => kind !== 'consult');
  const { tasks, projection } = document;
  return tasks.filter(({ id }) => projection.tasks.find((task) => task.id === id)?.status !== 'left-unanswered');
}

/**
 * Another panel, and the same due date: it was counted back from a panel that does not meet, so from now on it is a day
 * that was chosen.
 */
const asItIs = ({ dueOn, dueFor }: TaskPlan): DueFor | undefined =>
  dueFor === undefined || 'chosenOn' in dueFor || dueOn === undefined ? dueFor : { chosenOn: dueOn, setOn: dueFor.setOn };

/** The time of each originator follows the statutory date of the request that it is consulted about, whatever moves that. */
async function followStatutoryDate(
  entry: AuditEntry,
  caseOf: (entry: AuditEntry) => Promise<CaseDocument>,
  deps: Dependencies,
): Promise<readonly AuditEntry[]> {
  const statutoryDueOn = (entry.facts['plan'] as unknown as TaskPlan | null)?.dueOn;
  if (statutoryDueOn === undefined || !isOfConsultation(entry.chain)) return [];
  const { task, seq, at } = entry;
  const document = await caseOf(entry);
  if (document.tasks.find(({ id }) => id === task)?.kind !== 'reply') return [];
  const record = await deps.store.audit.of(document._id);
  const consulted = awaitedTasks(document).filter(({ kind }) => kind === 'consult');
  const running = consulted.filter((each) => hasTimeBy(each, statutoryDueOn, { document, record, at }, deps));
  const dueFor = { setOn: londonDateOf(at), statutoryDueOn };
  return moveEach(running, { document, cause: 'statutory-date-moved', dueFor, because: String(seq), at }, deps);
}

/** By its reference: of most cases nothing has to be read to know that nothing follows. */
const processOf = (caseRef: string): ProcessSlug | undefined => processSlugs.find((slug) => caseRef.startsWith(`${processes[slug].prefix}-`));

const isOfConsultation = (caseRef: string): boolean => {
  const process = processOf(caseRef);
  return process !== undefined && consultsOriginators(process);
};

/** Not a first answer that discloses nothing; but in a withdrawal something may have come between what it says and its record. */
function changesTheStore({ chain, facts }: AuditEntry): boolean {
  const { version, kind } = facts as unknown as AnswerFacts;
  const process = processOf(chain);
  return process === undefined || process === 'withdrawal' || version > 1 || answerRule(process, kind).discloses !== undefined;
}

/** Whether a consultation has time left, by its clock in force or by the new statutory date: one that is over stays so. */
function hasTimeBy(
  task: CaseTask,
  statutoryDueOn: IsoDate,
  { document, record, at }: { readonly document: CaseDocument; readonly record: readonly AuditEntry[]; readonly at: IsoInstant },
  { holidays }: Dependencies,
): boolean {
  const current = planInForce(task, record);
  const setOn = current.from as IsoDate;
  const counted = plannedAgain(current, { caseRef: document._id, policy: policyFor(document.policy, task), dueFor: { setOn, statutoryDueOn } }, holidays);
  return [current, counted].some(({ dueAt }) => Date.parse(dueAt) > Date.parse(at));
}

/** Moves each of some tasks. @returns what is to be brought over to the case */
async function moveEach(
  tasks: readonly CaseTask[],
  move: Omit<Parameters<typeof moveByConcordat>[0], 'task' | 'document'> & { readonly document: CaseDocument },
  deps: Dependencies,
): Promise<readonly AuditEntry[]> {
  const moved: AuditEntry[] = [];
  for (const task of tasks) {
    const made = await moveByConcordat({ ...move, task }, deps);
    if (made !== null) moved.push(made);
  }
  return moved;
}

/** Concordat acts, and no person. */
export const byItself: Actor = { account: null, via: 'concordat', from: null };

/**
 * Puts on record that a task has another clock because something else has changed that it is counted with: the day it
 * is counted from, the panel or date that was set, or the bank holidays. Not at all where the date and the ladder stay or were moved so before, where
 * the answer has come meanwhile (unless it is judged anew by the detection), or where the clock cannot be counted so: the other acts of the case must not wait for it.
 * @returns what is to be brought over to the case; null if there is nothing
 */
export async function moveByConcordat(
  { document, task, cause, from, dueFor, because, at }: {
    readonly document: Pick<CaseDocument, '_id' | 'process' | 'policy' | 'startInput'>;
    readonly task: CaseTask;
    readonly cause: MoveCause;
    /** What it is counted from; as before, if not given. */
    readonly from?: IsoDate | IsoInstant;
    /** What sets its due date now, of one that it has; as before, if not given. */
    readonly dueFor?: DueFor | typeof asItIs;
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
      const isSettled = isAnswered(document, task, record) && !(cause === 'corrected' && isOfDetection(document));
      if (isSettled || (cause !== 'bank-holidays-changed' && record.some(isThis))) return null;
      const set = typeof dueFor === 'function' ? dueFor(current) : dueFor;
      const policy = policyFor(document.policy, task);
      const counted = orNull(() => {
        const before = from === undefined ? current : withExtensionFrom(from, { task, current, policy, record, holidays });
        return plannedAgain(before, { caseRef: document._id, policy, from, dueFor: set }, holidays);
      });
      const isSame = counted !== null && counted.from === current.from && isDeepStrictEqual(counted.dueFor, current.dueFor);
      if (counted === null || (isSame && isSameLadder(counted, current))) return null;
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
  { extended, paused, version, reason, ...plan }: Counted,
  { caseRef, policy, from = plan.from, dueFor = plan.dueFor }: {
    readonly caseRef: string;
    readonly policy: CaseDocument['policy'];
    readonly from?: IsoDate | IsoInstant | undefined;
    readonly dueFor?: DueFor | undefined;
  },
  holidays: BankHolidays,
): TaskPlan => planTask({ caseRef, from, extended, paused, dueFor, version, reason }, policy, { holidays });
