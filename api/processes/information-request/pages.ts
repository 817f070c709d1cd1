/** The pages that open an information request: what is asked of whom, and the answers checked. */
import { londonDateOf } from '../../../calendar';
import { askedName, partnerByCode } from '../../../config/protocol-rules';
import { whoByWhen } from '../../case-view';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateInputs, dateOfParts } from '../../forms/fields';
import { handlersOfSteps, type SteppedForm } from '../../forms/steps';
import { actorOf } from '../../http/actor';
import type { Limits } from '../../http/limits';
import type { Routes, SignedIn } from '../../http/routes';
import { planTask, policyOf } from '../../../dispatch/clock';
import type { CaseDependencies } from '../../cases/dependencies';
import { means } from '../../cases/codes';
import { addresseeKey } from '../../cases/opening';
import { partFault } from '../../cases/taking-part';
import { addresseesFor, askedOf, categoriesFor, wordsOf, type Addressee } from '../../cases/addressees';
import { basisInputs, basisInWords, basisLocals, basisRead } from '../../cases/basis';
import {
  channels,
  openInformationRequest,
  requestSchema,
  type RequestForm,
} from './request';

type Dependencies = WebDependencies & CaseDependencies;

export function informationRequestPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  routes.signedIn('/information-requests/new', 'open-information-request', handlersOfSteps(newRequest(deps, limits), deps));
}

const categoriesInput = (each: Addressee): string => `${addresseeKey(each)}.categories`;
const justificationInput = (each: Addressee): string => `${addresseeKey(each)}.justification`;

function newRequest(deps: Dependencies, limits: Limits): SteppedForm<SignedIn, RequestForm> {
  const { protocol, clock } = deps;
  const today = () => londonDateOf(clock.now());
  const listsNothing = (each: Addressee): boolean => categoriesFor(protocol, each).length === 0;

  return {
    steps: [
      {
        name: 'whom',
        view: 'information-request/new-whom.njk',
        inputs: () => ['asked[]'],
        present: ({ account }, typed) => {
          const chosen = wordsOf(typed['asked[]']);
          return {
            ownFault: partFault(partnerByCode(protocol, account.partner), today()),
            addressees: addresseesFor(protocol, account, today()).map((each) => ({
              value: addresseeKey(each),
              text: askedName(protocol, each),
              hint: sharingHint(each),
              checked: chosen.includes(addresseeKey(each)),
            })),
          };
        },
      },
      {
        name: 'what',
        view: 'information-request/new-what.njk',
        inputs: (typed) => [
          'identifiability',
          'personName',
          'personDetails',
          ...askedOf(typed['asked[]']).map((each) => (listsNothing(each) ? justificationInput(each) : `${categoriesInput(each)}[]`)),
          'information',
        ],
        present: (_context, typed) => ({
          asked: askedOf(typed['asked[]']).map((each) => {
            const chosen = wordsOf(typed[`${categoriesInput(each)}[]`]);
            return {
              name: askedName(protocol, each),
              input: listsNothing(each) ? justificationInput(each) : categoriesInput(each),
              categories: categoriesFor(protocol, each).map(({ code, name, sharedAs }) => ({
                value: code,
                text: name,
                hint: sharedAs === 'anonymised' ? 'Shared as anonymised information only' : undefined,
                checked: chosen.includes(code),
              })),
            };
          }),
        }),
      },
      {
        name: 'why',
        view: 'information-request/new-why.njk',
        inputs: () => ['purpose', ...basisInputs],
        present: () => basisLocals(protocol),
      },
      {
        name: 'how',
        view: 'information-request/new-how.njk',
        inputs: () => [
          'channel',
          ...dateInputs('receivedOn'),
          'receivedOnConfirmed',
          ...dateInputs('neededByOn'),
          'urgentBecause',
          'means',
        ],
        present: () => ({ channels, means }),
      },
    ],
    check: {
      view: 'information-request/check.njk',
      present: (_context, form) => checkLocals(form, deps),
    },
    schema: ({ account }) => requestSchema({ protocol, opener: account, today: today() }),
    read: (typed) => ({
      asked: askedOf(typed['asked[]']).map((each) => ({
        ...each,
        categories: wordsOf(typed[`${categoriesInput(each)}[]`]),
        justification: typed[justificationInput(each)],
      })),
      identifiability: typed['identifiability'],
      // Of whom an anonymised request is about, nothing is asked.
      ...(typed['identifiability'] === 'anonymised'
        ? {}
        : { personName: typed['personName'], personDetails: typed['personDetails'] }),
      information: typed['information'] ?? '',
      purpose: typed['purpose'] ?? '',
      ...basisRead(typed),
      channel: typed['channel'],
      receivedOn: dateOfParts(typed, 'receivedOn'),
      receivedOnConfirmed: typed['receivedOnConfirmed'] === 'yes',
      neededByOn: dateOfParts(typed, 'neededByOn') === '--' ? null : dateOfParts(typed, 'neededByOn'),
      urgentBecause: typed['urgentBecause'],
      means: typed['means'],
    }),
    inputOf: (field, typed) => {
      const [name = '', index, part] = field.split('.');
      const each = index === undefined ? undefined : askedOf(typed['asked[]'])[Number(index)];
      if (name === 'asked' && each !== undefined && part === 'categories') return categoriesInput(each);
      if (name === 'asked' && each !== undefined && part === 'justification') return justificationInput(each);
      if (name !== 'receivedOn' && name !== 'neededByOn') return name;
      return dateInputIn(typed, name);
    },
    submit: async ({ account, request }, form, submissionId) => {
      await limits.count('posts', account._id);
      const by = actorOf(request, 'page', deps);
      const { _id } = await openInformationRequest(form, { account, by, submissionId }, deps);
      return `/cases/${_id}/sent`;
    },
  };

  function sharingHint(each: Addressee): string | undefined {
    const listed = categoriesFor(protocol, each);
    if (listed.length === 0) return 'You have to say why: section 2 lists nothing that it shares';
    return listed.every(({ sharedAs }) => sharedAs === 'anonymised') ? 'Shares anonymised information only' : undefined;
  }
}

/** The answers in words, and what will follow from them. */
function checkLocals(form: RequestForm, deps: Dependencies) {
  const { protocol } = deps;
  const holidays = deps.holidays.current();
  const plan = planTask({ caseRef: '', from: form.receivedOn, version: 1, reason: 'opened' }, policyOf(protocol, 'information-request'), {
    holidays,
  });
  return {
    form,
    asked: form.asked.map((each) => ({
      name: askedName(protocol, each),
      input: categoriesFor(protocol, each).length === 0 ? justificationInput(each) : categoriesInput(each),
      categories: categoriesFor(protocol, each).filter(({ code }) => each.categories.includes(code)),
      justification: each.justification,
    })),
    ...basisInWords(protocol, form),
    channel: channels[form.channel],
    means: means[form.means],
    ...whoByWhen(form.asked, plan, deps),
  };
}
