import { readAnswer, readNote } from '../../api/cases/content';
import { until } from '../../bench/until';
import type { IsoDate } from '../../config/clock';
import { answerKey, answerOf } from '../../store/answers';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import { askedCase, categories, endCase, linkOf, openedLink, recorded } from './answering';
import { cspManager, errorsOf, hiddenOf, officer, SetClock, spoc, startWeb, thursday, unescaped, type Browser, type Web } from './support';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => clock.set(thursday));

const shared = {
  kind: 'shared-in-full',
  'categories[]': 'asb-incidents',
  shared: 'Two reports in March',
  marking: 'official-sensitive',
  notToBePassedOn: 'yes',
  handling: 'Destroy after the meeting',
} as const;
const pathOf = ({ _id }: CaseDocument, page = 'answer') => `/cases/${_id}/tasks/T1/${page}`;
const answersOf = async ({ _id }: CaseDocument) => web.deps.store.answers.of(_id);
const contentOf = async (document: CaseDocument, version = 1) => {
  const answer = (await answersOf(document)).find((each) => each.version === version);
  return answer === undefined ? undefined : readAnswer(document, answer, web.deps.store);
};
const factsOf = async ({ _id }: CaseDocument, version = 1) =>
  (await web.deps.store.audit.byKey(_id, answerKey('T1', version)))?.facts;
/** The text of a page without its markup. */
const textOf = (html: string) => unescaped(html.replaceAll(/<[^>]+>/g, ' ')).replaceAll(/\s+/g, ' ');

describe('the form of an answer', () => {
  test('shows what is asked with every category ticked, and its opening is on record before', async () => {
    const document = await askedCase(web);
    const page = await (await web.signedIn(spoc)).get(pathOf(document));
    expect(page.status).toBe(200);
    expect(textOf(page.text)).toContain('Jordan Example');
    expect(textOf(page.text)).toContain('Incidents of violence against the person');
    for (const code of categories) expect(page.text).toMatch(new RegExp(`value="${code}" checked`));
    const [view] = await recorded(web, document._id, 'content-viewed');
    expect(view).toMatchObject({ by: { account: 'essex-police-spoc', via: 'page' }, facts: { what: ['request'] } });
  });

  test('is not shown when its opening cannot be put on record', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const append = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('away'));
    const page = await browser.get(pathOf(document));
    append.mockRestore();
    expect(page.status).toBeGreaterThanOrEqual(500);
    expect(page.text).not.toContain('Jordan');
  });

  test('takes an answer with its categories and handling conditions, sealed', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const sent = await browser.send(pathOf(document), shared);
    expect(sent.headers['location']).toBe(pathOf(document, 'received'));
    expect(textOf((await browser.get(pathOf(document, 'received'))).text)).toContain('10:00am on Thursday 9 April 2026, within');
    expect(await factsOf(document)).toMatchObject({
      version: 1,
      kind: 'shared-in-full',
      categories: ['asb-incidents'],
      marking: 'official-sensitive',
      notToBePassedOn: true,
      notToBeRevealed: false,
      recordedBy: null,
      receivedAt: thursday,
    });
    expect(await contentOf(document)).toMatchObject({ shared: 'Two reports in March', handling: 'Destroy after the meeting' });
    expect(JSON.stringify(await web.deps.store.audit.of(document._id))).not.toMatch(/Two reports|Destroy/);
    const [line] = await web.deps.store.database.collection('disclosures').find({ caseRef: document._id }).toArray();
    expect(line).toMatchObject({ categories: ['asb-incidents'], handling: { marking: 'official-sensitive' } });
  });

  test.each([
    ['no kind', {}, ['Choose how you answer']],
    ['nothing shared', { kind: 'shared-in-full', 'categories[]': 'asb-incidents' }, ['Enter the information you share, or add a file']],
    ['no category', { kind: 'shared-in-full', shared: 'x' }, ['Choose what you share']],
    ['a category that was not asked', { kind: 'shared-in-full', 'categories[]': 'robbery-incidents', shared: 'x' }, ['Choose only categories that were asked for']],
    ['part without what is left out', { kind: 'shared-in-part', 'categories[]': 'asb-incidents', shared: 'x' }, ['Enter what you leave out and why']],
    ['no ground', { kind: 'refused', leftOut: 'in the wrong place' }, ['Enter why you refuse']],
    ['no words for the marking', { ...shared, marking: 'other' }, ['Enter the marking']],
    ['a marking of no list', { ...shared, marking: 'secret' }, ['Choose a protective marking']],
    ['no question', { kind: 'question' }, ['Enter your question']],
    ['an answer of no kind', { kind: 'shredded' }, ['Choose how you answer']],
    ['a file of nobody', { ...shared, fileIds: '0b6f3f0e-5d0c-4f0e-9a53-2f4b8a1d7c11' }, ['A file is not there any more. Choose it again.']],
    ['a file that is no id', { ...shared, fileIds: 'x' }, ['Use the ids of files that you have sent']],
    ['a version that is none', { ...shared, corrects: '3' }, ['There is no answer with the version 3']],
  ])('refuses %s, and keeps what was typed', async (_what, fields, errors) => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const page = await browser.send(pathOf(document), { 'categories[]': '', ...fields, question: 'kind' in fields && fields.kind === 'question' ? '' : 'x' });
    expect([page.status, errorsOf(page.text)]).toEqual([422, errors]);
    if ('shared' in fields) expect(page.text).toContain(fields.shared);
    expect(await answersOf(document)).toEqual([]);
  });

  test('drops what does not belong to the answer chosen', async () => {
    const document = await askedCase(web);
    await (await web.signedIn(spoc)).send(pathOf(document), { ...shared, kind: 'nothing-held', ground: 'x' });
    expect(await factsOf(document)).toMatchObject({ kind: 'nothing-held', categories: [], marking: 'none', notToBePassedOn: false });
    expect(await contentOf(document)).toMatchObject({ shared: '', ground: '', handling: '' });
  });

  test('takes an answer after the time, marks it late, and takes none once the case is closed', async () => {
    const document = await askedCase(web);
    clock.set('2026-04-14T09:00:00.000Z');
    const browser = await web.signedIn(spoc);
    await browser.send(pathOf(document), shared);
    expect(textOf((await browser.get(pathOf(document, 'received'))).text)).toContain('after the time allowed');

    const closed = await askedCase(web);
    const form = hiddenOf((await browser.get(pathOf(closed))).text, pathOf(closed));
    await endCase(web, closed._id);
    const refused = await browser.post(pathOf(closed), { ...form, ...shared, shared: 'Only "copy"' });
    expect(refused.status).toBe(409);
    expect(textOf(refused.text)).toContain('This request is closed');
    expect(unescaped(refused.text)).toContain('Only "copy"');
    expect(refused.text).not.toContain('Jordan');
    expect(refused.text).not.toContain('Send answer');
    expect(await answersOf(closed)).toEqual([]);
    expect((await browser.get(pathOf(closed))).headers['location']).toBe(`/cases/${closed._id}`);
  });

  test.each([officer, 'officer@essex-police.example', 'spoc@probation.example', cspManager])(
    'looks to %s like a page that is not there',
    async (username) => {
      const document = await askedCase(web);
      const browser = await web.signedIn(username);
      const elsewhere = await browser.get('/cases/IR-1999-0001/tasks/T1/answer');
      for (const page of [await browser.get(pathOf(document)), await browser.post(pathOf(document), hiddenOf((await browser.get('/')).text))]) {
        expect([page.status, page.text.includes('Jordan')]).toEqual([404, false]);
      }
      expect((await browser.get(pathOf(document))).text.replaceAll(document._id, '')).toBe(elsewhere.text.replaceAll('IR-1999-0001', ''));
    },
  );
});

describe('corrections', () => {
  test('the form has the last answer filled in, and takes another in its place; both stay on record', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    await browser.send(pathOf(document), shared);
    const page = await browser.get(pathOf(document));
    expect(textOf(page.text)).toContain('This request is answered');
    expect(page.text).toContain('Two reports in March');
    expect(hiddenOf(page.text, pathOf(document))['corrects']).toBe('1');
    expect((await recorded(web, document._id, 'content-viewed')).at(-1)?.facts).toEqual({ what: ['request', 'T1/answer/1'] });
    clock.pass(60);
    const sent = await browser.send(pathOf(document), { ...shared, shared: 'Three reports' });
    expect(sent.status).toBe(303);
    expect((await answersOf(document)).map(({ version }) => version)).toEqual([1, 2]);
    expect([(await contentOf(document))?.shared, (await contentOf(document, 2))?.shared]).toEqual(['Two reports in March', 'Three reports']);
    // The register follows in the background, which nobody waits for.
    const linesOf = async () => {
      const register = web.deps.store.database.collection<{ _id: string; correctedBy: string | null }>('disclosures');
      const lines = await register.find({ caseRef: document._id }).toArray();
      return lines.map(({ _id, correctedBy }) => [_id.split('/').at(-1), correctedBy?.split('/').at(-1) ?? null]).sort();
    };
    await until('both are in the register', async () => (await linesOf()).filter(([, by]) => by !== null).length > 0 && (await linesOf()).length > 1);
    expect(await linesOf()).toEqual([['1', '2'], ['2', null]]);
  });

  test('the same form twice at once is one answer, and so is a repeat after the case was closed', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const posted = { ...hiddenOf((await browser.get(pathOf(document))).text, pathOf(document)), ...shared };
    const both = await Promise.all([browser.post(pathOf(document), posted), browser.post(pathOf(document), posted)]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    clock.pass(5);
    expect((await browser.post(pathOf(document), posted)).status).toBe(303);
    await endCase(web, document._id);
    expect((await browser.post(pathOf(document), posted)).status).toBe(303);
    expect(await answersOf(document)).toHaveLength(1);
  });

  test('of two different answers at once one is taken; the other is told, keeps what was typed, and can be sent after it', async () => {
    const document = await askedCase(web);
    const [one, two] = [await web.signedIn(spoc), await web.signedIn('deputy@essex-police.example')];
    const typed = async (browser: Browser, words: string) => ({
      ...hiddenOf((await browser.get(pathOf(document))).text, pathOf(document)),
      ...shared,
      shared: words,
    });
    const [first, second] = [await typed(one, 'From the SPOC'), await typed(two, 'From the deputy')];
    const both = await Promise.all([one.post(pathOf(document), first), two.post(pathOf(document), second)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
    const lost = both.findIndex(({ status }) => status === 409);
    const [loser, words, page] = lost === 0 ? ([one, 'From the SPOC', both[0]] as const) : ([two, 'From the deputy', both[1]] as const);
    expect(textOf(page.text)).toContain('Another answer was received first');
    expect(page.text).toContain(`${words}</textarea>`);
    expect(await answersOf(document)).toHaveLength(1);
    const again = await loser.post(pathOf(document), { ...hiddenOf(page.text, pathOf(document)), ...shared, shared: words });
    expect(again.status).toBe(303);
    expect((await contentOf(document, 2))?.shared).toBe(words);
  });

  test('a form that was changed after it was taken is not taken for the same', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const posted = { ...hiddenOf((await browser.get(pathOf(document))).text, pathOf(document)), ...shared };
    await browser.post(pathOf(document), posted);
    for (const change of [{ shared: 'Something else' }, { marking: 'official' }, { 'categories[]': 'violence-incidents' }]) {
      expect((await browser.post(pathOf(document), { ...posted, ...change })).status).toBe(409);
    }
    expect(await answersOf(document)).toHaveLength(1);
  });
});

test('a task that was asked again waits for a new answer, whatever was answered before', async () => {
  const document = await askedCase(web);
  const browser = await web.signedIn(spoc);
  await browser.send(pathOf(document), { kind: 'nothing-held' });
  await web.deps.store.database
    .collection<{ _id: string }>('cases')
    .updateOne({ _id: document._id }, { $set: { 'tasks.0.answersBefore': 1 } });
  const page = await browser.get(pathOf(document));
  expect(page.text).toContain('Send answer');
  expect((await browser.post(pathOf(document), { ...hiddenOf(page.text, pathOf(document)), ...shared })).status).toBe(303);
  expect((await answersOf(document)).map(({ version, kind }) => [version, kind])).toEqual([[1, 'nothing-held'], [2, 'shared-in-full']]);
});

describe('a question back', () => {
  const question = { kind: 'question', question: 'Which of the two addresses?' } as const;

  test('is no answer, is shown with its reply, and there is one at a time', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const sent = await browser.send(pathOf(document), question);
    expect(sent.headers['location']).toBe(pathOf(document, 'question'));
    expect(textOf((await browser.get(pathOf(document, 'question'))).text)).toContain('Question sent');
    expect(await answersOf(document)).toEqual([]);
    const [asked] = await recorded(web, document._id, 'question-asked');
    expect(asked).toMatchObject({ key: 'question/T1/1', task: 'T1', facts: { number: 1 } });
    expect(JSON.stringify(asked)).not.toContain('addresses');
    expect(readNote(document, asked as AuditEntry, web.deps.store)).toBe('Which of the two addresses?');

    const page = await browser.get(pathOf(document));
    expect(textOf(page.text)).toContain('Which of the two addresses? Thurrock Council has not replied yet.');
    expect(page.text).not.toContain('Ask a question first');
    const second = await browser.send(pathOf(document), { ...question, question: 'And when?' });
    expect([second.status, second.text.includes('A question is open already'), second.text.includes('And when?')]).toEqual([409, true, true]);
    expect(await recorded(web, document._id, 'question-asked')).toHaveLength(1);
    expect((await browser.send(pathOf(document), shared)).status).toBe(303);
  });

  test('asked twice with one form is one question; after an answer none is taken', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const posted = { ...hiddenOf((await browser.get(pathOf(document))).text, pathOf(document)), ...question };
    const both = await Promise.all([browser.post(pathOf(document), posted), browser.post(pathOf(document), posted)]);
    expect(both.map(({ status }) => status)).toEqual([303, 303]);
    expect(await recorded(web, document._id, 'question-asked')).toHaveLength(1);
    await browser.send(pathOf(document), shared);
    const late = await browser.send(pathOf(document), { ...question, question: 'Too late?' });
    expect([late.status, late.text.includes('This request is answered')]).toEqual([409, true]);
    expect(await recorded(web, document._id, 'question-asked')).toHaveLength(1);
  });
});

describe('an answer that was given otherwise', () => {
  const given = {
    ...shared,
    givenByName: 'Robin Example, duty sergeant',
    givenHow: 'telephone',
    'givenOn-day': '8',
    'givenOn-month': '4',
    'givenOn-year': '2026',
    givenTime: '16:30',
  } as const;
  const record = (document: CaseDocument) => pathOf(document, 'record-answer');

  test.each([
    [officer, 'requester'],
    [spoc, 'holder'],
  ])('is recorded by %s as the %s, and counts from when it was given', async (username, recordedBy) => {
    const document = await askedCase(web);
    const browser = await web.signedIn(username);
    expect((await browser.send(record(document), given)).headers['location']).toBe(pathOf(document, 'received'));
    expect(textOf((await browser.get(pathOf(document, 'received'))).text)).toContain('It was given at 4:30pm on Wednesday 8 April 2026');
    expect(await factsOf(document)).toMatchObject({ recordedBy, givenBy: 'telephone', receivedAt: '2026-04-08T15:30:00Z' });
    expect(await contentOf(document)).toMatchObject({ givenByName: 'Robin Example, duty sergeant' });
    expect(JSON.stringify(await web.deps.store.audit.of(document._id))).not.toContain('Robin');
    const again = await browser.get(record(document));
    expect(again.text).toContain('Robin Example, duty sergeant');
    expect(again.text).toContain('value="16:30"');
    await browser.send(record(document), { ...given, shared: 'Corrected' });
    expect((await contentOf(document, 2))?.shared).toBe('Corrected');
  });

  test.each([
    ['nobody', { givenByName: '' }, 'Enter who gave the answer'],
    ['no way', { givenHow: '' }, 'Choose how the answer was given'],
    ['no day', { 'givenOn-day': '' }, 'Date given must include a day'],
    ['no time', { givenTime: '' }, 'Enter the time the answer was given'],
    ['a time that is none', { givenTime: '25:00' }, 'Time given must be a time, such as 14:05'],
    [
      'a time that the clocks left out',
      { 'givenOn-day': '29', 'givenOn-month': '3', givenTime: '1:30' },
      '01:30 did not exist on Sunday 29 March 2026: the clocks went forward from 1am to 2am. Enter a time that they showed',
    ],
    ['later than now', { 'givenOn-day': '9', givenTime: '10:01' }, 'Date and time given must be in the past'],
    ['before the request was received', { 'givenOn-day': '25', 'givenOn-month': '3' }, 'Date given must be on or after Thursday 26 March 2026, when the clock of this request started'],
    ['a missing part', { shared: '' }, 'Enter the information you share, or add a file'],
  ])('refuses %s', async (_what, change, error) => {
    const document = await askedCase(web);
    const page = await (await web.signedIn(officer)).send(record(document), { ...given, ...change });
    expect([page.status, errorsOf(page.text)]).toEqual([422, [error]]);
    expect(await answersOf(document)).toEqual([]);
  });

  test('the first instant of the day of receipt and the present are taken', async () => {
    const [early, late] = [await askedCase(web), await askedCase(web)];
    const browser = await web.signedIn(officer);
    expect((await browser.send(record(early), { ...given, 'givenOn-day': '26', 'givenOn-month': '3', givenTime: '0:00' })).status).toBe(303);
    expect((await browser.send(record(late), { ...given, 'givenOn-day': '9', givenTime: '10.00' })).status).toBe(303);
  });

  test('before the task was asked again is refused: it is no answer to that', async () => {
    const document = await askedCase(web);
    const again = document.tasks.map((task) => ({
      ...task,
      plans: [...task.plans, ...task.plans.map((plan) => ({ ...plan, version: 2, from: '2026-04-08' as IsoDate, reason: 'reopened' as const }))],
    }));
    await web.deps.store.database.collection<{ _id: string }>('cases').updateOne({ _id: document._id }, { $set: { tasks: again } });
    const browser = await web.signedIn(officer);
    const page = await browser.send(record(document), { ...given, 'givenOn-day': '7' });
    expect(errorsOf(page.text)).toEqual(['Date given must be on or after Wednesday 8 April 2026, when the clock of this request started']);
    expect((await browser.send(record(document), given)).status).toBe(303);
  });

  test('is none of the business of others', async () => {
    const document = await askedCase(web);
    for (const username of ['housing.officer@thurrock.example', 'officer@essex-police.example', cspManager]) {
      expect((await (await web.signedIn(username)).get(record(document))).status).toBe(404);
    }
  });
});

describe('passing on', () => {
  const passOn = (document: CaseDocument) => pathOf(document, 'pass-on');
  const taskOf = async ({ _id }: CaseDocument) => (await web.deps.store.cases.get(_id))?.tasks[0];
  const housing = () => askedCase(web, [{ partner: 'thurrock', team: 'housing', categories: [] }]);
  const housingSpoc = 'spoc.housing@thurrock.example';

  test('to a person: the links that were mailed lead nowhere, and the person has the task', async () => {
    const document = await askedCase(web);
    const link = await linkOf(web, document._id);
    const browser = await web.signedIn(spoc);
    const page = await browser.get(passOn(document));
    expect(textOf(page.text)).toContain('Community policing officer, Essex Police');
    expect(textOf(page.text)).not.toContain('Probation');
    // At once, not when the case hears of it.
    const deliver = jest.spyOn(web.deps.dispatch, 'deliver').mockResolvedValue(undefined);
    const done = await browser.send(passOn(document), { to: 'person/essex-police-officer' });
    deliver.mockRestore();
    expect([done.status, textOf(done.text).includes('Passed on')]).toEqual([200, true]);
    expect(await taskOf(document)).toMatchObject({ team: null, holder: 'essex-police-officer', linkGeneration: 2 });
    const [entry] = await recorded(web, document._id, 'task-passed-on');
    expect(entry).toMatchObject({ key: 'passed-on/T1/2', facts: { name: 'Essex Police', generation: 2 } });
    expect((await web.browser().get(link)).status).toBe(410);
    expect((await (await web.signedIn('officer@essex-police.example')).get(pathOf(document))).status).toBe(200);

    const posted = hiddenOf((await browser.get(passOn(document))).text, passOn(document));
    await browser.post(passOn(document), { ...posted, to: 'partner' });
    expect((await browser.post(passOn(document), { ...posted, to: 'partner' })).status).toBe(200);
    expect(await taskOf(document)).toMatchObject({ holder: null, linkGeneration: 3 });
  });

  test('to another team or the partner as a whole', async () => {
    const document = await housing();
    const browser = await web.signedIn(housingSpoc);
    const page = await browser.get(passOn(document));
    expect(textOf(page.text)).toContain('Thurrock Council, as a whole');
    expect(page.text).not.toContain('value="team/housing"');
    await browser.send(passOn(document), { to: 'team/youth' });
    expect(await taskOf(document)).toMatchObject({ team: 'youth', holder: null });
    expect((await browser.get(passOn(document))).status).toBe(404);
  });

  test.each([
    ['nobody', {}, 'Choose who takes it over'],
    ['a team of nobody', { to: 'team/traffic' }, 'Choose a team of the list'],
    ['where it is', { to: 'team/housing' }, 'The request is there already: choose somebody else'],
    ['a person of another partner', { to: 'person/essex-police-officer' }, 'Choose a person of the list'],
    ['a person who neither works on requests nor is a contact', { to: 'person/auditor' }, 'Choose a person of the list'],
  ])('refuses %s', async (_what, fields, error) => {
    const document = await housing();
    const page = await (await web.signedIn(housingSpoc)).send(passOn(document), fields);
    expect([page.status, errorsOf(page.text)]).toEqual([422, [error]]);
    expect(await recorded(web, document._id, 'task-passed-on')).toEqual([]);
  });

  test('of two at once one is done, and an answered task stays where it is', async () => {
    const document = await housing();
    const browser = await web.signedIn(housingSpoc);
    const posted = async () => hiddenOf((await browser.get(passOn(document))).text, passOn(document));
    const [one, two] = [await posted(), await posted()];
    const both = await Promise.all([
      browser.post(passOn(document), { ...one, to: 'team/youth' }),
      browser.post(passOn(document), { ...two, to: 'team/pass' }),
    ]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await recorded(web, document._id, 'task-passed-on')).toHaveLength(1);

    const answered = await housing();
    await browser.send(pathOf(answered), { kind: 'nothing-held' });
    const late = await browser.send(passOn(answered), { to: 'team/youth' });
    expect([late.status, late.text.includes('This request is answered')]).toEqual([409, true]);
  });

  test('by link: to teams, and no person is named', async () => {
    const document = await housing();
    const link = await linkOf(web, document._id);
    const before = await web.browser().get(`${link}/pass-on`);
    expect(before.headers['location']).toBe(link);
    const browser = await openedLink(web, document._id, link);
    const page = await browser.get(`${link}/pass-on`);
    expect(page.text).not.toContain('Housing officer');
    const named = await browser.send(`${link}/pass-on`, { to: 'person/thurrock-housing-officer' });
    expect(named.status).toBe(422);
    const done = await browser.send(`${link}/pass-on`, { to: 'partner' });
    expect(textOf(done.text)).toContain('Passed on');
    expect(await taskOf(document)).toMatchObject({ team: null, linkGeneration: 2 });
    expect((await browser.get(link)).status).toBe(410);
  });
});

describe('files', () => {
  const input = 'newFiles';
  const note = Buffer.from('Two reports, of 3 and 12 March.\n');
  const attach = (browser: Browser, path: string, fields: Record<string, string>, name = 'reports.txt', content = note) => {
    const post = browser.agent.post(path);
    for (const [field, value] of Object.entries(fields)) void post.field(field, value);
    return post.attach(input, content, name);
  };
  const formOf = async (browser: Browser, document: CaseDocument) =>
    hiddenOf((await browser.get(pathOf(document))).text, pathOf(document));

  test('are added without losing what is typed, listed, removed, sent and had again by whoever may', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const typed = { kind: 'shared-in-full', 'categories[]': 'asb-incidents', shared: 'See the file', marking: 'official' };
    const added = await attach(browser, pathOf(document), { ...(await formOf(browser, document)), ...typed, add: 'file' });
    expect(added.status).toBe(200);
    expect(added.text).toContain('See the file</textarea>');
    expect(textOf(added.text)).toContain('reports.txt (1 KB)');
    expect(added.text).toMatch(/value="asb-incidents" checked/);
    expect(added.text).not.toMatch(/value="violence-incidents" checked/);
    const more = await attach(browser, pathOf(document), { ...hiddenOf(added.text, pathOf(document)), ...typed, add: 'file' }, 'Jordan Example.csv', Buffer.from('a,b\n1,2\n'));
    const ids = hiddenOf(more.text, pathOf(document))['fileIds']?.split(' ') ?? [];
    expect(ids).toHaveLength(2);
    const [first = '', second = ''] = ids;
    expect(await answersOf(document)).toEqual([]);

    const removed = await browser.post(pathOf(document), { ...hiddenOf(more.text, pathOf(document)), ...typed, remove: second });
    expect(textOf(removed.text)).not.toContain('Jordan Example.csv');
    expect(await web.deps.store.files.get(second, document._id, document.key)).toBeNull();
    const sent = await browser.post(pathOf(document), { ...hiddenOf(removed.text, pathOf(document)), ...typed });
    expect(sent.headers['location']).toBe(pathOf(document, 'received'));
    expect((await factsOf(document))?.['files']).toEqual([first]);

    for (const username of [spoc, officer]) {
      const file = await (await web.signedIn(username)).get(`/cases/${document._id}/files/${first}`);
      expect([file.status, file.headers['content-disposition'], file.headers['content-type']]).toEqual([
        200,
        'attachment; filename=reports.txt',
        'application/octet-stream',
      ]);
      expect((file.body as Buffer).toString()).toBe(note.toString());
    }
    expect(await recorded(web, document._id, 'file-downloaded')).toHaveLength(2);
    expect(await recorded(web, document._id, 'file-removed')).toHaveLength(1);
    expect(JSON.stringify(await web.deps.store.audit.of(document._id))).not.toMatch(/reports\.txt|Jordan/);
    for (const username of ['officer@essex-police.example', 'housing.officer@thurrock.example', 'spoc@probation.example', cspManager]) {
      expect((await (await web.signedIn(username)).get(`/cases/${document._id}/files/${first}`)).status).toBe(404);
    }
  });

  test('a file that no answer has is its sender’s alone', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const added = await attach(browser, pathOf(document), { ...(await formOf(browser, document)), add: 'file' });
    const id = String(hiddenOf(added.text, pathOf(document))['fileIds']);
    expect((await browser.get(`/cases/${document._id}/files/${id}`)).status).toBe(200);
    expect((await (await web.signedIn(officer)).get(`/cases/${document._id}/files/${id}`)).status).toBe(404);
    const deputy = await web.signedIn('deputy@essex-police.example');
    const taken = await deputy.send(pathOf(document), { ...shared, fileIds: id });
    expect([taken.status, errorsOf(taken.text)]).toEqual([422, ['A file is not there any more. Choose it again.']]);
    expect(taken.text).not.toContain('reports.txt');
    const other = await askedCase(web);
    const moved = await browser.send(pathOf(other), { ...shared, fileIds: id });
    expect([moved.status, errorsOf(moved.text)]).toEqual([422, ['A file is not there any more. Choose it again.']]);
    expect((await browser.get(`/cases/${other._id}/files/${id}`)).status).toBe(404);
  });

  test('is not sent when that cannot be put on record', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const added = await attach(browser, pathOf(document), { ...(await formOf(browser, document)), add: 'file' });
    const id = String(hiddenOf(added.text, pathOf(document))['fileIds']);
    const append = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('away'));
    const file = await browser.get(`/cases/${document._id}/files/${id}`);
    append.mockRestore();
    expect(file.status).toBe(500);
    expect(file.text).not.toContain('Two reports');
  });

  test('what is no file of a kind that is taken is refused, and what was typed stays', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const form = { ...(await formOf(browser, document)), ...shared };
    const page = await attach(browser, pathOf(document), form, 'page.html', Buffer.from('<script>1</script>'));
    expect([page.status, errorsOf(page.text)[0]?.startsWith('page.html: Files of this kind are not taken.')]).toEqual([422, true]);
    expect(page.text).toContain('Two reports in March</textarea>');
    const said = await attach(browser, pathOf(document), form, 'picture.png', note);
    expect(errorsOf(said.text)[0]).toContain('picture.png: The content is not that of');
    const big = await attach(browser, pathOf(document), form, 'big.txt', Buffer.alloc(25 * 1024 * 1024 + 1, 'x'));
    expect(errorsOf(big.text)[0]).toContain('big.txt: The file must be 25 MB or smaller');
    expect(await answersOf(document)).toEqual([]);
  });

  test('a file in another part than that of the form is not dropped without a word', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const post = browser.agent.post(pathOf(document));
    for (const [field, value] of Object.entries({ ...(await formOf(browser, document)), ...shared })) void post.field(field, value);
    const page = await post.attach('files', note, 'reports.txt');
    expect([page.status, errorsOf(page.text)]).toEqual([422, ['reports.txt was not taken: send each with its name, in a part called newFiles']]);
    expect(page.text).toContain('Two reports in March</textarea>');
    expect(await answersOf(document)).toEqual([]);
  });

  test('a correction keeps a file that somebody else sent with the answer', async () => {
    const document = await askedCase(web);
    const link = await linkOf(web, document._id);
    const holder = await openedLink(web, document._id, link);
    const added = await attach(holder, `${link}/answer`, { ...hiddenOf((await holder.get(`${link}/answer`)).text, `${link}/answer`), ...shared });
    expect(added.status).toBe(303);
    const [id = ''] = (await answersOf(document))[0]?.files ?? [];
    expect((await holder.get(`${link}/files/${id}`)).status).toBe(200);
    const browser = await web.signedIn(spoc);
    const sent = await browser.send(pathOf(document), { ...shared, shared: 'And more' });
    expect(sent.status).toBe(303);
    expect((await factsOf(document, 2))?.['files']).toEqual([id]);
  });

  test('a post with files whose token or session is gone keeps what was typed and takes no file', async () => {
    const document = await askedCase(web);
    const browser = await web.signedIn(spoc);
    const form = await formOf(browser, document);
    const stale = await attach(browser, pathOf(document), { ...form, ...shared, _csrf: 'x' });
    expect([stale.status, unescaped(stale.text).includes('Two reports in March')]).toEqual([403, true]);
    const away = await attach(web.browser(), pathOf(document), { ...form, ...shared });
    expect([away.status, unescaped(away.text).includes('Two reports in March')]).toEqual([401, true]);
    expect(await web.deps.store.files.of(document._id, document.key)).toEqual([]);
    expect((await attach(browser, `/cases/${document._id}/confirmation`, form)).status).toBe(415);
  });
});

describe('the API', () => {
  const post = async (document: CaseDocument, path: string, body: object, username = spoc, key: string = crypto.randomUUID()) =>
    web
      .browser()
      .agent.post(`/api/v1/cases/${document._id}/tasks/T1/${path}`)
      .auth(await web.token(username), { type: 'bearer' })
      .set('idempotency-key', key)
      .send(body);
  const full = { kind: 'shared-in-full', shared: 'Two reports', marking: 'official' };

  test('answers, repeats, conflicts and corrections', async () => {
    const document = await askedCase(web);
    const first = await post(document, 'answers', full, spoc, 'one');
    expect([first.status, first.body]).toEqual([201, { reference: document._id, task: 'T1', version: 1, kind: 'shared-in-full', receivedAt: thursday }]);
    expect((await factsOf(document))?.['categories']).toEqual(categories);
    expect((await post(document, 'answers', full, spoc, 'one')).status).toBe(201);
    const other = await post(document, 'answers', { ...full, shared: 'Other' }, spoc, 'two');
    expect([other.status, (other.body as { detail: string }).detail]).toEqual([409, expect.stringContaining('version 1')]);
    const corrected = await post(document, 'answers', { kind: 'nothing-held', corrects: 1 }, spoc, 'two');
    expect([corrected.status, (corrected.body as { version: number }).version]).toEqual([201, 2]);
    expect((await post(document, 'answers', { ...full, corrects: 9 })).status).toBe(422);
    expect((await post(document, 'answers', { kind: 'refused' })).status).toBe(422);
    expect((await post(document, 'answers', { ...full, categories: ['robbery-incidents'] })).status).toBe(422);
    expect((await post(document, 'answers', full, officer)).status).toBe(404);
    expect(await answersOf(document)).toHaveLength(2);
  });

  test('a correction that says nothing of how it is to be handled keeps what the answer before said', async () => {
    const document = await askedCase(web);
    const conditions = { marking: 'other', markingWords: 'Officers only', notToBePassedOn: true, notToBeRevealed: true, handling: 'By telephone first' };
    expect((await post(document, 'answers', { kind: 'shared-in-full', shared: 'Two reports', ...conditions }, spoc, 'one')).status).toBe(201);
    const said = async () => (await web.deps.store.audit.of(document._id, 'answer-received')).map((entry) => {
      const { marking, notToBePassedOn, notToBeRevealed } = entry.facts;
      const { markingWords, handling } = readAnswer(document, answerOf(entry), web.deps.store);
      return { marking, markingWords, notToBePassedOn, notToBeRevealed, handling };
    });
    expect((await post(document, 'answers', { kind: 'shared-in-full', shared: 'Three reports', corrects: 1 }, spoc, 'two')).status).toBe(201);
    expect(await said()).toEqual([conditions, conditions]);
    const none = { marking: 'none', markingWords: '', notToBePassedOn: false, notToBeRevealed: false, handling: '' };
    expect((await post(document, 'answers', { kind: 'shared-in-full', shared: 'Three reports', corrects: 2, marking: 'none' }, spoc, 'three')).status).toBe(201);
    expect((await said())[2]).toEqual(none);
  });

  test('questions, recorded answers and assignments', async () => {
    const document = await askedCase(web);
    expect((await post(document, 'questions', { text: 'Which?' })).body).toMatchObject({ number: 1, askedAt: thursday });
    expect((await post(document, 'questions', { text: 'Another' })).status).toBe(409);
    const moved = await post(document, 'assignments', { person: 'essex-police-officer' });
    expect([moved.status, moved.body]).toEqual([201, { reference: document._id, task: 'T1', team: null, person: 'essex-police-officer' }]);
    expect((await post(document, 'assignments', { person: 'essex-police-spoc', team: 'x' })).status).toBe(422);
    const given = { ...full, givenByName: 'Robin Example', givenHow: 'meeting', givenOn: '2026-04-08', givenTime: '16:30' };
    const recordedAnswer = await post(document, 'recorded-answers', given, officer);
    expect([recordedAnswer.status, recordedAnswer.body]).toMatchObject([201, { receivedAt: '2026-04-08T15:30:00Z', version: 1 }]);
    expect((await post(document, 'recorded-answers', { ...given, givenOn: '2026-04-10', corrects: 1 }, officer)).status).toBe(422);
    expect((await post(document, 'assignments', {})).status).toBe(409);
  });
});
