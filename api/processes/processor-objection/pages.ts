/** The pages that tell of a change of processor: what is to change, how and from when, and the answers checked. */
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
import { changeSchema, controllersToTell, openChange, openerFault, processorsOf, timeToObject, type ChangeForm } from './change';

type Dependencies = WebDependencies & CaseDependencies;

export function processorObjectionPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  routes.signedIn('/processor-changes/new', 'open-processor-objection', handlersOfSteps(newChange(deps, limits), deps));
}

const categoriesInput = 'categories[]';
const wordsOf = (ticked: string | undefined): string[] => (ticked ?? '').split(' ').filter((word) => word !== '');

function newChange(deps: Dependencies, limits: Limits): SteppedForm<SignedIn, ChangeForm> {
  const { protocol, holidays, clock } = deps;
  const knows = () => ({ protocol, holidays, today: londonDateOf(clock.now()) });
  const told = ({ account }: SignedIn) =>
    controllersToTell(protocol, account, knows().today).map(({ code }) => ({ partner: code, team: null }));
  return {
    steps: [
      {
        name: 'what',
        view: 'processor-objection/new-what.njk',
        inputs: () => ['processor', 'change', 'replaces', 'work'],
        present: (context) => ({
          ownFault: openerFault(protocol, context.account, knows().today),
          told: told(context).map(({ partner }) => partnerName(protocol, partner)),
          processors: processorsOf(protocol).map(({ code, name }) => ({ value: code, text: name })),
        }),
      },
      {
        name: 'data',
        view: 'processor-objection/new-data.njk',
        inputs: () => [categoriesInput, 'guarantees', ...dateInputs('beginsOn')],
        present: (_context, typed) => ({
          categories: protocol.categories.map(({ code, name }) => ({
            value: code,
            text: name,
            checked: wordsOf(typed[categoriesInput]).includes(code),
          })),
          endsOn: timeToObject(knows()),
        }),
      },
    ],
    check: {
      view: 'processor-objection/check.njk',
      present: (context, form) => ({
        form,
        replaces: form.replaces === null ? undefined : partnerName(protocol, form.replaces),
        categories: protocol.categories.filter(({ code }) => form.categories.includes(code)),
        ...whoByWhen(told(context), timeToObject(knows()), deps),
      }),
    },
    schema: ({ account }) => changeSchema(account, knows()),
    read: (typed) => ({
      processor: typed['processor'] ?? '',
      change: typed['change'],
      // Whom an added processor replaces, is not asked.
      replaces: typed['change'] === 'replacement' ? typed['replaces'] || null : null,
      work: typed['work'] ?? '',
      guarantees: typed['guarantees'] ?? '',
      categories: wordsOf(typed[categoriesInput]),
      beginsOn: dateOfParts(typed, 'beginsOn'),
    }),
    inputOf: (field, typed) => {
      const [name = ''] = field.split('.');
      return name === 'beginsOn' ? dateInputIn(typed, name) : name;
    },
    submit: async ({ account, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      const by = actorOf(request, 'page', deps);
      const { _id } = await openChange(form, { account, by, submissionId }, deps);
      return `/cases/${_id}/sent`;
    },
  };
}
