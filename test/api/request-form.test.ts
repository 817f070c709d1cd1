/** The form of an information request: its pages, forth and back, and what becomes of it once it is sent. */
import {
  errorsOf,
  filledForm,
  hiddenOf,
  officer,
  openCase,
  SetClock,
  startWeb,
  thursday,
  unescaped,
  type Browser,
  type Web,
} from './support';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => clock.set(thursday));

const path = '/information-requests/new';
const casesOf = async () => web.deps.store.cases.list({ partners: null }, 100);
const headingOf = (html: string) => /<h1[^>]*>([^<]*)/.exec(html)?.[1]?.trim();
const date = (name: string, day: string, month: string, year: string) => ({
  [`${name}-day`]: day,
  [`${name}-month`]: month,
  [`${name}-year`]: year,
});

/** What is typed on each page, in their order, for a request to two partners and a team. */
const typed = [
  { 'asked[]': 'essex-police thurrock/housing riverview' },
  {
    identifiability: 'personal',
    personName: 'Jordan Example',
    personDetails: 'Born 1 January 1990\r\n"The Laurels" <flat 2>',
    'essex-police.categories[]': 'asb-incidents violence-incidents',
    'thurrock/housing.categories[]': 'linked-tenants',
    'riverview.justification': 'The trust runs the centre where it happened',
    information: 'Any contact since January',
  },
  { purpose: 'To keep a neighbour safe', legalBasis: 'public-task', specialBasis: '', statute: 'police-reform-2002' },
  {
    channel: 'telephone',
    ...date('receivedOn', '26', '3', '2026'),
    ...date('neededByOn', '12', '4', '2026'),
    urgentBecause: 'A hearing on the 13th',
    means: 'secure-email',
  },
] as const;
type Fields = Readonly<Record<string, string>>;
type Page = Awaited<ReturnType<Browser['post']>>;

/** Sends the page that is shown, with what is typed on it. */
const next = (browser: Browser, page: { text: string }, fields: Fields = {}) =>
  browser.post(path, { ...hiddenOf(page.text, path), ...fields });

/** Fills in page after page, as far as the given one. */
async function walk(browser: Browser, pages: number = typed.length): Promise<Page> {
  let page: Page = await browser.get(path);
  for (const fields of typed.slice(0, pages)) page = await next(browser, page, fields);
  return page;
}

test('page by page to the answers to be checked, and sent: a request to partners and a team is durable', async () => {
  const browser = await web.signedIn(officer);
  let page: Page = await browser.get(path);
  const headings = [headingOf(page.text)];
  for (const fields of typed) {
    page = await next(browser, page, fields);
    expect(page.status).toBe(200);
    headings.push(headingOf(page.text));
  }
  expect(headings).toEqual([
    'Whom do you ask?',
    'What do you ask for?',
    'Why is it needed?',
    'How and when was it asked?',
    'Check your answers before you send the request',
  ]);
  const shown = unescaped(page.text);
  for (const words of [
    'Thurrock Council, Housing',
    'Incidents of violence against the person',
    'The trust runs the centre',
    '"The Laurels" <flat 2>',
    'Public task (UK GDPR Article 6(1)(e))',
    'Police Reform Act 2002',
    'Sunday 12 April 2026',
    'Secure e-mail',
    'Fri 3 April 2026: Good Friday, not counted',
  ]) {
    expect(shown).toContain(words);
  }
  expect(shown.match(/<strong>Monday 13 April 2026<\/strong>/g)).toHaveLength(3);

  expect(page.text).toContain('<li>Thurrock Council, Housing</li>');

  const sent = await next(browser, page);
  expect(sent.status).toBe(303);
  const sentPage = await browser.get(String(sent.headers['location']));
  expect(sentPage.status).toBe(200);
  const reference = /IR-2026-\d{4}/.exec(sentPage.text)?.[0] as string;
  for (const name of ['Essex Police', 'Thurrock Council, Housing', 'Riverview Trust']) {
    expect(sentPage.text).toMatch(new RegExp(`data-label="Asked">${name}</td>\\s*<td[^>]*>the end of <strong>Monday 13 April 2026`));
  }
  expect(sentPage.text).toContain('Request sent');

  const document = await web.deps.store.cases.get(reference);
  const plan = { dueOn: '2026-04-13', dueAt: '2026-04-13T23:00:00Z', version: 1, reason: 'opened', from: '2026-03-26' };
  const asked = { holder: null, answersBefore: 0, linkGeneration: 1, plans: [plan] };
  expect(document).toMatchObject({
    title: 'Thurrock Council asks Essex Police and 2 others',
    openedBy: { account: 'thurrock-officer', partner: 'thurrock', teams: ['environment'] },
    partners: ['thurrock', 'essex-police', 'riverview'],
    tasks: [
      { id: 'T1', partner: 'essex-police', team: null, categories: ['asb-incidents', 'violence-incidents'], ...asked },
      { id: 'T2', partner: 'thurrock', team: 'housing', categories: ['linked-tenants'], ...asked },
      { id: 'T3', partner: 'riverview', team: null, categories: [], ...asked },
    ],
    terms: {
      identifiability: 'personal',
      legalBasis: 'public-task',
      specialBasis: null,
      statute: 'police-reform-2002',
      channel: 'telephone',
      means: 'secure-email',
      neededByOn: '2026-04-12',
    },
    run: 1,
    startedAt: null,
    ended: false,
    projection: { stage: 'awaiting-answers', seq: 0, openTasks: 3, dueAt: '2026-04-13T23:00:00.000Z' },
    startInput: {
      schema: 1,
      caseRef: reference,
      opener: 'thurrock',
      questionPausesClock: false,
      tasks: [
        { id: 'T1', partner: 'essex-police', name: 'Essex Police' },
        { id: 'T2', partner: 'thurrock', name: 'Thurrock Council, Housing' },
        { id: 'T3', partner: 'riverview', name: 'Riverview Trust' },
      ],
    },
  });
  expect(document?.nextWakeAt?.toISOString()).toBe(document?.projection.nextWakeAt);
  expect(JSON.stringify(document)).not.toMatch(/Jordan|January|neighbour|hearing|centre/);
});

test('what is sent is on record before the case is stored, without what was typed', async () => {
  const reference = await openCase(await web.signedIn(officer));
  const [entry, ...others] = await web.deps.store.audit.of(reference);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    key: 'opened',
    act: 'case-opened',
    at: thursday,
    by: { account: 'thurrock-officer', via: 'page' },
    facts: { process: 'information-request', partners: ['thurrock', 'essex-police'], asked: ['essex-police'] },
    sealed: null,
    waiting: false,
  });
  expect(JSON.stringify(entry)).not.toMatch(/Jordan|neighbour|January/);
});

test('without its record no case is opened, and nothing typed is lost', async () => {
  const browser = await web.signedIn(officer);
  const page = await walk(browser);
  const before = (await casesOf()).length;
  const away = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValueOnce(new Error('The database is away.'));
  const refused = await next(browser, page);
  away.mockRestore();
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect(await casesOf()).toHaveLength(before);
  const sent = await next(browser, page);
  expect(sent.status).toBe(303);
  expect(await casesOf()).toHaveLength(before + 1);
});

test('several ticked boxes of one name come as a browser posts them', async () => {
  const browser = await web.signedIn(officer);
  const hidden = new URLSearchParams(hiddenOf((await browser.get(path)).text, path));
  hidden.append('asked[]', 'essex-police');
  hidden.append('asked[]', 'probation');
  const page = await browser.agent.post(path).type('form').send(hidden.toString());
  expect(headingOf(page.text)).toBe('What do you ask for?');
  expect(page.text).toContain('What do you ask Essex Police for?');
  expect(page.text).toContain('What do you ask The Probation Service for?');
});

test('going back and changing an answer loses nothing, and leads to the answers again', async () => {
  const browser = await web.signedIn(officer);
  const checked = await walk(browser);
  const changing = await next(browser, checked, { go: 'what' });
  expect(changing.status).toBe(200);
  expect(headingOf(changing.text)).toBe('What do you ask for?');
  const form = unescaped(changing.text);
  expect(form).toContain('value="Jordan Example"');
  expect(form).toContain('"The Laurels" <flat 2></textarea>');
  expect(form).toMatch(/value="violence-incidents" checked/);
  expect(form).not.toMatch(/value="burglary-vehicle-incidents" checked/);

  const back = await next(browser, changing, { ...typed[1], personName: 'Somebody Example', go: 'whom' });
  expect(headingOf(back.text)).toBe('Whom do you ask?');
  expect(back.text).toMatch(/value="riverview" checked/);
  const again = await next(browser, back, typed[0]);
  expect(headingOf(again.text)).toBe('Check your answers before you send the request');
  expect(again.text).toContain('Somebody Example');
  expect(again.text).not.toContain('Jordan Example');
  expect(unescaped(again.text)).toContain('"The Laurels" <flat 2>');
});

test('"Back" brings along what was typed on the page that is left, also what is not sound', async () => {
  const browser = await web.signedIn(officer);
  const page = await walk(browser, 3);
  const back = await next(browser, page, { ...date('receivedOn', '31', '2', '2026'), go: 'why' });
  expect(back.status).toBe(200);
  expect(headingOf(back.text)).toBe('Why is it needed?');
  expect(back.text).toContain('To keep a neighbour safe</textarea>');
  const forth = await next(browser, back, typed[2]);
  expect(headingOf(forth.text)).toBe('How and when was it asked?');
  expect(forth.text).toContain('value="31"');
  expect(errorsOf(forth.text)).toEqual([]);
});

test('a partner that is added in the end leads to what is still missing for it', async () => {
  const browser = await web.signedIn(officer);
  const whom = await next(browser, await walk(browser), { go: 'whom' });
  const missing = await next(browser, whom, { 'asked[]': 'essex-police probation' });
  expect(missing.status).toBe(422);
  expect(headingOf(missing.text)).toBe('What do you ask for?');
  expect(errorsOf(missing.text)).toEqual(['Choose what you ask The Probation Service for']);
  expect(missing.text).toMatch(/href="#probation\.categories"/);
  const filled = await next(browser, missing, { ...typed[1], 'probation.categories[]': 'offender-management' });
  expect(headingOf(filled.text)).toBe('Check your answers before you send the request');
});

test('who asks for anonymised information only has said nothing of a person', async () => {
  const browser = await web.signedIn(officer);
  const what = await next(browser, await walk(browser), { go: 'what' });
  const checked = await next(browser, what, { ...typed[1], identifiability: 'anonymised' });
  expect(checked.status).toBe(200);
  expect(checked.text).not.toMatch(/<dt[^>]*>About whom/);
  // It is still there for whoever changes it back.
  const back = await next(browser, checked, { go: 'what' });
  expect(back.text).toContain('value="Jordan Example"');
});

test('each fault stands on its page, at its field and in the summary, in page order, and what was typed stays', async () => {
  const browser = await web.signedIn(officer);
  const page = await next(browser, await walk(browser, 3), date('receivedOn', '31', '4', '2026'));
  expect(page.status).toBe(422);
  expect(errorsOf(page.text)).toEqual([
    'Choose how the request was made',
    'Date received must be a real date: check the day, the month and the year',
    'Choose how the answer is given',
  ]);
  expect(page.text).toContain('<title>Error: How and when was it asked?');
  for (const field of ['channel', 'receivedOn', 'means']) expect(page.text).toContain(`id="${field}-error"`);
  expect(page.text).toContain('value="31"');
  expect(page.text).toMatch(/href="#receivedOn-day"/);
});

test('an empty form tells the faults of its first page only', async () => {
  const browser = await web.signedIn(officer);
  const page = await next(browser, await browser.get(path));
  expect(page.status).toBe(422);
  expect(headingOf(page.text)).toBe('Whom do you ask?');
  expect(errorsOf(page.text)).toEqual(['Choose whom you ask']);
});

test('nobody comes past a page that is not sound', async () => {
  const browser = await web.signedIn(officer);
  for (const [step, fields] of [
    ['why', typed[2]],
    ['how', typed[3]],
  ] as const) {
    const skipped = await browser.send(path, { step, ...fields });
    expect(skipped.status).toBe(422);
    expect(headingOf(skipped.text)).toBe('Whom do you ask?');
  }
  const sent = await browser.send(path, { ...filledForm, purpose: '' });
  expect(sent.status).toBe(422);
  expect(headingOf(sent.text)).toBe('Why is it needed?');
  expect(errorsOf(sent.text)).toEqual(['Enter what the information is needed for']);
});

describe('a session that ends', () => {
  const signInAgain = async (browser: Browser, refused: { text: string }) =>
    browser.post('/sign-in', { ...hiddenOf(refused.text, '/sign-in'), username: officer, password: 'concordat-demo-only' });

  test('in the middle loses nothing: the page comes again, and the ones before it', async () => {
    const browser = await web.signedIn(officer);
    const page = await walk(browser, 2);
    await web.deps.store.database.collection('sessions').deleteMany({});
    const refused = await next(browser, page, { ...typed[2], purpose: 'Typed for an hour\r\nwith "quotes" & <signs>' });
    expect(refused.status).toBe(401);
    const form = await signInAgain(browser, refused);
    expect(form.status).toBe(200);
    expect(headingOf(form.text)).toBe('Why is it needed?');
    expect(form.text).toContain('It was not sent yet');
    expect(unescaped(form.text)).toMatch(/Typed for an hour\r?\nwith "quotes" & <signs><\/textarea>/);
    const how = await next(browser, form, typed[2]);
    const checked = await next(browser, how, typed[3]);
    expect(unescaped(checked.text)).toContain('"The Laurels" <flat 2>');
  });

  test('before the sending shows the answers again, and they are sent once', async () => {
    const browser = await web.signedIn(officer);
    const page = await walk(browser);
    const before = (await casesOf()).length;
    await web.deps.store.database.collection('sessions').deleteMany({});
    const checked = await signInAgain(browser, await next(browser, page));
    expect(headingOf(checked.text)).toBe('Check your answers before you send the request');
    expect(await casesOf()).toHaveLength(before);
    expect((await next(browser, checked)).status).toBe(303);
    expect(await casesOf()).toHaveLength(before + 1);
  });

  test('on the way to a page that is to be changed leads to that page', async () => {
    const browser = await web.signedIn(officer);
    const page = await walk(browser);
    await web.deps.store.database.collection('sessions').deleteMany({});
    const form = await signInAgain(browser, await next(browser, page, { go: 'whom' }));
    expect(headingOf(form.text)).toBe('Whom do you ask?');
    expect(form.text).toMatch(/value="riverview" checked/);
  });
});

describe('a form that is sent more than once', () => {
  test('at one moment opens one case', async () => {
    const browser = await web.signedIn(officer);
    const before = (await casesOf()).length;
    const posted = { ...hiddenOf((await browser.get(path)).text, path), ...filledForm };
    const answers = await Promise.all([1, 2, 3, 4].map(() => browser.post(path, posted)));
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
    expect(await casesOf()).toHaveLength(before + 1);
  });

  test('and was not seen to be so before it was put on record: the record says that the number is unused', async () => {
    const browser = await web.signedIn(officer);
    const posted = { ...hiddenOf((await browser.get(path)).text, path), ...filledForm };
    const first = await browser.post(path, posted);
    const unseen = jest.spyOn(web.deps.store.cases, 'bySubmission').mockResolvedValueOnce(null);
    const again = await browser.post(path, posted);
    unseen.mockRestore();
    expect(again.headers['location']).toBe(first.headers['location']);
    const reference = /IR-\d{4}-\d{4}/.exec(String(first.headers['location']))?.[0] ?? '';
    const [year, number] = [reference.slice(3, 7), Number(reference.slice(8)) + 1];
    const unused = await web.deps.store.audit.of(`IR-${year}-${String(number).padStart(4, '0')}`);
    expect(unused).toMatchObject([{ act: 'case-opened' }, { act: 'act-refused', facts: { openedAs: reference } }]);
  });

  test('later leads to the same case, also after a task was passed on', async () => {
    const browser = await web.signedIn(officer);
    const posted = { ...hiddenOf((await browser.get(path)).text, path), ...filledForm, 'asked[]': 'ecfrs' };
    const fields = { ...posted, 'ecfrs.categories[]': 'safeguarding' };
    const first = await browser.post(path, fields);
    const reference = /IR-\d{4}-\d{4}/.exec(String(first.headers['location']))?.[0] ?? '';
    await web.deps.store.cases.passOn(reference, 'T1', { team: 'builders', holder: null, generation: 2 });
    const again = await browser.post(path, fields);
    expect(again.status).toBe(303);
    expect(again.headers['location']).toBe(first.headers['location']);
  });

  test.each([
    ['another person', { personName: 'Somebody Else' }],
    ['another category', { 'essex-police.categories[]': 'asb-incidents' }],
    ['a partner more', { 'asked[]': 'essex-police riverview', 'riverview.justification': 'It runs the centre' }],
    ['another date', date('receivedOn', '25', '3', '2026')],
    ['another way to answer', { means: 'meeting' }],
  ])('with %s in it says so, and changes nothing', async (_what, changed) => {
    const browser = await web.signedIn(officer);
    const posted = { ...hiddenOf((await browser.get(path)).text, path), ...filledForm };
    await browser.post(path, posted);
    const before = (await casesOf()).length;
    const again = await browser.post(path, { ...posted, ...changed });
    expect(again.status).toBe(409);
    expect(again.text).toMatch(/This form was already sent as IR-2026-\d{4}/);
    expect(await casesOf()).toHaveLength(before);
  });

  test('by another person opens a case of that person’s own', async () => {
    const first = await web.signedIn(officer);
    const posted: Fields = { ...hiddenOf((await first.get(path)).text, path), ...filledForm };
    const own = await first.post(path, posted);
    const second = await web.signedIn('asb-review@thurrock.example');
    const other = await second.send(path, { ...filledForm, submissionId: posted['submissionId'] as string });
    expect(other.status).toBe(303);
    expect(other.headers['location']).not.toBe(own.headers['location']);
  });
});

test('an old date is taken once it is said to be right, and opens on the step that applies', async () => {
  const browser = await web.signedIn(officer);
  const old = date('receivedOn', '8', '4', '2025');
  const asked = await browser.send(path, { ...filledForm, ...old });
  expect(asked.text).toContain('name="receivedOnConfirmed"');
  const reference = await openCase(browser, { ...old, receivedOnConfirmed: 'yes' });
  expect((await web.deps.store.cases.get(reference))?.projection).toMatchObject({ stage: 'unanswered', overdue: true });
  const page = await browser.get(`/cases/${reference}/sent`);
  expect(page.text).toContain('the answer is overdue already');
});

test('today is London’s: at half past midnight in summer the new day can be entered', async () => {
  clock.set('2026-06-10T23:30:00.000Z');
  const browser = await web.signedIn(officer);
  const sent = await browser.send(path, { ...filledForm, ...date('receivedOn', '11', '6', '2026') });
  expect(sent.status).toBe(303);
});

test('what was sent is shown to the opening team, and is not there for anybody else', async () => {
  const reference = await openCase(await web.signedIn(officer));
  for (const stranger of ['housing.officer@thurrock.example', 'spoc@essex-police.example', 'manager@thurrock.example']) {
    expect((await (await web.signedIn(stranger)).get(`/cases/${reference}/sent`)).status).toBe(404);
  }
  expect((await (await web.signedIn('asb-review@thurrock.example')).get(`/cases/${reference}/sent`)).status).toBe(200);
});

test('only who has signed is offered, each with what is to be known, and neither the own partner nor the own team', async () => {
  const page = await (await web.signedIn(officer)).get(path);
  const offered = [...page.text.matchAll(/name="asked\[\]" type="checkbox" value="([^"]+)"/g)].map(([, value]) => value);
  const signed = web.deps.protocol.organisations.filter((partner) => partner.signed).map(({ code }) => code);
  expect(offered.filter((value) => !value?.includes('/'))).toEqual(signed.filter((code) => code !== 'thurrock'));
  expect(offered).toContain('thurrock/housing');
  expect(offered).toContain('ecfrs/builders');
  expect(offered).not.toContain('thurrock/environment');
  expect(page.text).toContain('Shares anonymised information only');
  expect(page.text).toContain('section 2 lists nothing that it shares');
});
