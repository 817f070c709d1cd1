/**
 * Personal data breach (protocol section 10) on the web: what its form takes and refuses, who is told, who reads what, what
 * is done in its room, and what is mailed. The rules of the case run in this process.
 */
import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../../activities/dependencies';
import { composeNotice } from '../../activities/letters/compose';
import type { IsoInstant } from '../../config/clock';
import type { CaseDocument } from '../../store/cases';
import type { Recipient, TaskId } from '../../workflows/shared/contract';
import { linkOf, mailedCode, openedLink } from './answering';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, officer, SetClock, spoc, startWeb, thursday, type Browser, type Web } from './support';

let web: Web;
let reporter: Browser;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
  runWorkflowsHere(web.deps);
  reporter = await web.signedIn(officer);
}, 180_000);
beforeEach(() => clock.set(thursday));
afterAll(async () => web.close());

const lead = 'governance-lead@essex-police.example';
const probation = 'spoc@probation.example';
const form = '/breaches/new';
const filled = {
  step: 'check',
  'detected-day': '9',
  'detected-month': '4',
  'detected-year': '2026',
  detectedTime: '08:30',
  'aware-day': '9',
  'aware-month': '4',
  'aware-year': '2026',
  awareTime: '9.15',
  what: 'A folder was left on a train',
  where: 'The 8:05 to Grays',
  owner: 'essex-police',
  'controllers[]': 'thurrock probation',
  'involved[]': 'ecfrs',
  'categories[]': 'asb-incidents violence-incidents',
  regime: 'uk-gdpr',
  people: 'About 12',
  records: '',
  effect: 'Somebody may learn where a witness lives',
  measures: '',
} as const;
const body = {
  detected: { on: '2026-04-09', time: '08:30' },
  aware: { on: '2026-04-09', time: '09:15' },
  what: filled.what,
  where: filled.where,
  owner: 'essex-police',
  controllers: ['thurrock', 'probation'],
  involved: ['ecfrs'],
  categories: ['asb-incidents', 'violence-incidents'],
  regime: 'uk-gdpr',
  people: 'About 12',
  effect: filled.effect,
} as const;

const post = async (username: string, path: string, sent: object, key: string = randomUUID()) =>
  web.browser().agent.post(`/api/v1${path}`).auth(await web.token(username), { type: 'bearer' }).set('Idempotency-Key', key).send(sent);
/** The case, once all that it was told has reached it. */
async function caseOf(reference: string): Promise<CaseDocument> {
  for (const entry of await web.deps.store.audit.waitingOf(reference)) await web.deps.dispatch.deliver(entry);
  return (await web.deps.store.cases.get(reference)) as CaseDocument;
}
async function open(more: object = {}): Promise<string> {
  const { status, body: answer } = (await post(officer, '/breaches', { ...body, ...more })) as { status: number; body: unknown };
  expect({ status, answer }).toMatchObject({ status: 201 });
  return (answer as { reference: string }).reference;
}

describe('the form', () => {
  test('asks what and when, whom, which data; shows the hours to be checked; and leads to the breach room', async () => {
    const first = await reporter.get(form);
    expect(first.text).toContain('When was the breach detected?');
    const check = await reporter.send(form, { ...filled, step: 'data', checked: 'yes' });
    expect(errorsOf(check.text)).toEqual([]);
    // 24 hours, the cut-off, and the 72 hours by the protocol and by the law.
    for (const moment of ['8:30am on Friday 10 April', '8:30am on Saturday 11 April', '8:30am on Sunday 12 April', '9:15am on Sunday 12 April']) {
      expect(check.text).toContain(moment);
    }
    const sent = await reporter.send(form, filled);
    expect(sent.headers['location']).toMatch(/^\/cases\/PB-2026-\d{4}\/breach-room$/);
    const room = await reporter.get(String(sent.headers['location']));
    expect(room.status).toBe(200);
    expect(room.text).toContain('The breach is reported and stored');
    expect(room.text).toContain('Not told');
    expect(await reporter.get(String(sent.headers['location']).replace('/breach-room', ''))).toMatchObject({ status: 200 });
  });

  test.each<[string, object, string]>([
    ['no time', { detectedTime: '' }, 'Enter the time at which the breach was detected'],
    ['half a day', { 'detected-month': '' }, 'Day of detection must include a month'],
    ['a detection ahead', { 'detected-day': '10' }, 'Day of detection and time must be in the past'],
    ['an awareness ahead', { awareTime: '23:59' }, 'Day of awareness and time must be in the past'],
    [
      'an awareness before the detection',
      { awareTime: '08:29' },
      'The controller cannot have become aware before the breach was detected, at 8:30am on Thursday 9 April 2026',
    ],
    [
      'a time that was left out',
      { 'detected-day': '29', 'detected-month': '3', detectedTime: '01:30' },
      '01:30 did not exist on Sunday 29 March 2026: the clocks went forward from 1am to 2am. Enter a time that they showed',
    ],
    ['nothing that happened', { what: ' ' }, 'Enter what happened'],
    ['nowhere', { where: '' }, 'Enter where it happened'],
    ['no owner', { owner: '' }, 'Choose whose data it was'],
    ['an owner of no protocol', { owner: 'nobody' }, 'Choose whose data it was'],
    ['no controller', { 'controllers[]': '' }, 'Choose at least one controller of the breached copy'],
    ['no data', { 'categories[]': '' }, 'Choose which data are concerned'],
    ['no law', { regime: '' }, 'Choose under which law the data were processed'],
    ['no effect', { effect: '' }, 'Enter the likely effect'],
  ])('refuses %s', async (_what, wrong, message) => {
    const answer = await reporter.send(form, { ...filled, ...wrong });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer.text)).toContain(message);
  });

  test('asks which it was of a time that came twice, and takes either', async () => {
    clock.set('2026-10-26T09:00:00Z');
    const inAutumn = await web.signedIn(officer);
    const night = { 'detected-day': '25', 'detected-month': '10', detectedTime: '01:30', 'aware-day': '25', 'aware-month': '10', awareTime: '09:00' };
    const asked = await inAutumn.send(form, { ...filled, ...night });
    expect(errorsOf(asked.text)).toEqual(['01:30 came twice on Sunday 25 October 2026, as the clocks went back. Choose which it was']);
    expect(asked.text).toContain('The second time, after the clocks had gone back (GMT)');
    for (const [occurrence, at] of [['first', '2026-10-25T00:30:00Z'], ['second', '2026-10-25T01:30:00Z']] as const) {
      const sent = await inAutumn.send(form, { ...filled, ...night, detectedOccurrence: occurrence });
      const reference = /PB-\d{4}-\d{4}/.exec(String(sent.headers['location']))?.[0] ?? '';
      expect((await caseOf(reference)).terms['detectedAt']).toBe(at);
    }
  });

  test('the same form twice is one breach; changed, it is refused', async () => {
    const first = await post(officer, '/breaches', body, 'twice');
    const again = await post(officer, '/breaches', body, 'twice');
    expect((again.body as { reference: string }).reference).toBe((first.body as { reference: string }).reference);
    expect((await post(officer, '/breaches', { ...body, what: 'Something else' }, 'twice')).status).toBe(409);
    expect((await post(officer, '/breaches', { ...body, detected: { on: '2026-04-09', time: '08:31' } }, 'twice')).status).toBe(409);
  });

  test('is for staff, contacts and governance leads', async () => {
    expect((await post(cspManager, '/breaches', body)).status).toBe(403);
    expect((await post(lead, '/breaches', body)).status).toBe(201);
  });
});

test('who is asked what, by which clock', async () => {
  const document = await caseOf(await open());
  expect(document.tasks.map(({ id, kind, partner, plans }) => `${id} ${kind} ${partner} ${plans[0]?.dueAt}`)).toEqual([
    'T1 acknowledge essex-police 2026-04-10T07:30:00Z',
    'T2 acknowledge thurrock 2026-04-10T07:30:00Z',
    'T3 acknowledge probation 2026-04-10T07:30:00Z',
    'T4 acknowledge ecfrs 2026-04-10T07:30:00Z',
    'T5 decide-ico thurrock 2026-04-12T07:30:00Z',
    'T6 decide-ico probation 2026-04-12T07:30:00Z',
    'T7 decide-telling essex-police 2026-04-11T07:30:00Z',
    'T8 give-view thurrock 2026-04-11T07:30:00Z',
    'T9 give-view probation 2026-04-11T07:30:00Z',
    'T10 give-view ecfrs 2026-04-11T07:30:00Z',
  ]);
  expect(document.partners).toEqual(['thurrock', 'essex-police', 'probation', 'ecfrs']);
  expect(document.tasks[0]?.plans[0]?.rungs[0]).toEqual({ step: 'chase', at: '2026-04-09T13:30:00Z', to: ['spoc'] });
  expect(JSON.stringify({ ...document, content: {} })).not.toContain(filled.what);
});

const room = async (username: string, reference: string): Promise<string> =>
  (await (await web.signedIn(username)).get(`/cases/${reference}/breach-room`)).text;
const tellIco = { kind: 'told-ico', particulars: { toldAt: { on: '2026-04-09', time: '09:40' }, reference: 'IC-1', moreToFollow: true } };
const ground = 'The data were enciphered, so a risk is unlikely';
const view = { kind: 'tell', ground: 'The risk is high', particulars: { when: 'Today', how: 'By letter', byWhom: 'Probation' } };

/** The mail of a step, as it would be sent now. */
async function letterOf(reference: string, step: string, to: Recipient, id: TaskId): ReturnType<typeof composeNotice> {
  const { store, protocol, holidays, settings } = web.deps;
  const document = await caseOf(reference);
  // Of the case as a whole there is no task: it is not looked at.
  const task = document.tasks.find((each) => each.id === id) ?? document.tasks[0];
  if (task === undefined) throw new Error('There is no task.');
  return composeNotice(
    {
      notice: { task: id, step, clockVersion: 1, to: [to], chase: false },
      to,
      document,
      task,
      answer: await store.answers.ofTask(reference, task),
      now: thursday as IsoInstant,
    },
    { store, protocol, clock, holidays, publicUrl: settings.PUBLIC_URL } as unknown as Dependencies,
  );
}

describe('acknowledging', () => {
  test('by the link, with a code to the breach address', async () => {
    const reference = await open();
    const link = await linkOf(web, reference);
    const landing = await web.browser().get(link);
    expect(landing.text).toContain('reports a personal data breach to Essex Police');
    expect(landing.text).not.toContain(filled.what);
    const holder = await openedLink(web, reference, link);
    expect((await mailedCode(web, reference)).to).toBe('breach@essex-police.example');
    const page = await holder.get(`${link}/answer`);
    expect(page.text).toContain(filled.what);
    expect(page.text).not.toContain('We have told the ICO');
    expect(errorsOf((await holder.send(`${link}/answer`, { kind: 'told-ico' })).text)).toEqual(['Choose how you answer']);
    expect((await holder.send(`${link}/answer`, { kind: 'acknowledged' })).status).toBe(303);
    expect(await room(officer, reference)).toContain('It acknowledged, at 10:00am on Thursday 9 April 2026');
  });

  test('signed in by the governance lead, who has the task from the start, and recorded by whoever reported it', async () => {
    const reference = await open();
    expect((await post(lead, `/cases/${reference}/tasks/T1/answers`, { kind: 'acknowledged' })).status).toBe(201);
    const given = { kind: 'acknowledged', givenByName: 'The duty officer', givenHow: 'telephone', givenOn: '2026-04-09', givenTime: '09:45' };
    const tooEarly = (await post(officer, `/cases/${reference}/tasks/T4/recorded-answers`, { ...given, givenTime: '08:29' })) as { status: number; body: unknown };
    expect([tooEarly.status, JSON.stringify(tooEarly.body)]).toEqual([422, expect.stringContaining('8:30am on Thursday 9 April 2026 or later, when the hours started')]);
    expect((await post(officer, `/cases/${reference}/tasks/T4/recorded-answers`, given)).status).toBe(201);
    const [police, , , fire] = (await caseOf(reference)).projection.tasks;
    expect([police?.status, fire?.answer?.receivedAt]).toEqual(['answered', '2026-04-09T08:45:00Z']);
  });
});

describe('who was told', () => {
  test('is kept per partner: by a call within the 24 hours, or after them; the CSP manager may record one', async () => {
    const reference = await open();
    const call = (time: string) => ({ called: { on: '2026-04-09', time }, how: 'telephone', text: 'The officer told the duty inspector' });
    expect(await room(officer, reference)).toContain('No mail server has taken the notice yet');
    expect((await post(officer, `/cases/${reference}/tasks/T1/calls`, call('08:00'))).status).toBe(422);
    expect((await post(spoc, `/cases/${reference}/tasks/T1/calls`, call('09:30'))).status).toBe(404);
    expect((await post(officer, `/cases/${reference}/tasks/T5/calls`, call('09:30'))).status).toBe(404);
    expect((await post(officer, `/cases/${reference}/tasks/T1/calls`, call('09:30'))).status).toBe(200);
    clock.set('2026-04-10T09:00:00Z');
    const late = { ...call('08:45'), called: { on: '2026-04-10', time: '08:45' } };
    expect((await post(cspManager, `/cases/${reference}/tasks/T4/calls`, late)).status).toBe(200);
    const page = await room(officer, reference);
    expect(page).toMatch(/Within the 24 hours<\/strong><br>\s*By a call, at 9:30am on Thursday 9 April 2026/);
    expect(page).toMatch(/After the 24 hours<\/strong><br>\s*By a call, at 8:45am on Friday 10 April 2026/);
    expect(page).toContain('The officer told the duty inspector');
    expect(page).toContain('Time is over');
    // A call is no acknowledgement.
    expect((await caseOf(reference)).projection.tasks[0]?.status).toBe('open');
  });

  test('a partner without an address is shown as such', async () => {
    const reference = await open({ involved: ['eput'] });
    expect(await room(officer, reference)).toContain('It has no usable address: telephone.');
  });
});

describe('the ICO', () => {
  test('told: when, by which reference, in phases; each controller decides for itself', async () => {
    const reference = await open();
    expect((await post(probation, `/cases/${reference}/tasks/T5/answers`, tellIco)).status).toBe(404);
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, { kind: 'told-ico' })).status).toBe(422);
    const more = { informed: { on: '2026-04-09', time: '09:50' }, text: 'Twelve people, not ten', isLast: true };
    expect((await post(probation, `/cases/${reference}/tasks/T6/ico-information`, more)).status).toBe(409);
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, tellIco)).status).toBe(201);
    expect((await caseOf(reference)).projection.tasks[5]?.answer).toMatchObject({ kind: 'told-ico', receivedAt: '2026-04-09T08:40:00Z', late: false });
    const before = { ...more, informed: { on: '2026-04-09', time: '09:39' } };
    expect((await post(probation, `/cases/${reference}/tasks/T6/ico-information`, before)).status).toBe(422);
    expect((await post(probation, `/cases/${reference}/tasks/T6/ico-information`, more)).status).toBe(200);
    const page = await room(officer, reference);
    for (const said of ['The ICO was told at 9:40am on Thursday 9 April 2026', 'Reference of the ICO: IC-1', 'Is to follow', 'Twelve people, not ten']) {
      expect(page).toContain(said);
    }
    expect((await caseOf(reference)).projection.tasks[4]?.status).toBe('open');
  });

  test('not told needs its reasons, and so does being told after the 72 hours', async () => {
    const reference = await open();
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, { kind: 'not-told-ico' })).status).toBe(422);
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, { kind: 'not-told-ico', ground })).status).toBe(201);
    clock.set('2026-04-12T07:31:00Z');
    const told = { kind: 'told-ico', corrects: 1, particulars: { toldAt: { on: '2026-04-12', time: '08:30' } } };
    const refused = (await post(probation, `/cases/${reference}/tasks/T6/answers`, told)) as { status: number; body: unknown };
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain('Enter the reasons for the delay: the 72 hours had passed, at 8:30am on Sunday 12 April 2026');
    const explained = { ...told, particulars: { ...told.particulars, delay: 'New facts came to light' } };
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, explained)).status).toBe(201);
    expect(await room(probation, reference)).toContain('Reasons for the delay: New facts came to light');
  });

  test('on the page: the errors stand at their inputs, and a correction is filled in', async () => {
    const reference = await open();
    const holder = await web.signedIn(probation);
    const path = `/cases/${reference}/tasks/T6/answer`;
    const lacking = await holder.send(path, { kind: 'told-ico' });
    expect(errorsOf(lacking.text)).toEqual(['Enter the day on which the ICO was told', 'Enter the time at which the ICO was told']);
    expect(lacking.text).toContain('href="#toldAt-day"');
    expect(lacking.text).toContain('href="#toldAtTime"');
    const told = { kind: 'told-ico', 'toldAt-day': '9', 'toldAt-month': '4', 'toldAt-year': '2026', toldAtTime: '9:40', icoReference: 'IC-2' };
    expect((await holder.send(path, told)).status).toBe(303);
    const again = (await holder.get(path)).text;
    expect(again).toContain('value="IC-2"');
    expect(again).toContain('value="09:40"');
  });

  test('the draft says what Article 33(3) asks for, or section 67 for law enforcement, and what is not known', async () => {
    const reference = await open();
    const draft = async (username: string, id: string, of = reference) => (await web.signedIn(username)).get(`/cases/${of}/tasks/${id}/ico-draft`);
    const page = (await draft(probation, 'T6')).text;
    for (const said of ['Article 33(3)(a)', 'Article 33(3)(d)', filled.what, 'About 12', 'Not known yet. To be told later, in phases.', '9:15am on Sunday 12 April 2026', 'The Probation Service', 'not told yet']) {
      expect(page).toContain(said);
    }
    expect((await draft(officer, 'T5')).status).toBe(200);
    expect((await draft(probation, 'T5')).status).toBe(404);
    expect((await draft(officer, 'T1')).status).toBe(404);
    const enforced = await open({ regime: 'law-enforcement' });
    expect((await draft(probation, 'T6', enforced)).text).toContain('section 67(4)(c)');
  });
});

test('the ICO is asked for with both hours, by mail and on the page, and nobody asks a question back', async () => {
  const reference = await open();
  const byLaw = '9:15am on Sunday 12 April 2026';
  const page = (await (await web.signedIn(probation)).get(`/cases/${reference}/tasks/T6/answer`)).text;
  expect(page).toContain(`until ${byLaw}`);
  expect(page).not.toContain('Ask a question first');
  expect((await post(probation, `/cases/${reference}/tasks/T6/questions`, { text: 'Which train?' })).status).toBe(409);
  expect((await (await web.signedIn(probation)).get(`/cases/${reference}/tasks/T3/answer`)).text).toContain('Ask a question first');
  const mail = await letterOf(reference, 'request', 'spoc', 'T6');
  expect(mail.text).toContain(`By law, 72 hours from then: ${byLaw}`);
  expect((await letterOf(reference, 'request', 'spoc', 'T3')).text).not.toContain('By law');
  const escalated = async (task: TaskId) => /put the call on record/.test((await letterOf(reference, 'due-now', 'csp-manager', task)).text.replaceAll(/\s+/g, ' '));
  expect([await escalated('T3'), await escalated('T6')]).toEqual([true, false]);
});

test('of a partner that is silent it is said what has not come', async () => {
  const reference = await open({ involved: ['eput'] });
  const document = await caseOf(reference);
  const silent = document.projection.tasks.map((task) => (task.id === 'T4' ? { ...task, status: 'unanswered' } : task));
  await web.deps.store.database.collection<CaseDocument>('cases').updateOne({ _id: reference }, { $set: { 'projection.tasks': silent } });
  const manager = await web.signedIn(cspManager);
  expect((await manager.get(`/cases/${reference}/tasks/T4/decision`)).text).toContain('The acknowledgement of EPUT NHS has not come.');
  expect(await room(officer, reference)).toMatch(/Tell [^:]*EPUT NHS/);
  const left = silent.map((task) => (task.id === 'T4' ? { ...task, status: 'left-unanswered' } : task));
  await web.deps.store.database.collection<CaseDocument>('cases').updateOne({ _id: reference }, { $set: { 'projection.tasks': left } });
  const after = await room(officer, reference);
  expect(after).toContain('What is to be done now');
  expect(after).not.toMatch(/Tell [^:]*EPUT NHS/);
});

test('an answer of the hour that came twice: asked which it was, unless only one can have been', async () => {
  clock.set('2026-10-25T00:00:00Z');
  const night = { detected: { on: '2026-10-24', time: '22:00' }, aware: { on: '2026-10-24', time: '22:30' } };
  const reference = await open(night);
  clock.set('2026-10-25T09:00:00Z');
  const given = { kind: 'acknowledged', givenByName: 'The duty officer', givenHow: 'telephone', givenOn: '2026-10-25', givenTime: '01:30' };
  const path = `/cases/${reference}/tasks/T4/record-answer`;
  const typed = { kind: 'acknowledged', givenByName: 'The duty officer', givenHow: 'telephone', 'givenOn-day': '25', 'givenOn-month': '10', 'givenOn-year': '2026', givenTime: '1:30' };
  const browser = await web.signedIn(officer);
  const asked = await browser.send(path, typed);
  expect(errorsOf(asked.text)).toEqual(['01:30 came twice on Sunday 25 October 2026, as the clocks went back. Choose which it was']);
  expect(asked.text).toContain('href="#givenOccurrence"');
  expect(asked.text).toContain('The second time, after the clocks had gone back (GMT)');
  expect((await browser.send(path, { ...typed, givenOccurrence: 'second' })).status).toBe(303);
  expect((await post(officer, `/cases/${reference}/tasks/T3/recorded-answers`, given)).status).toBe(422);
  expect((await post(officer, `/cases/${reference}/tasks/T3/recorded-answers`, { ...given, givenOccurrence: 'first' })).status).toBe(201);
  const { tasks } = (await caseOf(reference)).projection;
  expect([tasks[3]?.answer?.receivedAt, tasks[2]?.answer?.receivedAt]).toEqual(['2026-10-25T01:30:00Z', '2026-10-25T00:30:00Z']);
  expect((await browser.get(path)).text).toMatch(/value="second"[^>]*checked/);
  // The first had passed when it was detected: it can have been the second only.
  clock.set('2026-10-25T09:00:00Z');
  const second = { on: '2026-10-25', time: '01:00', occurrence: 'second' };
  const later = await open({ detected: second, aware: second });
  expect((await post(officer, `/cases/${later}/tasks/T4/recorded-answers`, given)).status).toBe(201);
  expect((await caseOf(later)).projection.tasks[3]?.answer?.receivedAt).toBe('2026-10-25T01:30:00Z');
});

describe('telling the people concerned', () => {
  test('the owner sees the views, has the last word, and may decide early', async () => {
    const reference = await open();
    expect((await post(probation, `/cases/${reference}/tasks/T9/answers`, { kind: 'tell', ground: 'High risk' })).status).toBe(422);
    expect((await post(probation, `/cases/${reference}/tasks/T9/answers`, view)).status).toBe(201);
    const owner = await web.signedIn(lead);
    const page = (await owner.get(`/cases/${reference}/tasks/T7/answer`)).text;
    for (const said of ['What the others said', 'The risk is high', 'By letter']) expect(page).toContain(said);
    expect((await post(probation, `/cases/${reference}/tasks/T7/answers`, view)).status).toBe(404);
    expect((await post(lead, `/cases/${reference}/tasks/T7/answers`, { kind: 'do-not-tell', ground })).status).toBe(201);
    expect((await caseOf(reference)).projection.tasks.slice(6).map(({ status }) => status)).toEqual([
      'answered',
      'left-unanswered',
      'answered',
      'left-unanswered',
    ]);
    const consulted = await web.signedIn(probation);
    expect((await consulted.get(`/cases/${reference}/tasks/T9/answer`)).text).toContain('Essex Police, which decides');
    expect(await room(officer, reference)).toContain(ground);
  });
});

test('what was said is read by those who have a part in it, and by nobody else', async () => {
  const reference = await open();
  await post(probation, `/cases/${reference}/tasks/T6/answers`, { kind: 'not-told-ico', ground });
  for (const username of [officer, spoc, lead, probation]) {
    expect([username, (await room(username, reference)).includes(ground)]).toEqual([username, true]);
  }
  for (const username of ['officer@essex-police.example', cspManager, 'manager@thurrock.example', 'housing.officer@thurrock.example']) {
    const page = await room(username, reference);
    expect([username, page.includes('Breach room'), page.includes(ground), page.includes(filled.what)]).toEqual([username, true, false, false]);
  }
});

describe('a breach has', () => {
  test('no pause and no extension', async () => {
    const reference = await open();
    const refused = (await post(officer, `/cases/${reference}/tasks/T1/extension`, { reason: 'More time' })) as { status: number; body: { detail: string } };
    expect([refused.status, refused.body.detail]).toEqual([409, 'A personal data breach has no extension and no pause: its hours run on.']);
    await post(spoc, `/cases/${reference}/tasks/T1/questions`, { text: 'Which train?' });
    expect((await caseOf(reference)).projection.tasks[0]).toMatchObject({ question: 1, pausedAt: null });
    expect((await reporter.get(`/cases/${reference}`)).text).not.toContain('Give more time');
  });

  test('no day of receipt; its times are put right by two people, and the ladders move', async () => {
    const reference = await open();
    expect((await post(officer, `/cases/${reference}/correction`, { from: '2026-04-01', reason: 'Earlier' })).status).toBe(409);
    const times = { detected: { on: '2026-04-08', time: '20:00' }, aware: { on: '2026-04-09', time: '08:00' }, reason: 'The log says so' };
    expect((await post(officer, `/cases/${reference}/breach-times`, { ...times, aware: { on: '2026-04-08', time: '19:00' } })).status).toBe(422);
    expect((await post(officer, `/cases/${reference}/breach-times`, times)).status).toBe(200);
    expect((await post(officer, `/cases/${reference}/correction/decision`, { decision: 'confirmed' })).status).toBe(409);
    expect((await reporter.get(`/cases/${reference}`)).text).toContain('that the breach was detected at <strong>8:00pm on Wednesday 8 April 2026');
    const second = await web.signedIn(cspManager);
    const page = (await second.get(`/cases/${reference}/correction/decision`)).text;
    expect(page).toContain('Are the new times right?');
    expect(page).toContain('8:00pm on Thursday 9 April 2026');
    expect((await second.send(`/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: '' })).status).toBe(303);
    const document = await caseOf(reference);
    expect(document.terms).toMatchObject({ detectedAt: '2026-04-08T19:00:00Z', awareAt: '2026-04-09T07:00:00Z' });
    expect(document.tasks[0]?.plans.map(({ dueAt, reason }) => `${dueAt} ${reason}`)).toEqual([
      '2026-04-10T07:30:00Z opened',
      '2026-04-09T19:00:00Z corrected',
    ]);
    expect(document.tasks[5]?.plans.at(-1)?.dueAt).toBe('2026-04-11T19:00:00Z');
    const shown = await room(officer, reference);
    for (const moment of ['8:00pm on Saturday 11 April 2026', '8:00am on Sunday 12 April 2026']) expect(shown).toContain(moment);
    expect((await reporter.get(`/cases/${reference}`)).text).toContain('The time of detection was corrected');
    // Only the awareness: no clock of the protocol moves.
    clock.pass(60);
    const awareOnly = { detected: { on: '2026-04-08', time: '20:00' }, aware: { on: '2026-04-09', time: '10:00' }, reason: 'It was later' };
    expect((await post(officer, `/cases/${reference}/breach-times`, awareOnly)).status).toBe(200);
    expect((await post(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed' })).status).toBe(200);
    const after = await caseOf(reference);
    expect([after.terms['awareAt'], after.tasks[0]?.plans.length]).toEqual(['2026-04-09T09:00:00Z', 2]);
    expect((await post(officer, `/cases/${reference}/breach-times`, awareOnly)).status).toBe(422);
  });
});

test('who was told in time is counted from the corrected detection, also of a partner that has acknowledged', async () => {
  const reference = await open();
  expect((await post(lead, `/cases/${reference}/tasks/T1/answers`, { kind: 'acknowledged' })).status).toBe(201);
  await caseOf(reference);
  expect(await room(officer, reference)).toMatch(/Within the 24 hours<\/strong><br>\s*It acknowledged/);
  const times = { detected: { on: '2026-04-07', time: '20:00' }, aware: { on: '2026-04-09', time: '08:00' }, reason: 'The log says so' };
  expect((await post(officer, `/cases/${reference}/breach-times`, times)).status).toBe(200);
  expect((await post(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed' })).status).toBe(200);
  await caseOf(reference);
  expect(await room(officer, reference)).toMatch(/After the 24 hours<\/strong><br>\s*It acknowledged/);
});

describe('the detection is put right once all is answered', () => {
  async function corrected(detected: object): Promise<string> {
    const reference = await open({ controllers: ['probation'], involved: [] });
    await post(spoc, `/cases/${reference}/tasks/T1/answers`, { kind: 'acknowledged' });
    await post(probation, `/cases/${reference}/tasks/T2/answers`, { kind: 'acknowledged' });
    await post(probation, `/cases/${reference}/tasks/T3/answers`, tellIco);
    await post(spoc, `/cases/${reference}/tasks/T4/answers`, { kind: 'do-not-tell', ground });
    expect((await caseOf(reference)).projection.stage).toBe('to-close');
    const times = { detected, aware: body.aware, reason: 'The log says so' };
    expect((await post(officer, `/cases/${reference}/breach-times`, times)).status).toBe(200);
    const page = (await (await web.signedIn(cspManager)).get(`/cases/${reference}/correction/decision`)).text;
    expect(page).toContain('Now it is counted from 8:30am on Thursday 9 April 2026');
    expect((await post(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed' })).status).toBe(200);
    return reference;
  }

  test('what was in time is judged by it, and who told the ICO late by that is asked for the reasons', async () => {
    const reference = await corrected({ on: '2026-04-05', time: '20:00' });
    const document = await caseOf(reference);
    expect(document.projection.tasks.map(({ status, answer }) => `${status} ${answer?.late}`)).toEqual([
      'answered true',
      'answered true',
      'answered true',
      'answered true',
      'left-unanswered undefined',
    ]);
    expect(document.tasks.map(({ plans }) => plans.at(-1)?.dueAt)).toEqual([
      '2026-04-06T19:00:00Z',
      '2026-04-06T19:00:00Z',
      '2026-04-08T19:00:00Z',
      '2026-04-07T19:00:00Z',
      '2026-04-11T07:30:00Z',
    ]);
    const page = (await reporter.get(`/cases/${reference}`)).text;
    expect(page).toContain('The Probation Service (decision on the ICO) had until 8:00pm on Wednesday 8 April 2026, and not 8:30am on Sunday 12 April 2026, so it was late');
    expect(await room(officer, reference)).toContain('The Probation Service: to give the reasons why the ICO was told after the 72 hours');
    const again = { ...tellIco, corrects: 1 };
    const refused = (await post(probation, `/cases/${reference}/tasks/T3/answers`, again)) as { status: number; body: unknown };
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining('the 72 hours had passed, at 8:00pm on Wednesday 8 April 2026')]);
    const explained = { ...again, particulars: { ...tellIco.particulars, delay: 'Nobody looked at the log' } };
    expect((await post(probation, `/cases/${reference}/tasks/T3/answers`, explained)).status).toBe(201);
    await caseOf(reference);
    const shown = await room(officer, reference);
    expect(shown).not.toContain('to give the reasons');
    expect(shown).toContain('Close the breach, with its outcome');
  });

  test('an earlier time by which all was still in time asks for no reasons', async () => {
    const reference = await corrected({ on: '2026-04-09', time: '08:00' });
    expect((await caseOf(reference)).projection.tasks.map(({ answer }) => answer?.late)).toEqual([false, false, false, false, undefined]);
    expect(await room(officer, reference)).not.toContain('to give the reasons');
  });
});

describe('adding', () => {
  const add = (reference: string, partner: string, as: string, key?: string) =>
    post(officer, `/cases/${reference}/breach-partners`, { partner, as, reason: 'Its copy, too' }, key);

  test('a controller and a partner: asked what the others are, counted from the same detection', async () => {
    const reference = await open();
    clock.set('2026-04-12T07:00:00Z');
    expect((await add(reference, 'ecfrs', 'controller')).status).toBe(200);
    expect((await add(reference, 'sericc', 'involved', 'once')).status).toBe(200);
    expect((await add(reference, 'sericc', 'involved', 'once')).status).toBe(200);
    const document = await caseOf(reference);
    expect(document.tasks.slice(10).map(({ id, kind, partner, plans }) => `${id} ${kind} ${partner} ${plans[0]?.dueAt}`)).toEqual([
      'T11 decide-ico ecfrs 2026-04-12T07:30:00Z',
      'T12 acknowledge sericc 2026-04-10T07:30:00Z',
      'T13 give-view sericc 2026-04-11T07:30:00Z',
    ]);
    expect(document.partners).toContain('sericc');
    expect(document.projection.tasks[10]).toMatchObject({ id: 'T11', status: 'open', rungsPassed: 3 });
    expect((await add(reference, 'sericc', 'involved')).status).toBe(422);
    expect((await post(spoc, `/cases/${reference}/breach-partners`, { partner: 'mse-icb', as: 'involved', reason: 'Me' })).status).toBe(404);
  });

  test('once the owner has decided, nobody is asked for a view any more', async () => {
    const reference = await open({ controllers: ['probation'], involved: [] });
    expect((await post(spoc, `/cases/${reference}/tasks/T4/answers`, { kind: 'do-not-tell', ground })).status).toBe(201);
    expect((await add(reference, 'sericc', 'involved')).status).toBe(200);
    expect((await caseOf(reference)).tasks.slice(5).map(({ kind, partner }) => `${kind} ${partner}`)).toEqual(['acknowledge sericc']);
  });

  test('two at once: each is added once, and none takes the place of the other', async () => {
    const reference = await open();
    const statuses = await Promise.all([
      add(reference, 'sericc', 'controller'),
      add(reference, 'mse-icb', 'controller'),
      add(reference, 'sericc', 'controller'),
    ]);
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([200, 200, 422]);
    const { tasks } = await caseOf(reference);
    expect(tasks.map(({ id }) => id)).toEqual(Array.from({ length: 16 }, (_, index) => `T${index + 1}`));
    expect(tasks.filter(({ partner, kind }) => partner === 'sericc' && kind === 'decide-ico')).toHaveLength(1);
  });
});

describe('the end', () => {
  async function allDecided(): Promise<string> {
    const reference = await open({ controllers: ['probation'], involved: [] });
    await post(spoc, `/cases/${reference}/tasks/T1/answers`, { kind: 'acknowledged' });
    await post(probation, `/cases/${reference}/tasks/T2/answers`, { kind: 'acknowledged' });
    await post(probation, `/cases/${reference}/tasks/T3/answers`, { kind: 'not-told-ico', ground });
    await post(spoc, `/cases/${reference}/tasks/T4/answers`, { kind: 'do-not-tell', ground });
    return reference;
  }

  test('is chosen, with its reason, once nothing is awaited; no breach at any time', async () => {
    const reference = await open();
    const path = `/cases/${reference}/breach-closing`;
    expect((await reporter.get(path)).text).toContain('Something is still awaited');
    const early = await reporter.send(path, { outcome: 'dealt-with', reason: 'Done' });
    expect([early.status, early.text.includes('Somebody is still awaited')]).toEqual([409, true]);
    expect((await reporter.send(path, { outcome: 'no-breach', reason: 'The folder was empty' })).status).toBe(303);
    expect((await caseOf(reference)).projection).toMatchObject({ stage: 'closed', outcome: 'no-breach' });
    const settled = await allDecided();
    expect((await caseOf(settled)).projection.stage).toBe('to-close');
    expect(await room(officer, settled)).toContain('Close the breach, with its outcome');
    expect((await post(officer, `/cases/${settled}/breach-closing`, { outcome: 'dealt-with', reason: 'All is done' })).status).toBe(200);
    const page = await reporter.get(`/cases/${settled}`);
    expect(page.text).toContain('all that was to be decided is decided');
    expect(page.text).toContain('All is done');
  });

  test('nothing is done on an ended breach, and it can be reopened with new hours', async () => {
    const reference = await open();
    expect((await post(officer, `/cases/${reference}/withdrawal`, { reason: 'A mistake' })).status).toBe(200);
    for (const [username, path, sent] of [
      [officer, 'tasks/T1/calls', { called: { on: '2026-04-09', time: '09:30' }, how: 'telephone', text: 'Who' }],
      [officer, 'breach-partners', { partner: 'sericc', as: 'controller', reason: 'Why' }],
      [officer, 'breach-closing', { outcome: 'no-breach', reason: 'Why' }],
      [officer, 'breach-times', { ...body, reason: 'Why' }],
      [probation, 'tasks/T6/answers', { kind: 'not-told-ico', ground }],
    ] as const) {
      const { detected, aware } = body;
      const given = path === 'breach-times' ? { detected: { ...detected, time: '08:00' }, aware, reason: 'Why' } : sent;
      expect([path, (await post(username, `/cases/${reference}/${path}`, given)).status]).toEqual([path, 409]);
    }
    expect((await caseOf(reference)).tasks).toHaveLength(10);
    clock.set('2026-04-20T09:00:00.000Z');
    expect((await post(officer, `/cases/${reference}/reopening`, { tasks: ['T1', 'T6'], reason: 'It was one after all' })).status).toBe(200);
    const again = await caseOf(reference);
    expect(again.tasks[0]?.plans.at(-1)).toMatchObject({ clock: 'breach-partners', dueAt: '2026-04-21T09:00:00Z' });
    expect(again.tasks[5]?.plans.at(-1)).toMatchObject({ clock: 'breach-ico', dueAt: '2026-04-23T09:00:00Z' });
  });
});

test.each<[string, Recipient, TaskId, RegExp]>([
  ['request', 'spoc', 'T1', /^PB-\S+ Personal data breach: acknowledge now$/],
  ['request', 'spoc', 'T6', /^PB-\S+ Personal data breach: decide whether to tell the ICO$/],
  ['request', 'spoc', 'T9', /^PB-\S+ Personal data breach: should the people concerned be told\?$/],
  ['request', 'spoc', 'T7', /^PB-\S+ Personal data breach: you decide whether the people concerned are told$/],
  ['chase', 'spoc', 'T1', /^PB-\S+ Still awaited, due by 8:30am on Friday 10 April 2026: personal data breach/],
  ['escalate-governance', 'governance-lead', 'T1', /^PB-\S+ Still awaited/],
  ['due-now', 'csp-manager', 'T1', /^PB-\S+ Escalated: Essex Police has not acknowledged the breach$/],
  ['due-now', 'csp-manager', 'T6', /^PB-\S+ Escalated: The Probation Service has not decided whether to tell the ICO$/],
  ['answer-received-1', 'requester', 'T6', /^PB-\S+ The Probation Service has decided on telling the ICO$/],
  ['reasons-for-delay-2', 'governance-lead', 'T6', /^PB-\S+ Personal data breach: give the reasons for a delay$/],
  ['views-in-2', 'governance-lead', 'T7', /^PB-\S+ Decide now whether the people concerned are told$/],
  ['telling-decided-1', 'spoc', 'T9', /^PB-\S+ It is decided whether the people concerned are told$/],
  ['to-close-10', 'requester', 'T0', /^PB-\S+ The breach can be closed$/],
  ['ended-dealt-with', 'spoc', 'T1', /^PB-\S+ The breach is closed$/],
  ['ended-no-breach', 'deputy', 'T1', /^PB-\S+ It was no personal data breach$/],
  ['ended-withdrawn', 'spoc', 'T1', /^PB-\S+ The breach was reported by mistake$/],
  ['passed-on-2', 'spoc', 'T6', /^PB-\S+ Passed on to you\. Personal data breach: decide/],
  ['asked-again-4', 'deputy', 'T1', /^PB-\S+ Asked again\. Personal data breach/],
  ['left-unanswered-4', 'requester', 'T1', /^PB-\S+ Essex Police is not waited for any more$/],
  ['correction-proposed-1', 'csp-manager', 'T1', /^PB-\S+ A second person has to look at a date$/],
  ['not-delivered-request-spoc', 'csp-manager', 'T1', /^PB-\S+ Not delivered: Essex Police cannot be reached by mail$/],
])('the mail %s to the %s about %s says what it is about and nothing of what was written', async (step, to, id, subject) => {
  const reference = await open();
  const letter = await letterOf(reference, step, to, id);
  expect(letter.subject).toMatch(subject);
  // Whoever decides on the ICO reads both hours: those of the protocol, and those of the law.
  if (id === 'T6') expect(letter.text).toContain('By law, 72 hours from then: 9:15am on Sunday 12 April 2026');
  else expect(letter.text).not.toContain('By law');
  if (to === 'csp-manager' && step === 'due-now') expect(letter.text.includes('put the call on record')).toBe(id === 'T1');
  for (const part of [letter.text, letter.html]) {
    expect(part).toContain(reference);
    for (const words of [filled.what, filled.where, filled.effect, filled.people]) expect(part).not.toContain(words);
  }
});
