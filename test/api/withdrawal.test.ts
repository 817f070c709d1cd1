/**
 * Withdrawal of a partner (protocol section 13) on the web: what the notice asks and refuses, what each side is shown, and
 * what ends at the moment at which the four weeks end, and what goes on. The rules of the case run in this process.
 */
import { composeNotice } from '../../activities/letters/compose';
import type { Dependencies } from '../../activities/dependencies';
import { until } from '../../bench/until';
import type { IsoInstant } from '../../config/clock';
import type { CaseDocument } from '../../store/cases';
import type { Recipient } from '../../workflows/shared/contract';
import { openedLink } from './answering';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, hiddenOf, officer, requestBody, SetClock, spoc, startWeb, thursday, type Browser, type Web } from './support';

const probation = 'spoc@probation.example';
const typed = 'The force shares by another agreement from May';
const form = '/withdrawals/new';
const filled = {
  step: 'check',
  withdraws: 'essex-police',
  'receivedOn-day': '9',
  'receivedOn-month': '4',
  'receivedOn-year': '2026',
  notice: typed,
} as const;
const body = { withdraws: 'essex-police', receivedOn: '2026-04-09', notice: typed } as const;

/** The last instant of Thursday 7 May 2026 in London, and the first of Friday 8 May. */
const lastMoment = '2026-05-07T22:59:59.999Z';
const afterIt = '2026-05-07T23:00:00.000Z';

let web: Web;
const clock = new SetClock(thursday);
let manager: Browser;
beforeAll(async () => {
  web = await startWeb(clock);
  runWorkflowsHere(web.deps);
}, 180_000);
afterAll(async () => web.close());
beforeEach(async () => {
  clock.set(thursday);
  await web.forgetCases();
  manager = await web.signedIn(cspManager);
});

const post: Web['post'] = (...sent) => web.post(...sent);
const opened = async (username: string, path: string, sent: object): Promise<string> => {
  const answer = await post(username, path, sent);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.reference;
};
const caseOf = async (reference: string): Promise<CaseDocument> => (await web.deps.store.cases.get(reference)) as CaseDocument;
const taskOf = async (reference: string, partner: string): Promise<string> =>
  (await caseOf(reference)).tasks.find((task) => task.partner === partner)?.id ?? 'none';
const linkTo = async (reference: string, task: string): Promise<string> => `/t/${await web.deps.store.links.issue(reference, task, 'spoc', 1)}`;

/** Essex Police has given something to Thurrock Council, and got something of the Probation Service. */
async function shared(): Promise<readonly string[]> {
  const given = await opened(officer, '/information-requests', requestBody);
  await post(spoc, `/cases/${given}/tasks/T1/answers`, { kind: 'shared-in-full', shared: 'A log', marking: 'official' });
  const got = await opened('officer@essex-police.example', '/information-requests', {
    ...requestBody,
    asked: [{ partner: 'probation', categories: ['offender-management'] }],
  }).catch(async () =>
    opened('officer@essex-police.example', '/information-requests', {
      ...requestBody,
      asked: [{ partner: 'probation', categories: [], justification: 'It supervises the person' }],
    }),
  );
  await post(probation, `/cases/${got}/tasks/T1/answers`, { kind: 'shared-in-full', shared: 'A licence', marking: 'official' });
  return [given, got];
}

describe('the notice', () => {
  test('is recorded by the CSP manager only, with the answers checked and the last day shown', async () => {
    expect((await (await web.signedIn(officer)).get(form)).status).toBe(403);
    const first = await manager.get(form);
    expect(first.text).toContain('Essex Police');
    // Thurrock Council is the designated contact point.
    expect(first.text).not.toMatch(/<option value="thurrock"/);
    const check = await manager.send(form, { ...filled, step: 'notice', checked: 'yes' });
    expect(check.text).toContain('Check your answers before you record the notice');
    expect(check.text).toContain('Thursday 7 May 2026');
    expect(check.text).toContain(typed);
    const sent = await manager.send(form, filled);
    expect(sent.status).toBe(303);
    const page = await manager.get(String(sent.headers['location']));
    expect(page.text).toContain('Notice recorded');
  });

  test.each<[string, object, string]>([
    ['nobody', { withdraws: '' }, 'Choose the partner that withdraws'],
    ['somebody unknown', { withdraws: 'nobody' }, 'Choose the partner that withdraws'],
    ['the contact point', { withdraws: 'thurrock' }, 'Thurrock Council is the designated contact point: name another one in the protocol file first'],
    ['no day', { 'receivedOn-day': '', 'receivedOn-month': '', 'receivedOn-year': '' }, 'Enter the date on which the notice was received'],
    ['a day ahead', { 'receivedOn-day': '10' }, 'Date received must be today or in the past'],
  ])('refuses %s, and keeps what was typed', async (_, wrong, message) => {
    const again = await manager.send(form, { ...filled, ...wrong });
    expect(again.status).toBe(422);
    expect(errorsOf(again.text)).toEqual([message]);
  });

  test('refuses a second one of the same partner, until the first is taken back', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const again = await manager.send(form, { ...filled, 'receivedOn-day': '8' });
    expect(errorsOf(again.text)).toEqual(['Essex Police has given notice already, and is a former partner from Friday 8 May 2026 on']);
    await post(cspManager, `/cases/${reference}/withdrawal`, { reason: 'It stays' });
    expect(await opened(cspManager, '/withdrawals', body)).toMatch(/^WD-2026-\d{4}$/);
  });

  test('is one, however often the same form comes', async () => {
    const page = await manager.get(form);
    const fields = { ...hiddenOf(page.text, form), ...filled };
    const [first, second] = [await manager.post(form, fields), await manager.post(form, fields)];
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(second.headers['location']).toBe(first.headers['location']);
  });

  test('asks every other partner and the one that leaves, by the register and the open cases; each sees its own part', async () => {
    const [given = '', got = ''] = await shared();
    const reference = await opened(cspManager, '/withdrawals', body);
    const document = await caseOf(reference);
    expect(document).toMatchObject({
      title: 'Essex Police withdraws from the protocol',
      terms: { withdraws: 'essex-police', receivedOn: '2026-04-09', lastDay: '2026-05-07', formerFrom: '2026-05-08' },
    });
    const others = document.tasks.filter(({ partner }) => partner !== 'essex-police').map(({ partner }) => partner);
    expect(others).toEqual(expect.arrayContaining(['thurrock', 'probation', 'ecfrs']));
    expect(new Set(others).size).toBe(others.length);
    const own = document.tasks.filter(({ partner }) => partner === 'essex-police');
    expect(own.map(({ part, about }) => [part, about])).toEqual([[1, 'probation'], [2, undefined]]);
    expect(JSON.stringify({ ...document, content: {} })).not.toContain(typed);

    const whole = (await manager.get(`/cases/${reference}`)).text;
    expect(whole).toContain(`The disclosure register shows 1 disclosure of Essex Police. Open cases: ${given}`);
    expect(whole).toContain(`The disclosure register shows 1 disclosure of The Probation Service. Open cases: ${got}`);
    expect(whole).toContain('What Essex Police, part 1 holds');
    // The names of tasks are seen by all partners, and give away nothing of what is between two of them.
    const third = await (await web.signedIn('housing.officer@thurrock.example')).get(`/cases/${reference}`);
    expect([third.status, third.text.includes('Essex Police, part 1'), third.text.includes(got)]).toEqual([200, true, false]);
    const link = await linkTo(reference, await taskOf(reference, 'probation'));
    const page = (await (await openedLink(web, reference, link)).get(`${link}/answer`)).text;
    expect(page).toContain('What The Probation Service holds');
    expect(page).toContain(typed);
    // Nothing of what is between others.
    expect(page).not.toContain(given);
    expect(page).not.toContain('What Thurrock Council holds');
  });

  test('takes a destruction record or a reason, and not without it', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const task = await taskOf(reference, 'probation');
    expect((await post(probation, `/cases/${reference}/tasks/${task}/answers`, { kind: 'destroyed' })).status).toBe(422);
    const record = { kind: 'destroyed', ground: 'Two files, shredded on 8 April by the records officer' };
    expect((await post(probation, `/cases/${reference}/tasks/${task}/answers`, record)).status).toBe(201);
    expect((await manager.get(`/cases/${reference}`)).text).toContain('shredded on 8 April');
  });

  test('two at once: each is asked what it holds of the other', async () => {
    const [police, service] = [await opened(cspManager, '/withdrawals', body), await opened(cspManager, '/withdrawals', { ...body, withdraws: 'probation' })];
    expect(await taskOf(police, 'probation')).toMatch(/^T\d+$/);
    expect(await taskOf(service, 'essex-police')).toMatch(/^T\d+$/);
    clock.set(afterIt);
    for (const username of [spoc, probation]) expect((await post(username, '/breaches', {})).status).toBe(403);
  });

  test('cannot be opened again once it has ended', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await post(cspManager, `/cases/${reference}/withdrawal`, { reason: 'It stays' });
    expect((await caseOf(reference)).ended).toBe(true);
    expect((await manager.get(`/cases/${reference}/reopening`)).status).toBe(404);
    expect((await manager.get(`/cases/${reference}`)).text).not.toContain(`/cases/${reference}/reopening`);
  });
});

describe('until the last moment of the last day', () => {
  test('it asks and is asked as before', async () => {
    await opened(cspManager, '/withdrawals', body);
    clock.set(lastMoment);
    expect((await (await web.signedIn(spoc)).get('/cases')).status).toBe(200);
    expect(await opened(officer, '/information-requests', requestBody)).toMatch(/^IR-/);
  });

  test('the notice can be taken back, and then everything stays as it was', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    clock.set(lastMoment);
    expect((await post(cspManager, `/cases/${reference}/withdrawal`, { reason: 'It stays' })).status).toBe(200);
    expect((await caseOf(reference)).projection).toMatchObject({ stage: 'closed', outcome: 'withdrawn' });
    clock.set(afterIt);
    expect((await (await web.signedIn(spoc)).get('/cases')).status).toBe(200);
    expect(await opened(officer, '/information-requests', requestBody)).toMatch(/^IR-/);
  });
});

describe('from the moment at which the four weeks end', () => {
  /** What was asked of Essex Police a moment before, and what it has answered. */
  async function atTheEnd() {
    const [answered = ''] = await shared();
    const reference = await opened(cspManager, '/withdrawals', body);
    clock.set(lastMoment);
    const asked = await opened(officer, '/information-requests', { ...requestBody, information: 'Anything new' });
    const session = await web.signedIn(spoc);
    const token = await web.token(spoc);
    expect((await session.get('/cases')).status).toBe(200);
    return { answered, asked, reference, session, token };
  }

  test('its sessions and tokens are worth nothing, nobody of it signs in, and each is told why', async () => {
    const { session, token } = await atTheEnd();
    clock.set(afterIt);
    const listed = await session.get('/cases');
    expect([listed.status, listed.headers['location']]).toEqual([303, '/sign-in?next=%2Fcases']);
    const signing = await web.browser().signIn(spoc);
    expect(signing.status).toBe(422);
    expect(errorsOf(signing.text)).toEqual([
      'Your organisation has withdrawn from the protocol, and its access ended when Friday 8 May 2026 began. What is still open is answered from the link in the mail about it.',
    ]);
    const called = await web.browser().agent.get('/api/v1/cases').auth(token, { type: 'bearer' });
    expect(called.status).toBe(403);
    expect(called.headers['content-type']).toContain('application/problem+json');
    expect(called.body).toMatchObject({ title: 'The access of your organisation has ended' });
    // Whoever is of another partner signs in as before.
    expect((await (await web.signedIn(officer)).get('/cases')).status).toBe(200);
  });

  test('nothing new is asked of it', async () => {
    await atTheEnd();
    clock.set(afterIt);
    const refused = (await post(officer, '/information-requests', requestBody)) as { status: number; body: unknown };
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain('withdrew from the protocol on Friday 8 May 2026');
    const page = (await (await web.signedIn(officer)).get('/information-requests/new')).text;
    expect(page).not.toContain('value="essex-police"');
    const told = await opened(officer, '/processor-changes', {
      processor: 'Example Storage Ltd',
      change: 'addition',
      work: 'Keeps files',
      guarantees: 'A contract',
      categories: ['asb-incidents'],
      beginsOn: '2026-07-01',
    });
    expect((await caseOf(told)).tasks.map(({ partner }) => partner)).not.toContain('essex-police');
  });

  test('what was asked before is answered by its link; what is answered is closed to it', async () => {
    const { answered, asked } = await atTheEnd();
    const [open, done] = [await linkTo(asked, 'T1'), await linkTo(answered, 'T1')];
    const before = await openedLink(web, answered, done);
    expect((await before.get(`${done}/answer`)).status).toBe(200);
    clock.set(afterIt);
    const closed = await before.get(`${done}/answer`);
    expect(closed.status).toBe(403);
    expect(closed.text).toContain('The access of your organisation has ended');
    const browser = await openedLink(web, asked, open);
    const sent = await browser.send(`${open}/answer`, { kind: 'nothing-held' });
    expect(sent.status).toBe(303);
    expect((await web.deps.store.audit.of(asked, 'answer-received')).length).toBe(1);
  });

  test('its own part is settled by its link, and late', async () => {
    const { reference } = await atTheEnd();
    clock.set('2026-05-20T09:00:00.000Z');
    const task = await taskOf(reference, 'essex-police');
    const link = await linkTo(reference, task);
    const browser = await openedLink(web, reference, link);
    expect((await browser.send(`${link}/answer`, { kind: 'kept', ground: 'The law asks for seven years' })).status).toBe(303);
    // The case is told after the page has answered.
    const settled = async () => (await caseOf(reference)).projection.tasks.find(({ id }) => id === task);
    await until('the case knows of the answer', async () => (await settled())?.status === 'answered', 10_000);
    expect(await settled()).toMatchObject({ answer: { kind: 'kept', late: true } });
  });

  test('what is being sent in that moment is not sent', async () => {
    await atTheEnd();
    const key = 'sent-over-midnight';
    const send = async () =>
      web
        .browser()
        .agent.post('/api/v1/information-requests')
        .auth(await web.token(officer), { type: 'bearer' })
        .set('Idempotency-Key', key)
        .send(requestBody);
    const token = await web.token(officer);
    // The form is looked at in the last moment, and the case would be opened after it.
    const allocating = jest.spyOn(web.deps.store.cases, 'bySubmission').mockImplementationOnce(() => {
      clock.set(afterIt);
      return Promise.resolve(null);
    });
    const refused = await web.browser().agent.post('/api/v1/information-requests').auth(token, { type: 'bearer' }).set('Idempotency-Key', key).send(requestBody);
    allocating.mockRestore();
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([409, expect.stringContaining('Essex Police has withdrawn from the protocol meanwhile')]);
    expect(await web.deps.store.cases.withdrawals()).toHaveLength(1);
    expect((await send()).status).toBe(422);
  });

  test('a review that asked it before goes on, and one that begins after cannot ask it', async () => {
    await atTheEnd();
    const application = {
      appliedOn: '2026-04-08',
      applicantName: 'Robin Applicant',
      persons: 'Sam Victim',
      behaviour: 'Loud nights',
      complaints: [
        { behaviourOn: '2026-02-10', complainedOn: '2026-02-12' },
        { behaviourOn: '2026-03-01', complainedOn: '2026-03-20' },
        { behaviourOn: '2026-03-28', complainedOn: '2026-04-01' },
      ],
      asked: [{ partner: 'essex-police' }],
      legalBasis: 'public-task',
    };
    const review = await opened('asb-review@thurrock.example', '/asb-case-reviews', application);
    clock.set(afterIt);
    const link = await linkTo(review, 'T1');
    const browser = await openedLink(web, review, link);
    expect((await browser.send(`${link}/answer`, { kind: 'nil-return' })).status).toBe(303);
    const refused = await post('asb-review@thurrock.example', '/asb-case-reviews', application);
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain('withdrew from the protocol on Friday 8 May 2026');
    // Nor can the panel give it something to do.
    const actions = [{ what: 'A letter', owner: 'essex-police', dueOn: '2026-06-10' }];
    const outcome = await post('asb-review@thurrock.example', `/cases/${review}/outcome`, { heldOn: '2026-05-07', text: 'Nothing was wrong', actions });
    expect([outcome.status, JSON.stringify(outcome.body).includes('Essex Police is a former partner: give this to another one')]).toEqual([422, true]);
  });

  test('it takes part in the notices of a breach', async () => {
    await atTheEnd();
    clock.set(afterIt);
    const at = { on: '2026-05-07', time: '10:00' };
    const breach = await opened(officer, '/breaches', {
      detected: at,
      aware: at,
      what: 'A folder was lost',
      where: 'A train',
      owner: 'essex-police',
      controllers: ['thurrock'],
      involved: ['probation'],
      categories: ['asb-incidents'],
      regime: 'uk-gdpr',
      effect: 'Distress',
    });
    const task = await taskOf(breach, 'essex-police');
    const link = await linkTo(breach, task);
    const browser = await openedLink(web, breach, link);
    expect((await browser.send(`${link}/answer`, { kind: 'acknowledged' })).status).toBe(303);
  });

  test('the notice cannot be taken back, and no part can be left open', async () => {
    const { reference } = await atTheEnd();
    clock.set('2026-06-20T09:00:00.000Z');
    const back = await post(cspManager, `/cases/${reference}/withdrawal`, { reason: 'Too late' });
    expect(back.status).toBe(409);
    expect(JSON.stringify(back.body)).toContain('this is a former partner');
    expect((await caseOf(reference)).projection.outcome).toBeNull();
  });

  test('a notice that is recorded when its four weeks are over ends the access at once', async () => {
    const session = await web.signedIn(spoc);
    expect((await session.get('/cases')).status).toBe(200);
    const longAgo = { ...filled, 'receivedOn-day': '1', 'receivedOn-month': '3' };
    const asked = await manager.send(form, longAgo);
    expect(errorsOf(asked.text)).toEqual(['Date received: the four weeks were over on Sunday 29 March 2026. Check it, or say below that it is right']);
    expect(asked.text).toContain('its access ends at once, and the notice cannot be taken back');
    const check = await manager.send(form, { ...longAgo, receivedOnConfirmed: 'yes', step: 'notice', checked: 'yes' });
    expect(check.text).toContain('The four weeks are over already');
    await opened(cspManager, '/withdrawals', { ...body, receivedOn: '2026-03-01', receivedOnConfirmed: true });
    expect((await session.get('/cases')).headers['location']).toBe('/sign-in?next=%2Fcases');
  });

  test('the directory says since when it is a former partner', async () => {
    await atTheEnd();
    clock.set(afterIt);
    expect((await (await web.signedIn(officer)).get('/directory/essex-police')).text).toContain('A former partner from Friday 8 May 2026');
  });
});

describe('the mails', () => {
  test.each<[string, Recipient, string]>([
    ['request', 'spoc', 'Essex Police withdraws from the protocol: to be settled by Thursday 7 May 2026'],
    ['reminder', 'deputy', 'Reminder: to be settled by Thursday 7 May 2026'],
    ['overdue', 'governance-lead', 'Reminder: to be settled by Thursday 7 May 2026'],
    ['escalate-csp', 'csp-manager', 'Not settled by The Probation Service'],
    ['passed-on-2', 'spoc', 'Passed on to you: to be settled by Thursday 7 May 2026'],
    ['answer-received-1', 'requester', 'Settled by The Probation Service'],
    ['membership-ended', 'spoc', 'The last day is over: a former partner from now on'],
    ['withdrawn', 'spoc', 'Taken back: the partner stays'],
    ['settled', 'requester', 'All is settled'],
    ['asked-again-9', 'spoc', 'Reminder: to be settled by Thursday 7 May 2026'],
  ])('%s to the %s says who and by when, and nothing that was typed', async (step, to, subject) => {
    const document = await caseOf(await opened(cspManager, '/withdrawals', body));
    const task = document.tasks.find(({ partner }) => partner === 'probation');
    if (task === undefined) throw new Error('Probation has no task.');
    const deps = { ...web.deps, publicUrl: 'https://concordat.thurrock.example' } as unknown as Dependencies;
    const notice = { task: task.id as 'T1', step, clockVersion: 1, to: [to], chase: false };
    const letter = await composeNotice({ notice, to, document, task, answer: null, now: thursday as IsoInstant }, deps);
    expect(letter.subject).toBe(`${document._id} ${subject}`);
    expect(letter.text).toContain('Essex Police withdraws from the protocol');
    expect(letter.text).not.toContain(typed);
  });
});
