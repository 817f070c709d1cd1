import { spawnSync } from 'node:child_process';
import { londonDateOf } from '../../calendar';
import { systemClock } from '../../config/clock';
import { projectRoot } from '../../config/root';
import { scopeNames } from '../../config/scopes';
import { tokenHash } from '../../store/accounts';
import {
  errorsOf,
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
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
beforeEach(() => clock.set(thursday));
afterAll(async () => web.close());

const get = (path: string, token: string) => web.browser().agent.get(`/api/v1${path}`).auth(token, { type: 'bearer' });
const post = (path: string, token: string, body: object) =>
  web.browser().agent.post(`/api/v1${path}`).auth(token, { type: 'bearer' }).send(body);

const form = {
  name: 'Case management system',
  kind: 'system',
  'scope-cases-read': 'yes',
  'expiresOn-day': '9',
  'expiresOn-month': '7',
  'expiresOn-year': '2026',
};
const tokenOn = (html: string): string => /<code>([\w-]{43})<\/code>/.exec(html)?.[1] ?? '';
const record = async () => web.deps.store.audit.of('accounts');

describe('the page', () => {
  test('makes a token, shows it once, and it can do what was chosen and nothing else', async () => {
    const browser = await web.signedIn(officer);
    const made = await browser.send('/tokens/new', form);
    expect(made.status).toBe(200);
    const token = tokenOn(made.text);
    expect(token).not.toBe('');
    expect((await get('/cases', token)).status).toBe(200);
    const refused = await post('/information-requests', token, requestBody);
    expect([refused.status, (refused.body as { detail: string }).detail]).toEqual([
      403,
      'This needs a token with the scope "requests:write". Make one on the page "API tokens".',
    ]);

    const list = await browser.get('/tokens');
    expect(list.text).toContain('Case management system');
    expect(list.text).toContain('Thursday 9 July 2026');
    expect(list.text).not.toContain(token);
    const kept = JSON.stringify([
      await web.deps.store.database.collection('api_tokens').find({}).toArray(),
      await web.deps.store.database.collection('sessions').find({}).toArray(),
      await record(),
    ]);
    expect(kept).toContain(tokenHash(token));
    expect(kept).not.toContain(token);
    const { account: account = '' } = (await record()).at(-1)?.by ?? {};
    expect((await record()).at(-1)).toMatchObject({
      act: 'token-created',
      by: { via: 'page' },
      facts: {
        account,
        token: tokenHash(token).slice(0, 12),
        kind: 'system',
        scopes: ['cases:read'],
        expiresOn: '2026-07-09',
      },
    });
  });

  test('a form sent twice makes one token', async () => {
    const browser = await web.signedIn(officer);
    const hidden = hiddenOf((await browser.get('/tokens/new')).text, '/tokens/new');
    const [first, second] = [
      await browser.post('/tokens/new', { ...hidden, ...form }),
      await browser.post('/tokens/new', { ...hidden, ...form }),
    ];
    expect(tokenOn(first.text)).not.toBe('');
    expect(tokenOn(second.text)).toBe('');
    expect(second.text).toContain('This form was already sent');
  });

  test('says what is missing, and keeps what was typed', async () => {
    const browser = await web.signedIn(officer);
    const empty = await browser.send('/tokens/new', {});
    expect(empty.status).toBe(422);
    expect(errorsOf(empty.text)).toEqual([
      'Enter what the token is for',
      'Choose who uses the token',
      'Choose at least one thing that the token may be used for',
      'Enter the last day of the token',
    ]);
    const wrong = await browser.send('/tokens/new', { ...form, name: 'For "us" & them', 'expiresOn-year': '2027' });
    expect(errorsOf(wrong.text)).toEqual(['Last day must be within a year from today']);
    expect(unescaped(wrong.text)).toContain('value="For "us" & them"');
    expect(wrong.text).toMatch(/id="scope-cases-read"[^>]* checked/);
    const past = await browser.send('/tokens/new', { ...form, 'expiresOn-month': '4', 'expiresOn-day': '8' });
    expect(errorsOf(past.text)).toEqual(['Last day must be today or in the future']);
    const longest = await browser.send('/tokens/new', {
      ...form,
      'expiresOn-day': '9',
      'expiresOn-month': '4',
      'expiresOn-year': '2027',
    });
    expect(tokenOn(longest.text)).not.toBe('');
  });

  test('revokes a token, on record, and only one’s own', async () => {
    const browser = await web.signedIn(officer);
    const token = tokenOn((await browser.send('/tokens/new', form)).text);
    const path = `/tokens/${tokenHash(token).slice(0, 12)}/revocation`;
    const other = await web.signedIn(spoc);
    expect((await other.get(path)).status).toBe(404);
    expect((await other.send(path, {}, '/tokens/new')).status).toBe(404);
    expect((await get('/cases', token)).status).toBe(200);

    expect((await browser.get(path)).text).toContain('Revoke this token?');
    const revoked = await browser.send(path, {});
    expect(revoked.headers['location']).toBe('/tokens');
    expect((await browser.get('/tokens')).text).toContain('The token is revoked');
    expect((await get('/cases', token)).status).toBe(401);
    expect((await record()).at(-1)).toMatchObject({
      act: 'token-revoked',
      facts: { token: tokenHash(token).slice(0, 12) },
    });
    expect((await browser.get(path)).headers['location']).toBe('/tokens');
  });

  test('without the record of it no token is made, and none is revoked', async () => {
    const browser = await web.signedIn(officer);
    const token = tokenOn((await browser.send('/tokens/new', form)).text);
    const tokens = async () => web.deps.store.database.collection('api_tokens').countDocuments();
    const before = await tokens();
    const append = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('not written'));
    try {
      expect((await browser.send('/tokens/new', form)).status).toBe(500);
      expect((await browser.send(`/tokens/${tokenHash(token).slice(0, 12)}/revocation`, {})).status).toBe(500);
    } finally {
      append.mockRestore();
    }
    expect(await tokens()).toBe(before);
    expect((await get('/cases', token)).status).toBe(200);
  });
});

describe('a token', () => {
  test('expired, revoked, unknown or misshapen is the same 401', async () => {
    const browser = await web.signedIn(officer);
    const [expired, revoked] = [
      tokenOn((await browser.send('/tokens/new', { ...form, 'expiresOn-month': '4' })).text),
      tokenOn((await browser.send('/tokens/new', form)).text),
    ];
    await browser.send(`/tokens/${tokenHash(revoked).slice(0, 12)}/revocation`, {});
    // It is valid to the end of its last day in London, where summer time is.
    clock.set('2026-04-09T22:59:59.000Z');
    expect((await get('/cases', expired)).status).toBe(200);
    clock.set('2026-04-09T23:00:00.000Z');
    const texts = [];
    for (const token of [expired, revoked, 'x'.repeat(43), 'short']) {
      const { status, text, headers } = await get('/cases', token);
      expect([token, status, headers['www-authenticate']]).toEqual([token, 401, 'Bearer realm="Concordat"']);
      texts.push(text.replace(/"requestId":"[^"]*"/, ''));
    }
    expect(new Set(texts).size).toBe(1);
  });

  test('without content:read gets cases without what is in them, whatever its account may see', async () => {
    const opened = await post('/information-requests', await web.token(officer), requestBody);
    const { reference } = opened.body as { reference: string };
    await post(`/cases/${reference}/tasks/T1/answers`, await web.token(spoc, ['answers:write']), {
      kind: 'refused',
      ground: 'A live investigation',
    });
    const whole = await get(`/cases/${reference}`, await web.token(officer, ['cases:read', 'content:read']));
    expect(whole.text).toContain('Jordan Example');
    expect(whole.text).toContain('A live investigation');
    const outside = await get(`/cases/${reference}`, await web.token(officer, ['cases:read']));
    expect(outside.status).toBe(200);
    expect(outside.text).not.toMatch(/Jordan|investigation|neighbour/);
    const own = await post('/information-requests', await web.token(officer, ['requests:write']), requestBody);
    expect(own.status).toBe(201);
    expect(own.text).not.toMatch(/Jordan|neighbour/);
  });

  test('never gives its account more than it may', async () => {
    const token = await web.token('manager@thurrock.example', scopeNames);
    const opened = await post('/information-requests', await web.token(officer), requestBody);
    const { reference } = opened.body as { reference: string };
    expect((await post('/information-requests', token, requestBody)).status).toBe(403);
    const seen = await get(`/cases/${reference}`, token);
    expect(seen.text).not.toMatch(/Jordan/);
    expect((await post(`/cases/${reference}/tasks/T1/answers`, token, { kind: 'nothing-held' })).status).toBe(404);
  });

  test('notes its use at most once an hour', async () => {
    const token = await web.token(officer);
    const used = async () => {
      await get('/cases', token);
      const kept = await web.deps.store.database
        .collection<{ _id: string; lastUsedAt: string }>('api_tokens')
        .findOne({ _id: tokenHash(token) });
      return kept?.lastUsedAt;
    };
    expect(await used()).toBe(thursday);
    clock.pass(59);
    expect(await used()).toBe(thursday);
    clock.pass(1);
    expect(await used()).toBe('2026-04-09T10:00:00.000Z');
  });
});

test('a list comes in pages, each with the address of the next', async () => {
  const token = await web.token(officer);
  for (let made = 0; made < 3; made += 1) await post('/information-requests', token, requestBody);
  const all = (await get('/cases?limit=200', token)).body as { cases: { reference: string }[]; next: string | null };
  expect(all.next).toBeNull();
  const found: string[] = [];
  let next: string | null = '/cases?limit=2';
  while (next !== null) {
    const page = (await get(next, token)).body as typeof all;
    expect(page.cases.length).toBeLessThanOrEqual(2);
    found.push(...page.cases.map(({ reference }) => reference));
    next = page.next === null ? null : page.next.replace(/^.*\/api\/v1/, '');
  }
  expect(found.length).toBeGreaterThan(2);
  expect(found).toEqual(all.cases.map(({ reference }) => reference));
});

describe('the command', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'commands/token.ts', ...args], {
      cwd: projectRoot,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        MONGODB_URI: web.deps.settings.MONGODB_URI,
        AUDIT_SECRET: web.deps.settings.AUDIT_SECRET,
      },
    });
  /** Its clock is the machine's. */
  const today = londonDateOf(systemClock.now());
  const sound = ['--account', officer, '--name', 'Nightly export', '--scope', 'cases:read', '--expires', today];

  test('makes a token of the scopes and the last day that are said, on record', async () => {
    const { status, stdout } = run(...sound, '--scope', 'directory:read');
    expect(status).toBe(0);
    expect((await get('/cases', stdout.trim())).status).toBe(200);
    expect((await post('/information-requests', stdout.trim(), requestBody)).status).toBe(403);
    expect((await record()).at(-1)).toMatchObject({
      act: 'token-created',
      by: { account: null, via: 'command', from: null },
      facts: { kind: 'system', scopes: ['cases:read', 'directory:read'], expiresOn: today },
    });
  });

  test('says what is wrong, and makes nothing', async () => {
    const before = (await record()).length;
    const empty = run('--account', officer);
    expect([empty.status, empty.stdout]).toEqual([2, '']);
    expect(empty.stderr).toContain('token: --name: Enter what the token is for.');
    expect(empty.stderr).toContain('token: --expires: Enter the last day of the token.');
    expect(run(...sound, '--scope', 'all').stderr).toContain('token: --scope: Use scopes of these: cases:read, ');
    expect(run(...sound, '--expires', '2199-01-01').stderr).toContain('--expires: Last day must be within a year');
    expect(run(...sound, '--forever').stderr).toContain('npm run -s token');
    const nobody = run(...sound, '--account', 'nobody@thurrock.example');
    expect([nobody.status, nobody.stderr]).toEqual([
      1,
      'token: there is no account "nobody@thurrock.example": give the username that it signs in with.\n',
    ]);
    expect((await record()).length).toBe(before);
  });
});
