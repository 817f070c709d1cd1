/**
 * FOI and EIR requests (protocol section 5) on the web: who can receive one, what the form asks and refuses, how the statutory
 * clock and the time of each originator move, that advice binds nobody and is seen before deciding, and what a decision has to
 * say. The rules of the case run in this process; no mail is sent, so that a test says when a mail server has taken one.
 */
import { composeNotice, taskOf } from '../../activities/letters/compose';
import type { Dependencies } from '../../activities/dependencies';
import { feedWith } from '../../bench/feed-server';
import { feeLapse, formatDate } from '../../calendar';
import { updatedBy } from '../../config/bank-holiday-changes';
import { parseBankHolidays } from '../../config/bank-holidays';
import type { IsoDate } from '../../config/clock';
import { byItself } from '../../dispatch/apply';
import { moveLapseByConcordat } from '../../dispatch/fee';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument, TaskPlan } from '../../store/cases';
import type { Recipient } from '../../workflows/shared/contract';
import { answerRead, openedLink } from './answering';
import { runWorkflowsHere } from './policy/workflows-here';
import { cspManager, errorsOf, officer, SetClock, spoc, startWeb, thursday, unescaped, type Browser, type Posted, type Web } from './support';

const governance = 'governance-lead@thurrock.example';
const probation = 'spoc@probation.example';
const form = '/information-access-requests/new';
const typed = { applicant: 'Robin Applicant', asked: 'Figures since January', item: 'A table of the spring' } as const;
const filled = {
  step: 'check',
  asked: typed.asked,
  regime: 'foi',
  applicant: typed.applicant,
  'receivedOn-day': '8',
  'receivedOn-month': '4',
  'receivedOn-year': '2026',
  'originator-1': 'essex-police',
  'item-1': typed.item,
} as const;
const body = {
  applicant: typed.applicant,
  asked: typed.asked,
  regime: 'foi',
  receivedOn: '2026-04-08',
  items: [
    { originator: 'essex-police', description: typed.item },
    { originator: 'probation', description: 'A letter' },
    { originator: null, description: 'Our own table' },
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
const get = async (username: string, path: string) =>
  (await web.browser().agent.get(`/api/v1${path}`).auth(await web.token(username), { type: 'bearer' })) as { status: number; text: string };
async function done(username: string, path: string, sent: object): Promise<Posted['body']> {
  const answer = await post(username, path, sent);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const opened = async (more: object = {}): Promise<string> => (await done(governance, '/information-access-requests', { ...body, ...more })).reference;
const messagesOf = ({ status, body: { errors = [], detail } }: Posted) => [status, ...(errors.length > 0 ? errors.map(({ message }) => message) : [detail])];
const textOf = (html: string): string => unescaped(html.replaceAll(/<[^>]+>/g, ' ')).replaceAll(/\s+/g, ' ');
const caseOf = async (reference: string): Promise<CaseDocument> => (await web.deps.store.cases.get(reference)) as CaseDocument;
const recordOf = async (reference: string): Promise<AuditEntry[]> => web.deps.store.audit.of(reference);
const planOf = async (reference: string, task: string): Promise<TaskPlan> =>
  (await caseOf(reference)).tasks.find(({ id }) => id === task)?.plans.at(-1) as TaskPlan;
const datesOf = async (reference: string) => [(await planOf(reference, 'T1')).dueOn, (await planOf(reference, 'T2')).dueOn];

/** The mail server of a partner has taken the mail of a task. */
async function told(reference: string, task: string): Promise<void> {
  const event = { event: 'notice-sent', at: clock.now(), task, step: 'request', to: 'spoc' };
  await web.deps.store.database.db.collection<CaseDocument>('cases').updateOne({ _id: reference }, { $push: { timeline: event as never } });
}
const decide = async (reference: string, item: string, sent: object) =>
  post(governance, `/cases/${reference}/items/${item}/decision`, { ...(await answerRead(web, reference, item)), ...sent });
const early = { decision: 'disclose', beforeTime: 'The applicant needs it' };
const reply = { outcome: 'replied', repliedOn: '2026-04-09', text: 'The letter of today' };

describe('the form', () => {
  test('leads to a case with its reply and a consultation by the calendar of the whole United Kingdom', async () => {
    expect((await (await web.signedIn(officer)).get(form)).status).toBe(403);
    const check = await lead.send(form, { ...filled, step: 'items', checked: 'yes' });
    expect(check.text).toContain('Check your answers before you record the request');
    expect(check.text).toContain('Thursday 7 May 2026');
    const sent = await lead.send(form, filled);
    expect(sent.status).toBe(303);
    const reference = /IA-2026-\d{4}/.exec(String(sent.headers['location']))?.[0] ?? '';
    const document = await caseOf(reference);
    // 20 working days from 9 April over the bank holiday of 4 May; ten from today.
    expect(document.tasks.map(({ id, kind, partner, plans }) => [id, kind, partner, plans[0]?.dueOn])).toEqual([
      ['T1', 'reply', 'thurrock', '2026-05-07'],
      ['T2', 'consult', 'essex-police', '2026-04-23'],
    ]);
    expect(document.policy.kinds?.consult?.clock.calendar).toBe('united-kingdom');
    expect(JSON.stringify({ ...document, content: {} })).not.toMatch(/Robin|January|spring/);
    expect(JSON.stringify(await recordOf(reference))).not.toMatch(/Robin|January|spring/);
    expect((await lead.get(String(sent.headers['location']))).text).toContain('FOI or EIR request recorded');
  });

  test.each<[string, object, string]>([
    ['nobody, under FOIA', { applicant: '' }, 'Enter who asks: an FOI request has to give a name'],
    ['nothing', { asked: '' }, 'Enter what is asked for'],
    ['no law', { regime: '' }, 'Choose by which law it is answered'],
    ['a day ahead', { 'receivedOn-day': '10' }, 'Date received must be today or in the past'],
    ['an item of nowhere', { 'originator-1': '' }, 'Choose where it came from'],
    ['an item that is not named', { 'item-1': '' }, 'Enter what it is'],
  ])('refuses %s, and keeps what was typed', async (_, wrong, message) => {
    const again = await lead.send(form, { ...filled, ...wrong });
    expect([again.status, errorsOf(again.text)]).toEqual([422, [message]]);
  });

  test('says on its first page all that is wrong there, before the later ones are filled in', async () => {
    const again = await lead.send(form, { step: 'what', regime: 'foi' });
    expect(errorsOf(again.text)).toEqual(['Enter what is asked for', 'Enter who asks: an FOI request has to give a name']);
  });

  test('an EIR request needs no name', async () => {
    expect((await caseOf(await opened({ regime: 'eir', applicant: '' }))).tasks[0]?.plans[0]?.clock).toBe('environmental-information');
  });

  test('a partner that is no public authority is told why, and what to do, on the page and by the API', async () => {
    const housing = web.deps.protocol.organisations.find(({ signed, publicAuthority, publicAuthorityNote }) => signed && !publicAuthority && publicAuthorityNote !== undefined);
    await web.deps.store.database.db.collection('accounts').updateOne({ username: governance }, { $set: { partner: housing?.code } });
    try {
      const page = await lead.get(form);
      expect(page.status).toBe(403);
      expect(page.text).toContain('is no public authority under the protocol');
      expect(page.text).toContain('pass the request on');
      expect(page.text).toContain(housing?.publicAuthorityNote);
      expect(messagesOf(await post(governance, '/information-access-requests', { ...body, items: [] }))).toEqual([403, expect.stringContaining('is no public authority')]);
      expect((await lead.send(form, filled)).status).toBe(403);
    } finally {
      await web.deps.store.database.db.collection('accounts').updateOne({ username: governance }, { $set: { partner: 'thurrock' } });
    }
  });
});

describe('the clocks', () => {
  test('clarification starts the clock anew, and the originators have time by the new date', async () => {
    const reference = await opened();
    expect(await datesOf(reference)).toEqual(['2026-05-07', '2026-04-23']);
    expect(messagesOf(await post(governance, `/cases/${reference}/clock-stop`, { since: '2026-04-09' }))).toEqual([422, 'Choose what the applicant was asked for']);
    await done(governance, `/cases/${reference}/clock-stop`, { awaiting: 'particulars', since: '2026-04-09' });
    expect((await caseOf(reference)).projection.stage).toBe('clock-stopped');
    clock.set('2026-04-21T10:00:00.000Z');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-20' });
    const plan = await planOf(reference, 'T1');
    expect([plan.from, plan.dueOn, plan.paused]).toEqual(['2026-04-20', '2026-05-19', []]);
    // It was received by the day on which something was asked of the applicant, though no day is left out.
    const later = await post(governance, `/cases/${reference}/correction`, { from: '2026-04-10', reason: 'The stamp' });
    expect(JSON.stringify(later.body)).toContain('The day of receipt must be Thursday 9 April 2026 or earlier: something was asked of the applicant');
  });

  test('a correction while particulars are awaited moves the date by the days between the receipts, and each mail says both days', async () => {
    clock.set('2026-11-16T10:00:00.000Z');
    const reference = await opened({ receivedOn: '2026-11-10' });
    // St Andrew's Day is off in Scotland.
    expect((await planOf(reference, 'T1')).dueOn).toBe('2026-12-09');
    await done(governance, `/cases/${reference}/clock-stop`, { awaiting: 'particulars', since: '2026-11-16' });
    const correct = async (from: string) => {
      await done(governance, `/cases/${reference}/correction`, { from, reason: 'The stamp' });
      await done(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed' });
    };
    const moved = async (version: number) => (await mailOf(reference, 'T1', 'clock-moved', 'spoc', version)).replaceAll(/\s+/g, ' ');
    await correct('2026-11-12');
    expect(await planOf(reference, 'T1')).toMatchObject({ version: 2, from: '2026-11-12', dueOn: '2026-12-11' });
    const still = /counted from Tuesday 10 November 2026\. It was received on Thursday 12 November 2026: one person.* Received on:? Thursday 12 November 2026/;
    expect(await moved(2)).toMatch(still);
    expect(await moved(2)).not.toMatch(/16 November/);
    await correct('2026-11-11');
    // What was corrected since is told by its own mail.
    expect(await moved(2)).toMatch(still);
    expect(await moved(3)).toMatch(/counted from Thursday 12 November 2026\. It was received on Wednesday 11 November 2026/);
    clock.set('2026-11-23T10:00:00.000Z');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-11-20' });
    expect(await planOf(reference, 'T1')).toMatchObject({ version: 4, from: '2026-11-20' });
    for (const step of ['clock-started-1', 'raised-before', 'overdue']) {
      expect((await mailOf(reference, 'T1', step, 'spoc')).replaceAll(/\s+/g, ' ')).toMatch(/Received on:? Wednesday 11 November 2026 Counted from:? Friday 20 November 2026, as the last came then of what is needed of the applicant/);
    }
    const page = textOf((await (await web.signedIn(governance)).get(`/cases/${reference}`)).text);
    expect(page).toContain('This date was counted after what was awaited of the applicant had come, and anew from the day on which the last of it came.');
    expect(page).not.toContain('after a question was answered');
    // Another receipt leaves the day on which the clock started anew.
    await correct('2026-11-10');
    expect(await planOf(reference, 'T1')).toMatchObject({ version: 4, from: '2026-11-20' });
  });

  test('a fees notice leaves out the days until the fee comes, and it can be paid for three months', async () => {
    const reference = await opened();
    await done(governance, `/cases/${reference}/clock-stop`, { awaiting: 'fees-notice', since: '2026-04-09' });
    const page = await lead.get(`/cases/${reference}/items`);
    expect(page.text).toContain('It can be paid until the end of Wednesday 8 July 2026');
    clock.set('2026-04-16T10:00:00.000Z');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-15' });
    // 9 to 15 April: five working days are left out.
    expect((await planOf(reference, 'T1')).dueOn).toBe('2026-05-14');
    expect(textOf((await (await web.signedIn(governance)).get(`/cases/${reference}`)).text)).toContain('This date was counted after what was awaited of the applicant had come: the days until then are left out.');
  });

  test('a fee that was paid too late is of a new request; one that came in time is taken until the case closes', async () => {
    const reference = await opened();
    await done(governance, `/cases/${reference}/clock-stop`, { awaiting: 'fees-notice', since: '2026-04-09' });
    clock.set('2026-07-10T10:00:00.000Z');
    expect(messagesOf(await post(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-07-09' }))).toEqual([422, expect.stringContaining('What is paid later is of a new request')]);
    const late = await web.signedIn(governance);
    expect((await late.get(`/cases/${reference}/items`)).text).toContain('The fee could be paid until Wednesday 8 July 2026');
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-07-08' });
    expect((await caseOf(reference)).ended).toBe(false);
  });

  test('a day off that is proclaimed while a fee is awaited: the applicant can pay for longer, never for shorter, and whoever runs it is told both days', async () => {
    const reference = await opened({ regime: 'eir' });
    await done(governance, `/cases/${reference}/clock-stop`, { awaiting: 'fees-notice', since: '2026-04-09' });
    const { store, dispatch } = web.deps;
    const file = web.deps.holidays.current();
    const proclaimed = { title: 'Proclaimed day', date: '2026-05-13', notes: '', bunting: true };
    const other = updatedBy(parseBankHolidays(feedWith((all) => all['england-and-wales'].events.push(proclaimed))), file, '2026-04-09' as IsoDate);
    const asked = { clock: 'environmental-information', givenOn: '2026-04-09' as IsoDate } as const;
    const [shown, longer] = [file, other].map((holidays) => feeLapse(asked, { holidays }).until) as [IsoDate, IsoDate];
    expect(longer > shown).toBe(true);
    const inWords = (on: IsoDate) => formatDate(on);
    expect((await lead.get(`/cases/${reference}/items`)).text).toContain(`It can be paid until the end of ${inWords(shown)}`);
    const move = async (holidays: typeof file) => moveLapseByConcordat(await caseOf(reference), { at: clock.now(), by: byItself }, { store, holidays });
    expect(await move(file)).toBeNull();
    const entry = await move(other);
    if (entry === null) throw new Error('Nothing was moved.');
    await dispatch.deliver(entry);
    expect([await move(other), await move(file)]).toEqual([null, null]);
    expect((await lead.get(`/cases/${reference}/items`)).text).toContain(`It can be paid until the end of ${inWords(longer)}`);
    expect((await lead.get(`/cases/${reference}`)).text).toContain(`the fee can be paid until ${inWords(longer)}, and not only until ${inWords(shown)}`);
    expect(await mailOf(reference, 'T1', `fee-lapse-moved-${entry.seq}`, 'spoc')).toContain(`the fee can be paid until ${inWords(longer)}, not ${inWords(shown)}`);
    clock.set(`${longer}T15:00:00.000Z`);
    await done(governance, `/cases/${reference}/clock-start`, { cameOn: longer });
    expect((await caseOf(reference)).projection.stage).toBe('consulting');
    // Nothing is awaited any more, so nothing moves.
    expect(await move(other)).toBeNull();
  });

  test('the public interest: a day is chosen, told within the first 20 working days, once; the originators follow', async () => {
    const reference = await opened();
    const path = `/cases/${reference}/tasks/T1/extension`;
    const page = await lead.get(path);
    expect(page.text).toContain('The Information Commissioner expects it by Friday 5 June 2026');
    for (const [dueOn, message] of [
      [undefined, 'Enter the day by which the applicant has the reply'],
      ['2026-05-07', 'Day of the reply must be after Thursday 7 May 2026'],
      ['2026-06-06', 'The due date must be a working day.'],
    ] as const) {
      expect(messagesOf(await post(governance, path, { reason: 'Section 31', toldOn: '2026-04-09', ...(dueOn === undefined ? {} : { dueOn }) }))).toEqual([422, expect.stringContaining(message)]);
    }
    // Later than the Commissioner expects is no slip of the pen only if that is said.
    const late = { reason: 'Section 31', toldOn: '2026-04-09', dueOn: '2030-06-04' };
    expect(messagesOf(await post(governance, path, late))).toEqual([422, expect.stringContaining('If it takes longer, confirm the day')]);
    await done(governance, path, { reason: 'Section 31', toldOn: '2026-04-09', dueOn: '2026-06-04' });
    expect(await datesOf(reference)).toEqual(['2026-06-04', '2026-04-23']);
    expect(messagesOf(await post(governance, path, { reason: 'Again', toldOn: '2026-04-09', dueOn: '2026-06-25' }))).toEqual([409, expect.stringContaining('extended before')]);
    // A correction of the receipt leaves the day that was chosen.
    await done(governance, `/cases/${reference}/correction`, { from: '2026-04-07', reason: 'The stamp' });
    await done(cspManager, `/cases/${reference}/correction/decision`, { decision: 'confirmed' });
    expect((await planOf(reference, 'T1')).dueOn).toBe('2026-06-04');
  });

  test('a fees notice and an extension, in either order, within the first 20 working days: both hold', async () => {
    const fee = { awaiting: 'fees-notice', since: '2026-04-10' };
    const more = { reason: 'Section 31', toldOn: '2026-04-13', dueOn: '2026-05-20' };
    const references: string[] = [];
    for (const order of [['extension', 'stop'], ['stop', 'extension']]) {
      clock.set(thursday);
      const reference = await opened();
      clock.set('2026-04-13T10:00:00.000Z');
      for (const each of order) {
        if (each === 'stop') await done(governance, `/cases/${reference}/clock-stop`, fee);
        else await done(governance, `/cases/${reference}/tasks/T1/extension`, more);
      }
      references.push(reference);
    }
    for (const reference of references) {
      clock.set('2026-04-16T10:00:00.000Z');
      await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-04-15' });
      // 10 to 15 April: four working days are left out, so that 13 May comes before the day that the applicant was told.
      expect(await planOf(reference, 'T1')).toMatchObject({ dueOn: '2026-05-20', paused: [{ from: '2026-04-10', to: '2026-04-15' }] });
      // A second fee: the days that are left out by now end after that day.
      await done(governance, `/cases/${reference}/clock-stop`, { awaiting: 'fees-notice', since: '2026-04-16' });
    }
    clock.set('2026-05-05T10:00:00.000Z');
    for (const reference of references) {
      await done(governance, `/cases/${reference}/clock-start`, { cameOn: '2026-05-01' });
      expect((await planOf(reference, 'T1')).dueOn).toBe('2026-06-01');
    }
    clock.set('2026-05-29T10:00:00.000Z');
    const late = await opened({ receivedOn: '2026-04-08' });
    expect(messagesOf(await post(governance, `/cases/${late}/clock-stop`, { awaiting: 'fees-notice', since: '2026-05-11' }))).toEqual([422, expect.stringContaining('Thursday 7 May 2026 or earlier')]);
  });

  test('past the statutory time nobody is told to wait for advice', async () => {
    const reference = await opened({ receivedOn: '2026-03-02' });
    expect((await lead.get(`/cases/${reference}/items`)).text).toContain('Decide without waiting for advice');
  });

  test('EIR: 40 working days, told within the first 20 and not after', async () => {
    const reference = await opened({ regime: 'eir' });
    const path = `/cases/${reference}/tasks/T1/extension`;
    expect(messagesOf(await post(governance, path, { reason: 'Voluminous', toldOn: '2026-04-09', dueOn: '2026-06-04' }))).toEqual([422, expect.stringContaining('leave the day out')]);
    // No pause makes the first 20 working days longer.
    await done(governance, `/cases/${reference}/clock-stop`, { awaiting: 'fees-notice', since: '2026-04-09' });
    clock.set('2026-05-11T10:00:00.000Z');
    expect(messagesOf(await post(governance, path, { reason: 'Voluminous', toldOn: '2026-05-08' }))).toEqual([409, expect.stringContaining('on or before that day')]);
    await done(governance, path, { reason: 'Voluminous', toldOn: '2026-05-07' });
    expect((await planOf(reference, 'T1')).dueOn).toBe('2026-06-05');
  });
});

describe('the advice and the decision', () => {
  test('advice binds nobody: before it has come a reason is needed, and its originator is told at once', async () => {
    const reference = await opened();
    await told(reference, 'T2');
    expect(messagesOf(await decide(reference, 'I1', { decision: 'disclose' }))).toEqual([422, 'Enter why it is disclosed before its originator has had its time']);
    expect((await decide(reference, 'I1', early)).status).toBe(200);
    expect((await recordOf(reference)).findLast(({ act }) => act === 'item-decided')?.facts).toMatchObject({ ground: 'advice-awaited', exceptional: true });
    // Even one that no mail has reached: it is said to be so, and does not stop the reply.
    expect((await decide(reference, 'I2', early)).status).toBe(200);
  });

  test('whoever decides sees what each has said, and who is silent', async () => {
    const reference = await opened();
    await told(reference, 'T2');
    await told(reference, 'T3');
    await done(spoc, `/cases/${reference}/tasks/T2/answers`, { kind: 'representations', particulars: { I1: { stance: 'exemption', words: 'Section 31 would apply' } } });
    const page = await lead.get(`/cases/${reference}/items/I1/decision`);
    expect(page.text).toContain('Section 31 would apply');
    expect(page.text).toContain('Section 31: Law enforcement');
    expect((await lead.get(`/cases/${reference}/items/I2/decision`)).text).toContain('No answer yet');
    clock.set('2026-04-27T10:00:00.000Z');
    const later = await web.signedIn(governance);
    expect((await later.get(`/cases/${reference}/items/I2/decision`)).text).toContain('Silent');
    expect((await decide(reference, 'I2', { decision: 'disclose' })).status).toBe(200);
    expect((await recordOf(reference)).findLast(({ act }) => act === 'item-decided')?.facts).toMatchObject({ ground: 'silent' });
  });

  test.each<[string, object, string]>([
    ['no exemption', { decision: 'withhold', reason: 'Exempt' }, 'Choose at least one exemption or exception'],
    ['one of the other law', { decision: 'withhold', reason: 'Exempt', grounds: ['r13'] }, 'Choose from the law that this request is answered by'],
    ['a public interest that was not weighed', { decision: 'withhold', reason: 'Exempt', grounds: ['s31'] }, 'Enter how the public interest was weighed: a ground that you chose gives way to it'],
    ['no opinion of the qualified person', { decision: 'withhold', reason: 'Exempt', grounds: ['s36'], publicInterest: 'Weighed' }, 'Enter the opinion of the qualified person, which section 36 needs'],
    [
      'a ground by which nothing is neither confirmed nor denied',
      { decision: 'neither-confirm-nor-deny', grounds: ['s21', 's40'], reason: 'It is secret' },
      'The law does not let you neither confirm nor deny by “Section 21: Can be had by other means”. Leave it out, or choose that it is withheld as exempt',
    ],
    ['no reason', { decision: 'withhold', grounds: ['s40'] }, 'Enter why it is withheld, or what of it'],
    ['no search', { decision: 'not-held' }, 'Enter where you looked for it, and what you know of who holds it'],
  ])('a decision is refused for %s', async (_, sent, message) => {
    const reference = await opened();
    expect(messagesOf(await decide(reference, 'I3', sent))).toEqual([422, message]);
    const page = await lead.send(`/cases/${reference}/items/I3/decision`, {
      ...Object.fromEntries(Object.entries(sent).filter(([name]) => name !== 'grounds')),
      'grounds[]': ((sent as { grounds?: string[] }).grounds ?? []).join(' '),
    });
    expect([page.status, errorsOf(page.text)]).toEqual([422, [message]]);
  });

  test('what came from another partner is on record as held: that it is not held is asked of whoever decides so', async () => {
    const reference = await opened();
    const path = `/cases/${reference}/items/I1/decision`;
    const notHeld = { decision: 'not-held', reason: 'The file is gone' };
    const message = 'This item is on record as come from Essex Police, so it was held. Check it, or confirm below that it is not held';
    expect(messagesOf(await decide(reference, 'I1', notHeld))).toEqual([422, message]);
    const asked = await lead.send(path, notHeld);
    expect([errorsOf(asked.text), asked.text.includes('It is not held, though it is on record as come from Essex Police')]).toEqual([[message], true]);
    expect((await lead.send(path, { ...notHeld, decisionConfirmed: 'yes' })).headers['location']).toBe(`/cases/${reference}/items`);
    // Of what is the receiver's own nothing speaks against it.
    await done(governance, `/cases/${reference}/items/I3/decision`, notHeld);
    expect((await recordOf(reference)).filter(({ act }) => act === 'item-decided').map(({ facts }) => facts['decisionConfirmed'])).toEqual([undefined, undefined]);
  });

  test('what the applicant was told of the whole is asked about where the items say otherwise', async () => {
    const reference = await opened();
    const path = `/cases/${reference}/applicant-reply`;
    const passedOn = { ...reply, outcome: 'transferred' };
    const held = '2 items are recorded in this case as held. Check what the applicant was told, or confirm it below';
    expect(messagesOf(await post(governance, path, passedOn))).toEqual([422, held]);
    await done(governance, `/cases/${reference}/items/I3/decision`, { decision: 'disclose' });
    const refusedAsAWhole = { ...reply, outcome: 'refused-cost' };
    const disclosed = '1 item is recorded in this case and decided to be disclosed. Check what the applicant was told, or confirm it below';
    expect(messagesOf(await post(governance, path, refusedAsAWhole))).toEqual([422, disclosed]);
    const typedIn = { 'repliedOn-day': '9', 'repliedOn-month': '4', 'repliedOn-year': '2026', outcome: 'refused-cost', text: reply.text };
    const asked = await lead.send(path, typedIn);
    expect([errorsOf(asked.text), asked.text.includes('The applicant was told this all the same')]).toEqual([[disclosed], true]);
    expect((await lead.send(path, { ...typedIn, outcomeConfirmed: 'yes' })).headers['location']).toBe(`/cases/${reference}/items`);
    expect((await caseOf(reference)).projection.outcome).toBe('refused-cost');
  });

  test('decided, the letter says the exemptions, the public interest, the review and the complaint; the reply closes the case', async () => {
    const reference = await opened();
    await done(governance, `/cases/${reference}/items/I1/decision`, { decision: 'withhold', grounds: ['s40', 's31'], reason: 'It names people', publicInterest: 'It outweighs' });
    await done(governance, `/cases/${reference}/items/I2/decision`, { decision: 'neither-confirm-nor-deny', grounds: ['s30'], reason: 'An inquiry is secret', publicInterest: 'Secret, too' });
    expect(messagesOf(await post(governance, `/cases/${reference}/applicant-reply`, reply))).toEqual([409, expect.stringContaining('Still open: I3')]);
    await done(governance, `/cases/${reference}/items/I3/decision`, { decision: 'disclose' });
    const { text } = await lead.get(`/cases/${reference}/applicant-letters/reply`);
    for (const part of [typed.applicant, 'section 31 (Law enforcement); section 40 (Personal information)', 'It names people', 'It outweighs', 'internal review', 'Wycliffe House']) expect(text).toContain(part);
    // Why it is neither confirmed nor denied can itself give away what is exempt.
    expect(text).not.toMatch(/An inquiry is secret|Secret, too|A letter/);
    await done(governance, `/cases/${reference}/applicant-reply`, reply);
    const { ended, projection } = await caseOf(reference);
    expect([ended, projection.outcome]).toEqual([true, 'disclosed-in-part']);
  });

  test('a refusal of the whole is for the governance lead; without an item nothing is said item by item', async () => {
    const reference = await opened({ items: [] });
    expect(messagesOf(await post(governance, `/cases/${reference}/applicant-reply`, reply))).toEqual([409, expect.stringContaining('No item is on record yet')]);
    expect(messagesOf(await post(governance, `/cases/${reference}/applicant-reply`, { ...reply, outcome: 'refused' }))).toEqual([422, 'Choose what the applicant was told']);
    await web.deps.store.database.db.collection('accounts').updateOne({ username: governance }, { $set: { roles: ['spoc'] } });
    try {
      expect(messagesOf(await post(governance, `/cases/${reference}/applicant-reply`, { ...reply, outcome: 'refused-cost' }))).toEqual([409, expect.stringContaining('is decided by the information governance lead')]);
    } finally {
      await web.deps.store.database.db.collection('accounts').updateOne({ username: governance }, { $set: { roles: ['governance-lead'] } });
    }
    await done(governance, `/cases/${reference}/applicant-reply`, { ...reply, outcome: 'refused-cost' });
    expect((await caseOf(reference)).projection.outcome).toBe('refused-cost');
  });

  test('an internal review of the reply has a day of its own, by somebody who did not decide; then the case is closed again', async () => {
    const reference = await opened();
    const path = `/cases/${reference}/internal-review`;
    const asked = { receivedOn: '2026-04-09', text: 'You looked at one year', looksAgain: 'The monitoring officer' };
    expect(messagesOf(await post(governance, path, asked))).toEqual([409, expect.stringContaining('has no reply yet')]);
    await done(governance, `/cases/${reference}/applicant-reply`, { ...reply, outcome: 'refused-vexatious' });
    expect(messagesOf(await post(governance, path, { ...asked, account: governance }))).toEqual([422, expect.stringContaining('had no part in the decision')]);
    expect(messagesOf(await post(governance, path, { ...asked, receivedOn: '2026-04-08' }))).toEqual([422, expect.stringContaining('or later: the applicant had the reply then')]);
    expect((await lead.get(`/cases/${reference}/items`)).text).toContain('Record that the applicant asks for an internal review');
    await done(governance, path, { ...asked, account: cspManager });
    const document = await caseOf(reference);
    // 20 working days after 9 April, without the early May bank holiday.
    expect([document.ended, document.projection.stage, document.duties?.at(-1)?.dueOn]).toEqual([false, 'looked-at-again', '2026-05-08']);
    expect((await lead.get(`/cases/${reference}/items`)).text).toContain('to be answered by the end of Friday 8 May 2026');
    expect(messagesOf(await post(governance, `/cases/${reference}/items/I1/decision`, { decision: 'disclose', beforeTime: 'Now' }))).toEqual([409, expect.any(String)]);
    // Whoever was named sees it, and puts on record what came of it.
    const looker = await web.signedIn(cspManager);
    expect((await looker.get('/')).text).toContain('look at the reply again');
    expect((await looker.get(`${path}/outcome`)).text).toContain('You looked at one year');
    expect((await get(spoc, `/cases/${reference}/internal-review`)).status).toBe(404);
    const link = `/t/${await web.deps.store.links.issue(reference, 'T2', 'spoc', 1)}`;
    // By its link, too: what it still says is read by whoever looks at it again.
    const holder = await openedLink(web, reference, link);
    for (const [about, says] of [['asked', 'by Friday 8 May 2026'], ['overdue', 'overdue since Friday 8 May 2026']]) {
      const mail = await mailOf(reference, 'T0', `looking-again-${about}-1`, 'spoc');
      expect(mail).toContain(says);
      expect(mail).not.toMatch(/Robin|one year|monitoring/);
    }
    // What an originator still says is taken, and nothing else is asked of it.
    const answering = `/cases/${reference}/tasks/T2`;
    const police = await web.signedIn(spoc);
    const answerPage = (await police.get(`${answering}/answer`)).text;
    expect(answerPage).toContain('it is looked at again. What you say is still taken');
    expect(answerPage).not.toMatch(/Ask a question first|Pass it on/);
    expect((await police.get(`/cases/${reference}`)).text).not.toContain('Pass it on');
    expect((await post(spoc, `${answering}/questions`, { text: 'Which years?' })).status).toBe(409);
    expect((await holder.send(`${link}/answer`, { kind: 'no-objection' })).status).toBe(303);
    const mail = await mailOf(reference, 'T0', 'looking-again-answered-1', 'spoc');
    expect(mail).toContain('An originator has said what it thinks of its items');
    expect(mail).not.toMatch(/Robin|one year|Essex/);
    // The day has passed: it is overdue wherever somebody looks.
    const overdue = async (who: string) => (JSON.parse((await get(who, '/cases?overdue=yes')).text) as { total: number }).total;
    expect([await overdue(governance), await overdue(cspManager)]).toEqual([0, 0]);
    clock.set('2026-05-09T09:00:00.000Z');
    expect([await overdue(governance), await overdue(cspManager), await overdue(spoc)]).toEqual([1, 1, 0]);
    expect(JSON.parse((await get(governance, `/cases/${reference}`)).text)).toMatchObject({ overdue: true, stage: 'looked-at-again' });
    const late = await web.signedIn(governance);
    for (const page of ['/cases?overdue=yes', `/cases/${reference}`, `/cases/${reference}/items`]) {
      expect([page, (await late.get(page)).text]).toEqual([page, expect.stringMatching(/govuk-tag--red">\s*Overdue/)]);
    }
    expect((await late.get('/cases?overdue=yes')).text).toMatch(/data-label="Due">by the end of <span[^>]*>[^<]*8 May 2026/);
    expect((await late.get('/')).text).toMatch(/look at the reply again[\s\S]*Overdue/);
    const figures = await web.deps.store.cases.count({ partners: null, process: 'information-access', ended: false, overdueAt: clock.now() });
    expect(figures).toBe(1);
    await done(cspManager, `${path}/outcome`, { result: 'changed', toldOn: '2026-04-09', text: 'Two years are sent' });
    const { ended, projection } = await caseOf(reference);
    expect([ended, projection.outcome]).toEqual([true, 'review-changed']);
    expect(messagesOf(await post(governance, path, asked))).toEqual([409, expect.stringContaining('apply to the Information Commissioner')]);
  });

  test('who asks is found by nobody of an originator', async () => {
    const reference = await opened();
    const search = { purpose: 'subject-access', name: typed.applicant };
    const found = async (who: string) => JSON.stringify((await post(who, '/person-searches', search)).body);
    expect(await found(governance)).toContain(reference);
    expect(await found('governance-lead@essex-police.example')).not.toContain(reference);
  });

  test('an originator sees its own item and what was decided on it, and never who asks', async () => {
    const reference = await opened();
    await told(reference, 'T2');
    await done(governance, `/cases/${reference}/items/I1/decision`, { decision: 'withhold', grounds: ['s40'], reason: 'It names people' });
    const police = await web.signedIn(spoc);
    for (const path of [`/cases/${reference}`, `/cases/${reference}/items`, `/cases/${reference}/tasks/T2/answer`]) {
      const { status, text } = await police.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/Robin|A letter|Our own table/);
    }
    expect((await police.get(`/cases/${reference}/tasks/T2/answer`)).text).toContain('section 40 (Personal information)');
    expect((await get(spoc, `/cases/${reference}`)).text).not.toContain('Robin');
    expect((await get(probation, `/cases/${reference}/items`)).text).not.toContain(typed.item);
  });
});

async function mailOf(reference: string, task: string, step: string, to: Recipient, clockVersion = 1): Promise<string> {
  const document = await caseOf(reference);
  const found = taskOf({ task: task as `T${number}`, step }, document);
  const deps = { ...web.deps, publicUrl: 'https://concordat.example.org' } as unknown as Dependencies;
  const notice = { task: task as `T${number}`, step, clockVersion, to: [to], chase: false };
  const { subject, text, html } = await composeNotice({ notice, to, document, task: found, answer: null, now: clock.now() }, deps);
  return `${subject}\n${text}\n${html}`;
}

/** Task, step, to whom, and what it says. */
const mails: readonly (readonly [string, string, Recipient, string])[] = [
  ['T1', 'request', 'spoc', 'An FOI or EIR request was put on record'],
  ['T1', 'raised-before', 'governance-lead', 'to weigh the public interest'],
  ['T1', 'overdue', 'spoc', 'Reply to the applicant due'],
  ['T1', 'escalate-csp', 'csp-manager', 'has not replied to an applicant'],
  ['T1', 'clock-started-1', 'spoc', 'The statutory clock goes on'],
  ['T1', 'fee-lapses-soon', 'spoc', 'five more working days to pay at most'],
  ['T1', 'fee-lapsed', 'spoc', 'The time to pay the fee has run out'],
  ['T1', 'fee-lapsed', 'governance-lead', 'If the fee came in time'],
  ['T2', 'request', 'spoc', 'asks for your advice'],
  ['T2', 'overdue', 'deputy', 'does not have to follow you'],
  ['T2', 'escalate-governance', 'governance-lead', 'has not answered'],
  ['T2', 'escalate-csp', 'csp-manager', 'its silence is on record'],
  ['T2', 'answer-received-1', 'requester', 'has said what may be disclosed'],
  ['T2', 'answer-received-1', 'decider', 'has said what may be disclosed'],
  ['T2', 'referred-5', 'spoc', 'refers items of an FOI or EIR request to you'],
  ['T2', 'dropped', 'spoc', 'You are not consulted any more'],
  ['T2', 'item-moved-6', 'governance-lead', 'An item is said not to have come from you'],
  ['T2', 'decided-6', 'spoc', 'It is decided what is disclosed'],
  ['T2', 'disclosed-before-6', 'governance-lead', 'is disclosed before your time has run out'],
  ['T2', 'ended-disclosed', 'spoc', 'The applicant has the reply'],
  ['T2', 'ended-disclosed-in-part', 'spoc', 'The applicant has the reply'],
  ['T2', 'ended-withheld', 'spoc', 'The applicant has the reply'],
  ['T2', 'ended-not-held', 'spoc', 'The applicant has the reply'],
  ['T2', 'ended-refused-cost', 'spoc', 'would cost too much'],
  ['T2', 'ended-refused-vexatious', 'spoc', 'vexatious or manifestly unreasonable'],
  ['T2', 'ended-refused-repeated', 'spoc', 'repeats one that was answered before'],
  ['T2', 'ended-transferred', 'spoc', 'passed to another authority'],
  ['T2', 'ended-fee-unpaid', 'spoc', 'The fee was not paid in time'],
  ['T2', 'ended-review-changed', 'spoc', 'An internal review has changed the reply'],
  ['T2', 'ended-withdrawn', 'spoc', 'The request was withdrawn'],
  ['T2', 'passed-on-2', 'spoc', 'Passed on to you'],
  ['T2', 'left-unanswered-7', 'requester', 'is not waited for any more'],
  ['T2', 'asked-again-7', 'spoc', 'Asked again'],
];

test('each mail says what it is, and nothing that was typed', async () => {
  const reference = await opened();
  for (const [task, step, to, says] of mails) {
    const mail = await mailOf(reference, task, step, to);
    for (const part of [reference, says]) expect([step, to, mail]).toEqual([step, to, expect.stringContaining(part)]);
    expect(mail).not.toMatch(/Robin|January|spring|A letter|[Ss]ubject access/);
  }
});
