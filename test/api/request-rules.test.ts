/** Whom one may ask for what, and all that is refused: the same by the form and by the API, in any partnership. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemSchema } from '../../api/v1/problems';
import { addresseesFor } from '../../api/cases/addressees';
import { addresseeKey } from '../../api/cases/opening';
import { requestSchema } from '../../api/processes/information-request/request';
import type { IsoDate } from '../../config/clock';
import { loadProtocol, type Protocol } from '../../config/protocol';
import { usableStatutes } from '../../config/protocol-rules';
import { holidays, protocol as thurrock } from '../support/database';
import {
  errorsOf,
  filledForm,
  hiddenOf,
  officer,
  openCase,
  requestBody,
  SetClock,
  startWeb,
  thursday,
  unescaped,
  type Web,
} from './support';

const path = '/information-requests/new';
const marlow = join(__dirname, '..', 'config', 'marlow-vale.yaml');
type Fields = Readonly<Record<string, string>>;

const date = (name: string, day: string, month: string, year: string): Fields => ({
  [`${name}-day`]: day,
  [`${name}-month`]: month,
  [`${name}-year`]: year,
});

/** One thing that is wrong: how the form has it, how the API has it, and what both say at which field. */
interface Refused {
  readonly what: string;
  readonly form: Fields;
  readonly body: object;
  readonly field: string;
  readonly input: string;
  readonly message: string;
  /** What the API says besides, as a program has no list before it. */
  readonly toPrograms?: string;
}

const asking = (key: string, categories: readonly string[] = [], justification?: string) => {
  const [partner, team] = key.split('/');
  return { partner, ...(team === undefined ? {} : { team }), categories, ...(justification === undefined ? {} : { justification }) };
};
const police = requestBody.asked[0];
const manyKeys = Array.from({ length: 41 }, (_, index) => `partner-${index}`);
const atAsked = (what: string, key: string, message: string, field = 'asked.0.partner'): Refused => ({
  what,
  form: { 'asked[]': key },
  body: { asked: [asking(key)] },
  field,
  input: 'asked',
  message,
});
const atText = (what: string, field: string, value: string, message: string): Refused => ({
  what,
  form: { [field]: value },
  body: { [field]: value },
  field,
  input: field,
  message,
});
const codesOf = (ofArticle9: boolean): string =>
  thurrock.legalBases
    .filter(({ regime }) => (regime === 'article-9') === ofArticle9)
    .map(({ code }) => code)
    .join(', ');
const atCode = (what: string, field: string, value: string, message: string, codes: string): Refused => ({
  ...atText(what, field, value, message),
  toPrograms: `. Use one of these: ${codes}`,
});
const atDate = (
  what: string,
  field: 'receivedOn' | 'neededByOn',
  [day, month, year]: readonly [string, string, string],
  message: string,
  other: Fields = {},
): Refused => ({
  what,
  form: { ...date(field, day, month, year), ...other },
  body: { [field]: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`, ...other },
  field,
  input: `${field}-day`,
  message,
});
const tooLong = (field: string, most: number): Refused =>
  atText(`a ${field} that is too long`, field, 'x'.repeat(most + 1), `Use ${most.toLocaleString('en-GB')} characters or fewer`);

const refused: readonly Refused[] = [
  { ...atAsked('nobody', '', 'Choose whom you ask', 'asked'), body: { asked: [] } },
  atAsked('an unknown partner', 'nobody', 'Choose a partner of the list: this one is not part of the protocol'),
  atAsked('a partner that has not signed', 'sericc', 'SERICC has not signed the protocol, so it cannot be asked'),
  atAsked(
    'an unknown team',
    'thurrock/nobody',
    'Choose a team of the list: Thurrock Council has none of this code',
    'asked.0.team',
  ),
  atAsked(
    'the own organisation',
    'thurrock',
    'You cannot ask your own organisation: choose another partner, or another team of yours',
  ),
  atAsked('the own team', 'thurrock/environment', 'You cannot ask your own team: choose another'),
  {
    what: 'the same asked twice',
    form: { 'asked[]': 'essex-police essex-police' },
    body: { asked: [police, police] },
    field: 'asked.1.partner',
    input: 'asked',
    message: 'Essex Police is asked twice: leave one out',
  },
  {
    what: 'more than forty',
    form: { 'asked[]': manyKeys.join(' ') },
    body: { asked: manyKeys.map((key) => asking(key)) },
    field: 'asked',
    input: 'asked',
    message: 'Ask 40 partners and teams or fewer in one request',
  },
  {
    what: 'a category that the team does not share',
    form: { 'asked[]': 'thurrock/housing', 'thurrock/housing.categories[]': 'asb-incidents' },
    body: { asked: [asking('thurrock/housing', ['asb-incidents'])] },
    field: 'asked.0.categories',
    input: 'thurrock/housing.categories',
    message:
      'Thurrock Council, Housing does not share “Incidents of anti-social behaviour” under the protocol (section 2)',
  },
  {
    what: 'an unknown category',
    form: { 'essex-police.categories[]': 'asb-incidents gossip' },
    body: { asked: [asking('essex-police', ['asb-incidents', 'gossip'])] },
    field: 'asked.0.categories',
    input: 'essex-police.categories',
    message: 'Choose categories of the list: one of these is not part of the protocol',
  },
  {
    what: 'personal data that is shared as anonymised only',
    form: { 'asked[]': 'btuh', 'btuh.categories[]': 'ae-assaults' },
    body: { asked: [asking('btuh', ['ae-assaults'])] },
    field: 'asked.0.categories',
    input: 'btuh.categories',
    message:
      'Basildon and Thurrock University Hospital, A&E shares “A&E attendances for assault and violent injury, by date, time and location if known” as anonymised information only (section 2): ask for it in a request for anonymised information',
  },
  {
    what: 'personal data of the one category of several that is shared as anonymised only',
    form: { 'asked[]': 'mse-icb', 'mse-icb.categories[]': 'mental-health health-assaults' },
    body: { asked: [asking('mse-icb', ['mental-health', 'health-assaults'])] },
    field: 'asked.0.categories',
    input: 'mse-icb.categories',
    message:
      'NHS Mid and South Essex Integrated Care Board shares “Assaults known to health services” as anonymised information only (section 2): ask for it in a request for anonymised information',
  },
  {
    what: 'no category of a partner that has some',
    form: { 'essex-police.categories[]': '' },
    body: { asked: [asking('essex-police')] },
    field: 'asked.0.categories',
    input: 'essex-police.categories',
    message: 'Choose what you ask Essex Police for',
  },
  {
    what: 'no justification where section 2 lists nothing',
    form: { 'asked[]': 'riverview', 'riverview.justification': ' \u00a0\t ' },
    body: { asked: [asking('riverview', [], ' \u00a0\t ')] },
    field: 'asked.0.justification',
    input: 'riverview.justification',
    message: 'Enter why you ask Riverview Trust: section 2 of the protocol lists nothing that it shares',
  },
  {
    what: 'a justification that is too long',
    form: { 'asked[]': 'riverview', 'riverview.justification': 'x'.repeat(2_001) },
    body: { asked: [asking('riverview', [], 'x'.repeat(2_001))] },
    field: 'asked.0.justification',
    input: 'riverview.justification',
    message: 'Use 2,000 characters or fewer',
  },
  atCode('neither personal nor anonymised', 'identifiability', 'both', 'Choose whether you ask about a person', 'personal, anonymised'),
  atText('a name that is only spaces', 'personName', ' \u00a0\t ', 'Enter who the request is about'),
  atText('no words', 'information', '', 'Enter what you ask for'),
  atText('no purpose', 'purpose', '', 'Enter what the information is needed for'),
  atText('no legal basis', 'legalBasis', '', 'Choose the legal basis'),
  atCode('an unknown legal basis', 'legalBasis', 'because', 'Choose the legal basis', codesOf(false)),
  atCode('a legal basis under Article 9 by itself', 'legalBasis', 'special-public-interest', 'Choose the legal basis', codesOf(false)),
  atCode(
    'a basis for special categories that is none',
    'specialBasis',
    'public-task',
    'Choose a basis for special categories, under Article 9',
    codesOf(true),
  ),
  atText(
    'an unknown statute',
    'statute',
    'magna-carta',
    `Choose a statute. Use one of these: ${usableStatutes(thurrock).map(({ code }) => code).join(', ')}`,
  ),
  atText(
    'a repealed statute, with what replaced it',
    'statute',
    'sex-offenders-1997',
    'Sex Offenders Act 1997 can no longer be relied on: choose another. Repealed by the Sexual Offences Act 2003; notification requirements are now in its Part 2.',
  ),
  atCode('an unknown channel', 'channel', 'pigeon', 'Choose how the request was made', 'telephone, email, letter, referral-form'),
  atCode('unknown means of answering', 'means', 'pigeon', 'Choose how the answer is given', 'concordat, secure-email, telephone, letter, meeting'),
  tooLong('personName', 200),
  tooLong('personDetails', 1_000),
  tooLong('information', 10_000),
  tooLong('purpose', 2_000),
  {
    what: 'no date',
    form: date('receivedOn', '', '', ''),
    body: { receivedOn: '' },
    field: 'receivedOn',
    input: 'receivedOn-day',
    message: 'Enter the date the request was received',
  },
  {
    what: 'half a date',
    form: date('receivedOn', '26', '', ''),
    body: { receivedOn: '--26' },
    field: 'receivedOn',
    input: 'receivedOn-month',
    message: 'Date received must include a month and a year',
  },
  atDate('words', 'receivedOn', ['26', 'March', '2026'], 'Date received must be a real date, in numbers, such as 26 3 2026'),
  atDate(
    'a date that does not exist',
    'receivedOn',
    ['29', '2', '2026'],
    'Date received must be a real date: check the day, the month and the year',
  ),
  atDate('a receipt tomorrow', 'receivedOn', ['10', '4', '2026'], 'Date received must be today or in the past'),
  atDate(
    'a receipt before the asked partner signed',
    'receivedOn',
    ['5', '10', '2022'],
    'Date received must be on or after Thursday 6 October 2022, when Essex Police signed the protocol',
  ),
  {
    what: 'a receipt before the own partner signed',
    form: { 'asked[]': 'mse-icb', 'mse-icb.categories[]': 'mental-health', ...date('receivedOn', '22', '9', '2022') },
    body: { asked: [asking('mse-icb', ['mental-health'])], receivedOn: '2022-09-22' },
    field: 'receivedOn',
    input: 'receivedOn-day',
    message: 'Date received must be on or after Friday 23 September 2022, when Thurrock Council signed the protocol',
  },
  atDate(
    'a receipt before the version that bears an undated signature',
    'receivedOn',
    ['22', '3', '2023'],
    'Date received must be on or after Thursday 23 March 2023, when Peabody signed the protocol',
  ),
  atDate(
    'a receipt more than a year ago',
    'receivedOn',
    ['8', '4', '2025'],
    'Date received is more than 12 months ago: check it, or say below that it is right',
  ),
  atDate('needed by a day that is past', 'neededByOn', ['8', '4', '2026'], 'Needed by must be today or in the future', {
    urgentBecause: 'A hearing',
  }),
  {
    ...atDate('needed by a date without a reason', 'neededByOn', ['12', '4', '2026'], 'Enter why it is needed by then'),
    field: 'urgentBecause',
    input: 'urgentBecause',
  },
  {
    ...atText('urgent without a date', 'urgentBecause', 'A hearing', ''),
    field: 'neededByOn',
    input: 'neededByOn-day',
    message: 'Enter the date by when it is needed, or leave out why it is urgent',
  },
].map((each) =>
  each.message.includes('Peabody')
    ? {
        ...each,
        form: { ...each.form, 'asked[]': 'peabody', 'peabody.categories[]': 'enforcement-activity' },
        body: { ...each.body, asked: [asking('peabody', ['enforcement-activity'])] },
      }
    : each,
);

describe('the shipped partnership', () => {
  let web: Web;
  let token: string;
  const clock = new SetClock(thursday);
  beforeAll(async () => {
    web = await startWeb(clock);
    token = await web.token(officer);
  }, 180_000);
  afterAll(async () => web.close());

  const casesOf = async () => web.deps.store.cases.list({ partners: null }, 500);
  const post = (body: object) =>
    web.browser().agent.post('/api/v1/information-requests').auth(token, { type: 'bearer' }).send(body);
  const problemOf = (response: { text: string }) => problemSchema.parse(JSON.parse(response.text));

  test.each(refused.map((each) => [each.what, each] as const))(
    '%s is refused, by the form and by the API',
    async (_what, { form, body, field, input, message, toPrograms = '' }) => {
      const before = (await casesOf()).length;
      const browser = await web.signedIn(officer);
      const page = await browser.send(path, { ...filledForm, ...form });
      expect(page.status).toBe(422);
      expect(new Set(errorsOf(page.text))).toContain(message);
      expect(unescaped(page.text)).toContain(`<a href="#${input}">${message}</a>`);
      const id = input.replace(/-(day|month|year)$/, '');
      expect(page.text).toContain(`id="${id}-error"`);

      const response = await post({ ...requestBody, ...body });
      expect(response.status).toBe(422);
      expect(problemOf(response).errors).toContainEqual({ field, message: `${message}${toPrograms}` });
      expect(await casesOf()).toHaveLength(before);
    },
  );

  test.each([
    [
      'a person of whom an anonymised request is',
      { identifiability: 'anonymised' },
      [
        { field: 'personName', message: 'Leave this out: you ask for anonymised information only' },
        { field: 'personDetails', message: 'Leave this out: you ask for anonymised information only' },
      ],
    ],
    [
      'a justification where section 2 lists what is shared',
      { asked: [{ ...police, justification: 'Because' }] },
      [{ field: 'asked.0.justification', message: 'Leave this out: section 2 of the protocol lists what Essex Police shares' }],
    ],
    [
      'a category of whom section 2 lists nothing for',
      { asked: [asking('riverview', ['asb-incidents'], 'Because')] },
      [
        {
          field: 'asked.0.categories',
          message: 'Riverview Trust does not share “Incidents of anti-social behaviour” under the protocol (section 2)',
        },
      ],
    ],
  ])('%s cannot be entered in the form, and is refused by the API', async (_what, body, errors) => {
    const response = await post({ ...requestBody, ...body });
    expect(response.status).toBe(422);
    expect(problemOf(response).errors).toEqual(errors);
  });

  test('the faults of everything are told at once by the API', async () => {
    const response = await post({ asked: [asking('nobody'), asking('essex-police')], receivedOn: '2026-04-10' });
    expect(problemOf(response).errors?.map(({ field }) => field).toSorted()).toEqual(
      [
        'asked.0.partner',
        'asked.1.categories',
        'channel',
        'identifiability',
        'information',
        'legalBasis',
        'means',
        'purpose',
        'receivedOn',
      ].toSorted(),
    );
  });

  test('anonymised information of a hospital, and of another team of the own organisation, may be asked for', async () => {
    const response = await post({
      ...requestBody,
      asked: [asking('btuh', ['ae-assaults']), asking('thurrock/youth', ['young-reoffending-rates'])],
      identifiability: 'anonymised',
      personName: '',
      personDetails: '',
    });
    expect(response.status).toBe(201);
    const { reference } = response.body as { reference: string };
    expect(await web.deps.store.cases.get(reference)).toMatchObject({
      title: 'Thurrock Council asks Basildon and Thurrock University Hospital, A&E and 1 other',
      partners: ['thurrock', 'btuh'],
      tasks: [{ partner: 'btuh' }, { partner: 'thurrock', team: 'youth' }],
      terms: { identifiability: 'anonymised' },
    });
  });

  test('forty may be asked at once, and the due date is theirs together', async () => {
    const asked = addresseesFor(thurrock, { partner: 'essex-police', teams: [] }, '2026-04-09' as IsoDate);
    const bodies = asked.slice(0, 40).map((each) => {
      const categories = thurrock.categories.filter(({ sharedAs, sharedBy }) =>
        sharedAs === 'personal' && sharedBy.some(({ partner, team }) => partner === each.partner && (each.team === null || (team ?? each.team) === each.team)),
      );
      return { ...each, categories: categories.map(({ code }) => code), ...(categories.length === 0 ? { justification: 'Needed' } : {}) };
    });
    const askable = bodies.filter(({ partner }) => partner !== 'btuh');
    const policeToken = await web.token('officer@essex-police.example');
    const response = await web
      .browser()
      .agent.post('/api/v1/information-requests')
      .auth(policeToken, { type: 'bearer' })
      .send({ ...requestBody, asked: askable });
    expect(response.status).toBe(201);
    const { tasks } = response.body as { tasks: { dueOn: string }[] };
    expect(tasks).toHaveLength(askable.length);
    expect(new Set(tasks.map(({ dueOn }) => dueOn))).toEqual(new Set(['2026-04-13']));
  });

  test.each(['personName', 'personDetails', 'information', 'purpose', 'urgentBecause', 'riverview.justification'])(
    'headings in %s forge nothing, and markup is shown as it was typed',
    async (field) => {
      const hostile = `Jordan${field === 'personName' ? ' ' : '\r\n'}Bcc: everyone@evil.example<script>alert(1)</script>{{ 7 * 7 }}`;
      const fields = {
        ...filledForm,
        'asked[]': 'essex-police riverview',
        'riverview.justification': 'It runs the centre',
        ...date('neededByOn', '12', '4', '2026'),
        urgentBecause: 'A hearing',
        [field]: hostile,
      };
      const browser = await web.signedIn(officer);
      // The last page of the form, with its answers: on to those that are to be checked.
      const page = await browser.send(path, { ...fields, step: 'how' });
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('<script>alert');
      const shown = unescaped(page.text.replace(/<input type="hidden"[^>]*>/g, ''));
      expect(shown).toContain('<script>alert(1)</script>{{ 7 * 7 }}');
      expect(Object.keys(page.headers)).not.toContain('bcc');
      const reference = await openCase(browser, fields);
      expect((await web.deps.store.cases.get(reference))?.title).not.toContain('Bcc');
    },
  );

  const asked = 'asked.0.justification';
  test.each([
    ['a line break in a name', 'personName', 'Jordan\nExample', 'Enter who the request is about on one line'],
    ['a line separator in a name', 'personName', 'Jordan\u2028Example', 'Enter who the request is about on one line'],
    ['a control character in a name', 'personName', 'Jordan\u0000', 'This has a character that cannot be shown: type it again'],
    ['a control character', 'information', 'All\tof\r\nMarch\u0007', 'Line 2 has a character that cannot be shown: type it again'],
    ['a mark that turns text around', 'purpose', 'A \u202e hearing', 'This has a character that cannot be shown: type it again'],
    ['half a character', 'personDetails', 'Born \ud800', 'This has a character that cannot be shown: type it again'],
    ['a control character in a list', asked, 'x\u0001', 'This has a character that cannot be shown: type it again'],
  ])('refuses %s and changes nothing of it', async (_what, at, value, message) => {
    const body = at === asked ? { ...requestBody, asked: [{ partner: 'riverview', justification: value }] } : { ...requestBody, [at]: value };
    const answer = await web.browser().agent.post('/api/v1/information-requests').auth(await web.token(officer), { type: 'bearer' }).send(body);
    expect([answer.status, (answer.body as { errors: unknown }).errors]).toEqual([422, [{ field: at, message }]]);
    if (at === asked || value.includes('\ud800')) return;
    const page = await (await web.signedIn(officer)).send(path, { ...filledForm, step: 'how', [at]: value });
    expect([page.status, errorsOf(page.text)]).toEqual([422, [message]]);
    expect(unescaped(page.text)).toContain(value);
  });

  test('text is trimmed, and its tabs and line breaks are kept', () => {
    const schema = requestSchema({ protocol: thurrock, opener: { partner: 'thurrock', teams: [] }, today: '2026-04-09' as IsoDate });
    const sent = { ...requestBody, personName: ' Jordan\t Example\r\n', information: '\r\nAll\tof\r\nMarch\rand April\n' };
    expect(schema.parse(sent)).toMatchObject({ personName: 'Jordan Example', information: 'All\tof\nMarch\nand April' });
  });

  test('text that nobody can see is none', () => {
    const schema = requestSchema({ protocol: thurrock, opener: { partner: 'thurrock', teams: [] }, today: '2026-04-09' as IsoDate });
    for (const blank of ['\u200b', ' \u200d\u2060\n', '\ufeff\u3164\u2800']) {
      expect(schema.safeParse({ ...requestBody, information: blank }).success).toBe(false);
      expect(schema.parse({ ...requestBody, personDetails: blank })).toMatchObject({ personDetails: '' });
    }
  });

  test('names keep the joiners that their script is written with', async () => {
    const page = await (await web.signedIn(officer)).send(path, { ...filledForm, step: 'how', personName: 'क्\u200dष' });
    expect(page.text.replace(/<input type="hidden"[^>]*>/g, '')).toContain('क्\u200dष');
  });

  test('a text far over the limit comes back with its error, not lost; a body that is too long with a page that says so', async () => {
    const browser = await web.signedIn(officer);
    const form = { ...hiddenOf((await browser.get(path)).text, path), ...filledForm };
    const long = 'é'.repeat(60_000);
    const page = await browser.post(path, { ...form, information: long });
    expect(page.status).toBe(422);
    expect(page.text).toContain('Use 10,000 characters or fewer');
    expect(page.text).toContain(long);
    const body = await browser.post(path, { ...form, information: 'x'.repeat(2_000_000) });
    expect(body.status).toBe(413);
    expect(body.text).toContain('This is too long');
  });
});

describe('a partner that has not signed', () => {
  const schemaOf = (protocol: Protocol) =>
    requestSchema({ protocol, opener: { partner: 'thurrock', teams: ['environment'] }, today: '2026-04-09' as IsoDate });
  const withThurrock = (signedFrom: string | null): Protocol => ({
    ...thurrock,
    organisations: thurrock.organisations.map((partner) =>
      partner.code === 'thurrock' ? { ...partner, signedFrom: signedFrom as IsoDate | null } : partner,
    ),
  });
  const messages = (protocol: Protocol) => schemaOf(protocol).safeParse(requestBody).error?.issues.map(({ message }) => message);

  test('cannot ask', () => {
    expect(messages(withThurrock(null))).toEqual(['Your organisation has not signed the protocol, so it cannot ask']);
  });

  test('until it has, on the day of which the request was received', () => {
    expect(messages(withThurrock('2026-03-27'))).toEqual([
      'Date received must be on or after Friday 27 March 2026, when Thurrock Council signed the protocol',
    ]);
    expect(messages(withThurrock('2026-03-26'))).toBeUndefined();
  });
});

describe('a former partner', () => {
  const protocol = loadProtocol(marlow);
  const faultsOf = (partner: string, asked: string, today: string) =>
    requestSchema({ protocol, opener: { partner, teams: [] }, today: today as IsoDate })
      .safeParse({ ...requestBody, legalBasis: 'task', asked: [asking(asked, ['noise'])] })
      .error?.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
  const codesFor = (today: string) =>
    addresseesFor(protocol, { partner: 'dale-police', teams: [] }, today as IsoDate).map(({ partner }) => partner);

  test('can be asked, and ask, up to the day before it withdrew', () => {
    expect(faultsOf('dale-police', 'weir-mission', '2026-04-06')).toBeUndefined();
    expect(faultsOf('weir-mission', 'dale-police', '2026-04-06')).toBeUndefined();
    expect(codesFor('2026-04-06')).toContain('weir-mission');
  });

  test('can neither be asked nor ask from that day on, also for what was received before', () => {
    expect(faultsOf('dale-police', 'weir-mission', '2026-04-07')).toEqual([
      'asked.0.partner: Weir Street Mission withdrew from the protocol on Tuesday 7 April 2026, so it cannot be asked',
    ]);
    expect(faultsOf('weir-mission', 'dale-police', '2026-04-07')).toEqual([
      'asked: Your organisation withdrew from the protocol on Tuesday 7 April 2026, so it cannot ask',
    ]);
    expect(codesFor('2026-04-07')).not.toContain('weir-mission');
  });
});

describe('another partnership', () => {
  const protocol = loadProtocol(marlow);
  const warden = { partner: 'vale-council', teams: ['wardens'] };
  const schema = requestSchema({ protocol, opener: { partner: 'dale-police', teams: [] }, today: '2026-04-09' as IsoDate });
  const body = { ...requestBody, legalBasis: 'task', asked: [asking('vale-council/wardens', ['noise', 'tenancies'])] };
  const faults = (change: object) =>
    schema.safeParse({ ...body, ...change }).error?.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);

  test.each([
    ['what a team and its whole partner share may be asked of the team', {}, undefined],
    ['a partner as a whole may be asked for what any part of it shares', { asked: [asking('vale-council', ['noise'])] }, undefined],
    [
      'its categories are its own',
      { asked: [asking('vale-council', ['asb-incidents'])] },
      ['asked.0.categories: Choose categories of the list: one of these is not part of the protocol'],
    ],
    [
      'its signatures are its own',
      { asked: [asking('towpath', ['tenancies'])] },
      ['asked.0.partner: Towpath Housing has not signed the protocol, so it cannot be asked'],
    ],
    [
      'its anonymised categories are its own',
      { asked: [asking('lantern', ['night-shelter'])] },
      [
        'asked.0.categories: The Lantern Trust shares “Use of the night shelter” as anonymised information only (section 2): ask for it in a request for anonymised information',
      ],
    ],
    [
      'its repealed statutes are its own',
      { statute: 'old-act' },
      ['statute: Local Watch Act 1901 can no longer be relied on: choose another. Invented for tests; replaced by nothing.'],
    ],
    ['its legal bases are its own', { legalBasis: 'public-task' }, ['legalBasis: Choose the legal basis']],
    [
      'the day it was signed on is its own',
      { receivedOn: '2025-06-01', receivedOnConfirmed: true },
      ['receivedOn: Date received must be on or after Monday 2 June 2025, when Dale Constabulary signed the protocol'],
    ],
  ])('%s', (_what, change, expected) => expect(faults(change)).toEqual(expected));

  test('who may be asked follows from its file', () => {
    const keys = (opener: Parameters<typeof addresseesFor>[1], on = '2026-04-09') =>
      addresseesFor(protocol, opener, on as IsoDate).map(addresseeKey);
    expect(keys(warden)).toEqual(['dale-police', 'lantern']);
    expect(keys({ partner: 'vale-council', teams: [] })).toEqual(['vale-council/wardens', 'dale-police', 'lantern']);
    expect(keys(warden, '2025-06-01')).toEqual(['lantern', 'weir-mission']);
  });

  test('its form, clock and ladder are its own from the first page to the case', async () => {
    const home = mkdtempSync(join(tmpdir(), 'concordat-marlow-'));
    const accounts = join(home, 'accounts.yaml');
    writeFileSync(
      accounts,
      [
        'password: concordat-demo-only',
        'accounts:',
        '  - { id: dale-officer, username: officer@dale-police.example, displayName: Officer, partner: dale-police, roles: [staff] }',
      ].join('\n'),
    );
    const web = await startWeb(new SetClock(thursday), { env: { PROTOCOL_FILE: marlow, DEMO_ACCOUNTS: accounts } });
    try {
      const browser = await web.signedIn('officer@dale-police.example');
      const page = await browser.get(path);
      expect(page.text).toContain('Marlow Vale District Council, Street Wardens');
      expect(page.text).not.toMatch(/Thurrock|Essex/);
      const fields = {
        ...filledForm,
        'asked[]': 'vale-council/wardens',
        'vale-council/wardens.categories[]': 'noise tenancies',
        legalBasis: 'task',
      };
      const checked = await browser.send(path, { ...fields, step: 'how' });
      expect(checked.text).toContain('<strong>Wednesday 8 April 2026</strong>');
      expect(checked.text).not.toMatch(/Thurrock|Essex/);
      const document = await web.deps.store.cases.get(await openCase(browser, fields));
      expect(document).toMatchObject({
        title: 'Dale Constabulary asks Marlow Vale District Council, Street Wardens',
        partners: ['dale-police', 'vale-council'],
        startInput: { questionPausesClock: true },
        tasks: [{ plans: [{ dueOn: '2026-04-08', calendarVersion: holidays.version }] }],
      });
      expect(document?.tasks[0]?.plans[0]?.rungs.map(({ step }) => step)).toEqual(['nudge', 'coordinator']);
    } finally {
      await web.close();
      rmSync(home, { recursive: true, force: true });
    }
  });
});
