import { Metrics } from '../../metrics';
import { MemoryStore } from 'express-session';
import request from 'supertest';
import { createApp } from '../../api/app';
import { Background } from '../../api/background';
import { Limits } from '../../api/http/limits';
import { filledForm, hiddenOf, officer, SetClock, startWeb, thursday, unescaped, type Web } from './support';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
afterAll(async () => web.close());
beforeEach(async () => {
  clock.set(thursday);
  await web.deps.store.database.collection('limits').deleteMany({});
});

const cookieOf = (response: request.Response): string =>
  String((response.headers['set-cookie'] as unknown as string[])[0]);

test('a demo account signs in with its password and sees its own work', async () => {
  const browser = web.browser();
  const signedIn = await browser.signIn(officer);
  expect([signedIn.status, signedIn.headers['location']]).toEqual([303, '/']);
  const work = await browser.get('/');
  expect(work.status).toBe(200);
  expect(work.text).toContain('Community safety officer, Thurrock Council');
  expect(work.text).toContain('Your team has no open case.');
});

test('an unknown name and a wrong password are told apart by nothing, and what was typed stays', async () => {
  const wrong = await web.browser().signIn(officer, 'not the password');
  const unknown = await web.browser().signIn('nobody@thurrock.example', 'not the password');
  expect([wrong.status, unknown.status]).toEqual([422, 422]);
  const same = (html: string) => html.replaceAll(/value="[^"]*"/g, '');
  expect(same(wrong.text)).toBe(same(unknown.text));
  expect(wrong.text).toContain(`value="${officer}"`);
  expect(wrong.text).not.toContain('not the password');
});

test('an unknown name takes as long as a wrong password', async () => {
  const timed = async (username: string): Promise<number> => {
    const browser = web.browser();
    const page = await browser.get('/sign-in');
    const begun = process.hrtime.bigint();
    await browser.post('/sign-in', { ...hiddenOf(page.text, '/sign-in'), username, password: 'not the password' });
    return Number(process.hrtime.bigint() - begun) / 1e6;
  };
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  const known: number[] = [];
  const unknown: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    known.push(await timed(officer));
    unknown.push(await timed('nobody@thurrock.example'));
  }
  // Without a hash to compare with, the unknown one would take a fraction of the other.
  expect(median(unknown) / median(known)).toBeGreaterThan(0.6);
});

test('the session cookie is for us only, and signing in makes a new session', async () => {
  const browser = web.browser();
  const before = cookieOf(await browser.get('/sign-in'));
  expect(before).toMatch(/^id=/);
  expect(before).toMatch(/; HttpOnly/);
  expect(before).toMatch(/; SameSite=Lax/);
  expect(before).toMatch(/; Path=\//);
  expect(before).not.toMatch(/; Secure/);
  const after = cookieOf(await browser.signIn(officer));
  expect(after.split(';')[0]).not.toBe(before.split(';')[0]);
  // What was in the browser before leads to no account.
  const planted = await request(web.app.express)
    .get('/')
    .set('cookie', before.split(';')[0] as string);
  expect(planted.headers['location']).toBe('/sign-in?next=%2F');
});

test('sessions are kept under a hash of their id', async () => {
  const browser = await web.signedIn(officer);
  const cookie = decodeURIComponent(cookieOf(await browser.get('/')));
  const id = /^id=s:([^.]+)\./.exec(cookie)?.[1] as string;
  const kept = await web.deps.store.database.collection<{ _id: string }>('sessions').find().toArray();
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.map(({ _id }) => _id)).not.toContain(id);
});

test('pages carry the headers that keep them ours', async () => {
  const { headers } = await web.browser().get('/sign-in');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['strict-transport-security']).toBeUndefined();
  expect(headers['x-powered-by']).toBeUndefined();
  expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

test('no page has script or style of its own', async () => {
  const browser = await web.signedIn(officer);
  for (const path of ['/', '/cases', '/information-requests/new', '/nowhere']) {
    const { text } = await browser.get(path);
    expect(text).not.toMatch(/<style|style="|<script(?![^>]* src=)|\son\w+="/);
  }
});

test('a post without the token of its session is refused and does nothing', async () => {
  const browser = await web.signedIn(officer);
  const refused = await browser.post('/information-requests/new', filledForm);
  expect(refused.status).toBe(403);
  const wrong = await browser.post('/information-requests/new', { ...filledForm, _csrf: 'x'.repeat(64) });
  expect(wrong.status).toBe(403);
  expect(await web.deps.store.cases.list({ partners: null }, 10)).toEqual([]);
});

test('too many tries at one account are stopped, with the time of the next try', async () => {
  const browser = web.browser();
  for (let tries = 0; tries < 10; tries += 1) expect((await browser.signIn(officer, 'guess')).status).toBe(422);
  const stopped = await browser.signIn(officer);
  expect(stopped.status).toBe(429);
  expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(800);
  expect(stopped.text).toMatch(/You can try again from <strong>10:1[45]am on Thursday 9 April 2026/);
  expect((await browser.signIn('manager@thurrock.example')).status).toBe(303);
  const kept = await web.deps.store.database.collection('limits').find().toArray();
  expect(JSON.stringify(kept)).not.toContain('thurrock');
});

test('signing in leads back to our own pages only', async () => {
  const goingTo = async (next: string) =>
    (await web.browser().send('/sign-in', { username: officer, password: 'concordat-demo-only', next })).headers[
      'location'
    ];
  expect(await goingTo('/cases')).toBe('/cases');
  for (const elsewhere of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)']) {
    expect(await goingTo(elsewhere)).toBe('/');
  }
});

test('signing out ends the session', async () => {
  const browser = await web.signedIn(officer);
  await browser.send('/sign-out', {}, '/');
  expect((await browser.get('/cases')).headers['location']).toBe('/sign-in?next=%2Fcases');
});

test('a session ends after a working day, however busy', async () => {
  const browser = await web.signedIn(officer);
  clock.pass(11 * 60);
  expect((await browser.get('/cases')).status).toBe(200);
  clock.pass(2 * 60);
  expect((await browser.get('/cases')).status).toBe(303);
});

describe('a form sent after the session has ended', () => {
  test('is shown again after signing in, with all that was typed, and then sent once', async () => {
    const browser = await web.signedIn(officer);
    const page = await browser.get('/information-requests/new');
    const posted = { ...hiddenOf(page.text), ...filledForm, information: 'Typed for an hour\nwith "quotes" & <signs>' };
    await web.deps.store.database.collection('sessions').deleteMany({});

    const signIn = await browser.post('/information-requests/new', posted);
    expect(signIn.status).toBe(401);
    expect(signIn.text).toContain('What you typed is kept on this page');
    const wrong = await browser.post('/sign-in', {
      ...hiddenOf(signIn.text, '/sign-in'),
      username: officer,
      password: 'typo',
    });
    expect(wrong.status).toBe(422);
    const form = await browser.post('/sign-in', {
      ...hiddenOf(wrong.text, '/sign-in'),
      username: officer,
      password: 'concordat-demo-only',
    });
    expect(form.status).toBe(200);
    expect(form.text).toContain('It was not sent yet');
    expect(unescaped(form.text)).toContain('Typed for an hour\nwith "quotes" & <signs>');
    expect(form.text).toContain('name="asked[]" value="essex-police"');
    expect(form.text).toContain('value="26"');
    expect(await web.deps.store.cases.list({ partners: null }, 10)).toEqual([]);

    // Where the form itself says it goes: it is shown under the address of the sign-in.
    const action = /<form method="post" action="(?<action>[^"]+)" novalidate>\s*<input type="hidden" name="_csrf"[^>]*>\s*<input[^>]*name="submissionId"/.exec(
      form.text,
    )?.groups?.['action'];
    expect(action).toBe('/information-requests/new');
    const sent = await browser.post(action ?? '', { ...posted, ...hiddenOf(form.text) });
    expect(sent.headers['location']).toMatch(/^\/cases\/IR-2026-\d{4}\/sent$/);
    expect(await web.deps.store.cases.list({ partners: null }, 10)).toHaveLength(1);
  });

  test('is shown again when somebody signed in anew meanwhile', async () => {
    const browser = await web.signedIn(officer);
    const page = await browser.get('/information-requests/new');
    await browser.send('/sign-out', {}, '/');
    await browser.signIn(officer);
    const refused = await browser.post('/information-requests/new', { ...hiddenOf(page.text), ...filledForm });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('nothing was sent');
    const again = await browser.post('/form-again', hiddenOf(refused.text, '/form-again'));
    expect(again.status).toBe(200);
    expect(again.text).toContain('Jordan Example');
  });

  test('never echoes a password, and never leads elsewhere', async () => {
    const browser = web.browser();
    const stale = await browser.post('/sign-in', { username: officer, password: 'my secret word' });
    expect(stale.status).toBe(403);
    expect(stale.text).not.toContain('my secret word');
    const page = await browser.get('/sign-in');
    const held = JSON.stringify({ path: '//evil.example/x', fields: {} });
    const signedIn = await browser.post('/sign-in', {
      ...hiddenOf(page.text, '/sign-in'),
      username: officer,
      password: 'concordat-demo-only',
      held,
    });
    expect([signedIn.status, signedIn.headers['location']]).toEqual([303, '/']);
  });

  test('does not carry out what was only asked about: an act is asked about again', async () => {
    const browser = web.browser();
    const asked = await browser.post('/cases/IR-2026-0001/confirmation', { submissionId: 'x' });
    expect(asked.status).toBe(401);
    const after = await browser.post('/sign-in', {
      ...hiddenOf(asked.text, '/sign-in'),
      username: officer,
      password: 'concordat-demo-only',
    });
    expect(after.status).toBe(200);
    expect(after.text).toContain('action="/cases/IR-2026-0001/confirmation"');
    const acts = (await web.deps.store.audit.of('IR-2026-0001')).map(({ act }) => act);
    expect(acts).not.toContain('answers-confirmed');
  });
});

test('behind TLS the cookie is secure and bound to the host, and HSTS is on', async () => {
  const settings = { ...web.deps.settings, PUBLIC_URL: 'https://concordat.example', TRUST_PROXY: 1 };
  const deps = { ...web.deps, settings };
  const background = new Background(deps.logger);
  const app = createApp(deps, { sessions: new MemoryStore(), limits: new Limits(deps), background, metrics: new Metrics('web', deps) });
  const page = await request(app.express).get('/sign-in').set('x-forwarded-proto', 'https');
  expect(cookieOf(page)).toMatch(/^__Host-id=.*; Path=\/;.*; HttpOnly; Secure; SameSite=Lax$/);
  expect(page.headers['strict-transport-security']).toContain('max-age=31536000');
});
