/**
 * The OpenAPI document: sound in itself, of exactly the routes that are served, and true of every answer. The other
 * tests of the API hold their answers against it as well (support.ts).
 */
import { randomBytes } from 'node:crypto';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { z } from 'zod';
import { caseRules, partnerRules, taskRules } from '../../api/policy';
import { scopeNames } from '../../config/scopes';
import { Contract, type Operation } from './contract';
import { cspManager, officer, requestBody, SetClock, spoc, startWeb, thursday, type Web } from './support';

let web: Web;
let all: string;
beforeAll(async () => {
  web = await startWeb(new SetClock(thursday));
  all = await web.token(officer);
}, 180_000);
afterAll(async () => web.close());

interface Described {
  readonly method: 'get' | 'post' | 'put';
  readonly template: string;
  readonly operation: Operation;
  /** With values in place of the parameters, of nothing that is there. */
  readonly path: string;
}

const described = (): Described[] =>
  Object.entries(web.contract.document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method as Described['method'],
      template,
      operation,
      path: `/api/v1${template.replaceAll(/\{(\w+)\}/g, 'nothing-there')}`,
    })),
  );
const guarded = () => described().filter(({ operation }) => operation.security.length > 0);

/** Whether the policy looks up what the path names before the route does anything. */
const isOnSomething = ({ method, template }: Described): boolean => {
  const path = `/api/v1${template.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const access = web.app.routes.find((served) => served.method === method && served.path === path)?.access ?? '';
  return access in caseRules || access in taskRules || access in partnerRules;
};
const takesFiles = ({ operation: { requestBody } }: Described): boolean =>
  requestBody !== undefined && 'multipart/form-data' in requestBody.content;
const takesJson = (route: Described): boolean => route.method !== 'get' && !takesFiles(route);

const call = ({ method, path }: Described) => web.browser().agent[method](path);
const send = (route: Described, token: string) => call(route).auth(token, { type: 'bearer' });

describe('the document', () => {
  const parameter = z.strictObject({
    name: z.string(),
    in: z.enum(['path', 'query', 'header']),
    required: z.boolean(),
    description: z.string().optional(),
    schema: z.looseObject({}),
  });
  const content = (type: string) => z.strictObject({ [type]: z.strictObject({ schema: z.looseObject({}) }) });
  const operation = z.strictObject({
    operationId: z.string().regex(/^\w+$/),
    summary: z.string().min(1),
    description: z.string().optional(),
    security: z.array(z.strictObject({ token: z.array(z.enum(scopeNames)).length(1) })).max(1),
    parameters: z.array(parameter).optional(),
    requestBody: z
      .strictObject({
        required: z.literal(true),
        content: z.union([content('application/json'), content('multipart/form-data')]),
      })
      .optional(),
    responses: z.record(
      z.string().regex(/^[2-5]\d\d$/),
      z.strictObject({
        description: z.string().min(1),
        headers: z
          .record(
            z.string(),
            z.strictObject({ description: z.string(), required: z.boolean(), schema: z.looseObject({}) }),
          )
          .optional(),
        content: z.union([
          content('application/json'),
          content('application/problem+json'),
          z.strictObject({ 'application/octet-stream': z.strictObject({}) }),
        ]),
      }),
    ),
  });
  const openApi = z.strictObject({
    openapi: z.literal('3.1.0'),
    info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
    servers: z.array(z.strictObject({ url: z.url() })).length(1),
    security: z.tuple([z.strictObject({ token: z.tuple([]) })]),
    paths: z.record(
      z.string().regex(/^(\/([\w.-]+|\{\w+\}))+$/),
      z.strictObject({ get: operation.optional(), post: operation.optional(), put: operation.optional() }),
    ),
    components: z.strictObject({
      securitySchemes: z.strictObject({
        token: z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
      }),
      schemas: z.record(z.string().regex(/^[A-Z]\w+$/), z.looseObject({})),
    }),
  });

  test('has the shape of OpenAPI 3.1, as far as we use it', () => {
    expect(openApi.safeParse(web.contract.document).error).toBeUndefined();
  });

  test('names each operation once, and each parameter of a path', () => {
    const ids = described().map(({ operation: { operationId } }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { template, operation: { parameters = [] } } of described()) {
      const inPath = parameters.filter((each) => each.in === 'path');
      expect([template, inPath.every(({ required }) => required)]).toEqual([template, true]);
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(template.match(/\{\w+\}/g) ?? []);
    }
  });

  test('has only schemas that can be used, every reference of which leads somewhere', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    ajv.addSchema(web.contract.document, 'contract');
    for (const name of Object.keys(web.contract.document.components.schemas)) {
      expect(ajv.validateSchema({ $ref: `contract#/components/schemas/${name}` })).toBe(true);
      expect(() => ajv.compile({ $ref: `contract#/components/schemas/${name}` })).not.toThrow();
    }
    const text = JSON.stringify(web.contract.document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name = ''] of references) expect(web.contract.document.components.schemas).toHaveProperty(name);
  });

  test('is of the routes that are served, no more and no fewer', () => {
    const served = web.app.routes
      .filter(({ path }) => path.startsWith('/api/v1'))
      .map(({ method, path }) => `${method} ${path.replace('/api/v1', '').replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(described().map(({ method, template }) => `${method} ${template}`).sort()).toEqual(served.sort());
  });

  test('says a scope for every route but those that anyone may ask', () => {
    const open = described().filter(({ operation: { security } }) => security.length === 0);
    expect(open.map(({ template }) => template).sort()).toEqual(['/deadlines', '/openapi.json']);
  });

  test('shows what is asked for: fields with their formats, those that must be there', () => {
    expect(web.contract.document.components.schemas['InformationRequest']).toMatchObject({
      required: expect.arrayContaining(['receivedOn', 'asked']) as unknown,
      properties: { receivedOn: { type: 'string', format: 'date' }, personName: { type: 'string' } },
    });
  });
});

describe('an answer that is not as the document says', () => {
  const answer = (changed: object) => ({
    method: 'get',
    url: '/api/v1/deadlines',
    sent: undefined,
    response: {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      text: JSON.stringify({
        clock: 'subject-access',
        from: '2026-01-31',
        due: '2026-03-02',
        dueAt: '2026-03-03T00:00:00Z',
        steps: [],
        warnings: [],
      }),
      ...changed,
    },
  });
  const check = (changed: object) => () => new Contract(web.contract.document).check(answer(changed));

  test('is found', () => {
    expect(check({})).not.toThrow();
    expect(check({ status: 201 })).toThrow(/answered 201 .*it knows 200, 422/);
    expect(check({ headers: { 'content-type': 'text/html' } })).toThrow(/text\/html, expected application\/json/);
    expect(check({ text: JSON.stringify({ clock: 'subject-access' }) })).toThrow(/must have required property 'from'/);
    const { text } = answer({}).response;
    expect(check({ text: text.replace('2026-03-02', '2 March') })).toThrow(/must match format "date"/);
    expect(check({ text: text.replace('"steps"', '"inside":1,"steps"') })).toThrow(/must NOT have additional/);
    const unknown = { method: 'get', url: '/api/v1/cases', sent: undefined };
    const problem = { type: 'about:blank', title: 'No', status: 401, detail: 'No', requestId: '1' };
    const response = {
      status: 401,
      headers: { 'content-type': 'application/problem+json' },
      text: JSON.stringify(problem),
    };
    expect(() => new Contract(web.contract.document).check({ ...unknown, response })).toThrow(
      /the header WWW-Authenticate is missing/,
    );
  });

  test('fails the test that got it', async () => {
    const { responses } = web.contract.document.paths['/cases']?.['get'] as { responses: Record<string, unknown> };
    const { 200: kept } = responses;
    delete responses['200'];
    try {
      await expect(web.browser().agent.get('/api/v1/cases').auth(all, { type: 'bearer' })).rejects.toThrow(
        /get \/cases answered 200 and is not as the document says/,
      );
    } finally {
      responses['200'] = kept;
    }
  });
});

/** Each answer is also held against the document, by the agent that gets it. */
describe('every route refuses as the document says', () => {
  test('without a token, and with one that is not known: 401', async () => {
    for (const route of guarded()) {
      const none = await call(route);
      const unknown = await send(route, randomBytes(32).toString('base64url'));
      expect([route.template, none.status, unknown.status]).toEqual([route.template, 401, 401]);
    }
  });

  test('with a token of every other scope: 403 that names the one that is missing, whatever is there', async () => {
    for (const route of guarded()) {
      const scope = route.operation.security[0]?.token[0] ?? '';
      const token = await web.token(officer, scopeNames.filter((other) => other !== scope));
      const refused = await send(route, token);
      expect([route.template, refused.status]).toEqual([route.template, 403]);
      expect((refused.body as { detail: string }).detail).toContain(`"${scope}"`);
    }
  });

  test('for what is not there: 404, whatever the policy of the path says', async () => {
    const routes = guarded().filter(isOnSomething);
    expect(routes.length).toBeGreaterThan(3);
    for (const route of routes) {
      const sent = send(route, all);
      const refused = await (takesFiles(route) ? sent.attach('files', Buffer.from('hello'), 'note.txt') : sent);
      expect([route.template, refused.status]).toEqual([route.template, 404]);
      expect(JSON.stringify(refused.body)).not.toMatch(/\bpage\b/i);
    }
    const nowhere = await web.browser().agent.get('/api/v1/nowhere');
    expect(nowhere.status).toBe(404);
  });

  test('for a body that is not JSON, broken, or too long: 415, 400, 413', async () => {
    for (const route of guarded().filter(takesJson)) {
      const text = await send(route, all).type('text/plain').send('hello');
      const broken = await send(route, all).type('application/json').send('{"partner": ');
      const long = await send(route, all).send({ asked: 'x'.repeat(300_000) });
      const packed = await send(route, all).type('application/json').set('content-encoding', 'compress').send('{}');
      const found = [text.status, broken.status, long.status, packed.status];
      expect([route.template, ...found]).toEqual([route.template, 415, 400, 413, 415]);
    }
    for (const route of guarded().filter(takesFiles)) {
      expect([route.template, (await send(route, all).send({})).status]).toEqual([route.template, 415]);
    }
  });

  test('for fields, a query and a key that cannot be accepted: 422', async () => {
    const { agent } = web.browser();
    const page = await agent.get('/api/v1/cases?page=0&limit=x').auth(all, { type: 'bearer' });
    expect([page.status, (page.body as { errors: unknown }).errors]).toEqual([
      422,
      [
        { field: 'page', message: 'Pages start at 1' },
        { field: 'limit', message: 'Use a number' },
      ],
    ]);
    const lists = ['/cases', '/disclosures', '/directory', '/cases/IR-2026-0001/record'];
    const { reference } = (await agent.post('/api/v1/information-requests').auth(all, { type: 'bearer' }).send(requestBody)).body as { reference: string };
    for (const path of lists.map((each) => each.replace('IR-2026-0001', reference))) {
      const misspelt = await agent.get(`/api/v1${path}?statte=open`).auth(path.endsWith('record') ? await web.token(cspManager) : all, { type: 'bearer' });
      expect([path, misspelt.status, (misspelt.body as { errors: unknown }).errors]).toEqual([
        path,
        422,
        [{ field: 'statte', message: 'Leave this out: it is not known here' }],
      ]);
    }
    const key = await agent
      .post('/api/v1/information-requests')
      .auth(all, { type: 'bearer' })
      .set('idempotency-key', 'two words')
      .send(requestBody);
    expect(key.status).toBe(422);
    const fields = await agent.post('/api/v1/information-requests').auth(all, { type: 'bearer' }).send({ partner: 5 });
    expect(fields.status).toBe(422);
    const wrong = { ...requestBody, information: {}, personDetails: 5, receivedOnConfirmed: 'yes', asked: [{ partner: 'essex-police', team: 5, categories: 'all' }] };
    const types = await agent.post('/api/v1/information-requests').auth(all, { type: 'bearer' }).send(wrong);
    expect((types.body as { errors: unknown }).errors).toEqual([
      { field: 'asked.0.team', message: 'Use text' },
      { field: 'asked.0.categories', message: 'Send a list' },
      { field: 'personDetails', message: 'Use text' },
      { field: 'information', message: 'Enter what you ask for. Use text' },
      { field: 'receivedOnConfirmed', message: 'Use true or false' },
    ]);
    expect((await agent.get('/api/v1/deadlines?clock=none')).status).toBe(422);
  });

  test('for what the state does not allow: 409', async () => {
    const { agent } = web.browser();
    const opened = await agent.post('/api/v1/information-requests').auth(all, { type: 'bearer' }).send(requestBody);
    expect(opened.status).toBe(201);
    const { reference } = opened.body as { reference: string };
    const token = await web.token(spoc);
    const answer = () =>
      web
        .browser()
        .agent.post(`/api/v1/cases/${reference}/tasks/T1/answers`)
        .auth(token, { type: 'bearer' });
    expect((await answer().send({ kind: 'nothing-held' })).status).toBe(201);
    expect((await answer().send({ kind: 'refused', ground: 'A live investigation' })).status).toBe(409);
  });

  test('for too many tokens that are not valid: 429 with when to try again; a valid one goes on', async () => {
    const [first] = guarded();
    if (first === undefined) throw new Error('The document has no route that needs a token.');
    for (let tries = 0; tries < 100; tries += 1) await send(first, 'x'.repeat(43));
    for (const route of guarded()) {
      const refused = await send(route, 'x'.repeat(43));
      expect([route.template, refused.status]).toEqual([route.template, 429]);
    }
    const { agent } = web.browser();
    expect((await agent.get('/api/v1/cases').auth(all, { type: 'bearer' })).status).toBe(200);
    expect((await agent.get('/api/v1/cases')).status).toBe(401);
  });

  // Last, as it takes the database away.
  test('without the database: 503', async () => {
    await web.stack.part('mongo').kill('SIGKILL');
    const statusOf = async (route: Described) => [route.template, (await send(route, all)).status];
    const refused = await Promise.all(guarded().map(statusOf));
    expect(refused).toEqual(guarded().map(({ template }) => [template, 503]));
    await web.stack.start('mongo');
  });

  test('and every problem that follows from a declaration was seen', () => {
    const usual = guarded().flatMap((route) =>
      [
        ...[401, 429, 503],
        ...(isOnSomething(route) ? [404] : []),
        ...(takesJson(route) ? [400, 413, 415] : []),
        ...(takesFiles(route) ? [415] : []),
      ].map((status) => `${route.method} ${route.template} ${status}`),
    );
    expect(usual.filter((each) => !web.contract.seen.has(each))).toEqual([]);
    expect(usual.length).toBeGreaterThan(20);
  });
});
