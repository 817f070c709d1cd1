/** The acts on a case, with a real store and Temporal away: what is refused, what is on record, what is kept. */
import type { Dependencies } from '../../activities/dependencies';
import { composeNotice, taskOf } from '../../activities/letters/compose';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { answerOf } from '../../store/answers';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import { openCase } from '../../workflows/shared/case';
import { caseNotice } from '../../workflows/shared/ladder';
import type { Background } from '../../api/background';
import type { Invalid } from '../../api/http/refusals';
import { reopen } from '../../api/cases/acts';
import { readNote } from '../../api/cases/content';
import { answerTo, askBack, informationRequest } from '../support/cases';
import { cspManager, errorsOf, hiddenOf, officer, SetClock, spoc, startWeb, thursday, type Web } from './support';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => clock.set(thursday));

let made = 100;
/** Opened on 26 March 2026, due on Monday 13 April 2026; both police and probation are asked. */
async function stored(change: (document: CaseDocument) => Partial<CaseDocument> = () => ({})): Promise<CaseDocument> {
  const { store } = web.deps;
  made += 1;
  const asked = [{ partner: 'essex-police' }, { partner: 'probation' }];
  const document = informationRequest(`IR-2026-0${made}`, store, { asked });
  await store.cases.open({ ...document, startedAt: document.openedAt, ...change(document) });
  return (await store.cases.get(document._id)) as CaseDocument;
}
const pausing = ({ startInput, policy }: CaseDocument): Partial<CaseDocument> => ({
  policy: { ...policy, clock: { ...policy.clock, pausable: true } },
  startInput: { ...startInput, questionPausesClock: true },
});
const closed = ({ projection }: CaseDocument): Partial<CaseDocument> => ({
  ended: true,
  projection: { ...projection, seq: 7, stage: 'closed', outcome: 'withdrawn', openTasks: 0, nextWakeAt: null },
});
const unanswered = ({ projection }: CaseDocument): Partial<CaseDocument> => ({
  projection: {
    ...projection,
    stage: 'unanswered',
    tasks: projection.tasks.map((task) => ({ ...task, status: 'unanswered', rungsPassed: 6, overdue: true })),
  },
});

const actsOf = async ({ _id }: CaseDocument, act: AuditEntry['act']): Promise<AuditEntry[]> =>
  (await web.deps.store.audit.of(_id)).filter((entry) => entry.act === act);
const caseOf = async ({ _id }: CaseDocument): Promise<CaseDocument> =>
  (await web.deps.store.cases.get(_id)) as CaseDocument;

const paths = ['confirmation', 'withdrawal', 'reopening', 'tasks/T1/decision', 'tasks/T1/reply'];
const filled: Readonly<Record<string, object>> = {
  confirmation: {},
  withdrawal: { reason: 'Moved away' },
  reopening: { tasks: ['T1'], reason: 'New facts' },
  'tasks/T1/decision': { decision: 'left-unanswered', reason: 'They said no' },
  'tasks/T1/reply': { text: 'The first' },
};

describe('who may not', () => {
  test.each([
    [spoc, []],
    ['officer@essex-police.example', []],
    ['governance-lead@essex-police.example', []],
    ['spoc@probation.example', []],
    ['housing.officer@thurrock.example', []],
    ['manager@thurrock.example', []],
    ['auditor@thurrock.example', []],
    [cspManager, ['reopening', 'tasks/T1/decision']],
    [officer, ['confirmation', 'withdrawal', 'reopening', 'tasks/T1/reply']],
  ])('%s may on the pages and the API: %j', async (username, allowed) => {
    const document = await stored();
    const browser = await web.signedIn(username);
    const token = await web.token(username);
    for (const path of paths.filter((each) => !allowed.includes(each))) {
      const page = await browser.get(`/cases/${document._id}/${path}`);
      const home = await browser.get('/');
      const sent = await browser.post(`/cases/${document._id}/${path}`, {
        ...hiddenOf(home.text),
        reason: 'x',
        text: 'x',
      });
      const api = web.browser().agent.post(`/api/v1/cases/${document._id}/${path}`);
      const answered = await api.auth(token, { type: 'bearer' }).send(filled[path] ?? {});
      expect([path, page.status, sent.status, answered.status]).toEqual([path, 404, 404, 404]);
    }
    for (const path of allowed) {
      const page = await browser.get(`/cases/${document._id}/${path}`);
      // Possible in this state is only the withdrawal; the others lead back to the case.
      expect([path, page.status]).toEqual([path, path === 'withdrawal' ? 200 : 303]);
    }
    expect(await web.deps.store.audit.of(document._id)).toEqual([]);
  });
});

describe('a closed case', () => {
  test.each(paths.filter((path) => path !== 'reopening'))('%s: refused, and nothing typed is lost', async (path) => {
    const document = await stored(closed);
    const username = path.endsWith('decision') ? cspManager : officer;
    const browser = await web.signedIn(username);
    const page = await browser.get(`/cases/${document._id}/${path}`);
    expect(page.headers['location']).toBe(`/cases/${document._id}`);

    const home = await browser.get('/');
    const typed = { decision: 'left-unanswered', reason: 'A long reason', text: 'A long reply' };
    const sent = await browser.post(`/cases/${document._id}/${path}`, { ...hiddenOf(home.text), ...typed });
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('The case is closed already.');
    if (path.endsWith('reply')) expect(sent.text).toContain('A long reply');
    else if (path !== 'confirmation') expect(sent.text).toContain('A long reason');

    const api = web.browser().agent.post(`/api/v1/cases/${document._id}/${path}`);
    const answered = await api.auth(await web.token(username), { type: 'bearer' }).send(filled[path] ?? {});
    expect([answered.status, (answered.body as { detail: string }).detail]).toEqual([
      409,
      'The case is closed already.',
    ]);
    expect(await web.deps.store.audit.of(document._id)).toEqual([]);
  });
});

describe('an act while Temporal is away', () => {
  test('is on record once however often it is sent, and says that it may still be done', async () => {
    const document = await stored();
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/withdrawal`;
    const page = await browser.get(path);
    expect(page.text).toContain('<li>Essex Police</li>');
    const form = { ...hiddenOf(page.text), reason: 'The neighbour has moved' };
    const sent = await browser.post(path, form);
    expect(sent.status).toBe(503);
    expect(sent.text).toContain('value="The neighbour has moved"');
    expect(sent.text).toContain('What you sent is on record, but the case has not answered yet.');
    expect((await browser.post(path, form)).status).toBe(503);
    const other = await browser.post(path, { ...form, reason: 'Another reason' });
    expect([
      other.status,
      other.text.includes('What was sent first stands'),
      other.text.includes('Another reason'),
    ]).toEqual([409, true, true]);

    const [entry, ...more] = await actsOf(document, 'request-withdrawn');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ waiting: true, by: { account: 'thurrock-officer', via: 'page' } });
    expect(JSON.stringify(entry)).not.toContain('neighbour');
    expect(readNote(document, entry as AuditEntry, web.deps.store)).toBe('The neighbour has moved');
  }, 60_000);

  test('is not done without its record', async () => {
    const document = await stored(closed);
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/reopening`;
    const page = await browser.get(path);
    const away = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('the record is away'));
    const sent = await browser.post(path, { ...hiddenOf(page.text), 'ask-T1': 'yes', reason: 'New facts' });
    away.mockRestore();
    expect(sent.status).toBe(500);
    expect(await caseOf(document)).toMatchObject({ ended: true, run: 1 });
  });
});

describe('a reply', () => {
  const path = ({ _id }: CaseDocument) => `/cases/${_id}/tasks/T1/reply`;

  test('is received, once, and the partner’s clock runs on', async () => {
    const document = await stored();
    await askBack(web.deps.store, document, 1, '2026-04-08T09:00:00.000Z');
    const browser = await web.signedIn(officer);
    const page = await browser.get(path(document));
    expect(page.text).toContain('Which of the two? (1)');
    expect(page.text).toContain('The time to answer is not changed');
    expect((await actsOf(document, 'content-viewed')).at(-1)?.facts).toEqual({ what: ['T1/question/1'] });

    const empty = await browser.post(path(document), { ...hiddenOf(page.text), text: ' ' });
    expect([empty.status, errorsOf(empty.text)]).toEqual([422, ['Enter your reply']]);
    const form = { ...hiddenOf(page.text), text: 'The elder one' };
    const both = await Promise.all([browser.post(path(document), form), browser.post(path(document), form)]);
    expect(both.map(({ headers }) => String(headers['location']))).toEqual([
      `/cases/${document._id}`,
      `/cases/${document._id}`,
    ]);
    const changed = await browser.post(path(document), { ...form, text: 'The younger one' });
    expect([changed.status, changed.text.includes('The younger one')]).toEqual([409, true]);

    const [entry, ...more] = await actsOf(document, 'question-answered');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ key: 'reply/T1/1', facts: { number: 1, clock: null, plan: null }, waiting: true });
    expect((await browser.get(`/cases/${document._id}`)).text).toContain('The elder one');
    const again = await browser.get(path(document));
    expect(again.headers['location']).toBe(`/cases/${document._id}`);
  });

  test('to a question that a colleague has replied to, or that was answered meanwhile, is refused', async () => {
    const document = await stored();
    await askBack(web.deps.store, document, 1, '2026-04-08T09:00:00.000Z');
    const browser = await web.signedIn(officer);
    const page = await browser.get(path(document));
    const form = hiddenOf(page.text);
    await browser.post(path(document), { ...form, text: 'The elder one' });
    const second = await browser.post(path(document), {
      ...form,
      submissionId: '6b1f6f0e-2f5a-4f9c-9d0b-1c2d3e4f5a6b',
      text: 'Both of them',
    });
    expect([second.status, second.text.includes('Both of them')]).toEqual([409, true]);

    await askBack(web.deps.store, document, 2, '2026-04-09T08:00:00.000Z');
    await web.deps.store.audit.append(answerTo(document, web.deps.store, '2026-04-09T08:30:00.000Z'));
    const late = await browser.post(path(document), { ...form, submissionId: '', text: 'Both of them' });
    expect([late.status, late.text.includes('no question that waits')]).toEqual([409, true]);
  });

  test('where the protocol pauses the clock: the days from the question to the reply are left out', async () => {
    const document = await stored(pausing);
    await askBack(web.deps.store, document, 1, '2026-04-08T09:00:00.000Z');
    const browser = await web.signedIn(officer);
    expect((await browser.get(`/cases/${document._id}`)).text).toContain('Clock stopped');
    await browser.send(path(document), { text: 'The elder one' });
    const [entry] = await actsOf(document, 'question-answered');
    // Asked on Wednesday 8, answered on Thursday 9 April: two working days more than Monday 13.
    expect(entry?.facts).toMatchObject({
      clock: { version: 2, dueOn: '2026-04-15' },
      plan: { reason: 'paused', from: '2026-03-26' },
    });
    const page = await browser.get(`/cases/${document._id}`);
    expect(page.text).toContain('Wednesday 15 April 2026');
    expect(page.text).toContain('Earlier dates');
    expect(page.text).toContain('Due by the end of Monday 13 April 2026');

    // Asked again on the day of the reply, which is left out once, and answered on Friday 10.
    await askBack(web.deps.store, document, 2, '2026-04-09T12:00:00.000Z');
    clock.set('2026-04-10T09:00:00.000Z');
    await (await web.signedIn(officer)).send(path(document), { text: 'The elder one, as I said' });
    const [, second] = await actsOf(document, 'question-answered');
    expect(second?.facts).toMatchObject({ clock: { version: 3, dueOn: '2026-04-16' } });
  });

  test('to a question that came when the ladder was finished leaves the clock as it is', async () => {
    const document = await stored((opened) => ({ ...pausing(opened), ...unanswered(opened) }));
    clock.set('2026-06-01T09:00:00.000Z');
    await askBack(web.deps.store, document, 1, '2026-05-29T09:00:00.000Z');
    await (await web.signedIn(officer)).send(path(document), { text: 'The elder one' });
    const [entry] = await actsOf(document, 'question-answered');
    expect(entry?.facts).toMatchObject({ clock: null, plan: null });
  });
});

describe('reopening', () => {
  test('asks those chosen again with a new clock from today, and leaves the others as they stood', async () => {
    const document = await stored(closed);
    const { store } = web.deps;
    const { entry } = await store.audit.append(answerTo(document, store, '2026-04-02T09:00:00.000Z', { task: 'T2' }));
    await store.audit.markSettled([entry._id]);
    const browser = await web.signedIn(officer);
    const path = `/cases/${document._id}/reopening`;
    const page = await browser.get(path);
    // Those without an answer are chosen; ten working days after Thursday 9 April are Thursday 23 April.
    expect(page.text).toMatch(/name="ask-T1"[^>]*checked/);
    expect(page.text).not.toMatch(/name="ask-T2"[^>]*checked/);
    expect(page.text).toContain('Thursday 23 April 2026');

    const nobody = await browser.post(path, { ...hiddenOf(page.text), reason: 'New facts' });
    expect([nobody.status, errorsOf(nobody.text)]).toEqual([422, ['Choose at least one partner to ask again']]);
    expect(nobody.text).toContain('New facts');
    expect(nobody.text).not.toMatch(/name="ask-T1"[^>]*checked/);

    const form = { ...hiddenOf(page.text), 'ask-T1': 'yes', reason: 'New facts' };
    const sent = await Promise.all([browser.post(path, form), browser.post(path, form)]);
    expect(sent.map(({ status }) => status)).toEqual([303, 303]);
    const acts = await actsOf(document, 'case-reopened');
    expect(acts).toHaveLength(1);
    expect(JSON.stringify(acts)).not.toContain('New facts');

    const reopened = await caseOf(document);
    expect(reopened).toMatchObject({ run: 2, ended: false, startedAt: null });
    expect(reopened.tasks[0]).toMatchObject({ answersBefore: 0, linkGeneration: 2 });
    expect(reopened.tasks[0]?.plans.map(({ version, dueOn, reason }) => [version, dueOn, reason])).toEqual([
      [1, '2026-04-13', 'opened'],
      [2, '2026-04-23', 'reopened'],
    ]);
    expect(reopened.tasks[1]?.plans).toHaveLength(1);
    const { tasks, reopened: how, tellsOpener } = reopened.startInput;
    // Whoever has opened it, and opens it again, knows.
    expect(tellsOpener).toBeUndefined();
    expect(tasks.map(({ settled }) => settled?.status)).toEqual([undefined, 'answered']);
    expect(tasks[1]?.settled?.answer).toMatchObject({ version: 1, late: false });
    // Acts on record up to here belong to the opening before; its workflow may still record its last mails.
    expect(how).toMatchObject({ run: 2, after: (acts[0]?.seq ?? 0) - 1 });
    expect(how?.seq).toBe(document.projection.seq);

    const shown = await browser.get(`/cases/${document._id}`);
    expect(shown.text).toContain('You reopened the case.');
    expect(shown.text).toContain('Case reopened');
    expect(shown.text).toContain('New facts');
    const once = await browser.get(path);
    expect(once.headers['location']).toBe(`/cases/${document._id}`);
  });

  test('by somebody else is told to whoever has opened it', async () => {
    const document = await stored(closed);
    const path = `/cases/${document._id}/reopening`;
    const manager = await web.signedIn(cspManager);
    const form = { ...hiddenOf((await manager.get(path)).text), 'ask-T1': 'yes', reason: 'New facts' };
    expect((await manager.post(path, form)).status).toBe(303);
    const reopened = await caseOf(document);
    const state = openCase(reopened.startInput, Date.parse(thursday));
    expect(state.notices).toContainEqual(caseNotice('reopened-2', ['requester']));
    const deps = { ...web.deps, publicUrl: 'https://concordat.thurrock.example' } as unknown as Dependencies;
    const what = { notice: caseNotice('reopened-2', ['requester']), to: 'requester', document: reopened, answer: null, now: thursday as IsoInstant } as const;
    const letter = await composeNotice({ ...what, task: taskOf(what.notice, reopened) }, deps);
    expect([letter.subject, letter.text]).toEqual([`${document._id} Open again`, expect.not.stringContaining('New facts')]);
  });

  test('a partner that answered and is asked again waits for its next version', async () => {
    const document = await stored(closed);
    const { store } = web.deps;
    await store.audit.append(answerTo(document, store, '2026-04-02T09:00:00.000Z'));
    await store.audit.append(answerTo(document, store, '2026-04-02T10:00:00.000Z', { version: 2 }));
    const token = await web.token(officer);
    const post = (body: object) =>
      web.browser().agent.post(`/api/v1/cases/${document._id}/reopening`).auth(token, { type: 'bearer' }).send(body);
    const sent = await post({ tasks: ['T1'], reason: 'Not all of it was there' });
    expect([sent.status, (sent.body as { tasks: { status: string }[] }).tasks.map(({ status }) => status)]).toEqual([
      200,
      ['open', 'left-unanswered'],
    ]);
    expect((await caseOf(document)).tasks[0]).toMatchObject({ answersBefore: 2 });
    expect(
      (await store.audit.of(document._id)).filter(({ act }) => act === 'answer-received').map(answerOf),
    ).toHaveLength(2);
    const open = await post({ tasks: ['T1'], reason: 'Once more' });
    expect([open.status, (open.body as { detail: string }).detail]).toEqual([
      409,
      'The case is open. Only a closed case can be reopened.',
    ]);
  });

  test('by two people at once is done once, and the other is told', async () => {
    const document = await stored(closed);
    const tokens = [await web.token(officer), await web.token(cspManager)];
    const sent = await Promise.all(
      tokens.map((token) =>
        web
          .browser()
          .agent.post(`/api/v1/cases/${document._id}/reopening`)
          .auth(token, { type: 'bearer' })
          .send({ tasks: ['T1'], reason: 'New facts' }),
      ),
    );
    expect(sent.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await actsOf(document, 'case-reopened')).toHaveLength(1);
    expect(await caseOf(document)).toMatchObject({ run: 2 });
  });

  test('a task that is not there, and a partner that has not signed, cannot be asked again', async () => {
    const document = await stored((opened) => ({
      ...closed(opened),
      tasks: opened.tasks.map((task) => (task.id === 'T2' ? { ...task, partner: unsigned() } : task)),
    }));
    const token = await web.token(cspManager);
    const post = (tasks: string[]) =>
      web
        .browser()
        .agent.post(`/api/v1/cases/${document._id}/reopening`)
        .auth(token, { type: 'bearer' })
        .send({ tasks, reason: 'x' });
    expect(await post(['T9']).then(({ body }) => body as object)).toMatchObject({
      status: 422,
      errors: [{ field: 'tasks', message: expect.stringContaining('was not asked in this case') as string }],
    });
    expect(await post(['T1', 'T2']).then(({ body }) => body as object)).toMatchObject({
      status: 422,
      errors: [{ field: 'tasks', message: expect.stringContaining('has not signed the protocol') as string }],
    });
    expect(await caseOf(document)).toMatchObject({ run: 1, ended: true });
  });
});

test.each([
  ['essex-police', 'Essex Police withdrew from the protocol on Thursday 9 April 2026, so it cannot be asked again'],
  ['thurrock', 'Thurrock Council withdrew from the protocol on Thursday 9 April 2026, so it cannot ask'],
  ['probation', undefined],
])('a case is not reopened for a former partner: %s', async (former, message) => {
  const document = await stored(closed);
  const organisations = web.deps.protocol.organisations.map((each) =>
    each.code === former ? { ...each, withdrawnOn: '2026-04-09' as IsoDate } : each,
  );
  const by = { account: 'thurrock-officer', via: 'page', from: null } as const;
  const acting = { document, by, submissionId: 'x', tasks: ['T1'], reason: 'New facts' };
  const background = { run: () => undefined } as unknown as Background;
  const done = await reopen(acting, { ...web.deps, background, protocol: { ...web.deps.protocol, organisations } }).then(
    () => undefined,
    (error: unknown) => (error as Invalid).errors,
  );
  expect(done).toEqual(message === undefined ? undefined : [{ field: 'tasks', message }]);
});

const unsigned = (): string =>
  web.deps.protocol.organisations.find(({ signedFrom }) => signedFrom === null)?.code ?? '';
