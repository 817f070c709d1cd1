/** A page for each act on a case that says what comes of it, before it is done. */
import { londonDateOf } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { decisions, definitionOf, processes, type Decision } from '../../config/processes';
import { askedName, partnerName } from '../../config/protocol-rules';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument, CasePolicy, TaskPlan } from '../../store/cases';
import { recordView } from '../case-content';
import { taskName, tasksAsRecorded, type TaskView } from '../case-view';
import type { WebDependencies } from '../dependencies';
import { awaitedTasks, movedByStart } from '../../dispatch/apply';
import { dateInputIn, dateInputs, dateOfParts } from '../forms/fields';
import { handlersOf, type Form } from '../forms/form';
import { actorOf } from '../http/actor';
import { typedOf, type Typed } from '../http/held';
import type { Limits } from '../http/limits';
import { Invalid, NotFound, Refusal } from '../http/refusals';
import type { OnCase, OnTask, Routes } from '../http/routes';
import {
  confirm,
  type DayAhead,
  confirmationSchema,
  caseDecisionSchema,
  decideCase,
  decideSilence,
  decisionSchema,
  reopen,
  reopeningSchema,
  reply,
  replySchema,
  withdraw,
  withdrawalSchema,
  type Acting,
} from '../cases/acts';
import { nextVersion, planInForce, planTask, policyFor, policyOf, startingAt } from '../../dispatch/clock';
import { planAfterReply } from '../cases/clock';
import { readNote } from '../cases/content';
import {
  correctedAwareness,
  correctedPlans,
  correctionDecisionSchema,
  correctionSchema,
  decideCorrection,
  extend,
  extensionOf,
  extensionSchema,
  isCorrectable,
  isOfSamePerson,
  openCorrection,
  proposeCorrection,
  whyNotConfirmed,
  type Correction,
} from '../cases/dates';
import type { CaseDependencies } from '../cases/dependencies';
import { openQuestion } from '../cases/questions';
import { webProcess } from '../processes';
import type { TaskKindWords } from '../processes/process';
import { isConfirmable, isLeavable, isUndelivered } from './case';

type Dependencies = WebDependencies & CaseDependencies;

/** What the page of an act is made of. */
export interface ActPage<Context extends OnCase, Input> extends Pick<
  Form<Context, Input>,
  'view' | 'fields' | 'schema' | 'read' | 'inputOf'
> {
  /** Whether the act can be done as things stand; if not, its page leads back to where one comes from. */
  readonly isPossible: (standing: Standing, context: Context) => boolean;
  readonly present: (standing: Standing, context: Context, typed: Typed) => Promise<object> | object;
  readonly carryOut: (acting: Acting & Input, context: Context) => Promise<void>;
  /** What the page of the case says afterwards, by its name there. */
  readonly notice: string;
  /** The page that says it, and that one comes from, where that is not the page of the case. */
  readonly next?: (document: Context['document']) => string;
}

/** A case as it stands by its record. */
export interface Standing {
  readonly record: readonly AuditEntry[];
  readonly views: readonly TaskView[];
}

/** What a correction makes of the last day of a partner that leaves. */
const noticeMoved = ({ terms }: CaseDocument, correction: Correction, now: IsoInstant) => ({
  before: terms['lastDay'],
  lastDay: correction.terms['lastDay'],
  isPast: Date.parse(String(correction.terms['endsAt'])) <= Date.parse(now),
});

export function actPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  const { clock, store, protocol, holidays } = deps;
  const nameOf = ({ document }: OnCase, id: string): string => {
    const task = document.tasks.find((each) => each.id === id);
    return task === undefined ? id : taskName(document, task, protocol);
  };

  /** The clock of all who are asked again as things stand; undefined where another day has to be set for that first. */
  const planAgain = (document: OnCase['document'], record: readonly AuditEntry[], policy: CasePolicy): TaskPlan | undefined => {
    try {
      const { dueFor } = webProcess(document.process).reopenedWith?.(document, record, { tasks: document.tasks.map(({ id }) => id) }, deps) ?? {};
      const draft = { caseRef: document._id, from: startingAt(clock.now(), policy), version: 1, reason: 'reopened', dueFor } as const;
      return planTask(draft, policy, { holidays: holidays.current() });
    } catch (error) {
      if (error instanceof Invalid) return undefined;
      throw error;
    }
  };

  /** What a correction would move; nothing, where the case cannot be counted from that day. */
  const movesOf = ({ document }: OnCase, correction: Correction, record: readonly AuditEntry[]): object[] =>
    whyNotConfirmed(document, correction, record, deps) === null
      ? correctedPlans(document, correction.from, record, deps).map(({ task, before, plan }) => ({
          name: taskName(document, task, protocol),
          before,
          plan,
          losesExtension: (before.extended && !plan.extended) || (before.dueFor !== undefined && plan.dueFor === undefined),
        }))
      : [];

  routes.onCase(
    '/cases/:ref/confirmation',
    'confirm-answers',
    actPage(
      {
        view: 'acts/confirm.njk',
        fields: {},
        schema: () => confirmationSchema,
        read: () => ({}),
        isPossible: ({ views }, { document }) => isConfirmable(document, views),
        present: ({ views }, context) => ({
          leftUnanswered: views
            .filter(({ status }) => status === 'left-unanswered')
            .map(({ id }) => nameOf(context, id)),
        }),
        carryOut: (acting) => confirm(acting, deps),
        notice: 'confirmed',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/withdrawal',
    'withdraw-request',
    actPage(
      {
        view: 'acts/withdraw.njk',
        fields: { reason: () => 'reason' },
        schema: () => withdrawalSchema,
        read: ({ reason = '' }) => ({ reason }),
        isPossible: (_, { document }) => !document.ended && (webProcess(document.process).isWithdrawable?.(document) ?? true),
        present: ({ views }, context) => ({
          withdrawal: webProcess(context.document.process).words.withdrawal,
          // Who ends it in place of its opener.
          formerOpener:
            context.account.standsInFor?.includes(context.document.openedBy.partner) === true
              ? partnerName(protocol, context.document.openedBy.partner)
              : undefined,
          withdraw: webProcess(context.document.process).words.withdraw,
          staysClosed: definitionOf(context.document.process).staysClosed,
          asked: views.length,
          toldBesides: webProcess(context.document.process).withdrawalTellsBesides?.(context.document),
          told: views
            .filter(({ status }) => status !== 'answered' || definitionOf(context.document.process).allToldOfWithdrawal === true)
            .map(({ id }) => nameOf(context, id)),
        }),
        carryOut: (acting) => withdraw(acting, deps),
        notice: 'withdrawn',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/decisions/:decision',
    'decide-case',
    actPage(
      {
        view: 'acts/decide-case.njk',
        fields: { reason: () => 'reason' },
        schema: ({ request }) =>
          caseDecisionSchema.omit({ decision: true }).transform((given) => ({ ...given, decision: decisionIn(request.params) })),
        read: ({ reason = '' }) => ({ reason }),
        isPossible: (_, { document, request }) =>
          webProcess(document.process).decisionsOf(document).includes(decisionIn(request.params)),
        present: (_, { document, request }) => ({
          words: webProcess(document.process).words.decisions[decisionIn(request.params)],
        }),
        carryOut: (acting) => decideCase(acting, deps),
        notice: 'caseDecided',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/reopening',
    'reopen-case',
    actPage(
      {
        view: 'acts/reopen.njk',
        fields: {
          tasks: () => `${askInput}T1`,
          panelOn: (typed) => dateInputIn(typed, 'panelOn'),
          beginsOn: (typed) => dateInputIn(typed, 'beginsOn'),
          reason: () => 'reason',
        },
        schema: ({ document }) => reopeningSchema(londonDateOf(clock.now()), document, webProcess(document.process)),
        read: (typed) => ({
          tasks: Object.keys(typed)
            .filter((name) => name.startsWith(askInput) && typed[name] === 'yes')
            .map((name) => name.slice(askInput.length)),
          ...dayAheadIn(typed),
          reason: typed['reason'] ?? '',
        }),
        isPossible: (_, { document }) => document.ended,
        present: ({ views, record }, context, typed) => {
          const policy = policyOf(protocol, context.document.process);
          const web = webProcess(context.document.process);
          const day = web.dayAhead === undefined ? undefined : (context.document.terms[web.dayAhead] as IsoDate | null);
          // What was decided and told is looked at again more often than decided anew.
          const asksAgain = web.reopensWithoutAsking !== true || context.document.projection.outcome === 'withdrawn';
          const isFirst = context.request.typed === undefined && context.request.method === 'GET';
          return {
            tasks: views.map((view) => ({
              ...view,
              name: nameOf(context, view.id),
              input: `${askInput}${view.id}`,
              isChosen: isFirst ? asksAgain && view.status !== 'answered' : typed[`${askInput}${view.id}`] === 'yes',
            })),
            plan: planAgain(context.document, record, policy),
            dayAhead: web.dayAhead,
            day,
            reopensWithoutAsking: web.reopensWithoutAsking === true,
            keepsHours: definitionOf(context.document.process).countedFrom === 'detection',
            toldBesides: webProcess(context.document.process).reopeningTellsBesides?.(context.document, deps),
          };
        },
        carryOut: (acting) => reopen({ ...acting, reopenedWith: webProcess(acting.document.process).reopenedWith }, deps),
        notice: 'reopened',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/correction',
    'correct-date',
    actPage(
      {
        view: 'acts/correct.njk',
        fields: { from: (typed) => dateInputIn(typed, 'from'), reason: () => 'reason' },
        schema: () => correctionSchema,
        read: (typed) => ({ from: dateOfParts(typed, 'from'), reason: typed['reason'] ?? '' }),
        isPossible: ({ record }, { document }) =>
          processes[document.process].countedFrom === 'receipt' &&
          isCorrectable(document, record, clock.now()) &&
          openCorrection(document, record) === null,
        present: (_, { document }) => ({
          isNotice: document.process === 'withdrawal',
          countedFrom:
            processes[document.process].countedFrom === 'receipt' ? (document.terms['receivedOn'] ?? awaitedTasks(document)[0]?.plans.at(-1)?.from) : undefined,
        }),
        carryOut: (acting) => proposeCorrection(acting, deps),
        notice: 'proposed',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/correction/decision',
    'correct-date',
    actPage(
      {
        view: 'acts/decide-correction.njk',
        fields: { decision: () => 'decision', reason: () => 'reason' },
        schema: () => correctionDecisionSchema,
        read: ({ decision, reason = '' }) => ({ decision, reason }),
        isPossible: ({ record }, { document }) => openCorrection(document, record) !== null,
        present: async ({ record }, context) => {
          const { document, request } = context;
          const correction = openCorrection(document, record);
          if (correction === null) return {};
          const by = actorOf(request, 'page', deps);
          await recordView(document, by, [`correction-proposed/${correction.proposed.seq}`], deps);
          return {
            correction: { ...correction, awareness: correctedAwareness(document, correction, protocol) },
            isOfDetection: processes[document.process].countedFrom === 'detection',
            notice: document.process === 'withdrawal' ? noticeMoved(document, correction, clock.now()) : undefined,
            isOwn: isOfSamePerson(correction, by),
            why: readNote(document, correction.proposed, store),
            whyNot: whyNotConfirmed(document, correction, record, deps),
            countedFrom: document.terms['receivedOn'] ?? movedByStart(document)[0]?.plans.at(-1)?.from,
            moves: movesOf(context, correction, record),
          };
        },
        carryOut: (acting) => decideCorrection(acting, deps),
        notice: 'correctionDecided',
      },
      deps,
      limits,
    ),
  );

  routes.onTask(
    '/cases/:ref/tasks/:task/extension',
    'extend-task',
    actPage(
      {
        view: 'acts/extend.njk',
        fields: {
          dueOn: (typed) => dateInputIn(typed, 'dueOn'),
          toldOn: (typed) => dateInputIn(typed, 'toldOn'),
          dueOnConfirmed: () => 'dueOnConfirmed',
          reason: () => 'reason',
        },
        schema: () => extensionSchema,
        // The days are asked of a reply only, and have to be said there.
        read: (typed) => ({
          reason: typed['reason'] ?? '',
          ...('toldOn-day' in typed ? { toldOn: dateOfParts(typed, 'toldOn') } : {}),
          ...('dueOn-day' in typed ? { dueOn: dateOfParts(typed, 'dueOn'), dueOnConfirmed: typed['dueOnConfirmed'] === 'yes' } : {}),
        }),
        isPossible: ({ record }, { document, task }: OnTask) =>
          'plan' in extensionOf(document, task, record, clock.now(), deps),
        present: ({ record }, context) => ({
          name: nameOf(context, context.task.id),
          isReply: context.task.kind === 'reply',
          extensionNote: webProcess(context.document.process).words.extension?.(policyFor(context.document.policy, context.task).clockId),
          isChosen: policyFor(context.document.policy, context.task).clock.extendedTo === 'chosen-day',
          extension: extensionOf(context.document, context.task, record, clock.now(), deps),
        }),
        carryOut: (acting, { task }) => extend({ ...acting, task }, deps),
        notice: 'extended',
      },
      deps,
      limits,
    ),
  );

  routes.onTask(
    '/cases/:ref/tasks/:task/decision',
    'decide-silence',
    actPage(
      {
        view: 'acts/decide.njk',
        fields: { decision: () => 'decision', reason: () => 'reason' },
        schema: () => decisionSchema,
        read: ({ decision, reason = '' }) => ({ decision, reason }),
        isPossible: ({ views }, { document, task }: OnTask) =>
          !document.ended &&
          (isLeavable(document, task) || views.some(({ id, status }) => id === task.id && (status === 'unanswered' || isUndelivered(document, task, status)))),
        present: ({ views }, context) => ({
          isLeavable: isLeavable(context.document, context.task),
          isFinished: views.some(({ id, status }) => id === context.task.id && status === 'unanswered'),
          name: nameOf(context, context.task.id),
          asked: askedName(deps.protocol, context.task),
          awaited: kindWords(context)?.name,
          task: views.find(({ id }) => id === context.task.id),
          ifLeft: kindWords(context)?.undecided?.consequences ?? (views.every(({ id, status }) => id === context.task.id || status === 'left-unanswered')
            ? webProcess(context.document.process).words.allUnanswered
            : undefined),
        }),
        carryOut: (acting, { task }) => decideSilence({ ...acting, task }, deps),
        notice: 'decided',
      },
      deps,
      limits,
    ),
  );

  routes.onTask(
    '/cases/:ref/tasks/:task/reply',
    'reply-to-question',
    actPage(
      {
        view: 'acts/reply.njk',
        fields: { text: () => 'text' },
        schema: () => replySchema,
        read: ({ text = '' }) => ({ text }),
        isPossible: ({ record }, { document, task }: OnTask) => openQuestion(document, task, record) !== null,
        present: async ({ record }, context) => {
          const { document, task, request } = context;
          const question = openQuestion(document, task, record);
          const name = nameOf(context, task.id);
          if (question === null) return { name };
          await recordView(document, actorOf(request, 'page', deps), [`${task.id}/question/${question.number}`], deps);
          return {
            name,
            askedAt: question.asked.at,
            question: readNote(document, question.asked, store),
            plan:
              planAfterReply(
                document,
                task,
                record,
                { current: planInForce(task, record), version: nextVersion(task, record), repliedAt: clock.now() },
                { holidays: holidays.current() },
              ) ?? undefined,
          };
        },
        carryOut: (acting, { task }) => reply({ ...acting, task }, deps),
        notice: 'replied',
      },
      deps,
      limits,
    ),
  );
}

const kindWords = ({ document, task }: OnTask): TaskKindWords | undefined =>
  task.kind === undefined ? undefined : webProcess(document.process).words.kinds?.[task.kind];

/** What the path of a decision names. @throws NotFound for none that there is */
function decisionIn({ decision }: Readonly<Record<string, unknown>>): Decision {
  const known = decisions.find((each) => each === decision);
  if (known === undefined) throw new NotFound();
  return known;
}

/** Each task that can be asked again has a box of its own: `ask-T1`. */
const askInput = 'ask-';

/** The days that a reopening sets anew; null for one that was left blank. */
const dayAheadIn = (typed: Typed): { readonly [Day in DayAhead]: string | null } => {
  const read = (day: DayAhead): string | null => (dateInputs(day).some((input) => (typed[input] ?? '').trim() !== '') ? dateOfParts(typed, day) : null);
  return { panelOn: read('panelOn'), beginsOn: read('beginsOn') };
};

/** The handlers of an act's page. What cannot be done is said on the page itself, with all that was typed. */
export function actPage<Context extends OnCase, Input>(page: ActPage<Context, Input>, deps: Dependencies, limits: Limits) {
  const standingOf = async ({ document }: Context): Promise<Standing> => {
    const record = await deps.store.audit.of(document._id);
    return { record, views: tasksAsRecorded(document, record, deps.clock.now()) };
  };
  const form = handlersOf<Context, Input>({
    view: page.view,
    fields: page.fields,
    inputOf: page.inputOf,
    schema: page.schema,
    read: page.read,
    present: async (context, typed) => ({
      caseRef: context.document._id,
      opener: context.document.openedBy.partner,
      thing: processes[context.document.process].thing,
      back: page.next?.(context.document),
      ...(await page.present(await standingOf(context), context, typed)),
    }),
    submit: async (context, input, submissionId) => {
      const { request, document, account } = context;
      await limits.count('posts', account._id);
      try {
        await page.carryOut({ ...input, document, by: actorOf(request, 'page', deps), submissionId }, context);
      } catch (error) {
        if (!(error instanceof Refusal) || error instanceof Invalid || error.status !== 409) throw error;
        // Sent again it is another act: this one has its answer.
        await form.show(context, { ...typedOf(request.body), submissionId: '' }, [], error);
        return null;
      }
      request.session.notice = page.notice;
      return page.next?.(document) ?? `/cases/${document._id}`;
    },
  });
  return {
    get: async (context: Context): Promise<void> => {
      const isPossible = page.isPossible(await standingOf(context), context);
      // What was typed before is shown even if not: it is the only copy.
      if (isPossible || context.request.typed !== undefined) await form.get(context);
      else context.response.redirect(303, page.next?.(context.document) ?? `/cases/${context.document._id}`);
    },
    post: form.post,
  };
}
