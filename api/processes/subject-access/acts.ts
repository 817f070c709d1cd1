/**
 * What is done on a subject access request: items are put on record or given another originator, decided on, referred; the
 * applicant is replied to. Whether something may be disclosed is asked of the record that the decision is added to.
 */
import { z } from 'zod';
import { endOfLondonDay, formatDate, lastDayBefore, londonDateOf } from '../../../calendar';
import type { IsoDate, IsoInstant } from '../../../config/clock';
import type { Protocol } from '../../../config/protocol-types';
import { planInForce, wasRefused } from '../../../dispatch/clock';
import { itemsOf, replyTask, tasksOnRecord, type ItemOnRecord } from '../../../dispatch/items';
import { mayDisclose, undecidedItems } from '../../../dispatch/may-disclose';
import type { ActDraft, AuditEntry, AuditFacts } from '../../../store/audit';
import type { CaseDocument, CaseItem } from '../../../store/cases';
import { itemDecisions } from '../../../workflows/shared/contract';
import { carryOutAct, NotPossible, refuseIfChanged, rejections, submissionOf, takeEffect, type Acting, type ActingOnTask } from '../../cases/acts';
import { sealEntry, type NoteContent } from '../../cases/content';
import type { CaseDependencies } from '../../cases/dependencies';
import { newTask, taskInputOf } from '../../cases/opening';
import { civilDate, optionalText, text } from '../../forms/fields';
import { Invalid } from '../../http/refusals';
import { consultedOn, itemSchema, mostItems, refuseOwnAsOriginator } from './request';

const reason = text('Enter the reason', 2_000).meta({ description: 'Kept sealed, with the act' });

export const addItemsSchema = (protocol: Protocol) =>
  z.object({
    items: z
      .array(itemSchema(protocol), 'Enter at least one item')
      .min(1, 'Enter at least one item')
      .max(mostItems, `Use ${mostItems} items or fewer`)
      .meta({ description: 'What is held besides, by where it came from. Each originator is warned at once' }),
  });

export const originatorSchema = (protocol: Protocol) => itemSchema(protocol).pick({ originator: true }).extend({ reason });

export const decisionSchema = z
  .object({
    decision: z.enum(itemDecisions, 'Choose what is disclosed of it'),
    reason: optionalText(4_000).meta({ description: 'Why; needed where something is withheld. Kept sealed' }),
    dpoAdvice: optionalText(4_000).meta({ description: 'What the data protection officer advises; kept sealed, beside the decision' }),
    beforeTime: optionalText(4_000).meta({
      description: 'Why it is disclosed before the time of its originator has run out; needed where the statutory date comes first. Kept sealed',
    }),
  })
  .superRefine(({ decision, reason: why }, context) => {
    if (decision !== 'disclose' && why === '') context.addIssue({ code: 'custom', path: ['reason'], message: 'Enter why it is withheld, or what of it' });
  });
export type ItemDecisionForm = z.output<typeof decisionSchema>;

export const referralSchema = z.object({ reason });

export const replyOutcomes = ['replied', 'refused'] as const;
export const replySchema = z.object({
  outcome: z.enum(replyOutcomes, 'Choose what the applicant was told'),
  repliedOn: civilDate('Date of the reply', 'Enter the day on which the applicant was told').meta({ description: 'The day, in London, on which the reply went out', format: 'date' }),
  text: text('Enter what the applicant was told', 10_000).meta({ description: 'What the applicant was told, or why the request is refused; kept sealed' }),
});

/** Repeats what is concluded from the record and added to it, until nothing came in between. */
async function onRecord(
  { document, isSame }: { readonly document: CaseDocument; readonly isSame: (entry: AuditEntry) => boolean },
  conclude: (record: readonly AuditEntry[]) => ActDraft,
  { store: { audit } }: Pick<CaseDependencies, 'store'>,
): Promise<AuditEntry> {
  for (;;) {
    const record = await audit.of(document._id);
    const earlier = record.find(isSame);
    if (earlier !== undefined) return earlier;
    const last = record.at(-1);
    if (last === undefined) throw new Error(`${document._id} has no record.`);
    const done = await audit.appendAfter({ ...conclude(record), waiting: true }, last);
    if (done === null) continue;
    if (!done.isNew && !isSame(done.entry)) continue;
    return done.entry;
  }
}

const itemNamed = (id: string, document: CaseDocument, record: readonly AuditEntry[]): ItemOnRecord => {
  const item = itemsOf(document, record).find((each) => each.id === id);
  if (item === undefined) throw new NotPossible(rejections.NoSuchItem);
  return item;
};

/** @throws Invalid; Refusal 409; CaseOutOfReach, and it may still be done later */
export async function addItems(
  { items, ...acting }: Acting & z.output<ReturnType<typeof addItemsSchema>>,
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  refuseOwnAsOriginator(items, document.openedBy.partner);
  const change: Change = {
    of: (record) => {
      const tasksBefore = tasksOnRecord(document, record).length;
      return { ...consultedOn(items, { tasksBefore, itemsBefore: itemsOf(document, record).length }), dropped: [], moved: [] };
    },
    written: (placed) => ({ text: '', ...Object.fromEntries(placed.map(({ id }, index) => [id, items[index]?.description ?? ''])) }),
  };
  await changeItems(acting, change, deps);
}

/**
 * An item came from somebody else: that originator is warned, and what was decided on the item counts no more.
 * @throws Invalid; Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function changeOriginator(
  { item: id, originator, reason: why, ...acting }: Acting & z.output<ReturnType<typeof originatorSchema>> & { readonly item: string },
  deps: CaseDependencies,
): Promise<void> {
  const { document } = acting;
  const change: Change = {
    of: (record) => {
      const item = itemNamed(id, document, record);
      if (originator === document.openedBy.partner) throw new Invalid([{ field: 'originator', message: 'This is your own organisation: choose that it is your own' }]);
      if (item.originator === originator) throw new Invalid([{ field: 'originator', message: 'This is where it came from already' }]);
      const tasksBefore = tasksOnRecord(document, record).length;
      const { placed, asked } = consultedOn([{ originator, description: '' }], { tasksBefore, itemsBefore: 0 });
      const isLast = !itemsOf(document, record).some((other) => other.id !== id && other.task === item.task);
      return {
        placed: placed.map((each) => ({ ...each, id })),
        asked: asked.map((each) => ({ ...each, items: [id] })),
        dropped: isLast && item.task !== null ? [item.task] : [],
        moved: item.task === null ? [] : [item.task],
      };
    },
    written: () => ({ text: why }),
  };
  await changeItems(acting, change, deps);
}

interface Change {
  /** The items with whom they came from, whom that asks, the tasks of which no item is left, and those that an item was taken from. */
  readonly of: (record: readonly AuditEntry[]) => ReturnType<typeof consultedOn> & { readonly dropped: readonly string[]; readonly moved: readonly string[] };
  readonly written: (placed: readonly CaseItem[]) => NoteContent;
}

async function changeItems(acting: Acting, { of, written }: Change, deps: CaseDependencies): Promise<void> {
  const { store, clock, protocol, holidays } = deps;
  const { document, by } = acting;
  const { _id: chain, policy } = document;
  const { submission, isSame } = submissionOf(acting, 'items-changed');
  const entry = await onRecord(
    { document, isSame },
    (record) => {
      if (document.ended || hasReply(record)) throw new NotPossible(rejections.CaseEnded);
      const { placed, asked, dropped, moved } = of(record);
      const at = clock.now();
      const today = londonDateOf(at);
      const { dueOn } = planInForce(replyTask(document), record);
      if (dueOn === undefined) throw new Error('A statutory clock ends on a day.');
      const before = tasksOnRecord(document, record).length;
      const plan = { caseRef: chain, from: today, dueFor: { setOn: today, statutoryDueOn: dueOn }, reason: 'opened' } as const;
      const tasks = asked.map((each, index) => newTask(each, before + index, plan, policy, holidays.current()));
      const key = `items-changed/${record.filter(({ act }) => act === 'items-changed').length + 1}`;
      const facts = { items: placed, tasks, asked: tasks.map((task) => taskInputOf(task, protocol)), dropped, moved, submissionId: submission };
      return { chain, key, at, act: 'items-changed', by, facts: facts as unknown as AuditFacts, sealed: sealEntry(document, key, written(placed), store) };
    },
    deps,
  );
  refuseIfChanged(document, entry, written(entry.facts['items'] as unknown as readonly CaseItem[]), deps);
  await takeEffect(entry, deps);
}

/** Whether the applicant was replied to, by the record: the case may not have heard of it yet. */
const hasReply = (record: readonly AuditEntry[]): boolean =>
  record.some((entry) => entry.act === 'applicant-replied' && !wasRefused(record, entry));

/**
 * Decides what is disclosed of an item. To withhold it is never forbidden; to disclose it is, until its originator was warned
 * and has answered or had its time: then the decision is not put on record at all.
 * @throws Invalid where a reason is missing; Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function decideItem(
  { item: id, decision, reason: why, dpoAdvice, beforeTime, ...acting }: Acting & ItemDecisionForm & { readonly item: string },
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'item-decided');
  const written: NoteContent = { text: why, dpoAdvice, beforeTime };
  const entry = await onRecord(
    { document, isSame },
    (record) => {
      if (document.ended || hasReply(record)) throw new NotPossible(rejections.CaseEnded);
      const item = itemNamed(id, document, record);
      const now = clock.now();
      const may = decision === 'withhold' ? null : mayDisclose(item, { document, record, now });
      if (may !== null && may.ground === null) throw new NotPossible(whyNot(may));
      if (decision !== 'withhold' && wasMadeOwnBy(item, by.account)) throw new NotPossible(whyNotAlone);
      if (may?.needsReason === true && beforeTime === '') {
        const message = 'Enter why it is disclosed before its originator has had its time';
        throw new Invalid([{ field: 'beforeTime', message }]);
      }
      const number = record.filter(({ act, facts }) => act === 'item-decided' && facts['item'] === id).length + 1;
      const key = `item-decided/${id}/${number}`;
      return {
        chain,
        key,
        at: now,
        act: 'item-decided',
        by,
        facts: { item: id, decision, ground: may?.ground ?? null, exceptional: may?.needsReason === true, submissionId: submission },
        sealed: sealEntry(document, key, written, store),
      };
    },
    deps,
  );
  if (entry.facts['item'] !== id || entry.facts['decision'] !== decision) throw new NotPossible('This form was sent before with something else in it.');
  refuseIfChanged(document, entry, written, deps);
  await takeEffect(entry, deps);
}

/**
 * Whether somebody has said of an item that came from a partner that it is the receiver's own after all. That lifts the hard
 * stop, so a second person decides on it.
 */
export const wasMadeOwnBy = ({ originator, since }: ItemOnRecord, account: string | null): boolean =>
  originator === null && since !== null && ((since.facts['moved'] ?? []) as readonly string[]).length > 0 && since.by.account === account;

export const whyNotAlone =
  'You put on record that it did not come from the partner that was warned, but is your own. To disclose it now, a second person has to decide. It can be withheld now.';

/** Why an item cannot be disclosed now, and what can be done. */
export function whyNot(may: Extract<ReturnType<typeof mayDisclose>, { readonly ground: null }>): string {
  return may.because === 'not-warned'
    ? 'Its originator was not warned yet: no mail server has taken the warning, and no call is on record. Telephone, put the call on record, and decide then. It can be withheld now.'
    : `Its originator was warned and has not answered, and its time runs until ${may.until === undefined ? 'later' : `the end of ${formatDate(lastDayBefore(may.until))}`}. It can be withheld now.`;
}

const lastMomentOf = (on: IsoDate): IsoInstant => new Date(Date.parse(endOfLondonDay(on)) - 1).toISOString() as IsoInstant;

/** @throws Refusal 409; CaseOutOfReach, and it may still be done later */
export async function refer(
  { document, task, reason: why, ...acting }: ActingOnTask & z.output<typeof referralSchema>,
  deps: CaseDependencies,
): Promise<void> {
  await carryOutAct({ document, ...acting }, { name: `referred/${task.id}`, act: 'referred', task: task.id, facts: {}, note: { text: why } }, deps);
}

/**
 * Puts on record that the applicant has the reply: it ends the case. Not while an item is undecided, or its decision has
 * lapsed as the time of its originator was moved since.
 * @throws Invalid; Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function recordReply(
  { outcome, repliedOn, text: words, ...acting }: Acting & z.output<typeof replySchema>,
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'applicant-replied');
  const written: NoteContent = { text: words };
  const entry = await onRecord(
    { document, isSame },
    (record) => {
      if (document.ended || hasReply(record)) throw new NotPossible(rejections.CaseEnded);
      const now = clock.now();
      const refuse = (message: string) => new Invalid([{ field: 'repliedOn', message }]);
      if (repliedOn > londonDateOf(now)) throw refuse('Date of the reply must be today or in the past');
      const decidedOn = itemsOf(document, record).map(({ decided }) => (decided === null ? null : londonDateOf(decided.at))).filter((on) => on !== null).sort().at(-1);
      const earliest = outcome === 'replied' && decidedOn !== undefined ? decidedOn : londonDateOf(document.openedAt);
      if (repliedOn < earliest) throw refuse(`Date of the reply must be ${formatDate(earliest)} or later: ${outcome === 'replied' && decidedOn !== undefined ? 'the last item was decided then' : 'the request was put on record then'}`);
      if (outcome === 'replied') {
        const left = undecidedItems({ document, record, now });
        if (left.length > 0) throw new NotPossible(`${rejections.ItemsUndecided} Still open: ${left.map(({ id }) => id).join(', ')}.`);
      }
      // Of a day in the past all of it counts; of today, until now.
      const repliedAt = repliedOn === londonDateOf(now) ? now : lastMomentOf(repliedOn);
      const key = `applicant-replied/${record.filter(({ act }) => act === 'applicant-replied').length + 1}`;
      return {
        chain,
        key,
        at: now,
        act: 'applicant-replied',
        by,
        task: replyTask(document).id,
        facts: { outcome, repliedOn, repliedAt, submissionId: submission },
        sealed: sealEntry(document, key, written, store),
      };
    },
    deps,
  );
  if (entry.facts['outcome'] !== outcome || entry.facts['repliedOn'] !== repliedOn) throw new NotPossible('This form was sent before with something else in it.');
  refuseIfChanged(document, entry, written, deps);
  await takeEffect(entry, deps);
}
