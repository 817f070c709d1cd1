/** Cases as the API shows them: what happened with each, and, with the right and the scope for it, what is in it. */
import type { z } from 'zod';
import type { Scope } from '../../config/scopes';
import type { Account } from '../../store/accounts';
import { currentAnswer, type AnswerDocument } from '../../store/answers';
import type { Actor } from '../../store/audit';
import type { CaseDocument, CaseSummary } from '../../store/cases';
import { startDayOf } from '../../calendar';
import { caseFor } from '../apart';
import { viewContent, type CaseContent } from '../case-content';
import { webProcess } from '../processes';
import { dutiesThatWait } from '../duties';
import { openCorrection } from '../cases/dates';
import { tasksAsRecorded, taskView, timelineOf, type TaskView } from '../case-view';
import { route, type ApiDependencies, type ApiRoute } from './route';
import { caseSchema, type caseSummarySchema } from './schemas';

export const caseRoutes = (deps: ApiDependencies): readonly ApiRoute[] => [
  route({
    method: 'get',
    path: '/cases/:ref',
    access: 'see-case',
    scope: 'cases:read',
    summary: 'One case',
    description:
      'What was asked and answered is left out without the scope `content:read`; with it, the view is put on record.',
    answers: { 200: ['The case', caseSchema] },
    handle: async ({ document, ...viewer }) => ({ status: 200, body: await caseOf(document, viewer, deps) }),
  }),
];

/** Who looks at a case, with what token. */
export interface Viewer {
  readonly account: Account;
  readonly by: Actor;
  readonly sees: (scope: Scope) => boolean;
}

/** What every act on a case says of itself: it is answered with the case as it stands then. */
export const actOnCase = {
  method: 'post',
  scope: 'requests:write',
  answers: { 200: ['The case', caseSchema] },
  problems: { 409: 'Not possible in the state of the case' },
} as const;

/** Answers an act with the case as it stands after it. */
export const caseNow = (deps: ApiDependencies) => async (document: CaseDocument, viewer: Viewer) =>
  ({ status: 200, body: await caseOf((await deps.store.cases.get(document._id)) ?? document, viewer, deps) }) as const;

/** A whole case, with content as far as both the account may see it and the token has the scope. @throws Unavailable */
export async function caseOf(
  whole: CaseDocument,
  { account, by, sees }: Viewer,
  deps: ApiDependencies,
): Promise<z.infer<typeof caseSchema>> {
  const { store, protocol, clock } = deps;
  const { document, record } = caseFor(account, whole, await store.audit.of(whole._id));
  const correction = openCorrection(document, record);
  const content = sees('content:read') ? await viewContent(document, record, { account, by }, deps) : undefined;
  return {
    ...summaryWith(document, tasksAsRecorded(document, record, clock.now()), deps),
    clocks: document.tasks.flatMap(({ id, plans }) =>
      plans.map((plan) => ({
        task: id,
        version: plan.version,
        reason: plan.reason,
        receivedOn: startDayOf(plan),
        dueOn: plan.dueOn ?? null,
        dueAt: plan.dueAt,
        working: [...plan.steps],
      })),
    ),
    correction: correction === null ? null : { from: correction.namedAs, proposedAt: correction.proposed.at },
    timeline: timelineOf(document, record, protocol).map(({ at, text }) => ({ at, text })),
    ...(content?.seesRequest === true ? { content: contentOf(document, content, deps) } : {}),
  };
}

function contentOf(
  document: CaseDocument,
  content: CaseContent,
  deps: ApiDependencies,
): NonNullable<z.infer<typeof caseSchema>['content']> {
  const { request, justifications } = webProcess(document.process).content(document, { tasks: [...content.tasks.keys()], all: content.seesAll, safeContact: content.seesSafeContact }, deps);
  const seen = document.tasks.filter(({ id }) => content.tasks.has(id));
  return {
    request,
    tasks: seen.map(({ id, categories }) => ({
      task: id,
      categories: [...categories],
      justification: justifications[id] ?? '',
      answers: (content.tasks.get(id)?.answers ?? []).map(({ answer, facts, content: words, files }) => ({
        version: answer.version,
        kind: answer.kind,
        receivedAt: answer.receivedAt,
        recordedAt: answer.recordedAt,
        recordedBy: answer.recordedBy,
        givenHow: answer.givenBy,
        givenByName: words.givenByName,
        categories: [...answer.categories],
        shared: words.shared,
        ground: words.ground,
        marking: facts.marking,
        markingWords: words.markingWords,
        notToBePassedOn: facts.notToBePassedOn,
        notToBeRevealed: facts.notToBeRevealed,
        handling: words.handling,
        particulars: words.particulars ?? {},
        files: files.map(({ id: file, name, bytes }) => ({ id: file, name, bytes })),
      })),
      questions: [...(content.tasks.get(id)?.questions ?? [])],
    })),
    reasons: content.reasons.map(({ act, task, at, text }) => ({ act, task, at, text })),
  };
}

/** A case as a list shows it. @param answers those of the case that are stored, its newest last */
export function summaryOf(
  found: CaseSummary,
  answers: readonly AnswerDocument[],
  deps: ApiDependencies,
): z.infer<typeof caseSummarySchema> {
  const views = found.tasks.map((task) => taskView(found, task, currentAnswer(answers, task), deps.clock.now()));
  return summaryWith(found, views, deps);
}

function summaryWith(
  found: CaseSummary,
  views: readonly TaskView[],
  { settings, clock }: Pick<ApiDependencies, 'settings' | 'clock'>,
): z.infer<typeof caseSummarySchema> {
  const { projection } = found;
  const tasks = views.map((view) => {
    const told = projection.tasks.find(({ id }) => id === view.id)?.answer ?? null;
    const answer = view.answer ?? told;
    return {
      id: view.id,
      kind: view.kind,
      partner: view.partner,
      team: view.team,
      status: view.status,
      overdue: view.overdue,
      questionOpen: view.question !== null,
      clockStopped: view.isPaused,
      receivedOn: startDayOf(view.plan),
      dueOn: view.plan.dueOn ?? null,
      dueAt: view.plan.dueAt,
      byLaw: view.byLaw,
      answer:
        answer === null
          ? null
          : { version: answer.version, receivedAt: answer.receivedAt, late: view.late },
    };
  });
  return {
    reference: found._id,
    process: found.process,
    stage: projection.stage,
    outcome: projection.outcome,
    openedAt: found.openedAt,
    openedBy: found.openedBy.partner,
    overdue: tasks.some((task) => task.overdue) || dutiesThatWait(found, clock.now()).some(({ isOverdue }) => isOverdue),
    tasks,
    url: `${settings.PUBLIC_URL}/cases/${found._id}`,
  };
}
