import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { formatDate, londonDateOf, workingDaysAfter } from '../../calendar';
import { systemClock } from '../../config/clock';
import { projectRoot } from '../../config/root';
import type { CaseDocument } from '../../store/cases';
import { cspManager, errorsOf, hiddenOf, officer, openCase, spoc, startWeb, type Browser, type Web } from './support';

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
    web.deps.holidays.current(),
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

const caseOf = async (reference: string): Promise<CaseDocument> =>
  (await web.deps.store.cases.get(reference)) as CaseDocument;
/** Until the workflow has the case, its acts cannot be asked for. */
const begun = async (reference: string) =>
  until('the workflow', async () => ((await caseOf(reference)).projection.seq > 0 ? true : undefined));
async function post(reference: string, path: string, username: string, body: object, key: string = randomUUID()) {
  const answer = await web
    .browser()
    .agent.post(`/api/v1/cases/${reference}/${path}`)
    .auth(await web.token(username), { type: 'bearer' })
    .set('idempotency-key', key)
    .send(body);
  return { status: answer.status, ...(answer.body as { detail?: string; stage?: string; outcome?: string }) };
}
const answerPath = (reference: string) => `/cases/${reference}/tasks/T1/answer`;

test('each act in a state that does not allow it is refused with its reason, and one sent twice is done once', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-2));
  await begun(reference);
  expect(await post(reference, 'confirmation', officer, {})).toMatchObject({
    status: 409,
    detail: 'Not everybody has answered yet, so there is nothing to confirm.',
  });
  const decision = { decision: 'left-unanswered', reason: 'They said no' };
  expect(await post(reference, 'tasks/T1/decision', cspManager, decision)).toMatchObject({
    status: 409,
    detail: expect.stringContaining('The reminders and escalations are not finished yet.') as string,
  });
  expect(await post(reference, 'tasks/T1/reply', officer, { text: 'The elder one' })).toMatchObject({
    status: 409,
    detail: 'There is no question that waits for a reply.',
  });
  expect(await post(reference, 'reopening', officer, { tasks: ['T1'], reason: 'New facts' })).toMatchObject({
    status: 409,
  });

  const holder = await web.signedIn(spoc);
  await holder.send(answerPath(reference), { kind: 'refused', ground: 'A live investigation' });
  expect(await post(reference, 'tasks/T1/decision', cspManager, decision)).toMatchObject({
    status: 409,
    detail: expect.stringContaining('has answered meanwhile') as string,
  });
  const both = await Promise.all([
    post(reference, 'confirmation', officer, {}, 'confirm-1'),
    post(reference, 'confirmation', officer, {}, 'confirm-1'),
  ]);
  expect(both).toMatchObject([{ status: 200 }, { status: 200, stage: 'closed' }]);
  expect(await post(reference, 'confirmation', officer, {}, 'confirm-1')).toMatchObject({
    status: 200,
    stage: 'closed',
  });
  expect(await post(reference, 'withdrawal', officer, { reason: 'Moved away' })).toMatchObject({ status: 409 });
  const record = await web.deps.store.audit.of(reference);
  expect(record.filter(({ act }) => act === 'answers-confirmed')).toHaveLength(2);
  expect(record.filter(({ act }) => act === 'act-refused').map(({ facts }) => facts['rejection'])).toEqual([
    'NotYetAnswered',
    'LadderNotFinished',
    'AlreadyAnswered',
  ]);
});

test('withdrawn: whoever was asked is told; reopened with a new clock, asked again, answered and confirmed', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-2));
  await showing(asker, `/cases/${reference}`, 'Request mailed to the single point of contact of Essex Police');
  const withdrawn = await asker.send(`/cases/${reference}/withdrawal`, { reason: 'The neighbour has moved' });
  expect(withdrawn.headers['location']).toBe(`/cases/${reference}`);
  const closed = await asker.get(`/cases/${reference}`);
  expect(closed.text).toContain('You withdrew the request.');
  expect(closed.text).toContain('The case is closed: the request was withdrawn.');
  expect(closed.text).toContain('The neighbour has moved');
  const told = await until('the mail that no answer is needed', async () =>
    (await web.mails()).find(({ subject }) => subject.startsWith(`${reference} Withdrawn`)),
  );
  expect([told.to, told.text.includes('neighbour')]).toEqual([spoc, false]);

  const reopened = await asker.send(`/cases/${reference}/reopening`, {
    'ask-T1': 'yes',
    reason: 'The neighbour is back',
  });
  expect(reopened.headers['location']).toBe(`/cases/${reference}`);
  const due = formatDate(workingDaysAfter(today, 10, 'england-and-wales', web.deps.holidays.current()));
  const open = await showing(asker, `/cases/${reference}`, 'The neighbour is back');
  expect(open).toContain(due);
  expect(open).toContain('Earlier dates');
  const requests = await until('the second request', async () => {
    const found = (await web.mails()).filter(({ subject }) => subject.startsWith(`${reference} Information request`));
    return found.length === 2 ? found : undefined;
  });
  expect(requests[0]?.subject).toContain(due);
  // The link that was mailed before the withdrawal leads nowhere; the new one does.
  const [newLink, oldLink] = requests.map(({ text }) => /\/t\/[\w-]+/.exec(text)?.[0] ?? '');
  expect([
    (await web.browser().get(oldLink as string)).status,
    (await web.browser().get(newLink as string)).status,
  ]).toEqual([410, 200]);

  const holder = await web.signedIn(spoc);
  await holder.send(answerPath(reference), { kind: 'nothing-held' });
  await showing(asker, `/cases/${reference}`, 'the case closes by itself at the end of');
  await asker.send(`/cases/${reference}/confirmation`, {});
  const done = await showing(asker, `/cases/${reference}`, 'The case is closed: the answers were confirmed.');
  expect(done.match(/Case reopened/g)).toHaveLength(1);
  expect(await caseOf(reference)).toMatchObject({ run: 2, ended: true });
});

test('a question is mailed to the requester and its reply to the partner; the clock runs on', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-2));
  const before = (await caseOf(reference)).tasks[0]?.plans.at(-1)?.dueOn;
  const holder = await web.signedIn(spoc);
  await holder.send(answerPath(reference), { kind: 'question', question: 'Which one of them?' });
  await until('the mail of the question', async () =>
    (await web.mails()).find(
      ({ subject, to }) => subject === `${reference} Essex Police asks you a question` && to === officer,
    ),
  );
  const page = await showing(asker, `/cases/${reference}`, 'Reply to the question');
  expect(page).toContain('Question open');
  await asker.send(`/cases/${reference}/tasks/T1/reply`, { text: 'The elder one' });
  const mail = await until('the mail of the reply', async () =>
    (await web.mails()).find(({ subject, to }) => subject === `${reference} Your question was answered` && to === spoc),
  );
  expect(mail.text).not.toMatch(/elder|Which/);
  await showing(holder, `/cases/${reference}`, 'The elder one');
  const after = await caseOf(reference);
  expect(after.tasks[0]?.plans).toHaveLength(1);
  expect(after.tasks[0]?.plans.at(-1)?.dueOn).toBe(before);
});

test('where the protocol says so, the clock stands still from a question to its reply', async () => {
  const settings = web.deps.protocol.settings as { questionBackPausesClock: boolean };
  const asker = await web.signedIn(officer);
  settings.questionBackPausesClock = true;
  const reference = await openCase(asker, receivedOn(0)).finally(() => (settings.questionBackPausesClock = false));
  await begun(reference);
  const holder = await web.signedIn(spoc);
  await holder.send(answerPath(reference), { kind: 'question', question: 'Which one of them?' });
  await showing(asker, `/cases/${reference}`, 'stopped until the question is answered');
  expect((await asker.get(`/cases/${reference}`)).text).toContain('Clock stopped');
  await asker.send(`/cases/${reference}/tasks/T1/reply`, { text: 'The elder one' });
  await showing(asker, `/cases/${reference}`, 'The clock of Essex Police goes on.');
  const { tasks, projection } = await caseOf(reference);
  expect(tasks[0]?.plans.map(({ version, reason }) => [version, reason])).toEqual([
    [1, 'opened'],
    [2, 'paused'],
  ]);
  expect(projection.tasks[0]).toMatchObject({ pausedAt: null, question: null });
  expect(Date.parse(projection.dueAt ?? '')).toBe(Date.parse(tasks[0]?.plans.at(-1)?.dueAt ?? ''));
});

test('the CSP manager asks again, then leaves it unanswered, and sees nothing of what was asked', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-30));
  const manager = await web.signedIn(cspManager);
  const page = await showing(manager, `/cases/${reference}`, 'Unanswered: to decide');
  expect(page).not.toContain('Jordan Example');
  await showing(manager, `/cases/${reference}`, 'Already past for Essex Police when it was asked');
  const path = `/cases/${reference}/tasks/T1/decision`;
  const question = await manager.get(path);
  expect(question.text).toContain('What do you decide on Essex Police?');
  const nothing = await manager.post(path, { ...hiddenOf(question.text), reason: 'They promised' });
  expect([nothing.status, errorsOf(nothing.text)]).toEqual([
    422,
    ['Choose whether to ask again or to leave it unanswered'],
  ]);
  expect(nothing.text).toContain('They promised');
  await manager.send(path, { decision: 'asked-again', reason: 'They promised' });
  await until('the mail that asks again', async () =>
    (await web.mails()).find(({ subject }) => subject.startsWith(`${reference} Asked again`)),
  );
  await manager.send(path, { decision: 'left-unanswered', reason: 'They said no' });
  const closed = await showing(manager, `/cases/${reference}`, 'The case is closed: left unanswered.');
  expect(closed).toContain('They said no');
  expect((await asker.get(`/cases/${reference}`)).text).toContain('They said no');

  const link = `/t/${await web.deps.store.links.issue(reference, 'T1', 'spoc', 1)}`;
  const ended = await web.browser().get(link);
  expect([ended.status, ended.text.includes('This request is closed')]).toEqual([410, true]);
  const holder = await web.signedIn(spoc);
  const form = await holder.get(answerPath(reference));
  expect(form.headers['location']).toBe(`/cases/${reference}`);
  expect((await holder.get(`/cases/${reference}`)).text).not.toContain('They said no');
});

test('more time, and a correction by two people: the dates move at once, and each of both sides is told once', async () => {
  const asker = await web.signedIn(officer);
  const reference = await openCase(asker, receivedOn(-2));
  await showing(asker, `/cases/${reference}`, 'Request mailed to the single point of contact of Essex Police');
  const due = (from: number, days: number) =>
    formatDate(workingDaysAfter(workingDaysAfter(today, from, 'england-and-wales', web.deps.holidays.current()), days, 'england-and-wales', web.deps.holidays.current()));
  const news = async (subject: string, readers = 2) =>
    until(subject, async () => {
      const found = (await web.mails()).filter((mail) => mail.subject === `${reference} ${subject}`);
      return found.length === readers ? found : undefined;
    });

  await asker.send(`/cases/${reference}/tasks/T1/extension`, { reason: 'The record is not back yet' });
  await showing(asker, `/cases/${reference}`, 'More time was given: the answer of Essex Police is due by the end of');
  const first = await news(`New date: answer due ${due(-2, 20)}, not ${due(-2, 10)}`);
  expect(first.map(({ to }) => to).sort()).toEqual([officer, spoc].sort());
  for (const { text } of first) expect(text).not.toContain('not back yet');
  const stopped = await post(reference, 'tasks/T1/extension', officer, { reason: 'Once more' });
  expect(stopped).toMatchObject({ status: 409, detail: expect.stringContaining('extended before') as string });

  const parts = receivedOn(-3);
  const from = { 'from-day': parts['receivedOn-day'], 'from-month': parts['receivedOn-month'], 'from-year': parts['receivedOn-year'] };
  await asker.send(`/cases/${reference}/correction`, { ...from, reason: 'The letter bears a stamp' });
  const waits = await news('A second person has to look at a date', 1);
  expect(waits.map(({ to }) => to)).toEqual([cspManager]);
  const manager = await web.signedIn(cspManager);
  await manager.send(`/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: 'So it does' });
  await showing(asker, `/cases/${reference}`, 'The day of receipt was corrected: the answer of Essex Police is due by the end of');
  await news(`New date: answer due ${due(-3, 20)}, not ${due(-2, 20)}`);
  const { tasks, projection } = await caseOf(reference);
  expect(tasks[0]?.plans.map(({ version, reason }) => [version, reason])).toEqual([
    [1, 'opened'],
    [2, 'extended'],
    [3, 'corrected'],
  ]);
  expect(Date.parse(projection.dueAt ?? '')).toBe(Date.parse(tasks[0]?.plans.at(-1)?.dueAt ?? ''));

  // At once with an answer: both are judged in their order, and the date of an answered task does not move.
  const holder = await web.signedIn(spoc);
  const [moved] = await Promise.all([
    post(reference, 'correction', officer, { from: '2026-01-05', reason: 'x' }),
    holder.send(answerPath(reference), { kind: 'nothing-held' }),
  ]);
  expect([200, 409]).toContain(moved.status);
  await until('the answer', async () => ((await caseOf(reference)).projection.stage === 'answered' ? true : undefined));
  expect(await post(reference, 'correction/decision', cspManager, { decision: 'confirmed', reason: '' })).toMatchObject({ status: 409 });
  expect((await caseOf(reference)).tasks[0]?.plans).toHaveLength(3);
  expect((await web.mails()).filter(({ subject }) => subject.startsWith(`${reference} New date`))).toHaveLength(4);
  expect(await web.deps.store.audit.waitingOf(reference)).toEqual([]);
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
    expect(stdout.match(/IR-\d{4}-\d{4} {2}/g)).toHaveLength(12);
    expect(stdout.match(/PC-\d{4}-\d{4} {2}A change of processor, objected to {2}/g)).toHaveLength(1);
    const count = (await web.deps.store.cases.list({ partners: null }, 200)).length;
    const again = await seed();
    expect(again.stdout).toBe(stdout);
    expect(await web.deps.store.cases.list({ partners: null }, 200)).toHaveLength(count);

    const browser = await web.signedIn(officer);
    // More than one page of them.
    const list = [await showing(browser, '/cases', 'Closed'), (await browser.get('/cases?page=2')).text].join('\n');
    for (const state of ['Waiting for answer', 'Overdue', 'Answered', 'Closed']) expect(list).toContain(state);
    const referenceOf = (what: string) => new RegExp(`(IR-\\d{4}-\\d{4})  ${what}  `).exec(stdout)?.[1] as string;
    await showing(browser, `/cases/${referenceOf('Closed as unanswered')}`, 'The case is closed: left unanswered.');
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
