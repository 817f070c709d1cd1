/** The items of a request of an applicant on one page: where each came from, what its originator says, what is decided, what is next. */
import { formatDate, lastDayBefore } from '../../calendar';
import type { IsoInstant } from '../../config/clock';
import { partnerName } from '../../config/protocol-rules';
import { definitionOf } from '../../config/processes';
import { planInForce } from '../../dispatch/clock';
import { callsTo, consultationOf, hasReply, itemsOf, replyTask, stopInForce, type ItemOnRecord } from '../../dispatch/items';
import { mayDisclose, mayDiscloseBy, undecidedItems, undoneBy, type Undone } from '../../dispatch/may-disclose';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import { caseFor } from '../apart';
import { recordView } from '../case-content';
import { caseTag, outcomeInWords, tasksAsRecorded, viewsFor } from '../case-view';
import { callsShown } from '../cases/calls';
import { noteIn, readNote } from '../cases/content';
import { extensionOf } from '../cases/dates';
import type { WebDependencies } from '../dependencies';
import { distanceInWords } from '../distance';
import { actorOf } from '../http/actor';
import type { OnCase, Routes } from '../http/routes';
import { decidesSilence, mayOnCase, mayOnTask, seesItem } from '../policy';
import { referralOf, whyNot } from './acts';
import { adviceNames, adviceOn } from './advice';
import { stopIn } from './clock-acts';
import { awaitings, decisionNames, groundsIn, itemNames, itemText } from './content';
import { kindOf } from './kinds';
import { isGivenOtherwise, type Handling } from './handling';
import { handlingFrom } from './proposals';

export function itemsPage(routes: Routes, deps: WebDependencies): void {
  routes.onCase('/cases/:ref/items', 'see-items', {
    get: async (context) => {
      const { request, response } = context;
      const { notice } = request.session;
      delete request.session.notice;
      response.render('applicant-requests/items.njk', { ...(await itemsLocals(context, deps)), notice });
    },
  });
}

async function itemsLocals({ document: whole, account, request }: OnCase, deps: WebDependencies) {
  const { store, clock, holidays } = deps;
  const { document, record } = caseFor(account, whole, await store.audit.of(whole._id));
  const views = viewsFor(decidesSilence(account), tasksAsRecorded(document, record, clock.now()));
  const now = clock.now();
  const seen = itemsOf(document, record).filter((item) => seesItem(account, document, item));
  const runs = mayOnCase(account, 'run-applicant-request', document);
  const by = actorOf(request, 'page', deps);
  await recordView(document, by, shownIn(seen, document, record, runs), deps);
  const decides = mayOnCase(account, 'decide-item', document);
  const texts = seen.map((item) => itemText(document, item, record, store));
  // Its originator knows on which conditions it has given it.
  const handlingOf = runs || decides ? await handlingFrom(texts, { account, by, receiver: document.openedBy.partner }, deps) : () => null;
  const rows = seen.map((item) => rowOf(item, { document, record, views, runs, decides, account, handlingOf }, deps));
  const reply = replyTask(document);
  const plan = planInForce(reply, record);
  const stop = stopInForce(record);
  const { outcome } = document.projection;
  // What is looked at again after the reply is another matter than the request.
  const isOpen = !document.ended && !hasReply(record);
  const { running, canBegin } = kindOf(document).review?.(document, record) ?? { running: null, canBegin: false };
  const undecided = runs ? undecidedItems({ document, record, now }) : [];
  const canExtend = 'plan' in extensionOf(document, reply, record, now, deps);
  const isExtended = plan.extended || plan.dueFor !== undefined;
  return {
    caseRef: document._id,
    opener: document.openedBy.partner,
    tag: caseTag(document, views, now),
    isStarted: document.startedAt !== null,
    outcome: document.ended && outcome !== null ? outcomeInWords(document.process, outcome) : undefined,
    title: definitionOf(document.process).title,
    applicant: runs ? kindOf(document).applicantOf(document, store) : undefined,
    extendLink: kindOf(document).extendLink(document),
    warns: definitionOf(document.process).hardStop === true,
    // The clock of the reply counts no more once the applicant has it.
    isReplied: hasReply(record),
    review: running ?? undefined,
    plan,
    replyId: reply.id,
    isPast: stop === null && Date.parse(plan.dueAt) <= Date.parse(now),
    distance: distanceInWords(plan, document.process, now, holidays.current()),
    stop: stop === null || !isOpen ? undefined : stopShown(stop, record, document, runs, deps),
    rows,
    // Once it is closed, the letter that went out is what can be read again.
    letters: kindOf(document).letters.filter(({ name }) => name === 'reply' || (isOpen && (name !== 'extension' || canExtend || isExtended))),
    toDo: isOpen && runs ? toDoIn(document, record, rows, undecided, deps) : [],
    runs,
    seesAll: mayOnCase(account, 'see-content', document),
    may: {
      askReview: runs && canBegin,
      decideReview: running !== null && mayOnCase(account, 'decide-internal-review', document),
      addItems: isOpen && runs,
      stopClock: isOpen && runs && stop === null,
      startClock: isOpen && runs && stop !== null,
      extend: isOpen && mayOnTask(account, 'extend-task', document, reply) && canExtend,
      reply: isOpen && runs,
      withdraw: isOpen && mayOnCase(account, 'withdraw-request', document),
    },
  };
}

/** Under which names it goes on record what the page shows, before it does. */
function shownIn(items: readonly ItemOnRecord[], document: CaseDocument, record: readonly AuditEntry[], runs: boolean): string[] {
  const said = items.flatMap((item) => [...itemNames(item), ...adviceNames(item, document, record)]);
  if (!runs) return said;
  const stop = document.ended || hasReply(record) ? null : stopInForce(record);
  const calls = items.flatMap((item) => consultationOf(item, document, record)?.task ?? []).flatMap((task) => callsTo(task, record));
  const reasons = [...items.flatMap(({ since }) => since ?? []), ...calls, ...(stop === null ? [] : [stop])].filter(({ sealed }) => sealed !== null);
  return [...new Set(['request', ...said, ...reasons.map(({ act, seq }) => `${act}/${seq}`)])];
}

/** What the clock stands still for; of a fee, until when it can be paid and when the case closes. */
function stopShown(stop: AuditEntry, record: readonly AuditEntry[], document: CaseDocument, runs: boolean, { store, clock }: WebDependencies) {
  const { awaiting, since, lapse } = stopIn(stop, record);
  return {
    awaiting,
    since,
    what: awaitings[awaiting],
    text: runs ? readNote(document, stop, store) : '',
    ...(lapse === undefined
      ? {}
      : { payableUntil: lastDayBefore(lapse.lapsesAt), closesOn: lastDayBefore(lapse.closesAt), hasLapsed: Date.parse(lapse.lapsesAt) <= Date.parse(clock.now()) }),
  };
}

interface Shown {
  readonly document: CaseDocument;
  readonly record: readonly AuditEntry[];
  readonly views: ReturnType<typeof viewsFor>;
  readonly runs: boolean;
  readonly decides: boolean;
  readonly account: OnCase['account'];
  readonly handlingOf: (description: string) => Handling | null;
}

/** How it stands with one item. */
function rowOf(item: ItemOnRecord, { document, record, views, runs, decides, account, handlingOf }: Shown, deps: WebDependencies) {
  const { protocol, store, clock } = deps;
  const consultation = adviceOn(item, document, record, store);
  const isOpen = !document.ended && !hasReply(record);
  const asked = { document, record, now: clock.now() };
  const may = decides ? mayDiscloseBy(account._id, item, asked) : mayDisclose(item, asked);
  const view = views.find(({ id }) => id === item.task);
  const isAnswered = consultation?.answeredAt !== undefined;
  const { decided } = item;
  const text = itemText(document, item, record, store);
  const handling = handlingOf(text);
  const note = decided === null ? null : noteIn(document, decided.entry, store);
  const wrote = (name: string): string => (typeof note?.[name] === 'string' ? note[name] : '');
  return {
    id: item.id,
    number: item.id.slice(1),
    text,
    handling: handling ?? undefined,
    isGivenOtherwise: isOpen && isGivenOtherwise(item, handling),
    isOwn: item.originator === null,
    originator: item.originator === null ? 'Your own' : partnerName(protocol, item.originator),
    whyMoved: runs && item.since !== null ? readNote(document, item.since, store) : '',
    task: item.task,
    told: consultation?.told ?? null,
    calls: !runs || consultation === null ? [] : callsShown(consultation.task, document, record, store),
    plan: consultation?.plan,
    isOver: consultation !== null && !isAnswered && Date.parse(consultation.plan.dueAt) <= Date.parse(clock.now()),
    tag: view?.tag,
    answeredAt: consultation?.answeredAt,
    late: view?.late,
    said: consultation?.said,
    decided: decided === null ? undefined : {
      name: decisionNames[decided.decision],
      decision: decided.decision,
      at: decided.at,
      isBefore: decided.entry.facts['exceptional'] === true,
      reason: wrote('text'),
      grounds: groundsIn(decided.entry).map((code) => kindOf(document).groundsOf(document).find(({ value }) => value === code)?.text ?? code),
      publicInterest: wrote('publicInterest'),
      // The advice was given to whoever decides, and why it could not wait concerns the originator too.
      dpoAdvice: runs ? wrote('dpoAdvice') : '',
      beforeTime: wrote('beforeTime'),
    },
    undone: isOpen && (runs || decides) ? undoneBy(item, asked) : null,
    // What can be done about it is for those to read who can do it.
    hardStop: may.ground === null && (runs || decides) ? whyNot(may) : undefined,
    isSilent: may.ground === 'silent',
    needsReason: may.ground !== null && may.needsReason,
    may: {
      decide: isOpen && decides,
      move: isOpen && runs,
      call: isOpen && consultation !== null && !isAnswered && mayOnTask(account, 'record-call', document, consultation.task),
      record: isOpen && consultation !== null && !isAnswered && mayOnTask(account, 'record-answer', document, consultation.task),
      answer: isOpen && consultation !== null && mayOnTask(account, 'answer-task', document, consultation.task),
      refer: isOpen && consultation !== null && !isAnswered && referralOf(consultation.task, record) === undefined && mayOnTask(account, 'refer-items', document, consultation.task),
    },
  };
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

type ItemRow = ReturnType<typeof rowOf>;

const waitForAdvice = 'there is still time for advice. It binds you to nothing, and what is disclosed before it needs a reason.';
const withoutAdvice = 'the statutory time has run out. Decide without waiting for advice, and say why it could not wait.';

/** What ends a stop of the clock. */
function whatIsAwaited({ awaiting, lapse }: ReturnType<typeof stopIn>, now: IsoInstant): string {
  if (lapse === undefined || Date.parse(now) < Date.parse(lapse.lapsesAt)) return `Start the clock again as soon as it has come: ${lowerFirst(awaitings[awaiting])}.`;
  return `The fee was not paid in time, and the case closes by itself on ${formatDate(lastDayBefore(lapse.closesAt))}. If it was paid by ${formatDate(lastDayBefore(lapse.lapsesAt))}, put that on record before.`;
}

/** What is to be done now by whoever runs the request, each item once: with what comes first. */
function toDoIn(document: CaseDocument, record: readonly AuditEntry[], rows: readonly ItemRow[], undecided: readonly ItemOnRecord[], { clock }: WebDependencies): string[] {
  const names = (those: readonly ItemRow[]): string => `${those.length === 1 ? 'Item' : 'Items'} ${those.map(({ number }) => number).join(', ')}`;
  const isAdvice = definitionOf(document.process).hardStop !== true;
  const stop = stopInForce(record);
  const isOver = stop === null && Date.parse(planInForce(replyTask(document), record).dueAt) <= Date.parse(clock.now());
  const open = rows.filter(({ id }) => undecided.some((item) => item.id === id));
  const undone = (by: Undone): readonly ItemRow[] => open.filter((row) => row.undone === by);
  const isAgain = ({ undone: by }: ItemRow): boolean => by !== null;
  // Once the statutory time is over, that nobody was reached is no reason to wait for advice.
  const notWarned = rows.filter((row) => !row.isOwn && row.told === null && !(isAdvice && isOver && open.includes(row)));
  const first = open.filter((row) => !isAgain(row) && !notWarned.includes(row));
  const again = ([['time-moved', 'The time of the originator was moved after the decision.'], ['answered-since', 'The originator has said something after the decision. Read it first.']] as const)
    .map(([by, why]) => ({ those: undone(by), why }))
    .filter(({ those }) => those.length > 0);
  const otherwise = rows.filter(({ isGivenOtherwise, id }) => isGivenOtherwise && !undecided.some((item) => item.id === id));
  const early = first.filter(({ needsReason }) => needsReason);
  const ready = first.filter((row) => row.hardStop === undefined && !(isAdvice && early.includes(row)));
  const waiting = first.filter(({ hardStop, told }) => hardStop !== undefined && told !== null);
  const blocked = first.filter((row) => row.hardStop !== undefined && !waiting.includes(row));
  return [
    ...(stop === null ? [] : [whatIsAwaited(stopIn(stop, record), clock.now())]),
    ...(rows.length === 0 ? [`Put on record what you hold ${isAdvice ? 'of what is asked for' : 'of the person'}, item by item, with where each came from.`] : []),
    ...(notWarned.length === 0 ? [] : [`${names(notWarned)}: no originator was ${isAdvice ? 'asked' : 'warned'} yet. If no mail arrives, telephone, and put the call on record.`]),
    ...again.map(({ those, why }) => `${names(those)}: decide again. ${why}`),
    ...(otherwise.length === 0 ? [] : [`${names(otherwise)}: what was given, or the conditions on it, was corrected after the decision. Look at it again before you reply.`]),
    ...(isAdvice && early.length > 0 ? [`${names(early)}: ${isOver ? withoutAdvice : waitForAdvice}`] : []),
    ...(ready.length === 0 ? [] : [`${names(ready)}: the information governance lead decides what is disclosed.`]),
    ...(waiting.length === 0 ? [] : [`${names(waiting)}: there is still time for an answer.`]),
    ...(blocked.length === 0 ? [] : [`${names(blocked)}: a second person who may decide in your organisation decides whether it is disclosed, or it is withheld.`]),
    ...(rows.length > 0 && open.length === 0 ? [`Reply to the applicant${isOver ? ' at once, and say why it is late' : ''}, and put on record that it went out.`] : []),
  ];
}
