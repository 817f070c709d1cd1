import { caseRules, generalRules, mayOnCase, mayOnTask, taskRules, type CaseFacts } from '../../api/policy';
import type { Role } from '../../config/roles';
import type { Account } from '../../store/accounts';
import { cspManager, officer, openCase, SetClock, spoc, startWeb, thursday, type Web } from './support';

const person = (partner: string, teams: string[], ...roles: Role[]): Account => ({
  _id: `${partner}-${roles.join('-')}-${teams.join('-')}`,
  username: 'someone@partner.example',
  displayName: 'Someone',
  partner,
  teams,
  roles,
  passwordHash: '',
});

describe('the rules', () => {
  const opener = person('thurrock', ['environment'], 'staff');
  const facts: CaseFacts = {
    openedBy: { account: opener._id, partner: 'thurrock', teams: ['environment'] },
    partners: ['thurrock', 'essex-police'],
  };
  const task = { partner: 'essex-police' };
  const acts = [...Object.keys(caseRules), ...Object.keys(taskRules)];

  test.each([
    ['the opener', opener, ['see-case', 'see-content', 'confirm-answers', 'see-task-content']],
    [
      'a colleague of the opener’s team',
      person('thurrock', ['environment', 'youth'], 'staff'),
      ['see-case', 'see-content', 'confirm-answers', 'see-task-content'],
    ],
    ['a colleague of another team', person('thurrock', ['housing'], 'staff'), ['see-case']],
    ['a colleague of no team', person('thurrock', [], 'staff'), ['see-case']],
    [
      'the SPOC of the partner asked',
      person('essex-police', [], 'staff', 'spoc'),
      ['see-case', 'see-task-content', 'answer-task'],
    ],
    ['a team’s SPOC of the partner asked', person('essex-police', ['west'], 'spoc'), ['see-case']],
    ['staff of the partner asked', person('essex-police', [], 'staff'), ['see-case']],
    ['the governance lead of the partner asked', person('essex-police', [], 'governance-lead'), ['see-case']],
    ['the SPOC of another partner', person('probation', [], 'spoc'), []],
    ['a team of the same name elsewhere', person('probation', ['environment'], 'staff'), []],
    ['the CSP manager', person('council', [], 'csp-manager'), ['see-case', 'close-unanswered']],
    ['a manager', person('council', [], 'manager'), ['see-case']],
    ['an auditor', person('council', [], 'auditor'), ['see-case']],
  ])('%s', (_who, account, allowed) => {
    const may = acts.filter((act) =>
      act in caseRules
        ? mayOnCase(account, act as keyof typeof caseRules, facts)
        : mayOnTask(account, act as keyof typeof taskRules, facts, task),
    );
    expect(may.sort()).toEqual([...allowed].sort());
  });

  test('only staff opens a request', () => {
    expect(generalRules['open-information-request'](person('thurrock', [], 'staff'))).toBe(true);
    expect(generalRules['open-information-request'](person('thurrock', [], 'csp-manager', 'spoc'))).toBe(false);
  });
});

describe('every route, walked by every demo account', () => {
  let web: Web;
  let reference: string;
  const ended = (status: number) => (status === 303 ? 200 : status);
  beforeAll(async () => {
    web = await startWeb(new SetClock(thursday));
    reference = await openCase(await web.signedIn(officer));
  }, 180_000);
  afterAll(async () => web.close());

  test('a route is registered with its access, and a case’s path only with an act on it', () => {
    expect(web.app.routes.length).toBeGreaterThan(20);
    for (const { path, access } of web.app.routes) {
      if (path.includes(':ref')) expect(Object.keys({ ...caseRules, ...taskRules })).toContain(access);
      if (access === 'anyone') expect(path).toMatch(/^\/sign-(in|out)$|^\/api\/v1\/(openapi\.json|deadlines)$/);
    }
  });

  /** What each account gets of a page of the case: 200 also where a page that may be seen leads on. */
  const expected: Record<string, Record<string, number>> = {
    [officer]: { '': 200, '/sent': 200, '/tasks/T1/answer': 404, '/confirmation': 200, '/closure': 404 },
    'asb-review@thurrock.example': {
      '': 200,
      '/sent': 200,
      '/tasks/T1/answer': 404,
      '/confirmation': 200,
      '/closure': 404,
    },
    'housing.officer@thurrock.example': {
      '': 200,
      '/sent': 404,
      '/tasks/T1/answer': 404,
      '/confirmation': 404,
      '/closure': 404,
    },
    [spoc]: { '': 200, '/sent': 404, '/tasks/T1/answer': 200, '/confirmation': 404, '/closure': 404 },
    'officer@essex-police.example': {
      '': 200,
      '/sent': 404,
      '/tasks/T1/answer': 404,
      '/confirmation': 404,
      '/closure': 404,
    },
    'spoc@probation.example': { '': 404, '/sent': 404, '/tasks/T1/answer': 404, '/confirmation': 404, '/closure': 404 },
    [cspManager]: { '': 200, '/sent': 404, '/tasks/T1/answer': 404, '/confirmation': 404, '/closure': 200 },
    'manager@thurrock.example': {
      '': 200,
      '/sent': 404,
      '/tasks/T1/answer': 404,
      '/confirmation': 404,
      '/closure': 404,
    },
    'auditor@thurrock.example': {
      '': 200,
      '/sent': 404,
      '/tasks/T1/answer': 404,
      '/confirmation': 404,
      '/closure': 404,
    },
  };

  test.each(Object.keys(expected))('%s', async (username) => {
    const browser = await web.signedIn(username);
    const found: Record<string, number> = {};
    for (const page of Object.keys(expected[username] ?? {})) {
      const real = await browser.get(`/cases/${reference}${page}`);
      found[page] = ended(real.status);
      if (real.status !== 404) continue;
      const absent = await browser.get(`/cases/IR-2026-9999${page}`);
      expect([absent.status, absent.text]).toEqual([real.status, real.text]);
    }
    expect(found).toEqual(expected[username]);
    const list = await browser.get('/cases');
    expect(list.text.includes(reference)).toBe(found[''] === 200);
  });

  test('content is shown to the opener’s team and the holder only', async () => {
    for (const [username, sees] of [
      [officer, true],
      ['asb-review@thurrock.example', true],
      [spoc, true],
      ['housing.officer@thurrock.example', false],
      ['officer@essex-police.example', false],
      [cspManager, false],
      ['manager@thurrock.example', false],
      ['auditor@thurrock.example', false],
    ] as const) {
      const page = await (await web.signedIn(username)).get(`/cases/${reference}`);
      const api = await web
        .browser()
        .agent.get(`/api/v1/cases/${reference}`)
        .auth(await web.token(username), { type: 'bearer' });
      expect([username, page.text.includes('Jordan Example')]).toEqual([username, sees]);
      expect([username, 'request' in (api.body as object)]).toEqual([username, sees]);
      expect(page.text).toContain('Monday 13 April 2026');
    }
  });

  test('without a sign-in every page leads to it, and no post does anything', async () => {
    for (const { method, path, access } of web.app.routes) {
      if (access === 'anyone' || access === 'link') continue;
      const real = path.replace(':ref', reference).replace(':task', 'T1');
      const response = await web.browser().agent[method](real);
      if (path.startsWith('/api')) expect([path, response.status]).toEqual([path, 401]);
      else if (method === 'get') expect(response.headers['location']).toBe(`/sign-in?next=${encodeURIComponent(real)}`);
      else expect([path, response.status]).toEqual([path, 401]);
    }
  });

  test('an account that may not open a request is told, on the page and by the API', async () => {
    const page = await (await web.signedIn(cspManager)).get('/information-requests/new');
    expect(page.status).toBe(403);
    const token = await web.token(cspManager);
    const api = await web.browser().agent.post('/api/v1/information-requests').auth(token, { type: 'bearer' }).send({});
    expect(api.status).toBe(403);
  });
});
