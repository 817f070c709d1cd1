/** Putting an FOI or EIR request on record by the API, and its internal review; what is done on one then is in `api/applicant-requests/`. */
import { londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { actOnCase, caseNow, caseOf } from '../../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../../v1/route';
import { caseSchema } from '../../v1/schemas';
import { informationAccessSchema, openInformationAccess } from './request';
import { askForReview, decideReview, reviewDecisionSchema, reviewSchema } from './review';

const anyDay = '9999-12-31' as IsoDate;

export const informationAccessApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { clock, protocol } = deps;
  const asItStands = caseNow(deps);
  return [
    route({
      method: 'post',
      path: '/information-access-requests',
      access: 'open-information-access',
      scope: 'requests:write',
      summary: 'Put a request under FOIA or the EIR on record',
      description: 'Of a public authority of the protocol only. The statutory clock starts, and each partner that an item came from is asked for its advice at once.',
      body: informationAccessSchema({ protocol, today: anyDay }).meta({ id: 'InformationAccessRequest' }),
      bodyFor: () => informationAccessSchema({ protocol, today: londonDateOf(clock.now()) }),
      answers: { 201: ['The case; it is durable', caseSchema] },
      problems: { 409: 'The same Idempotency-Key was used for another request' },
      handle: async ({ body, account, by, submissionId, sees }) => {
        const opened = await openInformationAccess(body, { account, by, submissionId }, deps);
        return { status: 201, location: `/cases/${opened._id}`, body: await caseOf(opened, { account, by, sees }, deps) };
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/internal-review',
      access: 'ask-internal-review',
      summary: 'Put on record that the applicant asks for an internal review',
      description: 'Somebody who did not decide looks at the reply again, within 20 or 40 working days.',
      body: reviewSchema.meta({ id: 'InternalReview' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await askForReview({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/internal-review/outcome',
      access: 'decide-internal-review',
      summary: 'Put on record what came of the internal review',
      description: 'It closes the case again. Each originator is told if the reply is changed.',
      body: reviewDecisionSchema.meta({ id: 'InternalReviewOutcome' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await decideReview({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
  ];
};
