/** The register of disclosures, as a page and as a file for a spreadsheet. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { formatInstant, londonDateOf } from '../../calendar';
import type { Protocol } from '../../config/protocol';
import type { Disclosure } from '../../store/disclosures';
import type { WebDependencies } from '../dependencies';
import { lineInWords } from '../disclosure-lines';
import {
  disclosedInOrder,
  disclosureFields,
  disclosureFilterOf,
  recordView,
  type DisclosureQuery,
} from '../disclosures';
import { actorOf } from '../http/actor';
import { typedOf } from '../http/held';
import type { OnAnything, Routes } from '../http/routes';
import { may } from '../policy';
import { addressOf, pageOfList, pageSize, readFilters } from './lists';

const path = '/disclosures';
const filePath = '/disclosures.csv';

export function disclosureRoutes(routes: Routes, deps: WebDependencies): void {
  const { store, clock, protocol } = deps;
  const schema: z.ZodType<DisclosureQuery> = z.object(disclosureFields(protocol)).check(disclosedInOrder);
  const read = ({ request }: OnAnything) => readFilters(schema, typedOf(request.query), ['since', 'until']);

  routes.signedIn(path, 'see-disclosures', {
    get: async (context) => {
      const { request, response, account } = context;
      const { filters, values, errors } = read(context);
      const filter = disclosureFilterOf(filters, account);
      const total = await store.disclosures.count(filter);
      const asked = typedOf(request.query)['page'];
      const page = pageOfList(asked, total, (number) => addressOf(path, filters, { page: number }));
      const lines = await store.disclosures.list(filter, pageSize, page.skip);
      const by = actorOf(request, 'page', deps);
      await recordView(by, 'page', filters, { lines: lines.length, page: page.page }, deps);
      response.render('disclosures/register.njk', {
        lines: lines.map((line) => lineInWords(line, protocol)),
        page,
        values,
        errors,
        filtersInUse: Object.keys(filters).length,
        download: addressOf(filePath, filters),
        seesAll: filter.partners === null,
        findsPersons: may(account, 'find-person'),
        partners: protocol.organisations.map(({ code, name }) => ({ value: code, text: name })),
        categories: protocol.categories.map(({ code, name }) => ({ value: code, text: name })),
      });
    },
  });

  routes.signedIn(filePath, 'see-disclosures', {
    get: async (context) => {
      const { request, response, account } = context;
      const { filters, errors } = read(context);
      if (errors.length > 0) {
        // A file cannot say that a filter was left out, and would hold more than was asked for.
        response.redirect(303, addressOf(path, typedOf(request.query)));
        return;
      }
      const filter = disclosureFilterOf(filters, account);
      const lines = await store.disclosures.count(filter);
      await recordView(actorOf(request, 'page', deps), 'csv', filters, { lines, page: 1 }, deps);
      response.attachment(`disclosure-register-${londonDateOf(clock.now())}.csv`).type('text/csv; charset=utf-8');
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      await pipeline(Readable.from(fileOf(store.disclosures.all(filter), protocol)), response);
    },
  });
}

const columns = [
  'Case',
  'Disclosed at (London)',
  'Disclosed at (UTC)',
  'From',
  'To',
  'Categories',
  'How much',
  'Personal or anonymised',
  'Legal basis',
  'Basis for special categories',
  'Statute',
  'Means',
  'Handling conditions',
  'Corrected by answer',
];

/** The register as RFC 4180 has it, with the mark by which a spreadsheet knows UTF-8. */
async function* fileOf(lines: AsyncIterable<Disclosure>, protocol: Protocol): AsyncGenerator<string> {
  yield `\uFEFF${rowOf(columns)}`;
  for await (const line of lines) {
    const words = lineInWords(line, protocol);
    yield rowOf([
      words.caseRef,
      formatInstant(words.disclosedAt),
      words.disclosedAt,
      words.from,
      words.to,
      words.categories.join('; '),
      words.inFull ? 'In full' : 'In part',
      words.identifiability,
      words.legalBasis,
      words.specialBasis,
      words.statute,
      words.means,
      words.handling.join('; '),
      words.correctedBy,
    ]);
  }
}

const rowOf = (cells: readonly (string | null)[]): string => `${cells.map((cell) => cellOf(cell ?? '')).join(',')}\r\n`;

/** A spreadsheet takes a cell that begins so for a formula and carries it out: an apostrophe makes it text. */
export function cellOf(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
