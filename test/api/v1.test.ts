import { caseSchema, deadlineSchema, receivedSchema } from '../../api/v1/schemas';
import { problemSchema } from '../../api/v1/problems';
import {
  filledForm,
  hiddenOf,
  officer,
  requestBody,
  SetClock,
  spoc,
  startWeb,
  thursday,
  unescaped,
  type Web,
} from './support';

let web: Web;
const clock = new SetClock(thursday);
let officerToken: string;
let spocToken: string;
beforeAll(async () => {
  web = await startWeb(clock);
  officerToken = await web.token(officer);
  spocToken = await web.token(spoc);
}, 180_000);
afterAll(async () => web.close());

const post = (path: string, body: object, token = officerToken, key?: string) => {
  const request = web.browser().agent.post(`/api/v1${path}`).auth(token, { type: 'bearer' });
  return (key === undefined ? request : request.set('idempotency-key', key)).send(body);
};
const get = (path: string, token = officerToken) =>
  web.browser().agent.get(`/api/v1${path}`).auth(token, { type: 'bearer' });

const problemOf = (response: { headers: Record<string, unknown>; text: string }) => {
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  return problemSchema.parse(JSON.parse(response.text));
};

test('opens a case, shows it, takes the answer', async () => {
  const opened = await post('/information-requests', requestBody);
  expect(opened.status).toBe(201);
  const created = caseSchema.parse(opened.body);
  expect(opened.headers['location']).toBe(`/api/v1/cases/${created.reference}`);
  expect(created).toMatchObject({
    stage: 'awaiting-answers',
    openedBy: 'thurrock',
    tasks: [
      { partner: 'essex-police', status: 'open', dueOn: '2026-04-13', dueAt: '2026-04-13T23:00:00Z', answer: null },
    ],
    content: { request: { personName: 'Jordan Example' } },
  });

  const path = `/cases/${created.reference}/tasks/T1/answers`;
  expect((await post(path, { kind: 'nothing-held' })).status).toBe(404);
  const received = await post(path, { kind: 'refused', ground: 'A live investigation' }, spocToken);
  expect(received.status).toBe(201);
  expect(receivedSchema.parse(received.body)).toMatchObject({ kind: 'refused', receivedAt: thursday });

  const seen = caseSchema.parse((await get(`/cases/${created.reference}`)).body);
  expect(seen.tasks[0]?.answer).toEqual({ version: 1, receivedAt: expect.any(String) as string, late: false });
  expect(JSON.stringify(seen.content)).toContain('A live investigation');
  const listed = (await get('/cases')).body as { cases: { reference: string }[] };
  expect(listed.cases.map(({ reference }) => reference)).toContain(created.reference);
  expect(JSON.stringify(listed)).not.toMatch(/Jordan|investigation/);
});

test('the same key with the same content is one case, with other content it is refused', async () => {
  const first = await post('/information-requests', requestBody, officerToken, 'key-1');
  const again = await post('/information-requests', requestBody, officerToken, 'key-1');
  expect((again.body as { reference: string }).reference).toBe((first.body as { reference: string }).reference);
  const other = await post('/information-requests', { ...requestBody, purpose: 'Another one' }, officerToken, 'key-1');
  expect(other.status).toBe(409);
  problemOf(other);
  const back = { ...requestBody, asked: [{ partner: 'thurrock', categories: ['asb-incidents'] }] };
  const elsewhere = await post('/information-requests', back, spocToken, 'key-1');
  expect(elsewhere.status).toBe(201);
  expect((await post('/information-requests', requestBody, officerToken, 'two words')).status).toBe(422);
});

test('faults come as a problem document with the fields', async () => {
  const refused = await post('/information-requests', { asked: [], receivedOn: '2026-04-31', personName: 'Jordan' });
  expect(refused.status).toBe(422);
  const { errors } = problemOf(refused);
  expect(errors).toEqual([
    { field: 'asked', message: 'Choose whom you ask' },
    { field: 'identifiability', message: 'Choose whether you ask about a person' },
    { field: 'information', message: 'Enter what you ask for' },
    { field: 'purpose', message: 'Enter what the information is needed for' },
    { field: 'legalBasis', message: 'Choose the legal basis' },
    { field: 'channel', message: 'Choose how the request was made' },
    { field: 'receivedOn', message: 'Date received must be a real date: check the day, the month and the year' },
    { field: 'means', message: 'Choose how the answer is given' },
  ]);
});

test.each([
  ['not JSON', 'application/json', '{"partner": ', 400],
  ['a list', 'application/json', '[]', 422],
  ['null', 'application/json', 'null', 400],
  ['something else', 'text/plain', 'hello', 415],
  ['a form', 'application/x-www-form-urlencoded', 'partner=essex-police', 415],
  ['too long', 'application/json', JSON.stringify({ asked: 'x'.repeat(300_000) }), 413],
])('%s is refused with a problem document', async (_what, type, body, status) => {
  const response = await web
    .browser()
    .agent.post('/api/v1/information-requests')
    .auth(officerToken, { type: 'bearer' })
    .set('content-type', type)
    .send(body);
  expect(response.status).toBe(status);
  expect(problemOf(response).status).toBe(status);
});

test('without a token it is 401, also with a session; not there and not yours are the same 404', async () => {
  const none = await web.browser().agent.get('/api/v1/cases');
  expect(none.status).toBe(401);
  expect(none.headers['www-authenticate']).toBe('Bearer realm="Concordat"');
  problemOf(none);
  expect((await get('/cases', 'x'.repeat(43))).status).toBe(401);
  expect((await (await web.signedIn(officer)).get('/api/v1/cases')).status).toBe(401);

  const opened = await post('/information-requests', requestBody);
  const { reference } = opened.body as { reference: string };
  const outsider = await web.token('spoc@probation.example');
  const [notYours, notThere] = [await get(`/cases/${reference}`, outsider), await get('/cases/IR-2026-9999', outsider)];
  const without = (text: string) => text.replace(/"requestId":"[^"]*"/, '');
  expect([notYours.status, notThere.status]).toEqual([404, 404]);
  expect(without(notYours.text)).toBe(without(notThere.text));
  expect(problemOf(await get('/nowhere')).status).toBe(404);
});

test('an API answer sets no cookie', async () => {
  expect((await get('/cases')).headers['set-cookie']).toBeUndefined();
});

test('an act that needs Temporal says that it is away, and that nothing was done', async () => {
  const opened = await post('/information-requests', requestBody);
  const { reference } = opened.body as { reference: string };
  const refused = await post(`/cases/${reference}/confirmation`, {});
  expect(refused.status).toBe(503);
  problemOf(refused);
});

test('deadlines are counted for anyone, as the command line counts them', async () => {
  const query = 'clock=subject-access&from=2026-01-31&extended=true&paused=2026-02-10/2026-02-14';
  const answer = await web.browser().agent.get(`/api/v1/deadlines?${query}`);
  expect(answer.status).toBe(200);
  expect(deadlineSchema.parse(answer.body)).toMatchObject({
    clock: 'subject-access',
    from: '2026-01-31',
    due: '2026-05-05',
  });
  const hours = await web.browser().agent.get('/api/v1/deadlines?clock=breach-ico&from=2026-10-24T11:00:00Z');
  expect(hours.body).not.toHaveProperty('due');
  const wrong = await web.browser().agent.get('/api/v1/deadlines?clock=subject-access&from=2026-02-30');
  expect(wrong.status).toBe(422);
  expect(problemOf(wrong).errors).toEqual([
    { field: 'from', message: expect.stringContaining('does not exist') as string },
  ]);
});

test('health tells the parts apart: the web goes on without Temporal', async () => {
  expect((await web.browser().agent.get('/health/live')).body).toEqual({ status: 'live' });
  const ready = await web.browser().agent.get('/health/ready');
  expect(ready.status).toBe(200);
  expect(ready.body).toEqual({
    status: 'ready',
    parts: { database: 'answers', temporal: 'does not answer' },
    watchdog: { lookedAt: null, stuckCases: null },
  });
});

// Last, as it takes the database away.
test('without the database it is not ready, the API says so, and a page keeps what was typed', async () => {
  const browser = await web.signedIn(officer);
  const form = hiddenOf((await browser.get('/information-requests/new')).text);
  await web.stack.part('mongo').kill('SIGKILL');
  const [ready, api, page] = await Promise.all([
    web.browser().agent.get('/health/ready'),
    get('/cases'),
    browser.post('/information-requests/new', { ...form, ...filledForm }),
  ]);
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({ status: 'not ready', parts: { database: 'does not answer' } });
  expect(api.status).toBe(503);
  problemOf(api);
  expect(page.status).toBe(503);
  expect(unescaped(page.text)).toContain('Jordan Example');
  expect(page.text).toContain('Send again');

  await web.stack.start('mongo');
  const again = await browser.post('/information-requests/new', hiddenOf(page.text));
  expect(again.headers['location']).toMatch(/^\/cases\/IR-2026-\d{4}\/sent$/);
}, 120_000);
