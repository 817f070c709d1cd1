import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import { answerTo } from '../support/cases';
import { listedCase, reference, storeCases, type ListedCase } from '../support/listed-cases';
import { cspManager, errorsOf, officer, SetClock, spoc, startWeb, thursday, unescaped, type Browser, type Web } from './support';

const midnight = (day: string): string => `${day}T23:00:00.000Z`;
const manager = 'manager@thurrock.example';
const probationSpoc = 'spoc@probation.example';

/** The references on a page, in their order. */
const referencesOn = (html: string): string[] =>
  [...html.matchAll(/<th scope="row"[^>]*><a class="govuk-link" href="\/cases\/([^"]+)"/g)].map(([, found = '']) => found);
/** The addresses of the links of a page that lead to a list of cases. */
const linksOn = (html: string): string[] =>
  [...html.matchAll(/href="(\/cases\?[^"]*)"/g)].map(([, found = '']) => unescaped(found));
const sectionOf = (html: string, heading: string): string =>
  html.split('<h2').find((part) => part.includes(`>${heading}</h2>`)) ?? '';

let web: Web;
const browsers = new Map<string, Browser>();
const signedIn = async (username: string): Promise<Browser> => {
  const browser = browsers.get(username) ?? (await web.signedIn(username));
  browsers.set(username, browser);
  return browser;
};
const pageFor = async (username: string, path: string) => (await signedIn(username)).get(path);

let numbers = 0;
/** Stores these in place of all that were there, and gives their references. */
const stored = async (...cases: readonly ListedCase[]): Promise<readonly string[]> => {
  await web.deps.store.database.collection('cases').deleteMany({});
  const documents = cases.map((each) => listedCase(reference((numbers += 1)), web.deps.store, each));
  if (documents.length > 0) await storeCases(web.deps.store, documents);
  return documents.map(({ _id }) => _id);
};

beforeAll(async () => {
  web = await startWeb(new SetClock(thursday));
}, 180_000);
afterAll(async () => web.close());

describe('the list of cases', () => {
  const answered = { status: 'answered' } as const;
  const cases = {
    plain: {},
    housing: { openedBy: { account: 'thurrock-housing-officer', teams: ['housing'] } },
    byPolice: {
      openedBy: { account: 'essex-police-officer', partner: 'essex-police', teams: [] },
      asked: [{ partner: 'thurrock' }],
    },
    probation: { asked: [{ partner: 'probation' }, { partner: 'ecfrs' }], tasks: [answered] },
    question: { tasks: [{ question: 2 }] },
    silent: { tasks: [{ status: 'unanswered' }], stage: 'unanswered' },
    answered: { tasks: [answered], openedAt: '2026-03-27T10:00:00.000Z' },
    closed: { tasks: [answered], outcome: 'answers-confirmed' },
    late: { dueAt: midnight('2026-04-01') },
    soon: { dueAt: midnight('2026-04-09') },
  } as const satisfies Record<string, ListedCase>;
  type Name = keyof typeof cases;
  const names = Object.keys(cases) as Name[];
  let references: readonly string[];
  beforeAll(async () => {
    references = await stored(...Object.values<ListedCase>(cases));
  });
  const ref = (name: Name): string => references[names.indexOf(name)] ?? '';
  const namesOf = (found: readonly string[]) => found.map((each) => names[references.indexOf(each)]);
  const without = (...left: readonly Name[]): readonly Name[] => names.filter((name) => !left.includes(name));

  const filters: readonly [string, readonly Name[]][] = [
    ['', names],
    ['process=information-request', names],
    ['stage=awaiting-answers', without('silent', 'answered', 'closed')],
    ['stage=unanswered', ['silent']],
    ['stage=answered', ['answered']],
    ['stage=closed', ['closed']],
    ['waits=answer', without('answered', 'closed')],
    ['waits=reply', ['question']],
    ['waits=confirmation', ['answered']],
    ['waits=decision', ['silent']],
    ['partner=essex-police', without('probation')],
    ['partner=essex-police&side=asking', ['byPolice']],
    ['partner=thurrock&side=asked', ['byPolice']],
    ['dueFrom=2026-04-09', without('answered', 'closed', 'late')],
    ['dueUntil=2026-04-09', ['late', 'soon']],
    ['dueFrom=2026-04-02&dueUntil=2026-04-09', ['soon']],
    ['overdue=yes', ['late']],
    ['state=open', without('closed')],
    ['state=closed', ['closed']],
    ['openedBy=my-team', without('housing', 'byPolice')],
    ['state=open&openedBy=my-team&partner=essex-police&side=asked&waits=answer&dueUntil=2026-04-09', ['late', 'soon']],
  ];

  test.each(filters)('with the filters "%s", on the page and by the API', async (query, expected) => {
    const page = await pageFor(officer, `/cases?sort=reference&${query}`);
    expect(page.status).toBe(200);
    expect(namesOf(referencesOn(page.text))).toEqual(expected);
    expect(errorsOf(page.text)).toEqual([]);
    expect(page.text).toContain(expected.length === 1 ? '1 case' : `${expected.length} cases`);
    const api = await web
      .browser()
      .agent.get(`/api/v1/cases?sort=reference&${query}`)
      .auth(await web.token(officer), { type: 'bearer' });
    expect(api.status).toBe(200);
    const body = api.body as { cases: { reference: string }[]; total: number; next: string | null };
    expect(namesOf(body.cases.map((each) => each.reference))).toEqual(expected);
    expect([body.total, body.next]).toEqual([expected.length, null]);
  });

  test.each<[string, string, readonly Name[]]>([
    ['of the police', 'officer@essex-police.example', without('probation')],
    ['of another partner', probationSpoc, ['probation']],
    ['of the council', 'housing.officer@thurrock.example', names],
    ['who manages the partnership', cspManager, names],
    ['who watches', manager, names],
    ['who audits', 'auditor@thurrock.example', names],
  ])('somebody %s sees and counts what the policy allows', async (_who, username, expected) => {
    const page = await pageFor(username, '/cases?sort=reference');
    expect(namesOf(referencesOn(page.text))).toEqual(expected);
    expect(page.text).toContain(expected.length === 1 ? '1 case' : `${expected.length} cases`);
    const other = await pageFor(username, '/cases?sort=reference&partner=thurrock&side=asking');
    expect(namesOf(referencesOn(other.text))).toEqual(expected.filter((name) => name !== 'byPolice'));
  });

  test('the orders', async () => {
    const orderOf = async (query: string) => namesOf(referencesOn((await pageFor(officer, `/cases?${query}`)).text));
    expect((await orderOf('')).slice(0, 2)).toEqual(['late', 'soon']);
    expect((await orderOf('sort=due')).slice(-2)).toEqual(['answered', 'closed']);
    expect((await orderOf('sort=newest'))[0]).toBe('answered');
    expect(await orderOf('sort=reference')).toEqual(names);
  });

  test('what is overdue is shown so, and what nothing is due of', async () => {
    const page = (await pageFor(officer, '/cases')).text;
    const rowOf = (name: Name) => page.split('<tr').find((row) => row.includes(`/cases/${ref(name)}"`)) ?? '';
    expect(rowOf('late')).toContain('Overdue');
    expect(rowOf('late')).toContain('working days ago');
    expect(rowOf('probation')).toContain('1 of 2 answered');
    expect(rowOf('probation')).toContain('The Probation Service; Essex County Fire and Rescue Service');
    expect(rowOf('closed')).toContain('Nothing is due');
  });

  test('an answer that the case has not heard of yet is shown', async () => {
    const document = await web.deps.store.cases.get(ref('soon'));
    const draft = answerTo(document as CaseDocument, web.deps.store, thursday);
    await web.deps.store.audit.append(draft);
    const page = (await pageFor(officer, '/cases')).text;
    expect(page.split('<tr').find((row) => row.includes(`/cases/${ref('soon')}"`))).toContain('Answered');
  });

  describe('keeps every filter', () => {
    const query = 'state=open&partner=essex-police&dueFrom=2026-04-01&openedBy=my-team&sort=newest';
    const kept = [...new URLSearchParams(query)].filter(([name]) => name !== 'sort');

    test('when the order is changed', async () => {
      const { text } = await pageFor(officer, `/cases?${query}`);
      const orders = linksOn(text).filter((link) => /sort=(due|reference)/.test(link));
      expect(orders).toHaveLength(2);
      for (const link of orders) expect([...new URL(link, 'http://x').searchParams]).toEqual(expect.arrayContaining(kept));
    });

    test('in the forms: the search hands them on, and the filters are filled in', async () => {
      const { text } = await pageFor(officer, `/cases?${query}`);
      const [search = '', form = ''] = [...text.matchAll(/<form method="get"[\s\S]*?<\/form>/g)].map(([found]) => found);
      for (const [name, value] of kept) expect(search).toContain(`<input type="hidden" name="${name}" value="${value}">`);
      expect(form).toMatch(/<option value="open" selected>/);
      expect(form).toMatch(/<option value="essex-police" selected>/);
      expect(form).toMatch(/name="dueFrom-day"[^>]* value="01"/);
      expect(form).toMatch(/value="my-team" checked/);
      expect(form).toContain('<input type="hidden" name="sort" value="newest">');
    });

    test('with the parts of a date as the form sends them', async () => {
      const parts = 'dueUntil-day=9&dueUntil-month=4&dueUntil-year=2026&dueFrom-day=&dueFrom-month=&dueFrom-year=&stage=';
      const { text } = await pageFor(officer, `/cases?sort=reference&${parts}`);
      expect(namesOf(referencesOn(text))).toEqual(['late', 'soon']);
      expect(linksOn(text)).toContain('/cases?dueUntil=2026-04-09&sort=due');
      expect(text).toMatch(/name="dueUntil-day"[^>]* value="9"/);
    });
  });

  describe('says of a filter that cannot be understood that it is left out', () => {
    test.each([
      ['stage=nonsense', ['Choose one that is offered']],
      ['process=breach%00', ['Choose one that is offered']],
      ['partner=nobody', ['Choose a partner of the protocol']],
      ['side[]=asked', []],
      ['dueFrom=soon', ['Due from must be a date, such as 2026-03-26']],
      ['dueFrom-day=31&dueFrom-month=2&dueFrom-year=2026', ['Due from must be a real date: check the day, the month and the year']],
      ['dueUntil-day=9', ['Due until must include a month and a year']],
      ['dueFrom=2026-04-09&dueUntil=2026-04-08', ['Due until must not be before due from']],
      ['overdue=perhaps&state=ajar&sort=$where', ['Choose one that is offered', 'Choose one that is offered', 'Choose one that is offered']],
      ['__proto__=x&constructor=y&partner[$ne]=z', []],
    ])('%s', async (query, expected) => {
      const page = await pageFor(officer, `/cases?openedBy=my-team&${query}`);
      expect(page.status).toBe(200);
      expect(errorsOf(page.text)).toEqual(expected);
      if (expected.length > 0) expect(page.text).toContain('govuk-error-message');
      if (!query.startsWith('dueFrom=2026')) expect(referencesOn(page.text)).toHaveLength(without('housing', 'byPolice').length);
    });

    test('by the API as a problem with the field', async () => {
      const api = await web
        .browser()
        .agent.get('/api/v1/cases?stage=nonsense&dueFrom=2026-02-31&page=0')
        .auth(await web.token(officer), { type: 'bearer' });
      expect(api.status).toBe(422);
      expect((api.body as { errors: { field: string }[] }).errors.map(({ field }) => field).sort()).toEqual(['dueFrom', 'page', 'stage']);
    });
  });

  describe('is searched by reference', () => {
    test.each(['exact', 'lower', 'short', 'blanks'])('and leads straight to the case: %s', async (how) => {
      const exact = ref('plain');
      const [, year, number] = exact.split('-');
      const written = { exact, lower: exact.toLowerCase(), short: `ir ${year} ${Number(number)}`, blanks: `  ${exact} ` }[how] ?? '';
      const page = await pageFor(officer, `/cases?q=${encodeURIComponent(written)}`);
      expect([page.status, page.headers['location']]).toEqual([303, `/cases/${exact}`]);
    });

    test('and says the same of a case that is not there and of one that is not theirs', async () => {
      const texts = [];
      for (const [username, asked] of [[probationSpoc, ref('soon')], [probationSpoc, 'IR-2026-9999']] as const) {
        const page = await pageFor(username, `/cases?q=${asked}`);
        expect(page.status).toBe(200);
        expect(errorsOf(page.text)).toEqual([`There is no case that you can see with the reference ${asked}`]);
        texts.push(page.text.replaceAll(asked, '?').replace(/name="_csrf" value="[^"]*"/g, ''));
      }
      expect(texts[0]).toBe(texts[1]);
    });

    test('and shows what was typed again, harmlessly, with the filters', async () => {
      const page = await pageFor(officer, `/cases?q=${encodeURIComponent('<b>"Jordan"')}&state=closed`);
      expect(errorsOf(page.text)).toEqual(['Enter a reference, such as IR-2026-0001']);
      expect(page.text).toContain('&lt;b&gt;&quot;Jordan&quot;');
      expect(namesOf(referencesOn(page.text))).toEqual(['closed']);
    });
  });

  test('where nothing matches it says so, and where there is nothing at all', async () => {
    const matched = await pageFor(officer, '/cases?dueUntil=2020-01-01');
    expect(matched.text).toContain('No case that you can see matches the filters.');
    const none = await pageFor('spoc.housing@thurrock.example', '/cases?openedBy=my-team&state=closed');
    expect(none.text).toContain('No case that you can see matches the filters.');
  });

  test('is cut into pages that keep the filters', async () => {
    const many = await stored(...Array.from({ length: 61 }, (): ListedCase => ({})), { asked: [{ partner: 'probation' }] });
    const found: string[] = [];
    const filter = 'partner=essex-police&sort=reference';
    let path: string | undefined = `/cases?${filter}`;
    const counts: string[] = [];
    while (path !== undefined) {
      const { text } = await pageFor(officer, path);
      found.push(...referencesOn(text));
      counts.push(/\d+ to \d+ of \d+/.exec(text)?.[0] ?? '');
      path = /govuk-pagination__next[\s\S]*?href="([^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
      if (path !== undefined) expect(path).toContain(filter);
    }
    expect(found).toEqual(many.slice(0, 61));
    expect(counts).toEqual(['1 to 25 of 61', '26 to 50 of 61', '51 to 61 of 61']);
    for (const [asked, first] of [['0', 0], ['-1', 0], ['x', 0], ['99999999', 0], ['99', 50]] as const) {
      const { status, text } = await pageFor(officer, `/cases?${filter}&page=${asked}`);
      expect([asked, status, referencesOn(text)[0]]).toEqual([asked, 200, many[first]]);
    }
  });

  test('is paged by the API with the address of the next', async () => {
    const token = await web.token(officer);
    const found: string[] = [];
    let next: string | null = `/api/v1/cases?partner=essex-police&sort=reference&limit=25`;
    while (next !== null) {
      const api = await web.browser().agent.get(next).auth(token, { type: 'bearer' });
      const body = api.body as { cases: { reference: string }[]; total: number; next: string | null };
      expect(body.total).toBe(61);
      found.push(...body.cases.map((each) => each.reference));
      next = body.next === null ? null : `${new URL(body.next).pathname}${new URL(body.next).search}`;
      if (next !== null) expect(next).toContain('partner=essex-police');
    }
    expect(new Set(found).size).toBe(61);
    expect(found).toEqual(found.toSorted());
  });
});

describe('my tasks', () => {
  test('tell somebody for whom nothing waits so', async () => {
    await stored();
    expect((await pageFor(spoc, '/')).text).toContain('Nothing waits for your answer.');
    expect((await pageFor(officer, '/')).text).toContain('Your team has no open case.');
    expect((await pageFor(cspManager, '/')).text).toContain('Nothing waits for your decision.');
    expect((await pageFor(manager, '/')).text).toContain('Nothing waits for you.');
    expect((await pageFor(officer, '/cases')).text).toContain('There are no cases that you can see yet.');
  });

  test('are the requests that an account may answer, the first due first', async () => {
    const [later, first, passed, team, silent, done] = await stored(
      {},
      { dueAt: midnight('2026-04-01') },
      { asked: [{ holder: 'essex-police-officer' }] },
      { openedBy: { partner: 'probation', account: 'probation-spoc', teams: [] }, asked: [{ partner: 'thurrock', team: 'housing' }] },
      { tasks: [{ status: 'unanswered', rungsPassed: 6 }], stage: 'unanswered', dueAt: midnight('2026-03-30') },
      { asked: [{}, { partner: 'probation' }], tasks: [{ status: 'answered' }], dueAt: midnight('2026-03-31') },
    );
    const tasksOf = async (username: string) => referencesOn(sectionOf((await pageFor(username, '/')).text, 'To answer'));
    expect(await tasksOf(spoc)).toEqual([silent, first, later, passed]);
    expect(await tasksOf('officer@essex-police.example')).toEqual([passed]);
    expect(await tasksOf('governance-lead@essex-police.example')).toEqual([silent]);
    expect(await tasksOf('spoc.housing@thurrock.example')).toEqual([team]);
    expect(await tasksOf(probationSpoc)).toEqual([done]);
    expect(await tasksOf(officer)).toEqual([]);
    const page = (await pageFor(spoc, '/')).text;
    expect(page).toContain('Wednesday 1 April 2026');
    expect(page).toContain(`href="/cases/${first}/tasks/T1/answer"`);
  });

  test('leave out an answer that is stored already', async () => {
    const [answered = '', open] = await stored({}, {});
    const document = (await web.deps.store.cases.get(answered)) as CaseDocument;
    await web.deps.store.audit.append(answerTo(document, web.deps.store, thursday));
    expect(referencesOn(sectionOf((await pageFor(spoc, '/')).text, 'To answer'))).toEqual([open]);
  });

  test('are the questions, the confirmations and the open cases of the opening team, and of no other', async () => {
    const [question, replied = '', confirm, open, closed, other] = await stored(
      { tasks: [{ question: 1 }] },
      { tasks: [{ question: 3 }] },
      { tasks: [{ status: 'answered' }], closeAt: midnight('2026-04-15') },
      {},
      { tasks: [{ status: 'answered' }], outcome: 'answers-confirmed' },
      { openedBy: { account: 'thurrock-housing-officer', teams: ['housing'] }, tasks: [{ question: 1 }] },
    );
    await web.deps.store.audit.append({
      chain: replied,
      key: 'reply/T1/3',
      at: thursday as AuditEntry['at'],
      act: 'question-answered',
      by: { account: 'thurrock-officer', via: 'page', from: null },
      task: 'T1',
      facts: { number: 3, submissionId: 'reply', clock: null, plan: null },
      sealed: 'sealed',
      waiting: true,
    });
    for (const username of [officer, 'asb-review@thurrock.example']) {
      const { text } = await pageFor(username, '/');
      expect(referencesOn(sectionOf(text, 'Questions to reply to'))).toEqual([question]);
      expect(referencesOn(sectionOf(text, 'Answers to confirm'))).toEqual([confirm]);
      expect(sectionOf(text, 'Answers to confirm')).toContain('Wednesday 15 April 2026');
      expect(referencesOn(sectionOf(text, 'Your team’s other open cases')).sort()).toEqual([replied, open]);
      expect(text).not.toContain(closed);
      expect(text).not.toContain(other);
    }
    const housing = (await pageFor('housing.officer@thurrock.example', '/')).text;
    expect(referencesOn(sectionOf(housing, 'Questions to reply to'))).toEqual([other]);
    expect(sectionOf(housing, 'Your team’s other open cases')).toContain('Your team has no other open case.');
    expect(housing).not.toContain('To decide');
  });

  test('are the decisions of the CSP manager, also where another partner is still asked', async () => {
    const [, silent, half] = await stored(
      {},
      { tasks: [{ status: 'unanswered' }], stage: 'unanswered' },
      { asked: [{}, { partner: 'probation' }], tasks: [{ status: 'unanswered' }], dueAt: midnight('2026-04-01') },
    );
    const { text } = await pageFor(cspManager, '/');
    expect(referencesOn(sectionOf(text, 'To decide'))).toEqual([half, silent]);
    expect((await pageFor(manager, '/')).text).not.toContain('To decide');
  });

  test('are never cut silently', async () => {
    const waiting = Array.from({ length: 30 }, (_, at): ListedCase => ({
      tasks: [{ status: 'unanswered', question: 1 }],
      dueAt: midnight(`2026-04-${String(30 - at).padStart(2, '0')}`),
    }));
    const references = await stored(...waiting);
    const inOrder = references.toReversed();
    const asked = sectionOf((await pageFor(spoc, '/')).text, 'To answer');
    expect(referencesOn(asked)).toEqual(inOrder.slice(0, 20));
    expect(asked).toContain('and there are more');
    expect(linksOn(asked)).toEqual(['/cases?waits=answer&partner=essex-police&side=asked']);
    for (const [username, heading] of [
      [officer, 'Questions to reply to'],
      [cspManager, 'To decide'],
    ] as const) {
      const section = sectionOf((await pageFor(username, '/')).text, heading);
      expect([heading, referencesOn(section)]).toEqual([heading, inOrder.slice(0, 20)]);
      expect(section).toContain('These are the first 20 of 30.');
      const [href = ''] = linksOn(section);
      expect((await pageFor(username, href)).text).toContain('1 to 25 of 30 cases');
    }
    const others = sectionOf((await pageFor(officer, '/')).text, 'Your team’s other open cases');
    expect(referencesOn(others)).toEqual(inOrder.slice(20));
    await stored(...waiting.map(() => ({})));
    const opened = sectionOf((await pageFor(officer, '/')).text, 'Your team’s open cases');
    expect(referencesOn(opened)).toHaveLength(20);
    expect(opened).toContain('These are the first 20 of 30.');
    expect(linksOn(opened)).toEqual(['/cases?state=open&openedBy=my-team']);
  });

  test('are in the order of the task’s own due date where another task of the case is due before', async () => {
    const own = listedCase(reference((numbers += 1)), web.deps.store, { asked: [{ partner: 'probation' }, {}], dueAt: midnight('2026-04-01') });
    const moved = own.tasks.map((task, at) => (at === 0 ? task : { ...task, plans: task.plans.map((plan) => ({ ...plan, dueAt: midnight('2026-05-01') as typeof plan.dueAt })) }));
    const [first] = await stored({ dueAt: midnight('2026-04-20') });
    await storeCases(web.deps.store, [{ ...own, tasks: moved }]);
    expect(referencesOn(sectionOf((await pageFor(spoc, '/')).text, 'To answer'))).toEqual([first, own._id]);
  });
});
