/** The pages that put a subject access request on record: who asks, when the clock starts, what is held; the answers checked. */
import { consultationDeadline, londonDateOf } from '../../../calendar';
import { partnerName } from '../../../config/protocol-rules';
import type { CaseDependencies } from '../../cases/dependencies';
import { whoByWhen } from '../../case-view';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateInputs, dateOfParts } from '../../forms/fields';
import { handlersOfSteps, type SteppedForm } from '../../forms/steps';
import { actorOf } from '../../http/actor';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import type { Routes, SignedIn } from '../../http/routes';
import { awaitings } from '../../applicant-requests/content';
import { originatorOf, originatorsFor } from '../../applicant-requests/originators';
import { proposalsFor, proposedInput, tickedIn } from '../../applicant-requests/proposals';
import { regimes } from './content';
import { awaitedAtFirst, openSubjectAccess, replyPlan, startOf, subjectAccessSchema, type SubjectAccessForm } from './request';

type Dependencies = WebDependencies & CaseDependencies;

export function subjectAccessPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  routes.signedIn('/subject-access-requests/new', 'open-subject-access', handlersOfSteps(newRequest(deps, limits), deps));
}

/** Rows for items on the page; more can be added once the request is on record. */
const itemRows = [1, 2, 3, 4, 5, 6] as const;

/** The rows that something was typed into, by their numbers. */
const rowsTyped = (typed: Typed): number[] => itemRows.filter((row) => (typed[`item-${row}`] ?? '').trim() !== '' || (typed[`originator-${row}`] ?? '') !== '');

function newRequest(deps: Dependencies, limits: Limits): SteppedForm<SignedIn, SubjectAccessForm> {
  const { protocol, clock, holidays } = deps;
  const today = () => londonDateOf(clock.now());
  const needed = (typed: Typed, name: string) => (typed[name] === 'came' ? dateOfParts(typed, `${name}On`) : typed[name] === '' ? undefined : typed[name]);
  return {
    steps: [
      {
        name: 'who',
        view: 'subject-access/new-who.njk',
        inputs: () => ['applicant', 'actsFor', 'contact', 'asked', 'regime'],
        present: () => ({ regimes }),
      },
      {
        name: 'clock',
        view: 'subject-access/new-clock.njk',
        inputs: () => [...dateInputs('receivedOn'), 'receivedOnConfirmed', 'identity', ...dateInputs('identityOn'), 'fee', ...dateInputs('feeOn')],
        present: () => ({}),
      },
      {
        name: 'items',
        view: 'subject-access/new-items.njk',
        inputs: () => [proposedInput, ...itemRows.flatMap((row) => [`originator-${row}`, `item-${row}`])],
        present: async (context, typed) => ({
          rows: itemRows,
          originators: originatorsFor(context, deps),
          proposals: await proposalsFor(context, { name: typed['applicant'] ?? '', typed }, deps),
        }),
      },
    ],
    check: {
      view: 'subject-access/check.njk',
      present: ({ account }, form) => {
        const plan = replyPlan(form, londonDateOf(deps.clock.now()), deps);
        const warned = [...new Set(form.items.map(({ originator }) => originator))].filter((code) => code !== null);
        const consultation = plan.dueOn === undefined || warned.length === 0
          ? undefined
          : consultationDeadline({ askedOn: today(), statutoryDueOn: plan.dueOn, calendar: 'england-and-wales' }, { holidays: holidays.current() });
        const awaiting = awaitedAtFirst(form);
        return {
          form,
          regime: regimes[form.regime],
          startsOn: startOf(form, londonDateOf(deps.clock.now())),
          awaiting: awaiting === null ? undefined : awaitings[awaiting],
          items: form.items.map(({ originator, description }) => ({ from: originator === null ? 'Your own' : partnerName(protocol, originator), description })),
          warned: warned.map((code) => partnerName(protocol, code)),
          consultation,
          ...whoByWhen([{ partner: account.partner, team: null }], plan, deps),
        };
      },
    },
    schema: () => subjectAccessSchema({ protocol, today: today() }),
    read: (typed) => ({
      applicant: typed['applicant'] ?? '',
      actsFor: typed['actsFor'] ?? '',
      contact: typed['contact'] ?? '',
      asked: typed['asked'] ?? '',
      regime: typed['regime'],
      receivedOn: dateOfParts(typed, 'receivedOn'),
      receivedOnConfirmed: typed['receivedOnConfirmed'] === 'yes',
      identity: needed(typed, 'identity'),
      fee: needed(typed, 'fee'),
      items: [
        ...tickedIn(typed),
        ...rowsTyped(typed).map((row) => ({ originator: originatorOf(typed[`originator-${row}`]), description: typed[`item-${row}`] ?? '' })),
      ],
    }),
    inputOf: (field, typed) => {
      const [name = '', index, part] = field.split('.');
      if (name === 'receivedOn') return dateInputIn(typed, name);
      if (name === 'identity' || name === 'fee') return typed[name] === 'came' ? dateInputIn(typed, `${name}On`) : name;
      if (name !== 'items') return name;
      const row = rowsTyped(typed)[Number(index) - tickedIn(typed).length];
      return row === undefined ? `item-${itemRows[0]}` : `${part === 'originator' ? 'originator' : 'item'}-${row}`;
    },
    submit: async ({ account, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      const by = actorOf(request, 'page', deps);
      const { _id } = await openSubjectAccess(form, { account, by, submissionId }, deps);
      return `/cases/${_id}/sent`;
    },
  };
}
