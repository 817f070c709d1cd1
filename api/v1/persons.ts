/** Finding a person across the cases of the account's partner. Each search is put on record, without the name. */
import { z } from 'zod';
import { findPerson, mostFound, personSchema } from '../persons';
import { route, type ApiDependencies, type ApiRoute } from './route';

const foundSchema = z
  .object({
    cases: z.array(
      z.object({
        case: z.string(),
        process: z.string(),
        openedAt: z.string().meta({ format: 'date-time' }),
        partners: z.array(z.string()).meta({ description: 'Codes, the opener’s first' }),
        disclosures: z.array(z.string()).meta({ description: 'The lines of the disclosure register that came of it, by their id' }),
      }),
    ).meta({ description: `The newest first, ${mostFound} at most` }),
  })
  .meta({ id: 'FoundPerson' });

export const personRoutes = (deps: ApiDependencies): readonly ApiRoute[] => [
  route({
    method: 'post',
    path: '/person-searches',
    access: 'find-person',
    scope: 'persons:find',
    summary: 'Find the cases of your partner in which a person is named',
    description: 'For a request about the person’s rights. Nothing of the search is kept but who searched, what for, and which cases were found.',
    body: personSchema(deps.clock.now()),
    bodyFor: () => personSchema(deps.clock.now()),
    answers: { 200: ['The cases', foundSchema] },
    handle: async ({ account, body, by }) => {
      const found = await findPerson(body, account, by, deps);
      const cases = found.map(({ summary, disclosures }) => ({
        case: summary._id,
        process: summary.process,
        openedAt: summary.openedAt,
        partners: summary.partners,
        disclosures: disclosures.map(({ _id }) => _id),
      }));
      return { status: 200, body: { cases } };
    },
  }),
];
