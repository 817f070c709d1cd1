/**
 * Personal data breach (protocol section 10) on the web: what its form takes and refuses, who is told, who reads what, what
 * is done in its room, and what is mailed. The rules of the case run in this process.
 */
import { randomUUID } from 'node:crypto';
import type { Dependencies } from '../../activities/dependencies';
import { composeNotice } from '../../activities/letters/compose';
import { until } from '../../bench/until';
import type { IsoInstant } from '../../config/clock';
import { recordRefusal } from '../../dispatch/word';
import type { CaseDocument } from '../../store/cases';
import { messageOf } from '../../store/messages';
import type { Recipient, TaskId } from '../../workflows/shared/contract';
import { linkOf, mailedCode, openedLink } from './answering';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, hiddenOf, officer, SetClock, spoc, startWeb, thursday, type Browser, type Web } from './support';

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
const spocOfThurrock = 'governance-lead@thurrock.example';
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

const post: Web['post'] = (...sent) => web.post(...sent);
/** The case, once all that it was told has reached it. */
async function caseOf(reference: string): Promise<CaseDocument> {
  for (const entry of await web.deps.store.audit.waitingOf(reference)) await web.deps.dispatch.deliver(entry);
  return (await web.deps.store.cases.get(reference)) as CaseDocument;
}
/** Until when the law gives each controller. */
const hoursByLaw = ({ tasks }: CaseDocument): object =>
  Object.fromEntries(tasks.flatMap(({ partner, byLaw }) => (byLaw === undefined ? [] : [[partner, byLaw.dueAt]])));
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
    [
      'a detection in another century',
      { 'detected-year': '1999' },
      'Day of detection must be on or after Friday 25 May 2018, when the law on telling of a breach came into force: check the year',
    ],
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

  test('asks whether the year is right of a detection that was long ago', async () => {
    const check = { ...filled, step: 'data', checked: 'yes' };
    expect((await reporter.send(form, check)).text).not.toContain('days ago');
    expect((await reporter.send(form, { ...check, 'detected-year': '2024' })).text).toContain('The breach was detected 730 days ago, by what you entered');
  });

  test('is come back to by the address of a page, with what was typed last, until it is sent', async () => {
    const first = (await reporter.get(form)).text;
    const id = /data-place="\/breaches\/new\?form=([0-9a-f-]{36})&amp;step=what"/.exec(first)?.[1] ?? 'none';
    const at = (step: string) => `${form}?form=${id}&step=${step}`;
    await reporter.send(form, { ...filled, step: 'whom', submissionId: id });
    expect((await reporter.get(at('what'))).text).toContain(filled.what);
    expect((await reporter.get(at('whom'))).text).toMatch(/value="essex-police" selected/);
    expect((await reporter.get(at('check'))).text).toContain('Check your answers before you report the breach');
    const sessions = await web.deps.store.database.collection('sessions').find().toArray();
    expect([JSON.stringify(sessions).includes(id), JSON.stringify(sessions).includes(filled.what)]).toEqual([true, false]);
    // Another person's browser has no such form, and once it is sent nobody has.
    expect((await (await web.signedIn(officer)).get(at('what'))).text).not.toContain(filled.what);
    expect((await reporter.send(form, { ...filled, submissionId: id })).status).toBe(303);
    expect((await reporter.get(at('what'))).text).not.toContain(filled.what);
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

  test.each<[string, object, string, string]>([
    ['an owner of no protocol', { owner: 'nobody' }, 'owner', 'Choose whose data it was. Use one of these: thurrock, '],
    ['a controller that is none', { controllers: ['nobody'] }, 'controllers.0', 'Choose partners of the list. Use one of these: thurrock, '],
    ['one controller that is no list', { controllers: 'probation' }, 'controllers', 'Choose at least one controller of the breached copy. Send a list'],
    ['a law that is none', { regime: 'gdpr' }, 'regime', 'Choose under which law the data were processed. Use one of these: uk-gdpr, law-enforcement'],
    ['data that are none', { categories: ['weather'] }, 'categories.0', 'Choose categories of the list. Use one of these: '],
    ['a moment in one piece', { detected: '2026-04-09T08:30' }, 'detected', 'Enter when the breach was detected, as a day and a time: { "on": "2026-03-26", "time": "14:05" }'],
  ])('the API says of %s what there is to send', async (_what, wrong, field, message) => {
    const { status, body: problem } = (await post(officer, '/breaches', { ...body, ...wrong })) as { status: number; body: { errors?: unknown } };
    expect([status, problem.errors]).toEqual([422, [{ field, message: expect.stringContaining(message) as string }]]);
  });

  test('the same form twice is one breach; changed, it is refused', async () => {
    const first = await post(officer, '/breaches', body, 'twice');
    const again = await post(officer, '/breaches', body, 'twice');
    expect((again.body as { reference: string }).reference).toBe((first.body as { reference: string }).reference);
    expect((await post(officer, '/breaches', { ...body, what: 'Something else' }, 'twice')).status).toBe(409);
    expect((await post(officer, '/breaches', { ...body, detected: { on: '2026-04-09', time: '08:31' } }, 'twice')).status).toBe(409);
    expect((await post(officer, '/breaches', { ...body, aware: { on: '2026-04-09', time: '09:16' } }, 'twice')).status).toBe(409);
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
    'T7 decide-telling essex-police 2026-04-11T13:30:00Z',
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
async function letterOf(reference: string, step: string, to: Recipient, id: TaskId, clockVersion = 1): ReturnType<typeof composeNotice> {
  const { store, protocol, holidays, settings } = web.deps;
  const document = await caseOf(reference);
  // Of the case as a whole there is no task: it is not looked at.
  const task = document.tasks.find((each) => each.id === id) ?? document.tasks[0];
  if (task === undefined) throw new Error('There is no task.');
  return composeNotice(
    {
      notice: { task: id, step, clockVersion, to: [to], chase: false },
      to,
      document,
      task,
      answer: await store.answers.ofTask(reference, task),
      now: clock.now(),
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
    expect(page).not.toContain('All know');
    for (const task of ['T2', 'T3']) expect((await post(cspManager, `/cases/${reference}/tasks/${task}/calls`, late)).status).toBe(200);
    expect(await room(officer, reference)).toMatch(/tag--orange">All know, after the 24 hours</);
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
    // It has told the ICO, and more since: that it does not tell it is not to be said any more.
    const back = await post(probation, `/cases/${reference}/tasks/T6/answers`, { kind: 'not-told-ico', ground: 'No risk', corrects: 1 });
    expect([back.status, back.body.detail]).toEqual([409, expect.stringContaining('It is on record that the ICO was told more since')]);
    const page = await room(officer, reference);
    for (const said of ['The ICO was told at 9:40am on Thursday 9 April 2026', 'Reference of the ICO: IC-1', 'Is to follow', 'Twelve people, not ten']) {
      expect(page).toContain(said);
    }
    // In the order in which the ICO was told, whatever that in which it was put on record.
    expect((await post(probation, `/cases/${reference}/tasks/T6/ico-information`, { ...more, informed: { on: '2026-04-09', time: '09:45' }, text: 'The folder was found' })).status).toBe(200);
    const ordered = /The folder was found[^]*Twelve people, not ten/;
    expect(await room(officer, reference)).toMatch(ordered);
    expect((await (await web.signedIn(probation)).get(`/cases/${reference}/tasks/T6/ico-draft`)).text).toMatch(ordered);
    expect((await caseOf(reference)).projection.tasks[4]?.status).toBe('open');
  });

  test('what was told stays to be seen once it is asked again, and whose it is reads what another put on record', async () => {
    const reference = await open({ controllers: ['probation'], involved: [] });
    expect(await room(officer, reference)).not.toContain('Decided');
    expect((await post(probation, `/cases/${reference}/tasks/T3/answers`, tellIco)).status).toBe(201);
    const more = { informed: { on: '2026-04-09', time: '09:50' }, text: 'Twelve people, not ten', isLast: true };
    // Of another controller: who said so, how and when.
    const unsaid = await post(officer, `/cases/${reference}/tasks/T3/ico-information`, more);
    expect([unsaid.status, unsaid.body.errors?.map(({ field }) => field)]).toEqual([422, ['givenByName', 'givenHow', 'given']]);
    const said = { givenByName: 'The duty manager', givenHow: 'telephone', given: { on: '2026-04-09', time: '09:55' } };
    expect((await post(officer, `/cases/${reference}/tasks/T3/ico-information`, { ...more, ...said })).status).toBe(200);
    expect(await room(officer, reference)).toContain('as told by The duty manager');
    expect((await post(lead, `/cases/${reference}/tasks/T4/answers`, { kind: 'do-not-tell', ground })).status).toBe(201);
    await caseOf(reference);
    expect((await (await web.signedIn(probation)).get(`/cases/${reference}`)).text).toContain('Twelve people, not ten');
    // Neither red nor running: the hours of what is decided.
    clock.set('2026-04-13T09:00:00.000Z');
    const decided = /<th[^>]*>(?<name>[^<]*)<\/th>(?:(?!<\/tr>)[^])*<strong class="govuk-tag govuk-tag--green">(?<settled>[^<]*)<\/strong>/g;
    const hours = [...(await room(officer, reference)).matchAll(decided)].map(({ groups }) => `${groups?.['name']}: ${groups?.['settled']}`);
    expect(hours).toEqual(expect.arrayContaining(['Essex Police decides on telling the people concerned: Decided', 'Each controller decides on the ICO: Decided', 'The Probation Service decides on the ICO: Decided']));
    expect((await post(officer, `/cases/${reference}/breach-closing`, { outcome: 'no-breach', reason: 'It was found' })).status).toBe(200);
    expect((await post(officer, `/cases/${reference}/reopening`, { tasks: ['T3'], reason: 'It was one after all' })).status).toBe(200);
    const page = await room(officer, reference);
    for (const said of ['On record from before the breach was opened again', 'Reference of the ICO: IC-1', 'Twelve people, not ten']) expect(page).toContain(said);
    const draft = (await (await web.signedIn(probation)).get(`/cases/${reference}/tasks/T3/ico-draft`)).text;
    for (const said of ['To be decided anew, as the breach was opened again', 'IC-1', '9:40am on Thursday 9 April 2026']) expect(draft).toContain(said);
    expect(await room('officer@essex-police.example', reference)).not.toContain('IC-1');
    // That it is on record is not denied to who tells the ICO more before it has decided anew.
    const tooSoon = await post(probation, `/cases/${reference}/tasks/T3/ico-information`, more);
    expect([tooSoon.status, tooSoon.body.detail]).toEqual([409, expect.stringContaining('It is on record that this controller told the ICO at 9:40am on Thursday 9 April 2026. The breach was opened again since')]);
    // Nor is it gone once it is decided anew.
    const anew = { ...tellIco, particulars: { ...tellIco.particulars, toldAt: { on: '2026-04-13', time: '09:30' }, reference: 'IC-2', delay: 'It was taken for none' }, corrects: 0 };
    clock.set('2026-04-13T09:00:00.000Z');
    expect((await post(probation, `/cases/${reference}/tasks/T3/answers`, anew)).status).toBe(201);
    const decidedAnew = await room(officer, reference);
    for (const said of ['Reference of the ICO: IC-1', 'Reference of the ICO: IC-2']) expect(decidedAnew).toContain(said);
    const draftAnew = (await (await web.signedIn(probation)).get(`/cases/${reference}/tasks/T3/ico-draft`)).text;
    expect(draftAnew).toMatch(/IC-2[^]*Reference, before the breach was opened again[^]*IC-1/);
  });

  test('on the page, whoever reported the breach says who of the controller told it; the controller itself is not asked', async () => {
    const reference = await open({ controllers: ['probation'], involved: [] });
    expect((await post(probation, `/cases/${reference}/tasks/T3/answers`, tellIco)).status).toBe(201);
    const path = `/cases/${reference}/tasks/T3/ico-information`;
    const more = { 'informed-day': '9', 'informed-month': '4', 'informed-year': '2026', informedTime: '9:50', text: 'Twelve people', isLast: 'no' };
    const lacking = await reporter.send(path, more);
    expect([lacking.status, errorsOf(lacking.text)]).toEqual([422, ['Enter who of the controller said so', 'Choose how it was said', 'Enter the day on which it was said', 'Enter the time at which it was said']]);
    expect(lacking.text).toContain('Put on record only what The Probation Service has told you');
    const said = { givenByName: 'The duty manager', givenHow: 'telephone', 'given-day': '9', 'given-month': '4', 'given-year': '2026', givenTime: '9:55' };
    expect((await reporter.send(path, { ...more, ...said })).status).toBe(303);
    const holder = await web.signedIn(probation);
    expect((await holder.get(path)).text).not.toContain('givenByName');
    expect((await holder.send(path, { ...more, isLast: 'yes' })).status).toBe(303);
    const acts = await web.deps.store.audit.of(reference, 'ico-informed');
    expect(acts.map(({ facts }) => facts['givenBy'])).toEqual(['telephone', undefined]);
    // By this the case knows whom to tell.
    expect(acts.map((entry) => messageOf(entry))).toEqual([expect.objectContaining({ recordedBy: 'requester' }), expect.not.objectContaining({ recordedBy: 'requester' })]);
  });

  test('nobody has told the ICO before it was aware, and whoever is not shown what was said does not see that it was told', async () => {
    const reference = await open();
    const told = (time: string) => ({ kind: 'told-ico', particulars: { toldAt: { on: '2026-04-09', time } } });
    const early = (await post(probation, `/cases/${reference}/tasks/T6/answers`, told('09:14'))) as { status: number; body: unknown };
    expect(early.status).toBe(422);
    expect(JSON.stringify(early.body)).toContain('before the controller became aware, at 9:15am on Thursday 9 April 2026');
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, told('09:15'))).status).toBe(201);
    expect(await room(officer, reference)).toContain('The ICO was told at 9:15am');
    expect(await room('officer@essex-police.example', reference)).not.toContain('The ICO was told');
  });

  test('not told needs its reasons, and so does being told after the 72 hours', async () => {
    const reference = await open();
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, { kind: 'not-told-ico' })).status).toBe(422);
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, { kind: 'not-told-ico', ground })).status).toBe(201);
    clock.set('2026-04-12T07:31:00Z');
    const told = { kind: 'told-ico', corrects: 1, particulars: { toldAt: { on: '2026-04-12', time: '08:30' } } };
    const refused = (await post(probation, `/cases/${reference}/tasks/T6/answers`, told)) as { status: number; body: unknown };
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).toContain('Enter the reasons for the delay: the 72 hours of the protocol had passed, at 8:30am on Sunday 12 April 2026');
    const explained = { ...told, particulars: { ...told.particulars, delay: 'New facts came to light' } };
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, explained)).status).toBe(201);
    expect(await room(probation, reference)).toContain('Reasons for the delay: New facts came to light');
    // The law counts from awareness, at 9:15am: only past that is it the ICO that has to be told why.
    const draft = async () => (await (await web.signedIn(probation)).get(`/cases/${reference}/tasks/T6/ico-draft`)).text;
    expect(await draft()).toMatch(/those of the law had not, so that the ICO need not be told[^]*New facts came to light/);
    clock.set('2026-04-12T08:16:00Z');
    const byLaw = { kind: 'told-ico', corrects: 2, particulars: { toldAt: { on: '2026-04-12', time: '09:15' }, delay: 'New facts came to light' } };
    expect((await post(probation, `/cases/${reference}/tasks/T6/answers`, byLaw)).status).toBe(201);
    expect(await draft()).toMatch(/Reasons for the delay \(Article 33\(1\)\)[^]*New facts came to light/);
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
    const received = (await holder.get(`/cases/${reference}/tasks/T6/received`)).text;
    expect(received).toContain('No more reminders are sent about what is answered here');
    expect(received).toContain('what the ICO is told later is put on record there');
    const both = 'It was received at 10:00am on Thursday 9 April 2026. The ICO was told at 9:40am on Thursday 9 April 2026, within the time allowed: that moment counts.';
    expect(received).toContain(both);
    const again = (await holder.get(path)).text;
    expect(again).toContain('<strong>the ICO was told</strong>');
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
    // Part 3 is for competent authorities, which a council is not.
    const ofCouncil = (await draft(officer, 'T5', enforced)).text;
    expect([ofCouncil.includes('Article 33(3)(c)'), ofCouncil.includes('section 67')]).toEqual([true, false]);
    const each = /Thurrock Council: UK GDPR(?:<[^>]*>|\s)*The Probation Service: Law enforcement \(Part 3 of the Data Protection Act 2018\)/;
    const check = (controllers: string) => reporter.send(form, { ...filled, regime: 'law-enforcement', 'controllers[]': controllers, step: 'data', checked: 'yes' });
    expect((await check('thurrock probation')).text).toMatch(each);
    expect((await check('probation')).text).toMatch(/>Law enforcement \(Part 3 of the Data Protection Act 2018\)</);
    expect((await check('thurrock')).text).toMatch(/>UK GDPR</);
    expect((await reporter.get(`/cases/${enforced}`)).text).toMatch(each);
  });
});

describe('each controller became aware at its own time', () => {
  const moment = (name: string, day: string, time: string) => ({ [`${name}-day`]: day, [`${name}-month`]: '4', [`${name}-year`]: '2026', [`${name}Time`]: time });
  const apart = { ...filled, awareness: 'each', ...moment('aware-thurrock', '9', '09:20'), ...moment('aware-probation', '9', '09:50') };
  const awareOf = { thurrock: { on: '2026-04-09', time: '09:20' }, probation: { on: '2026-04-09', time: '09:50' } };

  test('the form asks for one time of all, or for one of each; where there is one controller, for that', async () => {
    const page = await reporter.send(form, { ...filled, step: 'whom' });
    for (const asked of ['Did all of them become aware at the same time?', 'When did all of them become aware of it?', 'When did Thurrock Council become aware of it?', 'When did The Probation Service become aware of it?']) {
      expect(page.text).toContain(asked);
    }
    const alone = await reporter.send(form, { ...filled, step: 'whom', 'controllers[]': 'probation' });
    expect(alone.text).toContain('When did The Probation Service become aware of it?');
    expect(alone.text).not.toContain('at the same time?');
    // What was chosen while there were two says nothing of the one that is left.
    const left = await reporter.send(form, { ...apart, 'controllers[]': 'probation' });
    expect(left.status).toBe(303);
  });

  test('each is shown with its own hours: checked, in the room, to whoever decides, in mails and in the draft', async () => {
    const check = await reporter.send(form, { ...apart, step: 'data', checked: 'yes' });
    expect(errorsOf(check.text)).toEqual([]);
    for (const said of ['9:20am on Sunday 12 April 2026', '9:50am on Sunday 12 April 2026']) expect(check.text).toContain(said);
    expect(check.text).not.toContain('9:15am on Sunday');
    const sent = await reporter.send(form, apart);
    const reference = /PB-\d{4}-\d{4}/.exec(String(sent.headers['location']))?.[0] ?? '';
    const document = await caseOf(reference);
    expect(hoursByLaw(document)).toEqual({ thurrock: '2026-04-12T08:20:00Z', probation: '2026-04-12T08:50:00Z' });
    // The workflow has them for the Temporal UI; no clock counts from them.
    expect(document.startInput.tasks.map(({ byLaw }) => byLaw?.dueAt).filter((dueAt) => dueAt !== undefined)).toEqual(Object.values(hoursByLaw(document)));
    expect(new Set(document.tasks.slice(4, 6).map(({ plans }) => plans[0]?.dueAt))).toEqual(new Set(['2026-04-12T07:30:00Z']));
    const shown = await room(officer, reference);
    for (const said of ['Thurrock Council decides on the ICO', 'By law its 72 hours end at 9:20am on Sunday', 'By law its 72 hours end at 9:50am on Sunday']) expect(shown).toContain(said);
    const decider = await web.signedIn(probation);
    const page = (await decider.get(`/cases/${reference}/tasks/T6/answer`)).text;
    expect(page).toMatch(/By law, due by <strong>9:50am on Sunday 12 April 2026<\/strong>: 72 hours from when The Probation Service became aware, at 9:50am on Thursday/);
    expect((await decider.get(`/cases/${reference}/tasks/T3/answer`)).text).not.toContain('By law, due by');
    expect((await letterOf(reference, 'chase', 'spoc', 'T5')).text).toContain('By law, 72 hours from then: 9:20am on Sunday 12 April 2026');
    const draft = (await decider.get(`/cases/${reference}/tasks/T6/ico-draft`)).text;
    expect([draft.includes('9:50am on Sunday 12 April'), draft.includes('9:20am')]).toEqual([true, false]);
    const { tasks } = (await post(officer, `/cases/${reference}/tasks/T1/calls`, { called: body.detected, how: 'telephone', text: 'Who' })).body as unknown as {
      readonly tasks: readonly { readonly id: string; readonly byLaw: object | null }[];
    };
    expect(tasks.flatMap(({ id, byLaw }) => (byLaw === null ? [] : [[id, byLaw]]))).toEqual([
      ['T5', { from: '2026-04-09T08:20:00Z', dueAt: '2026-04-12T08:20:00Z' }],
      ['T6', { from: '2026-04-09T08:50:00Z', dueAt: '2026-04-12T08:50:00Z' }],
    ]);
  });

  test.each<[string, object, string, string]>([
    ['none of one', { 'aware-probation-day': '' }, 'Day of awareness of The Probation Service must include a day', 'aware-probation-day'],
    ['no time of one', { 'aware-probationTime': '' }, 'Enter the time at which The Probation Service became aware', 'aware-probationTime'],
    ['one ahead', { 'aware-thurrockTime': '23:59' }, 'Day of awareness of Thurrock Council and time must be in the past', 'aware-thurrock-day'],
    [
      'one before the detection',
      { 'aware-probationTime': '08:29' },
      'The Probation Service cannot have become aware before the breach was detected, at 8:30am on Thursday 9 April 2026',
      'aware-probation-day',
    ],
  ])('the form refuses %s, at its input', async (_what, wrong, message, input) => {
    const answer = await reporter.send(form, { ...apart, ...wrong });
    expect([answer.status, errorsOf(answer.text)]).toEqual([422, [message]]);
    expect(answer.text).toContain(`href="#${input}"`);
  });

  test.each<[string, object, string, string]>([
    ['nothing', { aware: undefined }, 'aware', 'Enter when the controller became aware'],
    ['one of two', { aware: undefined, awareOf: { thurrock: awareOf.thurrock } }, 'awareOf.probation', 'Enter when The Probation Service became aware'],
    ['one of no controller', { awareOf: { ecfrs: awareOf.thurrock } }, 'awareOf.ecfrs', 'Essex County Fire and Rescue Service is no controller of the breached copy'],
  ])('the API refuses %s', async (_what, wrong, field, message) => {
    const { status, body: problem } = (await post(officer, '/breaches', { ...body, ...wrong })) as { status: number; body: { errors?: unknown } };
    expect([status, problem.errors]).toEqual([422, [{ field, message }]]);
  });

  test('of all but one by the API', async () => {
    expect(hoursByLaw(await caseOf(await open({ awareOf: { probation: awareOf.probation } })))).toEqual({
      thurrock: '2026-04-12T08:15:00Z',
      probation: '2026-04-12T08:50:00Z',
    });
  });

  test('one that is added: asked then, with the present time filled in', async () => {
    const reference = await open();
    const path = `/cases/${reference}/breach-partners`;
    clock.set('2026-04-09T10:20:30Z');
    const browser = await web.signedIn(officer);
    const page = (await browser.get(path)).text;
    expect(page).toMatch(/name="aware-day"[^>]*value="09"/);
    expect(page).toMatch(/name="awareTime"[^>]*value="11:20"/);
    const added = { partner: 'sericc', as: 'controller', ...moment('aware', '9', '11:20'), reason: 'Its copy, too' };
    for (const [wrong, message] of [
      [{ awareTime: '' }, 'Enter the time at which the controller became aware'],
      [{ awareTime: '11:21' }, 'Day of awareness and time must be in the past'],
      [{ awareTime: '08:29' }, 'SERICC cannot have become aware before the breach was detected, at 8:30am on Thursday 9 April 2026'],
    ] as const) {
      const refused = await browser.send(path, { ...added, ...wrong });
      expect([refused.status, errorsOf(refused.text)]).toEqual([422, [message]]);
    }
    const lacking = (await post(officer, path, { partner: 'sericc', as: 'controller', reason: 'Its copy' })) as { status: number; body: { errors?: unknown } };
    expect([lacking.status, lacking.body.errors]).toEqual([422, [{ field: 'aware', message: 'Enter when the controller became aware' }]]);
    const sent = { ...added, submissionId: randomUUID() };
    expect((await browser.send(path, sent)).status).toBe(303);
    expect((await browser.send(path, { ...sent, awareTime: '11:10' })).status).toBe(409);
    // A partner that decides nothing has no such hours, whatever was filled in.
    expect((await browser.send(path, { ...added, partner: 'mse-icb', as: 'involved', awareTime: '' })).status).toBe(303);
    const document = await caseOf(reference);
    expect(hoursByLaw(document)).toEqual({ thurrock: '2026-04-12T08:15:00Z', probation: '2026-04-12T08:15:00Z', sericc: '2026-04-12T10:20:00Z' });
    expect(await room(officer, reference)).toContain('By law its 72 hours end at 11:20am on Sunday 12 April 2026');
  });

  describe('a correction', () => {
    const decide = (reference: string) => post(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed' });
    const propose = (reference: string, times: object) => post(officer, `/cases/${reference}/breach-times`, { detected: body.detected, reason: 'The log', ...times });

    test('of one on the page, where each is filled in; a second person reads what would change', async () => {
      const reference = await open({ awareOf: { probation: awareOf.probation } });
      const path = `/cases/${reference}/breach-times`;
      const page = (await reporter.get(path)).text;
      for (const [input, time] of [['detectedTime', '08:30'], ['aware-thurrockTime', '09:15'], ['aware-probationTime', '09:50']]) {
        expect(page).toMatch(new RegExp(`name="${input}"[^>]*value="${time}"`));
      }
      const typed = { ...moment('detected', '9', '08:30'), ...moment('aware-thurrock', '9', '09:15'), ...moment('aware-probation', '9', '09:35'), reason: 'The log' };
      const early = await reporter.send(path, { ...typed, 'aware-probationTime': '08:00' });
      expect([early.status, early.text.includes('href="#aware-probation-day"')]).toEqual([422, true]);
      expect((await reporter.send(path, typed)).status).toBe(303);
      expect((await reporter.get(`/cases/${reference}`)).text).toContain('that The Probation Service became aware at <strong>9:35am');
      const second = (await (await web.signedIn(cspManager)).get(`/cases/${reference}/correction/decision`)).text;
      expect(second).toContain('The Probation Service: by law until 9:35am on Sunday 12 April 2026, not 9:50am on Sunday 12 April 2026');
      expect(second).not.toContain('Thurrock Council: by law');
      expect((await decide(reference)).status).toBe(200);
      expect(hoursByLaw(await caseOf(reference))).toEqual({ thurrock: '2026-04-12T08:15:00Z', probation: '2026-04-12T08:35:00Z' });
    });

    test('is refused of who is no controller, and of a detection after one of them knew', async () => {
      const reference = await open();
      for (const [times, field, message] of [
        [{ awareOf: { ecfrs: awareOf.thurrock } }, 'awareOf.ecfrs', 'Essex County Fire and Rescue Service is no controller of the breached copy'],
        [
          { detected: { on: '2026-04-09', time: '09:16' }, awareOf: { thurrock: awareOf.thurrock } },
          'from',
          'The Probation Service cannot have become aware before the breach was detected, at 9:16am on Thursday 9 April 2026',
        ],
        [{}, 'from', 'These are the times that the case is counted from already'],
        [{ awareOf: { thurrock: body.aware } }, 'from', 'These are the times that the case is counted from already'],
      ] as const) {
        const { status, body: problem } = (await propose(reference, times)) as { status: number; body: { errors?: unknown } };
        expect([status, problem.errors]).toEqual([422, [{ field, message }]]);
      }
    });

    test('cannot be confirmed once a controller was added that knew before', async () => {
      const reference = await open();
      const later = { detected: { on: '2026-04-09', time: '09:10' } };
      expect((await propose(reference, later)).status).toBe(200);
      const early = { partner: 'sericc', as: 'controller', aware: { on: '2026-04-09', time: '09:05' }, reason: 'Its copy' };
      expect((await post(officer, `/cases/${reference}/breach-partners`, early)).status).toBe(200);
      await caseOf(reference);
      const refused = (await decide(reference)) as { status: number; body: { detail: string } };
      expect([refused.status, refused.body.detail]).toEqual([409, expect.stringMatching(/^These times cannot be confirmed any more\. SERICC cannot have become aware before/)]);
    });

    test('is refused, at proposing and at confirming, where it has a controller know only after it told the ICO', async () => {
      const toldAt = (time: string) => ({ kind: 'told-ico', particulars: { toldAt: { on: '2026-04-09', time } } });
      const detail = /It is on record that The Probation Service told the ICO at 9:40am on Thursday 9 April 2026, so it cannot have become aware only at 9:50am on Thursday 9 April 2026\. If that is what happened, the answer of The Probation Service on the ICO has to be put right first/;
      const reference = await open();
      const decision = `/cases/${reference}/tasks/T6/answers`;
      expect((await propose(reference, { awareOf: { probation: awareOf.probation } })).status).toBe(200);
      expect((await post(probation, decision, toldAt('09:40'))).status).toBe(201);
      await caseOf(reference);
      const unconfirmed = (await decide(reference)) as { status: number; body: { detail: string } };
      expect([unconfirmed.status, unconfirmed.body.detail]).toEqual([409, expect.stringMatching(detail)]);
      expect((await (await web.signedIn(cspManager)).get(`/cases/${reference}/correction/decision`)).text).toMatch(detail);
      expect((await post(cspManager, `/cases/${reference}/correction/decision`, { decision: 'declined' })).status).toBe(200);
      // The detection as well: it comes before the awareness.
      for (const detected of [body.detected, { on: '2026-04-09', time: '09:45' }]) {
        const late = (await propose(reference, { detected, awareOf: { ...awareOf, thurrock: awareOf.probation } })) as { status: number; body: { errors?: unknown } };
        expect([late.status, late.body.errors]).toEqual([422, [{ field: 'from', message: expect.stringMatching(detail) as unknown }]]);
      }
      // In the instant in which it told the ICO it can have known. Once the answer is put right, later too.
      expect((await post(probation, decision, { ...toldAt('09:50'), corrects: 1 })).status).toBe(201);
      expect((await propose(reference, { awareOf: { probation: awareOf.probation } })).status).toBe(200);
      expect((await decide(reference)).status).toBe(200);
      expect(hoursByLaw(await caseOf(reference))).toMatchObject({ probation: '2026-04-12T08:50:00Z' });
      // It has decided, and is told all the same; that the ICO was told, no mail says.
      const confirmed = (await web.deps.store.audit.of(reference, 'correction-confirmed')).map(messageOf);
      expect(confirmed).toEqual([expect.objectContaining({ type: 'awareness-corrected', tellsDecided: true })]);
      const news = (await letterOf(reference, 'awareness-corrected-9', 'spoc', 'T6')).text.replaceAll(/\s+/g, ' ');
      expect(news).toContain('What your organisation has put on record about the ICO stays as it is. Look whether it still holds');
      expect(news).not.toContain('told the ICO');
      expect((await letterOf(reference, 'awareness-corrected-9', 'csp-manager', 'T6')).text).not.toContain('What your organisation');
    });

    test('is refused as well where only what the ICO was told besides lies before it', async () => {
      const reference = await open();
      const decision = `/cases/${reference}/tasks/T6/answers`;
      const told = (time: string) => ({ kind: 'told-ico', particulars: { toldAt: { on: '2026-04-09', time }, moreToFollow: true } });
      expect((await post(probation, decision, told('09:30'))).status).toBe(201);
      const more = { informed: { on: '2026-04-09', time: '09:40' }, isLast: false, text: 'Twelve people' };
      expect((await post(probation, `/cases/${reference}/tasks/T6/ico-information`, more)).status).toBe(200);
      expect((await post(probation, decision, { ...told('09:55'), corrects: 1 })).status).toBe(201);
      const late = (await propose(reference, { awareOf: { probation: awareOf.probation } })) as { status: number; body: object };
      expect([late.status, JSON.stringify(late.body)]).toEqual([422, expect.stringContaining('The Probation Service told the ICO at 9:40am')]);
    });

    test('that comes as the case ends changes nothing', async () => {
      const reference = await open();
      expect((await propose(reference, { detected: { on: '2026-04-09', time: '08:00' }, awareOf })).status).toBe(200);
      const before = await caseOf(reference);
      // The case has ended, and the store does not know of it yet.
      await decideAll(reference);
      expect((await post(officer, `/cases/${reference}/withdrawal`, { reason: 'A mistake' })).status).toBe(200);
      await web.deps.store.database.collection<CaseDocument>('cases').updateOne({ _id: reference }, { $set: { ended: false } });
      expect((await decide(reference)).status).toBe(409);
      const after = await caseOf(reference);
      expect([hoursByLaw(after), after.terms]).toEqual([hoursByLaw(before), before.terms]);
    });
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
  // All ladders are finished when it is reported.
  const long = { on: '2026-04-04', time: '08:30' };
  const reference = await open({ involved: ['eput'], detected: long, aware: long });
  await caseOf(reference);
  const manager = await web.signedIn(cspManager);
  expect((await manager.get(`/cases/${reference}/tasks/T4/decision`)).text).toContain('The acknowledgement of EPUT NHS has not come.');
  expect(await room(officer, reference)).toMatch(/Tell [^:]*EPUT NHS/);
  expect((await post(cspManager, `/cases/${reference}/tasks/T4/decision`, { decision: 'left-unanswered', reason: 'It has no address' })).status).toBe(200);
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

  test('the owner that waits for views until the cut-off decides in time after it, and is late after its own hours', async () => {
    const reference = await open();
    const decide = async (id: 'T7' | 'T8', at: string, username: string) => {
      clock.set(at);
      expect((await post(username, `/cases/${reference}/tasks/${id}/answers`, { kind: 'do-not-tell', ground })).status).toBe(201);
      return (await caseOf(reference)).projection.tasks[Number(id.slice(1)) - 1]?.answer?.late;
    };
    expect(await decide('T8', '2026-04-11T07:30:00.000Z', spocOfThurrock)).toBe(true);
    const before = await room(officer, reference);
    expect(before).toContain('The partners give their views until 8:30am on Saturday 11 April 2026. Essex Police decides: at any time, without agreement from then on, and by 2:30pm on Saturday 11 April 2026.');
    expect(before).toContain('Essex Police: to decide whether the people concerned are told');
    expect(await decide('T7', '2026-04-11T13:29:00.000Z', lead)).toBe(false);
  });

  test('the API shows what was said to those whom the room shows it, with nothing of their questions', async () => {
    const reference = await open();
    await post(probation, `/cases/${reference}/tasks/T9/questions`, { text: 'Which train?' });
    expect((await post(probation, `/cases/${reference}/tasks/T9/answers`, view)).status).toBe(201);
    const said = async (username: string) => {
      const asked = web.browser().agent.get(`/api/v1/cases/${reference}`).auth(await web.token(username), { type: 'bearer' });
      const { content } = (await asked).body as {
        content?: { tasks: { task: string; answers: { ground: string }[]; questions: unknown[] }[] };
      };
      const found = content?.tasks.find(({ task }) => task === 'T9');
      return found === undefined ? null : [found.answers.map(({ ground: why }) => why), found.questions.length];
    };
    expect(await said(lead)).toEqual([['The risk is high'], 0]);
    for (const username of [officer, probation]) expect([username, await said(username)]).toEqual([username, [['The risk is high'], 1]]);
    for (const username of ['officer@essex-police.example', cspManager]) expect([username, await said(username)]).toEqual([username, null]);
  });

  test('once the owner has decided to, there is a letter to them, for those who see what was said', async () => {
    const reference = await open({ regime: 'law-enforcement' });
    const letter = `/cases/${reference}/letters/people-concerned`;
    const owner = await web.signedIn(lead);
    expect((await owner.get(letter)).headers['location']).toBe(`/cases/${reference}/breach-room`);
    expect(await room(lead, reference)).not.toContain('letter to the people concerned');
    expect((await post(lead, `/cases/${reference}/tasks/T7/answers`, { ...view, particulars: { ...view.particulars, byWhom: 'The police' } })).status).toBe(201);
    const page = await owner.get(letter);
    // What section 68(2) asks for: the nature, a contact point, the consequences, the measures; what is not known is to be filled in.
    for (const said of [filled.what, filled.effect, 'section 68 of the Data Protection Act 2018', '9 April 2026', 'It was decided that they are told by: The police']) {
      expect(page.text).toContain(said);
    }
    for (const lacking of ['name and address', 'what was done, and what is proposed', 'telephone number and e-mail address']) {
      expect(page.text).toContain(`[To be filled in: ${lacking}`);
    }
    expect(await room(lead, reference)).toContain('Draft of the letter to the people concerned');
    const pdf = await (await web.signedIn(probation)).get(`${letter}.pdf`);
    expect([pdf.status, pdf.headers['content-type']]).toEqual([200, 'application/pdf']);
    for (const username of ['officer@essex-police.example', cspManager]) {
      const other = await web.signedIn(username);
      expect([username, (await other.get(letter)).status, (await other.get(`${letter}.pdf`)).status]).toEqual([username, 404, 404]);
    }
    const seen = (await web.deps.store.audit.of(reference, 'content-viewed')).map(({ facts }) => facts['what']);
    expect(seen).toContainEqual(['request', 'T7/answer/1']);
  });

  test.each<[string[], string]>([
    [['probation'], 'We tell you under section 68 of the Data Protection Act 2018.'],
    [['thurrock'], 'We tell you under Article 34 of the UK GDPR.'],
    [['thurrock', 'probation'], '[To be filled in: Article 34 of the UK GDPR, or section 68 of the Data Protection Act 2018: the one that the organisation that writes is under]'],
  ])('the letter names the law that the controllers %s are under', async (controllers, said) => {
    const reference = await open({ regime: 'law-enforcement', controllers, involved: [] });
    const { tasks } = await caseOf(reference);
    const owner = tasks.find(({ kind }) => kind === 'decide-telling');
    expect((await post(lead, `/cases/${reference}/tasks/${owner?.id}/answers`, view)).status).toBe(201);
    expect((await (await web.signedIn(lead)).get(`/cases/${reference}/letters/people-concerned`)).text).toContain(said);
  });

  test('whoever was consulted is told of a decision that replaces another, and what is another in it', async () => {
    const reference = await open();
    const decisions = [view, { kind: 'do-not-tell', ground }, { kind: 'do-not-tell', ground: 'They know it' }, view];
    for (const [corrects, decision] of decisions.entries()) {
      expect((await post(lead, `/cases/${reference}/tasks/T7/answers`, { ...decision, corrects })).status).toBe(201);
    }
    const told = async (version: number) => {
      const { subject, text } = await letterOf(reference, `telling-decided-${version}`, 'spoc', 'T9');
      for (const words of [view.ground, ground, 'By letter']) expect(text).not.toContain(words);
      const replaced = /This replaces what you were told before\. (?<how>[^.]+\.)/.exec(text.replaceAll(/\s+/g, ' '))?.groups?.['how'];
      return [subject.replace(/^PB-\S+ /, ''), replaced];
    };
    // Each says what it was sent for, however late it goes out.
    expect(await Promise.all([1, 2, 3, 4].map(told))).toEqual([
      ['It is decided whether the people concerned are told', undefined],
      ['Decided anew: whether the people concerned are told', 'They were to be told, and now they are not.'],
      ['Decided anew: whether the people concerned are told', 'Whether they are told stays as it was; when, how, by whom or why may be another.'],
      ['Decided anew: whether the people concerned are told', 'They were not to be told, and now they are.'],
    ]);
  });
});

test('a time that has moved is told by what is due then', async () => {
  const reference = await open();
  const times = { detected: { on: '2026-04-09', time: '08:00' }, reason: 'The log' };
  expect((await post(officer, `/cases/${reference}/breach-times`, times)).status).toBe(200);
  expect((await post(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: '' })).status).toBe(200);
  await caseOf(reference);
  const told = async (id: TaskId, to: Recipient): Promise<string[]> => {
    const { subject, text } = await letterOf(reference, 'clock-moved', to, id, 2);
    return [subject.replace(/^PB-\S+ /, ''), /(Your|The) [^.]+ is due at another time/.exec(text.replaceAll(/\s+/g, ' '))?.[0] ?? ''];
  };
  expect(await told('T1', 'spoc')).toEqual(['New time: acknowledgement due 8:00am on Friday 10 April 2026, not 8:30am on Friday 10 April 2026', 'Your acknowledgement is due at another time']);
  expect(await told('T6', 'requester')).toEqual([expect.stringMatching(/^New time: decision on the ICO due/), 'The decision on the ICO of The Probation Service is due at another time']);
  expect(await told('T9', 'spoc')).toEqual([expect.stringMatching(/^New time: view on telling the people concerned due/), 'Your view on telling the people concerned is due at another time']);
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
    const times = { detected: { on: '2026-04-08', time: '20:00' }, awareOf: { thurrock: { on: '2026-04-09', time: '08:00' } }, reason: 'The log says so' };
    expect((await post(officer, `/cases/${reference}/breach-times`, times)).status).toBe(200);
    expect((await post(officer, `/cases/${reference}/correction/decision`, { decision: 'confirmed' })).status).toBe(409);
    expect((await reporter.get(`/cases/${reference}`)).text).toContain('that the breach was detected at <strong>8:00pm on Wednesday 8 April 2026');
    const second = await web.signedIn(cspManager);
    const page = (await second.get(`/cases/${reference}/correction/decision`)).text;
    expect(page).toContain('Are the new times right?');
    expect(page).toContain('8:00pm on Thursday 9 April 2026');
    expect((await second.send(`/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: '' })).status).toBe(303);
    // The form of somebody who had it open as well.
    const beside = await second.post(`/cases/${reference}/correction/decision`, { ...hiddenOf(page), submissionId: randomUUID(), decision: 'confirmed', reason: '' });
    expect([beside.status, /<h1[^>]*>(?<title>[^<]*)</.exec(beside.text)?.groups?.['title']]).toEqual([409, 'There is no correction to decide on']);
    const document = await caseOf(reference);
    expect(document.terms).toMatchObject({ detectedAt: '2026-04-08T19:00:00Z' });
    // Of one controller another time was said; the other one's stays.
    expect(hoursByLaw(document)).toEqual({ thurrock: '2026-04-12T07:00:00Z', probation: '2026-04-12T08:15:00Z' });
    expect(document.tasks[0]?.plans.map(({ dueAt, reason }) => `${dueAt} ${reason}`)).toEqual([
      '2026-04-10T07:30:00Z opened',
      '2026-04-09T19:00:00Z corrected',
    ]);
    expect(document.tasks[5]?.plans.at(-1)?.dueAt).toBe('2026-04-11T19:00:00Z');
    const shown = await room(officer, reference);
    for (const moment of ['8:00pm on Saturday 11 April 2026', '8:00am on Sunday 12 April 2026', '9:15am on Sunday 12 April 2026']) expect(shown).toContain(moment);
    expect((await reporter.get(`/cases/${reference}`)).text).toContain('The time of detection was corrected');
    // Only the awareness: no clock of the protocol moves.
    clock.pass(60);
    const awareOnly = { detected: { on: '2026-04-08', time: '20:00' }, awareOf: { probation: { on: '2026-04-09', time: '09:45' } }, reason: 'It was later' };
    expect((await post(officer, `/cases/${reference}/breach-times`, awareOnly)).status).toBe(200);
    expect((await post(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed' })).status).toBe(200);
    const after = await caseOf(reference);
    expect([hoursByLaw(after), after.tasks[0]?.plans.length]).toEqual([{ thurrock: '2026-04-12T07:00:00Z', probation: '2026-04-12T08:45:00Z' }, 2]);
    expect((await reporter.get(`/cases/${reference}`)).text).toContain(
      'The Probation Service became aware at 9:45am on Thursday 9 April 2026, and not at 9:15am on Thursday 9 April 2026: by law its hours end at 9:45am on Sunday 12 April 2026',
    );
    expect((await post(officer, `/cases/${reference}/breach-times`, awareOnly)).status).toBe(422);
  });
});

test('who was told in time is counted from the corrected detection, also of a partner that has acknowledged', async () => {
  const reference = await open();
  expect((await post(lead, `/cases/${reference}/tasks/T1/answers`, { kind: 'acknowledged' })).status).toBe(201);
  await caseOf(reference);
  expect(await room(officer, reference)).toMatch(/Within the 24 hours<\/strong><br>\s*It acknowledged/);
  const times = { detected: { on: '2026-04-07', time: '20:00' }, reason: 'The log says so' };
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
    expect((await caseOf(reference)).projection.openTasks).toBe(0);
    const times = { detected, reason: 'The log says so' };
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
      '2026-04-08T01:00:00Z',
      '2026-04-11T07:30:00Z',
    ]);
    const page = (await reporter.get(`/cases/${reference}`)).text;
    expect(page).toContain('The Probation Service (decision on the ICO) had until 8:00pm on Wednesday 8 April 2026, and not 8:30am on Sunday 12 April 2026, so it was late');
    expect(await room(officer, reference)).toContain('The Probation Service: to give the reasons why the ICO was told after the 72 hours');
    const again = { ...tellIco, corrects: 1 };
    const refused = (await post(probation, `/cases/${reference}/tasks/T3/answers`, again)) as { status: number; body: unknown };
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining('the 72 hours of the protocol had passed, at 8:00pm on Wednesday 8 April 2026')]);
    const explained = { ...again, particulars: { ...tellIco.particulars, delay: 'Nobody looked at the log' } };
    expect((await post(probation, `/cases/${reference}/tasks/T3/answers`, explained)).status).toBe(201);
    await caseOf(reference);
    const shown = await room(officer, reference);
    expect(shown).not.toContain('to give the reasons');
    expect(shown).toContain('to tell the ICO what is to follow');
  });

  test('an earlier time by which all was still in time asks for no reasons', async () => {
    const reference = await corrected({ on: '2026-04-09', time: '08:00' });
    expect((await caseOf(reference)).projection.tasks.map(({ answer }) => answer?.late)).toEqual([false, false, false, false, undefined]);
    expect(await room(officer, reference)).not.toContain('to give the reasons');
  });
});

describe('adding', () => {
  const add = (reference: string, partner: string, as: string, key?: string) =>
    post(officer, `/cases/${reference}/breach-partners`, { partner, as, aware: body.aware, reason: 'Its copy, too' }, key);

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

  test('after one that the case refused, the number of its task is not given again', async () => {
    const reference = await open();
    const act = jest.spyOn(web.deps.dispatch, 'act').mockImplementation((entry) => recordRefusal(entry, 'CaseEnded', web.deps));
    await add(reference, 'ecfrs', 'controller');
    act.mockRestore();
    expect((await web.deps.store.audit.of(reference, 'act-refused')).map(({ facts }) => facts['act'])).toEqual(['tasks-added']);
    expect((await add(reference, 'sericc', 'controller')).status).toBe(200);
    expect((await caseOf(reference)).tasks.slice(10).map(({ id, kind, partner }) => `${id} ${kind} ${partner}`)).toEqual([
      'T12 acknowledge sericc',
      'T13 decide-ico sericc',
      'T14 give-view sericc',
    ]);
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

/** Every controller and the owner have decided, on a breach as it is opened here. */
async function decideAll(reference: string): Promise<void> {
  for (const [username, id, kind] of [[spocOfThurrock, 'T5', 'not-told-ico'], [probation, 'T6', 'not-told-ico'], [lead, 'T7', 'do-not-tell']] as const) {
    expect((await post(username, `/cases/${reference}/tasks/${id}/answers`, { kind, ground })).status).toBe(201);
  }
  await caseOf(reference);
}

describe('the end', () => {
  async function allDecided(): Promise<string> {
    const reference = await open({ controllers: ['probation'], involved: [] });
    await post(spoc, `/cases/${reference}/tasks/T1/answers`, { kind: 'acknowledged' });
    await post(probation, `/cases/${reference}/tasks/T2/answers`, { kind: 'acknowledged' });
    await post(probation, `/cases/${reference}/tasks/T3/answers`, { kind: 'not-told-ico', ground });
    await post(spoc, `/cases/${reference}/tasks/T4/answers`, { kind: 'do-not-tell', ground });
    await hasCome(reference, 'to-close');
    return reference;
  }
  /** The case hears of an answer after that is received. */
  const hasCome = (reference: string, stage: string): Promise<void> =>
    until(`it is ${stage}`, async () => (await caseOf(reference)).projection.stage === stage, 10_000);

  test('waits for each whose own decision is to come, also as no breach or as a mistake', async () => {
    const reference = await open();
    const path = `/cases/${reference}/breach-closing`;
    const once = 'once each controller has decided on the ICO';
    expect(await room(officer, reference)).toContain(once);
    for (const page of [path, `/cases/${reference}/withdrawal`]) expect([page, (await reporter.get(page)).status]).toEqual([page, 303]);
    const refused = [
      await post(officer, path, { outcome: 'no-breach', reason: 'The folder was empty' }),
      await post(officer, `/cases/${reference}/withdrawal`, { reason: 'A mistake' }),
    ] as unknown as { status: number; body: { detail: string } }[];
    for (const { status, body: problem } of refused) expect([status, problem.detail]).toEqual([409, expect.stringContaining('Each decides for itself')]);
    await decideAll(reference);
    expect(await room(officer, reference)).not.toContain(once);
    const page = (await reporter.get(path)).text;
    expect(page).toContain('Not acknowledged yet: Essex Police; Thurrock Council; The Probation Service; Essex County Fire and Rescue Service');
    expect(page).not.toContain('It was dealt with');
    const early = await reporter.send(path, { outcome: 'dealt-with', reason: 'Done' });
    expect([early.status, early.text.includes('Somebody is still awaited')]).toEqual([409, true]);
    expect((await reporter.send(path, { outcome: 'no-breach', reason: 'The folder was empty' })).status).toBe(303);
    expect((await caseOf(reference)).projection).toMatchObject({ stage: 'closed', outcome: 'no-breach' });
  });

  test('says what was left undecided, and by whom: in the room, on the page, on record and in the mails', async () => {
    // All ladders are finished when it is reported.
    const long = { on: '2026-04-04', time: '08:30' };
    const reference = await open({ controllers: ['probation'], involved: [], detected: long, aware: long });
    await post(spoc, `/cases/${reference}/tasks/T4/answers`, { kind: 'do-not-tell', ground });
    await caseOf(reference);
    const manager = await web.signedIn(cspManager);
    expect((await manager.get(`/cases/${reference}/tasks/T3/decision`)).text).toContain('It stays on record as undecided');
    for (const id of ['T1', 'T2', 'T3']) {
      expect((await post(cspManager, `/cases/${reference}/tasks/${id}/decision`, { decision: 'left-unanswered', reason: 'It does not answer' })).status).toBe(200);
    }
    await caseOf(reference);
    const left = 'The Probation Service: decision on the ICO';
    const again = await web.signedIn(officer);
    expect((await again.get(`/cases/${reference}/breach-room`)).text).toMatch(/Left undecided\s*<\/strong>\s*since 10:00am on Thursday 9 April 2026: the CSP manager decided not to wait any longer/);
    expect((await again.get(`/cases/${reference}/breach-closing`)).text).toContain(left);
    expect((await letterOf(reference, 'to-close-5', 'requester', 'T0')).text).toContain('Left undecided: The Probation Service: whether to tell the ICO');
    expect((await post(officer, `/cases/${reference}/breach-closing`, { outcome: 'dealt-with', reason: 'All is done' })).status).toBe(200);
    const document = await caseOf(reference);
    for (const page of [`/cases/${reference}`, `/cases/${reference}/breach-room`]) {
      const { text } = await again.get(page);
      expect([page, text.includes(left), /all that was to be decided/i.test(text)]).toEqual([page, true, false]);
    }
    expect((await again.get(`/cases/${reference}`)).text).toContain('Case closed: it was dealt with. Left undecided: The Probation Service (decision on the ICO)');
    expect((await web.deps.store.audit.of(reference, 'breach-closed')).map(({ facts }) => facts['undecided'])).toEqual([['T3']]);
    expect((await (await web.signedIn(cspManager)).get(`/cases/${reference}/record`)).text).toContain(`dealt with; left undecided: ${left}`);
    const ended = (await letterOf(reference, 'ended-dealt-with', 'spoc', 'T2')).text.replaceAll(/\s+/g, ' ');
    expect(ended).toContain('Not all has come: the CSP manager did not wait any longer');
    expect(ended).toContain('Left undecided: The Probation Service: whether to tell the ICO');
    expect(document.projection.tasks[2]?.status).toBe('left-unanswered');
  });

  test('is chosen, with its reason, once nothing is awaited', async () => {
    const settled = await allDecided();
    expect(await room(officer, settled)).toContain('Close the breach, with its outcome');
    expect((await post(officer, `/cases/${settled}/breach-closing`, { outcome: 'dealt-with', reason: 'All is done' })).status).toBe(200);
    const page = await reporter.get(`/cases/${settled}`);
    expect(page.text).toContain('The case is closed: it was dealt with.');
    expect(page.text).toContain('All is done');
  });

  test('is not that all was dealt with while the ICO was told that more follows', async () => {
    const reference = await allDecided();
    const more = { kind: 'told-ico', corrects: 1, particulars: { toldAt: { on: '2026-04-09', time: '09:40' }, moreToFollow: true } };
    expect((await post(probation, `/cases/${reference}/tasks/T3/answers`, more)).status).toBe(201);
    await hasCome(reference, 'awaiting-decisions');
    expect(await room(officer, reference)).toContain('The Probation Service: to tell the ICO what is to follow');
    expect(await room('officer@essex-police.example', reference)).not.toContain('what is to follow');
    const closing = { outcome: 'dealt-with', reason: 'All is done' };
    const refused = (await post(officer, `/cases/${reference}/breach-closing`, closing)) as { status: number; body: unknown };
    expect([refused.status, JSON.stringify(refused.body).includes('has more to tell it')]).toEqual([409, true]);
    const last = { informed: { on: '2026-04-09', time: '09:45' }, isLast: true, text: 'Twelve people' };
    expect((await post(probation, `/cases/${reference}/tasks/T3/ico-information`, last)).status).toBe(200);
    expect(await room(officer, reference)).toContain('Close the breach, with its outcome');
    const news = async () => (await letterOf(reference, 'answer-received-2', 'requester', 'T3')).text.replaceAll(/\s+/g, ' ');
    const received = async () => (await (await web.signedIn(probation)).get(`/cases/${reference}/tasks/T3/received`)).text;
    expect([(await news()).includes('You need to do nothing.'), (await received()).includes('is closed by now')]).toEqual([true, false]);
    expect((await post(officer, `/cases/${reference}/breach-closing`, closing)).status).toBe(200);
    // Of what came in the instant of the end, neither hears that nothing is to be done.
    await caseOf(reference);
    expect(await news()).toContain('The breach is closed, and this changes nothing in that.');
    expect(await news()).not.toContain('You need to do nothing.');
    expect(await received()).toContain('The breach notice is closed by now, so the answer cannot be corrected any more. If something is still to come of it, speak to Thurrock Council.');
  });

  const tellsMore = { kind: 'told-ico', corrects: 1, particulars: { toldAt: { on: '2026-04-09', time: '09:40' }, moreToFollow: true } };

  test('is not held up for ever by what a controller has still to tell the ICO: the CSP manager leaves it as it is, which is seen everywhere', async () => {
    const reference = await allDecided();
    const path = `/cases/${reference}`;
    const decision = `${path}/tasks/T3/decision`;
    const leave = { decision: 'left-as-it-is', reason: 'It was asked three times' };
    // There is nothing to leave yet, neither on the page nor by the API.
    const manager = await web.signedIn(cspManager);
    expect([(await manager.get(decision)).status, (await post(cspManager, decision, leave)).body.detail]).toEqual([303, expect.stringContaining('has nothing more to tell the ICO')]);
    expect((await post(probation, `${path}/tasks/T3/answers`, tellsMore)).status).toBe(201);
    await caseOf(reference);
    expect((await post(officer, decision, leave)).status).toBe(404);
    expect((await manager.get(path)).text).toContain(`href="${decision}"`);
    expect((await manager.get(`${path}/breach-room`)).text).toContain('The Probation Service: something is still to follow for the ICO. Speak to it; if nothing comes, you can decide to leave it as it is.');
    expect(await room(officer, reference)).not.toContain('you can decide to leave it');
    const page = (await manager.get(decision)).text;
    expect([page.includes('Leave the decision on the ICO of The Probation Service as it is?'), page.includes('Ask again')]).toEqual([true, false]);
    expect(errorsOf((await manager.send(decision, { decision: 'left-as-it-is', reason: '' })).text)).toEqual(['Enter the reason']);
    expect((await manager.send(decision, leave)).headers['location']).toBe(path);

    const document = await caseOf(reference);
    expect([document.projection.stage, document.projection.tasks[2]?.answer?.icoMore]).toEqual(['to-close', 'left']);
    const left = 'What was still to follow for the ICO is left as it is, as the CSP manager decided not to wait any longer: <strong>The Probation Service</strong>';
    const again = await web.signedIn(officer);
    for (const shown of [path, `${path}/breach-room`]) expect([shown, (await again.get(shown)).text.includes(left)]).toEqual([shown, true]);
    for (const said of ['It was asked three times', 'The CSP manager decided on The Probation Service (decision on the ICO): leave it as it is']) expect((await again.get(path)).text).toContain(said);
    expect((await again.get(`${path}/breach-closing`)).text).toContain('Left as it is, without what was still to follow for the ICO: <strong>The Probation Service</strong>');
    expect((await manager.get(`${path}/record`)).text).toContain('Decided not to wait any more for what the ICO was still to be told');
    for (const step of ['to-close-4', 'ended-dealt-with'] as const) {
      const [to, id] = step === 'to-close-4' ? (['requester', 'T0'] as const) : (['spoc', 'T1'] as const);
      const text = (await letterOf(reference, step, to, id)).text.replaceAll(/\s+/g, ' ');
      expect([step, text.includes('Left as it is: The Probation Service: what was still to come of it on the ICO'), text.includes('Left undecided')]).toEqual([step, true, false]);
    }
    // It can still be told until the breach is closed, and then it waits for it again.
    const told = { informed: { on: '2026-04-09', time: '09:45' }, isLast: false, text: 'Twelve people' };
    expect((await post(probation, `${path}/tasks/T3/ico-information`, told)).status).toBe(200);
    expect((await caseOf(reference)).projection.stage).toBe('awaiting-decisions');
    expect((await post(cspManager, decision, leave)).status).toBe(200);
    expect((await post(officer, `${path}/breach-closing`, { outcome: 'dealt-with', reason: 'All is done' })).status).toBe(200);
    // Opened again it stays left, until somebody asks again.
    expect((await post(officer, `${path}/reopening`, { tasks: ['T1'], reason: 'More is known' })).status).toBe(200);
    expect((await caseOf(reference)).projection.tasks[2]?.answer?.icoMore).toBe('left');
  });

  test('of a breach that was opened before it waited for those who decide comes as it could; opened again it waits for them, too', async () => {
    const reference = await open();
    while ((await caseOf(reference)).startedAt === null) await new Promise(setImmediate);
    await web.deps.store.database.db.collection<CaseDocument>('cases').updateOne({ _id: reference }, { $unset: { 'startInput.ownDecisions': '' } });
    clock.pass(1);
    await web.deps.dispatch.start(await caseOf(reference));
    await post(probation, `/cases/${reference}/tasks/T6/answers`, { ...tellsMore, corrects: undefined });
    await caseOf(reference);
    expect(await room(officer, reference)).not.toContain('once each controller has decided on the ICO');
    const closing = (await reporter.get(`/cases/${reference}/breach-closing`)).text;
    expect(closing).toContain('More is to follow for the ICO, and the last is not on record: <strong>The Probation Service</strong>');
    expect((await (await web.signedIn(cspManager)).get(`/cases/${reference}/tasks/T6/decision`)).status).toBe(303);
    expect((await post(officer, `/cases/${reference}/breach-closing`, { outcome: 'no-breach', reason: 'The folder was empty' })).status).toBe(200);
    const document = await caseOf(reference);
    expect([document.ended, await room(officer, reference)]).toEqual([true, expect.not.stringContaining('Left undecided, as the CSP manager')]);
    const reopening = `/cases/${reference}/reopening`;
    const missing = await post(officer, reopening, { tasks: ['T1', 'T7'], reason: 'It was one after all' });
    expect([missing.status, missing.body.errors?.[0]?.message]).toEqual([422, 'Choose Thurrock Council: decision on the ICO as well: nobody has decided it yet']);
    const onPage = await reporter.send(reopening, { 'ask-T1': 'yes', 'ask-T7': 'yes', reason: 'It was one after all' });
    expect([errorsOf(onPage.text), onPage.text.includes('It was one after all')]).toEqual([['Choose Thurrock Council: decision on the ICO as well: nobody has decided it yet'], true]);
    expect((await post(officer, reopening, { tasks: ['T1', 'T5', 'T7'], reason: 'It was one after all' })).status).toBe(200);
    expect(await room(officer, reference)).toContain('once each controller has decided on the ICO');
    await caseOf(reference);
    expect((await post(officer, `/cases/${reference}/withdrawal`, { reason: 'A mistake' })).status).toBe(409);
  });

  test('reopened: whoever was told of the end is told, and who was never told is to be telephoned', async () => {
    const reference = await open({ controllers: ['probation'], involved: ['eput'] });
    for (const [username, id, kind] of [[probation, 'T4', 'not-told-ico'], [lead, 'T5', 'do-not-tell']] as const) {
      expect((await post(username, `/cases/${reference}/tasks/${id}/answers`, { kind, ground })).status).toBe(201);
    }
    await post(officer, `/cases/${reference}/tasks/T2/calls`, { called: { on: '2026-04-09', time: '09:30' }, how: 'telephone', text: 'The duty desk' });
    const mailed = (to: Recipient) => ({ event: 'notice-sent', at: thursday as IsoInstant, task: 'T1', step: 'chase', to }) as const;
    const { projection } = await caseOf(reference);
    await web.deps.store.cases.recordMails(reference, projection, [mailed('governance-lead'), mailed('csp-manager')]);
    expect((await post(officer, `/cases/${reference}/breach-closing`, { outcome: 'no-breach', reason: 'The folder was empty' })).status).toBe(200);
    await caseOf(reference);
    expect((await reporter.get(`/cases/${reference}/reopening`)).text).toContain('Everybody who was told of the breach is told that it is open again.');
    expect((await post(officer, `/cases/${reference}/reopening`, { tasks: ['T4'], reason: 'It was one after all' })).status).toBe(200);
    const again = await caseOf(reference);
    expect(again.startInput.toldOfEnd).toEqual({ T1: ['spoc', 'governance-lead'], T2: ['spoc'], T3: ['spoc'] });
    const page = await room(officer, reference);
    expect(page).toContain('Tell EPUT NHS: no mail server has taken the notice. Telephone, and put the call on record.');
    const asked = await letterOf(reference, 'request', 'spoc', 'T4');
    expect([asked.subject, asked.text.replaceAll(/\s+/g, ' ')]).toEqual([
      expect.stringMatching(/^PB-\S+ Opened again\. Personal data breach: decide/),
      expect.stringContaining('is open again. What an earlier mail said of its end does not hold any more. Your organisation is asked once more.'),
    ]);
    expect((await letterOf(reference, 'request', 'spoc', 'T1')).subject).not.toContain('Opened again');
    expect((await letterOf(reference, 'reopened-2', 'governance-lead', 'T1')).text.replaceAll(/\s+/g, ' ')).toContain('What an earlier mail said of its end does not hold any more.');
  });

  test('nothing is done on an ended breach, and reopened it has the hours that it had', async () => {
    const reference = await open();
    await decideAll(reference);
    expect((await post(officer, `/cases/${reference}/withdrawal`, { reason: 'A mistake' })).status).toBe(200);
    for (const [username, path, sent] of [
      [officer, 'tasks/T1/calls', { called: { on: '2026-04-09', time: '09:30' }, how: 'telephone', text: 'Who' }],
      [officer, 'breach-partners', { partner: 'sericc', as: 'controller', aware: body.aware, reason: 'Why' }],
      [officer, 'breach-closing', { outcome: 'no-breach', reason: 'Why' }],
      [officer, 'breach-times', {}],
      [probation, 'tasks/T6/answers', { kind: 'not-told-ico', ground }],
    ] as const) {
      const given = path === 'breach-times' ? { detected: { ...body.detected, time: '08:00' }, reason: 'Why' } : sent;
      expect([path, (await post(username, `/cases/${reference}/${path}`, given)).status]).toEqual([path, 409]);
    }
    expect((await caseOf(reference)).tasks).toHaveLength(10);
    clock.set('2026-04-20T09:00:00.000Z');
    expect((await post(officer, `/cases/${reference}/reopening`, { tasks: ['T1', 'T6'], reason: 'It was one after all' })).status).toBe(200);
    const again = await caseOf(reference);
    expect(again.tasks[0]?.plans.at(-1)).toMatchObject({ clock: 'breach-partners', dueAt: '2026-04-10T07:30:00Z' });
    expect(again.tasks[5]?.plans.at(-1)).toMatchObject({ clock: 'breach-ico', dueAt: '2026-04-12T07:30:00Z' });
    // It had decided before: no mail says that nobody has.
    const mail = async (step: string, to: Recipient) => {
      const { subject, text } = await letterOf(reference, step, to, 'T6');
      return [subject.replace(/^PB-\S+ /, ''), text.replaceAll(/\s+/g, ' ')];
    };
    const before = 'had decided whether to tell the ICO before the breach had ended, and that stays on record.';
    expect(await mail('overdue', 'governance-lead')).toEqual([
      'Opened again. Once more awaited, was due by 8:30am on Sunday 12 April 2026: personal data breach: decide whether to tell the ICO',
      expect.stringContaining(`nobody of your organisation has decided whether to tell the ICO since the breach was opened again. Your organisation ${before}`),
    ]);
    expect(await mail('overdue', 'csp-manager')).toEqual([
      'Escalated: The Probation Service has not decided whether to tell the ICO since the breach was opened again',
      expect.stringContaining(`The Probation Service ${before}`),
    ]);
    expect((await mail('request', 'spoc'))[1]).toContain(`Your organisation ${before}`);
    expect((await mail('left-undecided-4', 'spoc'))[1]).toContain('Your organisation has not decided whether to tell the ICO since the breach was opened again');
    expect((await letterOf(reference, 'overdue', 'csp-manager', 'T2')).text).not.toContain('opened again');
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
  ['ico-recorded-9', 'spoc', 'T6', /^PB-\S+ Personal data breach: Thurrock Council has put on record what you said about the ICO$/],
  ['reasons-for-delay-2', 'governance-lead', 'T6', /^PB-\S+ Personal data breach: give the reasons for a delay$/],
  ['awareness-corrected-9', 'spoc', 'T6', /^PB-\S+ Personal data breach: the hours by law were corrected$/],
  ['awareness-corrected-9', 'csp-manager', 'T6', /^PB-\S+ Personal data breach: the hours by law were corrected$/],
  ['views-in-2', 'governance-lead', 'T7', /^PB-\S+ Decide now whether the people concerned are told$/],
  ['left-undecided-4', 'governance-lead', 'T6', /^PB-\S+ Personal data breach: your organisation has not decided$/],
  ['left-as-it-is-4', 'spoc', 'T6', /^PB-\S+ Personal data breach: what was still to come is not waited for any more$/],
  ['left-as-it-is-4', 'requester', 'T6', /^PB-\S+ Personal data breach: what was still to come is not waited for any more$/],
  ['to-close-10', 'requester', 'T0', /^PB-\S+ The breach can be closed$/],
  ['ended-dealt-with', 'spoc', 'T1', /^PB-\S+ The breach is closed$/],
  ['ended-no-breach', 'deputy', 'T1', /^PB-\S+ It was no personal data breach$/],
  ['ended-withdrawn', 'spoc', 'T1', /^PB-\S+ The breach was reported by mistake$/],
  ['ended-withdrawn-2', 'spoc', 'T1', /^PB-\S+ The breach was reported by mistake$/],
  ['reopened-2', 'deputy', 'T1', /^PB-\S+ The personal data breach is open again$/],
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
  if (id === 'T6' && !step.startsWith('left-as-it-is')) for (const said of ['Became aware: 9:15am on Thursday 9 April 2026', 'By law, 72 hours from then: 9:15am on Sunday 12 April 2026']) expect(letter.text).toContain(said);
  else expect(letter.text).not.toContain('By law');
  if (to === 'csp-manager' && step === 'due-now') expect(letter.text.includes('put the call on record')).toBe(id === 'T1');
  for (const part of [letter.text, letter.html]) {
    expect(part).toContain(reference);
    for (const words of [filled.what, filled.where, filled.effect, filled.people]) expect(part).not.toContain(words);
  }
});
