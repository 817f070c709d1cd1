/**
 * Change of processor (protocol section 4) on the web: whom it tells by the rule of the protocol file, what it takes and
 * refuses, who reads an objection, how it is decided, and what is mailed. The rules of the case run in this process.
 */
import { composeNotice } from '../../activities/letters/compose';
import type { Dependencies } from '../../activities/dependencies';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { Protocol } from '../../config/protocol';
import { changeSchema, controllersToTell } from '../../api/processes/processor-objection/change';
import type { CaseDocument } from '../../store/cases';
import type { Recipient } from '../../workflows/shared/contract';
import { openedLink, linkOf } from './answering';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, hiddenOf, officer, SetClock, spoc, startWeb, thursday, type Browser, type Web } from './support';

let web: Web;
let asker: Browser;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
  runWorkflowsHere(web.deps);
  asker = await web.signedIn(officer);
}, 180_000);
afterAll(async () => web.close());

const form = '/processor-changes/new';
const ground = 'The contract names nobody who answers for a breach';
const filled = {
  step: 'check',
  processor: 'Example Storage Ltd',
  change: 'addition',
  work: 'Keeps the files of joint visits',
  guarantees: 'A contract, data in the United Kingdom',
  'categories[]': 'asb-incidents violence-incidents',
  'beginsOn-day': '1',
  'beginsOn-month': '6',
  'beginsOn-year': '2026',
} as const;
const body = {
  processor: filled.processor,
  change: 'addition',
  work: filled.work,
  guarantees: filled.guarantees,
  categories: ['asb-incidents', 'violence-incidents'],
  beginsOn: '2026-06-01',
} as const;

const post = async (username: string, path: string, sent: object, key = `key-${path}-${JSON.stringify(sent).length}`) =>
  web
    .browser()
    .agent.post(`/api/v1${path}`)
    .auth(await web.token(username), { type: 'bearer' })
    .set('Idempotency-Key', key)
    .send(sent);
const caseOf = async (reference: string): Promise<CaseDocument> => (await web.deps.store.cases.get(reference)) as CaseDocument;

let opened = 0;
async function open(): Promise<string> {
  opened += 1;
  const { status, body: answer } = (await post(officer, '/processor-changes', body, `change-${opened}`)) as { status: number; body: unknown };
  expect(status).toBe(201);
  return (answer as { reference: string }).reference;
}

/** All have answered, Essex Police with an objection. */
async function objected(): Promise<string> {
  const reference = await open();
  expect((await post(spoc, `/cases/${reference}/tasks/T1/answers`, { kind: 'objection', ground })).status).toBe(201);
  for (const { id } of (await caseOf(reference)).tasks.slice(1)) {
    const given = { kind: 'no-objection', givenByName: 'A colleague', givenHow: 'telephone', givenOn: '2026-04-09', givenTime: '09:30' };
    expect((await post(officer, `/cases/${reference}/tasks/${id}/recorded-answers`, given)).status).toBe(201);
  }
  await web.deps.dispatch.sweep().catch(() => undefined);
  for (const entry of await web.deps.store.audit.waitingOf(reference)) await web.deps.dispatch.deliver(entry);
  expect((await caseOf(reference)).projection.stage).toBe('objected');
  return reference;
}

describe('who is told', () => {
  const partner = (code: string, more: object = {}) => ({ code, kind: 'joint-controller', signedFrom: '2022-01-01', ...more });
  test('every joint controller that takes part on that day, but the one that opens it', () => {
    const organisations = [
      partner('opener'),
      partner('told'),
      partner('not-signed', { signedFrom: null }),
      partner('signs-later', { signedFrom: '2026-05-01' }),
      partner('left', { withdrawnOn: '2026-04-01' }),
      partner('processor', { kind: 'processor' }),
      partner('signatory', { kind: 'signatory' }),
    ];
    const told = controllersToTell({ organisations } as unknown as Protocol, { partner: 'opener' }, '2026-04-09' as never);
    expect(told.map(({ code }) => code)).toEqual(['told']);
  });

  test('of the shipped protocol, each with a task of its own and the time of the protocol file', async () => {
    const document = await caseOf(await open());
    expect(document).toMatchObject({
      process: 'processor-objection',
      title: 'Thurrock Council intends a change of processor',
      terms: { change: 'addition', replaces: null, categories: body.categories, beginsOn: '2026-06-01' },
      startInput: { questionPausesClock: false },
    });
    expect(document._id).toMatch(/^PC-2026-\d{4}$/);
    expect(document.tasks.map((task) => task.partner)).toEqual(['essex-police', 'probation', 'mse-icb', 'ecfrs']);
    // Ten working days from 9 April 2026, counted from the next one.
    expect(document.tasks.map(({ plans }) => plans[0]?.dueOn)).toEqual(Array(4).fill('2026-04-23'));
    expect(document.tasks[0]?.plans[0]?.rungs.map(({ step, to }) => `${step} ${to.join(' ')}`)).toEqual([
      'reminder spoc',
      'reminder-deputy spoc deputy',
      'last-day spoc deputy governance-lead',
    ]);
    expect(JSON.stringify({ ...document, content: {} })).not.toContain(filled.processor);
  });
});

describe('the form', () => {
  test('shows who is told, the answers to be checked with the last day, and that it is sent', async () => {
    const first = await asker.get(form);
    expect(first.text).toContain('Mid and South Essex Integrated Care Board');
    const check = await asker.send(form, { ...filled, step: 'data', checked: 'yes' });
    expect(check.text).toContain('Check your answers before you send the notice');
    expect(check.text).toContain('Thursday 23 April 2026');
    expect(check.text).toContain('Example Storage Ltd');
    const sent = await asker.send(form, filled);
    expect(sent.status).toBe(303);
    const page = await asker.get(String(sent.headers['location']));
    expect(page.text).toContain('Notice sent');
    expect(page.text).toContain('Reminder that the time to object ends today');
  });

  test.each<[string, object, string]>([
    ['no processor', { processor: ' ' }, 'Enter which processor is intended'],
    ['neither added nor replacing', { change: '' }, 'Choose whether the processor is added or takes the place of another'],
    ['a replacement of nobody', { change: 'replacement' }, 'Choose which processor it takes the place of'],
    ['a replacement of who is no processor', { change: 'replacement', replaces: 'essex-police' }, 'Choose a processor of the list'],
    ['no work', { work: '' }, 'Enter what it will do'],
    ['no data', { 'categories[]': '' }, 'Choose with which data'],
    ['unknown data', { 'categories[]': 'weather' }, 'Choose categories of the list'],
    ['no guarantees', { guarantees: '' }, 'Enter how the data are protected'],
    [
      'a day within the time to object',
      { 'beginsOn-day': '23', 'beginsOn-month': '4' },
      'From when must be after Thursday 23 April 2026, when the time to object ends',
    ],
  ])('refuses %s', async (_what, wrong, message) => {
    const answer = await asker.send(form, { ...filled, ...wrong });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer.text)).toContain(message);
  });

  test('a replacement of nobody is refused on the page that asks of whom, and nothing typed is lost, on either page', async () => {
    const { guarantees } = filled;
    const typed = { ...filled, change: 'replacement', 'beginsOn-year': '' };
    const answer = await asker.send(form, { ...typed, step: 'what' });
    expect(answer.status).toBe(422);
    expect(errorsOf(answer.text)).toEqual(['Choose which processor it takes the place of']);
    expect(answer.text).toContain('<a href="#replaces">');
    expect(answer.text).toMatch(new RegExp(`name="processor"[^>]* value="${filled.processor}"`));
    expect(answer.text).toMatch(/value="replacement" checked/);
    expect(answer.text).toContain(`${filled.work}</textarea>`);
    expect(hiddenOf(answer.text, form)).toMatchObject({ guarantees, 'categories[]': filled['categories[]'], 'beginsOn-day': '1' });
    // With it chosen the next page comes, with what was typed there before; only then is it looked at.
    const next = await asker.send(form, { ...typed, replaces: 'sericc', step: 'what' });
    expect([next.status, errorsOf(next.text)]).toEqual([200, []]);
    expect(next.text).toContain(`${guarantees}</textarea>`);
    expect(hiddenOf(next.text, form)).toMatchObject({ replaces: 'sericc', processor: filled.processor, work: filled.work });
    const last = await asker.send(form, { ...typed, replaces: 'sericc', step: 'data' });
    expect(errorsOf(last.text)).toEqual(['From when must include a year']);
  });

  test('who may not change a processor is told so at the first field, before the second page is filled in', () => {
    const { protocol, holidays } = web.deps;
    const { processor, change, work } = filled;
    const read = changeSchema({ partner: 'nobody' }, { protocol, holidays, today: '2026-04-09' as IsoDate }).safeParse({ processor, change, work });
    expect(read.error?.issues.find(({ path }) => path[0] === 'processor')?.message).toMatch(/^Your organisation .*, so it cannot change a processor/);
  });

  test('what a replacement needs is dropped where the processor is added', async () => {
    const sent = await asker.send(form, { ...filled, replaces: 'sericc' });
    expect(sent.status).toBe(303);
  });

  test('the same form twice is one notice; changed, it is refused', async () => {
    const first = await post(officer, '/processor-changes', body, 'twice');
    const again = await post(officer, '/processor-changes', body, 'twice');
    expect((again.body as { reference: string }).reference).toBe((first.body as { reference: string }).reference);
    clock.pass(24 * 60);
    expect((await post(officer, '/processor-changes', body, 'twice')).status).toBe(201);
    clock.set(thursday);
    expect((await post(officer, '/processor-changes', { ...body, work: 'Something else' }, 'twice')).status).toBe(409);
  });

  test('is not for who is no staff', async () => {
    expect((await post(cspManager, '/processor-changes', body, 'manager')).status).toBe(403);
    expect((await (await web.signedIn(cspManager)).get(form)).status).toBe(403);
  });
});

describe('answering', () => {
  test('by the link: what is to change is shown after the code, and an objection needs its ground', async () => {
    const reference = await open();
    const link = await linkOf(web, reference);
    const landing = await web.browser().get(link);
    expect(landing.text).toContain('Thurrock Council tells Essex Police of a change of processor');
    expect(landing.text).not.toContain(filled.processor);
    const holder = await openedLink(web, reference, link);
    const page = await holder.get(`${link}/answer`);
    expect(page.text).toContain(filled.processor);
    expect(page.text).toContain('We do not object');
    // An answer that gives no information away has no files and no handling conditions.
    expect(page.text).not.toContain('Protective marking');
    const lacking = await holder.send(`${link}/answer`, { kind: 'objection', ground: '' });
    expect(errorsOf(lacking.text)).toEqual(['Enter why you object']);
    expect(errorsOf((await holder.send(`${link}/answer`, { kind: 'refused', ground })).text)).toEqual(['Choose how you answer']);
    expect((await holder.send(`${link}/answer`, { kind: 'objection', ground })).status).toBe(303);
    const [answer] = await web.deps.store.answers.of(reference);
    expect(answer).toMatchObject({ kind: 'objection', task: 'T1', categories: [], files: [] });
    expect(await web.deps.store.disclosures.count({ partners: null, caseRef: reference })).toBe(0);
  });

  test('an objection is read by whoever opened it and by the CSP manager, and by no other controller', async () => {
    const reference = await objected();
    for (const username of [officer, cspManager, spoc]) {
      expect([username, (await (await web.signedIn(username)).get(`/cases/${reference}`)).text.includes(ground)]).toEqual([username, true]);
    }
    for (const username of ['spoc@probation.example', 'manager@thurrock.example', 'housing.officer@thurrock.example']) {
      const page = await (await web.signedIn(username)).get(`/cases/${reference}`);
      expect([username, page.status, page.text.includes(ground)]).toEqual([username, 200, false]);
    }
  });
});

describe('the decision', () => {
  test('is not offered or taken while nobody has objected', async () => {
    const reference = await open();
    expect((await asker.get(`/cases/${reference}`)).text).not.toContain('Go on in spite of the objection');
    expect((await asker.get(`/cases/${reference}/decisions/go-on`)).headers['location']).toBe(`/cases/${reference}`);
    expect((await asker.get(`/cases/${reference}/decisions/give-up`)).status).toBe(404);
    const refused = await post(officer, `/cases/${reference}/decision`, { decision: 'go-on', reason: 'Needed' });
    expect(refused.status).toBe(409);
    expect((refused.body as { detail: string }).detail).toContain('nobody has objected');
  });

  test('to go on needs a reason, which those who objected can read by their link until the case closes', async () => {
    const reference = await objected();
    const path = `/cases/${reference}/decisions/go-on`;
    expect((await asker.get(`/cases/${reference}`)).text).toContain('Go on in spite of the objection');
    expect(errorsOf((await asker.send(path, { reason: '' })).text)).toEqual(['Enter the reason']);
    const why = 'The contract was put right';
    expect((await asker.send(path, { reason: why })).headers['location']).toBe(`/cases/${reference}`);
    expect((await caseOf(reference)).projection).toMatchObject({ stage: 'going-on', outcome: null });
    const page = await asker.get(`/cases/${reference}`);
    expect(page.text).toContain('decided to go on in spite of an objection');
    expect(page.text).toContain(why);
    const link = await linkOf(web, reference);
    expect((await (await openedLink(web, reference, link)).get(`${link}/answer`)).text).toContain(why);
    expect((await (await web.signedIn('manager@thurrock.example')).get(`/cases/${reference}`)).text).not.toContain(why);
  });

  test('is made anew once another controller objects before the case has closed', async () => {
    const reference = await objected();
    expect((await post(officer, `/cases/${reference}/decision`, { decision: 'go-on', reason: 'Needed' })).status).toBe(200);
    const { tasks } = await caseOf(reference);
    const ofProbation = tasks.find(({ partner }) => partner === 'probation')?.id ?? '';
    expect((await post('spoc@probation.example', `/cases/${reference}/tasks/${ofProbation}/answers`, { kind: 'objection', ground, corrects: 1 })).status).toBe(201);
    for (const entry of await web.deps.store.audit.waitingOf(reference)) await web.deps.dispatch.deliver(entry);
    expect((await caseOf(reference)).projection).toMatchObject({ stage: 'objected', closeAt: null });
    expect((await asker.get(`/cases/${reference}`)).text).toContain('Go on in spite of the objection');
  });

  test('there is nothing to confirm, to extend, or to count from another day', async () => {
    const reference = await objected();
    const page = (await asker.get(`/cases/${reference}`)).text;
    for (const absent of ['Confirm and close', 'Give more time', 'Correct the day of receipt']) expect(page).not.toContain(absent);
    for (const [path, sent] of [
      ['confirmation', {}],
      ['tasks/T2/extension', { reason: 'More time' }],
      ['correction', { from: '2026-04-01', reason: 'Earlier' }],
    ] as const) {
      expect([path, (await post(officer, `/cases/${reference}/${path}`, sent)).status]).toEqual([path, 409]);
    }
  });

  test('withdrawn, and opened again: the controllers that are told again have a new time', async () => {
    const reference = await objected();
    expect((await post(officer, `/cases/${reference}/withdrawal`, { reason: 'Not needed' })).status).toBe(200);
    const closed = await caseOf(reference);
    expect(closed.projection).toMatchObject({ stage: 'closed', outcome: 'withdrawn' });
    expect((await post(officer, `/cases/${reference}/reopening`, { tasks: ['T1'], reason: 'Needed after all' })).status).toBe(200);
    const again = await caseOf(reference);
    expect(again).toMatchObject({ run: 2, ended: false, projection: { stage: 'awaiting-answers' }, policy: { clockId: 'processor-objection' } });
    expect(again.tasks[0]?.plans.at(-1)).toMatchObject({ clock: 'processor-objection', reason: 'reopened', dueOn: '2026-04-23' });
    // All of them were told that the processor does not change.
    expect(again.startInput.toldOfEnd).toEqual(Object.fromEntries(again.tasks.map(({ id }) => [id, ['spoc']])));
  });

  test('opened again too late for the day on which it was to begin, it has to begin on another one', async () => {
    const reference = await objected();
    const { beginsOn } = (await caseOf(reference)).terms;
    await post(officer, `/cases/${reference}/withdrawal`, { reason: 'Not needed' });
    clock.set(`${String(beginsOn)}T09:00:00.000Z`);
    const reopening = async (more: object) => {
      const answer = await post(officer, `/cases/${reference}/reopening`, { tasks: ['T1'], reason: 'Needed after all', ...more });
      return `${answer.status} ${JSON.stringify(answer.body)}`;
    };
    expect(await reopening({})).toMatch(/^422.*From when must be after .*, when the time to object ends/);
    expect(await reopening({ panelOn: '2026-12-01' })).toMatch(/^422.*a case of this kind has no such date/);
    const form = await (await web.signedIn(officer)).get(`/cases/${reference}/reopening`);
    expect(form.text).toContain('From when is it to process data?');
    expect(form.text).toContain('another date has to be set below first');
    expect(await reopening({ beginsOn: '2026-12-01' })).toMatch(/^200/);
    expect((await caseOf(reference)).terms['beginsOn']).toBe('2026-12-01');
    clock.set(thursday);
  });
});

test.each<[string, Recipient, RegExp]>([
  ['request', 'spoc', /^PC-\S+ Change of processor: you can object until Thursday 23 April 2026$/],
  ['reminder', 'spoc', /^PC-\S+ Reminder: you can object until Thursday 23 April 2026$/],
  ['last-day', 'governance-lead', /^PC-\S+ Reminder: you can object until/],
  ['answer-received-1', 'requester', /^PC-\S+ Essex Police objects$/],
  ['objection-1', 'csp-manager', /^PC-\S+ Essex Police objects to a change of processor$/],
  ['objection-lifted-2', 'csp-manager', /^PC-\S+ Essex Police does not object any more$/],
  ['to-decide', 'requester', /^PC-\S+ The change of processor is to be decided$/],
  ['to-decide', 'csp-manager', /^PC-\S+ The change of processor is to be decided$/],
  ['no-objection', 'requester', /^PC-\S+ Nobody objected to the change of processor$/],
  ['gone-on', 'deputy', /^PC-\S+ The change of processor goes on$/],
  ['withdrawn', 'spoc', /^PC-\S+ Withdrawn: the processor does not change$/],
  ['reopened-2', 'spoc', /^PC-\S+ Opened again: the change of processor$/],
  ['passed-on-2', 'spoc', /^PC-\S+ Change of processor passed on to you/],
  ['asked-again-4', 'deputy', /^PC-\S+ Told again/],
])('the mail %s to the %s says what it is about and nothing of what was written', async (step, to, subject) => {
  const reference = await objected();
  const { store, protocol, holidays, settings } = web.deps;
  const document = await caseOf(reference);
  const [task] = document.tasks;
  if (task === undefined) throw new Error('There is no task.');
  const letter = await composeNotice(
    {
      notice: { task: 'T1', step, clockVersion: 1, to: [to], chase: false },
      to,
      document,
      task,
      answer: await store.answers.ofTask(reference, task),
      now: thursday as IsoInstant,
    },
    { store, protocol, holidays, publicUrl: settings.PUBLIC_URL } as unknown as Dependencies,
  );
  expect(letter.subject).toMatch(subject);
  for (const part of [letter.text, letter.html]) {
    expect(part).toContain(reference);
    for (const words of [filled.processor, filled.work, ground]) expect(part).not.toContain(words);
  }
});
