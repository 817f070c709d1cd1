import { z } from 'zod';
import { CalendarErrors, deadlineFromQuery } from '../../calendar';
import { clockIds } from '../../config/policy';
import { clockTable } from '../../config/protocol-rules';
import { route, type ApiDependencies, type ApiRoute } from './route';
import { deadlineSchema } from './schemas';

export const deadlineRoutes = ({ protocol, holidays }: ApiDependencies): readonly ApiRoute[] => {
  const settings = clockTable(protocol);
  // Read as the command line reads it, so that both say the same of the same; the parts are here for the document.
  const question = z
    .looseObject({
      clock: z.unknown().optional().meta({ type: 'string', enum: clockIds }),
      from: z
        .unknown()
        .optional()
        .meta({ type: 'string', description: 'A date, or an instant for a clock in hours', examples: ['2026-01-31'] }),
      extended: z
        .unknown()
        .optional()
        .meta({ type: 'string', enum: ['true', 'false'] }),
      paused: z
        .unknown()
        .optional()
        .meta({ type: 'array', items: { type: 'string', examples: ['2026-02-10/2026-02-14'] } }),
    })
    .meta({ required: ['clock', 'from'] })
    .transform((query, context) => {
      try {
        return deadlineFromQuery(query, { holidays: holidays.current(), settings });
      } catch (error) {
        if (!(error instanceof CalendarErrors)) throw error;
        for (const { field, message } of error.errors) context.addIssue({ code: 'custom', path: [field], message });
        return z.NEVER;
      }
    });
  return [
    route({
      method: 'get',
      path: '/deadlines',
      access: 'anyone',
      scope: null,
      summary: 'Count a deadline, with its working',
      query: question,
      answers: { 200: ['The deadline', deadlineSchema] },
      handle: ({ query: deadline }) => ({ status: 200, body: deadline }),
    }),
  ];
};
