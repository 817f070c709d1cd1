/** The pages that put an FOI or EIR request on record: what is asked, when it came in, what is held; the answers checked. */
import { consultationDeadline, londonDateOf } from '../../../calendar';
import { partnerName } from '../../../config/protocol-rules';
import { originatorOf, originatorsFor } from '../../applicant-requests/originators';
import type { CaseDependencies } from '../../cases/dependencies';
import { whoByWhen } from '../../case-view';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateInputs, dateOfParts } from '../../forms/fields';
import { handlersOfSteps, type SteppedForm } from '../../forms/steps';
import { actorOf } from '../../http/actor';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import type { Routes, SignedIn } from '../../http/routes';
import { regimes } from './content';
import { reviewPages } from './review-pages';
import { informationAccessSchema, openInformationAccess, replyPlan, whyNotReceived, type InformationAccessForm } from './request';

type Dependencies = WebDependencies & CaseDependencies;

export function informationAccessPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  reviewPages(routes, deps, limits);
  const form = handlersOfSteps(newRequest(deps, limits), deps);
  routes.signedIn('/information-access-requests/new', 'open-information-access', {
    get: async (context) => {
      // Nobody fills in pages that then refuse what was typed.
      const why = whyNotReceived(context.account.partner, deps.protocol);
      if (why === null) await form.get(context);
      else context.response.status(403).render('information-access/no-authority.njk', { why });
    },
    post: form.post,
  });
}

/** Rows for items on the page; more can be added once the request is on record. */
const itemRows = [1, 2, 3, 4, 5, 6] as const;

/** The rows that something was typed into, by their numbers. */
const rowsTyped = (typed: Typed): number[] => itemRows.filter((row) => (typed[`item-${row}`] ?? '').trim() !== '' || (typed[`originator-${row}`] ?? '') !== '');

function newRequest(deps: Dependencies, limits: Limits): SteppedForm<SignedIn, InformationAccessForm> {
  const { protocol, clock, holidays } = deps;
  const today = () => londonDateOf(clock.now());
  return {
    steps: [
      {
        name: 'what',
        view: 'information-access/new-what.njk',
        inputs: () => ['asked', 'regime', 'applicant', 'contact'],
        present: () => ({ regimes }),
      },
      {
        name: 'clock',
        view: 'information-access/new-clock.njk',
        inputs: () => [...dateInputs('receivedOn'), 'receivedOnConfirmed'],
        present: () => ({}),
      },
      {
        name: 'items',
        view: 'information-access/new-items.njk',
        inputs: () => itemRows.flatMap((row) => [`originator-${row}`, `item-${row}`]),
        present: (context) => ({ rows: itemRows, originators: originatorsFor(context, deps) }),
      },
    ],
    check: {
      view: 'information-access/check.njk',
      present: ({ account }, form) => {
        const plan = replyPlan(form, deps);
        const asked = [...new Set(form.items.map(({ originator }) => originator))].filter((code) => code !== null);
        const consultation =
          plan.dueOn === undefined || asked.length === 0
            ? undefined
            : consultationDeadline({ askedOn: today(), statutoryDueOn: plan.dueOn, calendar: 'united-kingdom' }, { holidays: holidays.current() });
        return {
          form,
          regime: regimes[form.regime],
          items: form.items.map(({ originator, description }) => ({ from: originator === null ? 'Your own' : partnerName(protocol, originator), description })),
          asked: asked.map((code) => partnerName(protocol, code)),
          consultation,
          ...whoByWhen([{ partner: account.partner, team: null }], plan, deps),
        };
      },
    },
    schema: () => informationAccessSchema({ protocol, today: today() }),
    read: (typed) => ({
      asked: typed['asked'] ?? '',
      regime: typed['regime'],
      applicant: typed['applicant'] ?? '',
      contact: typed['contact'] ?? '',
      receivedOn: dateOfParts(typed, 'receivedOn'),
      receivedOnConfirmed: typed['receivedOnConfirmed'] === 'yes',
      items: rowsTyped(typed).map((row) => ({ originator: originatorOf(typed[`originator-${row}`]), description: typed[`item-${row}`] ?? '' })),
    }),
    inputOf: (field, typed) => {
      const [name = '', index, part] = field.split('.');
      if (name === 'receivedOn') return dateInputIn(typed, name);
      if (name !== 'items') return name;
      const row = rowsTyped(typed)[Number(index)];
      return row === undefined ? `item-${itemRows[0]}` : `${part === 'originator' ? 'originator' : 'item'}-${row}`;
    },
    submit: async ({ account, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      const by = actorOf(request, 'page', deps);
      const { _id } = await openInformationAccess(form, { account, by, submissionId }, deps);
      return `/cases/${_id}/sent`;
    },
  };
}
