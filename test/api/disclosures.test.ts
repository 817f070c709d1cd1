import { MongoNetworkError } from 'mongodb';
import { cellOf } from '../../api/pages/disclosures';
import { means } from '../../api/cases/codes';
import type { IsoInstant } from '../../config/clock';
import type { Scope } from '../../config/scopes';
import type { Disclosure } from '../../store/disclosures';
import { cspManager, errorsOf, officer, SetClock, spoc, startWeb, thursday, unescaped, type Web } from './support';

const probationSpoc = 'spoc@probation.example';
let web: Web;

const line = (id: string, changed: Partial<Disclosure> = {}): Disclosure => ({
  _id: `${id}/answer/T1/1`,
  caseRef: id,
  task: 'T1',
  from: { partner: 'essex-police', team: null },
  to: { partner: 'thurrock', teams: ['housing'] },
  categories: ['asb-incidents'],
  identifiability: 'personal',
  legalBasis: 'public-task',
  specialBasis: null,
  statute: null,
  means: 'concordat',
  inFull: true,
  disclosedAt: '2026-04-01T09:00:00.000Z' as IsoInstant,
  handling: { marking: 'none', notToBePassedOn: false, notToBeRevealed: false },
  correctedBy: null,
  ...changed,
});
const stored = async (...lines: readonly Disclosure[]): Promise<void> => {
  const collection = web.deps.store.database.collection<Disclosure>('disclosures');
  await collection.deleteMany({});
  if (lines.length > 0) await collection.insertMany([...lines]);
};
const casesOn = (html: string): string[] =>
  [...html.matchAll(/<th scope="row"[^>]*><a class="govuk-link" href="\/cases\/([^"]+)"/g)].map(([, found = '']) => found);
const views = async () => web.deps.store.audit.of('register');
const pageFor = async (username: string, path: string) => (await web.signedIn(username)).get(path);
const apiFor = async (username: string, path: string, scopes?: readonly Scope[]) =>
  web.browser().agent.get(path).auth(await web.token(username, scopes), { type: 'bearer' });

beforeAll(async () => {
  web = await startWeb(new SetClock(thursday));
}, 180_000);
afterAll(async () => web.close());

describe('the disclosure register', () => {
  const full = line('IR-2026-0001', {
    categories: ['asb-incidents', 'no-longer-known'],
    inFull: false,
    specialBasis: 'special-public-interest',
    statute: 'crime-and-disorder-1998-s115',
    handling: { marking: 'official-sensitive', notToBePassedOn: true, notToBeRevealed: true },
    correctedBy: 'IR-2026-0001/answer/T1/2',
    disclosedAt: '2026-04-08T22:59:59.000Z' as IsoInstant,
  });
  const lines = [
    full,
    line('IR-2026-0002', { disclosedAt: '2026-04-08T23:00:00Z' as IsoInstant, categories: [], identifiability: 'anonymised' }),
    line('IR-2026-0003', { from: { partner: 'thurrock', team: 'housing' }, to: { partner: 'probation', teams: [] } }),
    line('IR-2026-0004', { from: { partner: 'probation', team: null }, to: { partner: 'essex-police', teams: [] }, categories: ['hate-crime-incidents'] }),
  ];
  beforeEach(async () => stored(...lines));

  test('shows a line in words, with its conditions and its correction', async () => {
    const { protocol } = web.deps;
    const { text, status } = await pageFor(officer, '/disclosures?case=ir%202026%201');
    expect(status).toBe(200);
    const row = unescaped(text.split('<tr').find((each) => each.includes('/cases/IR-2026-0001"')) ?? '');
    for (const words of [
      'Essex Police to Thurrock Council, Housing',
      '11:59pm on Wednesday 8 April 2026',
      'Incidents of anti-social behaviour',
      'no-longer-known',
      'Personal data, shared in part',
      'Public task (UK GDPR Article 6(1)(e))',
      'Substantial public interest',
      protocol.statutes.find(({ code }) => code === full.statute)?.name ?? 'a statute of the protocol',
      'OFFICIAL-SENSITIVE',
      means.concordat,
      'Not to be passed on',
      'Not to be revealed to the person',
      'Corrected by answer 2',
    ]) {
      expect(row).toContain(words);
    }
  });

  test.each([
    [officer, ['IR-2026-0002', 'IR-2026-0001', 'IR-2026-0003']],
    ['spoc.housing@thurrock.example', ['IR-2026-0002', 'IR-2026-0001', 'IR-2026-0003']],
    [spoc, ['IR-2026-0002', 'IR-2026-0001', 'IR-2026-0004']],
    [probationSpoc, ['IR-2026-0004', 'IR-2026-0003']],
    [cspManager, ['IR-2026-0002', 'IR-2026-0001', 'IR-2026-0004', 'IR-2026-0003']],
    ['manager@thurrock.example', ['IR-2026-0002', 'IR-2026-0001', 'IR-2026-0004', 'IR-2026-0003']],
    ['auditor@thurrock.example', ['IR-2026-0002', 'IR-2026-0001', 'IR-2026-0004', 'IR-2026-0003']],
  ])('is seen and counted by %s on page, in file and by API as the policy allows', async (username, expected) => {
    const page = await pageFor(username, '/disclosures');
    expect(casesOn(page.text)).toEqual(expected);
    expect(page.text).toContain(`${expected.length} disclosures`);
    const file = await pageFor(username, '/disclosures.csv');
    expect(file.text.split('\r\n').slice(1, -1).map((row) => row.slice(0, 12))).toEqual(expected);
    const { disclosures, total } = (await apiFor(username, '/api/v1/disclosures')).body as { disclosures: { case: string }[]; total: number };
    expect([disclosures.map((each) => each.case), total]).toEqual([expected, expected.length]);
    // Asking for another partner's lines gives none of them.
    const other = await pageFor(username, '/disclosures?from=probation&to=essex-police');
    expect(casesOn(other.text)).toEqual(expected.filter((ref) => ref === 'IR-2026-0004'));
  });

  test.each([
    ['from=essex-police', ['IR-2026-0002', 'IR-2026-0001']],
    ['to=essex-police', ['IR-2026-0004']],
    ['category=hate-crime-incidents', ['IR-2026-0004']],
    ['case=IR-2026-0003', ['IR-2026-0003']],
    ['since=2026-04-09', ['IR-2026-0002']],
    ['until=2026-04-08&from=essex-police', ['IR-2026-0001']],
    ['since=2026-04-08&until=2026-04-08', ['IR-2026-0001']],
  ])('is filtered by %s', async (query, expected) => {
    expect(casesOn((await pageFor(cspManager, `/disclosures?${query}`)).text)).toEqual(expected);
    const file = await pageFor(cspManager, `/disclosures.csv?${query}`);
    expect(file.text.split('\r\n')).toHaveLength(expected.length + 2);
    const api = (await apiFor(cspManager, `/api/v1/disclosures?${query}`)).body as { total: number };
    expect(api.total).toBe(expected.length);
  });

  test('takes the parts of dates, and hands the filters on to the file', async () => {
    const query = 'since-day=9&since-month=4&since-year=2026&until-day=&from=essex-police';
    const { text } = await pageFor(cspManager, `/disclosures?${query}`);
    expect(casesOn(text)).toEqual(['IR-2026-0002']);
    expect(unescaped(text)).toContain('href="/disclosures.csv?from=essex-police&since=2026-04-09"');
  });

  test.each([
    ['from=nobody', ['Choose a partner of the protocol']],
    ['category=<b>', ['Choose a category of the protocol']],
    ['case=Jordan', ['Enter a reference, such as IR-2026-0001']],
    ['since=soon', ['Disclosed from must be a date, such as 2026-03-26']],
    ['since=2026-04-09&until=2026-04-08', ['Disclosed until must not be before disclosed from']],
  ])('leaves out the wrong filter %s, with a word at it; the file is not given', async (query, expected) => {
    const page = await pageFor(cspManager, `/disclosures?${query}`);
    expect([page.status, errorsOf(page.text)]).toEqual([200, expected]);
    const before = (await views()).length;
    const file = await pageFor(cspManager, `/disclosures.csv?${query}`);
    expect([file.status, file.headers['location']]).toEqual([303, `/disclosures?${new URLSearchParams(query).toString()}`]);
    expect((await views()).length).toBe(before);
    expect((await apiFor(cspManager, `/api/v1/disclosures?${query}`)).status).toBe(422);
  });

  test('says so where there is nothing, and where nothing matches', async () => {
    expect((await pageFor(probationSpoc, '/disclosures?until=2020-01-01')).text).toContain('No disclosure that you can see matches');
    await stored();
    expect((await pageFor(probationSpoc, '/disclosures')).text).toContain('Nothing was disclosed yet');
    const file = await pageFor(probationSpoc, '/disclosures.csv');
    expect(file.text.split('\r\n')).toHaveLength(2);
  });

  test('comes in pages', async () => {
    await stored(...Array.from({ length: 30 }, (_, at) => line(`IR-2026-1${String(at).padStart(3, '0')}`)));
    const first = await pageFor(cspManager, '/disclosures?from=essex-police');
    expect(first.text).toContain('1 to 25 of 30 disclosures');
    expect(unescaped(first.text)).toContain('/disclosures?from=essex-police&page=2');
    const second = await pageFor(cspManager, '/disclosures?from=essex-police&page=2');
    expect(new Set([...casesOn(first.text), ...casesOn(second.text)]).size).toBe(30);
    const api = await apiFor(cspManager, '/api/v1/disclosures?limit=20&from=essex-police');
    const { next } = api.body as { next: string };
    expect(next).toMatch(/\/api\/v1\/disclosures\?page=2&limit=20&from=essex-police$/);
  });

  test('is a file that a spreadsheet takes, and takes for no formula', async () => {
    await stored(line('IR-2026-0001', { means: '=HYPERLINK("http://x.example")', categories: ['+a', '@b'], legalBasis: '-2+3' }));
    const file = await pageFor(cspManager, '/disclosures.csv');
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(file.headers['content-disposition']).toBe('attachment; filename=disclosure-register-2026-04-09.csv');
    expect(file.text.startsWith('\uFEFFCase,')).toBe(true);
    const [, row] = file.text.split('\r\n');
    expect(row).toContain(`,"'=HYPERLINK(""http://x.example"")",`);
    expect(row).toContain(`,'+a; @b,`);
    expect(row).toContain(`,'-2+3,`);
  });

  test.each([
    ['=1', "'=1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@a', "'@a"],
    ['\ta', "'\ta"],
    ['\ra', `"'\ra"`],
    ['a=1', 'a=1'],
    ['a,"b"', '"a,""b"""'],
    ['', ''],
  ])('a cell %j is written %j', (text, written) => {
    expect(cellOf(text)).toBe(written);
  });

  describe('puts on record who looked', () => {
    test('at what, before it is shown: page, file, API', async () => {
      const before = (await views()).length;
      await pageFor(officer, '/disclosures?from=essex-police&since=2026-04-01&case=IR-2026-0001');
      await pageFor(officer, '/disclosures.csv?to=thurrock');
      await apiFor(officer, '/api/v1/disclosures?category=asb-incidents&limit=1');
      const seen = (await views()).slice(before);
      const none = { from: null, to: null, category: null, since: null, until: null, caseRef: null, page: 1 };
      expect(seen.map(({ act, by, facts }) => [act, by.account, by.via, facts])).toEqual([
        ['register-viewed', 'thurrock-officer', 'page', { ...none, as: 'page', from: 'essex-police', since: '2026-04-01', caseRef: 'IR-2026-0001', lines: 1 }],
        ['register-viewed', 'thurrock-officer', 'page', { ...none, as: 'csv', to: 'thurrock', lines: 2 }],
        ['register-viewed', 'thurrock-officer', 'api', { ...none, as: 'api', category: 'asb-incidents', lines: 1 }],
      ]);
    });

    test('and shows nothing where that cannot be written', async () => {
      const browser = await web.signedIn(officer);
      const token = await web.token(officer);
      const broken = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new MongoNetworkError('the database is away'));
      try {
        for (const response of [
          await browser.get('/disclosures'),
          await browser.get('/disclosures.csv'),
          await web.browser().agent.get('/api/v1/disclosures').auth(token, { type: 'bearer' }),
        ]) {
          expect(response.status).toBe(503);
          expect(response.text).not.toContain('IR-2026-000');
        }
        expect(broken).toHaveBeenCalledTimes(3);
      } finally {
        broken.mockRestore();
      }
    });
  });

  test('is for nobody who is not signed in, and by the API only with its scope', async () => {
    const page = await web.browser().get('/disclosures?from=probation');
    expect(page.headers['location']).toMatch(/^\/sign-in/);
    expect((await web.browser().get('/disclosures.csv')).headers['location']).toMatch(/^\/sign-in/);
    expect((await apiFor(cspManager, '/api/v1/disclosures', ['cases:read', 'content:read'])).status).toBe(403);
  });
});
