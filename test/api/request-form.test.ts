import { requestSchema } from '../../api/processes/information-request';
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

test('a request is durable when the page says sent, though Temporal is away', async () => {
  const browser = await web.signedIn(officer);
  const sent = await browser.send(path, filledForm);
  expect(sent.status).toBe(303);
  const page = await browser.get(String(sent.headers['location']));
  expect(page.status).toBe(200);
  const reference = /IR-2026-\d{4}/.exec(page.text)?.[0] as string;
  expect(page.text).toContain('Request sent');
  expect(page.text).toContain('until the end of <strong>Monday 13 April 2026</strong>');
  expect(page.text).toContain('Fri 3 April 2026: Good Friday, not counted');

  const document = await web.deps.store.cases.get(reference);
  expect(document).toMatchObject({
    openedBy: { account: 'thurrock-officer', partner: 'thurrock', teams: ['environment'] },
    partners: ['thurrock', 'essex-police'],
    startedAt: null,
    ended: false,
    projection: { stage: 'awaiting-answers', seq: 0, openTasks: 1, dueAt: '2026-04-13T23:00:00.000Z' },
    startInput: { schema: 1, caseRef: reference, opener: 'thurrock', tasks: [{ id: 'T1', partner: 'essex-police' }] },
  });
  expect(document?.nextWakeAt?.toISOString()).toBe(document?.projection.nextWakeAt);
  expect(JSON.stringify(document)).not.toMatch(/Jordan|January|neighbour/);
});

test('every fault stands at its field and in the summary, in page order, and what was typed stays', async () => {
  const browser = await web.signedIn(officer);
  const page = await browser.send(path, {
    asked: 'All that you hold',
    'receivedOn-day': '31',
    'receivedOn-month': '4',
    'receivedOn-year': '2026',
  });
  expect(page.status).toBe(422);
  expect(errorsOf(page.text)).toEqual([
    'Choose the partner you ask',
    'Date received must be a real date: check the day, the month and the year',
    'Choose how the request was made',
    'Enter who the request is about',
    'Enter what the information is needed for',
    'Choose the legal basis',
  ]);
  expect(page.text).toContain('<title>Error: Ask a partner for information');
  for (const field of ['partner', 'receivedOn', 'channel', 'personName', 'purpose', 'legalBasis']) {
    expect(page.text).toContain(`id="${field}-error"`);
  }
  expect(page.text).toContain('All that you hold</textarea>');
  expect(page.text).toContain('value="31"');
  expect(page.text).toMatch(/href="#receivedOn-day"/);
});

const date = (day: string, month: string, year: string) => ({
  'receivedOn-day': day,
  'receivedOn-month': month,
  'receivedOn-year': year,
});

test.each([
  ['no date', date('', '', ''), 'Enter the date the request was received'],
  ['half a date', date('26', '', ''), 'Date received must include a month and a year'],
  ['a year of two digits', date('26', '3', '26'), 'Date received: the year must have 4 numbers, such as 2026'],
  ['words', date('26', 'March', '2026'), 'Date received must be a real date, in numbers, such as 26 3 2026'],
  [
    'a date that does not exist',
    date('29', '2', '2026'),
    'Date received must be a real date: check the day, the month and the year',
  ],
  ['tomorrow', date('10', '4', '2026'), 'Date received must be today or in the past'],
  [
    'before the partner signed',
    date('5', '10', '2022'),
    'Date received must be on or after Thursday 6 October 2022, when Essex Police signed the protocol',
  ],
  [
    'more than a year ago',
    date('8', '4', '2025'),
    'Date received is more than 12 months ago: check it, or say below that it is right',
  ],
  ['an unknown partner', { partner: 'nobody' }, 'Choose a partner of the list: this one is not part of the protocol'],
  ['the own partner', { partner: 'thurrock' }, 'You cannot ask your own organisation: choose another partner'],
  ['an unknown legal basis', { legalBasis: 'because' }, 'Choose a legal basis of the list'],
  ['an unknown channel', { channel: 'pigeon' }, 'Choose how the request was made'],
  ['a name that is only spaces', { personName: ' \u00a0\t ' }, 'Enter who the request is about'],
  ['a text that is too long', { purpose: 'x'.repeat(2_001) }, 'Use 2,000 characters or fewer'],
])('%s is refused', async (_what, fields, message) => {
  const before = (await casesOf()).length;
  const browser = await web.signedIn(officer);
  const page = await browser.send(path, { ...filledForm, ...fields });
  expect(page.status).toBe(422);
  expect(errorsOf(page.text)).toEqual([message]);
  expect(await casesOf()).toHaveLength(before);
});

test('a fault between two fields is told together with those of others', async () => {
  const browser = await web.signedIn(officer);
  const page = await browser.send(path, { ...filledForm, ...date('5', '10', '2022'), purpose: '' });
  expect(errorsOf(page.text)).toEqual([
    'Date received must be on or after Thursday 6 October 2022, when Essex Police signed the protocol',
    'Enter what the information is needed for',
  ]);
});

test('a partner that has not signed is not offered, and refused by name', async () => {
  const unsigned = web.deps.protocol.organisations.find((partner) => !partner.signed);
  if (unsigned === undefined) throw new Error('The protocol has nobody who has not signed.');
  const browser = await web.signedIn(officer);
  expect((await browser.get(path)).text).not.toContain(`value="${unsigned.code}"`);
  const page = await browser.send(path, { ...filledForm, partner: unsigned.code });
  expect(errorsOf(page.text)).toEqual([`${unsigned.name} has not signed the protocol, so it cannot be asked`]);
});

test('an old date is taken once it is said to be right, and opens on the step that applies', async () => {
  const browser = await web.signedIn(officer);
  const asked = await browser.send(path, { ...filledForm, ...date('8', '4', '2025') });
  expect(asked.text).toContain('name="receivedOnConfirmed"');
  const reference = await openCase(browser, { ...date('8', '4', '2025'), receivedOnConfirmed: 'yes' });
  expect((await web.deps.store.cases.get(reference))?.projection).toMatchObject({ stage: 'unanswered', overdue: true });
  const page = await browser.get(`/cases/${reference}/sent`);
  expect(page.text).toContain('the answer is overdue already');
  expect((await browser.get(`/cases/${reference}`)).text).toContain('Overdue');
});

test('today is London’s: at half past midnight in summer the new day can be entered', async () => {
  clock.set('2026-06-10T23:30:00.000Z');
  const browser = await web.signedIn(officer);
  const sent = await browser.send(path, { ...filledForm, ...date('11', '6', '2026') });
  expect(sent.status).toBe(303);
});

test('a form sent several times at once opens one case', async () => {
  const browser = await web.signedIn(officer);
  const before = (await casesOf()).length;
  const page = await browser.get(path);
  const posted = { ...hiddenOf(page.text), ...filledForm };
  const answers = await Promise.all([1, 2, 3, 4].map(() => browser.post(path, posted)));
  expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
  expect(await casesOf()).toHaveLength(before + 1);
});

test('a form that was sent, changed and sent again says so, and changes nothing', async () => {
  const browser = await web.signedIn(officer);
  const page = await browser.get(path);
  const posted = { ...hiddenOf(page.text), ...filledForm };
  await browser.post(path, posted);
  const before = (await casesOf()).length;
  const again = await browser.post(path, { ...posted, personName: 'Somebody Else' });
  expect(again.status).toBe(409);
  expect(again.text).toMatch(/This form was already sent as IR-2026-\d{4}/);
  expect(await casesOf()).toHaveLength(before);
});

test('another person’s submission id leads to nobody else’s case', async () => {
  const first = await web.signedIn(officer);
  const posted: Record<string, string> = { ...hiddenOf((await first.get(path)).text), ...filledForm };
  const own = await first.post(path, posted);
  const second = await web.signedIn('asb-review@thurrock.example');
  const other = await second.send(path, { ...filledForm, submissionId: posted['submissionId'] as string });
  expect(other.status).toBe(303);
  expect(other.headers['location']).not.toBe(own.headers['location']);
});

test('line breaks and control characters in a name reach no heading, and markup is shown as it was typed', async () => {
  const browser = await web.signedIn(officer);
  const reference = await openCase(browser, {
    personName: 'Jordan\r\nBcc: everyone@evil.example\u0000\u202e',
    asked: '<script>alert(1)</script>{{ 7 * 7 }}\r\nSet-Cookie: a=b',
  });
  const page = await browser.get(`/cases/${reference}`);
  expect(page.text).not.toContain('<script>alert');
  expect(unescaped(page.text)).toContain('{{ 7 * 7 }}');
  expect(page.text).toContain('Jordan Bcc: everyone@evil.example');
  expect(JSON.stringify(page.headers)).not.toMatch(/Bcc|a=b/);
});

test('a partner that has not signed cannot ask', () => {
  const protocol = {
    ...web.deps.protocol,
    organisations: web.deps.protocol.organisations.map((partner) =>
      partner.code === 'thurrock' ? { ...partner, signedFrom: '2026-04-01' as never } : partner,
    ),
  };
  const parsed = requestSchema({ protocol, opener: 'thurrock', today: '2026-04-09' as never }).safeParse({
    ...filledForm,
    receivedOn: '2026-03-26',
  });
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual([
    'Date received must be on or after Wednesday 1 April 2026, when Thurrock Council signed the protocol',
  ]);
});

test('a text far over the limit comes back with its error, not lost', async () => {
  const browser = await web.signedIn(officer);
  const form = await browser.get(path);
  const long = 'é'.repeat(60_000);
  const page = await browser.post(path, { ...hiddenOf(form.text), ...filledForm, asked: long });
  expect(page.status).toBe(422);
  expect(page.text).toContain('Use 10,000 characters or fewer');
  expect(page.text).toContain(long);
});

test('names keep the joiners that their script is written with, and lose what turns text around', async () => {
  const browser = await web.signedIn(officer);
  const form = await browser.get(path);
  const name = 'क्\u200dष \u202eelpmaxE\u0000';
  const page = await browser.post(path, { ...hiddenOf(form.text), ...filledForm, personName: name, asked: '' });
  expect(page.status).toBe(422);
  const sent = await browser.post(path, { ...hiddenOf(form.text), ...filledForm, personName: name });
  const ref = /IR-\d{4}-\d{4}/.exec(sent.headers['location'] ?? '')?.[0] ?? '';
  const shown = (await browser.get(`/cases/${ref}`)).text;
  expect(shown).toContain('क्\u200dष');
  expect(shown).not.toContain('\u202e');
});

test('a body that is too long gets a page that says so', async () => {
  const browser = await web.signedIn(officer);
  const page = await browser.post(path, { ...filledForm, asked: 'x'.repeat(2_000_000) });
  expect(page.status).toBe(413);
  expect(page.text).toContain('This is too long');
});
