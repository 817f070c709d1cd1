/** The acts on a case: the same as on its pages. Each answers with the case as it stands then. */
import { londonDateOf } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import {
  confirm,
  confirmationSchema,
  caseDecisionSchema,
  decideCase,
  decideSilence,
  decisionSchema,
  reopen,
  reopeningSchema,
  reply,
  replySchema,
  withdraw,
  withdrawalSchema,
} from '../cases/acts';
import {
  correctionDecisionSchema,
  correctionSchema,
  decideCorrection,
  extend,
  extensionSchema,
  proposeCorrection,
} from '../cases/dates';
import { webProcess } from '../processes';
import { actOnCase, caseNow } from './cases';
import { route, type ApiDependencies, type ApiRoute } from './route';

/** As the document shows the schemas: no day is too far. */
const anyDay = '2000-01-01' as IsoDate;

export const actRoutes = (deps: ApiDependencies): readonly ApiRoute[] => {
  const asItStands = caseNow(deps);
  return [
    route({
      ...actOnCase,
      path: '/cases/:ref/confirmation',
      access: 'confirm-answers',
      summary: 'Confirm the answers and close the case',
      body: confirmationSchema,
      handle: async ({ document, by, submissionId, ...viewer }) => {
        await confirm({ document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/withdrawal',
      access: 'withdraw-request',
      summary: 'Withdraw the request and close the case',
      body: withdrawalSchema.meta({ id: 'Withdrawal' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await withdraw({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/decision',
      access: 'decide-case',
      summary: 'Decide what the process leaves to whoever opened the case',
      description: 'Those whom it concerns are told, and can read why.',
      body: caseDecisionSchema.meta({ id: 'CaseDecision' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await decideCase({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/reopening',
      access: 'reopen-case',
      summary: 'Open a closed case again',
      description: 'The tasks that are asked again get a new clock from today; the others stay as they stood. Nobody has to answer after the day on which a panel meets, or a change begins.',
      body: reopeningSchema(anyDay).meta({ id: 'Reopening' }),
      bodyFor: ({ document }) => reopeningSchema(londonDateOf(deps.clock.now()), document, webProcess(document.process)),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await reopen({ ...body, document, by, submissionId, reopenedWith: webProcess(document.process).reopenedWith }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/correction',
      access: 'correct-date',
      summary: 'Propose another day of receipt',
      description: 'Nothing moves until a second person confirms it.',
      body: correctionSchema.meta({ id: 'Correction' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await proposeCorrection({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/correction/decision',
      access: 'correct-date',
      summary: 'Confirm or decline the day of receipt that was proposed',
      description: 'Whoever proposed it can decline it, and not confirm it.',
      body: correctionDecisionSchema.meta({ id: 'CorrectionDecision' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await decideCorrection({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/tasks/:task/extension',
      access: 'extend-task',
      summary: 'Give a partner more time',
      description: 'Once, and while the first time runs. The new date is counted from the day of receipt.',
      body: extensionSchema.meta({ id: 'Extension' }),
      handle: async ({ document, task, by, submissionId, body, ...viewer }) => {
        await extend({ ...body, document, task, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/tasks/:task/decision',
      access: 'decide-silence',
      summary: 'Decide on a partner that has not answered',
      description:
        'Once its ladder is finished; to ask again is possible before, as when an address was put right. `left-as-it-is` is of a breach only: what a controller was still to tell the ICO is not waited for any more.',
      body: decisionSchema.meta({ id: 'Decision' }),
      handle: async ({ document, task, by, submissionId, body, ...viewer }) => {
        await decideSilence({ ...body, document, task, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...actOnCase,
      path: '/cases/:ref/tasks/:task/reply',
      access: 'reply-to-question',
      summary: 'Reply to the question of a partner',
      body: replySchema.meta({ id: 'Reply' }),
      handle: async ({ document, task, by, submissionId, body, ...viewer }) => {
        await reply({ ...body, document, task, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
  ];
};
