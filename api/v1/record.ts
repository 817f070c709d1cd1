/** The record of acts of a case, for programs that check it or keep it elsewhere. */
import { z } from 'zod';
import { auditActs } from '../../store/audit';
import { readRecord } from '../processes/record';
import { route, type ApiDependencies, type ApiRoute } from './route';

const recordQuery = z.strictObject({
  before: z.coerce
    .number('Use a number')
    .int('Use a whole number')
    .min(1, 'Use the number of an entry')
    .optional()
    .meta({ description: 'Only entries before this number; those that are added meanwhile do not shift the pages' }),
  limit: z.coerce
    .number('Use a number')
    .int('Use a whole number')
    .min(1, 'Use 1 to 200')
    .max(200, 'Use 1 to 200')
    .default(50)
    .meta({ description: 'How many at most' }),
});

const entrySchema = z
  .object({
    number: z.int().meta({ description: 'Its number in the record of the case, without gaps' }),
    at: z.string().meta({ format: 'date-time' }),
    act: z.enum(auditActs),
    what: z.string().meta({ description: 'The act in words' }),
    who: z.string().meta({ description: 'The name of the account as it is now, or the role that a link was mailed to' }),
    from: z.string(),
    task: z.string().nullable(),
  })
  .meta({ id: 'RecordEntry' });

const recordSchema = z
  .object({
    entries: z.array(entrySchema),
    next: z.string().nullable().meta({ format: 'uri', description: 'The address of older entries; null if there are none' }),
  })
  .meta({ id: 'CaseRecord' });

export const recordRoutes = (deps: ApiDependencies): readonly ApiRoute[] => [
  route({
    method: 'get',
    path: '/cases/:ref/record',
    access: 'see-record',
    scope: 'audit:read',
    summary: 'What was done in a case, by whom and when, the latest first',
    description: 'Every reading is itself put on record.',
    query: recordQuery,
    answers: { 200: ['The record', recordSchema] },
    handle: async ({ document, by, query }) => {
      const { before, limit } = query;
      const entries = await readRecord(document._id, { by, document, limit, ...(before === undefined ? {} : { before }) }, deps);
      const last = entries.at(-1)?.number ?? 1;
      const next = new URL(`${deps.settings.PUBLIC_URL}/api/v1/cases/${document._id}/record`);
      next.searchParams.set('before', String(last));
      next.searchParams.set('limit', String(limit));
      return { status: 200, body: { entries, next: last > 1 ? next.href : null } };
    },
  }),
];
