/** All cases that a person may see: filters in the address, search by reference, pages. */
import { z } from 'zod';
import { processes } from '../../config/processes';
import { waits, type Wait } from '../../store/cases';
import { caseFilterOf, caseListFields, dueInOrder, orderOf, referenceOf, rowsOf, stages, type CaseListQuery } from '../case-list';
import type { WebDependencies } from '../dependencies';
import { typedOf } from '../http/held';
import type { Routes } from '../http/routes';
import { mayOnCase } from '../policy';
import { allWebProcesses } from '../processes';
import { startsOf } from './start';
import { addressOf, pageOfList, pageSize, readFilters } from './lists';

const path = '/cases';

export function caseListRoutes(routes: Routes, deps: WebDependencies): void {
  const { store, clock, protocol } = deps;
  const schema: z.ZodType<CaseListQuery> = z.object(caseListFields(protocol)).check(dueInOrder);

  routes.signedIn(path, 'signed-in', {
    get: async ({ request, response, account }) => {
      const typed = typedOf(request.query);
      const { filters, values, errors } = readFilters(schema, typed, ['dueFrom', 'dueUntil']);
      const search = (typed['q'] ?? '').trim().slice(0, 100);
      const reference = referenceOf(search);
      const found = reference === null ? null : await store.cases.get(reference);
      if (found !== null && mayOnCase(account, 'see-case', found)) {
        response.redirect(303, `${path}/${found._id}`);
        return;
      }
      const filter = caseFilterOf(filters, account, clock.now());
      const total = await store.cases.count(filter);
      const page = pageOfList(typed['page'], total, (number) => addressOf(path, filters, { page: number }));
      const cases = await store.cases.list(filter, pageSize, orderOf(filters), page.skip);
      const { sort = 'due', ...narrowing } = filters;
      response.render('pages/cases.njk', {
        rows: (await rowsOf(cases, account, deps)).map(({ row }) => row),
        page,
        values,
        errors: [...searchErrors(search, reference), ...errors],
        search,
        handedOn: Object.entries(filters).map(([name, value]) => ({ name, value })),
        filtersInUse: Object.keys(narrowing).length,
        sort,
        orders: orders.map(({ value, text }) => ({ text, current: value === sort, href: addressOf(path, filters, { sort: value }) })),
        processes: Object.entries(processes).map(([value, { title }]) => ({ value, text: title })),
        partners: protocol.organisations.map(({ code, name }) => ({ value: code, text: name })),
        starts: startsOf(account),
        stages: stageOptions,
        waitsFor: waitOptions,
      });
    },
  });
}

/** The stages of all processes; of a stage that several have, the words of the first. */
const stageOptions = stages.map((value) => ({
  value,
  text: allWebProcesses.map(({ words }) => words.stages[value]).find((text) => text !== undefined) ?? value,
}));

const waitNames: Readonly<Record<Wait, string>> = {
  answer: 'An answer',
  reply: 'A reply to a question',
  confirmation: 'The answers to be confirmed',
  decision: 'A decision of the CSP manager',
};
const waitOptions = waits.map((value) => ({ value, text: waitNames[value] }));

const orders = [
  { value: 'due', text: 'The first due first' },
  { value: 'newest', text: 'The newest first' },
  { value: 'reference', text: 'By reference' },
] as const;

/** Not there and not to be seen are the same words. */
function searchErrors(search: string, reference: string | null): { input: string; message: string }[] {
  if (search === '') return [];
  const message =
    reference === null
      ? 'Enter a reference, such as IR-2026-0001'
      : `There is no case that you can see with the reference ${reference}`;
  return [{ input: 'q', message }];
}
