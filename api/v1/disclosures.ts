/** The register of disclosures, asked by the same filters as its page. Each view is put on record. */
import { z } from 'zod';
import { identifiabilities } from '../../config/protocol';
import { disclosedInOrder, disclosureFields, disclosureFilterOf, recordView } from '../disclosures';
import { nextOf, nextSchema, pageQuery, totalSchema } from './paging';
import { route, type ApiDependencies, type ApiRoute } from './route';

const partnerAndTeams = z.object({ partner: z.string(), teams: z.array(z.string()) });

const disclosureSchema = z
  .object({
    id: z.string().meta({ description: 'The answer that disclosed it', examples: ['IR-2026-0001/answer/T1/1'] }),
    case: z.string(),
    task: z.string(),
    from: z.object({ partner: z.string(), team: z.string().nullable() }),
    to: partnerAndTeams,
    categories: z.array(z.string()).meta({ description: 'Codes of section 2; empty where it lists none' }),
    identifiability: z.enum(identifiabilities),
    legalBasis: z.string(),
    specialBasis: z.string().nullable(),
    statute: z.string().nullable(),
    means: z.string(),
    inFull: z.boolean(),
    disclosedAt: z.string().meta({ format: 'date-time' }),
    recordedAt: z.string().optional().meta({ format: 'date-time', description: 'When it came on record: later, where it was given by telephone or otherwise' }),
    handling: z.object({ marking: z.string(), notToBePassedOn: z.boolean(), notToBeRevealed: z.boolean() }),
    correctedBy: z.string().nullable().meta({ description: 'The answer that corrected it; what was disclosed stays so' }),
  })
  .meta({ id: 'Disclosure' });

const registerSchema = z
  .object({ disclosures: z.array(disclosureSchema), total: totalSchema, next: nextSchema })
  .meta({ id: 'DisclosureRegister' });

export const disclosureRoutes = (deps: ApiDependencies): readonly ApiRoute[] => [
  route({
    method: 'get',
    path: '/disclosures',
    access: 'see-disclosures',
    scope: 'disclosures:read',
    summary: 'The disclosure register: who gave whom what, when, on what basis; the newest first',
    description: 'What your partner gave or got; all of it for those who look after the partnership.',
    query: pageQuery.extend(disclosureFields(deps.protocol)).check(disclosedInOrder),
    answers: { 200: ['Lines of the register', registerSchema] },
    handle: async ({ account, query, by }) => {
      const { store, settings } = deps;
      const { page, limit } = query;
      const filter = disclosureFilterOf(query, account);
      const total = await store.disclosures.count(filter);
      const found = await store.disclosures.list(filter, limit, (page - 1) * limit);
      await recordView(by, 'api', query, { lines: found.length, page }, deps);
      const disclosures = found.map(({ _id, caseRef, ...line }) => ({ id: _id, case: caseRef, ...line }));
      const next = nextOf(`${settings.PUBLIC_URL}/api/v1/disclosures`, query, total);
      return { status: 200, body: { disclosures, total, next } };
    },
  }),
];
