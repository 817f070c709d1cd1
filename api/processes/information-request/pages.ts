/** The pages that open an information request: what is asked of whom, and the answers checked. */
import { londonDateOf } from '../../../calendar';
import { askedName, partnerByCode, usableStatutes } from '../../../config/protocol-rules';
import { whoByWhen } from '../../case-view';
import type { WebDependencies } from '../../dependencies';
import { dateInputIn, dateInputs, dateOfParts } from '../../forms/fields';
import { handlersOfSteps, type SteppedForm } from '../../forms/steps';
import { actorOf } from '../../http/actor';
import type { Typed } from '../../http/held';
import type { Limits } from '../../http/limits';
import type { Routes, SignedIn } from '../../http/routes';
import { planTask, policyOf } from '../../../dispatch/clock';
import type { CaseDependencies } from '../../cases/dependencies';
import { means } from '../../cases/codes';
import { partFault } from '../../cases/taking-part';
import {
  addresseeKey,
  addresseesFor,
  categoriesFor,
  channels,
  openInformationRequest,
  requestSchema,
  type Addressee,
  type RequestForm,
} from './request';

type Dependencies = WebDependencies & CaseDependencies;

export function informationRequestPages(routes: Routes, deps: Dependencies, limits: Limits): void {
  routes.signedIn('/information-requests/new', 'open-information-request', handlersOfSteps(newRequest(deps, limits)));
}

const wordsOf = (text: string | undefined): string[] => (text ?? '').split(' ').filter((word) => word !== '');

/** Whom the form asks as far as it was filled in; a code that is none is told by the schema. */
function askedOf(typed: Typed): Addressee[] {
  return wordsOf(typed['asked[]']).map((key) => {
    const [partner = '', team = null] = key.split('/');
    return { partner, team };
  });
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
          ...askedOf(typed).map((each) => (listsNothing(each) ? justificationInput(each) : `${categoriesInput(each)}[]`)),
          'information',
        ],
        present: (_context, typed) => ({
          asked: askedOf(typed).map((each) => {
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
        inputs: () => ['purpose', 'legalBasis', 'specialBasis', 'statute'],
        present: () => ({
          legalBases: protocol.legalBases.filter(({ regime }) => regime !== 'article-9'),
          specialBases: protocol.legalBases.filter(({ regime }) => regime === 'article-9'),
          statutes: usableStatutes(protocol),
        }),
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
      asked: askedOf(typed).map((each) => ({
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
      legalBasis: typed['legalBasis'] ?? '',
      specialBasis: typed['specialBasis'] || null,
      statute: typed['statute'] || null,
      channel: typed['channel'],
      receivedOn: dateOfParts(typed, 'receivedOn'),
      receivedOnConfirmed: typed['receivedOnConfirmed'] === 'yes',
      neededByOn: dateOfParts(typed, 'neededByOn') === '--' ? null : dateOfParts(typed, 'neededByOn'),
      urgentBecause: typed['urgentBecause'],
      means: typed['means'],
    }),
    inputOf: (field, typed) => {
      const [name = '', index, part] = field.split('.');
      const each = index === undefined ? undefined : askedOf(typed)[Number(index)];
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
  const basisInWords = (code: string | null): string | undefined => {
    const basis = protocol.legalBases.find((each) => each.code === code);
    return basis === undefined ? undefined : `${basis.name} (${basis.provision})`;
  };
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
    legalBasis: basisInWords(form.legalBasis),
    specialBasis: basisInWords(form.specialBasis),
    statute: protocol.statutes.find(({ code }) => code === form.statute),
    channel: channels[form.channel],
    means: means[form.means],
    ...whoByWhen('information-request', form.asked, plan, deps),
  };
}
