/** Putting a notice of withdrawal on record by the API. */
import { londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { caseOf } from '../../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../../v1/route';
import { caseSchema } from '../../v1/schemas';
import { giveNotice, withdrawalSchema } from './notice';

export const withdrawalApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { clock, protocol, holidays } = deps;
  return [
    route({
      method: 'post',
      path: '/withdrawals',
      access: 'open-withdrawal',
      scope: 'requests:write',
      summary: 'Record that a partner has given notice of its withdrawal',
      description:
        'All others are told. Each side says what becomes of what it holds of the other. After 28 days the partner is a former one: ' +
        'it is asked nothing new, asks nothing new, and its access has ended.',
      body: withdrawalSchema({ protocol, holidays, today: '9999-12-31' as IsoDate }).meta({ id: 'NoticeOfWithdrawal' }),
      bodyFor: () => withdrawalSchema({ protocol, holidays, today: londonDateOf(clock.now()) }),
      answers: { 201: ['The case; it is durable', caseSchema] },
      problems: { 409: 'The same Idempotency-Key was used for another notice' },
      handle: async ({ body, account, by, submissionId, sees }) => {
        const opened = await giveNotice(body, { account, by, submissionId }, deps);
        return { status: 201, location: `/cases/${opened._id}`, body: await caseOf(opened, { account, by, sees }, deps) };
      },
    }),
  ];
};
