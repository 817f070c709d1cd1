import { composeNotice } from '../../activities/letters/compose';
import type { Dependencies } from '../../activities/dependencies';
import type { TaskId } from '../../workflows/shared/contract';
import { askedCase, linkOf, openedLink } from './answering';
import { SetClock, startWeb, thursday, unescaped, type Web } from './support';

/** A mail server's scanner opens every link of a mail, often several times, before the person comes. */
let web: Web;
beforeAll(async () => {
  web = await startWeb(new SetClock(thursday));
}, 180_000);
afterAll(async () => web.close());

const personal = /Jordan|January|neighbour/;

/** The paths of all links in the mail of a request, from both of its parts. */
async function linksOfMail(reference: string): Promise<string[]> {
  const { store, protocol, holidays, settings, clock } = web.deps;
  const document = await store.cases.get(reference);
  const task = document?.tasks[0];
  if (document === null || task === undefined) throw new Error(`There is no case ${reference} with a task.`);
  const notice = { task: 'T1' as TaskId, step: 'request', clockVersion: 1, to: ['spoc'] as const, chase: false };
  const { text, html } = await composeNotice(
    { notice, to: 'spoc', document, task, answer: null, now: clock.now() },
    { store, protocol, holidays, publicUrl: settings.PUBLIC_URL } as unknown as Dependencies,
  );
  const addresses = unescaped(`${text} ${html}`).match(/https?:\/\/[^\s"'<>]+/g) ?? [];
  return [...new Set(addresses.map((address) => new URL(address).pathname))];
}

/** All that is kept but sessions, which every page that is opened begins. */
async function everything(): Promise<string> {
  const { db } = web.deps.store.database;
  const names = (await db.listCollections().toArray()).map(({ name }) => name).filter((name) => name !== 'sessions');
  const kept = names.sort().map(async (name) => [name, await db.collection(name).find({}).sort({ _id: 1 }).toArray()]);
  return JSON.stringify(await Promise.all(kept));
}

test('a scanner spends, changes and shows nothing, however often it comes, and then the person gets through', async () => {
  const { _id: reference } = await askedCase(web);
  const link = await linkOf(web, reference);
  const links = await linksOfMail(reference);
  expect(links).toEqual([link]);
  const before = [await everything(), (await web.mails()).length];
  for (let times = 0; times < 4; times += 1) {
    for (const path of links.flatMap((each) => ['', '/code', '/answer', '/pass-on', '/question', '/received', '/files/x'].map((page) => each + page))) {
      const [got, headed] = [await web.browser().get(path), await web.browser().agent.head(path)];
      const showsWithoutCode = ['', '/code'].some((page) => path === link + page);
      expect([path, got.status]).toEqual([path, showsWithoutCode ? 200 : 303]);
      expect([path, headed.status]).toEqual([path, got.status]);
      expect(got.text + JSON.stringify(got.headers)).not.toMatch(personal);
      expect(got.headers['referrer-policy']).toBe('no-referrer');
      expect(got.headers['cache-control']).toBe('no-store');
      if (got.status === 200) expect(got.text).toContain('<meta name="robots" content="noindex, nofollow">');
      else expect(got.headers['location']).toBe(link);
    }
    // Some follow every button of the page as well, without its token.
    for (const page of ['', '/code', '/answer', '/pass-on']) {
      expect((await web.browser().agent.post(link + page).send({})).status).toBe(403);
    }
  }
  expect([await everything(), (await web.mails()).length]).toEqual(before);

  const person = await openedLink(web, reference, link);
  expect((await person.get(`${link}/answer`)).text).toContain('Jordan Example');
  // While the person has the request open, a scanner still gets nothing by the same link.
  expect((await web.browser().get(`${link}/answer`)).headers['location']).toBe(link);
  expect((await person.send(`${link}/answer`, { kind: 'nothing-held' })).headers['location']).toBe(`${link}/received`);
  expect((await web.browser().get(`${link}/received`)).headers['location']).toBe(link);
});

test('between the code and the person, a scanner spends no code', async () => {
  const { _id: reference } = await askedCase(web);
  const link = await linkOf(web, reference);
  const person = web.browser();
  await person.send(link, {});
  for (let times = 0; times < 20; times += 1) {
    await web.browser().get(`${link}/code`);
    await web.browser().agent.head(`${link}/code`);
  }
  await openedLink(web, reference, link, person);
});
