/** Telling of a change of processor by the API. */
import { londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { caseOf } from '../../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../../v1/route';
import { caseSchema } from '../../v1/schemas';
import { changeSchema, openChange } from './change';

export const processorObjectionApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { clock, protocol, holidays } = deps;
  return [
    route({
      method: 'post',
      path: '/processor-changes',
      access: 'open-processor-objection',
      scope: 'requests:write',
      summary: 'Tell the joint controllers of an intended change of processor',
      description: 'Each that has signed has a task, and may object until its time is over; silence is no objection.',
      body: changeSchema({ partner: '' }, { protocol, holidays, today: '2026-01-05' as IsoDate }).meta({ id: 'ProcessorChange' }),
      bodyFor: ({ account }) => changeSchema(account, { protocol, holidays, today: londonDateOf(clock.now()) }),
      answers: { 201: ['The case; it is durable', caseSchema] },
      problems: { 409: 'The same Idempotency-Key was used for another change' },
      handle: async ({ body, account, by, submissionId, sees }) => {
        const opened = await openChange(body, { account, by, submissionId }, deps);
        return { status: 201, location: `/cases/${opened._id}`, body: await caseOf(opened, { account, by, sees }, deps) };
      },
    }),
  ];
};
