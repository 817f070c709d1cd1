import { loggedUrl } from '../../api/http/log';
import {
  errorsOf,
  hiddenOf,
  officer,
  openCase,
  SetClock,
  startWeb,
  thursday,
  unescaped,
  type Browser,
  type Web,
} from './support';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => clock.set(thursday));

/** A case and the link of its task, as the mail to the SPOC has it. */
async function linked(): Promise<{ reference: string; link: string }> {
  const reference = await openCase(await web.signedIn(officer));
  return { reference, link: `/t/${await web.deps.store.links.issue(reference, 'T1', 1)}` };
}

async function codeFor(reference: string): Promise<string> {
  const mail = (await web.mails()).find(({ subject }) => subject === `${reference} Your one-time code`);
  return /Code: (\d{6})/.exec(mail?.text ?? '')?.[1] ?? '';
}

/** Asks for a code, reads the mail, and gives it. */
async function opened(reference: string, link: string): Promise<Browser> {
  const browser = web.browser();
  await browser.send(link, {});
  const given = await browser.send(`${link}/code`, { code: await codeFor(reference) });
  expect(given.headers['location']).toBe(`${link}/answer`);
  return browser;
}

const answer = { kind: 'shared-in-full', sharedInFull: 'Two reports in March', handling: 'Not to be passed on' };
const personal = /Jordan|January|neighbour|Two reports/;

test('from the mail’s link by a code to the answer, without an account', async () => {
  const { reference, link } = await linked();
  const landing = await web.browser().get(link);
  expect(landing.status).toBe(200);
  expect(landing.text).toContain(reference);
  expect(landing.text).toContain('Thurrock Council asks Essex Police for information');
  expect(landing.text).toContain('Monday 13 April 2026');
  expect(landing.text).toContain('Fri 3 April 2026 (Good Friday)');
  expect(landing.text).not.toMatch(personal);

  const browser = await opened(reference, link);
  const mail = (await web.mails()).find(({ subject }) => subject.startsWith(reference));
  expect(mail?.to).toBe('spoc@essex-police.example');
  expect(mail?.text).not.toMatch(personal);
  const form = await browser.get(`${link}/answer`);
  expect(form.text).toContain('Jordan Example');
  const sent = await browser.send(`${link}/answer`, answer);
  expect(sent.headers['location']).toBe(`${link}/received`);
  expect((await browser.get(`${link}/received`)).text).toContain('Answer received');

  const stored = await web.deps.store.answers.ofTask(reference, 'T1');
  expect(stored).toMatchObject({
    kind: 'shared-in-full',
    receivedBy: { via: 'link', account: null },
    receivedAt: thursday,
  });
  expect(JSON.stringify(stored)).not.toMatch(personal);
  const casePage = await (await web.signedIn(officer)).get(`/cases/${reference}`);
  expect(casePage.text).toContain('Two reports in March');
  expect(casePage.text).toContain('Not to be passed on');
});

test('a scanner that fetches the link many times, in every way, spends and shows nothing', async () => {
  const { reference, link } = await linked();
  const before = JSON.stringify(await web.deps.store.cases.get(reference));
  const mailsBefore = (await web.mails()).length;
  for (let times = 0; times < 5; times += 1) {
    for (const page of ['', '/code', '/answer', '/received']) {
      const [got, headed] = [await web.browser().get(link + page), await web.browser().agent.head(link + page)];
      expect(got.text).not.toMatch(personal);
      expect([200, 303]).toContain(got.status);
      expect(headed.status).toBe(got.status);
    }
    await web.browser().agent.post(link).send({});
  }
  expect(JSON.stringify(await web.deps.store.cases.get(reference))).toBe(before);
  expect(await web.mails()).toHaveLength(mailsBefore);
  await opened(reference, link);
});

test('a code opens the request for the browser that gave it, and only for that link', async () => {
  const first = await linked();
  const second = await linked();
  const browser = await opened(first.reference, first.link);
  expect((await browser.get(`${first.link}/answer`)).status).toBe(200);
  expect((await browser.get(`${second.link}/answer`)).headers['location']).toBe(second.link);
  expect((await web.browser().get(`${first.link}/answer`)).headers['location']).toBe(first.link);
  expect((await browser.get('/cases')).headers['location']).toContain('/sign-in');
});

test('a code works once', async () => {
  const { reference, link } = await linked();
  await opened(reference, link);
  const again = await web.browser().send(`${link}/code`, { code: await codeFor(reference) });
  expect(again.status).toBe(422);
});

test('a code ends after 15 minutes, and a new one takes the place of the old', async () => {
  const { reference, link } = await linked();
  const browser = web.browser();
  await browser.send(link, {});
  const first = await codeFor(reference);
  clock.pass(16);
  expect((await browser.send(`${link}/code`, { code: first })).status).toBe(422);
  await browser.send(link, {});
  const second = await codeFor(reference);
  if (first !== second) expect((await browser.send(`${link}/code`, { code: first })).status).toBe(422);
  expect((await browser.send(`${link}/code`, { code: ` ${second.slice(0, 3)} ${second.slice(3)} ` })).status).toBe(303);
});

test('wrong codes are limited: after five the code is spent, and after fifteen tries are', async () => {
  const { reference, link } = await linked();
  const browser = web.browser();
  await browser.send(link, {});
  const code = await codeFor(reference);
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  for (let tries = 0; tries < 5; tries += 1) {
    const page = await browser.send(`${link}/code`, { code: wrong });
    expect(errorsOf(page.text)).toEqual(['The code is not right, or is no longer valid. Check it, or get a new one']);
  }
  expect((await browser.send(`${link}/code`, { code })).status).toBe(422);
  for (let tries = 6; tries < 15; tries += 1) await browser.send(`${link}/code`, { code: wrong });
  const stopped = await browser.send(`${link}/code`, { code });
  expect(stopped.status).toBe(429);
  expect(stopped.text).toContain('You can try again from');
});

test('codes asked for are limited', async () => {
  const { link } = await linked();
  const browser = web.browser();
  for (let times = 0; times < 5; times += 1) expect((await browser.send(link, {})).status).toBe(303);
  expect((await browser.send(link, {})).status).toBe(429);
});

test('wrong and never made look the same; replaced, answered and ended are said', async () => {
  const { reference, link } = await linked();
  const [wrong, altered] = [await web.browser().get('/t/nonsense'), await web.browser().get(`${link}x`)];
  expect([wrong.status, altered.status]).toEqual([404, 404]);
  expect(wrong.text).toBe(altered.text);

  const raw = web.deps.store.database.collection<{ _id: string }>('cases');
  await raw.updateOne({ _id: reference }, { $set: { 'tasks.0.linkGeneration': 2 } });
  const replaced = await web.browser().get(link);
  expect([replaced.status, replaced.text.includes('This link was replaced')]).toEqual([410, true]);
  const newLink = `/t/${await web.deps.store.links.issue(reference, 'T1', 2)}`;
  const browser = await opened(reference, newLink);

  const form = hiddenOf((await browser.get(`${newLink}/answer`)).text);
  await raw.updateOne({ _id: reference }, { $set: { ended: true } });
  const closed = await browser.get(`${newLink}/answer`);
  expect([closed.status, closed.text.includes('This request is closed')]).toEqual([410, true]);
  const late = await browser.post(`${newLink}/answer`, { ...form, ...answer });
  expect([late.status, late.text.includes('This request is closed')]).toEqual([409, true]);
  expect(await web.deps.store.answers.of(reference)).toEqual([]);
  await raw.updateOne({ _id: reference }, { $set: { ended: false } });

  await browser.send(`${newLink}/answer`, answer);
  const answered = await web.browser().get(newLink);
  expect([answered.status, answered.text.includes('This request is answered')]).toEqual([410, true]);
  expect(answered.text).not.toMatch(personal);
});

test('an answer sent twice is one answer; a different one after it is refused and said', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const posted = { ...hiddenOf((await browser.get(`${link}/answer`)).text), ...answer };
  const both = await Promise.all([browser.post(`${link}/answer`, posted), browser.post(`${link}/answer`, posted)]);
  expect(both.map(({ status }) => status)).toEqual([303, 303]);
  const other = await browser.post(`${link}/answer`, { ...posted, sharedInFull: 'Something else' });
  expect([other.status, other.text.includes('already answered')]).toEqual([409, true]);
  expect(await web.deps.store.answers.of(reference)).toHaveLength(1);
});

test('what does not belong to the answer chosen is dropped, and what it needs is asked for', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const asked = async (fields: Record<string, string>) => errorsOf((await browser.send(`${link}/answer`, fields)).text);
  expect(await asked({})).toEqual(['Choose how you answer']);
  expect(await asked({ kind: 'shared-in-part', sharedInFull: 'In the wrong place' })).toEqual([
    'Enter the information you share',
  ]);
  expect(await asked({ kind: 'refused', sharedInFull: 'x' })).toEqual(['Enter why you refuse']);
  await browser.send(`${link}/answer`, { ...answer, kind: 'nothing-held' });
  const page = await (await web.signedIn(officer)).get(`/cases/${reference}`);
  expect(page.text).toContain('Nothing held');
  expect(page.text).not.toContain('Two reports');
});

test('an answer that took longer than the code allows is kept, and sent after a new code', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const form = await browser.get(`${link}/answer`);
  clock.pass(61);
  const late = await browser.post(`${link}/answer`, {
    ...hiddenOf(form.text),
    ...answer,
    sharedInFull: 'Typed "slowly"',
  });
  expect(late.status).toBe(401);
  expect(late.text).toContain('What you typed is kept on this page');
  const code = await browser.post(link, hiddenOf(late.text, link));
  expect(code.status).toBe(200);
  const again = await browser.post(`${link}/code`, {
    ...hiddenOf(code.text, `${link}/code`),
    code: await codeFor(reference),
  });
  expect(again.status).toBe(200);
  expect(unescaped(again.text)).toContain('Typed "slowly"');
  expect(await web.deps.store.answers.of(reference)).toEqual([]);
  const sent = await browser.post(`${link}/answer`, {
    ...hiddenOf(again.text),
    ...answer,
    sharedInFull: 'Typed "slowly"',
  });
  expect(sent.headers['location']).toBe(`${link}/received`);
});

test('an answer whose session is gone altogether is kept as well', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const form = await browser.get(`${link}/answer`);
  await web.deps.store.database.collection('sessions').deleteMany({});
  const late = await browser.post(`${link}/answer`, { ...hiddenOf(form.text), ...answer });
  expect(late.status).toBe(403);
  expect(unescaped(late.text)).toContain('Two reports in March');
  expect(await web.deps.store.answers.of(reference)).toEqual([]);
});

test('a post from elsewhere is refused', async () => {
  const { link } = await linked();
  const mailsBefore = (await web.mails()).length;
  expect((await web.browser().post(link, {})).status).toBe(403);
  expect(await web.mails()).toHaveLength(mailsBefore);
});

test('a partner without an address that works is told so', async () => {
  const { link } = await linked();
  const directory = web.deps.store.database.collection<{ _id: string }>('directory');
  await directory.updateOne({ _id: 'essex-police' }, { $set: { 'contacts.spoc': null } });
  const page = await web.browser().send(link, {});
  await directory.updateOne({ _id: 'essex-police' }, { $set: { 'contacts.spoc': 'spoc@essex-police.example' } });
  expect([page.status, page.text.includes('No code can be sent')]).toEqual([409, true]);
});

test('the address of a link is in no log line', () => {
  expect(loggedUrl('/t/abc-DEF_123')).toBe('/t/[link]');
  expect(loggedUrl('/t/abc-DEF_123/answer?x=1')).toBe('/t/[link]/answer');
  expect(loggedUrl('/cases/IR-2026-0001?q=Jordan#x')).toBe('/cases/IR-2026-0001');
});

// Last, as it takes the mail server away.
test('while the mail server is away, that is said, and the next try works', async () => {
  const { reference, link } = await linked();
  const browser = web.browser();
  await web.stack.part('mail').kill('SIGKILL');
  const away = await browser.send(link, {});
  expect(away.status).toBe(503);
  expect(away.text).toContain('The code could not be mailed');
  await web.stack.start('mail');
  const retried = await browser.post(link, hiddenOf(away.text, link));
  expect(retried.headers['location']).toBe(`${link}/code`);
  expect((await browser.send(`${link}/code`, { code: await codeFor(reference) })).status).toBe(303);
});
