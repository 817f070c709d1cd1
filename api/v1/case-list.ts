/** The list of cases, asked by the same filters as its page. */
import { z } from 'zod';
import { answersNotYetTold, caseFilterOf, caseListFields, dueInOrder, orderOf } from '../case-list';
import { summaryFor } from '../apart';
import { summaryOf } from './cases';
import { nextOf, nextSchema, pageQuery, totalSchema } from './paging';
import { route, type ApiDependencies, type ApiRoute } from './route';
import { caseSummarySchema } from './schemas';

const caseListSchema = z
  .object({ cases: z.array(caseSummarySchema), total: totalSchema, next: nextSchema })
  .meta({ id: 'CaseList' });

export const caseListRoutes = (deps: ApiDependencies): readonly ApiRoute[] => [
  route({
    method: 'get',
    path: '/cases',
    access: 'signed-in',
    scope: 'cases:read',
    summary: 'The cases that you may see',
    query: pageQuery.extend(caseListFields(deps.protocol)).check(dueInOrder),
    answers: { 200: ['Cases', caseListSchema] },
    handle: async ({ account, query }) => {
      const { store, clock, settings } = deps;
      const filter = caseFilterOf(query, account, clock.now());
      const total = await store.cases.count(filter);
      const listed = await store.cases.list(filter, query.limit, orderOf(query), (query.page - 1) * query.limit);
      const found = listed.map((summary) => summaryFor(account, summary));
      const answers = await answersNotYetTold(found, store);
      const cases = found.map((summary) => {
        const own = answers.filter(({ caseRef }) => caseRef === summary._id);
        return summaryOf(summary, own, deps);
      });
      return { status: 200, body: { cases, total, next: nextOf(`${settings.PUBLIC_URL}/api/v1/cases`, query, total) } };
    },
  }),
];
