/** `/api/v1`: all that the forms do, with JSON. The same schemas, the same commands, the same policy. */
import { randomUUID } from 'node:crypto';
import express, { Router, type Request } from 'express';
import type { z } from 'zod';
import { CalendarError, deadlineFromQuery, londonDateOf } from '../../calendar';
import { clocks } from '../../config/clocks';
import { clockIds } from '../../config/policy';
import { clockSettings } from '../../config/protocol-rules';
import type { Account } from '../../store/accounts';
import type { CaseDocument } from '../../store/cases';
import { answersNotYetTold, casesSeenBy, taskView, timelineOf } from '../case-view';
import type { WebDependencies } from '../dependencies';
import { issuesOf } from '../forms/form';
import type { Limits } from '../http/limits';
import { Invalid, NotFound, NotSignedIn } from '../http/refusals';
import { Routes, type OnCase, type RegisteredRoute } from '../http/routes';
import { mayOnCase, mayOnTask } from '../policy';
import {
  answerSchema,
  answerTask,
  carryOutAct,
  openInformationRequest,
  readAnswer,
  readRequest,
  requestSchema,
  type RequestDependencies,
} from '../processes/information-request';
import { openApi } from './openapi';
import { problems } from './problems';
import type { caseSchema, caseSummarySchema } from './schemas';

type Dependencies = WebDependencies & RequestDependencies;

export function apiV1(deps: Dependencies, limits: Limits): { router: Router; registered: readonly RegisteredRoute[] } {
  const { store, clock, protocol, holidays, settings, logger } = deps;
  const routes = new Routes(store);
  const document = openApi(protocol, settings.PUBLIC_URL);
  const settingsOfClocks = {
    ...clocks,
    ...Object.fromEntries(clockIds.map((id) => [id, clockSettings(protocol, id)])),
  };

  routes.anyone('/openapi.json', { get: ({ response }) => void response.json(document) });

  routes.anyone('/deadlines', {
    get: ({ request, response }) => {
      try {
        response.json(deadlineFromQuery(request.query, { holidays, settings: settingsOfClocks }));
      } catch (error) {
        if (error instanceof CalendarError) throw new Invalid([{ field: error.field, message: error.message }]);
        throw error;
      }
    },
  });

  routes.signedIn('/information-requests', 'open-information-request', {
    post: async ({ request, response, account }) => {
      await limits.count('posts', account._id);
      const schema = requestSchema({ protocol, opener: account.partner, today: londonDateOf(clock.now()) });
      const form = parsed(schema, request.body);
      const opened = await openInformationRequest(form, account, idempotencyKeyOf(request), deps);
      response
        .status(201)
        .location(`/api/v1/cases/${opened._id}`)
        .json(await caseOf(opened, account, deps));
    },
  });

  routes.signedIn('/cases', 'signed-in', {
    get: async ({ response, account }) => {
      const seen = await casesSeenBy(account, store);
      const answers = await answersNotYetTold(seen, store);
      const cases = seen.map((summary) => {
        const own = answers.filter(({ caseRef }) => caseRef === summary._id);
        return summaryOf(summary, own, account, deps);
      });
      response.json({ cases });
    },
  });

  routes.onCase('/cases/:ref', 'see-case', {
    get: async ({ response, account, document }) => void response.json(await caseOf(document, account, deps)),
  });

  routes.onTask('/cases/:ref/tasks/:task/answers', 'answer-task', {
    post: async ({ request, response, account, document, task }) => {
      await limits.count('posts', account._id);
      const content = parsed(answerSchema, request.body);
      const by = { via: 'api', account: account._id, sender: account._id } as const;
      const answer = await answerTask({ document, task, content, submissionId: idempotencyKeyOf(request), by }, deps);
      const { kind, receivedAt } = answer;
      response.status(201).json({ reference: document._id, task: task.id, kind, receivedAt });
    },
  });

  const act =
    (which: 'confirmAnswers' | 'closeUnanswered') =>
    async (context: OnCase): Promise<void> => {
      const { request, response, document, account } = context;
      await limits.count('posts', account._id);
      await carryOutAct(which, context, idempotencyKeyOf(request), deps);
      const now = (await store.cases.get(document._id)) ?? document;
      response.json(await caseOf(now, account, deps));
    };
  routes.onCase('/cases/:ref/confirmation', 'confirm-answers', { post: act('confirmAnswers') });
  routes.onCase('/cases/:ref/closure', 'close-unanswered', { post: act('closeUnanswered') });

  const router = Router();
  router.use(express.json({ limit: '200kb' }));
  router.use(async (request, _response, next) => {
    const token = /^Bearer ([\w-]{20,200})$/.exec(request.get('authorization') ?? '')?.[1];
    const account = token === undefined ? null : await store.accounts.byToken(token);
    if (account !== null) request.account = account;
    else if (request.get('authorization') !== undefined) throw new NotSignedIn();
    next();
  });
  router.use(routes.router);
  router.use(() => {
    throw new NotFound();
  });
  router.use(problems(logger));
  const registered = routes.registered.map((route) => ({ ...route, path: `/api/v1${route.path}` }));
  return { router, registered };
}

/** @throws Invalid with the errors of the fields */
function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (!result.success) throw new Invalid(issuesOf(result.error));
  return result.data;
}

function idempotencyKeyOf(request: Request): string {
  const key = request.get('idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Invalid([{ field: 'Idempotency-Key', message: 'Use 1 to 200 printable characters without spaces' }]);
  }
  return key ?? randomUUID();
}

function summaryOf(
  found: Pick<
    CaseDocument,
    '_id' | 'process' | 'openedAt' | 'openedBy' | 'partners' | 'tasks' | 'projection' | 'ended'
  >,
  answers: Awaited<ReturnType<Dependencies['store']['answers']['of']>>,
  account: Account,
  { clock, settings, store }: Dependencies,
  whole?: CaseDocument,
): z.infer<typeof caseSummarySchema> {
  const { projection } = found;
  const tasks = found.tasks.map((task) => {
    const stored = answers.find((answer) => answer.task === task.id) ?? null;
    const view = taskView(found, task, stored, clock.now());
    const told = projection.tasks.find(({ id }) => id === task.id)?.answer ?? null;
    const answer = stored === null ? told : { kind: stored.kind, receivedAt: stored.receivedAt, late: view.late };
    const seesContent = whole !== undefined && stored !== null && mayOnTask(account, 'see-task-content', whole, task);
    const content = seesContent ? readAnswer(whole, stored, store) : undefined;
    return {
      id: task.id,
      partner: task.partner,
      status: view.status,
      overdue: view.overdue,
      receivedOn: view.plan.from,
      dueOn: view.plan.dueOn,
      dueAt: view.plan.dueAt,
      answer:
        answer === null
          ? null
          : {
              kind: answer.kind,
              receivedAt: answer.receivedAt,
              late: answer.late,
              ...(content === undefined
                ? {}
                : { content: { shared: content.shared, ground: content.ground, handling: content.handling } }),
            },
    };
  });
  return {
    reference: found._id,
    process: found.process,
    stage: projection.stage as z.infer<typeof caseSummarySchema>['stage'],
    outcome: projection.outcome as z.infer<typeof caseSummarySchema>['outcome'],
    openedAt: found.openedAt,
    openedBy: found.openedBy.partner,
    overdue: tasks.some((task) => task.overdue),
    tasks,
    url: `${settings.PUBLIC_URL}/cases/${found._id}`,
  };
}

async function caseOf(
  document: CaseDocument,
  account: Account,
  deps: Dependencies,
): Promise<z.infer<typeof caseSchema>> {
  const { store, protocol } = deps;
  const answers = await store.answers.of(document._id);
  const seesRequest =
    mayOnCase(account, 'see-content', document) ||
    document.tasks.some((task) => mayOnTask(account, 'see-task-content', document, task));
  return {
    ...summaryOf(document, answers, account, deps, document),
    working: document.tasks.map(({ id, plans }) => ({ task: id, steps: [...(plans.at(-1)?.steps ?? [])] })),
    timeline: timelineOf(document, answers, protocol).map(({ at, text }) => ({ at, text })),
    ...(seesRequest ? { request: readRequest(document, store) } : {}),
  };
}
