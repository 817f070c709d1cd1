/**
 * The ASB case review by page, by link and by API, with a real store: its form, its board, its pack, what is recorded of
 * panel and applicant, and who sees what of it.
 */
import { ActRejected } from '../../dispatch';
import type { IsoDate } from '../../config/clock';
import { applyToStore } from '../../dispatch/apply';
import { recordRefusal } from '../../dispatch/word';
import { outcomeOf } from '../../api/processes/asb-case-review/acts';
import { planRecording, toDoInReview } from '../../api/processes/asb-case-review/duties';
import type { Account } from '../../store/accounts';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import { composeNotice, taskOf } from '../../activities/letters/compose';
import type { Dependencies } from '../../activities/dependencies';
import { reachOf } from '../../dispatch/addresses';
import { readPdf } from '../support/read-pdf';
import { openedLink } from './answering';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, hiddenOf, officer, SetClock, spoc, startWeb, thursday, unescaped, type Browser, type Web } from './support';

const reviewSpoc = 'asb-review@thurrock.example';
const probationSpoc = 'spoc@probation.example';
const policeOfficer = 'officer@essex-police.example';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
  runWorkflowsHere(web.deps);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => clock.set(thursday));

const form = '/asb-case-reviews/new';
const date = (name: string, iso: string) => {
  const [year = '', month = '', day = ''] = iso.split('-');
  return { [`${name}-day`]: day, [`${name}-month`]: month, [`${name}-year`]: year };
};
const headingOf = (html: string) => /<h1[^>]*>([^<]*)/.exec(html)?.[1]?.trim();
const textOf = (html: string) => unescaped(html.replaceAll(/<[^>]+>/g, ' ')).replaceAll(/\s+/g, ' ');

const complaints = [
  ['2026-02-10', '2026-02-12'],
  ['2026-03-01', '2026-03-20'],
  ['2026-03-28', '2026-04-01'],
] as const;
const complaintFields = (some: readonly (readonly [string, string])[] = complaints) =>
  Object.assign({}, ...some.map(([behaviour, complained], index) => ({
    ...date(`complaint${index + 1}-behaviourOn`, behaviour),
    ...date(`complaint${index + 1}-complainedOn`, complained),
    [`complaint${index + 1}-complainedTo`]: 'Housing team, ref 77',
  }))) as Record<string, string>;

/** As the form posts it from the page on which the answers are checked. */
const filled = {
  step: 'check',
  ...date('appliedOn', '2026-04-08'),
  applicantName: 'Robin Applicant',
  applicantContact: 'By letter only, 1 Example Close',
  victimName: 'Sam Victim',
  persons: 'Sam Victim, born 1 January 1990; Jordan Example of 2 Example Close',
  behaviour: 'Loud nights and threats since January',
  ...complaintFields(),
  decision: 'granted',
  'asked[]': 'essex-police probation',
  legalBasis: 'public-task',
  statute: 'anti-social-behaviour-2014',
  due: 'clock',
};
const body = {
  appliedOn: '2026-04-08',
  applicantName: 'Robin Applicant',
  persons: 'Sam Victim, born 1 January 1990',
  behaviour: 'Loud nights',
  complaints: complaints.map(([behaviourOn, complainedOn]) => ({ behaviourOn, complainedOn })),
  asked: [{ partner: 'essex-police' }, { partner: 'probation' }],
  legalBasis: 'public-task',
};

const refOf = (location: unknown): string => /CR-\d{4}-\d{4,}/.exec(String(location))?.[0] ?? '';
async function opened(browser: Browser, fields: Record<string, string> = {}): Promise<string> {
  const sent = await browser.send(form, { ...filled, ...fields });
  const reference = refOf(sent.headers['location']);
  if (reference === '') throw new Error(`No review was opened: ${sent.status} ${errorsOf(sent.text).join('; ')}`);
  return reference;
}
/** As whoever has read the outcome in force names it. */
const seenIn = async (reference: string): Promise<{ readonly outcomeSeen?: string }> => {
  const name = outcomeOf(await caseOf(reference), await web.deps.store.audit.of(reference))?.name;
  return name === undefined ? {} : { outcomeSeen: name };
};
const caseOf = async (reference: string): Promise<CaseDocument> => (await web.deps.store.cases.get(reference)) as CaseDocument;
const actsOf = async (reference: string, act: AuditEntry['act']): Promise<AuditEntry[]> =>
  (await web.deps.store.audit.of(reference)).filter((entry) => entry.act === act);
const settled = async (reference: string, is: (document: CaseDocument) => boolean): Promise<CaseDocument> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const document = await caseOf(reference);
    if (is(document)) return document;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${reference} did not come so far.`);
};
const call = async (username: string, method: 'get' | 'post', path: string, sent?: object, key?: string) => {
  const request = web.browser().agent[method](`/api/v1${path}`).set('Authorization', `Bearer ${await web.token(username)}`);
  if (key !== undefined) void request.set('Idempotency-Key', key);
  return sent === undefined ? request : request.send(sent);
};

describe('the form', () => {
  test('leads through its pages, shows how each complaint was counted, and the dates before it is sent', async () => {
    const browser = await web.signedIn(reviewSpoc);
    const typed = filled;
    let page = await browser.get(form);
    const headings = [headingOf(page.text)];
    const pages: Record<string, string>[] = [
      Object.fromEntries(Object.entries(typed).filter(([name]) => /^(appliedOn|applicant|victim|persons|behaviour)/.test(name))),
      complaintFields(),
      { decision: 'granted' },
      { 'asked[]': filled['asked[]'], allReason: '', unlistedReason: '' },
      { legalBasis: 'public-task', specialBasis: '', statute: 'anti-social-behaviour-2014' },
      { ...date('panelOn', '2026-05-06'), due: 'panel', ...date('dueOn', '--') },
    ];
    for (const fields of pages) {
      page = await browser.post(form, { ...hiddenOf(page.text, form), ...fields });
      headings.push(headingOf(page.text));
      if (headings.length === 3) {
        expect(textOf(page.text)).toContain('3 qualifying complaints, and 3 are required: the threshold is met, and the review must be carried out.');
        expect(page.text).not.toContain('name="grantedReason"');
      }
    }
    expect(headings).toEqual([
      'Who has applied, and what has happened?',
      'Which complaints were made?',
      'Is the threshold met?',
      'Whom do you ask?',
      'On what basis is it shared?',
      'By when do they answer?',
      'Check your answers before you open the review',
    ]);
    expect(page.text).not.toContain('the same recipient as one before');
    // Five working days before Wednesday 6 May 2026, over the early May bank holiday.
    expect(textOf(page.text)).toContain('Essex Police the end of Tuesday 28 April 2026');
    expect(textOf(page.text)).toContain('Mon 4 May 2026: Early May bank holiday, not counted');
    const sent = await browser.post(form, hiddenOf(page.text, form));
    const reference = refOf(sent.headers['location']);
    const document = await caseOf(reference);
    expect(document.tasks.map(({ partner, plans }) => [partner, plans[0]?.dueOn])).toEqual([
      ['essex-police', '2026-04-28'],
      ['probation', '2026-04-28'],
    ]);
    expect(document.terms).toMatchObject({ threshold: 'obliged', panelOn: '2026-05-06', panel: [], identifiability: 'personal' });
    expect(JSON.stringify(document)).not.toMatch(/Robin|Sam Victim|Loud nights/);
    expect((await browser.get(`/cases/${reference}/sent`)).status).toBe(200);
  });

  test('says before it is sent that a complaint was entered twice', async () => {
    const browser = await web.signedIn(reviewSpoc);
    let page = await browser.get(form);
    const twice = complaintFields([complaints[0], complaints[1], complaints[1]]);
    const application = Object.fromEntries(Object.entries(filled).filter(([name]) => /^(appliedOn|applicant|victim|persons|behaviour)/.test(name)));
    const pages: Record<string, string>[] = [
      application,
      twice,
      { decision: 'granted' },
      { 'asked[]': filled['asked[]'], allReason: '', unlistedReason: '' },
      { legalBasis: 'public-task', specialBasis: '', statute: 'anti-social-behaviour-2014' },
      { ...date('panelOn', '2026-05-06'), due: 'panel', ...date('dueOn', '--') },
    ];
    for (const fields of pages) page = await browser.post(form, { ...hiddenOf(page.text, form), ...fields });
    expect(headingOf(page.text)).toBe('Check your answers before you open the review');
    expect(textOf(page.text)).toContain('Complaint 3: the same days and the same recipient as one before. Only complaints of different incidents count.');
  });

  test('below the count a reason is needed, and one page more shows the next complaint', async () => {
    const browser = await web.signedIn(reviewSpoc);
    const two = { ...filled, ...date('complaint3-behaviourOn', '--'), ...date('complaint3-complainedOn', '--'), 'complaint3-complainedTo': '' };
    const refused = await browser.send(form, two);
    expect([refused.status, errorsOf(refused.text)]).toEqual([422, ['Enter why the threshold is met, or not']]);
    const reference = await opened(browser, { ...two, grantedReason: 'A child lives there' });
    expect((await caseOf(reference)).terms['threshold']).toBe('granted');
    const another = await browser.send(form, { ...two, step: 'complaints', go: 'complaints' });
    expect(another.text).toContain('id="complaint3"');
    const more = await browser.send(form, { ...filled, step: 'complaints', go: 'complaints' });
    expect(more.text).toContain('id="complaint4"');
  });

  test('a reason that was typed before something else was chosen is neither shown nor kept', async () => {
    const browser = await web.signedIn(reviewSpoc);
    const typed = {
      ...filled,
      ...complaintFields(complaints.slice(2)),
      ...date('complaint2-behaviourOn', '--'),
      ...date('complaint2-complainedOn', '--'),
      'complaint2-complainedTo': '',
      ...date('complaint3-behaviourOn', '--'),
      ...date('complaint3-complainedOn', '--'),
      'complaint3-complainedTo': '',
      grantedReason: 'A child lives there',
      notGrantedReason: 'It was one evening',
      allReason: 'They were all there',
      unlistedReason: 'They know the street',
      ...date('dueOn', '2026-04-20'),
    };
    const checked = textOf((await browser.send(form, { ...typed, step: 'when' })).text);
    expect(checked).toContain('A child lives there');
    expect(checked).not.toMatch(/one evening|all there|know the street/);
    const reference = await opened(browser, typed);
    const { cipher } = web.deps.store;
    const { _id, key, content } = await caseOf(reference);
    expect(JSON.parse(cipher.open(key, _id, 'request', content['request'] ?? ''))).toMatchObject({ decisionReason: 'A child lives there', allReason: '', unlistedReason: '' });
    const wrong = await browser.send(form, { ...typed, decision: 'not-granted', notGrantedReason: '' });
    expect([errorsOf(wrong.text), wrong.text.includes('href="#notGrantedReason"')]).toEqual([['Enter why the threshold is met, or not'], true]);
  });

  test('three that qualify oblige: it cannot be refused', async () => {
    const browser = await web.signedIn(reviewSpoc);
    const { status, text } = await browser.send(form, { ...filled, decision: 'not-granted' });
    expect([status, errorsOf(text)]).toEqual([303, []]);
    const api = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, decision: 'not-granted', asked: [] });
    expect([api.status, JSON.stringify(api.body)]).toEqual([422, expect.stringContaining('The review must be carried out: 3 complaints qualify')]);
  });

  test.each([
    ['nobody', { asked: [] }, 'Choose whom you ask'],
    ['one that shares anonymised data only', { asked: [{ partner: 'btuh' }] }, 'shares anonymised information only'],
    ['one for which nothing is listed, without a reason', { asked: [{ partner: 'riverview' }] }, 'section 2 of the protocol lists nothing'],
    ['one twice', { asked: [{ partner: 'probation' }, { partner: 'probation' }] }, 'is asked twice'],
    ['one that is not of the protocol', { asked: [{ partner: 'nobody' }] }, 'is not part of the protocol'],
    ['without a legal basis', { legalBasis: '' }, 'Choose the legal basis'],
    ['by a panel that has no day', { due: 'panel' }, 'Enter the date of the panel'],
    ['by a panel on a Sunday', { due: 'panel', panelOn: '2026-05-10' }, 'The panel must meet on a working day'],
    ['by a chosen day after the panel', { due: 'chosen', dueOn: '2026-05-08', panelOn: '2026-05-07' }, 'Due date must be before the panel'],
    ['with a panel before the answers are due', { panelOn: '2026-04-15' }, 'The panel must meet after Thursday 23 April 2026'],
    ['with a panel on a Sunday, whatever sets the due date', { panelOn: '2026-05-10' }, 'The panel must meet on a working day'],
    ['by a day that has passed', { due: 'chosen', dueOn: '2026-04-09' }, 'The due date must be Friday 10 April 2026 or later'],
    ['with a complaint before its behaviour', { complaints: [{ behaviourOn: '2026-03-02', complainedOn: '2026-03-01' }] }, 'on or after the day of the behaviour'],
    ['applied for tomorrow', { appliedOn: '2026-04-10' }, 'must be today or in the past'],
  ])('is refused with %s', async (_, change, message) => {
    const refused = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, ...change });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining(message)]);
  });

  test('asking every partner needs its reason', async () => {
    const { protocol } = web.deps;
    const asked = protocol.organisations
      .filter(({ code, signedFrom }) => code !== 'thurrock' && signedFrom !== null && code !== 'btuh')
      .map(({ code }) => ({ partner: code }))
      .concat([{ partner: 'thurrock', team: 'housing' } as { partner: string }]);
    const all = { ...body, asked, unlistedReason: 'They know the street' };
    const refused = await call(reviewSpoc, 'post', '/asb-case-reviews', all);
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining('Enter why every partner is asked')]);
    expect((await call(reviewSpoc, 'post', '/asb-case-reviews', { ...all, allReason: 'It reaches over the whole borough' })).status).toBe(201);
  });

  test('the same form sent twice is one review; another under its key is refused', async () => {
    const first = await call(reviewSpoc, 'post', '/asb-case-reviews', body, 'twice');
    const again = await call(reviewSpoc, 'post', '/asb-case-reviews', body, 'twice');
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toHaveProperty('reference', (first.body as { reference: string }).reference);
    expect((await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, behaviour: 'Something else' }, 'twice')).status).toBe(409);
  });

  test('only a review SPOC opens one', async () => {
    expect((await (await web.signedIn(officer)).get(form)).status).toBe(403);
    expect((await call(officer, 'post', '/asb-case-reviews', body)).status).toBe(403);
  });
});

test('the threshold is not met: nobody is asked, the applicant is told, and it is kept', async () => {
  const browser = await web.signedIn(reviewSpoc);
  const one = { ...date('complaint2-behaviourOn', '--'), ...date('complaint2-complainedOn', '--'), 'complaint2-complainedTo': '', ...date('complaint3-behaviourOn', '--'), ...date('complaint3-complainedOn', '--'), 'complaint3-complainedTo': '' };
  const reference = await opened(browser, { ...one, decision: 'not-granted', notGrantedReason: 'It was one evening' });
  const document = await settled(reference, ({ projection }) => projection.stage === 'not-granted');
  expect([document.tasks, document.terms['threshold']]).toEqual([[], 'not-granted']);
  const page = textOf((await browser.get(`/cases/${reference}`)).text);
  expect(page).toContain('The threshold is not met. The applicant is to be told the decision by the end of Thursday 16 April 2026 , in 5 working days.');
  expect(page).not.toContain('Collation board');
  expect((await browser.send(`/cases/${reference}/outcome`, {}, `/cases/${reference}`)).status).toBe(422);
  await browser.send(`/cases/${reference}/applicant-told`, { of: 'decision', ...date('toldOn', '2026-04-09'), how: 'letter' });
  await settled(reference, ({ projection }) => projection.stage === 'applicant-told');
  await browser.send(`/cases/${reference}/closing`, {});
  const ended = await settled(reference, ({ ended: isEnded }) => isEnded);
  expect(ended.projection.outcome).toBe('threshold-not-met');
  // Not satisfied after all: it is opened again, without asking anybody, and what was told stays told.
  expect((await browser.get(`/cases/${reference}`)).text).toContain(`/cases/${reference}/reopening`);
  expect((await browser.get(`/cases/${reference}/reopening`)).text).not.toContain('Who is asked again?');
  await browser.send(`/cases/${reference}/reopening`, { reason: 'The applicant is not satisfied' });
  const again = await settled(reference, ({ run, startedAt }) => run === 2 && startedAt !== null);
  expect([again.ended, again.projection.stage]).toEqual([false, 'applicant-told']);
  const said = { receivedOn: '2026-04-09', text: 'It was no single evening', looksAgain: 'Head of housing' };
  expect((await call(reviewSpoc, 'post', `/cases/${reference}/not-satisfied`, said)).status).toBe(200);
  expect((await caseOf(reference)).projection).toMatchObject({ stage: 'looked-at-again', duties: ['looking-again-1'] });
});

describe('a review', () => {
  let reference: string;
  let browser: Browser;
  beforeAll(async () => {
    clock.set(thursday);
    browser = await web.signedIn(reviewSpoc);
    reference = await opened(browser, { 'asked[]': 'essex-police probation ecfrs' });
    await settled(reference, ({ startedAt }) => startedAt !== null);
  });

  test('is answered by link, in its own words: the partner sees whom to look for, and nothing of the applicant', async () => {
    const link = `/t/${await web.deps.store.links.issue(reference, 'T1', 'spoc', 1)}`;
    const holder = await openedLink(web, reference, link);
    const { text } = await holder.get(`${link}/answer`);
    const shown = textOf(text);
    for (const said of ['Jordan Example of 2 Example Close', 'Loud nights and threats', 'We hold information, and share all of it', 'Nil return: we hold nothing', 'On what ground you refuse']) {
      expect(shown).toContain(said);
    }
    expect(shown).not.toMatch(/Robin Applicant|By letter only|Housing team, ref 77/);
    const sent = await holder.send(`${link}/answer`, {
      kind: 'holds-part-withheld',
      shared: 'Three calls in March',
      leftOut: 'The name of a witness',
      marking: 'official-sensitive',
      notToBeRevealed: 'yes',
      handling: 'Read at the panel only',
      'categories[]': 'asb-incidents',
    });
    expect(sent.headers['location']).toBe(`${link}/received`);
    const { projection } = await settled(reference, (document) => document.projection.tasks[0]?.status === 'answered');
    expect(projection.tasks[0]?.answer).toMatchObject({ kind: 'holds-part-withheld', late: false });
    const [line] = await web.deps.store.disclosures.list({ partners: null, caseRef: reference }, 10);
    expect(line).toMatchObject({ from: { partner: 'essex-police' }, categories: ['asb-incidents'], inFull: false, identifiability: 'personal' });
  });

  test('is answered signed in: a nil return', async () => {
    const probation = await web.signedIn(probationSpoc);
    await probation.send(`/cases/${reference}/tasks/T2/answer`, { kind: 'nil-return' });
    await settled(reference, ({ projection }) => projection.tasks[1]?.status === 'answered');
  });

  test('has a board: who holds, who has nothing, who is silent', async () => {
    const page = textOf((await browser.get(`/cases/${reference}/board`)).text);
    expect(page).toContain('2 of 3 have answered.');
    expect(page).toMatch(/Holds 0 Holds, part withheld 1 Nil return 1 Refused 0 Silent 1/);
    const api = await call(reviewSpoc, 'get', `/cases/${reference}/board`);
    expect((api.body as { rows: { name: string; column: string }[] }).rows.map(({ name, column }) => [name, column])).toEqual([
      ['Essex Police', 'holds-part-withheld'],
      ['The Probation Service', 'nil-return'],
      [expect.stringContaining('Fire'), 'silent'],
    ]);
    expect((await actsOf(reference, 'content-viewed')).some(({ facts }) => JSON.stringify(facts['what']) === '["board"]')).toBe(true);
  });

  test.each([officer, spoc, policeOfficer, cspManager])('shows neither board nor pack to %s', async (who) => {
    const other = await web.signedIn(who);
    for (const page of ['board', 'pack', 'pack.pdf', 'outcome', 'panel', 'schedule', 'applicant-told', 'not-satisfied', 'looked-at-again', 'closing']) {
      expect([page, (await other.get(`/cases/${reference}/${page}`)).status]).toEqual([page, 404]);
    }
    expect((await other.get(`/cases/${reference}`)).text).not.toMatch(/Robin Applicant|By letter only|Housing team/);
  });

  test('the panel that is named sees all of it, until it is named without them', async () => {
    await browser.send(`/cases/${reference}/panel`, { members: `${policeOfficer}\nnobody@nowhere.example` });
    expect((await caseOf(reference)).terms['panel']).toEqual([]);
    await browser.send(`/cases/${reference}/panel`, { members: `${policeOfficer} ${cspManager}` });
    await settled(reference, ({ terms }) => (terms['panel'] as string[]).length === 2);
    const member = await web.signedIn(policeOfficer);
    expect((await member.get(`/cases/${reference}/board`)).status).toBe(200);
    expect((await member.get(`/cases/${reference}/pack`)).text).toContain('Three calls in March');
    expect((await member.get(`/cases/${reference}/outcome`)).status).toBe(404);
    await browser.send(`/cases/${reference}/panel`, { members: '' });
    await settled(reference, ({ terms }) => (terms['panel'] as string[]).length === 0);
    expect((await member.get(`/cases/${reference}/pack`)).status).toBe(404);
  });

  test('has a pack: what each gave under its conditions, what is missing; on record, never kept', async () => {
    const hidden = 'What these gave is not to be revealed to the person concerned: Essex Police. Leave it out of what the applicant is told.';
    for (const page of ['outcome', 'letters/decision']) expect(textOf((await browser.get(`/cases/${reference}/${page}`)).text)).toContain(hidden);
    const seenBefore = (await actsOf(reference, 'content-viewed')).length;
    const page = await browser.get(`/cases/${reference}/pack`);
    const said = textOf(page.text);
    const inOrder = [
      'How this must be handled',
      'Marked OFFICIAL-SENSITIVE',
      'Essex Police: Not to be revealed to the person concerned',
      'At a glance',
      'What is missing',
      'Essex Police withheld a part.',
      'has not answered. Due by the end of',
      'The application',
      'Robin Applicant on Wednesday 8 April 2026',
      'Housing team, ref 77',
      'What each partner gave',
      'Handling conditions',
      'Three calls in March',
      'The name of a witness',
      'Nil return',
    ];
    const places = inOrder.map((text) => said.indexOf(text, 0));
    expect(inOrder.filter((_, index) => places[index] === -1)).toEqual([]);
    expect(said).not.toContain('By letter only');
    expect(page.headers['cache-control']).toContain('no-store');

    const sent = await browser.get(`/cases/${reference}/pack.pdf`).buffer(true).parse((response, done) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => done(null, Buffer.concat(parts)));
    });
    expect([sent.status, sent.headers['content-type'], sent.headers['cache-control']]).toEqual([200, 'application/pdf', 'no-store']);
    expect(sent.headers['content-disposition']).toBe(`attachment; filename="${reference} collated.pdf"`);
    const pdf = await readPdf(sent.body as Buffer);
    expect(pdf).toMatchObject({ title: `ASB case review ${reference}: collated information`, language: 'en-GB', isTagged: true });
    const text = pdf.pages.map((each) => each.text).join('\n');
    for (const part of ['Three calls in March', 'The name of a witness', 'Marked OFFICIAL-SENSITIVE', 'for the review SPOC and the panel only. Marked OFFICIAL-SENSITIVE. Page 2 of 2']) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('By letter only');
    const seen = (await actsOf(reference, 'content-viewed')).slice(seenBefore).map(({ facts }) => JSON.stringify(facts['what']));
    expect(seen.filter((what) => what === '["pack"]')).toHaveLength(2);
    expect(seen.filter((what) => what.includes('T1/answer/1'))).toHaveLength(2);
  });

  test('moves the due date of who is awaited with the panel, and of nobody else', async () => {
    const sent = await browser.send(`/cases/${reference}/schedule`, { ...date('panelOn', '2026-06-10'), due: 'panel', reason: 'A member is ill' });
    expect(sent.headers['location']).toBe(`/cases/${reference}`);
    const document = await settled(reference, ({ tasks }) => tasks[2]?.plans.length === 2);
    expect(document.terms['panelOn']).toBe('2026-06-10');
    expect(document.tasks.map(({ plans }) => plans.at(-1)?.dueOn)).toEqual(['2026-04-23', '2026-04-23', '2026-06-03']);
    const page = textOf((await browser.get(`/cases/${reference}`)).text);
    expect(page).toContain('The panel meets on Wednesday 10 June 2026');
    expect(page).toContain('Why another date was set');
    const tooSoon = await browser.send(`/cases/${reference}/schedule`, { ...date('panelOn', '2026-04-10'), due: 'panel', reason: 'Now' });
    expect(errorsOf(tooSoon.text)).toEqual(['Nobody could answer before the panel: it must meet on Monday 13 April 2026 or later']);
  });

  test('records what the panel decided, with an action plan; nobody is chased any more, and a late answer is taken', async () => {
    const empty = await browser.send(`/cases/${reference}/outcome`, { ...date('heldOn', '2026-04-10'), 'action1-what': 'Visit', ...date('action1-dueOn', '2026-04-01') });
    expect(errorsOf(empty.text)).toEqual(['Date of the meeting must be today or in the past', 'Enter what the panel found', 'Choose who does it', 'Date of the action must be on or after the meeting']);
    await browser.send(`/cases/${reference}/outcome`, {
      ...date('heldOn', '2026-04-09'),
      text: 'The response was slow. More visits.',
      'action1-what': 'Visit twice a week',
      'action1-owner': 'essex-police',
      ...date('action1-dueOn', '2026-05-01'),
    });
    await settled(reference, ({ projection }) => projection.stage === 'outcome-recorded');
    const page = textOf((await browser.get(`/cases/${reference}`)).text);
    expect(page).toContain('Action plan');
    expect(page).toContain('Action 1 Visit twice a week Essex Police Friday 1 May 2026, in 16 working days To do');
    expect(page).toContain('The applicant is to be told the outcome by the end of Thursday 16 April 2026 , in 5 working days.');
    expect(textOf((await browser.get(`/cases/${reference}/pack`)).text)).toContain('Visit twice a week');
    const partner = await web.signedIn(spoc);
    expect((await partner.get(`/cases/${reference}`)).text).not.toMatch(/Visit twice|The response was slow/);
    const late = await call(reviewSpoc, 'post', `/cases/${reference}/tasks/T3/recorded-answers`, {
      kind: 'refused',
      ground: 'A fire investigation',
      givenByName: 'Their SPOC',
      givenHow: 'telephone',
      givenOn: '2026-04-09',
      givenTime: '09:30',
    });
    expect(late.status).toBe(201);
    await settled(reference, ({ projection }) => projection.tasks[2]?.status === 'answered');
    expect(textOf((await browser.get(`/cases/${reference}/pack`)).text)).toContain('The ground of the refusal A fire investigation');
  });

  test('the applicant is told; is not satisfied; it is looked at again; it is closed; and takes no more', async () => {
    const path = `/cases/${reference}`;
    await browser.send(`${path}/applicant-told`, { of: 'outcome', ...date('toldOn', '2026-04-09'), how: 'meeting', text: 'At home' });
    await settled(reference, ({ projection }) => projection.stage === 'applicant-told');
    await browser.send(`${path}/not-satisfied`, { ...date('receivedOn', '2026-04-09'), text: 'Too little', looksAgain: 'Head of housing' });
    const looking = await settled(reference, ({ projection }) => projection.stage === 'looked-at-again');
    expect(looking.projection.closeAt).toBeNull();
    const [said] = await actsOf(reference, 'not-satisfied');
    // Twenty working days after Thursday 9 April 2026, over the early May bank holiday.
    expect(said?.facts).toMatchObject({ number: 1, duty: { id: 'looking-again-1', holder: null, dueOn: '2026-05-08' } });
    expect(JSON.stringify(said?.facts)).not.toContain('Head of housing');
    expect((await call(reviewSpoc, 'post', `${path}/closing`, {})).status).toBe(409);
    const decision = await browser.get(`${path}/looked-at-again`);
    expect(textOf(decision.text)).toContain('Too little');
    await browser.send(`${path}/looked-at-again`, { result: 'stands', text: 'It was enough', ...date('toldOn', '2026-04-09'), how: 'letter' });
    await settled(reference, ({ projection }) => projection.stage === 'applicant-told');
    const open = await call(reviewSpoc, 'post', `${path}/closing`, {});
    expect([open.status, JSON.stringify(open.body)]).toEqual([409, expect.stringContaining('Actions of the plan are still to be done')]);
    const without = await browser.send(`${path}/actions`, { action: 'action-1', result: 'not-done', ...date('on', '2026-04-09'), text: '' });
    expect(errorsOf(without.text)).toEqual(['Enter why it is not followed any more']);
    await browser.send(`${path}/actions`, { action: 'action-1', result: 'done', ...date('on', '2026-04-09'), text: 'Visited' });
    await settled(reference, ({ projection }) => projection.duties?.length === 0);
    expect(textOf((await browser.get(path)).text)).toContain('Done Thursday 9 April 2026');
    await browser.send(`${path}/closing`, {});
    const ended = await settled(reference, (document) => document.ended);
    expect(ended.projection.outcome).toBe('reviewed');
    const after = await call(reviewSpoc, 'post', `${path}/outcome`, { heldOn: '2026-04-09', text: 'Too late', actions: [] });
    expect(after.status).toBe(409);
    expect(textOf((await browser.get(path)).text)).toContain('The case is closed: the review was carried out, and the applicant told its outcome.');
    expect((await call(reviewSpoc, 'get', path)).body).toMatchObject({ stage: 'closed', outcome: 'reviewed' });
  });
});

describe('what is to be done besides answering', () => {
  let reference: string;
  let path: string;
  const toDoOf = async (username: string): Promise<string> => textOf((await (await web.signedIn(username)).get('/')).text);
  beforeAll(async () => {
    clock.set(thursday);
    const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, asked: [{ partner: 'probation' }] });
    reference = refOf(headers['location']);
    path = `/cases/${reference}`;
    await settled(reference, ({ startedAt }) => startedAt !== null);
  });

  test('the review SPOC has it among the tasks: to tell the applicant, overdue once the day has passed', async () => {
    expect(await toDoOf(reviewSpoc)).toContain(`${reference} Tell the applicant the decision on the threshold of ${reference} Thursday 16 April 2026, in 5 working days`);
    clock.set('2026-04-17T09:00:00.000Z');
    expect(await toDoOf(reviewSpoc)).toContain('Thursday 16 April 2026, 1 working day ago Overdue');
    expect(textOf((await (await web.signedIn(reviewSpoc)).get(path)).text)).toContain('Thursday 16 April 2026 , 1 working day ago. Overdue');
    // A duty is overdue as an answer is: in the list, on its case, by the API, and as it is counted.
    const overdue = async () => JSON.stringify((await call(reviewSpoc, 'get', '/cases?overdue=yes')).body);
    expect(await overdue()).toContain(reference);
    expect((await call(reviewSpoc, 'get', path)).body).toMatchObject({ overdue: true });
    const browser = await web.signedIn(reviewSpoc);
    for (const page of ['/cases?overdue=yes', path]) {
      const found = (await browser.get(page)).text;
      expect([page, found]).toEqual([page, expect.stringContaining(reference)]);
      expect(found).toMatch(/govuk-tag--red">\s*Overdue/);
    }
    expect(await web.deps.store.cases.count({ partners: null, process: 'asb-case-review', ended: false, overdueAt: clock.now() })).toBeGreaterThan(0);
    expect(await toDoOf(officer)).not.toContain(` of ${reference}`);
    expect((await call(reviewSpoc, 'post', `${path}/applicant-told`, { of: 'decision', toldOn: '2026-04-09', how: 'letter' })).status).toBe(200);
    expect(await toDoOf(reviewSpoc)).not.toContain(`Tell the applicant the decision on the threshold of ${reference}`);
    expect(await overdue()).not.toContain(reference);
  });

  test('the panel has the pack among its tasks', async () => {
    await call(reviewSpoc, 'post', `${path}/panel`, { members: [policeOfficer] });
    await call(reviewSpoc, 'post', `${path}/schedule`, { panelOn: '2026-05-06', due: 'keep', reason: 'First day' });
    expect(await toDoOf(policeOfficer)).toContain(`Read the pack for the panel of ${reference} Wednesday 6 May 2026`);
  });

  test('a letter tells the applicant the decision, another the outcome; each view is on record', async () => {
    const browser = await web.signedIn(reviewSpoc);
    expect((await browser.get(`${path}/letters/outcome`)).status).toBe(404);
    expect((await browser.get(`${path}/letters/other`)).status).toBe(404);
    const decision = textOf((await browser.get(`${path}/letters/decision`)).text);
    for (const said of ['Robin Applicant', reference, 'you applied for a review', 'The threshold is met, and we will carry out the review.', '3 of the complaints that you named qualify under the Act']) {
      expect(decision).toContain(said);
    }
    await call(reviewSpoc, 'post', `${path}/outcome`, {
      heldOn: '2026-04-09',
      text: 'The response was slow.',
      actions: [
        { what: 'Visit twice a week', owner: 'probation', dueOn: '2026-04-20' },
        { what: 'Mend the gate', owner: 'essex-police', dueOn: '2026-06-01' },
      ],
    });
    const outcome = textOf((await browser.get(`${path}/letters/outcome`)).text);
    for (const said of ['The response was slow.', 'Visit twice a week The Probation Service Monday 20 April 2026', 'within 20 working days of this letter']) {
      expect(outcome).toContain(said);
    }
    expect(outcome).not.toContain('Loud nights');
    const seen = (await actsOf(reference, 'content-viewed')).map(({ facts }) => JSON.stringify(facts['what']));
    expect(seen).toEqual(expect.arrayContaining(['["letter/decision"]', '["letter/outcome"]']));
  });

  test('whoever has an action has it among the tasks, sees that the case is there, and nothing of what is in it', async () => {
    expect((await caseOf(reference)).partners).toContain('essex-police');
    expect(await toDoOf(spoc)).toContain(`Action 2 of the plan of ${reference} Monday 1 June 2026`);
    const page = await (await web.signedIn(spoc)).get(path);
    expect([page.status, /Mend the gate|response was slow|Robin/.test(page.text)]).toEqual([200, false]);
    // The text of an action of its own it reads where it says what came of it, and of that the review SPOC is mailed.
    const owner = await web.signedIn(spoc);
    expect(page.text).toContain('Read what it is, and record what came of it');
    const own = textOf((await owner.get(`${path}/actions`)).text);
    expect([own.includes('Action 2: Mend the gate'), own.includes('Visit twice a week'), own.includes('response was slow')]).toEqual([true, false, false]);
    expect((await actsOf(reference, 'content-viewed')).at(-1)?.facts['what']).toEqual(['action/2']);
    const others = await call(spoc, 'post', `${path}/actions`, { action: 'action-1', result: 'done', on: '2026-04-09' });
    expect([others.status, JSON.stringify(others.body)]).toEqual([422, expect.stringContaining('Choose an action of your organisation')]);
    expect((await (await web.signedIn(policeOfficer)).get(`${path}/actions`)).status).toBe(404);
    clock.set('2026-04-21T09:00:00.000Z');
    expect(textOf((await (await web.signedIn(reviewSpoc)).get(path)).text)).toContain('Monday 20 April 2026, 1 working day ago Overdue');
    for (const [action, who] of [['action-1', reviewSpoc], ['action-2', spoc]] as const) {
      expect((await call(who, 'post', `${path}/actions`, { action, result: 'done', on: '2026-04-20' })).status).toBe(200);
    }
    expect((await call(reviewSpoc, 'post', `${path}/actions`, { action: 'action-1', result: 'done', on: '2026-04-20' })).status).toBe(409);
    expect(await toDoOf(spoc)).not.toContain(` of ${reference}`);
    // The third was refused.
    expect((await actsOf(reference, 'action-settled')).map(({ facts }) => facts['recordedBy'])).toEqual(['requester', 'holder', 'requester']);
    expect((await owner.get(`${path}/actions`)).status).toBe(303);
  });

  test('not satisfied: it is the task of who was named for it, who sees all of it and records what came of it', async () => {
    clock.set('2026-04-21T09:00:00.000Z');
    await call(reviewSpoc, 'post', `${path}/applicant-told`, { of: 'outcome', toldOn: '2026-04-20', how: 'letter' });
    const said = { receivedOn: '2026-04-21', text: 'Too little', looksAgain: 'Head of housing', account: officer, dueOn: '2026-05-15' };
    const refused = async (change: object): Promise<string> => JSON.stringify((await call(reviewSpoc, 'post', `${path}/not-satisfied`, { ...said, ...change })).body);
    expect(await refused({ account: 'nobody@nowhere.example' })).toContain('Nobody signs in as nobody@nowhere.example');
    expect(await refused({ account: policeOfficer })).toContain('Name somebody who was not on the panel');
    expect(await refused({ dueOn: '2026-04-20' })).toContain('must be today or in the future');
    expect((await (await web.signedIn(officer)).get(`${path}/looked-at-again`)).status).toBe(404);
    expect((await call(reviewSpoc, 'post', `${path}/not-satisfied`, said)).status).toBe(200);
    expect(await toDoOf(officer)).toContain(`Look at it again, as the applicant is not satisfied of ${reference} Friday 15 May 2026`);
    const both = await call(reviewSpoc, 'post', `${path}/panel`, { members: [policeOfficer, officer] });
    expect([both.status, JSON.stringify(both.body)]).toEqual([422, expect.stringContaining('looks at it again, and can have no part in the panel')]);
    const holder = await web.signedIn(officer);
    expect((await holder.get(`${path}/pack`)).text).toContain('The response was slow.');
    expect((await holder.get(`${path}/outcome`)).status).toBe(404);
    expect(textOf((await holder.get(path)).text)).toContain('Somebody who was named for it looks at it again by the end of Friday 15 May 2026 , in 17 working days.');
    await holder.send(`${path}/looked-at-again`, { result: 'stands', text: 'It was enough', ...date('toldOn', '2026-04-21'), how: 'letter' });
    const { projection } = await settled(reference, (document) => document.projection.stage === 'applicant-told');
    expect(projection.duties).toEqual([]);
    expect(await toDoOf(officer)).not.toContain(` of ${reference}`);
  });

  test('reopened: who is asked again is, the decision stays told, and there is another outcome to tell', async () => {
    clock.set('2026-04-21T09:00:00.000Z');
    await call(reviewSpoc, 'post', `${path}/closing`, {});
    await settled(reference, (document) => document.ended);
    expect((await call(reviewSpoc, 'post', `${path}/reopening`, { tasks: ['T1'], reason: 'They found more' })).status).toBe(200);
    const document = await settled(reference, ({ run, startedAt }) => run === 2 && startedAt !== null);
    expect(document.projection).toMatchObject({ stage: 'awaiting-answers', duties: ['recording-2'], openTasks: 1 });
    expect(document.startInput).toMatchObject({ panelOn: '2026-05-06' });
    const page = textOf((await (await web.signedIn(reviewSpoc)).get(path)).text);
    expect(page).toContain('The applicant was told so on Thursday 9 April 2026');
    expect(page).not.toContain('Action plan');
    const again = { heldOn: '2026-04-21', text: 'More was found', actions: [{ what: 'Visit', owner: 'probation', dueOn: '2026-05-20' }] };
    const recorded = await call(reviewSpoc, 'post', `${path}/outcome`, again);
    expect([recorded.status, recorded.body]).toMatchObject([200, { stage: 'outcome-recorded' }]);
    expect((await caseOf(reference)).projection.duties).toEqual(['telling-outcome-2', 'action-3']);
  });

  test('the plan in force is numbered from one wherever people read it, and the action keeps its own identity', async () => {
    clock.set('2026-04-21T09:00:00.000Z');
    const browser = await web.signedIn(reviewSpoc);
    expect(textOf((await browser.get(path)).text)).toContain('Action 1 Visit The Probation Service');
    expect(await toDoOf(probationSpoc)).toContain(`Action 1 of the plan of ${reference} Wednesday 20 May 2026`);
    const link = `/t/${await web.deps.store.links.issue(reference, 'action-3', 'spoc', 1)}`;
    expect(textOf((await web.browser().get(link)).text)).toContain('Action 1 of the plan of an ASB case review');
    const document = await caseOf(reference);
    const notice = { task: 'T0', step: 'action-asked-3', to: ['spoc'], clockVersion: 1, chase: true } as const;
    const { store, protocol, settings } = web.deps;
    const facts = { notice, to: 'spoc', document, task: taskOf(notice, document), answer: null, now: clock.now() } as const;
    const letter = await composeNotice(facts, { store, protocol, publicUrl: settings.PUBLIC_URL } as Dependencies);
    expect(letter.subject).toContain('Action 1 of the plan is to be done');
    const owner = await web.signedIn(probationSpoc);
    const form = await owner.get(`${path}/actions`);
    expect(textOf(form.text)).toContain('Action 1: Visit');
    expect(form.text).toContain('value="action-3"');
    expect((await call(probationSpoc, 'post', `${path}/actions`, { action: 'action-3', result: 'done', on: '2026-04-21' })).status).toBe(200);
    const after = textOf((await browser.get(path)).text);
    expect(after).toContain('What came of action 1 of the plan is on record');
    expect(after).not.toMatch(/action 3/i);
    const record = textOf((await (await web.signedIn(cspManager)).get(`${path}/record`)).text);
    expect(record).toContain('Recorded that action 1 of the plan was done');
    expect(record).toContain('Looked at action 1 of the plan');
  });
});

test('another panel, and the same due date: it is a day that was chosen from then on, whatever is counted again', async () => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, due: 'panel', panelOn: '2026-05-06' });
  const reference = refOf(headers['location']);
  await settled(reference, ({ startedAt }) => startedAt !== null);
  await call(reviewSpoc, 'post', `/cases/${reference}/schedule`, { panelOn: '2026-06-10', due: 'keep', reason: 'A member is ill' });
  const { tasks } = await caseOf(reference);
  expect(tasks.map(({ plans }) => plans.map(({ dueOn, dueFor }) => [dueOn, dueFor]))).toEqual([
    [['2026-04-28', { panelOn: '2026-05-06', setOn: '2026-04-09' }], ['2026-04-28', { chosenOn: '2026-04-28', setOn: '2026-04-09' }]],
    [['2026-04-28', { panelOn: '2026-05-06', setOn: '2026-04-09' }], ['2026-04-28', { chosenOn: '2026-04-28', setOn: '2026-04-09' }]],
  ]);
});

test('the same act sent twice is one; with something else in it, it is refused', async () => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', body);
  const path = `/cases/${refOf(headers['location'])}`;
  const said = { heldOn: '2026-04-09', text: 'Enough was done', actions: [{ what: 'Visit', owner: 'probation', dueOn: '2026-05-01' }] };
  await settled(path.slice(7), ({ startedAt }) => startedAt !== null);
  expect((await call(reviewSpoc, 'post', `${path}/outcome`, said, 'again')).status).toBe(200);
  expect((await call(reviewSpoc, 'post', `${path}/outcome`, said, 'again')).status).toBe(200);
  expect((await call(reviewSpoc, 'post', `${path}/outcome`, { ...said, actions: [] }, 'again')).status).toBe(409);
  expect(await actsOf(path.slice(7), 'outcome-recorded')).toHaveLength(1);
  await call(reviewSpoc, 'post', `${path}/applicant-told`, { of: 'outcome', toldOn: '2026-04-09', how: 'letter' });
  const not = { receivedOn: '2026-04-09', text: 'No', looksAgain: 'Somebody' };
  expect((await call(reviewSpoc, 'post', `${path}/not-satisfied`, not, 'no')).status).toBe(200);
  clock.set('2026-04-10T09:00:00.000Z');
  expect((await call(reviewSpoc, 'post', `${path}/not-satisfied`, not, 'no')).status).toBe(200);
  expect(await actsOf(path.slice(7), 'not-satisfied')).toHaveLength(1);
});

test('a day that is years ahead is a slip: it is refused wherever one is entered', async () => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', body);
  const path = `/cases/${refOf(headers['location'])}`;
  await settled(path.slice(7), ({ startedAt }) => startedAt !== null);
  const refused = async (to: string, said: object): Promise<string> => {
    const answer = await call(reviewSpoc, 'post', to, said);
    return `${answer.status} ${JSON.stringify(answer.body)}`;
  };
  const limit = 'must be within two years, by Sunday 9 April 2028: check the year';
  expect(await refused('/asb-case-reviews', { ...body, panelOn: '2036-05-06' })).toMatch(new RegExp(`^422.*Date of the panel ${limit}`));
  expect(await refused(`${path}/schedule`, { panelOn: '2028-04-10', due: 'keep', reason: 'Late' })).toMatch(new RegExp(`^422.*Date of the panel ${limit}`));
  const action = { what: 'Visit', owner: 'probation', dueOn: '2028-04-10' };
  expect(await refused(`${path}/outcome`, { heldOn: '2026-04-09', text: 'Slow', actions: [action] })).toMatch(new RegExp(`^422.*Date of the action ${limit}`));
  const again = { receivedOn: '2026-04-09', text: 'No', looksAgain: 'Somebody', dueOn: '2028-04-10' };
  expect(await refused(`${path}/not-satisfied`, again)).toMatch(new RegExp(`^422.*is looked at again ${limit}`));
  // The last day within the limit is a Sunday.
  expect(await refused(`${path}/outcome`, { heldOn: '2026-04-09', text: 'Slow', actions: [{ ...action, dueOn: '2028-04-09' }] })).toMatch(
    /^422.*Date of the action must be a working day: Sunday 9 April 2028 is none\. The one before is Friday 7 April 2028, the next Monday 10 April 2028/,
  );
  expect(await refused(`${path}/not-satisfied`, { ...again, dueOn: '2026-05-04' })).toMatch(/^422.*must be a working day: Monday 4 May 2026 is none/);
  expect((await call(reviewSpoc, 'post', `${path}/outcome`, { heldOn: '2026-04-09', text: 'Slow', actions: [{ ...action, dueOn: '2028-04-07' }] })).status).toBe(200);
});

test('what the case does not accept leaves nothing behind: no other panel, nothing to do, no partner', async () => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, panelOn: '2026-05-06' });
  const reference = refOf(headers['location']);
  await settled(reference, ({ startedAt }) => startedAt !== null);
  const before = await caseOf(reference);
  const mine = jest.spyOn(web.deps.dispatch, 'act').mockImplementation(async (entry) => {
    // The case ends in the instant before it is told.
    await applyToStore(entry, async () => caseOf(reference), { store: web.deps.store, holidays: web.deps.holidays.current(), protocol: web.deps.protocol });
    await recordRefusal(entry, 'CaseEnded', web.deps);
    throw new ActRejected('CaseEnded');
  });
  expect((await call(reviewSpoc, 'post', `/cases/${reference}/schedule`, { panelOn: '2026-06-10', due: 'keep', reason: 'A room' })).status).toBe(409);
  const outcome = { heldOn: '2026-04-09', text: 'Slow', actions: [{ what: 'Visit', owner: 'sericc', dueOn: '2026-05-01' }] };
  expect((await call(reviewSpoc, 'post', `/cases/${reference}/outcome`, outcome)).status).toBe(409);
  mine.mockRestore();
  const after = await caseOf(reference);
  expect([after.terms['panelOn'], after.duties, after.partners]).toEqual(['2026-05-06', before.duties, before.partners]);
});

test('what follows cannot have been before what it follows, and no panel meets before the answers are due', async () => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', body);
  const reference = refOf(headers['location']);
  const path = `/cases/${reference}`;
  await settled(reference, ({ startedAt }) => startedAt !== null);
  const sent = async (act: string, said: object, key?: string) => call(reviewSpoc, 'post', `${path}/${act}`, said, key);
  const refused = async (act: string, said: object): Promise<string> => {
    const answer = await sent(act, said);
    return `${answer.status} ${JSON.stringify(answer.body)}`;
  };
  expect(await refused('schedule', { panelOn: '2026-04-15', due: 'keep', reason: 'Soon' })).toMatch(/^422.*must meet after Thursday 23 April 2026/);
  expect(await refused('schedule', { panelOn: '2026-05-10', due: 'keep', reason: 'Sunday' })).toMatch(/^422.*on a working day/);
  expect(await refused('applicant-told', { of: 'decision', toldOn: '2026-04-07', how: 'letter' })).toMatch(/^422.*on or after the day of the application/);
  const outcome = { heldOn: '2026-04-09', text: 'Slow', actions: [{ what: 'Visit', owner: 'probation', dueOn: '2026-05-01' }] };
  expect(await refused('outcome', { ...outcome, heldOn: '2026-04-08' })).toMatch(/^422.*on or after the day on which the partners were asked, Thursday 9 April 2026/);
  await sent('panel', { members: [policeOfficer] });
  expect((await sent('outcome', outcome)).status).toBe(200);
  const [recorded] = await actsOf(reference, 'outcome-recorded');
  const [, action] = recorded?.facts['duties'] as unknown as readonly { readonly rungs: readonly object[] }[];
  expect(action?.rungs[0]).toEqual({ step: 'asked', at: thursday, to: ['spoc'] });
  expect(await refused('actions', { action: 'action-1', result: 'done', on: '2026-04-08' })).toMatch(/^422.*on or after the day of the meeting/);
  expect(await refused('applicant-told', { of: 'outcome', toldOn: '2026-04-08', how: 'letter' })).toMatch(/^422.*on or after the day of the meeting/);
  // Put on record twice, it was told once; told in another way, it was told again.
  for (const how of ['letter', 'letter', 'meeting']) expect((await sent('applicant-told', { of: 'decision', toldOn: '2026-04-09', how })).status).toBe(200);
  expect((await actsOf(reference, 'applicant-told')).map(({ facts }) => facts['how'])).toEqual(['letter', 'meeting']);
  expect((await sent('applicant-told', { of: 'outcome', toldOn: '2026-04-09', how: 'letter' })).status).toBe(200);
  const not = { receivedOn: '2026-04-09', text: 'No', looksAgain: 'Somebody' };
  expect(await refused('not-satisfied', { ...not, receivedOn: '2026-04-08' })).toMatch(/^422.*on which the applicant was told/);
  // Taken off the panel after it has decided: it was on it all the same.
  await sent('panel', { members: [] });
  expect(await refused('not-satisfied', { ...not, account: policeOfficer })).toMatch(/^422.*Name somebody who was not on the panel/);
  expect((await sent('not-satisfied', not)).status).toBe(200);
  const again = { result: 'stands', text: 'Enough', toldOn: '2026-04-09', how: 'letter' };
  expect(await refused('looked-at-again', { ...again, toldOn: '2026-04-08' })).toMatch(/^422.*on which the applicant said so/);
  expect([(await sent('looked-at-again', again, 'once')).status, (await sent('looked-at-again', again, 'once')).status]).toEqual([200, 200]);
  expect(await actsOf(reference, 'looked-at-again')).toHaveLength(1);
});

describe('not granted, and changed on looking at it again', () => {
  let reference: string;
  let path: string;
  let browser: Browser;
  const refused = async (act: string, said: object): Promise<string> => {
    const answer = await call(reviewSpoc, 'post', `${path}/${act}`, said);
    return `${answer.status} ${JSON.stringify(answer.body)}`;
  };
  beforeAll(async () => {
    clock.set(thursday);
    browser = await web.signedIn(reviewSpoc);
    const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, complaints: body.complaints.slice(2), decision: 'not-granted', decisionReason: 'It was one evening', asked: [] });
    reference = refOf(headers['location']);
    path = `/cases/${reference}`;
    await settled(reference, ({ startedAt }) => startedAt !== null);
  });

  test('until then there is no review: its panel, its day, its outcome and asking are refused with the reason', async () => {
    const why = /^409.*The threshold was not met, so there is no review/;
    expect(await refused('panel', { members: [policeOfficer] })).toMatch(why);
    expect(await refused('schedule', { panelOn: '2026-05-06', due: 'keep', reason: 'Soon' })).toMatch(why);
    expect(await refused('outcome', { heldOn: '2026-04-09', text: 'Slow', actions: [] })).toMatch(why);
    expect(await refused('asking', { asked: [{ partner: 'probation' }], legalBasis: 'public-task' })).toMatch(why);
    const page = await browser.send(`${path}/panel`, { members: policeOfficer }, path);
    expect([page.status, textOf(page.text)]).toEqual([409, expect.stringContaining('The threshold was not met, so there is no review.')]);
    expect((await caseOf(reference)).terms['panel']).toEqual([]);
    // Nothing of it is on record: it was not even tried.
    for (const act of ['panel-named', 'review-rescheduled', 'outcome-recorded', 'tasks-added'] as const) expect([act, await actsOf(reference, act)]).toEqual([act, []]);
    expect((await browser.get(`${path}/asking`)).headers['location']).toBe(path);
  });

  test('changed, it is granted: the case says what comes next, and by when', async () => {
    await call(reviewSpoc, 'post', `${path}/applicant-told`, { of: 'decision', toldOn: '2026-04-09', how: 'letter' });
    await call(reviewSpoc, 'post', `${path}/not-satisfied`, { receivedOn: '2026-04-09', text: 'Every night', looksAgain: 'Head of housing' });
    expect(textOf((await browser.get(`${path}/looked-at-again`)).text)).toContain('The review is granted. Your review team then asks the partners, in this case');
    await browser.send(`${path}/looked-at-again`, { result: 'changed', text: 'It was every night', ...date('toldOn', '2026-04-09'), how: 'telephone' });
    const document = await settled(reference, ({ projection }) => projection.stage === 'granted');
    expect([document.terms['threshold'], document.projection.duties, document.ended]).toEqual(['granted', ['asking-1'], false]);
    const page = textOf((await browser.get(path)).text);
    expect(page).toContain('At first the threshold was decided not to be met. It was looked at again, and the review is carried out. The applicant was told so on Thursday 9 April 2026, by telephone.');
    expect(page).toContain('nobody is asked yet. The partners are to be asked by the end of Thursday 16 April 2026 , in 5 working days.');
    expect(page).not.toMatch(/Close the review|Collation board|Record what the panel decided/);
    expect(textOf((await browser.get('/')).text)).toContain(`Ask the partners for the review that was granted of ${reference} Thursday 16 April 2026`);
    const letter = textOf((await browser.get(`${path}/letters/decision`)).text);
    expect(letter).toContain('We have looked at our decision again, and will carry out the review.');
    expect([letter.includes('It was every night'), letter.includes('It was one evening')]).toEqual([true, false]);
    expect(await refused('outcome', { heldOn: '2026-04-09', text: 'Slow', actions: [] })).toMatch(/^409.*Nobody was asked yet/);
    expect((await call(reviewSpoc, 'post', `${path}/panel`, { members: [policeOfficer] })).status).toBe(200);
  });

  test('a partner whose last day ends while the form is sent is not asked', async () => {
    const notice = await call(cspManager, 'post', '/withdrawals', { withdraws: 'essex-police', receivedOn: '2026-04-09' });
    const { audit } = web.deps.store;
    const of = audit.of.bind(audit);
    const reading = jest.spyOn(audit, 'of').mockImplementation((chain, act) => {
      if (chain === reference && act === undefined) clock.set('2026-05-07T23:00:00.000Z');
      return of(chain, act);
    });
    const answer = await refused('asking', { asked: [{ partner: 'essex-police' }], legalBasis: 'public-task' });
    reading.mockRestore();
    clock.set(thursday);
    expect(answer).toMatch(/^409.*Essex Police withdrew from the protocol on Friday 8 May 2026, so it cannot be asked/);
    const caseRef = /WD-\d{4}-\d{4}/.exec(String(notice.headers['location']))?.[0] ?? '';
    expect((await call(cspManager, 'post', `/cases/${caseRef}/withdrawal`, { reason: 'It stays' })).status).toBe(200);
  });

  test('the partners are asked in the same case, by the rules of an opening, once', async () => {
    const asking = `${path}/asking`;
    let page = await browser.get(asking);
    const headings = [headingOf(page.text)];
    for (const fields of [{ 'asked[]': '' }, { 'asked[]': 'essex-police probation' }, { legalBasis: 'public-task' }, { due: 'panel', ...date('panelOn', '2026-05-06') }]) {
      page = await browser.post(asking, { ...hiddenOf(page.text, asking), ...fields });
      headings.push(headingOf(page.text));
    }
    expect(headings).toEqual(['Whom do you ask?', 'Whom do you ask?', 'On what basis is it shared?', 'By when do they answer?', 'Check your answers before you ask the partners']);
    expect(textOf(page.text)).toContain('Essex Police the end of Tuesday 28 April 2026');
    const sent = await browser.post(asking, hiddenOf(page.text, asking));
    expect(sent.headers['location']).toBe(path);
    const document = await settled(reference, ({ projection }) => projection.stage === 'awaiting-answers');
    expect(document.tasks.map(({ id, partner, plans }) => [id, partner, plans[0]?.dueOn])).toEqual([['T1', 'essex-police', '2026-04-28'], ['T2', 'probation', '2026-04-28']]);
    expect([document.terms['legalBasis'], document.terms['panelOn'], document.projection.duties]).toEqual(['public-task', '2026-05-06', ['recording-1']]);
    expect(document.partners).toEqual(['thurrock', 'essex-police', 'probation']);
    // The same form again is the same act; another one has come too late.
    expect((await browser.post(asking, hiddenOf(page.text, asking))).headers['location']).toBe(path);
    expect(await refused('asking', { asked: [{ partner: 'ecfrs' }], legalBasis: 'public-task' })).toMatch(/^409.*The partners were asked already/);
    expect(await actsOf(reference, 'tasks-added')).toHaveLength(1);
    const holder = await web.signedIn(probationSpoc);
    expect(textOf((await holder.get(`${path}/tasks/T2/answer`)).text)).toContain('Loud nights');
    const pack = textOf((await browser.get(`${path}/pack`)).text);
    expect(pack).toContain('on looking again at the decision not to');
    expect(textOf((await browser.get(path)).text)).toContain('Why it was not granted at first It was one evening');
  });
});

test('whoever has an action says what came of it by the link of its mail, without an account', async () => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', body);
  const reference = refOf(headers['location']);
  await settled(reference, ({ startedAt }) => startedAt !== null);
  const actions = ['Visit twice a week', 'Mend the gate'].map((what) => ({ what, owner: 'essex-police', dueOn: '2026-06-01' }));
  await call(reviewSpoc, 'post', `/cases/${reference}/outcome`, { heldOn: '2026-04-09', text: 'The response was slow.', actions });
  const link = `/t/${await web.deps.store.links.issue(reference, 'action-2', 'spoc', 1)}`;
  const visitor = web.browser();
  const landing = textOf((await visitor.get(link)).text);
  expect(landing).toContain('Action 2 of the plan of an ASB case review');
  expect(landing).toContain('To be done by the end of Monday 1 June 2026');
  expect(landing).not.toMatch(/gate|Visit|slow|Robin/);
  expect((await visitor.get(`${link}/action`)).headers['location']).toBe(link);
  // It is bound to the action: no answer, and no file, is behind it.
  for (const page of ['answer', 'pass-on', 'received', 'question', 'files/one']) expect([page, (await visitor.get(`${link}/${page}`)).status]).toEqual([page, 404]);
  // What is sent without a code is kept until one is given.
  const mended = { result: 'done', ...date('on', '2026-04-09'), text: 'The gate is mended' };
  const early = [await visitor.send(`${link}/action`, mended, link), await visitor.post(`${link}/action`, mended)];
  expect(early.map(({ status }) => status)).toEqual([401, 403]);
  for (const { text } of early) {
    expect([textOf(text), hiddenOf(text, link)['held']]).toEqual([expect.stringContaining('What you typed is kept on this page'), expect.stringContaining('The gate is mended')]);
  }

  const holder = await openedLink(web, reference, link);
  const page = await holder.get(`${link}/action`);
  expect([/Mend the gate/.test(page.text), /Visit twice|response was slow|Robin/.test(page.text)]).toEqual([true, false]);
  expect((await actsOf(reference, 'content-viewed')).at(-1)).toMatchObject({ by: { via: 'link', account: null }, facts: { what: ['action/2'] } });
  const without = await holder.send(`${link}/action`, { result: 'not-done', ...date('on', '2026-04-09'), text: '' });
  expect(errorsOf(without.text)).toEqual(['Enter why it is not followed any more']);
  const filledIn = { ...hiddenOf(page.text, `${link}/action`), result: 'done', ...date('on', '2026-04-09'), text: 'The gate is mended' };
  expect((await holder.post(`${link}/action`, filledIn)).headers['location']).toBe(`${link}/settled`);
  expect(textOf((await holder.get(`${link}/settled`)).text)).toContain('It was done, Thursday 9 April 2026. Thurrock Council is told.');
  // The same again is the same; anything else is not taken any more, and the link leads nowhere.
  expect((await holder.post(`${link}/action`, filledIn)).headers['location']).toBe(`${link}/settled`);
  const other = await holder.send(`${link}/action`, { result: 'done', ...date('on', '2026-04-09'), text: 'Again' }, '/sign-in');
  expect([other.status, textOf(other.text)]).toEqual([409, expect.stringContaining('What came of this action is on record already')]);
  expect((await visitor.get(link)).status).toBe(410);
  // Nor is lost what somebody typed whose code has run out meanwhile, by whatever way it comes; what is to be done is not shown without one.
  const tooLate = { result: 'not-done', ...date('on', '2026-04-09'), text: 'The gate is gone' };
  const held = JSON.stringify({ path: `${link}/action`, fields: tooLate });
  for (const lost of [await visitor.send(`${link}/action`, tooLate, '/sign-in'), await visitor.post(`${link}/action`, tooLate), await visitor.send(link, { held }, '/sign-in')]) {
    expect([lost.status, lost.text.includes('The gate is gone'), lost.text.includes('This is not to be done any more'), lost.text.includes('Mend the gate')]).toEqual([410, true, true, false]);
  }
  const [settledAction] = await actsOf(reference, 'action-settled');
  expect(settledAction?.facts).toMatchObject({ duty: 'action-2', result: 'done', recordedBy: 'holder' });
  expect((await caseOf(reference)).projection.duties).toEqual(['telling-outcome-1', 'action-1']);
  expect(textOf((await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}`)).text)).toContain('The gate is mended');
});

test('that somebody has to decide on silence is said to who decides; the partner sees that its answer is overdue', async () => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, asked: [{ partner: 'essex-police' }] });
  const reference = refOf(headers['location']);
  await settled(reference, ({ startedAt }) => startedAt !== null);
  const { projection } = await caseOf(reference);
  const silent = { ...projection, stage: 'unanswered', seq: projection.seq + 1, overdue: true, tasks: projection.tasks.map((task) => ({ ...task, status: 'unanswered' as const, overdue: true })) };
  await web.deps.store.cases.record(reference, silent, []);
  const shown = async (who: string, at: string): Promise<string> => textOf((await (await web.signedIn(who)).get(at)).text);
  expect(await shown(cspManager, `/cases/${reference}`)).toContain('Unanswered: to decide');
  expect(await shown(spoc, '/')).toContain(reference);
  for (const at of ['/', `/cases/${reference}`]) expect(await shown(spoc, at)).not.toContain('to decide');
  expect(await shown(spoc, `/cases/${reference}`)).toContain('All reminders are sent. Your answer is still taken.');
  expect(await shown(reviewSpoc, `/cases/${reference}/board`)).not.toContain('to decide');
});

const refusedReview = { ...body, complaints: body.complaints.slice(2), decision: 'not-granted', decisionReason: 'It was one evening', asked: [] };
const openedByApi = async (more: object = {}): Promise<string> => {
  const { headers } = await call(reviewSpoc, 'post', '/asb-case-reviews', { ...body, ...more });
  const reference = refOf(headers['location']);
  await settled(reference, ({ startedAt }) => startedAt !== null);
  return reference;
};
const done = async (reference: string, act: string, said: object): Promise<void> => {
  const answer = await call(reviewSpoc, 'post', `/cases/${reference}/${act}`, said);
  expect([act, answer.status, answer.body]).toEqual([act, 200, expect.anything()]);
};
const reopened = async (reference: string): Promise<CaseDocument> => {
  const { run } = await caseOf(reference);
  expect(textOf((await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}/withdrawal`)).text)).toContain('Nobody was asked, so nobody is told by mail.');
  await done(reference, 'withdrawal', { reason: 'A mistake' });
  await done(reference, 'reopening', { tasks: [], reason: 'It was none' });
  return settled(reference, (document) => document.run === run + 1 && document.startedAt !== null);
};
const decisionTold = { of: 'decision', toldOn: '2026-04-09', how: 'letter' };
const granted = async (): Promise<string> => {
  const reference = await openedByApi(refusedReview);
  await done(reference, 'applicant-told', decisionTold);
  await done(reference, 'not-satisfied', { receivedOn: '2026-04-09', text: 'Every night', looksAgain: 'Head of housing' });
  await done(reference, 'looked-at-again', { result: 'changed', text: 'It was every night', toldOn: '2026-04-09', how: 'telephone' });
  return reference;
};

describe('opened again', () => {
  test('where no review is granted, the applicant is not told the decision twice, and can be not satisfied with it', async () => {
    const reference = await openedByApi(refusedReview);
    await done(reference, 'applicant-told', decisionTold);
    const { projection } = await reopened(reference);
    expect([projection.stage, projection.duties]).toEqual(['applicant-told', []]);
    await done(reference, 'not-satisfied', { receivedOn: '2026-04-09', text: 'Every night', looksAgain: 'Head of housing' });
  });

  test('an applicant who was not told the decision still has to be, by a day', async () => {
    const reference = await openedByApi(refusedReview);
    clock.set('2026-04-13T09:00:00.000Z');
    const { projection, duties } = await reopened(reference);
    expect([projection.stage, projection.duties, duties?.map(({ id, dueOn }) => [id, dueOn])]).toEqual([
      'not-granted',
      ['telling-decision-2'],
      [['telling-decision-1', '2026-04-16'], ['telling-decision-2', '2026-04-20']],
    ]);
    await done(reference, 'applicant-told', { ...decisionTold, toldOn: '2026-04-13' });
    expect((await caseOf(reference)).projection).toMatchObject({ stage: 'applicant-told', duties: [] });
  });

  test('what the applicant said is still looked at again, by whoever was named and by another day', async () => {
    const reference = await openedByApi(refusedReview);
    await done(reference, 'applicant-told', decisionTold);
    await done(reference, 'not-satisfied', { receivedOn: '2026-04-09', text: 'Every night', looksAgain: 'Head of housing' });
    clock.set('2026-04-13T09:00:00.000Z');
    const { projection, duties = [] } = await reopened(reference);
    expect([projection.stage, projection.duties, projection.closeAt]).toEqual(['looked-at-again', ['looking-again-2'], null]);
    expect(projection.dueAt).toBe('2026-05-12T23:00:00.000Z');
    const [first, second] = duties.filter(({ id }) => id.startsWith('looking-again'));
    expect([first?.id, second?.id, (first?.dueOn ?? '') < (second?.dueOn ?? '')]).toEqual(['looking-again-1', 'looking-again-2', true]);
    expect(textOf((await (await web.signedIn(reviewSpoc)).get('/')).text)).toContain(`Look at it again, as the applicant is not satisfied of ${reference}`);
    await done(reference, 'looked-at-again', { result: 'stands', text: 'It was one evening', toldOn: '2026-04-13', how: 'telephone' });
    await done(reference, 'not-satisfied', { receivedOn: '2026-04-13', text: 'Every night', looksAgain: 'Head of housing' });
    expect((await caseOf(reference)).projection.duties).toEqual(['looking-again-3']);
  });

  test('what a panel decides anew is told anew, and not what it decided before', async () => {
    const reference = await openedByApi();
    await done(reference, 'applicant-told', decisionTold);
    await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Slow', actions: [] });
    await done(reference, 'applicant-told', { ...decisionTold, of: 'outcome' });
    await done(reference, 'closing', {});
    await done(reference, 'reopening', { tasks: ['T1'], reason: 'New facts' });
    const { projection } = await settled(reference, ({ run, startedAt }) => run === 2 && startedAt !== null);
    expect([projection.stage, projection.duties]).toEqual(['awaiting-answers', []]);
    await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Slow', actions: [] });
    expect((await caseOf(reference)).projection).toMatchObject({ stage: 'outcome-recorded', duties: ['telling-outcome-2'] });
  });

  test('a review that was granted, and in which nobody was asked: the partners are to be asked by a day, with reminders', async () => {
    const reference = await granted();
    clock.set('2026-04-13T09:00:00.000Z');
    const { projection, duties } = await reopened(reference);
    expect([projection.stage, projection.duties]).toEqual(['granted', ['asking-2']]);
    expect(duties?.at(-1)).toMatchObject({ id: 'asking-2', dueOn: '2026-04-20', rungs: [{ step: 'reminder' }, { step: 'due-today' }, { step: 'overdue', to: ['requester', 'csp-manager'] }] });
    expect(textOf((await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}`)).text)).toContain('The partners are to be asked by the end of Monday 20 April 2026');
    await done(reference, 'asking', { asked: [{ partner: 'probation' }], legalBasis: 'public-task' });
    expect((await settled(reference, ({ projection: { stage } }) => stage === 'awaiting-answers')).projection.duties).toEqual([]);
  });
});

describe('opened again, with its panel ahead or behind', () => {
  const byPanel = { ...body, due: 'panel', panelOn: '2026-05-06' };
  const dueOf = ({ tasks }: CaseDocument) => tasks.map(({ plans }) => plans.at(-1)?.dueOn);
  const again = async (reference: string, said: object) => {
    const answer = await call(reviewSpoc, 'post', `/cases/${reference}/reopening`, { reason: 'Needed after all', ...said });
    return `${answer.status} ${JSON.stringify(answer.body)}`;
  };
  async function withdrawn(review: object, at: string): Promise<string> {
    const reference = await openedByApi(review);
    await done(reference, 'withdrawal', { reason: 'A mistake' });
    clock.set(at);
    return reference;
  }

  test('the answers are due before the panel, counted back from it as at the opening', async () => {
    // Ten working days would end on Thursday 7 May, after the panel.
    const reference = await withdrawn(byPanel, '2026-04-22T09:00:00.000Z');
    const page = textOf((await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}/reopening`)).text);
    expect(page).toContain('their answers are due by the end of Tuesday 28 April 2026');
    expect(page).toContain('It was set to meet on Wednesday 6 May 2026. Leave this blank if that stays');
    expect(await again(reference, { tasks: ['T1'] })).toMatch(/^200/);
    const document = await caseOf(reference);
    expect([dueOf(document)[0], document.projection.duties?.at(-1)]).toEqual(['2026-04-28', 'recording-2']);
  });

  test('by the clock where that ends before the panel and was the rule; never after the panel', async () => {
    const reference = await withdrawn({ ...body, panelOn: '2026-05-06' }, '2026-04-10T09:00:00.000Z');
    expect(await again(reference, { tasks: ['T1'] })).toMatch(/^200/);
    expect(dueOf(await caseOf(reference))[0]).toBe('2026-04-24');
    const late = await withdrawn({ ...body, panelOn: '2026-05-06' }, '2026-04-24T09:00:00.000Z');
    expect(await again(late, { tasks: ['T1'] })).toMatch(/^200/);
    expect(dueOf(await caseOf(late))[0]).toBe('2026-04-28');
  });

  test.each(['2026-05-05T09:00:00.000Z', '2026-05-12T09:00:00.000Z'])('another day of the panel is asked for where nobody could answer before it: at %s', async (at) => {
    const reference = await withdrawn(byPanel, at);
    expect(await again(reference, { tasks: ['T1'] })).toMatch(/^422.*The panel was set to meet on Wednesday 6 May 2026\. Enter another date: /);
    const browser = await web.signedIn(reviewSpoc);
    const form = `/cases/${reference}/reopening`;
    expect(textOf((await browser.get(form)).text)).toContain('another date has to be set below first');
    const refused = await browser.send(form, { 'ask-T1': 'yes', reason: 'Needed after all' });
    expect(errorsOf(refused.text)).toEqual([expect.stringContaining('Enter another date')]);
    expect(refused.text).toContain('Needed after all');
    expect(await again(reference, { tasks: ['T1'], panelOn: '2026-05-24' })).toMatch(/^422.*must meet on a working day/);
    await browser.send(form, { 'ask-T1': 'yes', reason: 'Needed after all', ...date('panelOn', '2026-06-10') });
    const document = await settled(reference, ({ run, startedAt }) => run === 2 && startedAt !== null);
    expect([dueOf(document)[0], document.terms['panelOn'], document.startInput]).toEqual(['2026-06-03', '2026-06-10', expect.objectContaining({ panelOn: '2026-06-10' })]);
  });

  test('closed before it was put on record what the panel decided, it is opened again for that, and asks for no other day', async () => {
    const reference = await withdrawn(byPanel, '2026-05-12T09:00:00.000Z');
    expect(await again(reference, { tasks: [], panelOn: '2026-05-11' })).toMatch(/^422.*Date of the panel must be in the future/);
    expect(await again(reference, { tasks: [] })).toMatch(/^200/);
    const { duties, projection, terms } = await settled(reference, ({ run, startedAt }) => run === 2 && startedAt !== null);
    expect([duties?.at(-1), projection.duties, terms['panelOn']]).toEqual([expect.objectContaining({ id: 'recording-2', dueOn: '2026-05-13' }), expect.arrayContaining(['recording-2']), '2026-05-06']);
  });

  test('with nobody asked again it goes on from what was decided: an applicant who is not satisfied is heard', async () => {
    const reference = await openedByApi();
    await done(reference, 'applicant-told', decisionTold);
    await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'It was slow', actions: [{ what: 'Visit', owner: 'probation', dueOn: '2026-05-01' }] });
    await done(reference, 'applicant-told', { ...decisionTold, of: 'outcome' });
    await done(reference, 'actions', { action: 'action-1', result: 'done', on: '2026-04-09' });
    await done(reference, 'closing', {});
    clock.set('2026-04-13T09:00:00.000Z');
    expect(await again(reference, {})).toMatch(/^200/);
    const { projection } = await settled(reference, ({ run, startedAt }) => run === 2 && startedAt !== null);
    expect([projection.stage, projection.duties, projection.tasks[0]?.status]).toEqual(['applicant-told', [], 'left-unanswered']);
    const browser = await web.signedIn(reviewSpoc);
    const page = textOf((await browser.get(`/cases/${reference}`)).text);
    expect(page).toContain('The panel met on Thursday 9 April 2026. The applicant was told the outcome on Thursday 9 April 2026');
    expect(page).toContain('Action 1 Visit The Probation Service Friday 1 May 2026 Done');
    expect(textOf((await browser.get(`/cases/${reference}/letters/outcome`)).text)).toContain('It was slow');
    await done(reference, 'not-satisfied', { receivedOn: '2026-04-10', text: 'No', looksAgain: 'Head of housing' });
    expect((await caseOf(reference)).projection.stage).toBe('looked-at-again');
  });

  test('where a panel decides anew, what was decided before can be read, and is marked as of before', async () => {
    const reference = await openedByApi();
    await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'It was slow', actions: [] });
    await done(reference, 'applicant-told', { ...decisionTold, of: 'outcome' });
    await done(reference, 'closing', {});
    expect(await again(reference, { tasks: ['T1'] })).toMatch(/^200/);
    const browser = await web.signedIn(reviewSpoc);
    expect(textOf((await browser.get(`/cases/${reference}`)).text)).toContain('Before the review was opened again, its panel met on Thursday 9 April 2026.');
    const letter = textOf((await browser.get(`/cases/${reference}/letters/outcome`)).text);
    expect(letter).toContain('Of before: not in force');
    expect(letter).toContain('It was slow');
  });
});

describe('a panel whose day has passed', () => {
  test('what it decided is to be recorded by a day with reminders, whoever is silent; the day moves with that of the panel', async () => {
    const reference = await openedByApi({ ...body, panelOn: '2026-05-06' });
    const recording = async () => (await caseOf(reference)).duties?.filter(({ id }) => id.startsWith('recording')).map(({ id, dueOn }) => [id, dueOn]);
    expect(await recording()).toEqual([['recording-1', '2026-05-13']]);
    const spocOfReview = (await web.deps.store.accounts.byUsername(reviewSpoc)) as Account;
    const toDo = async () => toDoInReview(await caseOf(reference), spocOfReview, { clock }).filter(({ href }) => href.endsWith('/outcome'));
    clock.set('2026-05-05T09:00:00.000Z');
    expect(await toDo()).toEqual([]);
    clock.set('2026-05-07T09:00:00.000Z');
    expect(await toDo()).toEqual([{ text: 'Record what the panel decided', href: `/cases/${reference}/outcome`, dueOn: '2026-05-13' }]);
    const signedIn = await web.signedIn(reviewSpoc);
    const page = textOf((await signedIn.get(`/cases/${reference}`)).text);
    expect(page).toContain('The panel was to meet on Wednesday 6 May 2026 , and what it decided is not on record.');
    expect(page).toContain('What the panel decided is to be recorded by the end of Wednesday 13 May 2026 , in 4 working days');
    expect(page).not.toContain('The panel meets on Wednesday 6 May');
    await done(reference, 'schedule', { panelOn: '2026-05-20', due: 'keep', reason: 'A member was ill' });
    expect((await caseOf(reference)).projection.duties).toContain('recording-2');
    expect((await caseOf(reference)).projection.duties).not.toContain('recording-1');
    expect((await recording())?.at(-1)).toEqual(['recording-2', '2026-05-28']);
    clock.set('2026-05-21T09:00:00.000Z');
    await done(reference, 'outcome', { heldOn: '2026-05-20', text: 'Slow', actions: [] });
    expect((await caseOf(reference)).projection.duties?.filter((id) => id.startsWith('recording'))).toEqual([]);
  });

  test('nobody is reminded before its day to record what it decided, however short the time is', () => {
    const { protocol, holidays } = web.deps;
    const inADay = { ...protocol, settings: { ...protocol.settings, applicantToldWithin: { workingDays: 1 } } };
    const { dueOn, rungs } = planRecording({ caseRef: 'CR-2026-0001', number: 1, partner: 'thurrock', panelOn: '2026-05-06' as IsoDate }, { protocol: inADay, holidays });
    expect([dueOn, rungs.map(({ step, at }) => [step, at.slice(0, 10)])]).toEqual(['2026-05-07', [['due-today', '2026-05-07'], ['overdue', '2026-05-08']]]);
  });

  test('its day is not changed any more once what it decided is on record', async () => {
    const reference = await openedByApi({ ...body, panelOn: '2026-05-06' });
    await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Slow', actions: [] });
    const refused = await call(reviewSpoc, 'post', `/cases/${reference}/schedule`, { panelOn: '2026-06-10', due: 'keep', reason: 'A room' });
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([409, expect.stringContaining('The panel has met, and what it decided is on record: its day cannot be changed any more')]);
    expect(await actsOf(reference, 'review-rescheduled')).toEqual([]);
    const browser = await web.signedIn(reviewSpoc);
    expect((await browser.get(`/cases/${reference}`)).text).not.toContain(`/cases/${reference}/schedule`);
    expect((await caseOf(reference)).terms['panelOn']).toBe('2026-05-06');
  });
});

describe('recorded anew', () => {
  const action = (what: string, owner: string, dueOn: string, id?: string) => ({ what, owner, dueOn, ...(id === undefined ? {} : { id }) });
  const first = [action('Visit', 'probation', '2026-05-01'), action('Lights', 'essex-police', '2026-05-05'), action('Call', 'sericc', '2026-05-07')];
  const recorded = async (): Promise<string> => {
    const reference = await openedByApi();
    await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'It was slw', actions: first });
    return reference;
  };

  test('on the page, what is not touched goes on: the plan is there, and a slip is put right without a mail', async () => {
    const reference = await recorded();
    const browser = await web.signedIn(reviewSpoc);
    const path = `/cases/${reference}/outcome`;
    const page = await browser.get(path);
    expect(page.text).toContain('One that you leave as it is goes on');
    expect(page.text).toMatch(/name="action1-what"[^>]*>Visit</);
    expect(page.text).toMatch(/<option value="essex-police" selected>/);
    expect(page.text).toContain('name="action2-id" value="action-2"');
    expect(page.text).toMatch(/name="action3-dueOn-day"[^>]*value="07"/);
    expect(page.text).toMatch(/name="heldOn-month"[^>]*value="04"/);
    expect(page.text).toMatch(/Action 3<\/legend>[^]*Another action<\/legend>/);
    await browser.send(path, {
      ...date('heldOn', '2026-04-09'),
      text: 'It was slow',
      ...Object.assign({}, ...first.map(({ what, owner, dueOn }, index) => ({
        [`action${index + 1}-id`]: `action-${index + 1}`,
        [`action${index + 1}-what`]: what,
        [`action${index + 1}-owner`]: owner,
        ...date(`action${index + 1}-dueOn`, dueOn),
      }))) as Record<string, string>,
    });
    const { projection } = await settled(reference, (document) => document.projection.duties?.includes('telling-outcome-2') === true);
    expect(projection.duties).toEqual(expect.arrayContaining(['action-1', 'action-2', 'action-3']));
    const [, entry] = await actsOf(reference, 'outcome-recorded');
    expect(entry?.facts).toMatchObject({ keeps: ['action-1', 'action-2', 'action-3'], changes: [], duties: [{ id: 'telling-outcome-2' }] });
    const link = `/t/${await web.deps.store.links.issue(reference, 'action-1', 'spoc', 1)}`;
    expect((await web.browser().get(link)).status).toBe(200);
    expect(textOf((await browser.get(`/cases/${reference}`)).text)).toContain('Action 3 Call');
  });

  test('what is changed takes its number, what is dropped ends, and each who had one is told which', async () => {
    const reference = await recorded();
    await done(reference, 'actions', { action: 'action-3', result: 'done', on: '2026-04-09' });
    const anew = { ...(await seenIn(reference)), heldOn: '2026-04-09', text: 'It was slow', actions: [action('Call', 'sericc', '2026-05-07', 'action-3'), action('Visit twice', 'probation', '2026-05-01', 'action-1'), action('Write', 'probation', '2026-05-08')] };
    expect((await call(reviewSpoc, 'post', `/cases/${reference}/outcome`, anew, 'anew')).status).toBe(200);
    // Sent again it is the same act, though the plan that it names is none any more.
    expect((await call(reviewSpoc, 'post', `/cases/${reference}/outcome`, anew, 'anew')).status).toBe(200);
    const [, entry] = await actsOf(reference, 'outcome-recorded');
    expect(entry?.facts).toMatchObject({
      keeps: ['action-3'],
      changes: ['action-1'],
      plan: [{ id: 'action-4', number: 1, owner: 'probation' }, { id: 'action-3', number: 3, owner: 'sericc' }, { id: 'action-5', number: 4 }],
    });
    const document = await caseOf(reference);
    expect(textOf((await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}`)).text)).toMatch(/What the panel found: not in force any more It was slw .*What the panel found It was slow/);
    expect(document.projection.duties).toEqual(['telling-outcome-2', 'action-4', 'action-5']);
    const mailOf = async (step: string) => {
      const notice = { task: 'T0', step, clockVersion: 1, to: ['spoc'], chase: false } as const;
      const task = taskOf(notice, document);
      const { store, protocol, settings } = web.deps;
      const letter = await composeNotice({ notice, to: 'spoc', document, task, answer: null, now: clock.now() }, { store, protocol, publicUrl: settings.PUBLIC_URL } as Dependencies);
      return [task.partner, letter.subject, /\/t\//.test(letter.text)];
    };
    expect(await mailOf('action-dropped-2')).toEqual(['essex-police', `${reference} Action 2 of the plan is not to be done any more`, false]);
    expect(await mailOf('action-changed-1')).toEqual(['probation', `${reference} Action 1 of the plan was changed`, false]);
    const page = textOf((await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}`)).text);
    expect(page).toMatch(/Action 1 Visit twice.*Action 3 Call.*Done.*Action 4 Write/);
  });

  test('of two who have the form open the second does not replace what the first has recorded unseen, and has what was typed before it', async () => {
    const reference = await recorded();
    const path = `/cases/${reference}/outcome`;
    const browser = await web.signedIn(reviewSpoc);
    const later = hiddenOf((await browser.get(path)).text, path);
    expect(later).toMatchObject({ outcomeSeen: 'outcome-1', 'action1-id': 'action-1' });
    const content = async () => ((await call(reviewSpoc, 'get', `/cases/${reference}`)).body as { content: { request: { outcome: { name: string; actions: object[] } } } }).content.request.outcome;
    expect(await content()).toMatchObject({ name: 'outcome-1', actions: [{ id: 'action-1', number: 1, what: 'Visit', settled: null }, {}, {}] });
    const [visit, ...others] = first.map((each, index) => ({ ...each, id: `action-${index + 1}` }));
    await done(reference, 'outcome', { outcomeSeen: (await content()).name, heldOn: '2026-04-09', text: 'It was slow', actions: [{ ...visit, what: 'Visit twice' }, ...others, action('Write', 'probation', '2026-05-08')] });
    const typed = { ...date('heldOn', '2026-04-09'), text: 'My own words', 'action1-what': 'Visit', 'action1-owner': 'probation', ...date('action1-dueOn', '2026-05-01') };
    const refused = await browser.post(path, { ...later, ...typed });
    expect([refused.status, errorsOf(refused.text)]).toEqual([409, []]);
    const shown = textOf(refused.text);
    expect(shown).toContain('An outcome that you have not seen was recorded at 10:00am on Thursday 9 April 2026: of a meeting on Thursday 9 April 2026, with 4 actions.');
    expect(shown).toMatch(/What is on record now .*It was slow.*Action 1 , The Probation Service, by Friday 1 May 2026: Visit twice.*Action 4 .*Write/);
    expect(refused.text).toContain('My own words');
    // Sent again as it is, it is refused again: what was typed was typed upon the other outcome.
    expect((await browser.post(path, { ...hiddenOf(refused.text, path), ...typed })).status).toBe(409);
    expect(await actsOf(reference, 'outcome-recorded')).toHaveLength(2);
    const anew = await browser.get(path);
    expect(hiddenOf(anew.text, path)).toMatchObject({ outcomeSeen: 'outcome-2', 'action1-id': 'action-4' });
    expect(anew.text).not.toContain('What is on record now');
    expect((await call(reviewSpoc, 'post', path, { outcomeSeen: '2', heldOn: '2026-04-09', text: 'Slow', actions: [] })).status).toBe(422);
    expect((await call(reviewSpoc, 'post', path, { heldOn: '2026-04-09', text: 'Slow', actions: [] })).status).toBe(409);
  });

  test('an action that is none of the plan, or is named twice, is refused', async () => {
    const reference = await recorded();
    const refused = async (...actions: readonly object[]) => JSON.stringify((await call(reviewSpoc, 'post', `/cases/${reference}/outcome`, { ...(await seenIn(reference)), heldOn: '2026-04-09', text: 'Slow', actions })).body);
    expect(await refused(action('Visit', 'probation', '2026-05-01', 'action-9'))).toContain('There is no action-9 in the plan in force');
    expect(await refused(action('Visit', 'probation', '2026-05-01', 'action-1'), action('Lights', 'probation', '2026-05-01', 'action-1'))).toContain('Name each action of the plan once');
    expect(await refused(action('Visit', 'probation', '2026-05-02', 'action-1'))).toContain('Date of the action must be a working day');
  });
});

test('changed on looking at it again: what the panel decided is to be recorded anew by a day, and it does not close before', async () => {
  const reference = await openedByApi();
  await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Enough', actions: [] });
  await done(reference, 'applicant-told', { ...decisionTold, of: 'outcome' });
  await done(reference, 'not-satisfied', { receivedOn: '2026-04-09', text: 'No', looksAgain: 'Head of housing' });
  await done(reference, 'looked-at-again', { result: 'changed', text: 'It was too little', toldOn: '2026-04-09', how: 'letter' });
  const { projection, duties } = await caseOf(reference);
  expect([projection.stage, projection.duties?.filter((id) => !id.startsWith('telling-decision')), projection.closeAt]).toEqual(['changed', ['anew-1'], null]);
  expect(duties?.find(({ id }) => id === 'anew-1')).toMatchObject({ dueOn: '2026-04-16', rungs: [{ step: 'reminder' }, { step: 'due-today' }, { step: 'overdue', to: ['requester', 'csp-manager'] }] });
  const closing = await call(reviewSpoc, 'post', `/cases/${reference}/closing`, {});
  expect([closing.status, JSON.stringify(closing.body)]).toEqual([409, expect.stringContaining('Record anew what the panel decided first')]);
  const browser = await web.signedIn(reviewSpoc);
  const page = textOf((await browser.get(`/cases/${reference}`)).text);
  expect(page).toContain('What is decided now is to be recorded anew by the end of Thursday 16 April 2026 , in 5 working days');
  expect(page).toContain('What came of looking at it again: it is changed');
  expect(page).toContain('Changed, to be recorded anew');
  expect(textOf((await browser.get('/')).text)).toContain(`Record anew what the panel decided, as it was changed of ${reference}`);
  const first = 'Record anew what the panel decided first';
  for (const [act, said] of [
    ['applicant-told', { ...decisionTold, of: 'outcome' }],
    ['not-satisfied', { receivedOn: '2026-04-09', text: 'Still not', looksAgain: 'Head of housing' }],
  ] as const) {
    const refused = await call(reviewSpoc, 'post', `/cases/${reference}/${act}`, said);
    expect([act, refused.status, JSON.stringify(refused.body)]).toEqual([act, 409, expect.stringContaining(first)]);
  }
  expect(await actsOf(reference, 'not-satisfied')).toHaveLength(1);
  const telling = await browser.get(`/cases/${reference}/applicant-told`);
  expect([telling.text.includes('value="outcome"'), textOf(telling.text).includes('Record anew what it decided first')]).toEqual([false, true]);
  const inWords = { of: 'outcome', ...date('toldOn', '2026-04-09'), how: 'meeting', text: 'At home' };
  const byForm = await browser.post(`/cases/${reference}/applicant-told`, { ...hiddenOf(telling.text), ...inWords });
  expect([byForm.status, textOf(byForm.text).includes(first), byForm.text.includes('At home')]).toEqual([409, true, true]);
  const offered = (await browser.get(`/cases/${reference}`)).text.includes(`href="/cases/${reference}/not-satisfied"`);
  expect([offered, (await browser.get(`/cases/${reference}/not-satisfied`)).status]).toEqual([false, 303]);
  await done(reference, 'outcome', { ...(await seenIn(reference)), heldOn: '2026-04-09', text: 'Too little', actions: [] });
  expect((await caseOf(reference)).projection).toMatchObject({ stage: 'outcome-recorded' });
  expect((await caseOf(reference)).projection.duties).not.toContain('anew-1');
});

test('what was decided anew is told no earlier than the change, so that the case closes no earlier', async () => {
  const reference = await openedByApi();
  await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Enough', actions: [] });
  await done(reference, 'applicant-told', { ...decisionTold, of: 'outcome' });
  await done(reference, 'not-satisfied', { receivedOn: '2026-04-09', text: 'No', looksAgain: 'Head of housing' });
  clock.pass(24 * 60);
  await done(reference, 'looked-at-again', { result: 'changed', text: 'It was too little', toldOn: '2026-04-10', how: 'letter' });
  await done(reference, 'outcome', { ...(await seenIn(reference)), heldOn: '2026-04-09', text: 'Too little', actions: [] });
  const refused = await call(reviewSpoc, 'post', `/cases/${reference}/applicant-told`, { ...decisionTold, of: 'outcome', toldOn: '2026-04-09' });
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining('must be on or after the day on which the applicant was told that it is changed, Friday 10 April 2026')]);
  await done(reference, 'applicant-told', { ...decisionTold, of: 'outcome', toldOn: '2026-04-10' });
});

test('of two who put on record at once that it is changed the case takes one, and what is to be done of the other is taken back', async () => {
  const reference = await openedByApi();
  await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Enough', actions: [] });
  await done(reference, 'applicant-told', { ...decisionTold, of: 'outcome' });
  await done(reference, 'not-satisfied', { receivedOn: '2026-04-09', text: 'No', looksAgain: 'Head of housing' });
  const restore = atOnce('looked-at-again');
  const changed = { result: 'changed', text: 'It was too little', toldOn: '2026-04-09', how: 'letter' };
  const answers = await Promise.all(['one', 'two'].map((key) => call(reviewSpoc, 'post', `/cases/${reference}/looked-at-again`, changed, key)));
  restore();
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const { duties, projection } = await caseOf(reference);
  const anew = duties?.filter(({ id }) => id.startsWith('anew')).map(({ id }) => id);
  expect(anew).toEqual([expect.stringMatching(/^anew-[12]$/)]);
  expect(projection.duties?.filter((id) => id.startsWith('anew'))).toEqual(anew);
});

test('looked at again within so few days that a reminder is past is told once, and not reminded of in the same moment', async () => {
  const reference = await openedByApi(refusedReview);
  await done(reference, 'applicant-told', decisionTold);
  await done(reference, 'not-satisfied', { receivedOn: '2026-04-09', text: 'No', looksAgain: 'Head of housing', dueOn: '2026-04-10' });
  const [said] = await actsOf(reference, 'not-satisfied');
  expect((said?.facts['duty'] as unknown as { readonly rungs: readonly { readonly step: string }[] }).rungs.map(({ step }) => step)).toEqual(['due-today', 'overdue']);
});

test('an action that stays overdue is told to the CSP manager as well', async () => {
  const reference = await openedByApi();
  await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Slow', actions: [{ what: 'Visit', owner: 'probation', dueOn: '2026-05-01' }] });
  const [entry] = await actsOf(reference, 'outcome-recorded');
  const [, planned] = entry?.facts['duties'] as unknown as readonly { readonly rungs: readonly { readonly step: string; readonly at: string; readonly to: readonly string[] }[] }[];
  expect(planned?.rungs.map(({ step, at, to }) => [step, at.slice(0, 10), to.join(' ')])).toEqual([
    ['asked', '2026-04-09', 'spoc'],
    ['reminder', '2026-04-29', 'spoc'],
    ['due-today', '2026-05-01', 'spoc'],
    ['overdue', '2026-05-05', 'spoc requester'],
    ['escalated', '2026-05-11', 'csp-manager'],
  ]);
});

test('an action that is long overdue when it is recorded is told to whoever has it as well, with its link, once', async () => {
  const reference = await openedByApi();
  clock.set('2026-05-18T09:00:00.000Z');
  const actions = [['Visit', '2026-05-01'], ['Call', '2026-05-13']].map(([what, dueOn]) => ({ what, owner: 'probation', dueOn }));
  await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Slow', actions });
  const [entry] = await actsOf(reference, 'outcome-recorded');
  const [, long, short] = entry?.facts['duties'] as unknown as readonly { readonly rungs: readonly { readonly step: string; readonly at: string; readonly to: readonly string[] }[] }[];
  const rungsOf = (of: typeof long) => of?.rungs.map(({ step, at, to }) => [step, at.slice(0, 10), to.join(' ')]);
  // Of those that are past the case mails the last one only.
  expect(rungsOf(long)?.at(-1)).toEqual(['overdue', '2026-05-05', 'spoc requester csp-manager']);
  expect(rungsOf(short)?.slice(-2)).toEqual([['overdue', '2026-05-14', 'spoc requester'], ['escalated', '2026-05-20', 'csp-manager']]);
  const document = await caseOf(reference);
  const notice = { task: 'T0', step: 'action-overdue-1', to: ['spoc'], clockVersion: 1, chase: true } as const;
  const { store, protocol, settings } = web.deps;
  const letter = await composeNotice({ notice, to: 'spoc', document, task: taskOf(notice, document), answer: null, now: clock.now() }, { store, protocol, publicUrl: settings.PUBLIC_URL } as Dependencies);
  expect([letter.subject, /\/t\//.test(letter.text)]).toEqual([`${reference} Action 1 of the plan is to be done: overdue since Friday 1 May 2026`, true]);
});

test('who has an action is told so where the review is withdrawn, and told otherwise where it is opened again with the plan in force', async () => {
  const reference = await openedByApi();
  const actions = ['probation', 'essex-police', 'probation'].map((owner) => ({ what: 'Visit', owner, dueOn: '2026-05-01' }));
  await done(reference, 'outcome', { heldOn: '2026-04-09', text: 'Slow', actions });
  await done(reference, 'actions', { action: 'action-2', result: 'done', on: '2026-04-09' });
  const browser = await web.signedIn(reviewSpoc);
  const asks = textOf((await browser.get(`/cases/${reference}/withdrawal`)).text);
  expect(asks).toContain('The organisation that has something to do by the plan is told that it is not to be done any more.');
  await done(reference, 'withdrawal', { reason: 'It was applied for elsewhere' });
  const mailOf = async (step: string) => {
    const document = await caseOf(reference);
    const notice = { task: 'T0', step, clockVersion: 9, to: ['spoc'], chase: false } as const;
    const task = taskOf(notice, document);
    const { store, protocol, settings } = web.deps;
    const letter = await composeNotice({ notice, to: 'spoc', document, task, answer: null, now: clock.now() }, { store, protocol, publicUrl: settings.PUBLIC_URL } as Dependencies);
    return [task.partner, letter.subject, letter.text.replaceAll(/\s+/g, ' '), /\/t\//.test(letter.text)];
  };
  expect(await mailOf('action-withdrawn-1')).toEqual([
    'probation',
    `${reference} Action 1 of the plan is not to be done any more`,
    expect.stringContaining('A review by Thurrock Council was withdrawn, and with it the action that its panel has given to your organisation. You need to do nothing'),
    false,
  ]);
  expect(textOf((await browser.get(`/cases/${reference}/reopening`)).text)).toContain('whoever has something to do by the plan is told that it is to be done after all');
  await done(reference, 'reopening', { tasks: [], reason: 'It was not' });
  const { startInput } = await settled(reference, ({ run, startedAt }) => run === 2 && startedAt !== null);
  expect(startInput).toMatchObject({ tellsActions: true, duties: expect.arrayContaining([expect.objectContaining({ id: 'action-1' }), expect.objectContaining({ id: 'action-3' })]) as unknown });
  expect(await mailOf('action-again-3')).toEqual([
    'probation',
    `${reference} Action 3 of the plan is to be done: after all, by Friday 1 May 2026`,
    expect.stringContaining('The review was withdrawn, and is opened again: what the panel decided is in force. The panel of a review by Thurrock Council has given your organisation something to do.'),
    true,
  ]);
});

test('asked again by two in the same moment, a partner is mailed once', async () => {
  const reference = await openedByApi();
  const answers = await Promise.all(['one', 'two'].map((key) => call(cspManager, 'post', `/cases/${reference}/tasks/T1/decision`, { decision: 'asked-again', reason: 'Please' }, key)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await actsOf(reference, 'asked-again')).toHaveLength(1);
});

/** Holds back what is put on record of an act until it is there twice: each was concluded from the record without the other. */
function atOnce(act: AuditEntry['act']): () => void {
  const { audit } = web.deps.store;
  let open = (): void => undefined;
  const both = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  const held = async (draft: { readonly act: AuditEntry['act'] }): Promise<void> => {
    if (draft.act !== act) return;
    arrived += 1;
    if (arrived === 2) open();
    await both;
  };
  const append = audit.append.bind(audit);
  const appendAfter = audit.appendAfter.bind(audit);
  const spies = [
    jest.spyOn(audit, 'append').mockImplementation(async (draft, last) => held(draft).then(() => append(draft, last))),
    jest.spyOn(audit, 'appendAfter').mockImplementation(async (draft, last) => held(draft).then(() => appendAfter(draft, last))),
  ];
  return () => spies.forEach((spy) => spy.mockRestore());
}

test('of two that are not satisfied in the same instant the case takes one, and keeps who looks at it again', async () => {
  const reference = await openedByApi(refusedReview);
  await done(reference, 'applicant-told', decisionTold);
  const said = { receivedOn: '2026-04-09', text: 'Every night', looksAgain: 'Head of housing' };
  const restore = atOnce('not-satisfied');
  const answers = await Promise.all(['one', 'two'].map((key) => call(reviewSpoc, 'post', `/cases/${reference}/not-satisfied`, said, key)));
  restore();
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const { duties, projection } = await caseOf(reference);
  const looking = duties?.filter(({ id }) => id.startsWith('looking-again')).map(({ id }) => id);
  expect([looking, looking]).toEqual([projection.duties, [expect.stringMatching(/^looking-again-[12]$/)]]);
  expect((await actsOf(reference, 'not-satisfied')).map(({ facts }) => facts['number'])).toEqual([1, 2]);
});

test('of two first outcomes in the same instant one is taken, and who sent the other is told of it', async () => {
  const reference = await openedByApi();
  const outcome = (owner: string) => ({ heldOn: '2026-04-09', text: 'Slow', actions: [{ what: 'Visit', owner, dueOn: '2026-05-01' }] });
  const restore = atOnce('outcome-recorded');
  const answers = await Promise.all(['probation', 'essex-police'].map((owner) => call(reviewSpoc, 'post', `/cases/${reference}/outcome`, outcome(owner))));
  restore();
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(JSON.stringify(answers.find(({ status }) => status === 409)?.body)).toContain(
    'An outcome that you have not seen was recorded at 10:00am on Thursday 9 April 2026: of a meeting on Thursday 9 April 2026, with 1 action. What you sent was not put on record.',
  );
  expect(await actsOf(reference, 'outcome-recorded')).toHaveLength(1);
  expect((await caseOf(reference)).projection.duties).toEqual(expect.arrayContaining(['telling-outcome-1', 'action-1']));
});

test('partners whom the case did not accept to ask are not asked, and can be asked later', async () => {
  const reference = await granted();
  const asking = { asked: [{ partner: 'probation' }], legalBasis: 'public-task' };
  const mine = jest.spyOn(web.deps.dispatch, 'act').mockImplementation(async (entry) => {
    await applyToStore(entry, async () => caseOf(reference), { store: web.deps.store, holidays: web.deps.holidays.current(), protocol: web.deps.protocol });
    await recordRefusal(entry, 'NotGranted', web.deps);
    throw new ActRejected('NotGranted');
  });
  expect((await call(reviewSpoc, 'post', `/cases/${reference}/asking`, asking)).status).toBe(409);
  mine.mockRestore();
  const left = await caseOf(reference);
  expect([left.tasks, left.partners, left.terms['legalBasis']]).toEqual([[], ['thurrock'], '']);
  await done(reference, 'asking', asking);
  const { tasks, partners } = await settled(reference, ({ projection: { stage } }) => stage === 'awaiting-answers');
  expect([tasks.map(({ id, partner }) => [id, partner]), partners]).toEqual([[['T1', 'probation']], ['thurrock', 'probation']]);
});

test('partners are asked in time for a panel whose day was set before', async () => {
  const reference = await granted();
  await done(reference, 'schedule', { panelOn: '2026-04-20', due: 'keep', reason: 'A room' });
  const asking = { asked: [{ partner: 'probation' }], legalBasis: 'public-task' };
  const refused = await call(reviewSpoc, 'post', `/cases/${reference}/asking`, asking);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([
    422,
    expect.stringContaining('The panel was set to meet on Monday 20 April 2026. The panel must meet after Thursday 23 April 2026, by which the partners answer, or they must answer earlier'),
  ]);
  await done(reference, 'asking', { ...asking, due: 'chosen', dueOn: '2026-04-17' });
  expect((await caseOf(reference)).terms['panelOn']).toBe('2026-04-20');
});

test('the mail to somebody on the panel who has no account any more goes to the contact of that partner, and says so', async () => {
  const { store, protocol, settings } = web.deps;
  const known = (await store.accounts.byUsername('spoc@probation.example')) as NonNullable<Awaited<ReturnType<typeof store.accounts.byUsername>>>;
  await store.accounts.save({ ...known, _id: 'account-who-leaves', username: 'leaves@probation.example', roles: [] });
  const reference = await openedByApi();
  await done(reference, 'panel', { members: [policeOfficer, 'leaves@probation.example'] });
  const mailOf = async (account: string, what = 'panel-named') => {
    const document = await caseOf(reference);
    const notice = { task: 'T0', step: `${what}:${account}`, clockVersion: 1, to: ['spoc'], chase: true } as const;
    const task = taskOf(notice, document);
    const letter = await composeNotice({ notice, to: 'spoc', document, task, answer: null, now: clock.now() }, { store, protocol, publicUrl: settings.PUBLIC_URL } as Dependencies);
    return { ...letter, reach: await reachOf('spoc', document, task, web.deps) };
  };
  const there = await mailOf('account-who-leaves');
  expect([there.reach, there.subject, there.text.includes(`/cases/${reference}`)]).toEqual([{ address: 'leaves@probation.example' }, `${reference} You are on the panel of an ASB case review`, true]);
  await store.database.collection<{ _id: string }>('accounts').deleteOne({ _id: 'account-who-leaves' });
  const gone = await mailOf('account-who-leaves');
  expect(gone.reach).toEqual({ address: (await store.directory.resolve({ partner: 'probation', team: null, role: 'spoc', on: '2026-04-09' as never })).address });
  expect([gone.subject, gone.text.includes(`/cases/${reference}`)]).toEqual([`${reference} Somebody of your organisation is on the panel of an ASB case review`, false]);
  expect(gone.text.replaceAll(/\s+/g, ' ')).toContain('The person of your organisation whom Thurrock Council has named has no account any more, so this comes to you.');
  const withdrawn = await mailOf('account-who-leaves', 'panel-withdrawn');
  expect([withdrawn.subject, withdrawn.text.includes('whom to name'), withdrawn.text.includes('Please pass it on.')]).toEqual([`${reference} Withdrawn: the panel of an ASB case review does not meet`, false, true]);
  expect([there, gone].map(({ text }) => text.includes('Sign in to see who has answered'))).toEqual([true, false]);
  const page = textOf((await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}/withdrawal`)).text);
  expect(page).toContain('The 2 people on the panel are told that it does not meet.');
  await done(reference, 'panel', { members: [] });
  expect((await caseOf(reference)).terms).toMatchObject({ panel: [], panelPartners: [] });
  await done(reference, 'schedule', { panelOn: '2026-05-06', due: 'keep', reason: 'A room' });
  await done(reference, 'withdrawal', { reason: 'A mistake' });
  for (const at of ['', '/board']) {
    const { text } = await (await web.signedIn(reviewSpoc)).get(`/cases/${reference}${at}`);
    expect([at, textOf(text).includes('The panel was to meet on Wednesday 6 May 2026 , and did not.'), text.includes('The panel meets on <strong>')]).toEqual([at, true, false]);
  }
});
