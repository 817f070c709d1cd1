/** The breach room: all that runs and all that is known of a breach on one page, and what is to be done next. */
import { icoByLaw } from '../../../calendar';
import { partnerName } from '../../../config/protocol-rules';
import { reachOf } from '../../../dispatch/addresses';
import { breachHours } from '../../../dispatch/breach-hours';
import { answerBefore, answerTo, callsTo, toldAt } from '../../../dispatch/items';
import type { AnswerDocument } from '../../../store/answers';
import type { AuditEntry } from '../../../store/audit';
import type { CaseDocument, CaseTask, TaskPlan } from '../../../store/cases';
import { recordView } from '../../case-content';
import { caseTag, outcomeInWords, tasksAsRecorded, viewsFor, type TaskView } from '../../case-view';
import { distanceInWords } from '../../distance';
import { isCorrectable, openCorrection } from '../../cases/dates';
import { callsShown } from '../../cases/calls';
import { waysGiven } from '../../cases/codes';
import { noteIn, readAnswer, readNote } from '../../cases/content';
import type { WebDependencies } from '../../dependencies';
import { actorOf } from '../../http/actor';
import type { OnCase, Routes } from '../../http/routes';
import { decidesSilence, mayOnCase, mayOnTask } from '../../policy';
import { byLawOf, tasksOf, termsOf } from './content';
import { tellingIn } from './letter';
import { awaitsOwnDecision, decisionName, isLeavable, leftAsItIs, leftAt, leftUndecided } from './own-decisions';
import { saidBy } from './said';
import { concernedIn, icoInformationOf, owingIcoMore, type PartnerTasks } from './standing';

/** A page that looks again by itself does so this often, once somebody has asked it to. */
const refreshSeconds = 60;

export function roomPage(routes: Routes, deps: WebDependencies): void {
  routes.onCase('/cases/:ref/breach-room', 'see-breach-room', {
    get: async (context) => {
      const { request, response } = context;
      const { notice } = request.session;
      delete request.session.notice;
      const refreshes = request.query['refresh'] === 'on';
      if (refreshes) response.set('Refresh', String(refreshSeconds));
      response.render('breach/room.njk', { ...(await roomLocals(context, deps)), notice, refreshes });
    },
  });
}

async function roomLocals({ document, account, request }: OnCase, deps: WebDependencies) {
  const { store, clock, protocol } = deps;
  const record = await store.audit.of(document._id);
  const views = viewsFor(decidesSilence(account), tasksAsRecorded(document, record, clock.now()));
  const seesContent = mayOnCase(account, 'see-breach-content', document);
  if (seesContent) await recordView(document, actorOf(request, 'page', deps), shownIn(document, record), deps);
  const rows = await Promise.all(
    concernedIn(document).map(async (each) => rowOf(each, { document, record, views, seesContent, account }, deps)),
  );
  const { outcome } = document.projection;
  const undecided = leftUndecided(document, record);
  const terms = termsOf(document);
  return {
    caseRef: document._id,
    opener: document.openedBy.partner,
    tag: caseTag(document, views, deps.clock.now()),
    isStarted: document.startedAt !== null,
    outcome: document.ended && outcome !== null ? outcomeInWords(document.process, outcome) : undefined,
    now: clock.now(),
    terms,
    owner: partnerName(protocol, terms.owner),
    hours: hoursInWords(document, rows, deps),
    rows,
    toDo: document.ended ? [] : toDoIn({ document, record, seesContent }, rows, deps),
    seesContent,
    writesLetter: seesContent && tellingIn(document, record) !== null,
    undecided: undecided.map((task) => decisionName(task, protocol)),
    leftAsItIs: leftAsItIs(document, record).map(({ partner }) => partnerName(protocol, partner)),
    awaitsOwnDecision: awaitsOwnDecision(document),
    may: {
      run: !document.ended && mayOnCase(account, 'run-breach', document),
      withdraw: !document.ended && !awaitsOwnDecision(document) && mayOnCase(account, 'withdraw-request', document),
      correct: isCorrectable(document, record, clock.now()) && openCorrection(document, record) === null && mayOnCase(account, 'correct-breach-times', document),
    },
  };
}

/** What of the content the page shows, by its names on the record. */
const shownIn = (document: CaseDocument, record: readonly AuditEntry[]): string[] => [
  ...document.tasks.flatMap((task) => {
    const answers = task.kind === 'acknowledge' ? [] : [answerTo(task, record), answerBefore(task, record)];
    return answers.flatMap((answer) => (answer === null ? [] : [`${task.id}/answer/${answer.version}`]));
  }),
  ...document.tasks.flatMap((task) => [...callsTo(task, record), ...icoInformationOf(task, record)].map(({ act, seq }) => `${act}/${seq}`)),
];

/** Each clock with how far it is, or that nothing is awaited by it any more, and its working. */
function hoursInWords(document: CaseDocument, rows: readonly RoomRow[], deps: WebDependencies) {
  const { clock, holidays, protocol } = deps;
  const { partners, cutOff, telling, ico } = breachHours(document, holidays.current());
  const byProtocol = 'from the detection, by the protocol';
  const shown = (name: string, from: string, plan: Pick<TaskPlan, 'dueAt' | 'steps'>, settled: string | null, isLate = false) => ({
    name,
    from,
    plan,
    settled,
    isLate,
    isPast: Date.parse(plan.dueAt) <= Date.parse(clock.now()),
    distance: distanceInWords(plan, 'breach', clock.now(), holidays.current()),
  });
  const owner = rows.find(({ isOwner }) => isOwner);
  const icos = rows.map((row) => row.ico);
  const areTold = rows.every(({ told }) => told !== null);
  const isLateTold = rows.some((row) => row.isLateTold);
  return [
    shown('All partners know', byProtocol, partners, !areTold ? null : isLateTold ? 'All know, after the 24 hours' : 'All know', isLateTold),
    shown('Views on telling the people concerned', byProtocol, cutOff, rows.some(({ isOwner, view }) => !isOwner && view?.isAwaited === true) ? null : 'None is awaited'),
    shown(`${partnerName(protocol, termsOf(document).owner)} decides on telling the people concerned`, byProtocol, telling, settledIn([owner?.view])),
    shown('Each controller decides on the ICO', byProtocol, ico, settledIn(icos)),
    ...tasksOf(document, 'decide-ico').map((task) =>
      shown(
        `${partnerName(protocol, task.partner)} decides on the ICO`,
        'from its own awareness, by law',
        icoByLaw(byLawOf(task).from),
        settledIn(icos.filter((cell) => cell?.id === task.id)),
      ),
    ),
  ];
}

/** Of decisions that are to be made by the same time: that all were, or none of them is waited for any more; null while one is. */
function settledIn(cells: readonly RoomRow['ico'][]): string | null {
  const asked = cells.filter((cell) => cell !== undefined);
  if (asked.some(({ isAwaited }) => isAwaited)) return null;
  return asked.every(({ answeredAt }) => answeredAt !== undefined) ? 'Decided' : 'Not awaited any more';
}

interface Shown {
  readonly document: CaseDocument;
  readonly record: readonly AuditEntry[];
  readonly views: readonly TaskView[];
  readonly seesContent: boolean;
  readonly account: OnCase['account'];
}

/** How it stands with one partner. */
async function rowOf({ partner, acknowledge, ico, view }: PartnerTasks, shown: Shown, deps: WebDependencies) {
  const { document, record, views, seesContent, account } = shown;
  const { protocol, store } = deps;
  const told = acknowledge === undefined ? null : toldAt(document, acknowledge, record);
  // By the detection as it stands now: a task that is not waited for any more keeps the clock it had.
  const { dueAt } = breachHours(document, deps.holidays.current()).partners;
  const reach = acknowledge === undefined ? null : await reachOf('spoc', document, acknowledge, deps);
  const cell = (task: CaseTask | undefined) => {
    const found = views.find(({ id }) => id === task?.id);
    if (task === undefined || found === undefined) return undefined;
    const answer = answerTo(task, record);
    const said = (given: AnswerDocument | null) =>
      given !== null && seesContent && task.kind !== 'acknowledge' ? saidBy(document, task, given, deps).text : undefined;
    return {
      id: task.id,
      tag: found.tag,
      dueAt: found.plan.dueAt,
      byLaw: found.byLaw ?? undefined,
      isLeft: leftAt(task, record.filter(({ seq }) => seq > (document.startInput.reopened?.after ?? 0))) !== undefined,
      isAwaited: found.status === 'open' || found.status === 'unanswered',
      answeredAt: answer?.receivedAt,
      leftAt: leftUndecided(document, record).includes(task) ? leftAt(task, record) : undefined,
      late: found.late,
      lacksReasons: answer !== null && seesContent && lacksReasons(document, task, answer, found.plan, deps),
      said: said(answer),
      saidBefore: said(answerBefore(task, record)),
      mayAnswer: !document.ended && mayOnTask(account, 'answer-task', document, task),
      mayRecord: !document.ended && mayOnTask(account, 'record-answer', document, task),
    };
  };
  const isToldIco = ico !== undefined && answerTo(ico, record)?.kind === 'told-ico';
  return {
    partner,
    name: partnerName(protocol, partner),
    isOwner: termsOf(document).owner === partner,
    told,
    isLateTold: told !== null && Date.parse(told.at) >= Date.parse(dueAt),
    isUnreachable: reach?.address === null,
    calls: !seesContent || acknowledge === undefined ? [] : callsShown(acknowledge, document, record, store),
    mayCall: !document.ended && acknowledge !== undefined && mayOnTask(account, 'record-call', document, acknowledge),
    acknowledge: cell(acknowledge),
    ico: cell(ico),
    saysToldIco: seesContent && isToldIco,
    mayInform: isToldIco && mayOnTask(account, 'inform-ico', document, ico),
    mayLeave: !document.ended && ico !== undefined && isLeavable(document, ico) && mayOnTask(account, 'decide-silence', document, ico),
    leftAsItIsAt: ico === undefined || !leftAsItIs(document, record).includes(ico) ? undefined : leftAt(ico, record, 'left-as-it-is'),
    phases: ico === undefined || !seesContent ? [] : icoInformationOf(ico, record).map((entry) => ({
      at: entry.facts['informedAt'],
      isLast: entry.facts['isLast'],
      text: readNote(document, entry, store),
      // Put on record by another: who said so, how and when.
      given: entry.facts['recordedBy'] === undefined ? undefined : {
        by: noteIn(document, entry, store)?.['givenByName'],
        how: waysGiven[entry.facts['givenBy'] as keyof typeof waysGiven],
        at: entry.facts['givenAt'],
      },
    })),
    view: cell(view),
  };
}

/** Whether the ICO was told after the hours, by the detection as it was put right since, and no reasons are given for it. */
function lacksReasons(document: CaseDocument, { kind }: CaseTask, answer: AnswerDocument, { dueAt }: TaskPlan, { store }: WebDependencies): boolean {
  if (kind !== 'decide-ico' || answer.kind !== 'told-ico' || Date.parse(answer.receivedAt) < Date.parse(dueAt)) return false;
  return (readAnswer(document, answer, store).particulars?.['delay'] ?? '') === '';
}

type RoomRow = Awaited<ReturnType<typeof rowOf>>;

/** What is to be done, the first due first; what has no time stands where it has to be done before the rest. */
function toDoIn({ document, record, seesContent }: Pick<Shown, 'document' | 'record' | 'seesContent'>, rows: readonly RoomRow[], deps: WebDependencies) {
  const { clock, holidays } = deps;
  const isAwaited = (cell: RoomRow['ico']): boolean => cell?.isAwaited === true;
  const names = (found: readonly RoomRow[]): string => found.map(({ name }) => name).join('; ');
  const { partners, telling, ico } = breachHours(document, holidays.current());
  // Whom it was decided not to wait for is not to be told any more; who is not asked again in a breach that was opened again is.
  const notTold = rows.filter(({ told, acknowledge }) => told === null && acknowledge !== undefined && !acknowledge.isLeft);
  const silent = rows.filter(({ acknowledge }) => isAwaited(acknowledge));
  const undecided = rows.filter((row) => isAwaited(row.ico));
  const owner = rows.find(({ isOwner, view }) => isOwner && isAwaited(view));
  const consulted = rows.filter(({ isOwner, view }) => !isOwner && isAwaited(view));
  const item = (text: string, { dueAt }: TaskPlan) => ({
    text,
    dueAt,
    isPast: Date.parse(dueAt) <= Date.parse(clock.now()),
    distance: distanceInWords({ dueAt }, 'breach', clock.now(), holidays.current()),
  });
  const waits = [
    ...(notTold.length === 0 ? [] : [item(`Tell ${names(notTold)}: no mail server has taken the notice. Telephone, and put the call on record.`, partners)]),
    ...(silent.length === 0 ? [] : [item(`${names(silent)}: to acknowledge.`, partners)]),
    ...(owner === undefined
      ? []
      : [item(`${owner.name}: to decide whether the people concerned are told${consulted.length === 0 ? '' : `. ${names(consulted)} may give a view before`}.`, telling)]),
    ...(undecided.length === 0 ? [] : [item(`${names(undecided)}: to decide on telling the ICO.`, ico)]),
  ].toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
  const unexplained = rows.filter((row) => row.ico?.lacksReasons === true);
  const explain = unexplained.length === 0 ? [] : [{ text: `${names(unexplained)}: to give the reasons why the ICO was told after the 72 hours. Change the decision, and add them.` }];
  const owing = owingIcoMore(document, record).map(({ partner }) => partnerName(deps.protocol, partner)).join('; ');
  // That the ICO was told is shown to those only who see what was said.
  const more = owing === '' || !seesContent ? [] : [{ text: `${owing}: to tell the ICO what is to follow. Put it on record, and whether it was the last.` }];
  const leavable = rows.filter(({ mayLeave }) => mayLeave);
  const leave = leavable.length === 0 ? [] : [{ text: `${names(leavable)}: something is still to follow for the ICO. Speak to ${leavable.length === 1 ? 'it' : 'them'}; if nothing comes, you can decide to leave it as it is.` }];
  const correction = openCorrection(document, record) === null ? [] : [{ text: 'A second person: to confirm or decline the correction of a time.' }];
  const close = waits.length + explain.length === 0 && owing === '' ? [{ text: 'Close the breach, with its outcome: nothing is awaited any more.' }] : [];
  return [...correction, ...waits, ...explain, ...more, ...leave, ...close];
}
