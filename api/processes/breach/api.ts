/** A personal data breach by the API: reporting it, and what only a breach knows. */
import type { IsoInstant } from '../../../config/clock';
import { actOnCase, caseNow, caseOf } from '../../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../../v1/route';
import { caseSchema } from '../../v1/schemas';
import {
  addedSchema,
  addPartner,
  breachClosingSchema,
  breachTimesSchema,
  closeBreach,
  icoInformationFor,
  icoInformationOfAnotherSchema,
  informIco,
  proposeTimes,
} from './acts';
import { breachSchema, reportBreach } from './report';

/** As the document shows the schemas: no moment is ahead of it. */
const anyTime = '9999-12-31T00:00:00.000Z' as IsoInstant;

export const breachApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { clock, protocol } = deps;
  const asItStands = caseNow(deps);
  return [
    route({
      method: 'post',
      path: '/breaches',
      access: 'open-breach',
      scope: 'requests:write',
      summary: 'Report a personal data breach',
      description: 'All partners that it concerns are told at once. The hours count from the detection.',
      body: breachSchema({ protocol, now: anyTime }).meta({ id: 'Breach' }),
      bodyFor: () => breachSchema({ protocol, now: clock.now() }),
      answers: { 201: ['The case; it is durable', caseSchema] },
      problems: { 409: 'The same Idempotency-Key was used for another breach' },
      handle: async ({ body, account, by, submissionId, sees }) => {
        const opened = await reportBreach(body, { account, by, submissionId }, deps);
        return { status: 201, location: `/cases/${opened._id}`, body: await caseOf(opened, { account, by, sees }, deps) };
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/tasks/:task/ico-information',
      access: 'inform-ico',
      summary: 'Put on record what a controller told the ICO after it had told it first',
      description: 'Each controller decides for itself. Whoever reported the breach can put on record what a controller said, with `givenByName`, `givenHow` and `given`; the controller is told.',
      body: icoInformationOfAnotherSchema(anyTime).partial({ givenByName: true, givenHow: true, given: true }).meta({ id: 'IcoInformation' }),
      bodyFor: (context) => icoInformationFor(context, clock.now()),
      handle: async ({ document, task, by, submissionId, body, ...viewer }) => {
        await informIco({ ...body, document, task, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/breach-partners',
      access: 'run-breach',
      summary: 'Add a partner or a controller to a breach',
      description: 'It is told at once. Its hours count from the same detection.',
      body: addedSchema(protocol, anyTime).meta({ id: 'BreachPartner' }),
      bodyFor: () => addedSchema(protocol, clock.now()),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await addPartner({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/breach-times',
      access: 'correct-breach-times',
      summary: 'Propose other times of detection and awareness',
      description: 'Nothing moves until a second person confirms it, as with a day of receipt.',
      body: breachTimesSchema(protocol, anyTime).meta({ id: 'BreachTimes' }),
      bodyFor: () => breachTimesSchema(protocol, clock.now()),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await proposeTimes({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/breach-closing',
      access: 'run-breach',
      summary: 'Close a breach with its outcome',
      description: 'Not before each controller has decided on the ICO and told it all that is to follow, and the owner has decided on telling the people concerned.',
      body: breachClosingSchema.meta({ id: 'BreachClosing' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await closeBreach({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
  ];
};
