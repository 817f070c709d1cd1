import { z } from 'zod';
import { clockIds } from '../../config/policy';
import type { IsoDate } from '../../config/clock';
import type { Protocol } from '../../config/protocol';
import { answerSchema, requestSchema } from '../processes/information-request';
import { problemSchema } from './problems';
import { caseListSchema, caseSchema, deadlineSchema, namedSchemas, receivedSchema } from './schemas';

interface Operation {
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly parameters?: readonly object[];
  readonly answers: Readonly<Record<number, readonly [description: string, schema: z.ZodType]>>;
  readonly problems: readonly number[];
  readonly open?: true;
}

const problemTitles: Readonly<Record<number, string>> = {
  400: 'Not readable',
  401: 'No token, or one that is not known',
  403: 'The account lacks the role',
  404: 'Not there, or not yours',
  409: 'Not possible in the state of the case',
  413: 'Too long',
  422: 'Fields that cannot be accepted',
  429: 'Too many requests; see Retry-After',
  503: 'The store or the workflow is away; nothing was done, try again with the same Idempotency-Key',
};

const reference = { name: 'ref', in: 'path', required: true, schema: { type: 'string', example: 'IR-2026-0001' } };
const taskId = { name: 'task', in: 'path', required: true, schema: { type: 'string', example: 'T1' } };
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same content is carried out once',
  schema: { type: 'string', maxLength: 200 },
};
const query = (name: string, required: boolean, schema: object) => ({ name, in: 'query', required, schema });

/** The document of `/api/v1`, made from the very schemas that check what comes in and describe what goes out. */
export function openApi(protocol: Protocol, serverUrl: string): object {
  const request = requestSchema({ protocol, opener: '', today: '2000-01-01' as IsoDate });
  const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
    '/information-requests': {
      post: {
        summary: 'Open an information request',
        parameters: [idempotencyKey],
        body: request,
        answers: { 201: ['The case; it is durable', caseSchema] },
        problems: [400, 401, 403, 409, 413, 422, 429, 503],
      },
    },
    '/cases': {
      get: {
        summary: 'The cases that you may see, the newest first',
        answers: { 200: ['Cases', caseListSchema] },
        problems: [401, 429, 503],
      },
    },
    '/cases/{ref}': {
      get: {
        summary: 'One case',
        parameters: [reference],
        answers: { 200: ['The case', caseSchema] },
        problems: [401, 404, 429, 503],
      },
    },
    '/cases/{ref}/tasks/{task}/answers': {
      post: {
        summary: 'Answer a task',
        parameters: [reference, taskId, idempotencyKey],
        body: answerSchema,
        answers: { 201: ['The answer is received; it is durable', receivedSchema] },
        problems: [400, 401, 404, 409, 413, 422, 429, 503],
      },
    },
    '/cases/{ref}/confirmation': {
      post: {
        summary: 'Confirm the answers and close the case',
        parameters: [reference, idempotencyKey],
        answers: { 200: ['The case', caseSchema] },
        problems: [401, 404, 409, 429, 503],
      },
    },
    '/cases/{ref}/closure': {
      post: {
        summary: 'Close a case as unanswered, once its ladder is finished',
        parameters: [reference, idempotencyKey],
        answers: { 200: ['The case', caseSchema] },
        problems: [401, 404, 409, 429, 503],
      },
    },
    '/deadlines': {
      get: {
        summary: 'Count a deadline, with its working',
        open: true,
        parameters: [
          query('clock', true, { type: 'string', enum: [...clockIds] }),
          query('from', true, {
            type: 'string',
            description: 'A date, or an instant for a clock in hours',
            example: '2026-01-31',
          }),
          query('extended', false, { type: 'string', enum: ['true', 'false'] }),
          {
            ...query('paused', false, { type: 'array', items: { type: 'string', example: '2026-02-10/2026-02-14' } }),
            style: 'form',
            explode: true,
          },
        ],
        answers: { 200: ['The deadline', deadlineSchema] },
        problems: [422],
      },
    },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Concordat', version: '1', description: `Information sharing of the ${protocol.name}.` },
    servers: [{ url: `${serverUrl}/api/v1` }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      Object.entries(operations).map(([path, methods]) => [
        path,
        Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, described(operation)])),
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: components(request),
    },
  };
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function described({ summary, parameters = [], body, answers, problems, open }: Operation): object {
  const nameOf = (schema: z.ZodType) => z.globalRegistry.get(schema)?.id ?? '';
  return {
    summary,
    ...(open === true ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: ref(body === answerSchema ? 'AnswerToTask' : 'InformationRequest') },
            },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, [description, schema]]) => [
          status,
          { description, content: { 'application/json': { schema: ref(nameOf(schema)) } } },
        ]),
      ),
      ...Object.fromEntries(
        problems.map((status) => [
          status,
          {
            description: problemTitles[status] ?? '',
            content: { 'application/problem+json': { schema: ref('Problem') } },
          },
        ]),
      ),
    },
  };
}

/** Of the parts of one document, none is a document of its own. */
function without(schema: object): object {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'));
}

function components(request: z.ZodType): Record<string, unknown> {
  const input = (schema: z.ZodType) => {
    return without(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  };
  const registry = z.registry<{ id: string }>();
  for (const schema of [problemSchema, ...namedSchemas]) {
    registry.add(schema, { id: String(z.globalRegistry.get(schema)?.id) });
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  const outputs = Object.entries(schemas).map(([id, schema]) => [id, without(schema)] as const);
  return { ...Object.fromEntries(outputs), InformationRequest: input(request), AnswerToTask: input(answerSchema) };
}
