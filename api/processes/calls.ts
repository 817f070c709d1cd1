/** The page and the API of a call, for every process in which a partner has to have been told: breach, and requests of applicants. */
import type { IsoInstant } from '../../config/clock';
import { partnerName } from '../../config/protocol-rules';
import { callSchema, recordCall, waysCalled } from '../cases/calls';
import type { CaseDependencies } from '../cases/dependencies';
import type { WebDependencies } from '../dependencies';
import { momentInputIn, momentOfParts } from '../forms/moments';
import type { Limits } from '../http/limits';
import type { OnTask, Routes } from '../http/routes';
import { actPage } from '../pages/acts';
import { actOnCase, caseNow } from '../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../v1/route';

/** As the document shows the schema: no moment is ahead of it. */
const anyTime = '9999-12-31T00:00:00.000Z' as IsoInstant;

export const callRoutes = {
  pages: (routes: Routes, deps: WebDependencies & CaseDependencies, limits: Limits): void => {
    const { clock, protocol } = deps;
    routes.onTask(
      '/cases/:ref/tasks/:task/call',
      'record-call',
      actPage(
        {
          view: 'acts/call.njk',
          fields: { called: (typed) => momentInputIn(typed, 'called'), how: () => 'how', text: () => 'text' },
          inputOf: (field, typed) => {
            const [name, part] = field.split('.');
            return name === 'called' ? momentInputIn(typed, name, part) : undefined;
          },
          schema: () => callSchema(clock.now()),
          read: (typed) => ({ called: momentOfParts(typed, 'called'), how: typed['how'], text: typed['text'] ?? '' }),
          isPossible: (_, { document }) => !document.ended,
          present: (_, { task }: OnTask) => ({ name: partnerName(protocol, task.partner), waysCalled, isConsultation: task.kind === 'consult' }),
          carryOut: (acting, { task }) => recordCall({ ...acting, task }, deps),
          notice: 'callRecorded',
          next: ({ _id, process }) => `/cases/${_id}/${process === 'breach' ? 'breach-room' : 'items'}`,
        },
        deps,
        limits,
      ),
    );
  },
  api: (deps: ApiDependencies): readonly ApiRoute[] => [
    route({
      ...actOnCase,
      path: '/cases/:ref/tasks/:task/calls',
      access: 'record-call',
      summary: 'Put on record that a partner was told by telephone or in person',
      description:
        'Of a breach it keeps the 24 hours for this partner, and is no acknowledgement. Of a request of an applicant its originator was told then that its items may be disclosed.',
      body: callSchema(anyTime).meta({ id: 'Call' }),
      bodyFor: () => callSchema(deps.clock.now()),
      handle: async ({ document, task, by, submissionId, body, ...viewer }) => {
        await recordCall({ ...body, document, task, by, submissionId }, deps);
        return caseNow(deps)(document, { by, ...viewer });
      },
    }),
  ],
};
