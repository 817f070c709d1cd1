/** Putting a subject access request on record by the API; what is done on one then is in `api/applicant-requests/`. */
import { londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { caseOf } from '../../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../../v1/route';
import { caseSchema } from '../../v1/schemas';
import { openSubjectAccess, subjectAccessSchema } from './request';

const anyDay = '9999-12-31' as IsoDate;

export const subjectAccessApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { clock, protocol } = deps;
  return [
    route({
      method: 'post',
      path: '/subject-access-requests',
      access: 'open-subject-access',
      scope: 'requests:write',
      summary: 'Put a subject access request on record',
      description: 'The statutory clock starts, and each partner that an item came from is warned at once.',
      body: subjectAccessSchema({ protocol, today: anyDay }).meta({ id: 'SubjectAccessRequest' }),
      bodyFor: () => subjectAccessSchema({ protocol, today: londonDateOf(clock.now()) }),
      answers: { 201: ['The case; it is durable', caseSchema] },
      problems: { 409: 'The same Idempotency-Key was used for another request' },
      handle: async ({ body, account, by, submissionId, sees }) => {
        const opened = await openSubjectAccess(body, { account, by, submissionId }, deps);
        return { status: 201, location: `/cases/${opened._id}`, body: await caseOf(opened, { account, by, sees }, deps) };
      },
    }),
  ];
};
