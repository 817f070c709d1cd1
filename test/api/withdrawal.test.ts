/**
 * Withdrawal of a partner (protocol section 13) on the web: what the notice asks and refuses, what each side is shown, and
 * what ends at the moment at which the four weeks end, and what goes on. The rules of the case run in this process.
 */
import { composeNotice } from '../../activities/letters/compose';
import type { Dependencies } from '../../activities/dependencies';
import { until } from '../../bench/until';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { applyToStore } from '../../dispatch/apply';
import { reachOf } from '../../dispatch/addresses';
import { askWhatBecomesOf } from '../../dispatch/obligations';
import { recordRefusal } from '../../dispatch/word';
import type { CaseDocument } from '../../store/cases';
import type { Recipient } from '../../workflows/shared/contract';
import { answerRead, openedLink } from './answering';
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

const toldByTelephone = { givenByName: 'Its contact', givenHow: 'telephone', givenOn: '2026-04-09', givenTime: '09:30' } as const;
/** Reported by Essex Police. */
const ownBreach = {
  detected: { on: '2026-04-09', time: '08:00' },
  aware: { on: '2026-04-09', time: '08:00' },
  what: 'A folder was lost',
  where: 'A train',
  owner: 'essex-police',
  controllers: ['essex-police'],
  involved: ['probation'],
  categories: ['asb-incidents'],
  regime: 'uk-gdpr',
  effect: 'Distress',
} as const;
const tasksWith = ({ tasks }: CaseDocument, partners: readonly string[]) => tasks.filter(({ partner }) => partners.includes(partner));
const accessBody = {
  applicant: 'Robin Applicant',
  asked: 'All since January',
  regime: 'uk-gdpr',
  receivedOn: '2026-04-08',
  items: [
    { originator: 'essex-police', description: 'A report' },
    { originator: 'probation', description: 'A letter' },
  ],
} as const;

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

  test('refuses a second one of the same partner that comes in the same instant', async () => {
    await opened(cspManager, '/withdrawals', body);
    // What was read a moment before knows of none, when the request came and when the form was taken.
    const reading = jest.spyOn(web.deps.store.cases, 'notices').mockResolvedValueOnce([]).mockResolvedValueOnce([]);
    const second = await post(cspManager, '/withdrawals', { ...body, notice: 'Another' });
    reading.mockRestore();
    expect([second.status, JSON.stringify(second.body).includes('has given notice already')]).toEqual([422, true]);
    expect(await web.deps.store.cases.withdrawals()).toHaveLength(1);
  });

  test('is the same for the same form, also when it was taken back meanwhile, and none for another partner', async () => {
    const first = await post(cspManager, '/withdrawals', body, 'once');
    await post(cspManager, `/cases/${first.body.reference}/withdrawal`, { reason: 'It stays' });
    const again = await post(cspManager, '/withdrawals', body, 'once');
    expect([again.status, again.body.reference]).toEqual([201, first.body.reference]);
    expect((await post(cspManager, '/withdrawals', { ...body, withdraws: 'probation' }, 'once')).status).toBe(409);
    expect(await web.deps.store.cases.notices()).toHaveLength(1);
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

  test('asks a former partner what it holds, where the register has something; it says so by its link', async () => {
    await givenToProbation('What it got while it was a partner');
    const long = { receivedOn: '2026-03-01', receivedOnConfirmed: true } as const;
    await opened(cspManager, '/withdrawals', { ...body, ...long, withdraws: 'probation' });
    await opened(cspManager, '/withdrawals', { ...body, ...long, withdraws: 'ecfrs' });
    const check = await manager.send(form, { ...filled, step: 'notice', checked: 'yes' });
    expect(check.text).toContain('The Probation Service');
    const reference = await opened(cspManager, '/withdrawals', body);
    const document = await caseOf(reference);
    expect(tasksOf(document, 'probation')).toHaveLength(1);
    // Of one that has left, and of which the register has nothing, nothing is known to be settled.
    expect(tasksOf(document, 'ecfrs')).toEqual([]);
    const [task] = tasksWith(document, ['probation']);
    if (task === undefined) throw new Error('Probation is not asked.');
    expect(await reachOf('spoc', document, task, web.deps)).toEqual({ address: probation });
    const link = await linkTo(reference, task.id);
    const browser = await openedLink(web, reference, link);
    expect((await browser.get(`${link}/answer`)).text).toContain('The disclosure register shows 1 disclosure of Essex Police');
    expect((await browser.send(`${link}/answer`, { kind: 'kept', ground: 'Seven years by law' })).status).toBe(303);
    // The case is told after the page has answered.
    const settled = async () => (await caseOf(reference)).projection.tasks.find(({ id }) => id === task.id);
    await until('the case knows of the answer', async () => (await settled())?.status === 'answered', 10_000);
  });

  test('cannot be opened again once it has ended', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await post(cspManager, `/cases/${reference}/withdrawal`, { reason: 'It stays' });
    expect((await caseOf(reference)).ended).toBe(true);
    expect((await manager.get(`/cases/${reference}/reopening`)).status).toBe(404);
    expect((await manager.get(`/cases/${reference}`)).text).not.toContain(`/cases/${reference}/reopening`);
  });
});

/** Probation asks Essex Police for something, and gets it. @returns what was asked */
async function givenToProbation(information: string): Promise<string> {
  const asked = await opened(probation, '/information-requests', { ...requestBody, information });
  await post(spoc, `/cases/${asked}/tasks/T1/answers`, { kind: 'shared-in-full', shared: 'A log', marking: 'official' });
  return asked;
}
/** The withdrawal, once all that waits was brought over, as the sweep does it: what it is asked comes with an answer to another case. */
async function swept(reference: string): Promise<CaseDocument> {
  for await (const entry of web.deps.store.audit.waiting()) await web.deps.dispatch.deliver(entry);
  for (const entry of await web.deps.store.audit.waitingOf(reference)) await web.deps.dispatch.deliver(entry);
  return caseOf(reference);
}
async function letterTo(document: CaseDocument, task: CaseDocument['tasks'][number], step: string, to: Recipient, now: string = thursday) {
  const deps = { ...web.deps, publicUrl: 'https://concordat.thurrock.example' } as unknown as Dependencies;
  const notice = { task: task.id as 'T1', step, clockVersion: 1, to: [to], chase: false };
  return composeNotice({ notice, to, document, task, answer: null, now: now as IsoInstant }, deps);
}
const tasksOf = ({ tasks }: CaseDocument, partner: string) => tasks.filter((task) => task.partner === partner).map(({ id, part, about }) => ({ id, part, about }));
const answer = (username: string, reference: string, task: string, sent: object) => post(username, `/cases/${reference}/tasks/${task}/answers`, sent);
const nothing = { kind: 'nothing-held' };

describe('what is disclosed or opened after the notice', () => {
  test('is on the list of whoever has still to say what becomes of what it holds', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const asked = await givenToProbation('What is new');
    const before = await caseOf(reference);
    expect((await swept(reference)).tasks).toEqual(before.tasks);
    expect((await manager.get(`/cases/${reference}`)).text).toContain(`The disclosure register shows 1 disclosure of Essex Police. Open cases: ${asked}`);
    const link = await linkTo(reference, await taskOf(reference, 'probation'));
    expect((await (await openedLink(web, reference, link)).get(`${link}/answer`)).text).toContain('The disclosure register shows 1 disclosure of Essex Police');
    const told = await web.browser().agent.get(`/api/v1/cases/${reference}`).auth(await web.token(cspManager), { type: 'bearer' });
    expect(told.body).toMatchObject({
      content: { request: { obligations: expect.arrayContaining([expect.objectContaining({ holds: 'probation', disclosures: 1, openCases: [asked] })]) as unknown } },
    });
  });

  test('that nothing is held of what the register has as given is asked of whoever says so, by every way', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await givenToProbation('What is new');
    clock.pass(1);
    const task = await taskOf(reference, 'probation');
    const message = 'By the disclosure register The Probation Service was given something by Essex Police once. Check it, or confirm below that your answer is right';
    const byApi = await answer(probation, reference, task, nothing);
    expect([byApi.status, byApi.body.errors]).toEqual([422, [{ field: 'kind', message }]]);
    const now = { givenOn: '2026-04-09', givenTime: '10:01' };
    expect((await post(cspManager, `/cases/${reference}/tasks/${task}/recorded-answers`, { ...nothing, ...toldByTelephone, ...now })).body.errors).toEqual([{ field: 'kind', message }]);
    const link = await linkTo(reference, task);
    const browser = await openedLink(web, reference, link);
    const asked = await browser.send(`${link}/answer`, nothing);
    expect([errorsOf(asked.text), asked.text.includes('The answer is right, whatever the register says')]).toEqual([[message], true]);
    expect((await browser.send(`${link}/answer`, { ...nothing, kindConfirmed: 'yes' })).status).toBe(303);
    expect((await web.deps.store.audit.of(reference, 'answer-received')).map(({ facts }) => facts['kind'])).toEqual(['nothing-held']);
  });

  test('while the page of the answer is open: that answer speaks of less, and is not taken before it was looked at', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const link = await linkTo(reference, await taskOf(reference, 'probation'));
    const browser = await openedLink(web, reference, link);
    const page = (await browser.get(`${link}/answer`)).text;
    await givenToProbation('What is new');
    const form = { ...hiddenOf(page), kind: 'returned' };
    const refused = await browser.post(`${link}/answer`, form);
    expect([refused.status, errorsOf(refused.text)]).toEqual([422, [expect.stringContaining('More has come to the disclosure register since you looked at it')]]);
    expect(refused.text).toMatch(/value="returned"[^>]*checked/);
    expect((await browser.post(`${link}/answer`, { ...hiddenOf(refused.text), kind: 'returned' })).status).toBe(303);
    // By the API, of whoever says what it has seen.
    await givenToProbation('And more');
    const task = await taskOf(reference, 'probation');
    const correcting = { kind: 'destroyed', ground: 'Shredded', corrects: 1 };
    const sent = [await answer(probation, reference, task, { ...correcting, alongsideSeen: 1 }), await answer(probation, reference, task, { ...correcting, alongsideSeen: 2 })];
    expect(sent.map(({ status }) => status)).toEqual([422, 201]);
  });

  test('is asked of whoever has said so before, in a part of its own, and the case ends with none of it open', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    for (const { id, partner } of (await caseOf(reference)).tasks) {
      if (partner === 'probation') await answer(probation, reference, id, nothing);
      else await post(cspManager, `/cases/${reference}/tasks/${id}/recorded-answers`, { ...nothing, ...toldByTelephone });
    }
    await givenToProbation('What is new');
    const document = await swept(reference);
    const [, second] = tasksOf(document, 'probation');
    expect([tasksOf(document, 'probation').length, second?.part]).toEqual([2, 2]);
    expect(document.tasks.find(({ id }) => id === second?.id)?.plans[0]?.dueOn).toBe('2026-05-07');
    // What comes while that is open needs no other part.
    await givenToProbation('And more');
    expect((await swept(reference)).projection).toMatchObject({ stage: 'notice-running', openTasks: 1 });
    expect((await web.deps.store.audit.of(document._id, 'tasks-added')).length).toBe(1);
    expect((await manager.get(`/cases/${reference}`)).text).toContain('What The Probation Service, part 2 holds');
    const [asked, askedAgain] = await Promise.all(document.tasks.filter(({ partner }) => partner === 'probation').map((task) => letterTo(document, task, 'request', 'spoc')));
    expect([asked?.text.includes('disclosed after the notice'), askedAgain?.text.includes('disclosed after the notice')]).toEqual([false, true]);
    clock.pass(60);
    expect((await answer(probation, reference, second?.id ?? '', { kind: 'kept', ground: 'Seven years by law' })).status).toBe(201);
    expect(tasksOf(await swept(reference), 'probation')).toHaveLength(2);
  });

  test('is asked of the partner that leaves, of each that gave it something', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    expect(tasksOf(await caseOf(reference), 'essex-police').map(({ about }) => about)).toEqual([undefined]);
    const [, got = ''] = await shared();
    expect(tasksOf(await swept(reference), 'essex-police').map(({ part, about }) => [part, about])).toEqual([[1, undefined], [2, 'probation']]);
    // Brought to the register again, as after a crash, it is asked once.
    const [entry] = await web.deps.store.audit.of(got, 'answer-received');
    if (entry === undefined) throw new Error('Nothing was answered.');
    await applyToStore(entry, async () => caseOf(got), { ...web.deps, holidays: web.deps.holidays.current() });
    expect(tasksOf(await swept(reference), 'essex-police')).toHaveLength(2);
  });

  test('while an answer of before was not on record yet: it knew nothing of that, so it is asked again', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const [task] = tasksOf(await caseOf(reference), 'probation');
    const asked = await opened(probation, '/information-requests', requestBody);
    clock.pass(10);
    expect((await answer(spoc, asked, 'T1', { kind: 'shared-in-full', shared: 'A log', marking: 'official' })).status).toBe(201);
    clock.pass(10);
    expect(tasksOf(await swept(reference), 'probation')).toHaveLength(1);
    // By telephone, before that came.
    expect((await post(cspManager, `/cases/${reference}/tasks/${task?.id ?? ''}/recorded-answers`, { ...nothing, ...toldByTelephone })).status).toBe(201);
    await until('it is asked again', async () => (await web.deps.store.audit.of(reference, 'tasks-added')).length === 1, 10_000);
    expect(tasksOf(await swept(reference), 'probation').map(({ part }) => part)).toEqual([undefined, 2]);
  });

  test('in the instant of the notice, after the register was read: it is asked, though no notice was there yet', async () => {
    const { cases } = web.deps.store;
    const opening = cases.open.bind(cases);
    const disclosing = jest.spyOn(cases, 'open').mockImplementationOnce(async (document) => {
      await shared();
      // All of it has come into the register.
      for await (const entry of web.deps.store.audit.waiting()) await web.deps.dispatch.deliver(entry);
      return opening(document);
    });
    const reference = await opened(cspManager, '/withdrawals', body);
    disclosing.mockRestore();
    expect(tasksOf(await swept(reference), 'essex-police').map(({ about }) => about)).toEqual([undefined, 'probation']);
  });

  test('by telephone before an answer, and on record after it: whoever answered did not find it on the list', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const asked = await opened(probation, '/information-requests', requestBody);
    clock.pass(60);
    const [task] = tasksOf(await caseOf(reference), 'probation');
    expect((await answer(probation, reference, task?.id ?? '', nothing)).status).toBe(201);
    clock.pass(60);
    const told = { kind: 'shared-in-full', shared: 'A log', marking: 'official', ...toldByTelephone };
    const recorded = await post(probation, `/cases/${asked}/tasks/T1/recorded-answers`, told);
    expect([recorded.status, JSON.stringify(recorded.body)]).toEqual([201, expect.anything()]);
    expect(tasksOf(await swept(reference), 'probation').map(({ part }) => part)).toEqual([undefined, 2]);
  });

  test('what nobody was asked for is asked for with the next answer, whoever gives it', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const looking = jest.spyOn(web.deps.store.cases, 'noticesOf').mockResolvedValue([]);
    await shared();
    expect(tasksOf(await swept(reference), 'essex-police')).toHaveLength(1);
    looking.mockRestore();
    const [task] = tasksOf(await caseOf(reference), 'ecfrs');
    clock.pass(60);
    expect((await post(cspManager, `/cases/${reference}/tasks/${task?.id ?? ''}/recorded-answers`, { ...nothing, ...toldByTelephone })).status).toBe(201);
    expect(tasksOf(await swept(reference), 'essex-police').map(({ about }) => about)).toEqual([undefined, 'probation']);
  });

  test('of two in the same instant, each has a number of its own', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const [given, got] = await shared();
    for (const { id, partner } of tasksWith(await caseOf(reference), ['thurrock'])) {
      expect(partner).toBe('thurrock');
      await post(cspManager, `/cases/${reference}/tasks/${id}/recorded-answers`, { ...nothing, ...toldByTelephone });
    }
    const of = (chain = '', from: string, to: string) => ({ _id: `${chain}/again`, from: { partner: from, team: null }, to: { partner: to, teams: [] }, disclosedAt: clock.now() });
    clock.pass(1);
    const act = { at: clock.now(), by: { account: null, via: 'concordat', from: null } } as const;
    const deps = { ...web.deps, holidays: web.deps.holidays.current() };
    await Promise.all([
      askWhatBecomesOf(of(given, 'essex-police', 'thurrock'), act, deps),
      askWhatBecomesOf(of(got, 'ecfrs', 'essex-police'), act, deps),
    ]);
    const document = await swept(reference);
    expect(new Set(document.tasks.map(({ id }) => id)).size).toBe(document.tasks.length);
    expect([tasksOf(document, 'thurrock').length, tasksOf(document, 'essex-police').map(({ about }) => about)]).toEqual([2, [undefined, 'probation', 'ecfrs']]);
  });

  test('after the last day, by the link of what was asked before, it is asked as well', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await answer(probation, reference, await taskOf(reference, 'probation'), nothing);
    const asked = await opened(probation, '/information-requests', requestBody);
    clock.set(afterIt);
    const link = await linkTo(asked, 'T1');
    const browser = await openedLink(web, asked, link);
    expect((await browser.send(`${link}/answer`, { kind: 'shared-in-full', 'categories[]': 'asb-incidents', shared: 'A log', marking: 'official' })).status).toBe(303);
    // What a former partner has answered is closed to it.
    expect((await browser.get(`${link}/received`)).text).not.toContain('correct the answer');
    await until('the register has it', async () => (await web.deps.store.audit.of(reference, 'tasks-added')).length === 1, 10_000);
    expect(tasksOf(await swept(reference), 'probation')).toHaveLength(2);
  });

  /** All is settled, and the last day is over: no timer fires here. */
  async function settledAfter(reference: string): Promise<void> {
    for (const { id } of (await caseOf(reference)).tasks) await post(cspManager, `/cases/${reference}/tasks/${id}/recorded-answers`, { ...nothing, ...toldByTelephone });
    const { projection } = await swept(reference);
    clock.set(afterIt);
    const seq = Date.parse(clock.now());
    await web.deps.store.cases.record(reference, { ...projection, seq, stage: 'closed', outcome: 'settled', openTasks: 0, nextWakeAt: null }, []);
  }
  /** Essex Police answers by the link what it was asked while it was a partner. */
  async function sharesByLink(asked: string): Promise<void> {
    const link = await linkTo(asked, 'T1');
    const browser = await openedLink(web, asked, link);
    expect((await browser.send(`${link}/answer`, { kind: 'shared-in-full', 'categories[]': 'asb-incidents', shared: 'A log', marking: 'official' })).status).toBe(303);
    await until('the register has it', async () => (await web.deps.store.disclosures.byId(`${asked}/answer/T1/1`)) !== null, 10_000);
  }

  test('once all was settled, opens the withdrawal again: whoever got it has four weeks, and nobody else is asked', async () => {
    const asked = await opened(probation, '/information-requests', requestBody);
    const reference = await opened(cspManager, '/withdrawals', body);
    await settledAfter(reference);
    const before = await caseOf(reference);
    await sharesByLink(asked);
    const document = await swept(reference);
    expect([before.ended, document.ended, document.run]).toEqual([true, false, 2]);
    expect(tasksOf(document, 'probation').map(({ part }) => part)).toEqual([undefined, 2]);
    expect(document.tasks.length).toBe(before.tasks.length + 1);
    const added = document.tasks.at(-1);
    expect(added?.plans[0]).toMatchObject({ from: '2026-05-08', dueOn: '2026-06-05' });
    expect(document.projection).toMatchObject({ stage: 'to-be-settled', openTasks: 1, overdue: false });
    const page = (await (await web.signedIn(cspManager)).get(`/cases/${reference}`)).text;
    expect(page).toContain('Opened again by Concordat: something was disclosed since all was settled');
    expect(page).toContain('What The Probation Service, part 2 holds');
    const letter = await letterTo(document, document.tasks[0] as CaseDocument['tasks'][number], 'opened-again-2', 'requester');
    expect(letter.subject).toBe(`${reference} Open again: more was disclosed since all was settled`);
    // Brought to the register again, as after a crash, it is asked once.
    const [entry] = await web.deps.store.audit.of(asked, 'answer-received');
    if (entry === undefined) throw new Error('Nothing was answered.');
    await applyToStore(entry, async () => caseOf(asked), { ...web.deps, holidays: web.deps.holidays.current() });
    expect((await swept(reference)).tasks).toHaveLength(document.tasks.length);
    // It is a former partner as before.
    expect((await web.deps.store.cases.withdrawals()).map(({ formerFrom }) => formerFrom)).toEqual(['2026-05-08']);
    expect((await answer(probation, reference, added?.id ?? '', { kind: 'kept', ground: 'Seven years by law' })).status).toBe(201);
  });

  test('by several in the same instant, once all was settled: it is opened again once, and each is asked', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await settledAfter(reference);
    const act = { at: clock.now(), by: { account: null, via: 'concordat', from: null } } as const;
    const deps = { ...web.deps, holidays: web.deps.holidays.current() };
    const to = (partner: string) => ({ _id: `IR-2026-0900/${partner}`, from: { partner: 'essex-police', team: null }, to: { partner, teams: [] }, disclosedAt: clock.now() });
    await Promise.all(['probation', 'ecfrs', 'thurrock'].map((partner) => askWhatBecomesOf(to(partner), act, deps)));
    const document = await swept(reference);
    expect(document.run).toBe(2);
    expect(['probation', 'ecfrs', 'thurrock'].map((partner) => tasksOf(document, partner).length)).toEqual([2, 2, 2]);
    expect(new Set(document.tasks.map(({ id }) => id)).size).toBe(document.tasks.length);
  });

  test('which was to be asked in the instant in which all was settled is asked all the same', async () => {
    const asked = await opened(probation, '/information-requests', requestBody);
    const reference = await opened(cspManager, '/withdrawals', body);
    await settledAfter(reference);
    // Looked at in the last instant, it is open.
    const open = { ...(await caseOf(reference)), ended: false };
    const looking = jest.spyOn(web.deps.store.cases, 'noticesOf').mockResolvedValueOnce([open]);
    await sharesByLink(asked);
    await until('it was asked', async () => (await web.deps.store.audit.of(reference, 'tasks-added')).length === 1, 10_000);
    looking.mockRestore();
    const [entry] = await web.deps.store.audit.of(reference, 'tasks-added');
    if (entry === undefined) throw new Error('Nobody was asked.');
    await recordRefusal(entry, 'CaseEnded', web.deps);
    const document = await swept(reference);
    expect([document.run, tasksOf(document, 'probation').length]).toEqual([2, 2]);
  });

  test('by one that has signed anew since asks nobody in the withdrawal of then', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await settledAfter(reference);
    const { protocol } = web.deps;
    const signed = { ...protocol, organisations: protocol.organisations.map((each) => (each.code === 'essex-police' ? { ...each, signedFrom: '2026-05-08' as IsoDate } : each)) };
    const given = { _id: 'IR-2026-0900/answer/T1/1', from: { partner: 'essex-police', team: null }, to: { partner: 'probation', teams: [] }, disclosedAt: clock.now() };
    const act = { at: clock.now(), by: { account: null, via: 'concordat', from: null } } as const;
    await askWhatBecomesOf(given, act, { ...web.deps, protocol: signed, holidays: web.deps.holidays.current() });
    expect(await swept(reference)).toMatchObject({ ended: true, run: 1 });
  });

  test('is asked in the withdrawal of either side, where both leave', async () => {
    const police = await opened(cspManager, '/withdrawals', body);
    const service = await opened(cspManager, '/withdrawals', { ...body, withdraws: 'probation' });
    const [, got = ''] = await shared();
    // Essex Police holds it: asked by its own withdrawal, and by that of the Probation Service.
    expect(tasksOf(await swept(police), 'essex-police').map(({ about }) => about)).toEqual([undefined, 'probation']);
    expect(tasksOf(await swept(service), 'essex-police')).toHaveLength(1);
    expect((await manager.get(`/cases/${service}`)).text).toContain(`The disclosure register shows 1 disclosure of The Probation Service. Open cases: ${got}`);
  });

  test('shows no originator of a request that another one is consulted on it', async () => {
    const request = await opened('governance-lead@thurrock.example', '/subject-access-requests', accessBody);
    const reference = await opened(cspManager, '/withdrawals', body);
    const link = await linkTo(reference, await taskOf(reference, 'probation'));
    expect((await (await openedLink(web, reference, link)).get(`${link}/answer`)).text).not.toContain(request);
    // Between the two that know of each other it is on the list.
    const own = await linkTo(reference, await taskOf(reference, 'thurrock'));
    expect((await (await openedLink(web, reference, own)).get(`${own}/answer`)).text).toContain(request);
  });
});

describe('a wrong day of receipt', () => {
  const lead = 'governance-lead@thurrock.example';
  const confirmed = { decision: 'confirmed' } as const;
  const propose = (reference: string, from: string, username = cspManager) => post(username, `/cases/${reference}/correction`, { from, reason: 'The stamp says so' });
  const decide = (reference: string, username = lead, sent: object = confirmed) => post(username, `/cases/${reference}/correction/decision`, sent);
  const daysOf = async (reference: string) => (await caseOf(reference)).terms;
  const plansOf = async (reference: string, task: string) => (await caseOf(reference)).tasks.find(({ id }) => id === task)?.plans.map(({ dueOn }) => dueOn);

  test('is put right by two people: the last day, the access and the dates move, and what was there stays on record', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const [settled, open] = [await taskOf(reference, 'probation'), await taskOf(reference, 'ecfrs')];
    await answer(probation, reference, settled, nothing);
    expect((await manager.get(`/cases/${reference}`)).text).toContain('Correct the day of receipt');
    const form = (await manager.get(`/cases/${reference}/correction`)).text;
    expect(form).toContain('On which day was the notice received?');
    expect((await propose(reference, '2026-04-07')).status).toBe(200);
    expect((await daysOf(reference))['lastDay']).toBe('2026-05-07');
    const own = await decide(reference, cspManager);
    expect([own.status, own.body.detail]).toEqual([409, expect.stringContaining('a second person has to confirm it')]);
    expect((await decide(reference, officer)).status).toBe(404);
    const second = await web.signedIn(lead);
    expect((await second.get(`/cases/${reference}`)).text).toContain('that the notice of withdrawal was received on');
    const page = (await second.get(`/cases/${reference}/correction/decision`)).text.replaceAll(/\s+/g, ' ');
    expect(page).toContain('It would be Tuesday 5 May 2026, not Thursday 7 May 2026.');
    expect(page).not.toContain('The four weeks are over already');
    expect((await decide(reference)).status).toBe(200);
    expect(await daysOf(reference)).toMatchObject({ receivedOn: '2026-04-07', lastDay: '2026-05-05', formerFrom: '2026-05-06', endsAt: '2026-05-05T23:00:00Z' });
    expect([await plansOf(reference, open), await plansOf(reference, settled)]).toEqual([['2026-05-07', '2026-05-05'], ['2026-05-07']]);
    expect(await web.deps.store.cases.withdrawals()).toEqual([{ partner: 'essex-police', formerFrom: '2026-05-06' }]);
    expect((await manager.get(`/cases/${reference}`)).text).toContain('the last day as a partner is Tuesday 5 May 2026, and not Thursday 7 May 2026');
    clock.set('2026-05-05T23:00:00.000Z');
    expect((await web.browser().signIn(spoc)).status).toBe(422);
  });

  test('what is asked afterwards is due at the new end, and the same form gives back the same case', async () => {
    const first = await post(cspManager, '/withdrawals', body, 'moved');
    const { reference } = first.body;
    await propose(reference, '2026-04-07');
    await decide(reference);
    expect((await post(cspManager, '/withdrawals', body, 'moved')).body.reference).toBe(reference);
    await shared();
    const added = (await swept(reference)).tasks.find(({ about }) => about === 'probation');
    expect(added?.plans.map(({ dueOn }) => dueOn)).toEqual(['2026-05-05']);
  });

  test('is told with the old and the new day: to each with its part, to whoever has settled it and to the contact point by one mail', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await propose(reference, '2026-04-07');
    const asked = await letterTo(await caseOf(reference), (await caseOf(reference)).tasks[0] as CaseDocument['tasks'][number], 'correction-proposed-1', 'decider');
    expect(asked.text).toContain('You get this as the information governance lead of Thurrock Council');
    await decide(reference);
    const document = await caseOf(reference);
    const [task] = tasksWith(document, ['probation']);
    const [entry] = await web.deps.store.audit.of(reference, 'correction-confirmed');
    if (task === undefined || entry === undefined) throw new Error('Nothing was confirmed.');
    const deps = { ...web.deps, publicUrl: 'https://concordat.thurrock.example' } as unknown as Dependencies;
    const moved = await composeNotice(
      { notice: { task: task.id as 'T1', step: 'clock-moved', clockVersion: 2, to: ['spoc'], chase: false }, to: 'spoc', document, task, answer: null, now: thursday as IsoInstant },
      deps,
    );
    const was = 'The notice of withdrawal was counted from Thursday 9 April 2026. It was received on Tuesday 7 April 2026';
    expect(moved.text.replaceAll(/\s+/g, ' ')).toContain(was);
    expect(moved.text).toMatch(/Last day as a partner:?\s+Tuesday 5 May 2026/);
    for (const to of ['spoc', 'requester'] as const) {
      const { subject, text } = await letterTo(document, task, `end-moved-${entry.seq}`, to);
      expect(subject).toBe(`${reference} New last day: Tuesday 5 May 2026, not Thursday 7 May 2026`);
      expect(text.replaceAll(/\s+/g, ' ')).toContain('It was received on Tuesday 7 April 2026: one person has said so, and a second one has confirmed it.');
      expect(text).not.toContain('stamp');
    }
  });

  test('to a day of long ago it ends the access at once, and whoever confirms it is told so before', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await propose(reference, '2026-03-02');
    const second = await web.signedIn(lead);
    expect((await second.get(`/cases/${reference}/correction/decision`)).text).toContain('By that day the four weeks are over already');
    expect((await decide(reference)).status).toBe(200);
    expect((await web.browser().signIn(spoc)).status).toBe(422);
  });

  test('is refused for a day ahead, before the partner had signed, and once the last day is over', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    const { signedFrom } = web.deps.protocol.organisations.find(({ code }) => code === 'essex-police') ?? {};
    expect(signedFrom).toBeTruthy();
    for (const [from, message] of [['2026-04-10', 'must be today or in the past'], ['1999-01-01', 'when Essex Police signed the protocol']] as const) {
      const refused = await propose(reference, from);
      expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining(message)]);
    }
    await propose(reference, '2026-04-07');
    clock.set(afterIt);
    const why = 'can be neither taken back nor put right any more';
    const page = (await (await web.signedIn(lead)).get(`/cases/${reference}/correction/decision`)).text;
    expect([page.includes(why), page.includes('The new day is right')]).toEqual([true, false]);
    const late = await decide(reference);
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining(why)]);
    expect((await decide(reference, lead, { decision: 'declined', reason: 'Too late' })).status).toBe(200);
    const again = await propose(reference, '2026-04-08');
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining(why)]);
    expect((await manager.get(`/cases/${reference}`)).text).not.toContain('Correct the day of receipt');
    expect(await daysOf(reference)).toMatchObject({ lastDay: '2026-05-07' });
  });

  test('that the case does not take, as it ends in that instant, is taken back', async () => {
    const reference = await opened(cspManager, '/withdrawals', body);
    await propose(reference, '2026-04-07');
    clock.set(lastMoment);
    const applying = jest.spyOn(web.deps.store.audit, 'append').mockImplementationOnce(async (draft, last) => {
      applying.mockRestore();
      return web.deps.store.audit.append({ ...draft, at: afterIt as IsoInstant }, last);
    });
    const late = await decide(reference);
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('this is a former partner')]);
    const document = await caseOf(reference);
    expect(document.terms).toMatchObject({ receivedOn: '2026-04-09', lastDay: '2026-05-07', formerFrom: '2026-05-08' });
    expect(new Set(document.tasks.map(({ plans }) => plans.at(-1)?.dueOn))).toEqual(new Set(['2026-05-07']));
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

  test('its link shows what the register has between the two sides of its part, behind the code, and on record', async () => {
    const elsewhere = await opened(officer, '/information-requests', { ...requestBody, asked: [{ partner: 'probation', categories: ['offender-management'] }] });
    await answer(probation, elsewhere, 'T1', { kind: 'shared-in-full', shared: 'A licence', marking: 'official' });
    const { reference, answered } = await atTheEnd();
    clock.set(afterIt);
    const own = (await caseOf(reference)).tasks.filter(({ partner }) => partner === 'essex-police');
    const [ofProbation, ofTheRest] = own.map(({ about }) => about) as (string | undefined)[];
    expect([ofProbation, ofTheRest]).toEqual(['probation', undefined]);
    const pageOf = async (id = '') => {
      const link = await linkTo(reference, id);
      const before = (await web.browser().get(link)).text;
      return { before, text: (await (await openedLink(web, reference, link)).get(`${link}/answer`)).text };
    };
    const { before, text } = await pageOf(own[0]?.id);
    expect(before).not.toContain('What the disclosure register shows');
    const [line] = await web.deps.store.disclosures.list({ partners: null, from: 'probation', to: 'essex-police' });
    const inWords = text.replaceAll(/<[^>]*>|\s+/g, ' ').replaceAll(/ +/g, ' ');
    expect(inWords).toContain('What the disclosure register shows');
    expect(inWords).toContain(`${line?.caseRef ?? 'none'}, 10:00am on Thursday 9 April 2026 The Probation Service to Essex Police`);
    expect(inWords).toMatch(/Personal data, shared in full .*OFFICIAL/);
    // What Essex Police gave to Thurrock Council is of another part, and what Probation gave to Thurrock Council of none.
    for (const other of [answered, elsewhere]) expect(text).not.toContain(other);
    expect((await web.deps.store.audit.of(reference, 'content-viewed')).at(-1)).toMatchObject({
      by: { via: 'link' },
      facts: { what: ['request', 'disclosures/probation/essex-police'] },
    });
    const auditor = await web.signedIn('auditor@thurrock.example');
    expect((await auditor.get(`/cases/${reference}/record`)).text).toContain('what the disclosure register shows of The Probation Service to Essex Police');
    expect((await pageOf(own[1]?.id)).text).not.toContain('What the disclosure register shows');
    const thurrock = await pageOf(await taskOf(reference, 'thurrock'));
    expect(thurrock.text).toContain(answered);
  });

  test('the page after an answer names what else is open to it, and says whose reminders go on', async () => {
    const { reference } = await atTheEnd();
    clock.set(afterIt);
    const own = (await caseOf(reference)).tasks.filter(({ partner }) => partner === 'essex-police');
    const said = async (id = ''): Promise<string> => {
      const link = await linkTo(reference, id);
      const browser = await openedLink(web, reference, link);
      const sent = await browser.send(`${link}/answer`, { kind: 'kept', ground: 'Seven years by law' });
      return (await browser.get(String(sent.headers['location']))).text.replaceAll(/<[^>]*>|\s+/g, ' ').replaceAll(/ +/g, ' ');
    };
    const first = await said(own[0]?.id);
    expect(first).toContain('No more reminders are sent about what is answered here.');
    expect(first).toContain('Something else is still to be answered by Essex Police');
    expect(first).toContain('Essex Police, part 2, was due by the end of Thursday 7 May 2026 : its reminders go on');
    const last = await said(own[1]?.id);
    expect(last).toContain('No more reminders are sent about this notice of withdrawal.');
    expect(last).not.toContain('still to be answered');
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

  test('it opens nothing in that moment, not even what concerns former partners', async () => {
    await atTheEnd();
    const { cases } = web.deps.store;
    const earlier = cases.bySubmission.bind(cases);
    const looking = jest.spyOn(cases, 'bySubmission').mockImplementationOnce((submission) => {
      clock.set(afterIt);
      return earlier(submission);
    });
    const refused = await post(spoc, '/breaches', ownBreach);
    looking.mockRestore();
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('Essex Police has withdrawn from the protocol meanwhile')]);
  });

  test('what it has opened is ended by the contact point, and by nobody before that day', async () => {
    const asked = await askedByEssexPolice();
    const access = await opened('governance-lead@essex-police.example', '/subject-access-requests', {
      ...accessBody,
      items: [{ originator: 'probation', description: 'A letter' }],
    });
    const breach = await opened(spoc, '/breaches', ownBreach);
    const others = await opened(officer, '/information-requests', requestBody);
    const reference = await opened(cspManager, '/withdrawals', body);
    expect((await manager.get(`/cases/${reference}`)).text).toMatch(new RegExp(`What Essex Police has opened itself[^]*${asked}, ${breach}, ${access}`));
    clock.set(lastMoment);
    for (const each of [asked, access]) expect((await post(cspManager, `/cases/${each}/withdrawal`, { reason: 'It leaves' })).status).toBe(404);
    expect((await post(cspManager, `/cases/${breach}/breach-closing`, { outcome: 'dealt-with', reason: 'Done' })).status).toBe(404);
    clock.set(afterIt);
    const standingIn = await web.signedIn(cspManager);
    expect((await standingIn.get(`/cases/${asked}`)).text).toContain(`/cases/${asked}/withdrawal`);
    const page = (await standingIn.get(`/cases/${asked}/withdrawal`)).text;
    expect(page).toContain('Essex Police has opened it and is a former partner');
    expect((await standingIn.get('/protocol-health')).text).toMatch(/Former partners have open cases that they opened[^]*Essex Police[^]*3 open cases/);
    // It opens no content, and nothing of what others have opened.
    expect((await standingIn.get(`/cases/${asked}`)).text).not.toContain(requestBody.information);
    expect((await post(cspManager, `/cases/${others}/withdrawal`, { reason: 'It leaves' })).status).toBe(404);
    for (const each of [asked, access]) {
      expect((await post(cspManager, `/cases/${each}/withdrawal`, { reason: 'It has left' })).status).toBe(200);
      expect((await caseOf(each)).projection.outcome).toBe('withdrawn');
    }
    // Its originators hear that it goes on outside, and not that nothing is disclosed.
    expect((await web.deps.store.audit.of(access, 'request-withdrawn'))[0]?.facts).toMatchObject({ openerLeft: true });
    const document = await caseOf(access);
    const consulted = document.tasks.find(({ partner }) => partner === 'probation');
    if (consulted === undefined) throw new Error('Probation is not consulted.');
    const told = (await letterTo(document, consulted, 'ended-left', 'spoc')).text.replaceAll(/\s+/g, ' ');
    expect([told.includes('has still to answer it by law, and may disclose what came from yours'), told.includes('Nothing that came from your organisation')]).toEqual([true, false]);
    expect((await standingIn.get(`/cases/${breach}/breach-room`)).text).toContain(`/cases/${breach}/breach-partners`);
    // Whose decision it is decides, as ever.
    expect((await post(cspManager, `/cases/${breach}/breach-closing`, { outcome: 'dealt-with', reason: 'Done' })).status).toBe(409);
    expect((await post(cspManager, `/cases/${breach}/breach-partners`, { partner: 'ecfrs', as: 'involved', reason: 'It had a copy' })).status).toBe(200);
  });

  const askedByEssexPolice = (): Promise<string> =>
    opened('officer@essex-police.example', '/information-requests', { ...requestBody, asked: [{ partner: 'probation', categories: ['offender-management'] }] });

  test('nothing is shared with it in answer to what it has asked, and whoever answers sees why', async () => {
    const asked = await askedByEssexPolice();
    await opened(cspManager, '/withdrawals', body);
    clock.set(afterIt);
    const told = 'Essex Police is a former partner from Friday 8 May 2026 on';
    const answering = await web.signedIn(probation);
    for (const path of ['', '/tasks/T1/answer']) expect((await answering.get(`/cases/${asked}${path}`)).text).toContain(told);
    const send = (sent: object) => post(probation, `/cases/${asked}/tasks/T1/answers`, sent);
    const shares = await send({ kind: 'shared-in-full', shared: 'A licence', marking: 'official' });
    expect([shares.status, JSON.stringify(shares.body).includes(`${told}, and can read no answer`), await web.deps.store.disclosures.count({ partners: null, caseRef: asked })]).toEqual([422, true, 0]);
    expect((await send({ kind: 'refused', ground: 'It has left' })).status).toBe(201);
    // What was given while it was a partner was shared.
    const before = { kind: 'shared-in-full', shared: 'A licence', marking: 'official', corrects: 1, ...toldByTelephone, givenOn: '2026-05-07' };
    expect((await post(probation, `/cases/${asked}/tasks/T1/recorded-answers`, before)).status).toBe(201);
  });

  test('the form does not offer to share with it, and says why; what was typed before and what was told before stays', async () => {
    const asked = await askedByEssexPolice();
    await opened(cspManager, '/withdrawals', body);
    clock.set(lastMoment);
    const offered = (page: string): string[] => [...page.matchAll(/name="kind"[^>]*value="(?<kind>[^"]+)"/g)].map(({ groups }) => groups?.['kind'] ?? '');
    const all = ['shared-in-full', 'shared-in-part', 'nothing-held', 'refused'];
    const [link, signedIn] = [await linkTo(asked, 'T1'), await web.signedIn(probation)];
    const byLink = await openedLink(web, asked, link);
    const forms = [[byLink, `${link}/answer`], [signedIn, `/cases/${asked}/tasks/T1/answer`]] as const;
    for (const [browser, path] of forms) expect(offered((await browser.get(path)).text)).toEqual([...all, 'question']);
    clock.set(afterIt);
    const why = 'Essex Police is a former partner from Friday 8 May 2026 on, and nobody there can read an answer or a question: nothing can be shared with it any more.';
    for (const [browser, path] of [[await openedLink(web, asked, link), `${link}/answer`], [await web.signedIn(probation), `/cases/${asked}/tasks/T1/answer`]] as const) {
      const page = (await browser.get(path)).text;
      expect([offered(page), page.split(why).length - 1]).toEqual([['nothing-held', 'refused'], 1]);
      // A form that was open when it left: nothing of it is lost.
      const again = await browser.send(path, { kind: 'shared-in-part', shared: 'A licence that was typed', leftOut: 'A name', marking: 'official' });
      expect([again.status, offered(again.text), again.text.includes('A licence that was typed')]).toEqual([422, ['shared-in-part', 'nothing-held', 'refused'], true]);
    }
    expect(offered((await (await web.signedIn(probation)).get(`/cases/${asked}/tasks/T1/record-answer`)).text)).toEqual(all);
  });

  test('its mails about what it has asked say that it cannot sign in, and whom to ask', async () => {
    const asked = await askedByEssexPolice();
    await opened(cspManager, '/withdrawals', body);
    const document = await caseOf(asked);
    const [task] = document.tasks;
    if (task === undefined) throw new Error('Nobody is asked.');
    const told = async (step: string, to: Recipient, now: string) => {
      const { text } = await letterTo(document, task, step, to, now);
      return { text: text.replaceAll(/\s+/g, ' '), links: text.includes(`/cases/${asked}`) };
    };
    for (const step of ['answer-received-1', 'question-1', 'left-unanswered']) {
      expect(await told(step, 'requester', lastMoment)).toMatchObject({ links: true });
      const after = await told(step, 'requester', afterIt);
      expect(after.links).toBe(false);
      expect(after.text).toContain('Your organisation is a former partner of the information sharing protocol from Friday 8 May 2026 on');
      expect(after.text).toContain('speak to the Community Safety Partnership Manager of Thurrock Council, the designated contact point, who can also end the request for you');
      expect(after.text).not.toMatch(/[Ss]ign in to read/);
    }
    expect((await told('request', 'spoc', afterIt)).text).not.toContain('former partner');
  });

  test('an internal review that it has left is ended by the contact point, who sees nothing of what it is about', async () => {
    const lead = 'governance-lead@essex-police.example';
    const request = await opened(lead, '/information-access-requests', { ...accessBody, regime: 'foi', items: [] });
    const done = async (path: string, sent: object) => expect([path, (await post(lead, `/cases/${request}/${path}`, sent)).status]).toEqual([path, 200]);
    await done('applicant-reply', { outcome: 'refused-vexatious', repliedOn: '2026-04-09', text: 'The letter' });
    await done('internal-review', { receivedOn: '2026-04-09', text: 'It was one question', looksAgain: 'The monitoring officer' });
    await opened(cspManager, '/withdrawals', body);
    const outcome = { result: 'stands', toldOn: '2026-05-08', text: 'It says that it stands' };
    expect((await post(cspManager, `/cases/${request}/internal-review/outcome`, outcome)).status).toBe(404);
    clock.set(afterIt);
    const { text } = await (await web.signedIn(cspManager)).get(`/cases/${request}/internal-review/outcome`);
    expect([text.includes('What came of the internal review?'), text.includes('It was one question'), text.includes('The monitoring officer')]).toEqual([true, false, false]);
    expect((await post(cspManager, `/cases/${request}/internal-review/outcome`, outcome)).status).toBe(200);
    expect((await caseOf(request)).ended).toBe(true);
  });

  test('a breach that concerned it is asked of it again where that is opened again', async () => {
    const aware = { on: '2026-04-09', time: '08:00' };
    const breach = await opened(officer, '/breaches', { ...ownBreach, aware: undefined, awareOf: { 'essex-police': aware }, involved: [] });
    const ofKind = async (kind: string) => (await caseOf(breach)).tasks.find((task) => task.kind === kind && task.partner === 'essex-police')?.id ?? 'none';
    const decides = { 'decide-ico': 'not-told-ico', 'decide-telling': 'do-not-tell' };
    for (const [kind, says] of Object.entries(decides)) expect((await answer(spoc, breach, await ofKind(kind), { kind: says, ground: 'Nobody has read it' })).status).toBe(201);
    expect((await post(officer, `/cases/${breach}/withdrawal`, { reason: 'A mistake' })).status).toBe(200);
    await opened(cspManager, '/withdrawals', body);
    clock.set(afterIt);
    const asked = await post(officer, `/cases/${breach}/reopening`, { tasks: [await ofKind('acknowledge')], reason: 'It was one after all' });
    expect([asked.status, (await caseOf(breach)).run]).toEqual([200, 2]);
  });

  test('the only originator of an item is heard by its link, and its mails go where they went', async () => {
    const request = await opened('governance-lead@thurrock.example', '/subject-access-requests', { ...accessBody, items: accessBody.items.slice(0, 1) });
    await opened(cspManager, '/withdrawals', { ...body, receivedOn: '2026-03-01', receivedOnConfirmed: true });
    const decide = async () =>
      post('governance-lead@thurrock.example', `/cases/${request}/items/I1/decision`, { decision: 'disclose', ...(await answerRead(web, request, 'I1')) });
    expect((await decide()).status).toBe(409);
    const document = await caseOf(request);
    const task = document.tasks.find(({ partner }) => partner === 'essex-police');
    if (task === undefined) throw new Error('Essex Police is not consulted.');
    expect(await reachOf('spoc', document, task, web.deps)).toEqual({ address: spoc });
    const link = await linkTo(request, task.id);
    const browser = await openedLink(web, request, link);
    expect((await browser.send(`${link}/answer`, { kind: 'no-objection' })).status).toBe(303);
    expect((await decide()).status).toBe(200);
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
    const letter = await letterTo(document, task, step, to);
    expect(letter.subject).toBe(`${document._id} ${subject}`);
    expect(letter.text).toContain('Essex Police withdraws from the protocol');
    expect(letter.text).not.toContain(typed);
  });
});
