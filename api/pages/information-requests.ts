/** The pages of an information request: the form, what was sent, the case, its answer, and the acts that end it. */
import { randomUUID } from 'node:crypto';
import { formatDate, formatInstant, londonDateOf } from '../../calendar';
import { partnerByCode, partnerName, signedBy } from '../../config/protocol-rules';
import { processes } from '../../config/processes';
import type { Act } from '../../dispatch';
import { mayOnCase, mayOnTask } from '../policy';
import type { WebDependencies } from '../dependencies';
import { dateOfParts } from '../forms/fields';
import { handlersOf, type Form } from '../forms/form';
import { typedOf } from '../http/held';
import type { Limits } from '../http/limits';
import type { OnCase, OnTask, Routes, SignedIn } from '../http/routes';
import {
  answerKindNames,
  answerTask,
  carryOutAct,
  channels,
  openInformationRequest,
  partnersToAsk,
  readAnswer,
  requestInWords,
  requestSchema,
  type RequestDependencies,
  type RequestForm,
} from '../processes/information-request';
import { answerForm } from './answer-form';
import { caseTag, distanceInWords, outcomeInWords, rungInWords, taskView, timelineOf } from '../case-view';

type Dependencies = WebDependencies & RequestDependencies;

export function informationRequestRoutes(routes: Routes, deps: Dependencies, limits: Limits): void {
  const { store, clock } = deps;

  const requestForm = handlersOf(newRequestForm(deps));
  routes.signedIn('/information-requests/new', 'open-information-request', {
    get: requestForm.get,
    post: async (context) => {
      await limits.count('posts', context.account._id);
      await requestForm.post(context);
    },
  });

  routes.onCase('/cases/:ref', 'see-case', {
    get: async (context) => {
      const { request, response } = context;
      const { notice } = request.session;
      delete request.session.notice;
      response.render('pages/case.njk', { ...(await caseLocals(context, deps)), notice });
    },
  });

  routes.onCase('/cases/:ref/sent', 'see-content', {
    get: async (context) => {
      context.response.render('information-request/sent.njk', await caseLocals(context, deps));
    },
  });

  const answer = handlersOf(
    answerForm<OnTask>({
      present: ({ document, task }) => ({
        caseRef: document._id,
        opener: document.openedBy.partner,
        task: taskView(document, task, null, clock.now()),
        request: requestInWords(document, deps),
        action: `/cases/${document._id}/tasks/${task.id}/answer`,
        backLink: `/cases/${document._id}`,
      }),
      submit: async ({ document, task, account }, content, submissionId) => {
        await limits.count('posts', account._id);
        const by = { via: 'signed-in', account: account._id, sender: account._id } as const;
        await answerTask({ document, task, content, submissionId, by }, deps);
        return `/cases/${document._id}/tasks/${task.id}/received`;
      },
    }),
  );
  routes.onTask('/cases/:ref/tasks/:task/answer', 'answer-task', {
    get: async (context) => {
      const { document, task, request, response } = context;
      const answered = (await store.answers.ofTask(document._id, task.id)) !== null;
      // What was typed before is shown even then: it is the only copy.
      if ((answered || document.ended) && request.typed === undefined) {
        response.redirect(303, `/cases/${document._id}`);
        return;
      }
      return answer.get(context);
    },
    post: answer.post,
  });
  routes.onTask('/cases/:ref/tasks/:task/received', 'answer-task', {
    get: async ({ document, task, response }) => {
      const received = await store.answers.ofTask(document._id, task.id);
      if (received === null) {
        response.redirect(303, `/cases/${document._id}`);
        return;
      }
      response.render('pages/received.njk', {
        caseRef: document._id,
        opener: document.openedBy.partner,
        task: taskView(document, task, received, clock.now()),
        answer: received,
        backLink: `/cases/${document._id}`,
      });
    },
  });

  routes.onCase('/cases/:ref/confirmation', 'confirm-answers', actPages('confirmAnswers', deps));
  routes.onCase('/cases/:ref/closure', 'close-unanswered', actPages('closeUnanswered', deps));
}

function newRequestForm(deps: Dependencies): Form<SignedIn, RequestForm> {
  const { protocol, clock } = deps;
  return {
    view: 'information-request/new.njk',
    fields: {
      partner: () => 'partner',
      receivedOn: (typed) =>
        `receivedOn-${['day', 'month', 'year'].find((part) => !typed[`receivedOn-${part}`]) ?? 'day'}`,
      receivedOnConfirmed: () => 'receivedOnConfirmed',
      channel: () => 'channel',
      personName: () => 'personName',
      personDetails: () => 'personDetails',
      asked: () => 'asked',
      purpose: () => 'purpose',
      legalBasis: () => 'legalBasis',
    },
    schema: ({ account }) => requestSchema({ protocol, opener: account.partner, today: londonDateOf(clock.now()) }),
    read: (typed) => ({
      partner: typed['partner'] ?? '',
      receivedOn: dateOfParts(typed, 'receivedOn'),
      receivedOnConfirmed: typed['receivedOnConfirmed'] === 'yes',
      channel: typed['channel'],
      personName: typed['personName'] ?? '',
      personDetails: typed['personDetails'],
      asked: typed['asked'] ?? '',
      purpose: typed['purpose'] ?? '',
      legalBasis: typed['legalBasis'] ?? '',
    }),
    present: ({ account }) => {
      const today = londonDateOf(clock.now());
      const own = partnerByCode(protocol, account.partner);
      return {
        partners: partnersToAsk(protocol, account.partner, today),
        ownSigned: own !== undefined && signedBy(own, today),
        channels,
        legalBases: protocol.legalBases,
        today,
      };
    },
    submit: async ({ account }, form, submissionId) => {
      const { _id } = await openInformationRequest(form, account, submissionId, deps);
      return `/cases/${_id}/sent`;
    },
  };
}

function temporalUrl(caseRef: string, settings: Dependencies['settings']): string {
  const ui = settings.TEMPORAL_UI_URL.replace(/\/+$/, '');
  return `${ui}/namespaces/${encodeURIComponent(settings.TEMPORAL_NAMESPACE)}/workflows/${caseRef}`;
}

/** All that the pages of a case show, each part only to whom the policy lets see it. */
async function caseLocals({ document, account }: OnCase, { store, clock, protocol, holidays, settings }: Dependencies) {
  const now = clock.now();
  const answers = await store.answers.of(document._id);
  const name = (code: string) => partnerName(protocol, code);
  const tasks = document.tasks.map((task) => {
    const answer = answers.find((each) => each.task === task.id) ?? null;
    const view = taskView(document, task, answer, now);
    const seesContent = mayOnTask(account, 'see-task-content', document, task);
    return {
      ...view,
      distance: distanceInWords(view.plan.dueOn, now, holidays),
      content: answer !== null && seesContent ? readAnswer(document, answer, store) : undefined,
      kind: answer === null ? undefined : answerKindNames[answer.kind],
      mayAnswer: view.status !== 'answered' && !document.ended && mayOnTask(account, 'answer-task', document, task),
      rungsToCome:
        view.status === 'answered' || document.ended
          ? []
          : view.plan.rungs
              .filter((rung) => Date.parse(rung.at) > Date.parse(now))
              .map((rung) => ({
                at: formatInstant(rung.at),
                on: formatDate(londonDateOf(rung.at)),
                text: rungInWords(rung.step, rung.to, name(task.partner)),
              })),
      seesContent,
    };
  });
  const seesRequest = mayOnCase(account, 'see-content', document) || tasks.some((task) => task.seesContent);
  const allAnswered = tasks.every((task) => task.status === 'answered');
  const { closeAt, stage, outcome } = document.projection;
  return {
    caseRef: document._id,
    process: processes[document.process].title,
    source: processes[document.process].source,
    opener: document.openedBy.partner,
    openedAt: document.openedAt,
    isStarted: document.startedAt !== null || document.projection.seq > 0,
    tag: caseTag(document, tasks),
    tasks,
    request: seesRequest ? requestInWords(document, { store, protocol }) : undefined,
    timeline: timelineOf(document, answers, protocol),
    outcome: outcome === null ? undefined : outcomeInWords(outcome),
    // Closed at the end of a day: the day is the one before the midnight that the instant names.
    closesOn:
      closeAt === null || document.ended
        ? undefined
        : londonDateOf(new Date(Date.parse(closeAt) - 1).toISOString() as typeof closeAt),
    mayConfirm: allAnswered && !document.ended && mayOnCase(account, 'confirm-answers', document),
    mayClose: stage === 'unanswered' && !allAnswered && mayOnCase(account, 'close-unanswered', document),
    temporalUrl: temporalUrl(document._id, settings),
  };
}

/** An act is asked about on a page of its own, and then done. */
function actPages(act: Act, deps: Dependencies) {
  return {
    get: async (context: OnCase): Promise<void> => {
      const locals = await caseLocals(context, deps);
      const possible = act === 'confirmAnswers' ? locals.mayConfirm : locals.mayClose;
      if (!possible) {
        context.response.redirect(303, `/cases/${context.document._id}`);
        return;
      }
      context.response.render('pages/act.njk', { ...locals, act, submissionId: randomUUID() });
    },
    post: async (context: OnCase): Promise<void> => {
      const { request, response, document } = context;
      const { submissionId } = typedOf(request.body);
      await carryOutAct(
        act,
        context,
        submissionId === undefined || submissionId === '' ? randomUUID() : submissionId,
        deps,
      );
      request.session.notice = act;
      response.redirect(303, `/cases/${document._id}`);
    },
  };
}
