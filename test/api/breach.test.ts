/**
 * Personal data breach (protocol section 10) on the web: what its form takes and refuses, who is told, who reads what, what
 * is done in its room, and what is mailed. The rules of the case run in this process.
 */
import { randomUUID } from 'node:crypto';
import type { CaseDocument } from '../../store/cases';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, officer, SetClock, spoc, startWeb, thursday, type Browser, type Web } from './support';

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

const post = async (username: string, path: string, sent: object, key: string = randomUUID()) =>
  web.browser().agent.post(`/api/v1${path}`).auth(await web.token(username), { type: 'bearer' }).set('Idempotency-Key', key).send(sent);
const caseOf = async (reference: string): Promise<CaseDocument> => (await web.deps.store.cases.get(reference)) as CaseDocument;
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
    'T7 decide-telling essex-police 2026-04-11T07:30:00Z',
    'T8 give-view thurrock 2026-04-11T07:30:00Z',
    'T9 give-view probation 2026-04-11T07:30:00Z',
    'T10 give-view ecfrs 2026-04-11T07:30:00Z',
  ]);
  expect(document.partners).toEqual(['thurrock', 'essex-police', 'probation', 'ecfrs']);
  expect(JSON.stringify({ ...document, content: {} })).not.toContain(filled.what);
  void spoc;
  void cspManager;
});
