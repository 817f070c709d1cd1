/** Answering the tasks of a case: an answer or its correction, one that was given otherwise, a question, passing on. */
import { z } from 'zod';
import type { IsoInstant } from '../../config/clock';
import type { AnswerDocument } from '../../store/answers';
import { mayOnCase } from '../policy';
import {
  answerSchema,
  askedBy,
  askQuestion,
  passOn,
  passOnSchema,
  questionSchema,
  receiveAnswer,
  recordAnswer,
  recordedAnswerSchema,
} from '../cases/answer';
import { route, type ApiDependencies, type ApiRoute } from './route';
import { receivedSchema } from './schemas';

const received = ({ caseRef, task, version, kind, receivedAt }: AnswerDocument) =>
  ({ status: 201, body: { reference: caseRef, task, version, kind, receivedAt } }) as const;

/** As the document shows the schemas: of a task whose process and categories are not known. */
const anyTask = { process: 'any', categories: [], plans: [] } as const;

const questionAskedSchema = z
  .object({ reference: z.string(), task: z.string(), number: z.int(), askedAt: z.string().meta({ format: 'date-time' }) })
  .meta({ id: 'AskedQuestion' });
const passedOnSchema = z
  .object({ reference: z.string(), task: z.string(), team: z.string().nullable(), person: z.string().nullable() })
  .meta({ id: 'Assignment' });

const conflict =
  'The case is closed; or the answer in force is not the one that `corrects` names: another came first. It says which';

export const answerRoutes = (deps: ApiDependencies): readonly ApiRoute[] => [
  route({
    method: 'post',
    path: '/cases/:ref/tasks/:task/answers',
    access: 'answer-task',
    scope: 'answers:write',
    summary: 'Answer a task, or correct its answer',
    description: 'The same again, with the same Idempotency-Key, is one answer. Files are sent before, and named here.',
    body: answerSchema(anyTask).meta({ id: 'AnswerToTask' }),
    bodyFor: ({ document, task }) => answerSchema({ ...askedBy(document, task, deps.clock.now()), refusesOtherParts: true }),
    answers: { 201: ['The answer is received; it is durable', receivedSchema] },
    problems: { 409: conflict },
    handle: async ({ document, task, account, body, by, submissionId }) =>
      received(await receiveAnswer({ document, task, by, sender: account._id, submissionId }, body, deps)),
  }),
  route({
    method: 'post',
    path: '/cases/:ref/tasks/:task/recorded-answers',
    access: 'record-answer',
    scope: 'answers:write',
    summary: 'Put an answer on record that was given by telephone or otherwise, or correct it',
    body: recordedAnswerSchema(anyTask, { now: '9999-12-31T00:00:00.000Z' as IsoInstant }).meta({ id: 'RecordedAnswer' }),
    bodyFor: ({ document, task }) => {
      const now = deps.clock.now();
      return recordedAnswerSchema({ ...askedBy(document, task, now), refusesOtherParts: true }, { now });
    },
    answers: { 201: ['The answer is on record; it counts from when it was given', receivedSchema] },
    problems: { 409: conflict },
    handle: async ({ document, task, account, body, by, submissionId }) => {
      const recordedBy = mayOnCase(account, 'see-content', document) ? 'requester' : 'holder';
      return received(await recordAnswer({ document, task, by, sender: account._id, submissionId }, body, recordedBy, deps));
    },
  }),
  route({
    method: 'post',
    path: '/cases/:ref/tasks/:task/questions',
    access: 'answer-task',
    scope: 'answers:write',
    summary: 'Ask the requester something first',
    description: 'It is no answer: the time to answer runs on, unless the protocol pauses it. One question at a time.',
    body: questionSchema.meta({ id: 'Question' }),
    answers: { 201: ['The question is stored; it is durable', questionAskedSchema] },
    problems: { 409: 'The case is closed, the task is answered, or a question is open' },
    handle: async ({ document, task, account, body, by, submissionId }) => {
      const act = { document, task, by, sender: account._id, submissionId };
      const { facts, at } = await askQuestion(act, body.text, deps);
      const number = facts['number'] as number;
      return { status: 201, body: { reference: document._id, task: task.id, number, askedAt: at } };
    },
  }),
  route({
    method: 'post',
    path: '/cases/:ref/tasks/:task/assignments',
    access: 'pass-task-on',
    scope: 'answers:write',
    summary: 'Pass a task on to a team or a person of the partner, or to the partner as a whole',
    description: 'Links that were mailed before lead nowhere then; whoever has the task is mailed a new one.',
    body: passOnSchema.meta({ id: 'AssignmentToMake' }),
    answers: { 201: ['Who has the task now', passedOnSchema] },
    problems: { 409: 'The case is closed, the task is answered, or somebody else passed it on meanwhile' },
    handle: async ({ document, task, account, body, by, submissionId }) => {
      const { facts } = await passOn({ document, task, by, sender: account._id, submissionId }, body, deps);
      const [team, person] = [facts['team'] as string | null, facts['holder'] as string | null];
      return { status: 201, body: { reference: document._id, task: task.id, team, person } };
    },
  }),
];
