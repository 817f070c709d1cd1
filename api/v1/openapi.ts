import { z } from 'zod';
import { scopes } from '../../config/scopes';
import { problemSchema } from './problems';
import type { ApiRoute } from './route';

const problemTitles: Readonly<Record<number, string>> = {
  400: 'An address that cannot be read, or a body that is not JSON',
  401: 'No token, or one that is unknown, expired or revoked',
  403: 'The token lacks the scope, or the account the role',
  404: 'Not there, or not yours',
  413: 'Too long',
  415: 'Not sent as JSON',
  422: 'Fields that cannot be accepted',
  429: 'Too many requests; see Retry-After',
  503: 'The store or the workflow is away; nothing was done, try again with the same Idempotency-Key',
};

/** The problems of a route by status: those that follow from its declaration, and those that it names. */
export function problemsOf({ method, scope, parameters, query, problems }: ApiRoute): Readonly<Record<number, string>> {
  const statuses = [
    ...(scope === null ? [] : [401, 403, 429, 503]),
    ...(parameters.length > 0 ? [400, 404] : []),
    ...(method !== 'get' ? [400, 413, 415, 422] : []),
    ...(query === undefined ? [] : [422]),
  ];
  const usual = Object.fromEntries(statuses.map((status) => [status, problemTitles[status] ?? '']));
  return { ...usual, ...problems };
}

/** The document of `/api/v1`, made of the declared routes and the very schemas that they check and answer with. */
export function openApi(routes: readonly ApiRoute[], partnership: string, serverUrl: string): object {
  const components = new Components();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Concordat',
      version: '1',
      description: [
        `Information sharing of the ${partnership}.`,
        'An address or headings of more than 16 KiB are answered 431 by the server, without a body.',
      ].join(' '),
    },
    servers: [{ url: `${serverUrl}/api/v1` }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: [
            'A token acts as its account, and only within its scopes:',
            ...Object.entries(scopes).map(([scope, meaning]) => `- \`${scope}\`: ${meaning}`),
          ].join('\n'),
        },
      },
      schemas: components.schemas,
    },
  };
}

function operation(route: ApiRoute, components: Components): object {
  const { method, path, scope, summary, description, body, takes, query, answers } = route;
  const parameters = [
    ...route.parameters.map((parameter) => ({
      name: parameter.name,
      in: 'path',
      required: true,
      description: parameter.description,
      schema: { type: 'string', examples: [parameter.example] },
    })),
    ...(query === undefined ? [] : queryParameters(components.use(query, 'input'))),
    ...(method !== 'get' ? [idempotencyKey] : []),
  ];
  const known = Object.entries(answers).map(([status, [means, schema]]): [string, object] => [
    status,
    {
      description: means,
      ...(status === '201' ? { headers: { Location: header('Where what was made can be had') } } : {}),
      content:
        schema === 'file'
          ? { 'application/octet-stream': {} }
          : { 'application/json': { schema: components.use(schema, 'output') } },
    },
  ]);
  const refused = Object.entries(problemsOf(route)).map(([status, means]): [string, object] => [
    status,
    {
      description: means,
      ...(status in problemHeaders ? { headers: problemHeaders[status] } : {}),
      content: { 'application/problem+json': { schema: components.use(problemSchema, 'output') } },
    },
  ]);
  return {
    operationId: operationId(method, path),
    summary,
    ...(description === undefined ? {} : { description }),
    security: scope === null ? [] : [{ token: [scope] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takes === 'files' ? { requestBody: files } : {}),
    ...(body === undefined ? {} : { requestBody: jsonOf(components.use(body, 'input')) }),
    responses: Object.fromEntries<object>([...known, ...refused]),
  };
}

const header = (description: string, required = false) => ({ description, required, schema: { type: 'string' } });

const problemHeaders: Readonly<Record<string, object>> = {
  401: { 'WWW-Authenticate': header('What to authorise with', true) },
  429: { 'Retry-After': header('In how many seconds to try again', true) },
};

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same content is carried out once',
  schema: { type: 'string', minLength: 1, maxLength: 200 },
};

const jsonOf = (schema: object) => ({ required: true, content: { 'application/json': { schema } } });

const files = {
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: {
          files: { type: 'array', items: { type: 'string', contentMediaType: 'application/octet-stream' } },
        },
        required: ['files'],
      },
    },
  },
};

/** `get /cases/:ref` is `getCasesRef`: the name of the call in a client that is made of the document. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  readonly required?: readonly string[];
}

function queryParameters({ properties = {}, required = [] }: ObjectSchema): object[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** Schemas as the document has them: one with an id is written once, under its name. */
class Components {
  readonly schemas: Record<string, object> = {};

  /** The schema, or the reference to it if it has a name. @throws Error if two schemas have one name */
  use(schema: z.ZodType, io: 'input' | 'output'): object {
    const written = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
    const { $defs, ...rest } = JSON.parse(written.replaceAll('"#/$defs/', '"#/components/schemas/')) as {
      readonly $defs?: Readonly<Record<string, object>>;
    };
    for (const [name, part] of Object.entries($defs ?? {})) {
      const own = withoutNames(part);
      if (name in this.schemas && JSON.stringify(this.schemas[name]) !== JSON.stringify(own)) {
        throw new Error(`Two schemas of the API are called ${name}.`);
      }
      this.schemas[name] = own;
    }
    return withoutNames(rest);
  }
}

/** Of the parts of one document, none is a document of its own. */
const withoutNames = (schema: object): object =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !['$schema', '$id', 'id'].includes(key)));
