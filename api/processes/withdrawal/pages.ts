/** The pages that put a notice of withdrawal on record: who, received when, what it says; and the answers checked. */
import { londonDateOf } from '../../../calendar';
import { partnerName } from '../../../config/protocol-rules';
import type { CaseDependencies } from '../../cases/dependencies';
import { whoByWhen } from '../../case-view';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateInputs, dateOfParts } from '../../forms/fields';
import { handlersOfSteps, type SteppedForm } from '../../forms/steps';
import { actorOf } from '../../http/actor';
import type { Limits } from '../../http/limits';
import type { Routes, SignedIn } from '../../http/routes';
import { fourWeeksFrom, giveNotice, mayWithdraw, othersThan, withdrawalSchema, type WithdrawalForm } from './notice';
import { sharedWith } from './obligations';

type Dependencies = WebDependencies & CaseDependencies;

export function withdrawalPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  routes.signedIn('/withdrawals/new', 'open-withdrawal', handlersOfSteps(newNotice(deps, limits), deps));
}

function newNotice(deps: Dependencies, limits: Limits): SteppedForm<SignedIn, WithdrawalForm> {
  const { protocol, holidays, clock } = deps;
  const knows = () => ({ protocol, holidays, today: londonDateOf(clock.now()) });
  return {
    steps: [
      {
        name: 'notice',
        view: 'withdrawal/new-notice.njk',
        inputs: () => ['withdraws', ...dateInputs('receivedOn'), 'receivedOnConfirmed', 'notice'],
        present: () => ({ partners: mayWithdraw(knows()).map(({ code, name }) => ({ value: code, text: name })) }),
      },
    ],
    check: {
      view: 'withdrawal/check.njk',
      present: async (_context, form) => {
        const shared = await sharedWith(form.withdraws, deps.store);
        const told = [...othersThan(form.withdraws, shared, knows()).map(({ code }) => code), form.withdraws];
        const plan = fourWeeksFrom(form.receivedOn, deps);
        return {
          form,
          withdraws: partnerName(protocol, form.withdraws),
          isPast: Date.parse(plan.dueAt) <= Date.parse(clock.now()),
          ...whoByWhen(told.map((partner) => ({ partner, team: null })), plan, deps),
        };
      },
    },
    schema: () => withdrawalSchema(knows()),
    read: (typed) => ({
      withdraws: typed['withdraws'] ?? '',
      receivedOn: dateOfParts(typed, 'receivedOn'),
      receivedOnConfirmed: typed['receivedOnConfirmed'] === 'yes',
      notice: typed['notice'] ?? '',
    }),
    inputOf: (field, typed) => {
      const [name = ''] = field.split('.');
      return name === 'receivedOn' ? dateInputIn(typed, name) : name;
    },
    submit: async ({ account, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      const by = actorOf(request, 'page', deps);
      const { _id } = await giveNotice(form, { account, by, submissionId }, deps);
      return `/cases/${_id}/sent`;
    },
  };
}
