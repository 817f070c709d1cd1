/** The page of a case: where each task stands, what is in it for whom may see it, what has happened, what can be done. */
import { lastDayBefore } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import { processes, startName, type ProcessSlug } from '../../config/processes';
import type { Protocol } from '../../config/protocol';
import { askedName } from '../../config/protocol-rules';
import { reachOf } from '../../dispatch/addresses';
import { movedByStart } from '../../dispatch/apply';
import { countedClosing } from '../../dispatch/closing';
import { isAfterReply } from '../../dispatch/items';
import type { AuditEntry } from '../../store/audit';
import { workflowIdOf, type CaseDocument, type CaseTask } from '../../store/cases';
import type { ReviewResult } from '../../workflows/shared/contract';
import { caseFor } from '../apart';
import { viewContent, type Reason, type ReasonedAct, type TaskContent } from '../case-content';
import {
  caseTag,
  outcomeInWords,
  planReason,
  rungsToCome,
  answersIn,
  isDropped,
  taskName,
  tasksAsRecorded,
  timelineOf,
  viewsFor,
  type TaskView,
} from '../case-view';
import type { WebDependencies } from '../dependencies';
import { distanceInWords } from '../distance';
import { actorOf } from '../http/actor';
import type { OnCase, Routes } from '../http/routes';
import { decidesSilence, isRaisedWithLead, mayOnCase, mayOnTask } from '../policy';
import { webProcess } from '../processes';
import { correctedAwareness, extensionOf, isCorrectable, openCorrection } from '../cases/dates';
import { answerInWords } from '../cases/answer-in-words';
import { readerLeft } from '../cases/taking-part';

export function casePage(routes: Routes, deps: WebDependencies): void {
  routes.onCase('/cases/:ref', 'see-case', {
    get: async (context) => {
      const { request, response } = context;
      const { notice } = request.session;
      delete request.session.notice;
      response.render('pages/case.njk', { ...(await caseLocals(context, deps)), notice });
    },
  });
}

/** Everything that the page shows, each part only to whom the policy lets see it. */
async function caseLocals({ document: whole, account, request }: OnCase, deps: WebDependencies) {
  const { store, clock, protocol, settings } = deps;
  const { document, record } = caseFor(account, whole, await store.audit.of(whole._id));
  const content = await viewContent(document, record, { account, by: actorOf(request, 'page', deps) }, deps);
  const views = viewsFor(decidesSilence(account), tasksAsRecorded(document, record, clock.now()));
  const tasks = await Promise.all(
    document.tasks.map(async (task, index) => {
      const view = views[index] as TaskView;
      return {
        ...(await taskLocals(document, task, view, deps)),
        may: {
          ...actsOnTask({ document, account }, task, view, record),
          extend:
            mayOnTask(account, 'extend-task', document, task) &&
            'plan' in extensionOf(document, task, record, clock.now(), deps),
        },
        content: contentInWords(document, content.tasks.get(task.id), protocol),
      };
    }),
  );
  const web = webProcess(document.process);
  const { outcome } = document.projection;
  const watchdog = await store.signs.watchdog();
  const correction = openCorrection(document, record);
  return {
    caseRef: document._id,
    process: processes[document.process].title,
    source: processes[document.process].source,
    opener: document.openedBy.partner,
    readerLeft: document.ended ? undefined : readerLeft(document, clock.now(), protocol),
    withdraw: web.words.withdraw,
    does: web.words.does(document.tasks.map((task) => askedName(protocol, task))),
    thing: processes[document.process].thing,
    contentName: web.words.content,
    isConfirmed: web.isConfirmed,
    isStarted: document.startedAt !== null,
    isStuck: !document.ended && watchdog?.stuck.includes(document._id) === true,
    neededByOn: web.neededByOn(document),
    tag: caseTag(document, views, clock.now()),
    answers: answersIn(views),
    tasks,
    request: content.seesRequest ? await web.rows(document, { tasks: [...content.tasks.keys()], all: content.seesAll, safeContact: content.seesSafeContact }, deps) : undefined,
    reasons: content.reasons.map((reason) => {
      const task = document.tasks.length === 1 ? undefined : document.tasks.find(({ id }) => id === reason.task);
      const name = reasonName(document.process, reason);
      const what = web.isOfBefore?.(document, record, reason) === true ? `${name}: not in force any more` : name;
      return { ...reason, what: task === undefined ? what : `${what}: ${taskName(document, task, protocol)}` };
    }),
    timeline: timelineOf(document, record, protocol),
    outcome: document.ended && outcome !== null ? outcomeInWords(document.process, outcome) : undefined,
    ...closingLocals(document, deps),
    correction: correction === null ? undefined : { ...correction, awareness: correctedAwareness(document, correction, protocol) },
    countedFrom: document.terms['receivedOn'] ?? movedByStart(document)[0]?.plans.at(-1)?.from,
    isOfDetection: processes[document.process].countedFrom === 'detection',
    may: {
      correct: mayOnCase(account, 'correct-date', document),
      proposeCorrection:
        correction === null && isCorrectable(document, record, clock.now()) && mayOnCase(account, 'correct-date', document),
      confirm: isConfirmable(document, views) && mayOnCase(account, 'confirm-answers', document),
      withdraw: !document.ended && (web.isWithdrawable?.(document) ?? true) && mayOnCase(account, 'withdraw-request', document),
      decide: mayOnCase(account, 'decide-case', document)
        ? web.decisionsOf(document).map((decision) => ({ decision, ...web.words.decisions[decision] }))
        : [],
      reopen: document.ended && mayOnCase(account, 'reopen-case', document),
      seeRecord: mayOnCase(account, 'see-record', document),
    },
    own: web.casePage === undefined ? undefined : { view: web.casePage.view, ...web.casePage.locals(document, record, account, deps) },
    temporalUrl: temporalUrl(document, settings),
  };
}

/** The day on which a case closes by itself, with its working where that is how it stands. */
function closingLocals(document: CaseDocument, { holidays }: Pick<WebDependencies, 'holidays'>): { readonly closesOn?: IsoDate; readonly closing?: object } {
  const { projection: { closeAt }, closing, ended } = document;
  if (closeAt === null || ended) return {};
  const closesOn = lastDayBefore(closeAt);
  const counted = closing === undefined ? undefined : countedClosing(closing, document, holidays.current());
  // Where changed bank holidays would have closed it before today, it was left its day: no working leads there.
  return { closesOn, ...(counted?.day === closesOn ? { closing: counted } : {}) };
}

/** What a task shows to everybody who sees the case. */
async function taskLocals(document: CaseDocument, task: CaseTask, view: TaskView, deps: WebDependencies) {
  const { protocol, clock, holidays } = deps;
  const now = clock.now();
  const name = taskName(document, task, protocol);
  const waits = !document.ended && isAwaited(view);
  const reach = await reachOf('spoc', document, task, deps);
  return {
    ...view,
    name,
    heldBy: heldBy(document, task),
    waits,
    unreachable: waits && reach.address === null ? reach : undefined,
    distance: distanceInWords(view.plan, document.process, now, holidays.current()),
    ...plansInWords(view),
    rungsToCome: waits && !view.isPaused ? rungsToCome(document.process, view.plan, askedName(protocol, task), now) : [],
  };
}

/** Each date that a task had before, the newest first, with why it was counted and why it changed. */
function plansInWords({ plan, earlierPlans, kind }: TaskView) {
  const whys = [plan, ...earlierPlans].map((each, index) => planReason(each, earlierPlans[index], kind));
  return {
    whyCounted: earlierPlans.length === 0 ? undefined : whys[0],
    earlierPlans: earlierPlans.map((each, index) => ({ ...each, why: whys[index + 1], whyChanged: whys[index] })),
  };
}

function actsOnTask({ document, account }: Pick<OnCase, 'document' | 'account'>, task: CaseTask, view: TaskView, record: readonly AuditEntry[]) {
  const isOpen = !document.ended;
  const isUnanswered = isOpen && view.status !== 'answered' && !isDropped(view);
  const answers = mayOnTask(account, 'answer-task', document, task);
  return {
    answer: isUnanswered && answers,
    correct: isOpen && view.status === 'answered' && answers,
    passOn: isUnanswered && !isAfterReply(task, record) && mayOnTask(account, 'pass-task-on', document, task),
    record: isUnanswered && mayOnTask(account, 'record-answer', document, task),
    reply: view.question !== null && mayOnTask(account, 'reply-to-question', document, task),
    leave: isOpen && isLeavable(document, task) && mayOnTask(account, 'decide-silence', document, task),
    decide:
      isOpen &&
      (view.status === 'unanswered' || isUndelivered(document, task, view.status)) &&
      mayOnTask(account, 'decide-silence', document, task),
  };
}

/** Whether a mail to the partner could not be delivered and nothing that was sent since has arrived there. */
export function isUndelivered({ timeline }: CaseDocument, { id }: Pick<CaseTask, 'id'>, status: TaskView['status']): boolean {
  const ofPartner = timeline.filter(
    (event) =>
      (event.event === 'notice-sent' || event.event === 'notice-not-delivered') &&
      event.task === id &&
      event.to !== 'requester' &&
      event.to !== 'csp-manager' &&
      event.to !== 'decider',
  );
  return status === 'open' && ofPartner.at(-1)?.event === 'notice-not-delivered';
}

/** Whether a task is answered, and what was to follow can be left out. */
export const isLeavable = (document: CaseDocument, task: CaseTask): boolean =>
  !document.ended && webProcess(document.process).isLeavable?.(document, task) === true;

/** Whether an answer is still waited for. */
const isAwaited = ({ status }: Pick<TaskView, 'status'>): boolean => status === 'open' || status === 'unanswered';

/** Whether nobody is waited for any more, in a process whose answers are confirmed. */
export const isConfirmable = ({ process, ended }: Pick<CaseDocument, 'process' | 'ended'>, tasks: readonly TaskView[]): boolean =>
  webProcess(process).isConfirmed && !ended && !tasks.some(isAwaited);

/** Who has a task, without a name: everybody of the partners sees it. */
function heldBy(document: CaseDocument, task: CaseTask): string {
  const who = task.holder === null ? 'The contact' : 'A colleague, to whom it was passed on';
  return isRaisedWithLead(document, task) ? `${who}. It was raised with the information governance lead` : who;
}

function contentInWords({ process }: CaseDocument, content: TaskContent | undefined, protocol: Protocol) {
  if (content === undefined) return undefined;
  const [newest, ...earlier] = content.answers.map((opened) => answerInWords(process, opened, protocol));
  return { newest, earlier, questions: content.questions };
}

const reasonNames = (process: ProcessSlug): Readonly<Record<Exclude<ReasonedAct, 'case-decided'>, string>> => ({
  'asked-again': 'Why the CSP manager asked again',
  'left-unanswered': 'Why the CSP manager left it unanswered',
  'left-as-it-is': 'Why the CSP manager waits no longer for what the ICO was still to be told',
  'request-withdrawn': `Why the ${processes[process].thing} was withdrawn`,
  'case-reopened': 'Why the case was reopened',
  'clock-extended': 'Why more time was given',
  'correction-proposed': `Why the ${startName(process)} was to be corrected`,
  'correction-confirmed': 'Why the correction was confirmed',
  'correction-declined': 'Why the correction was declined',
  'review-rescheduled': 'Why another date was set',
  'outcome-recorded': 'What the panel found',
  'applicant-told': 'What the applicant was told',
  'not-satisfied': 'Why the applicant is not satisfied',
  'looked-at-again': 'What came of looking at it again',
  'action-settled': 'What came of an action of the plan',
  'tasks-added': webProcess(process).words.asked ?? 'Why a partner was added',
  'call-recorded': 'Who was told, and what was said',
  'ico-informed': 'What the ICO was told besides',
  'breach-closed': 'Why it was closed so',
  referred: 'Why the items were referred',
  'clock-stopped': 'What is asked of the applicant',
  'clock-started': 'What came of the applicant',
  'applicant-replied': 'What the applicant was told',
});

const resultsOfLooking: Readonly<Record<ReviewResult, string>> = { stands: 'it stands', changed: 'it is changed', 'taken-back': 'it was taken back' };

/** What is above a reason: of a decision on the case, what was decided; of looking at it again, what came of it. */
function reasonName(process: ProcessSlug, { act, decision, result }: Reason): string {
  if (act === 'case-decided') return (decision === null ? undefined : webProcess(process).words.decisions[decision]?.name) ?? 'Why it was decided so';
  return result === null ? reasonNames(process)[act] : `${reasonNames(process)[act]}: ${resultsOfLooking[result]}`;
}

function temporalUrl(document: CaseDocument, settings: WebDependencies['settings']): string {
  const ui = settings.TEMPORAL_UI_URL.replace(/\/+$/, '');
  return `${ui}/namespaces/${encodeURIComponent(settings.TEMPORAL_NAMESPACE)}/workflows/${workflowIdOf(document)}`;
}
