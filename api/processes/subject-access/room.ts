/** The items of a subject access request on one page: where each came from, what its originator says, what is decided, what is next. */
import { partnerName } from '../../../config/protocol-rules';
import { planInForce } from '../../../dispatch/clock';
import { callsTo, consultationOf, itemsOf, replyTask, stopInForce, type ItemOnRecord } from '../../../dispatch/items';
import { mayDisclose, undecidedItems } from '../../../dispatch/may-disclose';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument } from '../../../store/cases';
import { recordView } from '../../case-content';
import { caseTag, outcomeInWords, tasksAsRecorded } from '../../case-view';
import { noteIn, readAnswer, readNote } from '../../cases/content';
import { extensionOf } from '../../cases/dates';
import type { WebDependencies } from '../../dependencies';
import { distanceInWords } from '../../distance';
import { actorOf } from '../../http/actor';
import type { OnCase, Routes } from '../../http/routes';
import { mayOnCase, mayOnTask, seesItem } from '../../policy';
import { waysCalled } from '../breach/acts';
import { wasMadeOwnBy, whyNot, whyNotAlone } from './acts';
import { stopIn } from './clock-acts';
import { awaitings, decisionNames, itemText, readSubjectAccess, termsOf } from './content';
import { saidOf, stances } from './particulars';

export function itemsPage(routes: Routes, deps: WebDependencies): void {
  routes.onCase('/cases/:ref/items', 'see-items', {
    get: async (context) => {
      const { request, response } = context;
      const { notice } = request.session;
      delete request.session.notice;
      response.render('subject-access/items.njk', { ...(await itemsLocals(context, deps)), notice });
    },
  });
}

async function itemsLocals({ document, account, request }: OnCase, deps: WebDependencies) {
  const { store, clock, holidays } = deps;
  const record = await store.audit.of(document._id);
  const views = tasksAsRecorded(document, record, clock.now());
  const now = clock.now();
  const seen = itemsOf(document, record).filter((item) => seesItem(account, document, item));
  await recordView(document, actorOf(request, 'page', deps), seen.map(({ id }) => `${id}/item`), deps);
  const runs = mayOnCase(account, 'run-subject-access', document);
  const decides = mayOnCase(account, 'decide-item', document);
  const rows = seen.map((item) => rowOf(item, { document, record, views, runs, decides, account }, deps));
  const reply = replyTask(document);
  const plan = planInForce(reply, record);
  const stop = stopInForce(record);
  const { outcome } = document.projection;
  const isOpen = !document.ended;
  const undecided = undecidedItems({ document, record, now });
  return {
    caseRef: document._id,
    opener: document.openedBy.partner,
    tag: caseTag(document, views),
    isStarted: document.startedAt !== null,
    outcome: document.ended && outcome !== null ? outcomeInWords(document.process, outcome) : undefined,
    applicant: runs ? readSubjectAccess(document, store).applicant : undefined,
    terms: termsOf(document),
    plan,
    replyId: reply.id,
    isPast: stop === null && Date.parse(plan.dueAt) <= Date.parse(now),
    distance: distanceInWords(plan, now, holidays.current()),
    stop: stop === null || document.ended ? undefined : { ...stopIn(stop), what: awaitings[stopIn(stop).awaiting], text: runs ? readNote(document, stop, store) : '' },
    rows,
    hidden: itemsOf(document, record).length - seen.length,
    toDo: isOpen && runs ? toDoIn(document, record, rows, undecided, deps) : [],
    runs,
    may: {
      addItems: isOpen && runs,
      stopClock: isOpen && runs && stop === null,
      startClock: isOpen && runs && stop !== null,
      extend: isOpen && mayOnTask(account, 'extend-task', document, reply) && 'plan' in extensionOf(document, reply, record, now, deps),
      reply: isOpen && runs,
      withdraw: isOpen && mayOnCase(account, 'withdraw-request', document),
      letter: runs,
    },
  };
}

interface Shown {
  readonly document: CaseDocument;
  readonly record: readonly AuditEntry[];
  readonly views: ReturnType<typeof tasksAsRecorded>;
  readonly runs: boolean;
  readonly decides: boolean;
  readonly account: OnCase['account'];
}

/** How it stands with one item. */
function rowOf(item: ItemOnRecord, { document, record, views, runs, decides, account }: Shown, deps: WebDependencies) {
  const { protocol, store, clock } = deps;
  const consultation = consultationOf(item, document, record);
  const isOpen = !document.ended;
  const may = mayDisclose(item, { document, record, now: clock.now() });
  const view = views.find(({ id }) => id === item.task);
  const answer = consultation?.answer ?? null;
  const said = answer === null ? null : (saidOf(item.id, readAnswer(document, answer, store).particulars ?? {}) ?? { stance: 'no-objection' as const, words: '' });
  const { decided } = item;
  const note = decided === null ? null : noteIn(document, decided.entry, store);
  const wrote = (name: string): string => (typeof note?.[name] === 'string' ? note[name] : '');
  return {
    id: item.id,
    number: item.id.slice(1),
    text: itemText(document, item, record, store),
    isOwn: item.originator === null,
    originator: item.originator === null ? 'Your own' : partnerName(protocol, item.originator),
    whyMoved: runs && item.since !== null ? readNote(document, item.since, store) : '',
    task: item.task,
    told: consultation?.told ?? null,
    calls: !runs || consultation === null ? [] : callsTo(consultation.task, record).map((entry) => ({
      at: entry.facts['calledAt'],
      how: waysCalled[entry.facts['how'] as keyof typeof waysCalled],
      text: readNote(document, entry, store),
    })),
    plan: consultation?.plan,
    isOver: consultation !== null && answer === null && Date.parse(consultation.plan.dueAt) <= Date.parse(clock.now()),
    tag: view?.tag,
    answeredAt: answer?.receivedAt,
    late: view?.late,
    said: said === null ? undefined : { stance: stances[said.stance], words: said.words },
    decided: decided === null ? undefined : {
      name: decisionNames[decided.decision],
      decision: decided.decision,
      at: decided.at,
      isBefore: decided.entry.facts['exceptional'] === true,
      reason: wrote('text'),
      // The advice was given to whoever decides, and why it could not wait concerns the originator too.
      dpoAdvice: runs ? wrote('dpoAdvice') : '',
      beforeTime: wrote('beforeTime'),
    },
    hardStop: may.ground === null ? whyNot(may) : decides && wasMadeOwnBy(item, account._id) ? whyNotAlone : undefined,
    isSilent: may.ground === 'silent',
    needsReason: may.ground !== null && may.needsReason,
    may: {
      decide: isOpen && decides,
      move: isOpen && runs,
      call: isOpen && consultation !== null && answer === null && mayOnTask(account, 'record-call', document, consultation.task),
      record: isOpen && consultation !== null && answer === null && mayOnTask(account, 'record-answer', document, consultation.task),
      answer: isOpen && consultation !== null && mayOnTask(account, 'answer-task', document, consultation.task),
      refer: isOpen && consultation !== null && answer === null && mayOnTask(account, 'refer-items', document, consultation.task),
    },
  };
}

type ItemRow = ReturnType<typeof rowOf>;

/** What is to be done now by whoever runs the request. */
function toDoIn(document: CaseDocument, record: readonly AuditEntry[], rows: readonly ItemRow[], undecided: readonly ItemOnRecord[], { clock }: WebDependencies): string[] {
  const names = (those: readonly ItemRow[]): string => `${those.length === 1 ? 'Item' : 'Items'} ${those.map(({ number }) => number).join(', ')}`;
  const notWarned = rows.filter(({ isOwn, told }) => !isOwn && told === null);
  const open = rows.filter(({ id }) => undecided.some((item) => item.id === id));
  const lapsed = open.filter(({ decided }) => decided !== undefined);
  const ready = open.filter(({ hardStop }) => hardStop === undefined);
  const waiting = open.filter(({ hardStop, told }) => hardStop !== undefined && told !== null);
  const stop = stopInForce(record);
  const isOver = stop === null && Date.parse(planInForce(replyTask(document), record).dueAt) <= Date.parse(clock.now());
  return [
    ...(stop === null ? [] : [`Start the clock again as soon as it has come: ${awaitings[stopIn(stop).awaiting].toLowerCase()}.`]),
    ...(rows.length === 0 ? ['Put on record what you hold of the person, item by item, with where each came from.'] : []),
    ...(notWarned.length === 0 ? [] : [`${names(notWarned)}: no originator was warned yet. If no mail arrives, telephone, and put the call on record.`]),
    ...(lapsed.length === 0 ? [] : [`${names(lapsed)}: decide again. The time of the originator was moved after the decision.`]),
    ...(ready.length === 0 ? [] : [`${names(ready)}: the information governance lead decides what is disclosed.`]),
    ...(waiting.length === 0 ? [] : [`${names(waiting)}: there is still time for an answer.`]),
    ...(rows.length > 0 && open.length === 0 ? [`Reply to the applicant${isOver ? ' at once, and say why it is late' : ''}, and put on record that it went out.`] : []),
  ];
}
