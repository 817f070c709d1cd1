/**
 * Subject access requests (protocol section 5) on the web: what the form asks and refuses, who sees which item, how the
 * statutory clock and the time of each originator move, and that nothing of an originator is disclosed before it was warned
 * and has answered or had its time. The rules of the case run in this process; no mail is sent, so that a test says when a
 * mail server has taken a warning.
 */
import { composeNotice } from '../../activities/letters/compose';
import type { Dependencies } from '../../activities/dependencies';
import { londonDateOf } from '../../calendar';
import { itemsOf } from '../../dispatch/items';
import type { AuditEntry } from '../../store/audit';
import { messageOf } from '../../store/messages';
import type { CaseDocument, TaskPlan } from '../../store/cases';
import type { Recipient } from '../../workflows/shared/contract';
import { answerRead, openedLink } from './answering';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, hiddenOf, officer, requestBody, SetClock, spoc, startWeb, thursday, unescaped, type Browser, type Web } from './support';

const governance = 'governance-lead@thurrock.example';
const policeLead = 'governance-lead@essex-police.example';
const probation = 'spoc@probation.example';
const form = '/subject-access-requests/new';
const typed = { applicant: 'Robin Applicant', asked: 'All since January', item: 'A report of the spring' } as const;
const filled = {
  step: 'check',
  ...typed,
  regime: 'uk-gdpr',
  'receivedOn-day': '8',
  'receivedOn-month': '4',
  'receivedOn-year': '2026',
  identity: 'not-needed',
  fee: 'not-needed',
  'originator-1': 'essex-police',
  'item-1': typed.item,
} as const;
const body = {
  applicant: typed.applicant,
  asked: typed.asked,
  regime: 'uk-gdpr',
  receivedOn: '2026-04-08',
  items: [
    { originator: 'essex-police', description: typed.item },
    { originator: 'probation', description: 'A letter' },
    { originator: null, description: 'Our notes' },
  ],
};

let web: Web;
const clock = new SetClock(thursday);
let lead: Browser;
beforeAll(async () => {
  web = await startWeb(clock);
  runWorkflowsHere(web.deps);
}, 180_000);
afterAll(async () => web.close());
beforeEach(async () => {
  clock.set(thursday);
  await web.forgetCases();
  lead = await web.signedIn(governance);
});

const post: Web['post'] = (...sent) => web.post(...sent);
const opened = async (sent: object = body): Promise<string> => {
  const answer = await post(governance, '/subject-access-requests', sent);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.reference;
};
const done = async (username: string, path: string, sent: object): Promise<void> => {
  const answer = await post(username, path, sent);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
};
/** A page of the API as somebody sees it. */
async function seenBy<Body>(username: string, path: string): Promise<Body> {
  return ((await web.browser().agent.get(`/api/v1${path}`).auth(await web.token(username), { type: 'bearer' })) as { readonly body: Body }).body;
}
/** What was said to have been received is brought over to the case in the background. */
async function until(reference: string, holds: (document: CaseDocument) => boolean): Promise<void> {
  for (let tries = 0; !holds(await caseOf(reference)); tries += 1) {
    if (tries === 100) throw new Error(`${reference} did not come so far.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const caseOf = async (reference: string): Promise<CaseDocument> => (await web.deps.store.cases.get(reference)) as CaseDocument;
const recordOf = async (reference: string): Promise<AuditEntry[]> => web.deps.store.audit.of(reference);
const planOf = async (reference: string, task: string): Promise<TaskPlan> =>
  (await caseOf(reference)).tasks.find(({ id }) => id === task)?.plans.at(-1) as TaskPlan;
const dueOf = async (reference: string, task: string): Promise<string | undefined> => (await planOf(reference, task)).dueOn;

/** The mail server of a partner has taken the warning of a task. */
async function warn(reference: string, task: string): Promise<void> {
  const event = { event: 'notice-sent', at: clock.now(), task, step: 'request', to: 'spoc' };
  await web.deps.store.database.db.collection<CaseDocument>('cases').updateOne({ _id: reference }, { $push: { timeline: event as never } });
}
const textOf = (html: string): string => unescaped(html.replaceAll(/<[^>]+>/g, ' ')).replaceAll(/\s+/g, ' ');
const errorsIn = ({ body: { errors } }: { readonly body: { readonly errors?: readonly { readonly message: string }[] } }) => errors?.map(({ message }) => message);
const noObjection = { kind: 'no-objection' };
const disclose = { decision: 'disclose' };
const replied = { outcome: 'replied', text: 'A letter' };
const decide = async (reference: string, item: string, sent: object = disclose) =>
  post(governance, `/cases/${reference}/items/${item}/decision`, { ...(await answerRead(web, reference, item)), ...sent });

describe('the form', () => {
  test('is for contacts and governance leads, and leads to a case with its reply and a consultation for each originator', async () => {
    expect((await (await web.signedIn(officer)).get(form)).status).toBe(403);
    const check = await lead.send(form, { ...filled, step: 'items', checked: 'yes' });
    expect(check.text).toContain('Check your answers before you record the request');
    expect(check.text).toContain('Friday 8 May 2026');
    const sent = await lead.send(form, filled);
    expect(sent.status).toBe(303);
    const reference = /SA-2026-\d{4}/.exec(String(sent.headers['location']))?.[0] ?? '';
    const document = await caseOf(reference);
    expect(document.tasks.map(({ id, kind, partner, plans }) => [id, kind, partner, plans[0]?.dueOn])).toEqual([
      ['T1', 'reply', 'thurrock', '2026-05-08'],
      // Ten working days after Thursday 9 April, which come before five before the statutory date.
      ['T2', 'consult', 'essex-police', '2026-04-23'],
    ]);
    expect(JSON.stringify({ ...document, content: {} })).not.toMatch(/Robin|January|spring/);
    expect(JSON.stringify(await recordOf(reference))).not.toMatch(/Robin|January|spring/);
  });

  test.each<[string, object, string]>([
    ['nobody', { applicant: '' }, 'Enter whose data it is about'],
    ['nothing', { asked: '' }, 'Enter what is asked for'],
    ['no law', { regime: '' }, 'Choose by which law it is answered'],
    ['a day ahead', { 'receivedOn-day': '10' }, 'Date received must be today or in the past'],
    ['an item of nowhere', { 'originator-1': '' }, 'Choose where it came from'],
    ['an item that is not named', { 'item-1': '' }, 'Enter what it is'],
    ['a proof of no day', { identity: 'came' }, 'Say whether proof of identity is needed, and when it came'],
  ])('refuses %s, and keeps what was typed', async (_, wrong, message) => {
    const again = await lead.send(form, { ...filled, ...wrong });
    expect([again.status, errorsOf(again.text)]).toEqual([422, [message]]);
  });

  test('is one, however often the same form comes', async () => {
    const key = 'twice';
    const [first, second] = [await post(governance, '/subject-access-requests', body, key), await post(governance, '/subject-access-requests', body, key)];
    expect([first.status, second.status, second.body.reference]).toEqual([201, 201, first.body.reference]);
    expect((await post(governance, '/subject-access-requests', { ...body, asked: 'More' }, key)).status).toBe(409);
  });
});

describe('the clocks', () => {
  test('the month counts from the latest of request, proof and fee; under Part 3 from the day after', async () => {
    expect(await dueOf(await opened({ ...body, receivedOn: '2026-03-02', identity: '2026-03-10', fee: '2026-03-05' }), 'T1')).toBe('2026-04-10');
    expect(await dueOf(await opened({ ...body, receivedOn: '2026-03-10', regime: 'law-enforcement' }), 'T1')).toBe('2026-04-13');
  });

  test('a refusal that was sent before the request was entered has its own day, and no item has been disclosed by then', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-30' });
    const refused = (repliedOn: string) => post(governance, `/cases/${reference}/applicant-reply`, { outcome: 'refused', repliedOn, text: 'Manifestly unfounded' });
    expect(errorsIn(await refused('2026-03-29'))).toEqual(['Date of the reply must be Monday 30 March 2026 or later: the request was received then']);
    const itemByItem = await post(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: '2026-04-01' });
    expect([itemByItem.status, itemByItem.body.detail]).toEqual([409, expect.stringContaining('Still open: I1, I2, I3.')]);
    expect((await refused('2026-04-02')).status).toBe(200);
    expect((await caseOf(reference)).projection.outcome).toBe('refused');
  });

  test('a reply item by item that went out before the request was entered has its own day, by which it is judged', async () => {
    // Due on Monday 13 April 2026; entered on the 14th, a day late.
    clock.set('2026-04-14T09:00:00.000Z');
    const entered = { ...body, receivedOn: '2026-03-13' };
    const [reference, other] = [await opened(entered), await opened(entered)];
    const reply = (ref: string, repliedOn: string) => post(governance, `/cases/${ref}/applicant-reply`, { ...replied, repliedOn });
    for (const ref of [reference, other]) {
      for (const item of ['I1', 'I2']) await decide(ref, item, { decision: 'withhold', reason: 'An exemption' });
      expect((await decide(ref, 'I3')).status).toBe(200);
    }
    expect(errorsIn(await reply(reference, '2026-03-12'))).toEqual(['Date of the reply must be Friday 13 March 2026 or later: the request was received then']);
    expect((await reply(reference, '2026-04-13')).status).toBe(200);
    expect((await reply(other, '2026-04-14')).status).toBe(200);
    const lateOf = async (ref: string) => (await caseOf(ref)).timeline.find(({ event }) => event === 'applicant-replied');
    expect(await lateOf(reference)).toMatchObject({ late: false, at: '2026-04-13T22:59:59.999Z' });
    expect(await lateOf(other)).toMatchObject({ late: true });
  });

  test('but not of a day on which what came from others was disclosed without their word, and not between entry and decision', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-13' });
    clock.set('2026-04-10T09:00:00.000Z');
    const reply = async (repliedOn: string) => errorsIn(await post(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn }));
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    for (const item of ['I1', 'I3']) expect((await decide(reference, item)).status).toBe(200);
    await decide(reference, 'I2', { decision: 'withhold', reason: 'An exemption' });
    expect(await reply('2026-04-01')).toEqual([
      'Date of the reply must be Friday 10 April 2026 or later: it was decided then to disclose item 1, which came from another partner. ' +
        'If it was disclosed before, tell that partner at once, and say in the words below on which day',
    ]);
    expect(await reply('2026-04-09')).toEqual(['Date of the reply must be Friday 10 April 2026 or later: the last item was decided then']);
    await done(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: '2026-04-10' });
  });

  test('a day of receipt of long ago is asked about, by page and API', async () => {
    const message = 'Date received is more than 12 months ago: check it, or say below that it is right';
    const old = { ...body, receivedOn: '2025-03-09' };
    expect(errorsIn(await post(governance, '/subject-access-requests', old))).toEqual([message]);
    expect((await post(governance, '/subject-access-requests', { ...old, receivedOnConfirmed: true })).status).toBe(201);
    const typedOld = { ...filled, 'receivedOn-year': '2025' };
    const refused = await lead.send(form, typedOld);
    expect([refused.status, errorsOf(refused.text), refused.text.includes('The date is right: the request was received that long ago')]).toEqual([422, [message], true]);
    expect((await lead.send(form, { ...typedOld, receivedOnConfirmed: 'yes' })).status).toBe(303);
  });

  test('a field that is misspelt is not taken as left out, which would start the clock', async () => {
    const sent = await post(governance, '/subject-access-requests', { ...body, identiy: 'awaited' });
    expect([sent.status, sent.body.errors]).toEqual([422, [{ field: 'identiy', message: expect.stringMatching(/^There is no such field here\. There are: applicant, .*identity/) as string }]]);
  });

  test('while proof is awaited the clock stands still, and it counts from the day on which that came', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-04-01', identity: 'awaited' });
    const projection = (await caseOf(reference)).projection;
    expect([projection.stage, projection.tasks[0]?.pausedAt]).toEqual(['clock-stopped', thursday]);
    // The first mail knows it, and names the day of receipt and no other date.
    const mail = await mailOf(reference, 'T1', 'request', 'spoc');
    expect(mail).toContain('put on record, and its clock stands still');
    expect(mail).toMatch(/Received on:? Wednesday 1 April 2026/);
    expect(mail).not.toMatch(/is due|Why this date|May 2026/);
    const early = await post(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-03-31' });
    expect([early.status, JSON.stringify(early.body)]).toEqual([422, expect.stringContaining('must be Wednesday 1 April 2026 or later')]);
    clock.set('2026-04-20T09:00:00.000Z');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-17' });
    // 17 May is a Sunday.
    expect(await dueOf(reference, 'T1')).toBe('2026-05-18');
    expect((await caseOf(reference)).projection.stage).toBe('consulting');
  });

  test('an old request whose proof is awaited is not late: it counts from the day it was put on record, at the earliest', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-02-02', identity: 'awaited' });
    expect([await dueOf(reference, 'T1'), await dueOf(reference, 'T2')]).toEqual(['2026-05-11', '2026-04-23']);
    // The proof had come before: it counts from then, and not from the day on which somebody entered it.
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-07' });
    expect(await dueOf(reference, 'T1')).toBe('2026-05-07');
  });

  test('a correction of the receipt leaves the later day of the proof; and the day of receipt is corrected where it is read', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-02', identity: '2026-03-10' });
    await done(governance, `/cases/${reference}/correction`, { from: '2026-03-04', reason: 'The stamp' });
    await done(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: 'Seen' });
    expect([await dueOf(reference, 'T1'), (await caseOf(reference)).terms['receivedOn']]).toEqual(['2026-04-10', '2026-03-04']);
    expect(await mailOf(reference, 'T1', 'overdue', 'spoc')).toMatch(/Received on:?\s+Wednesday 4 March 2026[\s\S]*Counted from:?\s+Tuesday 10 March 2026, as the last came then/);
    await done(governance, `/cases/${reference}/correction`, { from: '2026-03-16', reason: 'Another stamp' });
    expect((await lead.get(`/cases/${reference}/correction/decision`)).text).toContain('received on <strong>Monday 16 March 2026');
    await done(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: 'Seen' });
    expect([await dueOf(reference, 'T1'), (await caseOf(reference)).terms['receivedOn']]).toEqual(['2026-04-16', '2026-03-16']);
    const moved = await mailOf(reference, 'T1', 'clock-moved', 'spoc', 2);
    expect(moved.replaceAll(/\s+/g, ' ')).toContain('was counted from Tuesday 10 March 2026. It was received on Monday 16 March 2026: one person has said so, and a second one has confirmed it. The reply');
    expect(moved).not.toContain('Counted from:');
  });

  test.each([
    ['whoever put it on record', governance, cspManager, 'requester'],
    ['the CSP manager', cspManager, governance, 'csp-manager'],
  ] as const)('a correction that is confirmed and moves no date is told to %s, who proposed it; one that moves a date is not told twice', async (_, proposer, second, reader) => {
    const reference = await opened({ ...body, receivedOn: '2026-03-02', identity: '2026-03-10' });
    const correct = async (from: string) => {
      await done(proposer, `/cases/${reference}/correction`, { from, reason: 'The stamp' });
      await done(second, `/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: 'Seen' });
      const entry = (await recordOf(reference)).findLast(({ act }) => act === 'correction-confirmed');
      return entry === undefined ? undefined : messageOf(entry);
    };
    expect(await correct('2026-03-04')).toMatchObject({ type: 'correction-confirmed', number: 1, proposedBy: reader });
    const mail = (await mailOf(reference, 'T1', 'correction-confirmed-1', reader)).replaceAll(/\s+/g, ' ');
    expect(mail).toMatch(/The correction of the day of receipt was confirmed.*No date moves by it.*Received on:? Wednesday 4 March 2026 Counted from:? Tuesday 10 March 2026/);
    expect(await correct('2026-03-16')).toBeNull();
  });

  test('proof that comes while a correction waits is not lost by it', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-04-01', identity: 'awaited' });
    clock.set('2026-04-20T09:00:00.000Z');
    await done(governance, `/cases/${reference}/correction`, { from: '2026-03-31', reason: 'The stamp' });
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-17' });
    await done(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: 'Seen' });
    expect(await dueOf(reference, 'T1')).toBe('2026-05-18');
  });

  test('while the clock stands still nothing is overdue, it can be extended, and what was asked in time is entered later', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-12' });
    // Due on Monday 13 April.
    clock.set('2026-04-15T09:00:00.000Z');
    expect(JSON.stringify((await post(governance, `/cases/${reference}/clock-stop`, { since: '2026-04-14' })).body)).toContain('must be Monday 13 April 2026 or earlier');
    await done(governance, `/cases/${reference}/clock-stop`, { since: '2026-04-10' });
    const page = (await (await web.signedIn(governance)).get(`/cases/${reference}`)).text;
    expect(page).toContain('The clock stands still while something is awaited of the applicant');
    await done(governance, `/cases/${reference}/tasks/T1/extension`, { reason: 'Complex' });
    expect((await mailOf(reference, 'T1', 'clock-moved', 'spoc', 2)).split('\n')[0]).toContain('The time to reply is longer, and its clock stands still');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-15' });
    // 12 June, and the six days from the 10th to the 15th.
    expect(await dueOf(reference, 'T1')).toBe('2026-06-18');
  });

  test('the day of receipt is not corrected to one after the clock stood still', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-12' });
    await done(governance, `/cases/${reference}/clock-stop`, { since: '2026-03-20' });
    const refused = await post(governance, `/cases/${reference}/correction`, { from: '2026-03-25', reason: 'The stamp' });
    expect(JSON.stringify(refused.body)).toContain('must be Friday 20 March 2026 or earlier: the clock has stood still from then on');
  });

  test('days of clarification are left out, both included, and the time of the originators is worked out again', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-12' });
    // Due on Monday 13 April: five working days before it are Thursday 2 April, so the next working day.
    expect([await dueOf(reference, 'T1'), await dueOf(reference, 'T2')]).toEqual(['2026-04-13', '2026-04-10']);
    await done(governance, `/cases/${reference}/clock-stop`, { since: '2026-04-09' });
    expect((await post(governance, `/cases/${reference}/clock-stop`, { since: '2026-04-09' })).status).toBe(409);
    clock.set('2026-04-10T09:00:00.000Z');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-10' });
    expect([await dueOf(reference, 'T1'), await dueOf(reference, 'T2')]).toEqual(['2026-04-14', '2026-04-13']);
    expect((await planOf(reference, 'T2')).reason).toBe('statutory-date-moved');
    expect((await post(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-10' })).status).toBe(409);
  });

  test.each<[string, string, object, string]>([
    ['a stop before the clock counts', 'clock-stop', { since: '2026-04-07' }, 'must be Wednesday 8 April 2026 or later'],
    ['a stop ahead', 'clock-stop', { since: '2026-04-10' }, 'must be today or in the past'],
    ['a start of a clock that runs', 'clock-start', { cameOn: '2026-04-09' }, 'The clock is running'],
  ])('refuses %s', async (_, act, sent, message) => {
    const answer = await post(governance, `/cases/${await opened()}/${act}`, sent);
    expect(answer.status).toBeGreaterThanOrEqual(409);
    expect(JSON.stringify(answer.body)).toContain(message);
  });

  test('an extension counts three months from the first day, and the originators get what that leaves them', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-16' });
    expect([await dueOf(reference, 'T1'), await dueOf(reference, 'T2')]).toEqual(['2026-04-16', '2026-04-10']);
    await done(governance, `/cases/${reference}/tasks/T1/extension`, { reason: 'Complex' });
    expect([await dueOf(reference, 'T1'), await dueOf(reference, 'T2')]).toEqual(['2026-06-16', '2026-04-23']);
    clock.set('2026-04-17T09:00:00.000Z');
    const late = await opened({ ...body, receivedOn: '2026-03-16' });
    expect((await post(governance, `/cases/${late}/tasks/T1/extension`, { reason: 'Complex' })).body.detail).toContain('could be extended until Thursday 16 April 2026');
  });

  test('the extension counts by the day on which the applicant was told, which can be put on record later', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-12' });
    const extend = (sent: object) => post(governance, `/cases/${reference}/tasks/T1/extension`, { reason: 'Complex', ...sent });
    const why = async (sent: object) => JSON.stringify((await extend(sent)).body);
    // Due on Monday 13 April.
    clock.set('2026-04-15T09:00:00.000Z');
    expect(await why({})).toContain('could be extended until Monday 13 April 2026: the applicant has to be told on or before that day');
    expect(await why({ toldOn: '2026-04-14' })).toContain('could be extended until Monday 13 April 2026');
    expect(await why({ toldOn: '2026-04-16' })).toContain('must be today or in the past');
    expect(await why({ toldOn: '2026-03-11' })).toContain('must be Thursday 12 March 2026 or later');
    expect((await post(governance, `/cases/${reference}/tasks/T2/extension`, { reason: 'Complex', toldOn: '2026-04-13' })).status).toBeGreaterThanOrEqual(400);
    const browser = await web.signedIn(governance);
    const path = `/cases/${reference}/tasks/T1/extension`;
    expect((await browser.get(path)).text).toContain('on or before Monday 13 April 2026');
    const empty = await browser.send(path, { reason: 'Complex', 'toldOn-day': '', 'toldOn-month': '', 'toldOn-year': '' });
    expect([empty.status, errorsOf(empty.text)]).toEqual([422, ['Enter the day on which the applicant was told']]);
    expect((await browser.send(path, { reason: 'Complex', 'toldOn-day': '13', 'toldOn-month': '4', 'toldOn-year': '2026' })).status).toBe(303);
    expect(await dueOf(reference, 'T1')).toBe('2026-06-12');
    expect((await recordOf(reference)).findLast(({ act }) => act === 'clock-extended')?.facts).toMatchObject({ toldOn: '2026-04-13' });
  });

  test('an extension falls away where by a corrected day of receipt the applicant was told of it too late, and stays where not', async () => {
    const extended = async (from: string): Promise<string> => {
      const reference = await opened({ ...body, receivedOn: '2026-03-12' });
      await done(governance, `/cases/${reference}/tasks/T1/extension`, { reason: 'Complex', toldOn: '2026-04-09' });
      expect(await dueOf(reference, 'T1')).toBe('2026-06-12');
      await done(governance, `/cases/${reference}/correction`, { from, reason: 'The stamp' });
      return reference;
    };
    const [inTime, late] = [await extended('2026-03-10'), await extended('2026-03-02')];
    const page = async (reference: string) => (await (await web.signedIn(cspManager)).get(`/cases/${reference}/correction/decision`)).text;
    expect([(await page(inTime)).includes('The extension falls away'), (await page(late)).includes('The extension falls away')]).toEqual([false, true]);
    for (const reference of [inTime, late]) await done(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: 'Seen' });
    // From 2 March the ordinary time ended on Thursday 2 April, a week before the applicant was told.
    expect([await dueOf(inTime, 'T1'), await dueOf(late, 'T1')]).toEqual(['2026-06-10', '2026-04-02']);
    expect((await planOf(late, 'T1')).extended).toBe(false);
  });

  test('a correction by two people moves both; a time that was moved to the past has until the next working day', async () => {
    const reference = await opened();
    expect(await dueOf(reference, 'T2')).toBe('2026-04-23');
    clock.set('2026-04-14T09:00:00.000Z');
    await done(governance, `/cases/${reference}/correction`, { from: '2026-03-17', reason: 'The stamp' });
    await done(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed', reason: 'Seen' });
    expect([await dueOf(reference, 'T1'), await dueOf(reference, 'T2')]).toEqual(['2026-04-17', '2026-04-15']);
  });
});

describe('the page after it was put on record', () => {
  const sentPage = async (reference: string): Promise<string> => textOf((await lead.get(`/cases/${reference}/sent`)).text);

  test('gives each partner its own date, and its own reminders', async () => {
    const page = await sentPage(await opened());
    expect(page).toContain('Essex Police: consultation the end of Thursday 23 April 2026');
    expect(page).toContain('Thurrock Council: reply to the applicant the end of Friday 8 May 2026');
    const [reply = '', consult = ''] = page.slice(page.indexOf('What happens next')).split('Consultation To each');
    expect(reply).toMatch(/reply to the applicant If nothing is done, these are sent by themselves:.*May 2026/);
    expect(consult).toMatch(/April 2026/);
    expect(consult).not.toContain('Friday 8 May 2026');
  });

  test('names no date of the reply while its clock does not run', async () => {
    const page = await sentPage(await opened({ ...body, identity: 'awaited' }));
    expect(page).toContain('Thurrock Council: reply to the applicant Not known yet: the clock stands still');
    expect(page).toContain('Essex Police: consultation the end of Thursday 23 April 2026');
    expect(page).not.toContain('May 2026');
  });
});

describe('a reply that is late past its last reminder', () => {
  test('is nothing that the CSP manager decides', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-01-05', items: body.items.slice(2) });
    clock.set('2026-06-01T09:00:00.000Z');
    expect((await caseOf(reference)).projection.tasks[0]?.status).toBe('unanswered');
    for (const username of [cspManager, governance]) {
      const browser = await web.signedIn(username);
      for (const path of [`/cases/${reference}`, '/', '/cases']) {
        const page = textOf((await browser.get(path)).text);
        expect([username, path, page]).toEqual([username, path, expect.not.stringMatching(/CSP manager decides|Unanswered: to decide/)]);
      }
      expect(textOf((await browser.get(`/cases/${reference}`)).text)).toContain('the applicant has no reply. It is still to be given, at once');
    }
  });
});

describe('who has it to do', () => {
  test('the governance lead finds it among the tasks, whoever opened it, by the date of the reply', async () => {
    await done(governance, '/subject-access-requests', body);
    expect((await lead.get('/')).text).toContain('reply to the applicant, once the originators have answered');
    expect((await (await web.signedIn(spoc)).get('/')).text).not.toContain('reply to the applicant, once');
  });

  test('proof and a fee that are both awaited are one stop, over once the last has come', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-04-01', identity: 'awaited', fee: 'awaited' });
    expect((await lead.get(`/cases/${reference}/items`)).text).toContain('Proof of who the applicant is, and the fee');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-09' });
    expect(await dueOf(reference, 'T1')).toBe('2026-05-11');
  });

  test('a former partner is consulted on what came from it, and answers by its link', async () => {
    await done(cspManager, '/withdrawals', { withdraws: 'essex-police', receivedOn: '2026-03-01', receivedOnConfirmed: true });
    const reference = await opened();
    expect((await caseOf(reference)).tasks.map(({ partner }) => partner)).toEqual(['thurrock', 'essex-police', 'probation']);
    const link = `/t/${await web.deps.store.links.issue(reference, 'T2', 'spoc', 1)}`;
    const browser = await openedLink(web, reference, link);
    expect((await browser.send(`${link}/answer`, noObjection)).status).toBe(303);
    expect((await decide(reference, 'I1')).status).toBe(200);
  });
});

describe('the hard stop', () => {
  test('nothing of an originator is disclosed before it was warned; to withhold it, and other items, is never forbidden', async () => {
    const reference = await opened();
    const refused = await decide(reference, 'I1');
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('was not warned yet')]);
    // The time runs out, and still nobody has warned it.
    clock.set('2026-05-04T09:00:00.000Z');
    expect((await decide(reference, 'I1', { ...disclose, beforeTime: 'It is late' })).status).toBe(409);
    expect((await decide(reference, 'I1', { decision: 'withhold', reason: 'An exemption' })).status).toBe(200);
    expect((await decide(reference, 'I3')).status).toBe(200);
    expect((await recordOf(reference)).filter(({ act, facts }) => act === 'item-decided' && facts['decision'] !== 'withhold').map(({ facts }) => facts['item'])).toEqual(['I3']);
  });

  test('one that was warned and has time left is waited for, to the last moment; then its silence counts', async () => {
    const reference = await opened();
    await warn(reference, 'T2');
    clock.set('2026-04-23T22:59:59.999Z');
    const refused = await decide(reference, 'I1', { ...disclose, beforeTime: 'We hurry' });
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('until the end of Thursday 23 April 2026')]);
    clock.set('2026-04-23T23:00:00.000Z');
    expect((await decide(reference, 'I1')).status).toBe(200);
    expect((await recordOf(reference)).findLast(({ act }) => act === 'item-decided')?.facts).toMatchObject({ ground: 'silent', exceptional: false });
  });

  test('an answer that is stored and not yet delivered counts, and what it says does not bind', async () => {
    const reference = await opened();
    const { dispatch } = web.deps;
    const delivered = jest.spyOn(dispatch, 'deliver').mockResolvedValue(undefined);
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, { kind: 'representations', particulars: { I1: { stance: 'exemption', words: 'An inquiry' } } });
    delivered.mockRestore();
    expect((await caseOf(reference)).projection.tasks[1]?.status).toBe('open');
    expect((await decide(reference, 'I1')).status).toBe(200);
    expect((await recordOf(reference)).findLast(({ act }) => act === 'item-decided')?.facts).toMatchObject({ ground: 'answered' });
  });

  test('where the statutory date comes first it needs a reason, and the originator is told at once', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-09' });
    // Due today, Thursday 9 April; an originator that is asked today has until tomorrow.
    expect([await dueOf(reference, 'T1'), await dueOf(reference, 'T2')]).toEqual(['2026-04-09', '2026-04-10']);
    expect((await decide(reference, 'I1', { ...disclose, beforeTime: 'Due today' })).status).toBe(409);
    await warn(reference, 'T2');
    const refused = await decide(reference, 'I1');
    expect(JSON.stringify(refused.body)).toContain('Enter why it is disclosed before its originator has had its time');
    expect((await decide(reference, 'I1', { ...disclose, beforeTime: 'Due today' })).status).toBe(200);
    const { timeline } = await caseOf(reference);
    expect(timeline).toContainEqual(expect.objectContaining({ event: 'item-decided', item: 'I1', exceptional: true }));
    const mail = await mailOf(reference, 'T2', 'disclosed-before-9', 'spoc');
    expect(mail).toContain('disclosed before your time has run out');
  });

  test('another originator is warned anew, what was decided counts no more, and the one before is left alone', async () => {
    const reference = await opened();
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    expect((await decide(reference, 'I1')).status).toBe(200);
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: 'probation', reason: 'It was theirs' });
    const [item] = itemsOf(await caseOf(reference), await recordOf(reference));
    expect(item).toMatchObject({ id: 'I1', originator: 'probation', task: 'T4', decided: null });
    expect((await decide(reference, 'I1')).status).toBe(409);
    const reply = { outcome: 'replied', repliedOn: '2026-04-09', text: 'A letter' };
    expect((await post(governance, `/cases/${reference}/applicant-reply`, reply)).body.detail).toContain('Still open: I1, I2, I3');
    await done(probation, `/cases/${reference}/tasks/T4/answers`, noObjection);
    expect((await decide(reference, 'I1')).status).toBe(200);
  });

  test('that an item is its own after all is told to the partner that was warned, and is not used by whoever said it', async () => {
    const reference = await opened();
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: null, reason: 'We wrote it' });
    const refused = await decide(reference, 'I1');
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('a second person has to decide')]);
    expect((await lead.get(`/cases/${reference}/items`)).text).toContain('a second person has to decide');
    expect((await decide(reference, 'I1', { decision: 'withhold', reason: 'An exemption' })).status).toBe(200);
    expect(await mailOf(reference, 'T2', 'item-moved-5', 'governance-lead')).toContain('tell the organisation that received the request at once');
  });

  test('whoever took an item from its originator does not disclose it alone on the silence of the one named in its place', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-09' });
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: 'probation', reason: 'It was theirs' });
    await warn(reference, 'T4');
    const refused = await decide(reference, 'I1', { ...disclose, beforeTime: 'Due today' });
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('a second person has to decide')]);
    await done(probation, `/cases/${reference}/tasks/T4/answers`, noObjection);
    expect((await decide(reference, 'I1')).status).toBe(200);
  });

  test('what an originator is said to have answered by telephone is not used alone by whoever put it on record', async () => {
    const reference = await opened();
    const said = { ...noObjection, givenByName: 'The duty officer', givenHow: 'telephone', givenOn: '2026-04-09', givenTime: '09:00' };
    await done(governance, `/cases/${reference}/tasks/T2/recorded-answers`, said);
    const refused = await decide(reference, 'I1');
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('a second person has to decide')]);
    await done(probation, `/cases/${reference}/tasks/T3/answers`, noObjection);
    expect((await decide(reference, 'I2')).status).toBe(200);
    expect((await decide(reference, 'I1', { decision: 'withhold', reason: 'An exemption' })).status).toBe(200);
  });

  test('an answer that came after the page of the decision was opened is read first; then it is decided', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-09' });
    await warn(reference, 'T2');
    const path = `/cases/${reference}/items/I1/decision`;
    expect((await lead.get(path)).text).toContain('name="answerSeen" value="T2/0"');
    const given = { decision: 'disclose', beforeTime: 'Due today', answerSeen: 'T2/0' };
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, { kind: 'representations', particulars: { I1: { stance: 'representation', words: 'A child would be found' } } });
    const refused = await lead.send(path, given);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('Its originator has answered meanwhile')]);
    expect(refused.text).toContain('A child would be found');
    expect(refused.text).toContain('name="answerSeen" value="T2/1"');
    expect((await lead.send(path, { ...given, answerSeen: 'T2/1' })).status).toBe(303);
  });

  test('a decision does not take the place of one that came after its page was opened, until that is read', async () => {
    const reference = await opened({ ...body, items: body.items.slice(2) });
    const path = `/cases/${reference}/items/I1/decision`;
    const older = await web.signedIn(governance);
    const page = hiddenOf((await older.get(path)).text, path);
    expect((await lead.send(path, { decision: 'withhold', reason: 'A child would be found' })).status).toBe(303);
    clock.pass(1);
    const refused = await older.post(path, { ...page, decision: 'disclose' });
    expect([refused.status, textOf(refused.text)]).toEqual([409, expect.stringContaining('It was decided at 10:00am on Thursday 9 April 2026: Withheld. What you sent was not put on record.')]);
    expect(refused.text).toContain('A child would be found');
    // The page has it now: it can be decided otherwise at once.
    expect((await older.post(path, { ...hiddenOf(refused.text, path), decision: 'disclose' })).status).toBe(303);
    expect((await recordOf(reference)).filter(({ act }) => act === 'item-decided').map(({ facts }) => facts['decision'])).toEqual(['withhold', 'disclose']);
  });

  test('of two decisions by the API at the same moment one is put on record; the next names it, whatever it decides', async () => {
    const reference = await opened({ ...body, items: body.items.slice(2) });
    const sent = (more: object) => post(governance, `/cases/${reference}/items/I1/decision`, { decision: 'withhold', reason: 'An exemption', ...more });
    const both = await Promise.all([sent({}), sent({ decision: 'disclose' })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const { items } = await seenBy<{ items: { decision: { name: string } | null }[] }>(governance, `/cases/${reference}/items`);
    expect(items.map(({ decision }) => decision?.name)).toEqual(['I1/1']);
    expect((await sent({})).status).toBe(409);
    expect((await sent({ decisionSeen: 'I1/2' })).status).toBe(409);
    expect((await sent({ decisionSeen: 'I1/1' })).status).toBe(200);
    expect((await sent({ decisionSeen: 'I1/1' })).status).toBe(409);
    expect((await sent({ decisionSeen: '1' })).status).toBe(422);
    const another = await opened({ ...body, items: [{ originator: null, description: 'Our notes' }] });
    const neverDecided = await decide(another, 'I1', { ...disclose, decisionSeen: 'I1/1' });
    expect([neverDecided.status, neverDecided.body.detail]).toEqual([409, expect.stringContaining('Item I1 was not decided, so no decision I1/1 can have been read')]);
  });

  test.each([
    ['marking', { marking: 'official-sensitive' }],
    ['notToBeRevealed', { notToBeRevealed: true }],
    ['handling', { handling: 'Speak to us first' }],
    ['shared', { shared: 'More' }],
    ['ground', { ground: 'A reason' }],
  ] as const)('an answer by the API with %s, which one of its kind does not carry, is refused and not taken without', async (field, more) => {
    const reference = await opened();
    const said = { kind: 'representations', particulars: { I1: { stance: 'representation', words: 'A child would be found' } } };
    const refused = await post(spoc, `/cases/${reference}/tasks/T2/answers`, { ...said, ...more });
    expect([refused.status, refused.body.errors]).toEqual([422, [{ field, message: 'An answer of this kind does not carry this. Leave it out: nothing was put on record' }]]);
    expect((await recordOf(reference)).filter(({ act }) => act === 'answer-received')).toEqual([]);
    expect((await post(spoc, `/cases/${reference}/tasks/T2/answers`, { ...said, marking: 'none', notToBeRevealed: false })).status).toBe(201);
  });

  test('what is disclosed by the API names the answer that was read: the one in force, of the originator that it has', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-09' });
    const representations = (words: string) => ({ kind: 'representations', particulars: { I1: { stance: 'representation', words } } });
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, representations('A child would be found'));
    const sent = (answerSeen?: string) => post(governance, `/cases/${reference}/items/I1/decision`, { ...disclose, ...(answerSeen === undefined ? {} : { answerSeen }) });
    const unread = await sent();
    expect([unread.status, unread.body.errors?.map(({ message }) => message)]).toEqual([422, ['Its originator has answered (T2/1). Read what it says, and decide then']]);
    expect((await sent('1')).body.errors).toEqual([{ field: 'answerSeen', message: 'Send the task and the number of the answer that was read, as T2/1' }]);
    const { items } = await seenBy<{ items: { answer: string | null }[] }>(governance, `/cases/${reference}/items`);
    expect(items.map(({ answer }) => answer)).toEqual(['T2/1', null, null]);
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, { ...representations('Two children would be found'), corrects: 1 });
    const corrected = await sent('T2/1');
    expect([corrected.status, corrected.body.detail]).toEqual([409, expect.stringContaining('Its originator has answered meanwhile')]);
    // It came from somebody else, who has answered in the same number.
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: 'probation', reason: 'It was theirs' });
    await done(probation, `/cases/${reference}/tasks/T4/answers`, noObjection);
    const another = await sent('T2/2');
    expect([another.status, another.body.detail]).toEqual([409, expect.stringContaining('Where it came from was changed meanwhile')]);
    expect((await sent('T4/2')).status).toBe(409);
    expect((await sent('T4/1')).status).toBe(200);
    // Withholding is never blocked, and one's own needs nothing.
    expect((await post(governance, `/cases/${reference}/items/I2/decision`, { decision: 'withhold', reason: 'An exemption' })).status).toBe(200);
    expect((await post(governance, `/cases/${reference}/items/I3/decision`, disclose)).status).toBe(200);
  });

  test('a decision to disclose counts no more once its originator has said something else, until that is read', async () => {
    const reference = await opened();
    const answered = (path: string, sent: object) => done(path.includes('T2') ? spoc : probation, `/cases/${reference}/tasks/${path}/answers`, sent);
    await answered('T2', noObjection);
    await answered('T3', noObjection);
    for (const id of ['I1', 'I2', 'I3']) expect((await decide(reference, id, disclose)).status).toBe(200);
    const room = async () => textOf((await (await web.signedIn(governance)).get(`/cases/${reference}/items`)).text);
    const letter = async () => (await (await web.signedIn(governance)).get(`/cases/${reference}/applicant-letters/reply`)).text;
    const stage = async () => (await seenBy<{ readonly stage: string }>(governance, `/cases/${reference}`)).stage;
    expect(await room()).toContain('Reply to the applicant');
    expect(await letter()).toContain(typed.item);
    expect(await stage()).toBe('to-reply');
    const said = { kind: 'representations', particulars: { I1: { stance: 'representation', words: 'A child would be found' } }, corrects: 1 };
    clock.pass(1);
    await answered('T2', said);
    expect(await room()).toContain('Item 1: decide again. The originator has said something after the decision. Read it first.');
    expect(await room()).not.toContain('Reply to the applicant, and');
    expect(await room()).toContain('It counts no more: its originator has said something since');
    const toDo = async () => textOf(/What is to be done now[\s\S]*?<\/ol>/.exec((await lead.get(`/cases/${reference}/items`)).text)?.[0] ?? '');
    expect((await toDo()).match(/Items? 1/g)).toHaveLength(1);
    const decisionPage = async () => textOf((await lead.get(`/cases/${reference}/items/I1/decision`)).text);
    expect(await decisionPage()).toMatch(/Disclosed\s*\. It counts no more: its originator has said something since, so it is to be decided again\./);
    expect(await decisionPage()).not.toContain('takes the place of that');
    const undone = async (who: string) => (await seenBy<{ items: { undone: string | null }[] }>(who, `/cases/${reference}/items`)).items.map((item) => item.undone);
    expect([await undone(governance), await undone(spoc)]).toEqual([['answered-since', null, null], [null]]);
    expect(await letter()).not.toContain(typed.item);
    expect(await letter()).toContain('[Not every item is decided: item 1.');
    await until(reference, ({ projection }) => projection.stage === 'to-decide');
    expect(await stage()).toBe('to-decide');
    for (const path of ['/', `/cases/${reference}`]) {
      const page = textOf((await (await web.signedIn(governance)).get(path)).text);
      expect([path, page]).toEqual([path, expect.stringMatching(/decide what is disclosed of its items|SA-\d+-\d+ To decide/)]);
      expect([path, page]).toEqual([path, expect.not.stringContaining('To reply')]);
    }
    const own = textOf((await (await web.signedIn(spoc)).get(`/cases/${reference}/tasks/T2/answer`)).text);
    expect(own).toMatch(/Disclosed, decided at .*\. You have said something since, so it counts no more: it is decided again/);
    const today = londonDateOf(clock.now());
    expect((await post(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: today })).body.detail).toContain('Still open: I1.');
    expect((await decide(reference, 'I1', disclose)).status).toBe(200);
    expect(await undone(governance)).toEqual([null, null, null]);
    expect(await stage()).toBe('to-reply');
    expect((await post(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: today })).status).toBe(200);
    const { tasks } = await seenBy<{ tasks: { status: string; overdue: boolean }[] }>(governance, `/cases/${reference}`);
    expect(tasks.map(({ status, overdue }) => [status, overdue])).toEqual([['replied', false], ['answered', false], ['answered', false]]);
    expect((await (await web.signedIn(governance)).get(`/cases/${reference}`)).text).toMatch(/govuk-tag--green">\s*Replied/);
  });

  test('what an originator says in the instant of the reply leaves the letter as it went out, and asks nobody to decide', async () => {
    const reference = await opened({ ...body, items: body.items.slice(0, 1) });
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    await decide(reference, 'I1');
    clock.pass(1);
    await done(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: londonDateOf(clock.now()) });
    const letter = async () => textOf((await lead.get(`/cases/${reference}/applicant-letters/reply`)).text);
    const sent = await letter();
    expect(sent).toContain('The request is closed.');
    expect(sent).not.toContain('Then record that the applicant was told');
    expect(sent).toMatch(new RegExp(`${typed.item} In full`));
    // Its page had read the case before the reply: the answer is on record after it, as of the same moment.
    const record = await recordOf(reference);
    const answer = record.find(({ act }) => act === 'answer-received');
    if (answer === undefined) throw new Error('There is no answer.');
    const at = record.find(({ act }) => act === 'applicant-replied')?.at ?? clock.now();
    await web.deps.store.audit.append({ chain: reference, key: 'answer/T2/2', at, act: 'answer-received', by: answer.by, task: 'T2', facts: { ...answer.facts, version: 2, kind: 'representations', receivedAt: at, submissionId: 'late' }, sealed: answer.sealed as string });
    expect(await letter()).toBe(sent);
    const mail = await mailOf(reference, 'T2', 'answer-received-2', 'decider');
    expect(mail).toContain('It came as the request was closed');
    expect(mail).not.toMatch(/and decide/);
  });

  test('what its originator says after the day on which the reply went out does not undo it', async () => {
    const reference = await opened();
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    await done(probation, `/cases/${reference}/tasks/T3/answers`, noObjection);
    for (const id of ['I1', 'I2', 'I3']) expect((await decide(reference, id, disclose)).status).toBe(200);
    const sentOn = londonDateOf(clock.now());
    clock.pass(24 * 60);
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, { kind: 'representations', particulars: { I1: { stance: 'representation', words: 'Too late' } }, corrects: 1 });
    expect((await post(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: sentOn })).status).toBe(200);
  });

  test('its originator reads by its link what was decided, and why; not the advice', async () => {
    const reference = await opened();
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    expect((await decide(reference, 'I1', { decision: 'disclose-in-part', reason: 'Names of others', dpoAdvice: 'Take care' })).status).toBe(200);
    const link = `/t/${await web.deps.store.links.issue(reference, 'T2', 'spoc', 1)}`;
    const page = (await (await openedLink(web, reference, link)).get(`${link}/answer`)).text;
    expect(page).toContain('Disclosed in part, decided at');
    expect(page).toContain('Names of others');
    expect(page).not.toContain('Take care');
  });

  test('items are referred to their originator once', async () => {
    const reference = await opened();
    const page = async () => (await (await web.signedIn(governance)).get(`/cases/${reference}/items`)).text;
    expect(await page()).toContain(`/cases/${reference}/tasks/T2/referral`);
    await done(governance, `/cases/${reference}/tasks/T2/referral`, { reason: 'It knows the file' });
    const again = await post(governance, `/cases/${reference}/tasks/T2/referral`, { reason: 'It knows the file' });
    expect([again.status, again.body.detail]).toEqual([409, expect.stringContaining('They were referred to it before')]);
    expect(await page()).not.toContain(`/cases/${reference}/tasks/T2/referral`);
  });

  test('is not got round by putting the same item on record once more, as the receiver’s own', async () => {
    const reference = await opened();
    const add = async (description: string, originator: string | null = null) => post(governance, `/cases/${reference}/items`, { items: [{ originator, description }] });
    const refused =
      'Item 1, in the same words, came from Essex Police. If that is your own after all, change where item 1 came from. ' +
      'If this is something else, say in other words what it is';
    for (const same of [typed.item, 'a report – of the  SPRING.']) expect(errorsIn(await add(same))).toEqual([refused]);
    const page = await lead.send(`/cases/${reference}/items/new`, { item: typed.item, originator: 'own' });
    expect([page.status, errorsOf(page.text)]).toEqual([422, [refused]]);
    // Nor once it was said to be the receiver's own: that is decided by a second person.
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: null, reason: 'We wrote it' });
    expect((await add(typed.item)).status).toBe(422);
    // From the other partner it is asked about, and in other words it is another item.
    expect((await add('A letter', 'essex-police')).status).toBe(200);
    expect((await add('Our report of the spring')).status).toBe(200);
    const twice = { ...body, items: [...body.items, { originator: null, description: 'a letter' }] };
    expect(errorsIn(await post(governance, '/subject-access-requests', twice))).toEqual([expect.stringContaining('Item 2, in the same words, came from The Probation Service')]);
  });

  test('nor is the reply put on record while what came from another partner is not decided', async () => {
    const reference = await opened();
    await done(governance, `/cases/${reference}/items`, { items: [{ originator: null, description: 'Our report of the spring' }] });
    for (const item of ['I2', 'I3', 'I4']) await decide(reference, item, { decision: 'withhold', reason: 'An exemption' });
    expect(textOf((await lead.get(`/cases/${reference}/applicant-reply`)).text)).toContain('Still to be decided: item 1.');
    for (const repliedOn of ['2026-04-09', '2026-04-08']) {
      const sent = await post(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn });
      expect([sent.status, sent.body.detail]).toEqual([409, expect.stringContaining('Still open: I1.')]);
    }
  });

  test('nobody consults itself', async () => {
    const own = { originator: 'thurrock', description: 'Our notes' };
    const sent = await post(governance, '/subject-access-requests', { ...body, items: [...body.items, own] });
    expect([sent.status, JSON.stringify(sent.body)]).toEqual([422, expect.stringContaining('choose that it is your own')]);
    const reference = await opened();
    expect((await post(governance, `/cases/${reference}/items`, { items: [own] })).status).toBe(422);
    expect((await post(governance, `/cases/${reference}/items/I1/originator`, { originator: 'thurrock', reason: 'We wrote it' })).status).toBe(422);
  });

  test('a decision that rests on silence lapses as the time is moved, and is made again before the reply', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-03-16' });
    for (const task of ['T2', 'T3']) await warn(reference, task);
    clock.set('2026-04-14T09:00:00.000Z');
    for (const item of ['I1', 'I2', 'I3']) expect((await decide(reference, item)).status).toBe(200);
    await done(governance, `/cases/${reference}/tasks/T1/extension`, { reason: 'Complex' });
    expect(await dueOf(reference, 'T2')).toBe('2026-04-23');
    const reply = { outcome: 'replied', repliedOn: '2026-04-14', text: 'A letter' };
    expect((await post(governance, `/cases/${reference}/applicant-reply`, reply)).body.detail).toContain('Still open: I1, I2.');
    clock.set('2026-04-24T09:00:00.000Z');
    await done(governance, `/cases/${reference}/applicant-reply`, { ...reply, repliedOn: '2026-04-24' });
    expect((await caseOf(reference)).ended).toBe(true);
  });

  test('the contact of the receiver, an originator and whoever opened it by no role of it decide nothing', async () => {
    const reference = await opened();
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    for (const who of [spoc, policeLead, cspManager, officer]) {
      expect((await post(who, `/cases/${reference}/items/I1/decision`, disclose)).status).toBe(404);
    }
  });
});

describe('what whoever runs a request sees', () => {
  test('nobody is taken for the applicant, and a reply is not counted among the answers', async () => {
    const reference = await opened();
    const event = { event: 'notice-sent', at: clock.now(), task: 'T2', step: 'answer-received-1', to: 'requester' };
    await web.deps.store.database.db.collection<CaseDocument>('cases').updateOne({ _id: reference }, { $push: { timeline: event as never } });
    const page = (await lead.get(`/cases/${reference}`)).text;
    expect(page).toContain('mailed to whoever put the request on record');
    expect(page).not.toContain('the person who asked');
    expect(page).toContain('0 of 2 answers have come.');
    expect(page).toContain('Reminder, also to the information governance lead, mailed to the single point of contact of Thurrock Council and the deputy');
    expect((await lead.get('/cases')).text).toContain('0 of 2 answered');
  });

  test('nothing is overdue among the tasks while the clock stands still, whatever day it stood at', async () => {
    await opened({ ...body, items: [], identity: 'awaited' });
    clock.set('2026-06-15T09:00:00.000Z');
    const { text } = await (await web.signedIn(governance)).get('/');
    expect(text).toContain('start the clock as soon as what is awaited of the applicant has come');
    expect(text).not.toContain('Overdue');
  });
});

describe('what an originator sees', () => {
  test('does not say who the other originators are: on no page, in no list, by the API', async () => {
    const reference = await opened();
    await done(probation, `/cases/${reference}/tasks/T3/answers`, noObjection);
    expect((await decide(reference, 'I2')).status).toBe(200);
    const police = await web.signedIn(spoc);
    for (const path of [`/cases/${reference}`, `/cases/${reference}/items`]) {
      const page = await police.get(path);
      expect([page.status, page.text]).toEqual([200, expect.not.stringMatching(/Probation|[Ii]tem 2/)]);
    }
    // The names of all partners are in the filter of the list, and not in its rows.
    expect((await police.get('/cases')).text.replace(/<select[\s\S]*?<\/select>/g, '')).not.toContain('Probation');
    const token = await web.token(spoc);
    const get = async (path: string) => web.browser().agent.get(`/api/v1${path}`).auth(token, { type: 'bearer' });
    for (const path of [`/cases/${reference}`, `/cases/${reference}/items`, '/cases']) {
      expect([path, (await get(path)).text]).toEqual([path, expect.not.stringMatching(/robation/)]);
    }
    for (const side of ['', '&side=asked']) {
      expect((await get(`/cases?partner=probation${side}`)).body).toMatchObject({ total: 0 });
    }
    expect((await get('/cases?partner=thurrock')).body).toMatchObject({ total: 1 });
    // Whoever runs the request, or looks after the whole partnership, sees all of them.
    expect((await lead.get(`/cases/${reference}`)).text).toContain('Probation');
    expect((await web.browser().agent.get('/api/v1/cases?partner=probation').auth(await web.token(cspManager), { type: 'bearer' })).body).toMatchObject({ total: 1 });
  });

  test('does not say that another originator is awaited, is late or is decided on: in no stage, date, filter or count', async () => {
    const reference = await opened({ ...body, receivedOn: '2026-04-08' });
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    await until(reference, ({ projection }) => projection.tasks[1]?.status === 'answered');
    const get = async (who: string, path: string) => seenBy<{ total: number; stage: string; cases: { stage: string }[] }>(who, path);
    const counts = async (who: string) => {
      const queries = ['stage=consulting', 'stage=to-decide', 'stage=to-reply', 'overdue=yes', 'waits=answer', 'waits=decision', 'dueUntil=2026-04-30'];
      return Object.fromEntries(await Promise.all(queries.map(async (query) => [query, (await get(who, `/cases?${query}`)).total] as const)));
    };
    expect((await caseOf(reference)).projection.stage).toBe('consulting');
    const seen = { 'stage=consulting': 0, 'stage=to-decide': 1, 'stage=to-reply': 0, 'overdue=yes': 0, 'waits=answer': 1, 'waits=decision': 0, 'dueUntil=2026-04-30': 0 };
    expect(await counts(spoc)).toEqual(seen);
    expect(await counts(governance)).toEqual({ ...seen, 'stage=consulting': 1, 'stage=to-decide': 0, 'dueUntil=2026-04-30': 1 });
    expect([(await get(spoc, '/cases')).cases[0], await get(spoc, `/cases/${reference}`)]).toMatchObject([{ stage: 'to-decide' }, { stage: 'to-decide' }]);
    // Probation has been late for a day, and whatever is decided of its item is no business of the police.
    clock.set('2026-04-24T09:00:00.000Z');
    for (const item of ['I1', 'I2', 'I3']) await decide(reference, item, { decision: 'withhold', reason: 'An exemption' });
    expect(await counts(spoc)).toEqual(seen);
    expect(await counts(governance)).toMatchObject({ 'overdue=yes': 1 });
    const police = await web.signedIn(spoc);
    for (const path of ['/cases?overdue=yes', '/cases?stage=to-reply', '/cases?dueUntil=2026-04-30']) {
      expect([path, (await police.get(path)).text]).toEqual([path, expect.not.stringContaining(reference)]);
    }
    const list = (await police.get('/cases')).text;
    expect(list).toContain(reference);
    expect(list.replace(/<form[\s\S]*?<\/form>/g, '')).not.toContain('Overdue');
    expect((await (await web.signedIn(governance)).get('/cases?overdue=yes')).text).toContain(reference);
    await done(probation, `/cases/${reference}/tasks/T3/answers`, noObjection);
    await until(reference, ({ projection }) => projection.stage === 'to-reply');
    expect(await counts(spoc)).toEqual(seen);
  });

  test('of what happened with an item begins when it was said to have come from it, and ends when it was said that it had not', async () => {
    const reference = await opened();
    await decide(reference, 'I1', { decision: 'withhold', reason: 'An exemption' });
    clock.pass(1);
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: 'probation', reason: 'It was theirs' });
    const timelineFor = async (who: string) => {
      const { timeline } = await seenBy<{ timeline: { text: string }[] }>(who, `/cases/${reference}`);
      return timeline.map(({ text }) => text).filter((text) => /Item|item/.test(text));
    };
    expect(await timelineFor(spoc)).toEqual(['Item 1 was decided on']);
    expect(await timelineFor(probation)).toEqual(['On record with where it came from: item 1']);
    clock.pass(1);
    await decide(reference, 'I1', { decision: 'withhold', reason: 'Another exemption' });
    expect(await timelineFor(spoc)).toEqual(['Item 1 was decided on']);
    expect(await timelineFor(probation)).toEqual(['Item 1 was decided on', 'On record with where it came from: item 1']);
    expect((await (await web.signedIn(probation)).get(`/cases/${reference}`)).text.match(/Item 1 was decided on/g)).toHaveLength(1);
  });

  test('is given back an item that was taken from it when the case does not accept that, and nobody else is asked', async () => {
    const reference = await opened({ ...body, items: body.items.slice(0, 1) });
    const stale = await caseOf(reference);
    await done(governance, `/cases/${reference}/withdrawal`, { reason: 'The applicant took it back' });
    // The page of the move has read the case before it was closed.
    const reading = jest.spyOn(web.deps.store.cases, 'get').mockResolvedValueOnce(stale);
    const refused = await post(governance, `/cases/${reference}/items/I1/originator`, { originator: 'probation', reason: 'It was theirs' });
    reading.mockRestore();
    expect([refused.status, refused.body.detail]).toEqual([409, 'The case is closed already.']);
    const document = await caseOf(reference);
    expect([document.tasks.map(({ id, movedItems = [] }) => [id, movedItems]), document.partners]).toEqual([[['T1', []], ['T2', []]], ['thurrock', 'essex-police']]);
    expect(itemsOf(document, await recordOf(reference))).toMatchObject([{ id: 'I1', originator: 'essex-police', task: 'T2' }]);
    expect((await (await web.signedIn(spoc)).get(`/cases/${reference}/items`)).text).toContain(typed.item);
    expect((await (await web.signedIn(probation)).get(`/cases/${reference}`)).status).toBe(404);
  });

  test('is on record, item by item, with what was said and decided of it; so is what others are shown', async () => {
    const reference = await opened();
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, { kind: 'representations', particulars: { I1: { stance: 'exemption', words: 'An inquiry' } } });
    await decide(reference, 'I1', { decision: 'withhold', reason: 'An exemption' });
    await done(governance, `/cases/${reference}/clock-stop`, { since: '2026-04-09', text: 'Which years?' });
    const seen = async () => (await recordOf(reference)).filter(({ act }) => act === 'content-viewed').at(-1)?.facts['what'];
    await lead.get(`/cases/${reference}/items`);
    expect(await seen()).toEqual(['request', 'I1/item', 'I1/decision', 'T2/answer/1', 'I2/item', 'I3/item', expect.stringMatching(/^clock-stopped\/\d+$/)]);
    await lead.get(`/cases/${reference}/items/I1/decision`);
    expect(await seen()).toEqual(['I1/item', 'I1/decision', 'T2/answer/1']);
    await (await web.signedIn(spoc)).get(`/cases/${reference}/items`);
    expect(await seen()).toEqual(['I1/item', 'I1/decision', 'T2/answer/1']);
    expect((await (await web.signedIn(cspManager)).get(`/cases/${reference}/record`)).text).toContain('the decision on item 1, answer 1 of Essex Police');
  });

  test('is asked about what still came from it; what was moved away meanwhile can be spoken of, and need not', async () => {
    const reference = await opened({ ...body, items: [...body.items, { originator: 'essex-police', description: 'A second report' }] });
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: 'probation', reason: 'It was theirs' });
    const path = `/cases/${reference}/tasks/T2/answer`;
    const police = await web.signedIn(spoc);
    const page = (await police.get(path)).text;
    expect(page).toContain('name="stance-I4"');
    expect(page).not.toContain('name="stance-I1"');
    // The form was open before: what it says of the item that was moved is kept.
    const given = { kind: 'representations', 'stance-I1': 'exemption', 'words-I1': 'It is ours', 'stance-I4': 'no-objection', 'words-I4': '' };
    expect((await police.send(path, given)).status).toBe(303);
    expect((await lead.get(`/cases/${reference}`)).text).toContain('It is ours');
  });

  test('by its link, once nothing is asked any more, is what became of it and nothing else', async () => {
    const reference = await opened();
    const link = `/t/${await web.deps.store.links.issue(reference, 'T2', 'spoc', 1)}`;
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: 'probation', reason: 'It was theirs' });
    const dropped = await web.browser().get(link);
    expect([dropped.status, dropped.text]).toEqual([410, expect.stringContaining('did not come from your organisation after all')]);
    const other = `/t/${await web.deps.store.links.issue(reference, 'T3', 'spoc', 1)}`;
    expect((await web.browser().get(other)).status).toBe(200);
    await done(governance, `/cases/${reference}/applicant-reply`, { outcome: 'refused', repliedOn: '2026-04-09', text: 'Manifestly unfounded' });
    const closed = await web.browser().get(other);
    expect([closed.status, closed.text]).toEqual([410, expect.stringContaining('was closed: the request was refused as a whole')]);
    expect(closed.text).not.toMatch(/Robin|A letter|unfounded/);
  });
});

describe('what the disclosure register proposes', () => {
  test('can be added as an item: whoever gave it is warned, and it is proposed once only, wherever it is said to come from', async () => {
    const asked = (await post(officer, '/information-requests', { ...requestBody, personName: typed.applicant })).body.reference;
    await done(spoc, `/cases/${asked}/tasks/T1/answers`, { kind: 'shared-in-full', categories: ['asb-incidents'], shared: 'What the police hold', notToBeRevealed: true, marking: 'official-sensitive' });
    const reference = await opened({ ...body, items: [{ originator: null, description: 'Our notes' }] });
    const path = `/cases/${reference}/items/new`;
    const given = `essex-police/${asked}/answer/T1/1`;
    const offered = (await lead.get(path)).text;
    expect(offered).toContain('The disclosure register proposes');
    expect(offered).toContain(`value="${given}"`);
    expect((await recordOf('register')).at(-1)).toMatchObject({ act: 'person-searched', facts: { purpose: 'subject-access' } });
    // What was ticked stays ticked where something else is wrong.
    const wrong = await lead.send(path, { 'proposed[]': given, item: 'Letter of the spring', originator: '' });
    expect([wrong.status, wrong.text]).toEqual([422, expect.stringMatching(new RegExp(`value="${given}" checked`))]);
    expect((await lead.send(path, { 'proposed[]': given, item: '', originator: '' })).status).toBe(303);
    const document = await caseOf(reference);
    expect(document.tasks.map(({ id, partner, items }) => [id, partner, items])).toEqual([['T1', 'thurrock', undefined], ['T2', 'essex-police', ['I2']]]);
    expect((await (await web.signedIn(spoc)).get(`/cases/${reference}/items`)).text).toContain(`What was given in ${asked} (answer 1 to T1)`);
    // Whoever decides is told on which conditions it was given; of what was typed to look like it for another partner, nothing is.
    for (const page of ['items', 'items/I2/decision']) {
      expect(textOf((await lead.get(`/cases/${reference}/${page}`)).text)).toMatch(/It was given to you on these conditions: [^.]*Not to be revealed to the person/);
    }
    const elsewhere = (await post(policeLead, '/subject-access-requests', { ...body, items: [{ originator: null, description: `What was given in ${asked} (answer 1 to T1)` }] })).body.reference;
    expect((await (await web.signedIn(policeLead)).get(`/cases/${elsewhere}/items`)).text).not.toContain('on these conditions');
    // What the register has of another partner is not the receiver's own.
    const asOwn = await post(governance, '/subject-access-requests', { ...body, items: [{ originator: null, description: `What was given in ${asked} (answer 1 to T1)` }] });
    const added = await post(governance, `/cases/${reference}/items`, { items: [{ originator: null, description: `What was given in ${asked} (answer 1 to T1)` }] });
    for (const sent of [asOwn, added]) expect(errorsIn(sent)).toEqual(['By the disclosure register Essex Police gave this: choose that it came from there']);
    const allKnown = async () => expect((await lead.get(path)).text).toContain('All that the disclosure register proposes is on record already');
    await allKnown();
    await done(governance, `/cases/${reference}/items/I2/originator`, { originator: 'probation', reason: 'They wrote it' });
    await allKnown();
    // Whoever may not look for a person is proposed nothing, and is told who can.
    await web.deps.store.database.db.collection('accounts').updateOne({ username: governance }, { $set: { roles: ['spoc'] } });
    try {
      const { text } = await lead.get(path);
      expect(text).toContain('can let the disclosure register propose items');
      expect(text).not.toContain(asked);
    } finally {
      await web.deps.store.database.db.collection('accounts').updateOne({ username: governance }, { $set: { roles: ['governance-lead'] } });
    }
  });
});

describe('the conditions on which something was given', () => {
  const shared = { kind: 'shared-in-full', categories: ['asb-incidents'], shared: 'What the police hold' } as const;
  const askedAndAnswered = async (answer: object = {}): Promise<string> => {
    const asked = (await post(officer, '/information-requests', { ...requestBody, personName: typed.applicant })).body.reference;
    await done(spoc, `/cases/${asked}/tasks/T1/answers`, { ...shared, ...answer });
    return asked;
  };
  const corrected = async (asked: string, answer: object): Promise<void> => {
    clock.pass(1);
    await done(spoc, `/cases/${asked}/tasks/T1/answers`, { ...shared, ...answer, corrects: 1 });
  };
  /** A request with what the police gave, which came from them, as its one item. */
  const withItemOf = async (asked: string): Promise<string> => {
    const reference = await opened({ ...body, items: [{ originator: 'essex-police', description: `What was given in ${asked} (answer 1 to T1)` }] });
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    clock.pass(1);
    return reference;
  };
  const itemsPage = async (reference: string): Promise<string> => textOf((await lead.get(`/cases/${reference}/items`)).text);
  const decisionPage = async (reference: string): Promise<string> => textOf((await lead.get(`/cases/${reference}/items/I1/decision`)).text);
  const handlingOf = async (reference: string) => (await seenBy<{ readonly items: readonly { readonly handling: object | null }[] }>(governance, `/cases/${reference}/items`)).items[0]?.handling;

  test('are those of its newest correction, and one that comes after the decision is told before the reply', async () => {
    const asked = await askedAndAnswered();
    const reference = await withItemOf(asked);
    expect(await itemsPage(reference)).not.toContain('on these conditions');
    expect((await decide(reference, 'I1')).status).toBe(200);
    await corrected(asked, { notToBeRevealed: true, marking: 'official-sensitive' });
    const page = await itemsPage(reference);
    expect(page).toMatch(/It was given to you on these conditions: OFFICIAL-SENSITIVE; Not to be revealed to the person/);
    expect(page).toContain('Essex Police corrected what it gave: these are the conditions of answer 2.');
    expect(page).toContain('Item 1: what was given, or the conditions on it, was corrected after the decision. Look at it again before you reply.');
    expect(textOf((await lead.get(`/cases/${reference}/applicant-reply`)).text)).toContain('was corrected after the decision on item 1');
    expect(await decisionPage(reference)).toMatch(/conditions: OFFICIAL-SENSITIVE; Not to be revealed to the person.*conditions of answer 2/);
    // Beside the decision, where it is decided, and above the letter: before anything is sent.
    const warned = /corrected after the decision, at [^.]+ 2026\. The conditions are now: OFFICIAL-SENSITIVE; Not to be revealed to the person[^.]*\. Essex Police corrected what it gave/;
    const letterPage = async () => textOf((await lead.get(`/cases/${reference}/applicant-letters/reply`)).text);
    for (const shown of [page, await decisionPage(reference), await letterPage()]) expect(shown).toMatch(warned);
    expect(await handlingOf(reference)).toEqual({ case: asked, task: 'T1', answer: 2, marking: 'official-sensitive', notToBePassedOn: false, notToBeRevealed: true, words: '', hasMoreWords: false, since: clock.now() });
    clock.pass(1);
    await decide(reference, 'I1', { decision: 'withhold', reason: 'As the police ask' });
    for (const shown of [await itemsPage(reference), await decisionPage(reference), await letterPage()]) expect(shown).not.toContain('was corrected after the decision');
  });

  test('that came while the page of the decision was open are read before anything is disclosed', async () => {
    const asked = await askedAndAnswered();
    const reference = await withItemOf(asked);
    const path = `/cases/${reference}/items/I1/decision`;
    const opened = (await lead.get(path)).text;
    clock.pass(1);
    await corrected(asked, { notToBeRevealed: true });
    const sent = { decision: 'disclose', reason: 'They do not object' };
    const refused = await lead.post(path, { ...hiddenOf(opened), ...sent });
    expect([refused.status, errorsOf(refused.text)]).toEqual([422, [expect.stringContaining('or the conditions on it, is as it is since')]]);
    expect(textOf(refused.text)).toContain('Not to be revealed to the person');
    expect(refused.text).toContain('They do not object');
    expect((await recordOf(reference)).filter(({ act }) => act === 'item-decided')).toEqual([]);
    // By the API, too: without a word of them, what goes no further is not disclosed.
    const byApi = await post(governance, `/cases/${reference}/items/I1/decision`, { ...sent, answerSeen: 'T1/0' });
    expect([byApi.status, JSON.stringify(byApi.body.errors)]).toEqual([422, expect.stringContaining('conditionsSeen')]);
    expect((await lead.post(path, { ...hiddenOf(refused.text), ...sent })).status).toBe(303);
  });

  test('that came in the instant of the decision are told like any that come after it', async () => {
    const asked = await askedAndAnswered();
    const reference = await withItemOf(asked);
    clock.pass(1);
    expect((await decide(reference, 'I1')).status).toBe(200);
    // On record a moment before, and in the register a moment after.
    const decidedAt = Date.parse(clock.now());
    clock.set(new Date(decidedAt - 5).toISOString());
    await corrected(asked, { notToBeRevealed: true });
    clock.set(new Date(decidedAt).toISOString());
    expect(await itemsPage(reference)).toContain('was corrected after the decision');
    expect(textOf((await lead.get(`/cases/${reference}/applicant-letters/reply`)).text)).toContain('Not to be revealed to the person');
  });

  test('are said to have changed after the decision also where fewer of them hold, or nothing is shared any more', async () => {
    const asked = await askedAndAnswered({ notToBePassedOn: true });
    const reference = await withItemOf(asked);
    await decide(reference, 'I1', { ...disclose, reason: 'The police have agreed' });
    await corrected(asked, { notToBePassedOn: false });
    expect(await itemsPage(reference)).toMatch(/corrected after the decision, at [^.]+ 2026\. There are no conditions now\./);
    clock.pass(1);
    await done(spoc, `/cases/${asked}/tasks/T1/answers`, { kind: 'nothing-held', corrects: 2, kindConfirmed: true });
    expect(await itemsPage(reference)).toMatch(/corrected after the decision, at [^.]+ 2026\. Essex Police corrected what it gave: [^.]+\. Essex Police has corrected it since so that nothing is shared any more/);
  });

  test('of an answer that was corrected are proposed once, by its newest version, and not again once an item came from any of them', async () => {
    const asked = await askedAndAnswered({ notToBeRevealed: true });
    await corrected(asked, { notToBePassedOn: true });
    const reference = await opened({ ...body, items: [{ originator: null, description: 'Our notes' }] });
    const path = `/cases/${reference}/items/new`;
    const { text } = await lead.get(path);
    expect(text.match(/value="essex-police\/[^"]+"/g)).toEqual([`value="essex-police/${asked}/answer/T1/2"`]);
    expect(textOf(text)).toContain('Not to be passed on');
    expect(textOf(text)).not.toContain('Not to be revealed');
    // The page had been open since before the correction.
    expect((await lead.send(path, { 'proposed[]': `essex-police/${asked}/answer/T1/1`, item: '', originator: '' })).status).toBe(303);
    expect((await lead.get(path)).text).toContain('All that the disclosure register proposes is on record already');
  });

  test('are still those of what was given once that is taken back, which is said', async () => {
    const asked = await askedAndAnswered({ notToBePassedOn: true });
    const reference = await withItemOf(asked);
    await corrected(asked, { kind: 'nothing-held', categories: [], shared: '' });
    expect(await itemsPage(reference)).toMatch(/Not to be passed on.*has corrected it since so that nothing is shared any more/);
  });

  test('are shown in words to whoever may read the answer, which is on record there; others are told where they stand', async () => {
    const asked = await askedAndAnswered({ handling: 'Speak to the duty inspector first' });
    const reference = await withItemOf(asked);
    const viewsBefore = (await recordOf(asked)).filter(({ act }) => act === 'content-viewed').length;
    for (const page of [await itemsPage(reference), await decisionPage(reference)]) {
      expect(page).toContain(`on these conditions: conditions in words, which whoever asked for it can read in ${asked}`);
      expect(page).not.toContain('duty inspector');
    }
    expect(await handlingOf(reference)).toMatchObject({ words: '', hasMoreWords: true });
    expect((await recordOf(asked)).filter(({ act }) => act === 'content-viewed')).toHaveLength(viewsBefore);
    await web.deps.store.database.db.collection<CaseDocument>('cases').updateOne({ _id: asked }, { $set: { 'openedBy.account': (await caseOf(reference)).openedBy.account } });
    expect(await itemsPage(reference)).toContain('on these conditions: “Speak to the duty inspector first”');
    expect((await recordOf(asked)).findLast(({ act }) => act === 'content-viewed')).toMatchObject({ facts: { what: ['T1/answer/1'] } });
    expect(await handlingOf(reference)).toMatchObject({ words: 'Speak to the duty inspector first', hasMoreWords: false });
    expect(JSON.stringify(await web.deps.store.disclosures.ofCases([asked]))).not.toContain('duty inspector');
  });

  test.each([['notToBeRevealed'], ['notToBePassedOn']])('of %s: it is disclosed with a reason only, and withheld as ever', async (condition) => {
    const reference = await withItemOf(await askedAndAnswered({ [condition]: true }));
    const refused = await decide(reference, 'I1');
    expect([refused.status, refused.body.errors]).toEqual([422, [{ field: 'reason', message: 'Enter why it is disclosed although it was given on the condition that it goes no further' }]]);
    expect((await decide(reference, 'I1', { ...disclose, reason: 'The police have agreed' })).status).toBe(200);
    const marked = await withItemOf(await askedAndAnswered({ marking: 'official-sensitive' }));
    expect((await decide(marked, 'I1')).status).toBe(200);
  });
});

describe('the letters', () => {
  test('say by when and why more time is needed, or that the request is refused, by the law that it is answered by', async () => {
    const reference = await opened();
    const letter = async (ref: string, name: string) => (await lead.get(`/cases/${ref}/applicant-letters/${name}`)).text;
    expect(await letter(reference, 'extension')).toMatch(/ends on Friday 8 May 2026\. It can be extended by two months[\s\S]*UK GDPR, Article 12\(3\)[\s\S]*by Wednesday 8 July 2026 at the latest/);
    expect(await letter(reference, 'refusal')).toMatch(/manifestly unfounded, or excessive \(UK GDPR, Article 12\(5\)\)[\s\S]*Information Commissioner/);
    const part3 = await opened({ ...body, regime: 'law-enforcement' });
    expect(await letter(part3, 'extension')).toContain('Data Protection Act 2018, section 54');
    expect(await letter(part3, 'refusal')).toMatch(/section 53[\s\S]*ask the Commissioner to check[\s\S]*section 51/);
    expect(await letter(part3, 'reply')).not.toMatch(/section 45\(4\)/);
    await decide(part3, 'I3', { decision: 'withhold', reason: 'An exemption' });
    expect(await letter(part3, 'reply')).toMatch(/\[Not every item is decided: item 1, item 2\.[\s\S]*section 45\(4\)[\s\S]*section 45\(6\)/);
    expect((await lead.get(`/cases/${reference}/applicant-letters/another`)).status).toBe(404);
  });
});

describe('the letter of the reply', () => {
  const letterOf = async (reference: string): Promise<string> => textOf((await lead.get(`/cases/${reference}/applicant-letters/reply`)).text);

  test('says of what is not decided neither that it is exempt nor that it is not held', async () => {
    const reference = await opened();
    expect(await letterOf(reference)).not.toMatch(/exempt|We hold nothing/);
    await decide(reference, 'I3');
    expect(await letterOf(reference)).toMatch(/\[Not every item is decided: item 1, item 2\..*Our notes In full/);
    expect(await letterOf(reference)).not.toContain('exempt');
    for (const item of ['I1', 'I2']) await decide(reference, item, { decision: 'withhold', reason: 'An exemption' });
    expect(await letterOf(reference)).toMatch(/Our notes In full.*some of it is exempt/);
    expect(await letterOf(reference)).not.toContain('[Not every item');
  });

  test('says of a request without items that nothing is on record, and not that nothing is held', async () => {
    const letter = await letterOf(await opened({ ...body, items: [] }));
    expect(letter).toContain('[No item is on record.');
    expect(letter).not.toMatch(/exempt|We hold nothing/);
  });
});

describe('the reply', () => {
  test('ends the case, once; after it nothing is decided, and the originators are told', async () => {
    const reference = await opened();
    for (const item of ['I1', 'I2']) await decide(reference, item, { decision: 'withhold', reason: 'An exemption' });
    await decide(reference, 'I3');
    const reply = { outcome: 'replied', repliedOn: '2026-04-09', text: 'What we hold' };
    await done(governance, `/cases/${reference}/applicant-reply`, reply);
    const document = await caseOf(reference);
    expect([document.ended, document.projection.outcome]).toEqual([true, 'replied']);
    expect((await decide(reference, 'I1', { decision: 'withhold', reason: 'Again' })).status).toBe(409);
    expect((await post(governance, `/cases/${reference}/applicant-reply`, reply)).status).toBe(409);
    expect((await post(governance, `/cases/${reference}/reopening`, { tasks: ['T2'], reason: 'More' })).status).toBe(404);
  });

  test('is followed by what was decided, which its originator reads by its link, and nobody else by another one', async () => {
    const reference = await opened();
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, noObjection);
    await decide(reference, 'I1', { decision: 'disclose-in-part', reason: 'The name is left out', dpoAdvice: 'Take care' });
    await decide(reference, 'I2', { decision: 'withhold', reason: 'Of another one' });
    await decide(reference, 'I3');
    const { links, cases } = web.deps.store;
    const linkTo = async (task: string, role: 'spoc' | 'deputy' = 'spoc') => `/t/${await links.issue(reference, task, role, 1)}`;
    const link = await linkTo('T2');
    const alive = await openedLink(web, reference, link);
    const early = await alive.get(`${link}/decision`);
    expect([early.status, early.headers['location']]).toEqual([303, link]);
    await done(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: '2026-04-09' });
    const mail = (await mailOf(reference, 'T2', 'ended-replied', 'spoc')).replaceAll(/\s+/g, ' ');
    expect(mail).toContain('Open the link, or sign in, to read what was decided');
    expect(mail).toContain(link);
    // Opening it shows nothing of what was decided, and sends no code by itself.
    const landing = await web.browser().get(link);
    expect([landing.status, /left out|report of the spring|Robin/i.test(landing.text)]).toEqual([200, false]);
    expect((await web.browser().get(`${link}/decision`)).headers['location']).toBe(link);
    const browser = await openedLink(web, reference, link);
    const page = textOf((await browser.get(`${link}/decision`)).text);
    expect(page).toContain('Disclosed in part, decided at');
    expect(page).toContain('The name is left out');
    expect(page).not.toMatch(/Take care|Of another one|A letter|Our notes|Robin/);
    expect((await recordOf(reference)).at(-1)).toMatchObject({ act: 'content-viewed', by: { via: 'link' }, facts: { what: ['I1/item', 'I1/decision'] } });
    // It takes nothing any more.
    expect([(await browser.get(`${link}/answer`)).status, (await browser.get(`${link}/pass-on`)).status]).toEqual([410, 410]);
    const other = await openedLink(web, reference, await linkTo('T3'));
    expect(textOf((await other.get(`${await linkTo('T3')}/decision`)).text)).not.toMatch(/left out|report of the spring/i);
    // A link that was replaced is dead; so is that of the deputy, of the same generation, before its own code.
    expect((await browser.get(`${await linkTo('T2', 'deputy')}/decision`)).headers['location']).toBe(await linkTo('T2', 'deputy'));
    await cases.passOn(reference, 'T2', { team: null, holder: null, generation: 2 });
    for (const path of [link, `${link}/decision`, `${link}/code`]) expect((await browser.get(path)).status).toBe(410);
    expect((await browser.send(link, {})).status).toBe(410);
  });

  test('leaves no decision to read by the link of what came from somebody else after all, nor where none was made by item', async () => {
    const reference = await opened();
    await done(governance, `/cases/${reference}/items/I1/originator`, { originator: null, reason: 'We wrote it' });
    for (const item of ['I1', 'I2', 'I3']) await decide(reference, item, { decision: 'withhold', reason: 'An exemption' });
    await done(governance, `/cases/${reference}/applicant-reply`, { ...replied, repliedOn: '2026-04-09' });
    const refused = await opened();
    await done(governance, `/cases/${refused}/applicant-reply`, { outcome: 'refused', repliedOn: '2026-04-09', text: 'Manifestly unfounded' });
    for (const ref of [reference, refused]) {
      const link = `/t/${await web.deps.store.links.issue(ref, 'T2', 'spoc', 1)}`;
      for (const path of [link, `${link}/decision`, `${link}/code`]) expect([path, (await web.browser().get(path)).status]).toEqual([path, 410]);
    }
  });

  test('that the request is refused as a whole needs no item decided', async () => {
    const reference = await opened();
    await done(governance, `/cases/${reference}/applicant-reply`, { outcome: 'refused', repliedOn: '2026-04-09', text: 'Manifestly unfounded' });
    expect((await caseOf(reference)).projection.outcome).toBe('refused');
  });
});

async function mailOf(reference: string, task: string, step: string, to: Recipient, clockVersion = 1): Promise<string> {
  const document = await caseOf(reference);
  const found = document.tasks.find(({ id }) => id === task);
  if (found === undefined) throw new Error(`There is no task ${task}.`);
  const deps = { ...web.deps, publicUrl: 'https://concordat.example.org' } as unknown as Dependencies;
  const notice = { task: task as `T${number}`, step, clockVersion, to: [to], chase: false };
  const { subject, text, html } = await composeNotice({ notice, to, document, task: found, answer: null, now: clock.now() }, deps);
  return `${subject}\n${text}\n${html}`;
}

test.each<[string, string, Recipient]>([
  ['T1', 'request', 'spoc'],
  ['T1', 'raised-before', 'governance-lead'],
  ['T1', 'overdue', 'spoc'],
  ['T1', 'escalate-csp', 'csp-manager'],
  ['T1', 'clock-started-1', 'spoc'],
  ['T2', 'request', 'spoc'],
  ['T2', 'overdue', 'deputy'],
  ['T2', 'escalate-governance', 'governance-lead'],
  ['T2', 'escalate-csp', 'csp-manager'],
  ['T2', 'answer-received-1', 'requester'],
  ['T2', 'referred-5', 'spoc'],
  ['T2', 'dropped', 'spoc'],
  ['T2', 'item-moved-6', 'governance-lead'],
  ['T2', 'decided-6', 'spoc'],
  ['T2', 'disclosed-before-6', 'governance-lead'],
  ['T2', 'ended-replied', 'spoc'],
  ['T2', 'ended-refused', 'spoc'],
  ['T2', 'ended-withdrawn', 'spoc'],
  ['T2', 'passed-on-2', 'spoc'],
  ['T2', 'left-unanswered-7', 'requester'],
  ['T2', 'asked-again-7', 'spoc'],
  ['T2', 'not-delivered-request-spoc', 'csp-manager'],
])('the mail of %s, %s to the %s says nothing that was typed', async (task, step, to) => {
  const reference = await opened();
  const mail = await mailOf(reference, task, step, to);
  expect(mail).toContain(reference);
  expect(mail).not.toMatch(/Robin|January|spring|letter|notes/i);
});
