/**
 * The items of a request of an applicant by the record of acts: where each came from, what its originator has said, and
 * what is decided. The record alone says it, so that whatever is concluded from it can be put on record on the condition
 * that nothing was added meanwhile (`Audit.appendAfter`).
 */
import type { IsoInstant } from '../config/clock';
import { icoMoreAfter, icoMoreWith } from '../workflows/breach/decisions';
import { answerOf, currentAnswer, type AnswerDocument, type AnswerFacts } from '../store/answers';
import { actsThatAsk, type AuditEntry } from '../store/audit';
import type { CaseDocument, CaseItem, CaseTask, TaskPlan } from '../store/cases';
import type { CaseEvent, IcoMore, ItemDecision, TaskAnswer } from '../store/types';
import { planInForce, wasRefused } from './clock';

/** On what an item may be disclosed. `advice-awaited`: its originator is only asked for advice, and has time left or was not reached. */
export const disclosureGrounds = ['own', 'answered', 'silent', 'warned-late', 'statutory-date-first', 'advice-awaited'] as const;
export type DisclosureGround = (typeof disclosureGrounds)[number];

/** Whether a decision gives any of the item away. */
export const discloses = (decision: ItemDecision): boolean => decision === 'disclose' || decision === 'disclose-in-part';

export interface Decided {
  readonly decision: ItemDecision;
  readonly at: IsoInstant;
  readonly entry: AuditEntry;
  /** On what it is disclosed; null where it is withheld. */
  readonly ground: DisclosureGround | null;
}

export interface ItemOnRecord extends CaseItem {
  /** The entry that it was added with, or given another originator; null for an item of the opening. */
  readonly since: AuditEntry | null;
  readonly decided: Decided | null;
}

/** The items in order of their ids, as the record has them. */
export function itemsOf({ items = [] }: Pick<CaseDocument, 'items'>, record: readonly AuditEntry[]): readonly ItemOnRecord[] {
  const found = new Map<string, ItemOnRecord>(items.map((item) => [item.id, { ...item, since: null, decided: null }]));
  for (const entry of record) {
    if (wasRefused(record, entry)) continue;
    if (entry.act === 'items-changed') {
      // Another originator was not warned: what was decided on the item counts no more.
      for (const item of entry.facts['items'] as unknown as readonly CaseItem[]) found.set(item.id, { ...item, since: entry, decided: null });
    }
    if (entry.act === 'item-decided') {
      const { item: id, decision, ground } = entry.facts as { item: string; decision: ItemDecision; ground: DisclosureGround | null };
      const item = found.get(id);
      if (item !== undefined) found.set(id, { ...item, decided: { decision, at: entry.at, entry, ground } });
    }
  }
  return [...found.values()].sort((a, b) => numberOf(a) - numberOf(b));
}

/** Which partner each item came from, or was last thought to have come from: not of one that was the receiver's own from the start. */
export function originatorsOf({ items = [] }: Pick<CaseDocument, 'items'>, record: readonly AuditEntry[]): ReadonlyMap<string, string> {
  const placed = record
    .filter((entry) => entry.act === 'items-changed' && !wasRefused(record, entry))
    .flatMap(({ facts }) => facts['items'] as unknown as readonly CaseItem[]);
  return new Map([...items, ...placed].flatMap(({ id, originator }) => (originator === null ? [] : [[id, originator]])));
}

/** What the partner of a task is still asked about: not what came from somebody else after all. */
export const itemsAsked = ({ items = [], movedItems = [] }: Pick<CaseTask, 'items' | 'movedItems'>): readonly string[] =>
  items.filter((id) => !movedItems.includes(id));

/** `I3`, `T3`: the third. */
export const numberOf = ({ id }: { readonly id: string }): number => Number(id.slice(1));

/** Every task that the case has, by the record, which may be ahead of the store. */
export function tasksOnRecord(document: CaseDocument, record: readonly AuditEntry[]): readonly CaseTask[] {
  const after = document.startInput.reopened?.after ?? 0;
  const added = record
    .filter((entry) => actsThatAsk.includes(entry.act) && entry.seq > after && !wasRefused(record, entry))
    .flatMap(({ facts }) => facts['tasks'] as unknown as readonly CaseTask[]);
  return [...document.tasks, ...added.filter(({ id }) => !document.tasks.some((task) => task.id === id))];
}

/**
 * How many numbers of tasks are given out by the record. One that the case refused keeps its number, as the record names it:
 * given again, it would be taken for what was refused.
 */
export function tasksNumbered(document: CaseDocument, record: readonly AuditEntry[]): number {
  const added = record.filter(({ act }) => actsThatAsk.includes(act)).flatMap(({ facts }) => facts['tasks'] as unknown as readonly CaseTask[]);
  return Math.max(0, ...[...document.tasks, ...added].map(numberOf));
}

/** The answer in force to a task; null while there is none. */
export const answerTo = (task: CaseTask, record: readonly AuditEntry[]): AnswerDocument | null =>
  currentAnswer(record.filter(({ act }) => act === 'answer-received').map(answerOf), task);

/** What a task was answered with before it was asked again; null where it was not. */
export const answerBefore = ({ id, answersBefore }: CaseTask, record: readonly AuditEntry[]): AnswerDocument | null =>
  record
    .filter(({ act, task }) => act === 'answer-received' && task === id)
    .map(answerOf)
    .findLast(({ version }) => version <= answersBefore) ?? null;

/** What a controller has still to tell the ICO, by its words in their order, as the workflow of the case takes them. */
export function icoMoreOf(task: CaseTask, record: readonly AuditEntry[]): IcoMore | undefined {
  let said = null as Pick<TaskAnswer, 'kind' | 'icoMore'> | null;
  for (const entry of record) {
    if (entry.task !== task.id || wasRefused(record, entry)) continue;
    const { version, kind, icoMore, isLast } = entry.facts as unknown as AnswerFacts & { readonly isLast?: boolean };
    if (entry.act === 'answer-received' && version > task.answersBefore) said = withIcoMore(said, { kind, ...(icoMore === undefined ? {} : { icoMore }) });
    else if (entry.act === 'ico-informed' && said !== null) said = { ...said, icoMore: icoMoreAfter(isLast === true) };
    else if (entry.act === 'left-as-it-is' && said !== null) said = { ...said, icoMore: 'left' };
  }
  return said?.icoMore;
}

const withIcoMore = (before: Parameters<typeof icoMoreWith>[0], answer: Pick<TaskAnswer, 'kind' | 'icoMore'>) => ({ ...answer, ...icoMoreWith(before, answer) });

/** How a partner came to know. */
export interface Told {
  readonly at: IsoInstant;
  readonly how: 'mail' | 'call' | 'answer';
}

/**
 * When a partner was first told of a task: its mail server took a mail of it, a call is on record, or it has answered. Null
 * where none of this is known.
 */
export function toldAt({ timeline }: Pick<CaseDocument, 'timeline'>, task: CaseTask, record: readonly AuditEntry[]): Told | null {
  const reachesPartner = (event: CaseEvent): boolean =>
    event.event === 'notice-sent' &&
    event.task === task.id &&
    event.to !== 'requester' &&
    event.to !== 'csp-manager' &&
    event.to !== 'decider' &&
    (task.kind !== 'consult' || warns(event.step));
  const answer = answerTo(task, record);
  const known: Told[] = [
    ...timeline.filter(reachesPartner).map(({ at }): Told => ({ at, how: 'mail' })),
    ...callsTo(task, record).map(({ facts }): Told => ({ at: facts['calledAt'] as IsoInstant, how: 'call' })),
    ...(answer === null ? [] : [{ at: answer.receivedAt, how: 'answer' } as const]),
  ];
  return known.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))[0] ?? null;
}

/** Whether a mail says that items may be disclosed, and that something can be said: news of a date or a decision does not. */
const warns = (step: string): boolean => !/^(clock-moved|decided|disclosed-before|dropped|item-moved|ended|reply|answer|correction)/.test(step);

/** Calls by which a partner was told of a task. */
export const callsTo = (task: Pick<CaseTask, 'id'>, record: readonly AuditEntry[]): readonly AuditEntry[] =>
  record.filter((entry) => entry.act === 'call-recorded' && entry.task === task.id && !wasRefused(record, entry));

/** The task of the reply to the applicant, with the statutory clock. */
export function replyTask({ _id, tasks }: Pick<CaseDocument, '_id' | 'tasks'>): CaseTask {
  const task = tasks.find(({ kind }) => kind === 'reply');
  if (task === undefined) throw new Error(`${_id} has no reply to give.`);
  return task;
}

/** The reply to the applicant, by the record: the case may not have heard of it yet. */
export const replyOnRecord = (record: readonly AuditEntry[]): AuditEntry | undefined =>
  record.find((entry) => entry.act === 'applicant-replied' && !wasRefused(record, entry));

/** Whether the applicant was replied to, by the record. */
export const hasReply = (record: readonly AuditEntry[]): boolean => replyOnRecord(record) !== undefined;

/** Whether the applicant was told what was decided item by item: not so of a request that was refused or withdrawn as a whole. */
export const wasRepliedByItem = (record: readonly AuditEntry[]): boolean => replyOnRecord(record)?.facts['said'] === 'replied';

/** Whether nothing is asked of an originator any more, though what it says is still taken: the applicant has the reply. */
export const isAfterReply = ({ kind }: Pick<CaseTask, 'kind'>, record: readonly AuditEntry[]): boolean => kind === 'consult' && hasReply(record);

/** What the applicant is waited for, while the statutory clock stands still; null while it runs. */
export function stopInForce(record: readonly AuditEntry[]): AuditEntry | null {
  const accepted = record.filter((entry) => !wasRefused(record, entry));
  const stop = accepted.findLast(({ act }) => act === 'clock-stopped');
  if (stop === undefined) return null;
  const started = accepted.some(({ act, facts }) => act === 'clock-started' && facts['number'] === stop.facts['number']);
  return started ? null : stop;
}

/** What is known of an item when it is asked whether it may be disclosed. */
export interface Consultation {
  readonly task: CaseTask;
  readonly plan: TaskPlan;
  readonly told: Told | null;
  readonly answer: AnswerDocument | null;
}

/** How the originator of an item stands; null for what is the receiver's own. */
export function consultationOf(item: CaseItem, document: CaseDocument, record: readonly AuditEntry[]): Consultation | null {
  if (item.originator === null) return null;
  const task = tasksOnRecord(document, record).find(({ id }) => id === item.task);
  if (task === undefined) throw new Error(`${document._id} consults nobody on ${item.id}.`);
  return { task, plan: planInForce(task, record), told: toldAt(document, task, record), answer: answerTo(task, record) };
}
