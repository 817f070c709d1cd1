/**
 * Moving the date of an open case: more time, and the correction of the day of receipt by two people. With a real store
 * and, but for the part that says so, a workflow that hears what it is told.
 */
import type { Client } from '@temporalio/client';
import { recordRefusal } from '../../dispatch/word';
import { entryId, type AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import type { CaseMessage, RejectionType } from '../../workflows/shared/contract';
import { readNote } from '../../api/cases/content';
import { answerTo, askBack, informationRequest } from '../support/cases';
import { cspManager, errorsOf, hiddenOf, officer, SetClock, spoc, startWeb, thursday, type Web } from './support';

const colleague = 'asb-review@thurrock.example';
let web: Web;
const clock = new SetClock(thursday);
/** What the workflow says to what it is told; the types of what it took. */
const workflow: { refuses: RejectionType | null; isAway: boolean; told: string[] } = { refuses: null, isAway: false, told: [] };

beforeAll(async () => {
  web = await startWeb(clock);
  const { workflow: workflows } = web.deps.client as unknown as { workflow: Client['workflow'] };
  const getHandle = workflows.getHandle.bind(workflows);
  jest.spyOn(workflows, 'getHandle').mockImplementation(((id: string) => {
    if (workflow.isAway) return getHandle(id);
    const hear = async ({ seq, type }: CaseMessage): Promise<void> => {
      const { store } = web.deps;
      const heard = entryId(id, seq);
      const entry = (await store.audit.byId(heard)) as AuditEntry;
      if (workflow.refuses !== null) return recordRefusal(entry, workflow.refuses, web.deps);
      workflow.told.push(type);
      return store.audit.markSettled([heard]);
    };
    return {
      signal: async (_name: string, ...messages: CaseMessage[]): Promise<void> => {
        for (const message of messages) await hear(message);
      },
    };
  }) as unknown as typeof workflows.getHandle);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => {
  clock.set(thursday);
  Object.assign(workflow, { refuses: null, isAway: false, told: [] });
});

let made = 100;
/** Opened on 26 March 2026, due on Monday 13 April 2026; both police and probation are asked. */
async function stored(change: (document: CaseDocument) => Partial<CaseDocument> = () => ({})): Promise<CaseDocument> {
  const { store } = web.deps;
  made += 1;
  const asked = [{ partner: 'essex-police' }, { partner: 'probation' }];
  const document = informationRequest(`IR-2026-0${made}`, store, { asked });
  await store.cases.open({ ...document, startedAt: document.openedAt, ...change(document) });
  return caseOf(document);
}
const pausing = ({ startInput, policy }: CaseDocument): Partial<CaseDocument> => ({
  policy: { ...policy, clock: { ...policy.clock, pausable: true } },
  startInput: { ...startInput, questionPausesClock: true },
});
const closed = ({ projection }: CaseDocument): Partial<CaseDocument> => ({
  ended: true,
  projection: { ...projection, seq: 7, stage: 'closed', outcome: 'withdrawn', openTasks: 0, nextWakeAt: null },
});
const standing =
  (status: 'unanswered' | 'left-unanswered') =>
  ({ projection }: CaseDocument): Partial<CaseDocument> => ({
    projection: { ...projection, tasks: projection.tasks.map((task) => ({ ...task, status, rungsPassed: 6, overdue: true })) },
  });
const withoutExtension = ({ policy }: CaseDocument): Partial<CaseDocument> => {
  const { extendedLength, ...clockAlone } = policy.clock;
  expect(extendedLength).toEqual({ workingDays: 20 });
  return { policy: { ...policy, clock: clockAlone } };
};

const caseOf = async ({ _id }: CaseDocument): Promise<CaseDocument> =>
  (await web.deps.store.cases.get(_id)) as CaseDocument;
const actsOf = async ({ _id }: CaseDocument, act: AuditEntry['act']): Promise<AuditEntry[]> =>
  (await web.deps.store.audit.of(_id)).filter((entry) => entry.act === act);
/** Of a task, each clock that it has had: `1 opened 2026-04-13`. */
const plansOf = async (document: CaseDocument, task = 'T1'): Promise<string[]> =>
  ((await caseOf(document)).tasks.find(({ id }) => id === task)?.plans ?? []).map(
    ({ version, reason, dueOn }) => `${version} ${reason} ${dueOn ?? ''}`,
  );
async function answered(document: CaseDocument, task = 'T1'): Promise<void> {
  await web.deps.store.audit.append(answerTo(document, web.deps.store, '2026-04-08T09:00:00.000Z', { task }));
}

interface Told {
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly correction?: { readonly from: string; readonly proposedAt: string } | null;
  readonly clocks?: readonly { readonly task: string; readonly version: number; readonly reason: string; readonly dueOn: string }[];
}
async function post(document: CaseDocument, path: string, username: string, body: object, key?: string): Promise<Told> {
  const sending = web.browser().agent.post(`/api/v1/cases/${document._id}/${path}`).auth(await web.token(username), { type: 'bearer' });
  const answer = await (key === undefined ? sending : sending.set('idempotency-key', key)).send(body);
  return { ...(answer.body as Omit<Told, 'status'>), status: answer.status };
}

const extension = 'tasks/T1/extension';
const why = 'The custody record is not back yet';
const paths: Readonly<Record<string, object>> = {
  [extension]: { reason: why },
  correction: { from: '2026-03-27', reason: why },
  'correction/decision': { decision: 'confirmed', reason: '' },
};

describe('who may', () => {
  test.each([
    [spoc, []],
    ['officer@essex-police.example', []],
    ['governance-lead@essex-police.example', []],
    ['housing.officer@thurrock.example', []],
    ['manager@thurrock.example', []],
    ['auditor@thurrock.example', []],
    [cspManager, ['correction', 'correction/decision']],
    [colleague, Object.keys(paths)],
    [officer, Object.keys(paths)],
  ])('%s may on the pages and the API: %j', async (username, allowed: readonly string[]) => {
    const document = await stored();
    const browser = await web.signedIn(username);
    const home = hiddenOf((await browser.get('/')).text);
    for (const [path, body] of Object.entries(paths)) {
      const page = await browser.get(`/cases/${document._id}/${path}`);
      if (allowed.includes(path)) {
        // There is no correction to decide on: its page leads back to the case.
        expect([path, page.status]).toEqual([path, path === 'correction/decision' ? 303 : 200]);
        continue;
      }
      const sent = await browser.post(`/cases/${document._id}/${path}`, { ...home, reason: why });
      const { status } = await post(document, path, username, body);
      expect([path, page.status, sent.status, status]).toEqual([path, 404, 404, 404]);
    }
    expect(await web.deps.store.audit.of(document._id)).toEqual([]);
  });
});

describe('more time', () => {
  test('is given once, with its reason, and both dates with their workings stay on the case', async () => {
    const document = await stored();
    const path = `/cases/${document._id}/${extension}`;
    const browser = await web.signedIn(officer);
    expect((await browser.get(`/cases/${document._id}`)).text).toContain(`href="${path}"`);
    const page = await browser.get(path);
    expect(page.text).toContain('Give Essex Police more time?');
    expect(page.text).toMatch(/is due by the end of <strong>Monday 13 April 2026<\/strong>/);
    // Twenty working days after Thursday 26 March, without Good Friday and Easter Monday.
    expect(page.text).toMatch(/due by the end of <strong>Monday 27 April 2026<\/strong>/);
    expect(page.text).toContain('Easter Monday, not counted');

    const empty = await browser.post(path, { ...hiddenOf(page.text), reason: ' ' });
    expect([empty.status, errorsOf(empty.text)]).toEqual([422, ['Enter the reason']]);
    const form = { ...hiddenOf(page.text), reason: why };
    const both = await Promise.all([browser.post(path, form), browser.post(path, form)]);
    expect(both.map(({ headers }) => String(headers['location']))).toEqual([`/cases/${document._id}`, `/cases/${document._id}`]);
    const again = await browser.post(path, form);
    expect(again.headers['location']).toBe(`/cases/${document._id}`);
    const changed = await browser.post(path, { ...form, reason: 'Another reason' });
    expect([changed.status, changed.text.includes('What was sent first stands'), changed.text.includes('Another reason')]).toEqual([
      409,
      true,
      true,
    ]);

    const [entry, ...more] = await actsOf(document, 'clock-extended');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      key: 'clock/T1/2',
      by: { account: 'thurrock-officer', via: 'page' },
      facts: { clock: { version: 2, dueOn: '2026-04-27' }, plan: { reason: 'extended', from: '2026-03-26', extended: true } },
    });
    expect(JSON.stringify(entry)).not.toContain('custody');
    expect(readNote(document, entry as AuditEntry, web.deps.store)).toBe(why);
    expect(workflow.told).toEqual(['clock-moved']);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13', '2 extended 2026-04-27']);
    expect(await plansOf(document, 'T2')).toEqual(['1 opened 2026-04-13']);

    const shown = (await browser.get(`/cases/${document._id}`)).text;
    expect(shown).toContain('More time is given.');
    expect(shown).toContain('Earlier dates');
    expect(shown).toContain('Due by the end of Monday 13 April 2026');
    expect(shown).toContain('Monday 27 April 2026');
    expect(shown.match(/Mon 6 April 2026: Easter Monday, not counted/g)?.length).toBe(3);
    expect(shown).toContain(why);
    expect(shown).not.toContain(`href="${path}"`);
    for (const other of [spoc, cspManager]) {
      const seen = (await (await web.signedIn(other)).get(`/cases/${document._id}`)).text;
      expect([other, seen.includes('Monday 27 April 2026'), seen.includes(why)]).toEqual([other, true, false]);
    }
    const { clocks } = await web
      .browser()
      .agent.get(`/api/v1/cases/${document._id}`)
      .auth(await web.token(spoc), { type: 'bearer' })
      .then(({ body }) => body as Told);
    expect(clocks?.map(({ task, version, reason, dueOn }) => [task, version, reason, dueOn])).toEqual([
      ['T1', 1, 'opened', '2026-04-13'],
      ['T1', 2, 'extended', '2026-04-27'],
      ['T2', 1, 'opened', '2026-04-13'],
    ]);
    const record = (await (await web.signedIn('auditor@thurrock.example')).get(`/cases/${document._id}/record`)).text;
    expect(record).toContain('Gave more time to answer');
  });

  test.each<[string, (document: CaseDocument) => Partial<CaseDocument>, string, RegExp]>([
    ['the time has run out', () => ({}), '2026-04-13T23:00:00.000Z', /could be extended until Monday 13 April 2026/],
    ['the case is closed', closed, thursday, /closed already/],
    ['it was left unanswered', standing('left-unanswered'), thursday, /No answer is waited for any more/],
    ['the protocol of the case knows no extension', withoutExtension, thursday, /allows no extension/],
  ])('is refused when %s, and nothing typed is lost', async (_when, change, now, message) => {
    const document = await stored(change);
    clock.set(now);
    await refused(document, message);
    expect(await web.deps.store.audit.of(document._id, 'clock-extended')).toEqual([]);
  });

  async function refused(document: CaseDocument, message: RegExp): Promise<void> {
    const path = `/cases/${document._id}/${extension}`;
    const browser = await web.signedIn(officer);
    expect((await browser.get(`/cases/${document._id}`)).text).not.toContain(`href="${path}"`);
    expect((await browser.get(path)).headers['location']).toBe(`/cases/${document._id}`);
    const sent = await browser.post(path, { ...hiddenOf((await browser.get('/')).text), reason: why });
    expect([sent.status, message.test(sent.text), sent.text.includes(why)]).toEqual([409, true, true]);
    const { status, detail } = await post(document, extension, officer, { reason: why });
    expect([status, message.test(detail ?? '')]).toEqual([409, true]);
  }

  test('is given up to the last moment of the due date', async () => {
    const document = await stored();
    clock.set('2026-04-13T22:59:59.999Z');
    expect(await post(document, extension, officer, { reason: why })).toMatchObject({ status: 200 });
    expect(await plansOf(document)).toContain('2 extended 2026-04-27');
  });

  test('is refused to whoever has answered, whether or not the case has heard of it, and a second time', async () => {
    const document = await stored();
    await answered(document);
    await refused(document, /has answered meanwhile/);
    expect(await post(document, 'tasks/T2/extension', officer, { reason: why })).toMatchObject({ status: 200 });
    const second = await post(document, 'tasks/T2/extension', colleague, { reason: 'Once more' });
    expect(second).toMatchObject({ status: 409, detail: expect.stringContaining('extended before') as string });
  });

  test('by two people at once is given once, and the other is told', async () => {
    const document = await stored();
    const sent = await Promise.all([officer, colleague].map((each) => post(document, extension, each, { reason: `${why}: ${each}` })));
    expect(sent.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await actsOf(document, 'clock-extended')).toHaveLength(1);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13', '2 extended 2026-04-27']);
  });

  test('and a reply in the same second both hold: one is worked out upon the other', async () => {
    const document = await stored(pausing);
    await askBack(web.deps.store, document, 1, '2026-04-08T09:00:00.000Z');
    const sent = await Promise.all([
      post(document, extension, officer, { reason: why }),
      post(document, 'tasks/T1/reply', colleague, { text: 'The elder one' }),
    ]);
    expect(sent.map(({ status }) => status)).toEqual([200, 200]);
    const plans = (await caseOf(document)).tasks[0]?.plans ?? [];
    expect(plans.map(({ version }) => version)).toEqual([1, 2, 3]);
    // Twenty working days, and the two that the clock stood still.
    expect(plans.at(-1)).toMatchObject({ extended: true, paused: [{ from: '2026-04-08', to: '2026-04-09' }], dueOn: '2026-04-29' });
  });

  test('a reply sent twice at once on a stopped clock is one reply', async () => {
    const document = await stored(pausing);
    await askBack(web.deps.store, document, 1, '2026-04-08T09:00:00.000Z');
    const reply = () => post(document, 'tasks/T1/reply', officer, { text: 'The elder one' }, 'reply-1');
    expect((await Promise.all([reply(), reply(), reply()])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await actsOf(document, 'question-answered')).toHaveLength(1);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13', '2 paused 2026-04-15']);
  });

  test('is given past the date where the clock stood still before it, and not where it had run out by then', async () => {
    const still = await stored(pausing);
    await askBack(web.deps.store, still, 1, '2026-04-08T09:00:00.000Z');
    const overdue = await stored(pausing);
    await askBack(web.deps.store, overdue, 1, '2026-04-14T09:00:00.000Z');
    clock.set('2026-04-20T09:00:00.000Z');
    expect(await post(still, extension, officer, { reason: why })).toMatchObject({ status: 200 });
    expect(await post(overdue, extension, officer, { reason: why })).toMatchObject({ status: 409 });
  });

  test('that the case refuses is on record as refused, and its date is taken back', async () => {
    const document = await stored();
    workflow.refuses = 'AlreadyAnswered';
    const sent = await post(document, extension, officer, { reason: why });
    expect(sent).toMatchObject({ status: 409, detail: expect.stringContaining('has answered meanwhile') as string });
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13']);
    expect((await actsOf(document, 'act-refused')).map(({ facts }) => facts['rejection'])).toEqual(['AlreadyAnswered']);
    expect((await (await web.signedIn(officer)).get(`/cases/${document._id}`)).text).not.toContain(why);
    // The number of the one that was refused is not used again.
    workflow.refuses = null;
    await post(document, extension, officer, { reason: why });
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13', '3 extended 2026-04-27']);
  });

  test('is not given without its record', async () => {
    const document = await stored();
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/${extension}`;
    const page = await browser.get(path);
    const away = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('the record is away'));
    const sent = await browser.post(path, { ...hiddenOf(page.text), reason: why });
    away.mockRestore();
    expect(sent.status).toBe(500);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13']);
  });

  test('while Temporal is away: on record once, the page has the new date, and the act may still be refused', async () => {
    const document = await stored();
    workflow.isAway = true;
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/${extension}`;
    const form = { ...hiddenOf((await browser.get(path)).text), reason: why };
    const sent = await browser.post(path, form);
    expect([sent.status, sent.text.includes(why)]).toEqual([503, true]);
    expect((await browser.post(path, form)).status).toBe(503);
    expect(await actsOf(document, 'clock-extended')).toMatchObject([{ waiting: true }]);
    expect((await browser.get(`/cases/${document._id}`)).text).toContain('Monday 27 April 2026');
    workflow.isAway = false;
    await web.deps.dispatch.sweep();
    expect(await actsOf(document, 'clock-extended')).toMatchObject([{ waiting: false }]);
    expect((await browser.post(path, form)).headers['location']).toBe(`/cases/${document._id}`);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13', '2 extended 2026-04-27']);
  }, 60_000);
});

describe('a correction', () => {
  const propose = (document: CaseDocument, from = '2026-03-30', by = officer, key?: string) =>
    post(document, 'correction', by, { from, reason: why }, key);
  const decide = (document: CaseDocument, decision: string, by: string, reason = '', key?: string) =>
    post(document, 'correction/decision', by, { decision, reason }, key);

  test('moves nothing until a second person confirms it; then everybody who is awaited has the new date', async () => {
    const document = await stored();
    const path = `/cases/${document._id}/correction`;
    const browser = await web.signedIn(officer);
    const page = await browser.get(path);
    expect(page.text).toContain('counted from <strong>Thursday 26 March 2026</strong>');
    const empty = await browser.post(path, hiddenOf(page.text));
    expect([empty.status, errorsOf(empty.text)]).toEqual([
      422,
      ['Enter the day of receipt', 'Enter the reason'],
    ]);
    const form = { ...hiddenOf(page.text), 'from-day': '30', 'from-month': '3', 'from-year': '2026', reason: why };
    const both = await Promise.all([browser.post(path, form), browser.post(path, form)]);
    expect(both.map(({ headers }) => String(headers['location']))).toEqual([`/cases/${document._id}`, `/cases/${document._id}`]);
    const changed = await browser.post(path, { ...form, 'from-day': '27' });
    expect([changed.status, changed.text.includes('What was sent first stands'), changed.text.includes('value="27"')]).toEqual([
      409,
      true,
      true,
    ]);
    const [entry, ...more] = await actsOf(document, 'correction-proposed');
    expect([more, entry?.facts]).toMatchObject([[], { number: 1, from: '2026-03-30', proposedBy: 'requester' }]);
    expect(JSON.stringify(entry)).not.toContain('custody');
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13']);

    const waiting = (await browser.get(`/cases/${document._id}`)).text;
    expect(waiting).toContain('Your correction is proposed.');
    expect(waiting).toContain('received on <strong>Monday 30 March 2026</strong>');
    expect(waiting).not.toContain(`href="${path}"`);
    expect((await browser.get(path)).headers['location']).toBe(`/cases/${document._id}`);
    expect((await propose(document, '2026-03-31', colleague)).detail).toContain('waits for a second person already');

    const manager = await web.signedIn(cspManager);
    const question = await manager.get(`${path}/decision`);
    expect(question.text).toContain(why);
    expect(question.text).toContain('not of Monday 13 April 2026');
    expect(question.text.match(/due by the end of <strong>Wednesday 15 April 2026<\/strong>/g)).toHaveLength(2);
    expect((await actsOf(document, 'content-viewed')).at(-1)).toMatchObject({
      by: { account: 'csp-manager' },
      facts: { what: [`correction-proposed/${entry?.seq ?? 0}`] },
    });
    const nothing = await manager.post(`${path}/decision`, { ...hiddenOf(question.text), reason: 'The post book says so' });
    expect([nothing.status, errorsOf(nothing.text), nothing.text.includes('The post book')]).toEqual([
      422,
      ['Choose whether the new day is right'],
      true,
    ]);
    const confirmed = { ...hiddenOf(question.text), decision: 'confirmed', reason: 'The post book says so' };
    const sent = await Promise.all([manager.post(`${path}/decision`, confirmed), manager.post(`${path}/decision`, confirmed)]);
    expect(sent.map(({ status }) => status)).toEqual([303, 303]);
    const other = await manager.post(`${path}/decision`, { ...confirmed, reason: 'Changed' });
    expect([other.status, other.text.includes('Changed')]).toEqual([409, true]);

    for (const task of ['T1', 'T2']) {
      expect(await plansOf(document, task)).toEqual(['1 opened 2026-04-13', '2 corrected 2026-04-15']);
    }
    expect(workflow.told).toEqual(['correction-proposed', 'clock-moved', 'clock-moved']);
    expect(await actsOf(document, 'correction-confirmed')).toHaveLength(1);
    expect(await actsOf(document, 'clock-moved')).toHaveLength(2);
    const done = (await browser.get(`/cases/${document._id}`)).text;
    expect(done).toContain('A second person confirmed the correction of the day of receipt');
    expect(done).toContain('The post book says so');
    expect(done).toContain('Due by the end of Monday 13 April 2026');
    expect(done).not.toContain('A correction waits');
    const record = (await (await web.signedIn('auditor@thurrock.example')).get(`/cases/${document._id}/record`)).text;
    expect(record).toContain('Proposed Monday 30 March 2026 as the day of receipt');
    expect(record).toContain('Confirmed Monday 30 March 2026 as the day of receipt');
    // Another one can follow.
    expect(await propose(document, '2026-03-27', colleague)).toMatchObject({ status: 200, correction: { from: '2026-03-27' } });
  });

  test('needs a second person: not the same one by another way in; whoever proposed it can take it back', async () => {
    const document = await stored();
    const { correction } = await propose(document);
    expect(correction).toEqual({ from: '2026-03-30', proposedAt: thursday });
    expect(await decide(document, 'confirmed', officer)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('a second person has to confirm it') as string,
    });
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/correction/decision`;
    const page = await browser.get(path);
    expect(page.text).toContain('somebody else has to confirm it');
    expect(page.text).not.toContain('value="confirmed"');
    const sent = await browser.post(path, { ...hiddenOf(page.text), decision: 'confirmed', reason: 'I am sure of it' });
    expect([sent.status, sent.text.includes('I am sure of it')]).toEqual([409, true]);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13']);
    expect((await browser.post(path, hiddenOf(page.text))).status).toBe(303);
    expect(workflow.told).toEqual(['correction-proposed']);
    const shown = (await browser.get(`/cases/${document._id}`)).text;
    expect(shown).toContain('The correction of the day of receipt was taken back.');
    expect(shown).not.toContain('A correction waits');
    expect(await decide(document, 'confirmed', cspManager)).toMatchObject({
      status: 409,
      detail: 'No correction of the date waits for a second person.',
    });
  });

  test('declined: the dates stay, and the page says so with the reason', async () => {
    const document = await stored();
    await propose(document);
    expect(await decide(document, 'declined', cspManager, 'The e-mail is of the 26th')).toMatchObject({ status: 200, correction: null });
    expect(workflow.told).toEqual(['correction-proposed', 'correction-declined']);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13']);
    const shown = (await (await web.signedIn(officer)).get(`/cases/${document._id}`)).text;
    expect(shown).toContain('The correction of the day of receipt was declined.');
    expect(shown).toContain('The e-mail is of the 26th');
    expect((await (await web.signedIn(spoc)).get(`/cases/${document._id}`)).text).not.toContain('The e-mail is of the 26th');
  });

  test.each([
    ['tomorrow', '2026-04-10', 'The day of receipt must be today or in the past'],
    ['a day that does not exist', '2026-02-30', 'Day of receipt must be a real date'],
    ['the day it is counted from', '2026-03-26', 'This is the day that the case is counted from already'],
    ['no date', 'soon', 'Day of receipt must be a date, such as 2026-03-26'],
    ['a year that cannot be meant', '0026-03-26', ''],
    ['a day before the partners had signed', '1901-03-26', 'when Essex Police signed the protocol'],
  ])('to %s is refused, and nothing typed is lost', async (_what, from, message) => {
    const document = await stored();
    const refusal = await propose(document, from);
    expect([refusal.status, refusal.errors?.[0]?.field]).toEqual([422, 'from']);
    expect(refusal.errors?.[0]?.message).toContain(message);
    const [year = '', month = '', day = ''] = from.split('-');
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/correction`;
    const page = await browser.get(path);
    const typed = { 'from-day': day, 'from-month': month, 'from-year': year, reason: why };
    const sent = await browser.post(path, { ...hiddenOf(page.text), ...typed });
    expect([sent.status, errorsOf(sent.text).length, sent.text.includes(why)]).toEqual([422, 1, true]);
    expect(sent.text).toContain(`value="${year}"`);
    expect(await actsOf(document, 'correction-proposed')).toEqual([]);
  });

  test('to a day after the clock began to stand still is refused, over or not', async () => {
    const document = await stored(pausing);
    await askBack(web.deps.store, document, 1, '2026-04-02T09:00:00.000Z');
    const message = 'The day of receipt must be Thursday 2 April 2026 or earlier: the clock has stood still for a question from then on';
    expect((await propose(document, '2026-04-07')).errors?.[0]?.message).toBe(message);
    await post(document, 'tasks/T1/reply', officer, { text: 'The elder one' });
    expect((await propose(document, '2026-04-07')).errors?.[0]?.message).toBe(message);
    expect(await propose(document, '2026-03-30')).toMatchObject({ status: 200 });
  });

  test('that cannot be counted any more can be declined only, and holds up no other act', async () => {
    const document = await stored(pausing);
    await propose(document, '2026-04-07');
    await askBack(web.deps.store, document, 1, '2026-04-02T09:00:00.000Z');
    const refusal = await decide(document, 'confirmed', cspManager);
    expect([refusal.status, refusal.detail]).toEqual([409, expect.stringContaining('cannot be confirmed any more')]);
    const page = await (await web.signedIn(cspManager)).get(`/cases/${document._id}/correction/decision`);
    expect([page.status, page.text.includes('cannot be confirmed any more'), page.text.includes('value="confirmed"')]).toEqual([
      200,
      true,
      false,
    ]);
    // On record in the same instant, it moves nothing, and what comes after it goes its way.
    const { entry } = await web.deps.store.audit.append({
      chain: document._id,
      key: 'correction/1/decided',
      at: clock.now(),
      act: 'correction-confirmed',
      by: { account: 'csp-manager', via: 'page', from: null },
      facts: { number: 1, from: '2026-04-07', submissionId: 'x' },
      waiting: true,
    });
    await web.deps.dispatch.deliver(entry);
    expect(await post(document, 'tasks/T1/reply', officer, { text: 'The elder one' })).toMatchObject({ status: 200 });
    await web.deps.dispatch.sweep();
    expect(await web.deps.store.audit.waitingOf(document._id)).toEqual([]);
  });

  test('of two at once one is taken; of two decisions, too', async () => {
    const document = await stored();
    const proposed = await Promise.all([propose(document, '2026-03-30', officer), propose(document, '2026-03-27', colleague)]);
    expect(proposed.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [{ by } = { by: undefined }] = await actsOf(document, 'correction-proposed');
    const second = by?.account === 'thurrock-officer' ? colleague : officer;
    const decided = await Promise.all([decide(document, 'confirmed', second), decide(document, 'declined', cspManager)]);
    expect(decided.map(({ status }) => status).sort()).toEqual([200, 409]);
    const decisions = [...(await actsOf(document, 'correction-confirmed')), ...(await actsOf(document, 'correction-declined'))];
    expect(decisions).toHaveLength(1);
    expect(await plansOf(document)).toHaveLength(decisions[0]?.act === 'correction-confirmed' ? 2 : 1);
  });

  test('moves only those who are awaited, and leaves an extension and a pause as they are', async () => {
    const document = await stored(pausing);
    await askBack(web.deps.store, document, 1, '2026-04-08T09:00:00.000Z', 'T2');
    await post(document, 'tasks/T2/reply', officer, { text: 'The elder one' });
    await post(document, 'tasks/T2/extension', officer, { reason: why });
    await propose(document);
    await answered(document);
    const page = await (await web.signedIn(cspManager)).get(`/cases/${document._id}/correction/decision`);
    expect(page.text).not.toContain('Essex Police: due');
    await decide(document, 'confirmed', cspManager);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13']);
    expect(await plansOf(document, 'T2')).toEqual([
      '1 opened 2026-04-13',
      '2 paused 2026-04-15',
      '3 extended 2026-04-29',
      '4 corrected 2026-05-01',
    ]);
  });

  test('and more time in the same second both hold', async () => {
    const document = await stored();
    await propose(document);
    const sent = await Promise.all([decide(document, 'confirmed', cspManager), post(document, extension, officer, { reason: why })]);
    expect(sent.map(({ status }) => status)).toEqual([200, 200]);
    const plans = (await caseOf(document)).tasks[0]?.plans ?? [];
    expect(plans.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(plans.at(-1)).toMatchObject({ extended: true, from: '2026-03-30', dueOn: '2026-04-29' });
  });

  test.each([
    ['closed', closed, /closed already/],
    ['left unanswered', standing('left-unanswered'), /No answer is waited for any more/],
  ])('of a case that is %s is refused, and nothing typed is lost', async (_what, change, message) => {
    const document = await stored(change);
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/correction`;
    expect((await browser.get(path)).headers['location']).toBe(`/cases/${document._id}`);
    const home = hiddenOf((await browser.get('/')).text);
    const typed = { 'from-day': '30', 'from-month': '3', 'from-year': '2026', reason: why };
    const sent = await browser.post(path, { ...home, ...typed });
    expect([sent.status, message.test(sent.text), sent.text.includes(why), sent.text.includes('value="30"')]).toEqual([409, true, true, true]);
    const { status, detail } = await propose(document);
    expect([status, message.test(detail ?? '')]).toEqual([409, true]);
    expect((await browser.get(`/cases/${document._id}`)).text).not.toContain(`href="${path}"`);
  });

  test('of a case whose ladder is finished moves it, too', async () => {
    const document = await stored(standing('unanswered'));
    await propose(document);
    expect(await decide(document, 'confirmed', colleague)).toMatchObject({ status: 200 });
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13', '2 corrected 2026-04-15']);
  });

  test('to a day that leaves the date as it is puts the day on record', async () => {
    const document = await stored();
    clock.set('2026-03-30T09:00:00.000Z');
    await propose(document, '2026-03-28');
    await decide(document, 'confirmed', colleague);
    await propose(document, '2026-03-29');
    const page = await (await web.signedIn(cspManager)).get(`/cases/${document._id}/correction/decision`);
    expect(page.text).toContain('due by the end of Tuesday 14 April 2026, as before');
    await decide(document, 'confirmed', cspManager);
    expect(await plansOf(document)).toEqual(['1 opened 2026-04-13', '2 corrected 2026-04-14', '3 corrected 2026-04-14']);
  });
});
