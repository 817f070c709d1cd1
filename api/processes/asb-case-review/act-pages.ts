/** A page for each act that only an ASB case review knows. */
import { londonDateOf } from '../../../calendar';
import { askedName, hasWithdrawn, partnerName } from '../../../config/protocol-rules';
import type { CaseDocument } from '../../../store/cases';
import type { WebDependencies } from '../../dependencies';
import type { CaseDependencies } from '../../cases/dependencies';
import { readNote } from '../../cases/content';
import { recordView } from '../../case-content';
import { dateInputIn, dateInputs, dateOfParts, datePartsOf } from '../../forms/fields';
import { actorOf } from '../../http/actor';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import type { Routes } from '../../http/routes';
import { actPage } from '../../pages/acts';
import {
  actionSchema,
  changedOf,
  closeReview,
  closingSchema,
  decideAgain,
  isGranted,
  lookedAgainSchema,
  lookingAgainOf,
  maySettle,
  namePanel,
  notSatisfiedSchema,
  notToBeRevealed,
  outcomeOf,
  outcomeSchema,
  panelSchema,
  readOutcome,
  recordNotSatisfied,
  recordOutcome,
  reschedule,
  rescheduleSchema,
  settleAction,
  tellApplicant,
  toldOf,
  toldSchema,
  waysTold,
  type OutcomeContent,
  type RecordedOutcome,
} from './acts';
import { termsOf } from './content';
import { waitingDuties } from './duties';

type Dependencies = WebDependencies & CaseDependencies;

const mostShown = 20;

export function actPagesOfReview(routes: Routes, deps: Dependencies, limits: Limits): void {
  const { clock, protocol, store } = deps;
  const today = () => londonDateOf(clock.now());
  const openActions = (document: CaseDocument) => openActionsOf(document, clock);

  routes.onCase(
    '/cases/:ref/panel',
    'run-review',
    actPage(
      {
        view: 'asb-case-review/panel.njk',
        fields: { members: () => 'members' },
        schema: () => panelSchema,
        read: ({ members = '' }) => ({ members: members.split(/[\s,;]+/) }),
        isPossible: (_, { document }) => !document.ended && isGranted(document),
        present: async (_, { document }) => {
          const accounts = await Promise.all(termsOf(document).panel.map((id) => store.accounts.byId(id)));
          const there = accounts.filter((account) => account !== null);
          return { members: there.map(({ username }) => username).join('\n'), gone: accounts.length - there.length };
        },
        carryOut: (acting) => namePanel(acting, deps),
        notice: 'panelNamed',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/schedule',
    'run-review',
    actPage(
      {
        view: 'asb-case-review/schedule.njk',
        fields: {
          panelOn: (typed) => dateInputIn(typed, 'panelOn'),
          due: () => 'due',
          dueOn: (typed) => dateInputIn(typed, 'dueOn'),
          reason: () => 'reason',
        },
        schema: () => rescheduleSchema(today()),
        read: (typed) => ({
          panelOn: dateOfParts(typed, 'panelOn'),
          due: typed['due'] || 'keep',
          dueOn: typed['due'] === 'chosen' ? dateOfParts(typed, 'dueOn') : null,
          reason: typed['reason'] ?? '',
        }),
        isPossible: ({ record }, { document }) => !document.ended && isGranted(document) && outcomeOf(document, record) === null,
        present: ({ views }, { document }) => ({
          panelOn: termsOf(document).panelOn,
          before: protocol.settings.answersBeforePanel.workingDays,
          isAwaited: views.some(({ status }) => status === 'open' || status === 'unanswered'),
        }),
        carryOut: (acting) => reschedule(acting, deps),
        notice: 'rescheduled',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/outcome',
    'run-review',
    actPage(
      {
        view: 'asb-case-review/outcome.njk',
        fields: { heldOn: (typed) => dateInputIn(typed, 'heldOn'), text: () => 'text', actions: () => 'action1-what', outcomeSeen: (typed) => dateInputIn(typed, 'heldOn') },
        schema: () => outcomeSchema(protocol, today(), deps.holidays),
        read: (typed) => ({
          heldOn: dateOfParts(typed, 'heldOn'),
          text: typed['text'] ?? '',
          actions: actionsIn(typed).map((number) => ({
            id: typed[`action${number}-id`] || null,
            what: typed[`action${number}-what`] ?? '',
            owner: typed[`action${number}-owner`] ?? '',
            dueOn: dateOfParts(typed, `action${number}-dueOn`),
          })),
          outcomeSeen: typed['outcomeSeen'] || undefined,
        }),
        inputOf: (field, typed) => {
          const [name, index, part = 'what'] = field.split('.');
          if (name !== 'actions') return undefined;
          const input = `action${actionsIn(typed)[Number(index ?? 0)] ?? 1}-${part}`;
          return part === 'dueOn' ? dateInputIn(typed, input) : input;
        },
        isPossible: (_, { document }) => !document.ended && isGranted(document) && document.tasks.length > 0,
        present: async ({ record, views }, context, typed) => {
          const { document, request } = context;
          const recorded = outcomeOf(document, record);
          const isFirstShown = typed['text'] === undefined;
          // What was typed was typed upon the outcome that was in force then: it is not carried over to another one.
          const outcomeSeen = isFirstShown ? recorded?.name : typed['outcomeSeen'];
          const isUnseen = recorded !== null && recorded.name !== (outcomeSeen ?? '');
          if (recorded !== null && (isFirstShown || isUnseen)) await recordView(document, actorOf(request, 'page', deps), ['outcome'], deps);
          const prefilled = recorded !== null && isFirstShown ? typedOutcome(recorded, readOutcome(document, recorded, store)) : undefined;
          const owners = recorded?.actions.map(({ owner }) => owner) ?? [];
          return {
            prefilled,
            outcomeSeen,
            unseen: recorded !== null && isUnseen ? unseenOutcome(recorded, readOutcome(document, recorded, store), protocol) : undefined,
            // Who has an action that stays is there, also as a former partner.
            partners: protocol.organisations.filter((partner) => !hasWithdrawn(partner, today()) || owners.includes(partner.code)),
            hidden: notToBeRevealed(document, record).map((task) => askedName(protocol, task)),
            actionNumbers: Array.from({ length: Math.min(Math.max(3, (actionsIn(prefilled ?? typed).at(-1) ?? 0) + 1), mostShown) }, (_, index) => index + 1),
            recorded:
              recorded === null ? undefined : { heldOn: recorded.heldOn, numbers: Object.fromEntries(recorded.actions.map(({ id, number }) => [id, number])) },
            silent: views.filter(({ status }) => status === 'open' || status === 'unanswered').length,
          };
        },
        carryOut: (acting) => recordOutcome(acting, deps),
        notice: 'outcomeRecorded',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/applicant-told',
    'run-review',
    actPage(
      {
        view: 'asb-case-review/told.njk',
        fields: { of: () => 'of', toldOn: (typed) => dateInputIn(typed, 'toldOn'), how: () => 'how', text: () => 'text' },
        schema: () => toldSchema(today()),
        read: (typed) => ({ of: typed['of'], toldOn: dateOfParts(typed, 'toldOn'), how: typed['how'], text: typed['text'] }),
        isPossible: (_, { document }) => !document.ended,
        present: ({ record }, { document }) => ({
          waysTold,
          hasOutcome: outcomeOf(document, record) !== null,
          isToBeDecidedAnew: changedOf(document, record) !== undefined,
          isGranted: isGranted(document),
          toldOfDecision: toldOf(document, record, 'decision'),
          toldOfOutcome: toldOf(document, record, 'outcome'),
          closesAfter: protocol.settings.dissatisfiedWithin.workingDays,
        }),
        carryOut: (acting) => tellApplicant(acting, deps),
        notice: 'applicantTold',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/not-satisfied',
    'run-review',
    actPage(
      {
        view: 'asb-case-review/not-satisfied.njk',
        fields: {
          receivedOn: (typed) => dateInputIn(typed, 'receivedOn'),
          text: () => 'text',
          looksAgain: () => 'looksAgain',
          account: () => 'account',
          dueOn: (typed) => dateInputIn(typed, 'dueOn'),
        },
        schema: () => notSatisfiedSchema(today(), deps.holidays),
        read: (typed) => ({
          receivedOn: dateOfParts(typed, 'receivedOn'),
          text: typed['text'] ?? '',
          looksAgain: typed['looksAgain'] ?? '',
          account: typed['account'] ?? '',
          dueOn: dateInputs('dueOn').some((input) => (typed[input] ?? '').trim() !== '') ? dateOfParts(typed, 'dueOn') : null,
        }),
        isPossible: ({ record }, { document }) => !document.ended && lookingAgainOf(document, record) === null && changedOf(document, record) === undefined,
        present: () => ({ within: protocol.settings.lookedAtAgainWithin.workingDays }),
        carryOut: (acting) => recordNotSatisfied(acting, deps),
        notice: 'notSatisfied',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/actions',
    'settle-action',
    actPage(
      {
        view: 'asb-case-review/actions.njk',
        fields: { action: () => 'action', result: () => 'result', on: (typed) => dateInputIn(typed, 'on'), text: () => 'text' },
        schema: () => actionSchema(today()),
        read: (typed) => ({ action: typed['action'] ?? '', result: typed['result'], on: dateOfParts(typed, 'on'), text: typed['text'] }),
        isPossible: (_, { document, account }) => openActions(document).some(({ partner: owner }) => maySettle(account, document, { owner })),
        present: async ({ record }, { document, account, request }) => {
          const recorded = outcomeOf(document, record);
          if (recorded === null) return { actions: [] };
          const open = openActions(document);
          const shown = recorded.actions
            .map((action, index) => ({ ...action, index }))
            .filter((action) => open.some(({ id }) => id === action.id) && maySettle(account, document, action));
          await recordView(document, actorOf(request, 'page', deps), shown.map(({ id }) => id.replace('-', '/')), deps);
          const { actions } = readOutcome(document, recorded, store);
          return { actions: shown.map(({ id, number, owner, dueOn, index }) => ({ id, number, what: actions[index] ?? '', owner: partnerName(protocol, owner), dueOn })) };
        },
        carryOut: (acting, { account }) => settleAction({ ...acting, account }, deps),
        notice: 'actionSettled',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/looked-at-again',
    'look-again',
    actPage(
      {
        view: 'asb-case-review/looked-at-again.njk',
        fields: { result: () => 'result', text: () => 'text', toldOn: (typed) => dateInputIn(typed, 'toldOn'), how: () => 'how' },
        schema: () => lookedAgainSchema(today()),
        read: (typed) => ({ result: typed['result'], text: typed['text'] ?? '', toldOn: dateOfParts(typed, 'toldOn'), how: typed['how'] }),
        isPossible: ({ record }, { document }) => lookingAgainOf(document, record) !== null,
        present: async ({ record }, { document, request }) => {
          const looking = lookingAgainOf(document, record);
          const hasNoReview = !isGranted(document);
          if (looking === null) return { waysTold, hasNoReview };
          await recordView(document, actorOf(request, 'page', deps), [`not-satisfied/${looking.number}`], deps);
          return { waysTold, hasNoReview, dueOn: looking.dueOn, why: readNote(document, looking.said, store) };
        },
        carryOut: (acting) => decideAgain(acting, deps),
        notice: 'lookedAtAgain',
      },
      deps,
      limits,
    ),
  );

  routes.onCase(
    '/cases/:ref/closing',
    'run-review',
    actPage(
      {
        view: 'asb-case-review/closing.njk',
        fields: {},
        schema: () => closingSchema,
        read: () => ({}),
        isPossible: ({ record }, { document }) => !document.ended && isTold(document, record) && lookingAgainOf(document, record) === null && changedOf(document, record) === undefined && openActions(document).length === 0,
        present: () => ({}),
        carryOut: (acting) => closeReview(acting, deps),
        notice: 'reviewClosed',
      },
      deps,
      limits,
    ),
  );
}

const isTold = (...[document, record]: Parameters<typeof outcomeOf>): boolean =>
  toldOf(document, record, isGranted(document) ? 'outcome' : 'decision') !== null;

const openActionsOf = (document: CaseDocument, clock: WebDependencies['clock']) =>
  waitingDuties(document, { clock }).filter(({ kind }) => kind === 'action');

/** What is on record, as the form has it typed: what stays as it was is the same action. */
const typedOutcome = ({ heldOn, actions }: RecordedOutcome, { text, actions: said }: OutcomeContent): Typed =>
  Object.assign(
    { text, ...datePartsOf('heldOn', heldOn) },
    ...actions.map(({ id, owner, dueOn }, index) => {
      const name = `action${index + 1}`;
      return { [`${name}-id`]: id, [`${name}-what`]: said[index] ?? '', [`${name}-owner`]: owner, ...datePartsOf(`${name}-dueOn`, dueOn) };
    }),
  ) as Typed;

/** What somebody else has recorded since the form was opened, to be read beside what was typed. */
const unseenOutcome = ({ entry, heldOn, actions }: RecordedOutcome, { text, actions: said }: OutcomeContent, protocol: Dependencies['protocol']) => ({
  at: entry.at,
  heldOn,
  text,
  actions: actions.map(({ number, owner, dueOn }, index) => ({ number, what: said[index] ?? '', owner: partnerName(protocol, owner), dueOn })),
});

/** The numbers of the actions of which something was typed. */
const actionsIn = (typed: Typed): number[] =>
  Array.from({ length: mostShown }, (_, index) => index + 1).filter((number) =>
    [`action${number}-what`, `action${number}-owner`, ...dateInputs(`action${number}-dueOn`)].some((input) => (typed[input] ?? '').trim() !== ''),
  );
