/** An ASB case review by the API: opening one, its board, and the acts that only a review knows. */
import { z } from 'zod';
import { londonDateOf } from '../../../calendar';
import type { IsoDate } from '../../../config/clock';
import { policyOf } from '../../../dispatch/clock';
import { recordView } from '../../case-content';
import { tasksAsRecorded } from '../../case-view';
import { actOnCase, caseNow, caseOf } from '../../v1/cases';
import { route, type ApiDependencies, type ApiRoute } from '../../v1/route';
import { caseSchema } from '../../v1/schemas';
import {
  actionSchema,
  closeReview,
  closingSchema,
  decideAgain,
  lookedAgainSchema,
  namePanel,
  notSatisfiedSchema,
  outcomeSchema,
  panelSchema,
  recordNotSatisfied,
  recordOutcome,
  reschedule,
  rescheduleSchema,
  settleAction,
  tellApplicant,
  toldSchema,
} from './acts';
import { openReview, process, reviewSchemaFor } from './application';
import { askingSchemaFor, askPartners } from './asking';
import { boardColumns, boardOf, type BoardColumn } from './board';
import { termsOf } from './content';

const date = z.string().meta({ format: 'date' });
/** As the document shows the schemas: no day is ahead of it, or too far. */
const anyDay = '2000-01-01' as IsoDate;
const columns = Object.keys(boardColumns) as [BoardColumn, ...BoardColumn[]];

const boardSchema = z
  .object({
    reference: z.string(),
    panelOn: date.nullable(),
    asked: z.int(),
    answered: z.int(),
    rows: z.array(
      z.object({
        task: z.string(),
        name: z.string(),
        column: z.enum(columns),
        receivedAt: z.string().meta({ format: 'date-time' }).nullable(),
        late: z.boolean(),
        overdue: z.boolean(),
        dueOn: date.nullable(),
      }),
    ),
  })
  .meta({ id: 'CollationBoard' });

const act = { ...actOnCase, access: 'run-review' } as const;

export const asbCaseReviewApi = (deps: ApiDependencies): readonly ApiRoute[] => {
  const { store, clock, protocol, holidays } = deps;
  const nobody = { partner: '', teams: [] };
  const today = () => londonDateOf(clock.now());
  const asItStands = caseNow(deps);
  return [
    route({
      method: 'post',
      path: '/asb-case-reviews',
      access: 'open-asb-case-review',
      scope: 'requests:write',
      summary: 'Open an ASB case review',
      description:
        'The application, the decision on its threshold, and whom to ask. Where the threshold is not met nobody is asked, and the ' +
        'decision is kept on record.',
      body: reviewSchemaFor(nobody, deps).meta({ id: 'AsbCaseReview' }),
      bodyFor: ({ account }) => reviewSchemaFor(account, deps),
      answers: { 201: ['The case; it is durable', caseSchema] },
      problems: { 409: 'The same Idempotency-Key was used for another application' },
      handle: async ({ body, account, by, submissionId, sees }) => {
        const opened = await openReview(body, { account, by, submissionId }, deps);
        return { status: 201, location: `/cases/${opened._id}`, body: await caseOf(opened, { account, by, sees }, deps) };
      },
    }),
    route({
      method: 'get',
      path: '/cases/:ref/board',
      access: 'see-board',
      scope: 'content:read',
      summary: 'The collation board of a review',
      description: 'Who holds, who has nothing, who refuses, who is silent. The view is put on record.',
      answers: { 200: ['The board', boardSchema] },
      handle: async ({ document, by }) => {
        await recordView(document, by, ['board'], deps);
        const views = tasksAsRecorded(document, await store.audit.of(document._id), clock.now());
        const board = boardOf(document, views, protocol);
        return {
          status: 200,
          body: {
            reference: document._id,
            panelOn: termsOf(document).panelOn,
            asked: board.asked,
            answered: board.answered,
            rows: board.columns.flatMap(({ rows }) =>
              rows.map(({ task, name, column, view }) => ({
                task,
                name,
                column,
                receivedAt: view.answer?.receivedAt ?? null,
                late: view.late,
                overdue: view.overdue,
                dueOn: view.plan.dueOn ?? null,
              })),
            ),
          },
        };
      },
    }),
    route({
      ...act,
      path: '/cases/:ref/panel',
      summary: 'Name the panel of a review',
      description: 'Those named see the board and the pack; who is left out sees them no more.',
      body: panelSchema.meta({ id: 'Panel' }),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await namePanel({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      path: '/cases/:ref/schedule',
      summary: 'Set the day of the panel, and the due date with it',
      body: rescheduleSchema(anyDay).meta({ id: 'Schedule' }),
      bodyFor: () => rescheduleSchema(today()),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await reschedule({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      path: '/cases/:ref/asking',
      summary: 'Ask the partners in a review that was granted on looking at it again',
      description: 'Once in a case in which nobody was asked before. Each is mailed at once, and its clock starts today.',
      body: askingSchemaFor(nobody, { policy: policyOf(protocol, process), terms: { panelOn: null } }, deps).meta({ id: 'ReviewAsking' }),
      bodyFor: ({ account, document }) => askingSchemaFor(account, document, deps),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await askPartners({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      path: '/cases/:ref/outcome',
      summary: 'Record what the panel decided, with its action plan',
      description: 'Recorded again, it takes the place of what was recorded before, which `outcomeSeen` names and which stays on record.',
      body: outcomeSchema(protocol, anyDay, holidays).meta({ id: 'ReviewOutcome' }),
      bodyFor: () => outcomeSchema(protocol, today(), holidays),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await recordOutcome({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      path: '/cases/:ref/applicant-told',
      summary: 'Record that the applicant was told',
      body: toldSchema(anyDay).meta({ id: 'ApplicantTold' }),
      bodyFor: () => toldSchema(today()),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await tellApplicant({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      path: '/cases/:ref/not-satisfied',
      summary: 'Record that the applicant is not satisfied',
      description: 'The case does not close until it was looked at again.',
      body: notSatisfiedSchema(anyDay, holidays).meta({ id: 'NotSatisfied' }),
      bodyFor: () => notSatisfiedSchema(today(), holidays),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await recordNotSatisfied({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      access: 'settle-action',
      path: '/cases/:ref/actions',
      summary: 'Record what came of an action of the plan',
      description: 'The review does not close while an action is to be done. Who has it is reminded until then.',
      body: actionSchema(anyDay).meta({ id: 'SettledAction' }),
      bodyFor: () => actionSchema(today()),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await settleAction({ ...body, document, by, submissionId, account: viewer.account }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      access: 'look-again',
      path: '/cases/:ref/looked-at-again',
      summary: 'Record what came of looking at it again',
      description: 'Changed, where no review was granted, it grants one: the partners can then be asked.',
      body: lookedAgainSchema(anyDay).meta({ id: 'LookedAtAgain' }),
      bodyFor: () => lookedAgainSchema(today()),
      handle: async ({ document, by, submissionId, body, ...viewer }) => {
        await decideAgain({ ...body, document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
    route({
      ...act,
      path: '/cases/:ref/closing',
      summary: 'Close a review whose applicant was told how it ended',
      body: closingSchema,
      handle: async ({ document, by, submissionId, ...viewer }) => {
        await closeReview({ document, by, submissionId }, deps);
        return asItStands(document, { by, ...viewer });
      },
    }),
  ];
};
