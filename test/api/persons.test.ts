/** Finding a person: by whom, in which cases, and what is kept of the search. */
import { errorsOf, officer, requestBody, SetClock, spoc, startWeb, thursday, type Web } from './support';

const lead = 'governance-lead@essex-police.example';
let web: Web;
let found: string;
let notAsked: string;

const call = async (username: string, path: string, body: object) =>
  web.browser().agent.post(`/api/v1${path}`).auth(await web.token(username), { type: 'bearer' }).send(body);
const open = async (more: object): Promise<string> => {
  const { status, body } = (await call(officer, '/information-requests', { ...requestBody, ...more })) as { status: number; body: unknown };
  expect({ status, body }).toMatchObject({ status: 201 });
  return (body as { reference: string }).reference;
};
const search = async (query: object) => call(lead, '/person-searches', { purpose: 'subject-access', ...query });
const casesOf = ({ body }: { readonly body: unknown }) => (body as { cases: { case: string; disclosures: string[] }[] }).cases;

beforeAll(async () => {
  web = await startWeb(new SetClock(thursday));
  found = await open({ personName: 'Zoë O’Connor-Smith', personDetails: 'Born 4/3/1990, of 12 Example Close' });
  notAsked = await open({ personName: 'Zoë O’Connor-Smith', asked: [{ partner: 'probation', categories: ['offender-management'] }] });
}, 180_000);
afterAll(async () => web.close());

test('by the name in any order and spelling; by the date of birth; in the cases of one’s own partner only', async () => {
  for (const name of ['zoe oconnor', "O'CONNOR zoe", 'Smith Zoë']) {
    expect([name, casesOf(await search({ name })).map((each) => each.case)]).toEqual([name, [found]]);
  }
  expect(casesOf(await search({ name: 'Zoe Smith', bornOn: '1990-03-04' }))).toMatchObject([{ case: found, disclosures: [] }]);
  expect(casesOf(await search({ name: 'Zoe Smith', bornOn: '1990-03-05' }))).toEqual([]);
  expect(casesOf(await search({ name: 'Zoe Alex Smith' }))).toEqual([]);
  expect((await web.deps.store.cases.get(notAsked))?.persons).not.toBeUndefined();
});

test('with what was disclosed there', async () => {
  expect((await call(spoc, `/cases/${found}/tasks/T1/answers`, { kind: 'shared-in-full', shared: 'Two visits', categories: ['asb-incidents'] })).status).toBe(201);
  for (const entry of await web.deps.store.audit.waitingOf(found)) await web.deps.dispatch.apply(entry);
  expect(casesOf(await search({ name: 'Zoe Smith' }))).toMatchObject([{ case: found, disclosures: [`${found}/answer/T1/1`] }]);
});

test('on the page: what was typed is in no address, and what was found leads to the case', async () => {
  const browser = await web.signedIn(lead);
  expect((await browser.get('/disclosures')).text).toContain('href="/persons"');
  expect(errorsOf((await browser.send('/persons', { name: '12' })).text)).toEqual([
    'Choose what you look for the person for',
    'Name must have a word of two letters or more',
  ]);
  const page = await browser.send('/persons', { purpose: 'erasure', name: 'Zoe Smith' });
  expect([page.status, page.headers['location']]).toEqual([200, undefined]);
  expect(page.text).toContain(`href="/cases/${found}"`);
  expect(page.text).not.toContain(notAsked);
  expect((await browser.send('/persons', { purpose: 'erasure', name: 'Nobody Known' })).text).toContain('No case of Essex Police');
});

test('each search is on record with its purpose and what was found, and without the person', async () => {
  const before = (await web.deps.store.audit.of('register', 'person-searched')).length;
  await search({ name: 'Zoe Smith', purpose: 'rectification', bornOn: '1990-03-04' });
  const entries = await web.deps.store.audit.of('register', 'person-searched');
  expect(entries).toHaveLength(before + 1);
  expect(entries.at(-1)).toMatchObject({ by: { account: 'essex-police-governance' }, facts: { purpose: 'rectification', withDateOfBirth: true, cases: [found] } });
  expect(JSON.stringify(entries)).not.toMatch(/zoe|smith|1990/i);
});

test('nobody else may, and a token needs the scope', async () => {
  for (const username of [officer, spoc, 'csp-manager@thurrock.example', 'auditor@thurrock.example']) {
    expect([username, (await call(username, '/person-searches', { purpose: 'erasure', name: 'Zoe Smith' })).status]).toEqual([username, 403]);
    expect((await (await web.signedIn(username)).get('/persons')).status).toBe(403);
  }
});
