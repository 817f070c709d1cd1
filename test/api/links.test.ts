import { loggedUrl } from '../../api/http/log';
import type { LinkRole } from '../../store/links';
import { askedCase, endCase, linkOf, mailedCode, openedLink, recorded } from './answering';
import { errorsOf, hiddenOf, SetClock, startWeb, thursday, unescaped, type Browser, type Web } from './support';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => clock.set(thursday));

/** A case and the link of its task, as the mail to a role has it. */
async function linked(role?: LinkRole): Promise<{ reference: string; link: string }> {
  const { _id: reference } = await askedCase(web);
  return { reference, link: await linkOf(web, reference, role) };
}

const codeFor = async (reference: string): Promise<string> => (await mailedCode(web, reference)).code;
const opened = async (reference: string, link: string): Promise<Browser> => openedLink(web, reference, link);

const answer = { kind: 'shared-in-full', 'categories[]': 'asb-incidents', shared: 'Two reports in March', marking: 'none', handling: 'To be destroyed' };
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

  const [stored] = await web.deps.store.answers.of(reference);
  expect(stored).toMatchObject({ kind: 'shared-in-full', by: { via: 'link', account: null }, receivedAt: thursday });
  expect(JSON.stringify(await web.deps.store.audit.of(reference))).not.toMatch(personal);
  const acts = (await web.deps.store.audit.of(reference)).map(({ act }) => act);
  expect(acts).toEqual(['code-sent', 'signed-in-by-code', 'content-viewed', 'content-viewed', 'answer-received']);
});

test.each([
  ['spoc', 'spoc@essex-police.example', 'single point of contact'],
  ['deputy', 'deputy@essex-police.example', 'deputy single point of contact'],
  ['governance-lead', 'governance-lead@essex-police.example', 'information governance lead'],
] as const)('the code of a link to the %s goes to the mailbox of that role, which the page names', async (role, mailbox, name) => {
  const { reference, link } = await linked(role);
  const landing = await web.browser().get(link);
  expect(landing.text).toContain(`registered for the ${name} of Essex Police`);
  expect(landing.text).not.toContain('@');
  await web.browser().send(link, {});
  expect((await mailedCode(web, reference)).to).toBe(mailbox);
  expect(await recorded(web, reference, 'code-sent')).toMatchObject([{ task: 'T1', by: { via: 'link' }, facts: { role, generation: 1 } }]);
});

test('the code goes where the directory says now: to the deputy while the SPOC is away, to whoever the task was passed on to', async () => {
  const { reference, link } = await linked();
  const directory = web.deps.store.database.collection<{ _id: string }>('directory');
  const absence = { id: 'a', team: null, role: 'spoc', from: '2026-04-08', until: '2026-04-10' };
  await directory.updateOne({ _id: 'essex-police' }, { $set: { absences: [absence] } });
  await web.browser().send(link, {});
  await directory.updateOne({ _id: 'essex-police' }, { $set: { absences: [] } });
  expect((await mailedCode(web, reference)).to).toBe('deputy@essex-police.example');

  await web.deps.store.cases.passOn(reference, 'T1', { team: null, holder: 'essex-police-officer', generation: 2 });
  const newLink = await linkOf(web, reference, 'spoc', 2);
  expect((await web.browser().get(newLink)).text).toContain('registered for the person that this request was passed on to');
  await web.browser().send(newLink, {});
  expect((await mailedCode(web, reference)).to).toBe('officer@essex-police.example');
});

test('no code is sent, and none opens anything, when that cannot be put on record', async () => {
  const { reference, link } = await linked();
  const browser = web.browser();
  await browser.send(link, {});
  const [code, mailsBefore] = [await codeFor(reference), (await web.mails()).length];
  const [landing, form] = [hiddenOf((await browser.get(link)).text), hiddenOf((await browser.get(`${link}/code`)).text)];
  const append = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('away'));
  const statuses = [(await browser.post(link, landing)).status, (await browser.post(`${link}/code`, { ...form, code })).status];
  append.mockRestore();
  expect(statuses).toEqual([500, 500]);
  expect(await web.mails()).toHaveLength(mailsBefore);
  expect((await browser.get(`${link}/answer`)).headers['location']).toBe(link);
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

  await web.deps.store.cases.passOn(reference, 'T1', { team: null, holder: null, generation: 2 });
  const replaced = await web.browser().get(link);
  expect([replaced.status, replaced.text.includes('This link was replaced')]).toEqual([410, true]);
  const newLink = await linkOf(web, reference, 'spoc', 2);
  const browser = await opened(reference, newLink);
  await browser.send(`${newLink}/answer`, answer);
  const answered = await web.browser().get(newLink);
  expect([answered.status, answered.text.includes('You can still correct it here')]).toEqual([200, true]);
  expect(answered.text).not.toMatch(personal);

  await endCase(web, reference);
  for (const page of ['', '/code', '/answer', '/pass-on', '/question', '/files/x']) {
    const closed = await browser.get(newLink + page);
    expect([closed.status, closed.text.includes('This request is closed')]).toEqual([410, true]);
    expect(closed.text).not.toMatch(personal);
  }
});

test('an answer can be corrected by link', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  await browser.send(`${link}/answer`, answer);
  const page = await browser.get(`${link}/answer`);
  expect(page.text).toContain('Send correction');
  const sent = await browser.send(`${link}/answer`, { ...answer, shared: 'Three reports' });
  expect(sent.headers['location']).toBe(`${link}/received`);
  expect((await browser.get(`${link}/received`)).text).toContain('Correction received');
  expect(await web.deps.store.answers.of(reference)).toHaveLength(2);
});

test('a question can be asked by link', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const sent = await browser.send(`${link}/answer`, { kind: 'question', question: 'Which address?' });
  expect(sent.headers['location']).toBe(`${link}/question`);
  expect((await browser.get(`${link}/question`)).text).toContain('Question sent');
  expect(await recorded(web, reference, 'question-asked')).toMatchObject([{ by: { via: 'link' } }]);
});

test.each(['ended', 'passed on'])('what was typed is shown when the case has %s meanwhile, and is not taken', async (what) => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const form = hiddenOf((await browser.get(`${link}/answer`)).text, `${link}/answer`);
  if (what === 'ended') await endCase(web, reference);
  else await web.deps.store.cases.passOn(reference, 'T1', { team: null, holder: null, generation: 2 });
  const typed = { ...form, ...answer, shared: 'Only "copy"' };
  const posts = [
    await browser.post(`${link}/answer`, typed),
    await web.browser().post(`${link}/answer`, typed),
    await browser.agent.post(`${link}/answer`).field('_csrf', form['_csrf'] ?? '').field('shared', 'Only "copy"').field('kind', 'shared-in-full'),
  ];
  for (const page of posts) {
    expect([409, 410]).toContain(page.status);
    expect(unescaped(page.text)).toContain('Only "copy"');
    expect(page.text).not.toMatch(/Jordan|neighbour/);
  }
  expect(await web.deps.store.answers.of(reference)).toEqual([]);
});

test('an answer sent twice is one answer; a different one after it is refused and said', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const posted = { ...hiddenOf((await browser.get(`${link}/answer`)).text, `${link}/answer`), ...answer };
  const both = await Promise.all([browser.post(`${link}/answer`, posted), browser.post(`${link}/answer`, posted)]);
  expect(both.map(({ status }) => status)).toEqual([303, 303]);
  const other = await browser.post(`${link}/answer`, { ...posted, shared: 'Something else' });
  expect([other.status, other.text.includes('Another answer was received first')]).toEqual([409, true]);
  expect(await web.deps.store.answers.of(reference)).toHaveLength(1);
});

test('an answer that took longer than the code allows is kept, and sent after a new code', async () => {
  const { reference, link } = await linked();
  const browser = await opened(reference, link);
  const form = await browser.get(`${link}/answer`);
  clock.pass(61);
  const late = await browser.post(`${link}/answer`, {
    ...hiddenOf(form.text),
    ...answer,
    shared: 'Typed "slowly"',
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
    shared: 'Typed "slowly"',
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
  await directory.updateOne({ _id: 'essex-police' }, { $set: { 'contacts.spoc': null, 'contacts.deputy': null } });
  const page = await web.browser().send(link, {});
  await directory.updateOne(
    { _id: 'essex-police' },
    { $set: { 'contacts.spoc': 'spoc@essex-police.example', 'contacts.deputy': 'deputy@essex-police.example' } },
  );
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
