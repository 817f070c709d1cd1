/**
 * The clock of a task: worked out at the opening and each time that something moves it. Whatever moves it is on the
 * record of acts with the new clock in it, under a key with the clock's version, so that of two that come at once one is
 * worked out upon the other.
 */
import { londonDateOf, planClock, planDueFor, type Pause } from '../calendar';
import type { BankHolidays } from '../config/bank-holidays';
import { clocks } from '../config/clocks';
import type { IsoDate, IsoInstant } from '../config/clock';
import { definitionOf, type ProcessSlug, type TaskKind } from '../config/processes';
import type { Protocol } from '../config/protocol';
import type { ClockId, DueFor } from '../config/policy';
import { clockSettings } from '../config/protocol-rules';
import type { ActDraft, AuditEntry, AuditFacts } from '../store/audit';
import type { CaseDocument, CasePolicy, CaseTask, TaskPlan } from '../store/cases';
import type { Store } from '../store';
import type { TaskClock } from '../workflows/shared/contract';

interface PlanDraft extends Pick<TaskPlan, 'version' | 'reason'> {
  readonly caseRef: string;
  /** The day it is counted from, in London; the moment, for a clock in hours. */
  readonly from: IsoDate | IsoInstant;
  readonly extended?: boolean;
  readonly paused?: readonly Pause[];
  /** Set where its due date is not counted from its start. */
  readonly dueFor?: DueFor | undefined;
}

/**
 * What a case of a process that is opened now keeps of the protocol, whatever the protocol says later.
 * @param other the clocks of kinds of its tasks that count by another one in this case
 */
export function policyOf(protocol: Protocol, process: ProcessSlug, other: Partial<Record<TaskKind, ClockId>> = {}): CasePolicy {
  const { clock: clockId, inProtocol, closesAfter, kinds = {} } = definitionOf(process);
  const { settings } = protocol;
  const ofKinds = Object.entries(kinds).map(([kind, { clock, ladder }]) => {
    const counted = other[kind as TaskKind] ?? clock;
    const settings = clockSettings(protocol, counted);
    // Originators are consulted by the calendar of the request that they are consulted about.
    const { calendar } = kind === 'consult' ? clockSettings(protocol, other.reply ?? kinds['reply']?.clock ?? clock) : settings;
    return [kind, { clockId: counted, clock: { ...settings, calendar }, ladder: protocol.ladders[ladder] }];
  });
  return {
    clockId,
    clock: clockSettings(protocol, clockId),
    ladder: protocol.ladders[inProtocol],
    ...(closesAfter === undefined ? {} : { closesAfter: settings[closesAfter] }),
    answersBeforePanel: settings.answersBeforePanel,
    ...(ofKinds.length === 0 ? {} : { kinds: Object.fromEntries(ofKinds) as NonNullable<CasePolicy['kinds']> }),
  };
}

/** How the clock of one of the tasks of a case counts. */
export const policyFor = (policy: CasePolicy, { kind }: { readonly kind?: TaskKind | undefined }): CasePolicy =>
  kind === undefined ? policy : { ...policy, ...policy.kinds?.[kind] };

/** What a clock starts with that is started now: the day in London, or the moment for a clock in hours. */
export const startingAt = (now: IsoInstant, { clock: { countedFrom } }: Pick<CasePolicy, 'clock'>): IsoDate | IsoInstant =>
  countedFrom === 'moment' ? now : londonDateOf(now);

/**
 * What the clock of a task starts with that is asked again. Hours from a detection are not given anew: what was late at the
 * closing is late afterwards (protocol section 10).
 */
export const startingAgain = ({ process, terms }: Pick<CaseDocument, 'process' | 'terms'>, now: IsoInstant, policy: Pick<CasePolicy, 'clock'>): IsoDate | IsoInstant =>
  definitionOf(process).countedFrom === 'detection' ? (terms as { detectedAt: IsoInstant }).detectedAt : startingAt(now, policy);

/** A clock of a task with its working. @throws CalendarError for a start, an extension or pauses that cannot be */
export function planTask(
  { caseRef, from, extended = false, paused = [], dueFor, version, reason }: PlanDraft,
  { clockId, clock, ladder, answersBeforePanel }: CasePolicy,
  { holidays }: { readonly holidays: BankHolidays },
): TaskPlan {
  const counted = (): TaskPlan => {
    const plan = planClock(
      { clock: clockId, from, extended, paused, ladder, spreadKey: caseRef },
      { holidays, settings: { ...clocks, [clockId]: clock } },
    );
    return { ...plan, version, reason };
  };
  if (dueFor !== undefined) {
    const { workingDays: workingDaysBefore } = answersBeforePanel;
    const calendar = clock.calendar === 'none' ? 'england-and-wales' : clock.calendar;
    const set = { clock: clockId, from: from as IsoDate, dueFor, workingDaysBefore, ladder, spreadKey: caseRef, calendar };
    const plan: TaskPlan = { ...planDueFor(set, { holidays }), version, reason };
    if (clock.extendedTo !== 'chosen-day' || paused.length === 0) return plan;
    // The day that an applicant was told is no earlier end of a time of which days are left out.
    const ordinary = counted();
    return Date.parse(ordinary.dueAt) > Date.parse(plan.dueAt) ? { ...ordinary, dueFor } : { ...plan, paused };
  }
  return counted();
}

/** The part of a plan that the workflow acts on. */
export function taskClockOf({ version, dueOn, dueAt, rungs, calendarVersion }: TaskPlan): TaskClock {
  return { version, ...(dueOn === undefined ? {} : { dueOn }), dueAt, rungs, calendarVersion };
}

/** Whether the case did not accept an act that is on record. */
export const wasRefused = (record: readonly AuditEntry[], { seq }: AuditEntry): boolean =>
  record.some(({ act, facts }) => act === 'act-refused' && facts['seq'] === seq);

/** Whether a task was answered since it was asked (again), by the record: the case may not have heard of it yet. */
export const isAnswered = (
  { startInput }: Pick<CaseDocument, 'startInput'>,
  { id }: Pick<CaseTask, 'id'>,
  record: readonly AuditEntry[],
): boolean => {
  const after = startInput.reopened?.after ?? 0;
  return record.some(({ act, task, seq }) => act === 'answer-received' && task === id && seq > after);
};

const planIn = ({ facts }: AuditEntry): TaskPlan | null => (facts['plan'] ?? null) as unknown as TaskPlan | null;

/** The newest clock of a task by the record, of which the case may not have heard yet. */
export function planInForce({ id, plans }: Pick<CaseTask, 'id' | 'plans'>, record: readonly AuditEntry[]): TaskPlan {
  const recorded = record
    .filter((entry) => entry.task === id && !wasRefused(record, entry))
    .map(planIn)
    .filter((plan) => plan !== null);
  const [newest] = [...plans, ...recorded].sort((a, b) => b.version - a.version);
  if (newest === undefined) throw new Error(`The task ${id} has no plan.`);
  return newest;
}

/** The number of the next clock of a task: that of one that was refused is not used again. */
export function nextVersion({ id, plans }: Pick<CaseTask, 'id' | 'plans'>, record: readonly AuditEntry[]): number {
  const recorded = record.filter(({ task }) => task === id).map((entry) => planIn(entry)?.version ?? 0);
  return Math.max(0, ...plans.map(({ version }) => version), ...recorded) + 1;
}

/** What is put on record with a clock that is worked out anew. */
type MoveDraft = Omit<ActDraft, 'chain' | 'key' | 'task' | 'facts' | 'sealed' | 'waiting'> & {
  readonly facts?: AuditFacts;
  /** Seals what was written with it, for the key of the entry. */
  readonly seal?: (key: string) => string;
};

/**
 * Puts on record that a task has another clock. What another process has put there meanwhile is counted in: the clock is
 * worked out again upon it.
 * @param change what is done, with the clock as it follows from the record; null if nothing is to be done any more
 * @returns the entry; null if there was nothing to do
 */
export async function moveOnRecord(
  document: Pick<CaseDocument, '_id'>,
  task: Pick<CaseTask, 'id' | 'plans'>,
  change: (
    record: readonly AuditEntry[],
    current: TaskPlan,
    version: number,
  ) => { readonly draft: MoveDraft; readonly plan: TaskPlan } | null,
  { audit }: Pick<Store, 'audit'>,
): Promise<AuditEntry | null> {
  for (;;) {
    const record = await audit.of(document._id);
    const version = nextVersion(task, record);
    const changed = change(record, planInForce(task, record), version);
    if (changed === null) return null;
    const { plan, draft: { facts = {}, seal, ...draft } } = changed;
    const key = `clock/${task.id}/${version}`;
    const act: ActDraft = {
      ...draft,
      chain: document._id,
      key,
      task: task.id,
      facts: { ...facts, plan, clock: taskClockOf(plan) } as unknown as AuditFacts,
      ...(seal === undefined ? {} : { sealed: seal(key) }),
      waiting: true,
    };
    const { entry, isNew } = await audit.append(act, record.at(-1));
    if (isNew) return entry;
  }
}
