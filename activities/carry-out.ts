import type { IsoDate, IsoInstant } from '../config/clock';
import { definitionOf, type ProcessSlug } from '../config/processes';
import { sendOnce, type Sending } from '../mail';
import { answerOf, type AnswerDocument } from '../store/answers';
import { entryId, type AuditEntry } from '../store/audit';
import type { CaseDocument, CaseTask } from '../store/cases';
import { messageOf } from '../store/messages';
import type {
  CaseEvent,
  CaseMessage,
  Heard,
  Notice,
  Recipient,
  TaskId,
  UndeliverableReason,
  WorkOrder,
  WorkReport,
} from '../workflows/shared/contract';
import type { Dependencies } from './dependencies';
import { isOfPartner } from '../workflows/shared/lost-mail';
import { composeNotice, isOfClosing, mailKey, taskOf } from './letters/compose';
import { sideBySide } from '../dispatch/side-by-side';
import { reachOf } from '../dispatch/addresses';
import { applyWaiting, isWithTemporal } from '../dispatch/apply';
import { countClosing } from '../dispatch/closing';
import { unheardIn } from '../dispatch/unheard';
import { recordRefusal } from '../dispatch/word';

/** Of so many tasks mails are on their way at the same time: forty partners are not told one after the other. */
const tasksAtOnce = 4;

/**
 * Does one wake's work: records the workflow's state and events, then sends what is due. Can be repeated at any point:
 * a state is applied once by its number, a mail is sent once by its key.
 * @throws when the database does not answer, and when this try was given up; the mail server's refusals come back in the
 *   report.
 */
export async function carryOut(order: WorkOrder, deps: Dependencies): Promise<WorkReport> {
  const { store } = deps;
  // A case that has closed needs no news of when it would have.
  const isClosed = order.projection.outcome !== null;
  const wanted = order.notices.filter(({ step }) => !(isClosed && isOfClosing(step)));
  const notices = wanted.filter(({ calendarVersion }) => calendarVersion === undefined);
  // A case that was closed while its last answer was on the way closes at no other time.
  const closesByItself = order.closeAfter !== undefined && !isClosed;
  // Not read where an order does not need it: when the bank holidays change, there are many of those at once.
  const document = closesByItself || notices.length > 0 ? await caseOf(order, deps) : undefined;
  const closing =
    closesByItself && document !== undefined
      ? countClosing({ after: order.closeAfter, ...(order.closeFrom === undefined ? {} : { from: order.closeFrom }) }, document, deps.holidays.current())
      : undefined;
  const closeAt = closing?.closeAt;
  const projection =
    closeAt === undefined ? order.projection : { ...order.projection, closeAt, nextWakeAt: closeAt };
  await store.cases.record(order.caseRef, projection, order.events, closing);
  await recordWords(order, deps);

  await store.dateNews.hold(wanted.flatMap((notice) => newsOf(notice, order, deps)));
  // A mail says what is so by this order, which was read before it was recorded.
  const sent = document === undefined ? nothingSent : await send(notices, { ...document, projection }, deps);
  await store.cases.recordMails(order.caseRef, order.projection, sent.events);
  return {
    seq: projection.seq,
    deferred: sent.deferred,
    undeliverable: sent.undeliverable,
    ...(closeAt === undefined ? {} : { closeAt }),
    ...(order.closes === undefined ? {} : { lastMessages: await waitingMessages(order.caseRef, deps) }),
  };
}

async function caseOf({ caseRef }: WorkOrder, { store }: Dependencies): Promise<CaseDocument> {
  const document = await store.cases.get(caseRef);
  if (document === null) throw new Error(`The store has no case ${caseRef}, but its workflow runs.`);
  return document;
}

/** What changed bank holidays have moved is told later, with what they have moved of other cases. */
function newsOf(
  { calendarVersion, task, step, clockVersion, to }: Notice,
  { caseRef, projection: { run } }: WorkOrder,
  { clock }: Dependencies,
): Parameters<Dependencies['store']['dateNews']['hold']>[0] {
  if (calendarVersion === undefined) return [];
  const notice = { task, step, clockVersion };
  const held = { change: calendarVersion, caseRef, run, notice, heldAt: clock.now() };
  return to.map((each) => ({ _id: mailKey(caseRef, notice, each), ...held, to: each }));
}

const nothingSent = { events: [], deferred: [], undeliverable: [] } as const;

async function send(
  notices: readonly Notice[],
  document: CaseDocument,
  deps: Dependencies,
): Promise<Pick<WorkReport, 'deferred' | 'undeliverable'> & Pick<NoticeOutcome, 'events'>> {
  // Of one task in their order, as they are read; those of others wait for none of them.
  const tasks = [...new Set(notices.map(({ task }) => task))];
  const perTask = await sideBySide(tasks, tasksAtOnce, (id) =>
    sendAll(notices.filter(({ task }) => task === id), document, deps),
  );
  const outcomes = perTask.flat();
  return {
    events: outcomes.flatMap(({ events }) => events),
    deferred: outcomes.map(({ deferred }) => deferred).filter((waiting) => waiting !== null),
    undeliverable: outcomes.flatMap(({ undeliverable }) => undeliverable),
  };
}

interface NoticeOutcome {
  readonly events: readonly CaseEvent[];
  /** With those recipients whose mail the server would not take now. */
  readonly deferred: Notice | null;
  readonly undeliverable: WorkReport['undeliverable'];
}

/** @throws when this try has been given up: another is at its work */
async function sendAll(notices: readonly Notice[], document: CaseDocument, deps: Dependencies): Promise<NoticeOutcome[]> {
  const outcomes: NoticeOutcome[] = [];
  for (const notice of notices) outcomes.push(await sendToAll(notice, document, deps));
  return outcomes;
}

async function sendToAll(notice: Notice, document: CaseDocument, deps: Dependencies): Promise<NoticeOutcome> {
  const task = taskOf(notice, document);
  const events: CaseEvent[] = [];
  const undeliverable: WorkReport['undeliverable'][number][] = [];
  const waiting: Recipient[] = [];
  const mailed = new Set<string>();
  for (const to of notice.to) {
    if (deps.isGivenUp()) throw new Error(`The work on ${document._id} is given up here: another is at it.`);
    const sending = await sendNotice({ notice, to, document, task, mailed }, deps);
    if (sending.result === 'not-wanted') continue;
    const entry = { task: notice.task, step: notice.step, to } as const;
    if (sending.result === 'deferred') waiting.push(to);
    else if (sending.result === 'sent') events.push({ event: 'notice-sent', at: sending.at, ...entry });
    else {
      const { at, reason, until } = sending;
      const known = until === undefined ? {} : { until };
      events.push({ event: 'notice-not-delivered', at, reason, ...known, ...entry });
      // Of one mail to one partner it is told once: the letter names everybody there whom it did not reach.
      if (!(isOfPartner(to) && undeliverable.some((lost) => isOfPartner(lost.to)))) undeliverable.push({ notice, to, reason });
    }
  }
  return { events, deferred: waiting.length > 0 ? { ...notice, to: waiting } : null, undeliverable };
}

/** Whoever has told the case something finds there what the case says to it, and in the store what it has changed. */
async function recordWords({ caseRef, words }: WorkOrder, deps: Dependencies): Promise<void> {
  const { audit } = deps.store;
  await audit.markSettled(words.filter(({ rejection }) => rejection === null).map(({ seq }) => entryId(caseRef, seq)));
  for (const { seq, rejection } of words) {
    if (rejection === null) continue;
    const entry = await audit.byId(entryId(caseRef, seq));
    // A record that was put back from an older copy stops no clock.
    if (entry === null) deps.logger.error({ caseRef, seq, rejection }, 'the case refused an act that is not on record');
    else {
      deps.logger.warn({ caseRef, act: entry.act, rejection }, 'the case refused an act');
      await recordRefusal(entry, rejection, deps);
    }
  }
}

/**
 * What the store holds for a case that it has not heard. What waits is brought into the store first: a case that wakes by itself can
 * be quicker than whoever put it on record, and then nobody else does.
 */
export async function storedMessages(caseRef: string, heard: Heard, deps: Dependencies): Promise<readonly CaseMessage[]> {
  const { audit } = deps.store;
  let record = await audit.of(caseRef);
  const applied = new Set<string>();
  if (record.some(({ waiting }) => waiting)) {
    for (const { _id } of await applyAll(caseRef, deps)) applied.add(_id);
    record = await audit.of(caseRef);
  }
  // What has come since then is told by whoever put it there.
  return unheardIn(record, heard)
    .filter(({ entry: { _id, waiting } }) => !waiting || applied.has(_id))
    .map(({ message }) => message);
}

/** What the store holds for a case without having the case's word on it. */
async function waitingMessages(caseRef: string, deps: Dependencies): Promise<CaseMessage[]> {
  return (await applyAll(caseRef, deps)).map(messageOf).filter((message) => message !== null);
}

const applyAll = (caseRef: string, { store, holidays, protocol, clock }: Dependencies) =>
  applyWaiting(caseRef, { store, holidays: holidays.current(), protocol, isThere: (entry) => isWithTemporal(entry, clock.now()) });

/**
 * Tells the requester of an answer that was received in the instant in which its case ended: it is there, and no workflow
 * is left to say so.
 * @throws if the mail server would not take the mail now
 */
export async function tellOfLateAnswer(entry: AuditEntry, deps: Dependencies): Promise<void> {
  const { store } = deps;
  const document = await store.cases.get(entry.chain);
  const task = document?.tasks.find(({ id }) => id === entry.task);
  const plan = task?.plans.at(-1);
  if (document === null || task === undefined || plan === undefined) throw new Error(`${entry._id} answers no task.`);
  const { version, kind, receivedAt, recordedBy } = answerOf(entry);
  const late = Date.parse(receivedAt) >= Date.parse(plan.dueAt);
  const id = task.id as TaskId;
  const event: CaseEvent = { event: 'answer-received', at: receivedAt, task: id, kind, version, late };
  await store.cases.noteLateAnswer(document._id, id, { version, kind, receivedAt, late }, event);
  const isRecorded = recordedBy === 'requester';
  const step = `${isRecorded ? 'answer-recorded' : 'answer-received'}-${version}`;
  const to = isRecorded ? 'spoc' : 'requester';
  const notice: Notice = { task: id, step, clockVersion: plan.version, to: [to], chase: false };
  const { result } = await sendNotice({ notice, to, document, task, mailed: new Set() }, deps);
  if (result === 'deferred') throw new Error(`The mail of ${entry._id} is not taken yet.`);
}

/**
 * What asks for an answer, or says that none has come or is needed any more: pointless when the answer is there. That a case
 * was withdrawn is news to whoever has answered, where the process tells all.
 */
const asks = (step: string, process: ProcessSlug): boolean =>
  /^(request|passed-on|reply|panel-met|left-undecided)/.test(step) || (step === 'withdrawn' && definitionOf(process).allToldOfWithdrawal !== true);

/** News of what has happened is sent whatever happens next. */
const mayBePointless = ({ chase, step }: Notice, { process }: Pick<CaseDocument, 'process'>): boolean => chase || asks(step, process);

/**
 * An answered task is not chased, even if the answer has not reached its workflow; a rung gives way to the next one, and
 * to the news of another date.
 */
function isPointless(
  { notice, document, task }: { readonly notice: Notice; readonly document: Pick<CaseDocument, 'process'>; readonly task: CaseTask },
  answer: AnswerDocument | null,
  now: IsoInstant,
): boolean {
  if (!mayBePointless(notice, document)) return false;
  if (!notice.chase) return answer !== null;
  if (answer !== null || hasMoved(notice, task)) return true;
  return notice.supersededAt !== undefined && Date.parse(notice.supersededAt) <= Date.parse(now);
}

/** Whether a rung is of a date that is none any more: the store has a new clock before the workflow hears of it. */
function hasMoved({ step, clockVersion }: Notice, { plans }: CaseTask): boolean {
  const isRung = plans.some(({ rungs }) => rungs.some((rung) => rung.step === step));
  return isRung && plans.findLast(({ version }) => version <= clockVersion)?.dueAt !== plans.at(-1)?.dueAt;
}

type NoticeSending =
  | Exclude<Sending, { readonly result: 'refused' }>
  | {
      readonly result: 'undeliverable';
      readonly at: IsoInstant;
      readonly reason: UndeliverableReason;
      readonly until?: IsoDate;
    };

async function sendNotice(
  what: {
    readonly notice: Notice;
    readonly to: Recipient;
    readonly document: CaseDocument;
    readonly task: CaseTask;
    /** Where this notice has gone already: whoever stands in for another gets it once. */
    readonly mailed: Set<string>;
  },
  deps: Dependencies,
): Promise<NoticeSending> {
  const { notice, to, document, task } = what;
  const { store, transport, clock } = deps;
  const findAnswer = (): Promise<AnswerDocument | null> => store.answers.ofTask(document._id, task);
  const answer = await findAnswer();
  const key = mailKey(document._id, notice, to);
  if (isPointless(what, answer, clock.now())) {
    // It had a point when the try before this one sent it.
    const before = await madeOf(key, deps);
    if (before === null) await store.mailLedger.giveUp(key, clock.now());
    return before ?? { result: 'not-wanted' };
  }
  const reach = await reachOf(to, document, task, deps);
  if (reach.address === null) {
    const { because: reason, until } = reach;
    // The address that it went to can have been refused since.
    return (await madeOf(key, deps)) ?? { result: 'undeliverable', at: clock.now(), reason, ...(until === undefined ? {} : { until }) };
  }
  const { address } = reach;
  // Whom it went to can have got a stand-in since who has it by another name.
  if (what.mailed.has(address)) return (await madeOf(key, deps)) ?? { result: 'not-wanted' };
  what.mailed.add(address);
  const sending = await sendOnce(
    {
      key,
      caseRef: document._id,
      to: address,
      letter: await composeNotice({ ...what, answer, now: clock.now() }, deps),
      ...(mayBePointless(notice, document) && { isStillWanted: async () => !isPointless(what, await findAnswer(), clock.now()) }),
    },
    { ledger: store.mailLedger, transport, clock, domain: new URL(deps.publicUrl).hostname },
  );
  if (sending.result !== 'refused') return sending;
  await store.directory.noteRefusal(address, sending.at);
  return { result: 'undeliverable', at: sending.at, reason: 'address-refused' };
}

/** What a try before this one has made of a mail, and ended before that was noted: that stands, whatever has changed since. */
async function madeOf(key: string, { store }: Dependencies): Promise<NoticeSending | null> {
  const settled = await store.mailLedger.settled(key);
  if (settled === null) return null;
  const { state, at } = settled;
  return state === 'sent' ? { result: 'sent', at } : { result: 'undeliverable', at, reason: 'address-refused' };
}
