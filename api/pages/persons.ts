/** Finding a person: the form and what was found are one page. Neither name nor date of birth is in an address. */
import { definitionOf } from '../../config/processes';
import type { WebDependencies } from '../dependencies';
import { lineInWords } from '../disclosure-lines';
import { dateInputIn, dateOfParts } from '../forms/fields';
import { handlersOf, type Form } from '../forms/form';
import { actorOf } from '../http/actor';
import { typedOf, type Typed } from '../http/held';
import type { Limits } from '../http/limits';
import type { Routes, SignedIn } from '../http/routes';
import { findPerson, mostFound, personSchema, purposes, type FoundCase, type PersonQuery } from '../persons';

export function personRoutes(routes: Routes, deps: WebDependencies, limits: Limits): void {
  const form = handlersOf(personForm(deps));
  routes.signedIn('/persons', 'find-person', {
    get: form.get,
    post: async (context) => {
      await limits.count('posts', context.account._id);
      await form.post(context);
    },
  });
}

function personForm(deps: WebDependencies): Form<SignedIn, PersonQuery> {
  const page = ({ account }: SignedIn) => ({
    partner: account.partner,
    purposes: Object.entries(purposes).map(([value, text]) => ({ value, text })),
  });
  return {
    view: 'persons/find.njk',
    fields: { purpose: () => 'purpose', name: () => 'name', bornOn: (typed) => dateInputIn(typed, 'bornOn') },
    schema: () => personSchema(deps.clock.now()),
    read: (typed) => ({ purpose: typed['purpose'], name: typed['name'] ?? '', bornOn: bornOnIn(typed) }),
    present: page,
    submit: async (context, query) => {
      const found = await findPerson(query, context.account, actorOf(context.request, 'page', deps), deps);
      context.response.render('persons/find.njk', {
        ...page(context),
        values: typedOf(context.request.body),
        errors: [],
        found: found.map((each) => shown(each, deps)),
        isMore: found.length === mostFound,
      });
      return null;
    },
  };
}

const bornOnIn = (typed: Typed): string | null => {
  const bornOn = dateOfParts(typed, 'bornOn');
  return bornOn === '--' ? null : bornOn;
};

function shown({ summary, disclosures }: FoundCase, { protocol }: WebDependencies) {
  return {
    reference: summary._id,
    process: definitionOf(summary.process).title,
    openedAt: summary.openedAt,
    opener: summary.openedBy.partner,
    partners: summary.partners.filter((code) => code !== summary.openedBy.partner),
    disclosures: disclosures.map((line) => lineInWords(line, protocol)),
  };
}
