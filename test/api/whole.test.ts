import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { londonDateOf, workingDaysAfter } from '../../calendar';
import { systemClock } from '../../config/clock';
import { projectRoot } from '../../config/root';
import { cspManager, hiddenOf, officer, openCase, spoc, startWeb, type Browser, type Web } from './support';

/** With Temporal and a worker: what needs the workflow's word, and what its work shows on the pages. */
let web: Web;
beforeAll(async () => {
  web = await startWeb(systemClock, { parts: ['temporal', 'mongo', 'mail', 'worker'] });
}, 240_000);
afterAll(async () => web.close());

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error(`Waited in vain: ${what}`);
}

const today = londonDateOf(systemClock.now());
const receivedOn = (workingDays: number) => {
  const [year = '', month = '', day = ''] = workingDaysAfter(
    today,
    workingDays,
    'england-and-wales',
    web.deps.holidays,
  ).split('-');
  return { 'receivedOn-year': year, 'receivedOn-month': month, 'receivedOn-day': day };
};
const showing = async (browser: Browser, path: string, text: string) =>
  until(`"${text}" on ${path}`, async () => {
    const page = await browser.get(path);
    return page.text.includes(text) ? page.text : undefined;
  });

test('asked, mailed, answered by the mail’s link, told, confirmed, closed', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-2));
  const mail = await until('the mail to the SPOC', async () =>
    (await web.mails()).find(
      ({ subject, to }) => subject.startsWith(`${reference} Information request`) && to === spoc,
    ),
  );
  await showing(asker, `/cases/${reference}`, 'Request mailed to the single point of contact of Essex Police');

  const early = await asker.get(`/cases/${reference}/confirmation`);
  expect(early.headers['location']).toBe(`/cases/${reference}`);

  const link = /\/t\/[\w-]+/.exec(mail.text)?.[0] as string;
  const holder = web.browser();
  await holder.send(link, {});
  const code = /Code: (\d{6})/.exec(
    (await web.mails()).find(({ subject }) => subject.startsWith(`${reference} Your`))?.text ?? '',
  );
  await holder.send(`${link}/code`, { code: code?.[1] ?? '' });
  await holder.send(`${link}/answer`, { kind: 'nothing-held' });

  // The page knows of the answer at once, whether or not the workflow does.
  expect((await asker.get(`/cases/${reference}`)).text).toContain('Nothing held');
  await until('the mail to the asker', async () =>
    (await web.mails()).find(
      ({ subject, to }) => subject === `${reference} Answered by Essex Police` && to === officer,
    ),
  );
  await showing(asker, `/cases/${reference}`, 'the case closes by itself at the end of');
  const done = await asker.send(`/cases/${reference}/confirmation`, {});
  expect(done.headers['location']).toBe(`/cases/${reference}`);
  const closed = await asker.get(`/cases/${reference}`);
  expect(closed.text).toContain('You confirmed the answers.');
  expect(closed.text).toContain('The case is closed: the answers were confirmed.');
  expect((await asker.get(`/cases/${reference}`)).text).not.toContain('You confirmed the answers.');
});

test('an act too early is refused with its reason, and one sent twice is done once', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-2));
  const post = async (path: string, username: string, key: string) =>
    web
      .browser()
      .agent.post(`/api/v1/cases/${reference}/${path}`)
      .auth(await web.token(username), { type: 'bearer' })
      .set('idempotency-key', key)
      .send({});
  const early = await until('the workflow', async () => {
    const answer = await post('confirmation', officer, crypto.randomUUID());
    return answer.status === 503 ? undefined : answer;
  });
  expect([early.status, (early.body as { detail: string }).detail]).toEqual([
    409,
    'Not everybody has answered yet, so there is nothing to confirm.',
  ]);
  const closure = await post('closure', cspManager, 'closure');
  expect([closure.status, (closure.body as { detail: string }).detail]).toEqual([
    409,
    expect.stringContaining('The reminders and escalations are not finished yet.'),
  ]);

  const holder = await web.signedIn(spoc);
  await holder.send(`/cases/${reference}/tasks/T1/answer`, { kind: 'refused', ground: 'A live investigation' });
  const first = await post('confirmation', officer, 'confirm-1');
  expect([first.status, (first.body as { stage: string }).stage]).toEqual([200, 'closed']);
});

test('the CSP manager closes what stayed unanswered, and sees nothing of what was asked', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-30));
  const manager = await web.signedIn(cspManager);
  const page = await showing(manager, `/cases/${reference}`, 'Close as unanswered');
  expect(page).toContain('Overdue');
  expect(page).not.toContain('Jordan Example');
  await showing(manager, `/cases/${reference}`, 'Already past for Essex Police when the case was opened');
  const question = await manager.get(`/cases/${reference}/closure`);
  expect(question.text).toContain('Close the case as unanswered?');
  await manager.post(`/cases/${reference}/closure`, hiddenOf(question.text));
  await showing(manager, `/cases/${reference}`, 'The case is closed: closed as unanswered.');

  const link = `/t/${await web.deps.store.links.issue(reference, 'T1', 1)}`;
  const ended = await web.browser().get(link);
  expect([ended.status, ended.text.includes('This request is closed')]).toEqual([410, true]);
  const holder = await web.signedIn(spoc);
  expect((await holder.get(`/cases/${reference}/tasks/T1/answer`)).headers['location']).toBe(`/cases/${reference}`);
});

test('the seed opens cases in every state, and a second time changes nothing', async () => {
  const server = createServer(web.app.express).listen(web.stack.ports.web, '127.0.0.1');
  const seed = async () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', join(projectRoot, 'commands', 'seed.ts')], {
      cwd: projectRoot,
      env: { ...process.env, ...web.stack.env, CONCORDAT_URL: `http://127.0.0.1:${web.stack.ports.web}` },
    });
  try {
    const { stdout } = await seed();
    expect(stdout.match(/IR-\d{4}-\d{4} {2}/g)).toHaveLength(11);
    const count = (await web.deps.store.cases.list({ partners: null }, 200)).length;
    const again = await seed();
    expect(again.stdout).toBe(stdout);
    expect(await web.deps.store.cases.list({ partners: null }, 200)).toHaveLength(count);

    const browser = await web.signedIn(officer);
    const list = await showing(browser, '/cases', 'Closed');
    for (const state of ['Waiting for answer', 'Overdue', 'Answered', 'Closed']) expect(list).toContain(state);
    const referenceOf = (what: string) => new RegExp(`(IR-\\d{4}-\\d{4})  ${what}  `).exec(stdout)?.[1] as string;
    await showing(
      browser,
      `/cases/${referenceOf('Closed as unanswered')}`,
      'The case is closed: closed as unanswered.',
    );
    await showing(
      browser,
      `/cases/${referenceOf('Nothing held, confirmed')}`,
      'The case is closed: the answers were confirmed.',
    );
    await showing(browser, `/cases/${referenceOf('Due tomorrow')}`, 'in 1 working day');
  } finally {
    server.close();
    server.closeAllConnections();
  }
}, 120_000);
