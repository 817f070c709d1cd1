/**
 * What is done on a request of an applicant: items are put on record or given another originator, decided on, referred; the
 * applicant is replied to. Whether something may be disclosed is asked of the record that the decision is added to.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { endOfLondonDay, formatDate, formatInstant, lastDayBefore, londonDateOf } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { partnerName } from '../../config/protocol-rules';
import type { Protocol } from '../../config/protocol-types';
import { definitionOf } from '../../config/processes';
import { accessGroundCodes, type AccessGroundCode } from '../../config/access-grounds';
import { planInForce, wasRefused } from '../../dispatch/clock';
import { receivedOnRecord } from '../../dispatch/counted-from';
import { consultationOf, discloses, hasReply, itemsOf, originatorsOf, replyTask, tasksNumbered, type Consultation, type ItemOnRecord } from '../../dispatch/items';
import { mayDiscloseBy, undecidedItems, type MayDisclose } from '../../dispatch/may-disclose';
import { newTask, taskInputOf } from '../../dispatch/tasks';
import type { ActDraft, AuditEntry, AuditFacts } from '../../store/audit';
import type { CaseDocument, CaseItem } from '../../store/cases';
import { itemDecisions, type ItemDecision } from '../../workflows/shared/contract';
import { carryOutAct, NotPossible, refuseIfChanged, rejections, submissionOf, takeEffect, type Acting, type ActingOnTask } from '../cases/acts';
import { sealEntry, type NoteContent } from '../cases/content';
import type { CaseDependencies } from '../cases/dependencies';
import { civilDate, optionalText, text } from '../forms/fields';
import { Invalid, type FieldError } from '../http/refusals';
import { answerName } from './advice';
import { decisionName, decisionNames, itemText, replyChoices, type ReplyChoice } from './content';
import { consultedOn, itemSchema, mostItems, refuseOwnAsOriginator, refuseOwnInWordsOf, type Originated } from './items';
import { kindOf } from './kinds';
import { conditionsOfItem, refuseOwnOfRegister } from './proposals';

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

const whyMissing: Readonly<Record<Exclude<ItemDecision, 'disclose'>, string>> = {
  'disclose-in-part': 'Enter why it is withheld, or what of it',
  withhold: 'Enter why it is withheld, or what of it',
  'not-held': 'Enter where you looked for it, and what you know of who holds it',
  'neither-confirm-nor-deny': 'Enter why it is neither confirmed nor denied',
};

export const decisionSchema = z.object({
  decision: z.enum(itemDecisions, 'Choose what is disclosed of it').meta({ description: 'The last two are of an FOI or EIR request only' }),
  decisionConfirmed: z.boolean().default(false).meta({ description: 'Needed where an item is decided not to be held that is on record as come from another partner' }),
  grounds: z
    .array(z.enum(accessGroundCodes, 'Choose an exemption or exception of the list'))
    .default([])
    .meta({ description: 'Of an FOI or EIR request: the exemptions or exceptions, where something is withheld or not confirmed. By section 21 nothing is neither confirmed nor denied, nor by any of the EIR but `r12-5-a` and `r13`' }),
  reason: optionalText(4_000).meta({ description: 'Why; needed where something is withheld. Kept sealed' }),
  publicInterest: optionalText(4_000).meta({
    description: 'How the public interest was weighed; needed where one of the grounds gives way to it. Kept sealed',
  }),
  dpoAdvice: optionalText(4_000).meta({
    description: 'What the data protection officer advises, or of section 36 the opinion of the qualified person; kept sealed, beside the decision',
  }),
  beforeTime: optionalText(4_000).meta({
    description: 'Why it is disclosed before the time of its originator has run out; needed where it may be, and has not. Kept sealed',
  }),
  answerSeen: z
    .string()
    .regex(/^T\d{1,4}\/\d{1,4}$/, 'Send the task and the number of the answer that was read, as T2/1')
    .optional()
    .meta({
      description:
        'The answer of its originator that was read before this was decided, by its task and number: `T2/1`, as `answer` of the item has it; ' +
        '`T2/0` if there was none. Needed to disclose an item whose originator has answered. Nothing is disclosed if another answer has come ' +
        'since, or the item came from somebody else',
    }),
  conditionsSeen: z
    .string()
    .optional()
    .meta({
      description:
        'Since when the conditions were so that were read before this was decided, as `since` of `handling` of the item has it. Needed to disclose ' +
        'what is not to be passed on or revealed. Nothing is disclosed if they have changed since',
      format: 'date-time',
    }),
  decisionSeen: z
    .string()
    .regex(/^I\d{1,4}\/\d{1,4}$/, 'Send the item and the number of the decision that was read, as I1/2')
    .optional()
    .meta({
      description:
        'The decision on the item that was read before this one, as `name` of its decision has it: `I1/2`. Needed where there is one, so ' +
        'that nobody replaces what somebody else has decided meanwhile without knowing',
    }),
});
export type ItemDecisionForm = z.output<typeof decisionSchema>;

export const referralSchema = z.object({ reason });

export const replySchema = z.object({
  outcome: z.enum(replyChoices, 'Choose what the applicant was told').meta({
    description: '`replied`: what was decided on each item. `refused`: of subject access, as a whole. The others are of an FOI or EIR request, as a whole',
  }),
  outcomeConfirmed: z.boolean().default(false).meta({
    description: 'Needed where the applicant was told something of the request as a whole that what is on record of its items contradicts',
  }),
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
  const isStopped = definitionOf(document.process).hardStop === true;
  if (isStopped) await refuseOwnOfRegister(items, document.openedBy.partner, deps);
  const change: Change = {
    of: (record, tasksBefore) => {
      const itemsBefore = itemsOf(document, record).length;
      if (isStopped) refuseOwnInWordsOf(items, originated(document, record, deps), itemsBefore, deps.protocol);
      return { ...consultedOn(items, { tasksBefore, itemsBefore }), dropped: [], moved: [] };
    },
    written: (placed) => ({ text: '', ...Object.fromEntries(placed.map(({ id }, index) => [id, items[index]?.description ?? ''])) }),
  };
  await changeItems(acting, change, deps);
}

/** What came from other partners, or was thought to, in words. @throws ContentUnreadable */
const originated = (document: CaseDocument, record: readonly AuditEntry[], { store }: Pick<CaseDependencies, 'store'>): Originated[] =>
  [...originatorsOf(document, record)].map(([id, originator]) => ({ number: Number(id.slice(1)), originator, description: itemText(document, { id }, record, store) }));

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
    of: (record, tasksBefore) => {
      const item = itemNamed(id, document, record);
      if (originator === document.openedBy.partner) throw new Invalid([{ field: 'originator', message: 'This is your own organisation: choose that it is your own' }]);
      if (item.originator === originator) throw new Invalid([{ field: 'originator', message: 'This is where it came from already' }]);
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
  readonly of: (record: readonly AuditEntry[], tasksBefore: number) => ReturnType<typeof consultedOn> & { readonly dropped: readonly string[]; readonly moved: readonly string[] };
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
      const before = tasksNumbered(document, record);
      const { placed, asked, dropped, moved } = of(record, before);
      const at = clock.now();
      const today = londonDateOf(at);
      const { dueOn } = planInForce(replyTask(document), record);
      if (dueOn === undefined) throw new Error('A statutory clock ends on a day.');
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

/**
 * Decides what is disclosed of an item. To withhold it is never forbidden; to disclose it is, until its originator was warned
 * and has answered or had its time: then the decision is not put on record at all.
 * @throws Invalid where a reason is missing; Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function decideItem(
  { item: id, decision, decisionConfirmed, grounds, reason: why, publicInterest, dpoAdvice, beforeTime, answerSeen, decisionSeen, conditionsSeen, ...acting }: Acting & ItemDecisionForm & { readonly item: string },
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'item-decided');
  const hasGrounds = kindOf(document).groundsOf(document).length > 0;
  const faults = faultsOf(document, { decision, grounds, reason: why, publicInterest, dpoAdvice });
  if (faults.length > 0) throw new Invalid(faults);
  // What an item is stays the same, and so does what it was given on by the time it is decided.
  const conditions = discloses(decision) ? await conditionsOn(id, document, deps) : null;
  if (conditions !== null && conditions.since !== conditionsSeen && (conditionsSeen !== undefined || conditions.isRestricted)) {
    const message = `What was given, or the conditions on it, is as it is since ${formatInstant(conditions.since)}. Read the conditions, and decide then`;
    throw new Invalid([{ field: 'conditionsSeen', message }]);
  }
  const needsWhy = conditions?.isRestricted === true && why === '';
  const written: NoteContent = { text: why, dpoAdvice, beforeTime, ...(hasGrounds ? { publicInterest } : {}) };
  const entry = await onRecord(
    { document, isSame },
    (record) => {
      if (document.ended || hasReply(record)) throw new NotPossible(rejections.CaseEnded);
      const item = itemNamed(id, document, record);
      const decisions = record.filter(({ act, facts }) => act === 'item-decided' && facts['item'] === id);
      refuseUnseen(item, decisionSeen, decisions.some((entry) => !wasRefused(record, entry)));
      const now = clock.now();
      if (decision === 'not-held' && item.originator !== null && !decisionConfirmed) {
        const from = partnerName(deps.protocol, item.originator);
        throw new Invalid([{ field: 'decision', message: `This item is on record as come from ${from}, so it was held. Check it, or confirm below that it is not held` }]);
      }
      const may = discloses(decision) ? mayDiscloseBy(by.account, item, { document, record, now }) : null;
      if (may !== null && may.ground === null) throw new NotPossible(whyNot(may));
      if (may !== null) refuseUnread(consultationOf(item, document, record), answerSeen);
      if (needsWhy) throw new Invalid([{ field: 'reason', message: 'Enter why it is disclosed although it was given on the condition that it goes no further' }]);
      if (may?.needsReason === true && beforeTime === '') {
        const message = 'Enter why it is disclosed before its originator has had its time';
        throw new Invalid([{ field: 'beforeTime', message }]);
      }
      const key = `item-decided/${id}/${decisions.length + 1}`;
      return {
        chain,
        key,
        at: now,
        act: 'item-decided',
        by,
        facts: {
          item: id,
          decision,
          ground: may?.ground ?? null,
          exceptional: may?.needsReason === true,
          ...(discloses(decision) ? { untilAnswered: true } : {}),
          ...(conditions === null ? {} : { conditionsSince: conditions.since }),
          ...(hasGrounds ? { grounds: groundsFor(decision, grounds) } : {}),
          submissionId: submission,
        },
        sealed: sealEntry(document, key, written, store),
      };
    },
    deps,
  );
  const isChanged = hasGrounds && !isDeepStrictEqual(entry.facts['grounds'], groundsFor(decision, grounds));
  if (entry.facts['item'] !== id || entry.facts['decision'] !== decision || isChanged) throw new NotPossible('This form was sent before with something else in it.');
  refuseIfChanged(document, entry, written, deps);
  await takeEffect(entry, deps);
}

/** On which conditions an item was given that came from another partner in a case. */
async function conditionsOn(id: string, document: CaseDocument, { store }: Pick<CaseDependencies, 'store'>): ReturnType<typeof conditionsOfItem> {
  const record = await store.audit.of(document._id);
  return conditionsOfItem(itemText(document, { id }, record, store), document.openedBy.partner, { store });
}

/** The grounds of a decision, in their order; none where nothing is withheld. */
const groundsFor = (decision: ItemDecision, grounds: readonly AccessGroundCode[]): readonly AccessGroundCode[] =>
  rests(decision) ? accessGroundCodes.filter((code) => grounds.includes(code)) : [];

/** Whether a decision rests on an exemption or exception, where these are named. */
export const rests = (decision: ItemDecision): boolean =>
  decision === 'disclose-in-part' || decision === 'withhold' || decision === 'neither-confirm-nor-deny';

/** What is wrong with a decision, by its fields in their order: requests of this kind do not know it, or the law asks for more. */
function faultsOf(
  document: CaseDocument,
  { decision, grounds, reason: why, publicInterest, dpoAdvice }: Omit<ItemDecisionForm, 'beforeTime' | 'decisionConfirmed'>,
): FieldError[] {
  const kind = kindOf(document);
  if (!kind.decisions.some(({ value }) => value === decision)) return [{ field: 'decision', message: 'Choose what is disclosed of it' }];
  const known = kind.groundsOf(document);
  const named = groundsFor(decision, grounds);
  const isNamed = (of: readonly { readonly value: string }[]): boolean => named.some((code) => of.some(({ value }) => value === code));
  const faults: FieldError[] = [];
  const refuse = (field: string, message: string): number => faults.push({ field, message });
  if (known.length === 0 && grounds.length > 0) refuse('grounds', 'Say why it is withheld in the reasons: exemptions are not named by code here');
  if (known.length > 0 && rests(decision)) {
    if (named.length === 0) refuse('grounds', 'Choose at least one exemption or exception');
    else if (named.some((code) => !known.some(({ value }) => value === code))) refuse('grounds', 'Choose from the law that this request is answered by');
    const confirms = known.filter(({ value, allowsNeither }) => !allowsNeither && named.some((code) => code === value));
    if (decision === 'neither-confirm-nor-deny' && confirms.length > 0) {
      const which = confirms.map(({ text: ground }) => `“${ground}”`).join(' and ');
      refuse('grounds', `The law does not let you neither confirm nor deny by ${which}. Leave it out, or choose that it is withheld as exempt`);
    }
    if (publicInterest === '' && isNamed(known.filter(({ isQualified }) => isQualified))) {
      refuse('publicInterest', 'Enter how the public interest was weighed: a ground that you chose gives way to it');
    }
  }
  if (decision !== 'disclose' && why === '') refuse('reason', whyMissing[decision]);
  // FOIA section 36(2): "in the reasonable opinion of a qualified person".
  if (named.includes('s36') && dpoAdvice === '') refuse('dpoAdvice', 'Enter the opinion of the qualified person, which section 36 needs');
  return faults;
}

/** What an originator has said is read before its item is disclosed: it may be why nothing is. @throws Invalid; Refusal 409 */
function refuseUnread(consultation: Consultation | null, seen: string | undefined): void {
  const said = consultation === null ? undefined : answerName(consultation);
  if (seen === said) return;
  const answer = consultation?.answer ?? null;
  if (seen === undefined) {
    if (answer === null) return;
    throw new Invalid([{ field: 'answerSeen', message: `Its originator has answered (${said}). Read what it says, and decide then` }]);
  }
  if (consultation === null || seen.split('/')[0] !== consultation.task.id) {
    throw new NotPossible('Where it came from was changed meanwhile. Look at the item again, and decide then.');
  }
  if (answer === null) throw new NotPossible(`Its originator has not answered, so no answer ${seen} can have been read. Look at the item again, and decide then.`);
  throw new NotPossible(`Its originator has answered meanwhile, at ${formatInstant(answer.recordedAt)}. Read what it says, and decide then.`);
}

/** What somebody else has decided meanwhile is read before it is replaced: it can be decided otherwise at once. @throws Refusal 409 */
function refuseUnseen(item: ItemOnRecord, seen: string | undefined, wasEverDecided: boolean): void {
  if (seen === decisionName(item)) return;
  const { decided } = item;
  if (decided === null && !wasEverDecided) {
    throw new NotPossible(`Item ${item.id} was not decided, so no decision ${seen ?? ''} can have been read. Look at the item again, and decide then.`);
  }
  throw new NotPossible(
    decided === null
      ? 'Where it came from was changed meanwhile, so the decision that you saw counts no more. Look at the item again, and decide then.'
      : `It was decided at ${formatInstant(decided.at)}: ${decisionNames[decided.decision]}. What you sent was not put on record. Look at that decision, and decide again if it is to be otherwise.`,
  );
}

/** Why an item cannot be disclosed now, and what can be done. */
export function whyNot(may: Extract<MayDisclose, { readonly ground: null }>): string {
  if (may.because === 'own-word') {
    return (
      'You alone have put on record what would allow that: where it came from, that its originator was warned by telephone, or what the originator said. ' +
      'To disclose it now, a second person has to decide. It can be withheld now.'
    );
  }
  return may.because === 'not-warned'
    ? 'Its originator was not warned yet: no mail server has taken the warning, and no call is on record. Have a colleague telephone and put the call on record, and decide then. It can be withheld now.'
    : `Its originator was warned and has not answered, and its time runs until ${may.until === undefined ? 'later' : `the end of ${formatDate(lastDayBefore(may.until))}`}. It can be withheld now.`;
}

const whyNotRefused =
  'That a request is not answered item by item is decided by the information governance lead of your organisation, who has to put it on record.';

/** The entry by which the items of an originator were referred to it. */
export const referralOf = (task: { readonly id: string }, record: readonly AuditEntry[]): AuditEntry | undefined =>
  record.find((entry) => entry.act === 'referred' && entry.task === task.id);

const lastMomentOf = (on: IsoDate): IsoInstant => new Date(Date.parse(endOfLondonDay(on)) - 1).toISOString() as IsoInstant;

/** Once: the originator is mailed each time. @throws Refusal 409; CaseOutOfReach, and it may still be done later */
export async function refer(
  { document, task, reason: why, ...acting }: ActingOnTask & z.output<typeof referralSchema>,
  deps: CaseDependencies,
): Promise<void> {
  const record = await deps.store.audit.of(document._id, 'referred');
  const before = referralOf(task, record);
  if (before !== undefined && !record.some(submissionOf({ ...acting, task }, 'referred').isSame)) {
    throw new NotPossible(`They were referred to it before, at ${formatInstant(before.at)}. If it does not answer, telephone, and put the call on record.`);
  }
  await carryOutAct({ document, ...acting }, { name: `referred/${task.id}`, act: 'referred', task: task.id, facts: {}, note: { text: why } }, deps);
}

/**
 * The items that speak against what the applicant was told of the request as a whole: those that are disclosed; and where it was
 * passed on to whoever holds the information, those that are held here.
 */
const contradicting = (said: ReplyChoice, items: readonly ItemOnRecord[]): readonly ItemOnRecord[] =>
  items.filter(({ originator, decided }) => {
    const decision = decided?.decision;
    if (said === 'replied' || decision === 'not-held') return false;
    if (decision !== undefined && discloses(decision)) return true;
    return said === 'transferred' && (originator !== null || decision === 'withhold');
  });

/**
 * From which day on an applicant can have been told. Of a reply item by item not before all was decided; but of one that went out
 * before the request was put on record only what it discloses of others binds it: not before that was decided here, once they had
 * been heard or had their time. To refuse a request as a whole discloses nothing.
 */
function earliestReply(
  { said, repliedOn, items }: Pick<z.output<typeof replySchema>, 'repliedOn'> & { readonly said: string; readonly items: readonly ItemOnRecord[] },
  document: CaseDocument,
  record: readonly AuditEntry[],
): { readonly on: IsoDate; readonly why: string } {
  const isEnteredLate = said !== 'replied' || repliedOn < londonDateOf(document.openedAt);
  const bounds = items.flatMap(({ id, originator, decided }) => {
    if (decided === null || said !== 'replied') return [];
    const decidedOn = londonDateOf(decided.at);
    if (!isEnteredLate) return [{ on: decidedOn, why: 'the last item was decided then' }];
    if (originator === null || !discloses(decided.decision)) return [];
    return [{
      on: decidedOn,
      why:
        `it was decided then to disclose item ${id.slice(1)}, which came from another partner. If it was disclosed before, tell that partner at ` +
        'once, and say in the words below on which day',
    }];
  });
  const received = { on: receivedOnRecord(document, record), why: 'the request was received then' };
  return [received, ...bounds].sort((a, b) => (a.on < b.on ? -1 : 1)).at(-1) ?? received;
}

/**
 * Puts on record that the applicant has the reply: it ends the case. Not while an item is undecided, or its decision was undone
 * as the time of its originator was moved since, or that has said something.
 * @throws Invalid; Refusal 409; CaseOutOfReach, and it may still be done later
 */
export async function recordReply(
  { outcome: said, outcomeConfirmed, repliedOn, text: words, decides, ...acting }: Acting & z.output<typeof replySchema> & { /** Whether whoever acts decides on items. */ readonly decides: boolean },
  deps: CaseDependencies,
): Promise<void> {
  const { store, clock } = deps;
  const { document, by } = acting;
  const { _id: chain } = document;
  const { submission, isSame } = submissionOf(acting, 'applicant-replied');
  const written: NoteContent = { text: words };
  const kind = kindOf(document);
  if (!kind.replies.some(({ value }) => value === said)) throw new Invalid([{ field: 'outcome', message: 'Choose what the applicant was told' }]);
  if (kind.onlyDeciderRefuses && said !== 'replied' && !decides) throw new NotPossible(whyNotRefused);
  const entry = await onRecord(
    { document, isSame },
    (record) => {
      if (document.ended || hasReply(record)) throw new NotPossible(rejections.CaseEnded);
      const now = clock.now();
      const refuse = (message: string) => new Invalid([{ field: 'repliedOn', message }]);
      const items = itemsOf(document, record);
      if (repliedOn > londonDateOf(now)) throw refuse('Date of the reply must be today or in the past');
      const earliest = earliestReply({ said, repliedOn, items }, document, record);
      if (repliedOn < earliest.on) throw refuse(`Date of the reply must be ${formatDate(earliest.on)} or later: ${earliest.why}`);
      const against = outcomeConfirmed ? [] : contradicting(said, items);
      if (against.length > 0) {
        const counted = against.length === 1 ? '1 item is' : `${against.length} items are`;
        const as = said === 'transferred' ? 'as held' : 'and decided to be disclosed';
        throw new Invalid([{ field: 'outcome', message: `${counted} recorded in this case ${as}. Check what the applicant was told, or confirm it below` }]);
      }
      // Of a day in the past all of it counts; of today, until now.
      const repliedAt = repliedOn === londonDateOf(now) ? now : lastMomentOf(repliedOn);
      if (said === 'replied') {
        if (kind.needsItems && items.length === 0) throw new NotPossible('No item is on record yet. Put on record what is asked for, item by item, and decide on each.');
        const left = undecidedItems({ document, record, now }, repliedAt);
        if (left.length > 0) throw new NotPossible(`${rejections.ItemsUndecided} Still open: ${left.map(({ id }) => id).join(', ')}.`);
      }
      const key = `applicant-replied/${record.filter(({ act }) => act === 'applicant-replied').length + 1}`;
      return {
        chain,
        key,
        at: now,
        act: 'applicant-replied',
        by,
        task: replyTask(document).id,
        facts: { outcome: kind.outcomeOf(said, items.flatMap(({ decided }) => decided?.decision ?? [])), said, repliedOn, repliedAt, submissionId: submission },
        sealed: sealEntry(document, key, written, store),
      };
    },
    deps,
  );
  if (entry.facts['said'] !== said || entry.facts['repliedOn'] !== repliedOn) throw new NotPossible('This form was sent before with something else in it.');
  refuseIfChanged(document, entry, written, deps);
  await takeEffect(entry, deps);
}
