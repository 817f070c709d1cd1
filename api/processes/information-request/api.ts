/** Opening an information request by the API. */
import { londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { openInformationRequest, requestSchema } from './request';
import { caseOf } from '../../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../../v1/route';
import { caseSchema } from '../../v1/schemas';

export const informationRequestApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { clock, protocol } = deps;
  const nobody = { partner: '', teams: [] };
  return [
    route({
      method: 'post',
      path: '/information-requests',
      access: 'open-information-request',
      scope: 'requests:write',
      summary: 'Open an information request',
      description: 'Each partner or team that is asked has a task and a clock of its own.',
      body: requestSchema({ protocol, opener: nobody, today: '2000-01-01' as IsoDate }).meta({ id: 'InformationRequest' }),
      bodyFor: ({ account }) => requestSchema({ protocol, opener: account, today: londonDateOf(clock.now()) }),
      answers: { 201: ['The case; it is durable', caseSchema] },
      problems: { 409: 'The same Idempotency-Key was used for another request' },
      handle: async ({ body, account, by, submissionId, sees }) => {
        const opened = await openInformationRequest(body, { account, by, submissionId }, deps);
        return { status: 201, location: `/cases/${opened._id}`, body: await caseOf(opened, { account, by, sees }, deps) };
      },
    }),
  ];
};
