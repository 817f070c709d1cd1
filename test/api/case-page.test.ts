/** The page of a case: what it shows of every state, to whom, and that no content is shown without a record of it. */
import type { CaseDocument, PlanReason } from '../../store/cases';
import type { AnswerFacts } from '../../store/answers';
import type { AuditEntry } from '../../store/audit';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { planTask, policyOf } from '../../dispatch/clock';
import { readNote, sealEntry, type AnswerContent } from '../../api/cases/content';
import { informationRequest, answerTo } from '../support/cases';
import { cspManager, officer, SetClock, spoc, startWeb, thursday, type Web } from './support';

let web: Web;
const clock = new SetClock(thursday);
beforeAll(async () => {
  web = await startWeb(clock);
}, 180_000);
afterAll(async () => web.close());
beforeEach(() => clock.set(thursday));

const probationSpoc = 'spoc@probation.example';
const governanceLead = 'governance-lead@essex-police.example';
let made = 200;
async function stored(change: (document: CaseDocument) => Partial<CaseDocument> = () => ({})): Promise<CaseDocument> {
  const { store } = web.deps;
  made += 1;
  const asked = [
    { partner: 'essex-police', categories: ['asb-incidents'] },
    { partner: 'probation', categories: [] },
  ];
  const document = informationRequest(`IR-2026-0${made}`, store, { asked });
  await store.cases.open({ ...document, startedAt: document.openedAt, ...change(document) });
  return (await store.cases.get(document._id)) as CaseDocument;
}
const taskStates =
  (state: Partial<CaseDocument['projection']['tasks'][number]>) =>
  ({ projection }: CaseDocument): Partial<CaseDocument> => ({
    projection: { ...projection, tasks: projection.tasks.map((task) => ({ ...task, ...state })) },
  });

async function answer(
  document: CaseDocument,
  content: Partial<AnswerContent>,
  facts: Partial<AnswerFacts> & { task?: string } = {},
  receivedAt = '2026-04-08T09:00:00.000Z',
): Promise<void> {
  const { store } = web.deps;
  const draft = answerTo(document, store, receivedAt, { kind: 'shared-in-full', ...facts });
  const words = {
    kind: 'shared-in-full',
    shared: '',
    ground: '',
    markingWords: '',
    handling: '',
    givenByName: '',
    ...content,
  } as const;
  await store.audit.append({ ...draft, sealed: sealEntry(document, draft.key, words, store) });
}
async function note(
  document: CaseDocument,
  act: AuditEntry['act'],
  key: string,
  text: string,
  facts: object,
): Promise<void> {
  const { store } = web.deps;
  const by = {
    account: act === 'left-unanswered' ? 'csp-manager' : 'thurrock-officer',
    via: 'page',
    from: null,
  } as const;
  const draft = { chain: document._id, key, at: clock.now(), act, by, task: 'T1', facts: facts as AuditEntry['facts'] };
  await store.audit.append({ ...draft, sealed: sealEntry(document, key, { text }, store) });
}
const show = async (username: string, { _id }: CaseDocument) => (await web.signedIn(username)).get(`/cases/${_id}`);
const viewsOf = async ({ _id }: CaseDocument) =>
  (await web.deps.store.audit.of(_id)).filter(({ act }) => act === 'content-viewed');

test('a mail about something to do is told with whoever has that, by organisation or as the person who was named', async () => {
  const mailed = (step: string) => ({ event: 'notice-sent', at: '2026-04-09T08:00:01.000Z', task: 'T0', step, to: 'spoc' });
  const dueOn = '2026-05-01' as IsoDate;
  const document = await stored(() => ({
    timeline: [mailed('action-overdue-1'), mailed('looking-again-asked-1')] as unknown as CaseDocument['timeline'],
    duties: [
      { id: 'action-1', partner: 'ecfrs', holder: null, dueOn },
      { id: 'looking-again-1', partner: 'thurrock', holder: 'thurrock-officer', dueOn },
    ],
  }));
  const { text } = await show(cspManager, document);
  expect(text).toContain('mailed to the single point of contact of Essex County Fire and Rescue Service');
  expect(text).toContain('mailed to the person who was named for it');
  expect(text).not.toContain('contact of T0');
});

test('a closing that has moved stands in the timeline, and the page says the new day', async () => {
  const [before, closeAt] = ['2026-04-15T23:00:00Z', '2026-04-16T23:00:00Z'];
  const event = { event: 'closing-moved', at: '2026-04-09T08:00:00.000Z', cause: 'bank-holidays-changed', closeAt, before };
  const mailed = { event: 'notice-sent', at: '2026-04-09T08:00:01.000Z', task: 'T0', step: 'closing-moved-7', to: 'requester' };
  const document = await stored((opened) => ({
    timeline: [event, mailed] as unknown as CaseDocument['timeline'],
    projection: { ...opened.projection, stage: 'answered', closeAt: closeAt as IsoInstant },
  }));
  const { text } = await show(cspManager, document);
  expect(text).toContain(
    'The bank holidays have changed: the case closes by itself at the end of Thursday 16 April 2026, and not of Wednesday 15 April 2026',
  );
  expect(text).toContain('News of the day on which the case closes by itself mailed to the person who asked');
  expect(text).toContain('closes by itself at the end of Thursday 16 April 2026, if nobody contests the answers');
});

describe('content', () => {
  const words = /Jordan|neighbour|Two reports|elder|They said no|minutes\.pdf/;

  async function full(): Promise<CaseDocument> {
    const document = await stored();
    await note(document, 'question-asked', 'question/T1/1', 'Which one, the elder?', { number: 1, submissionId: 'q' });
    await note(document, 'question-answered', 'reply/T1/1', 'The elder one', {
      number: 1,
      submissionId: 'r',
      clock: null,
      plan: null,
    });
    await answer(
      document,
      { shared: 'Two reports', handling: 'Shred after reading' },
      {
        marking: 'official-sensitive',
        notToBePassedOn: true,
        notToBeRevealed: true,
        categories: ['asb-incidents'],
      },
    );
    await note(document, 'left-unanswered', 'silence/T2/1', 'They said no', { submissionId: 's' });
    return document;
  }

  test('the CSP manager can ask a partner again whose mail could not be delivered, and decide nothing else yet', async () => {
    const lost = { at: '2026-04-08T09:00:00.000Z', task: 'T1', step: 'request', to: 'spoc' } as const;
    const document = await stored(() => ({
      timeline: [{ event: 'notice-not-delivered', reason: 'no-address', ...lost }] as unknown as CaseDocument['timeline'],
    }));
    const manager = await web.signedIn(cspManager);
    const { text } = await manager.get(`/cases/${document._id}`);
    expect(text).toContain('put a working address in the');
    const decision = await manager.get(`/cases/${document._id}/tasks/T1/decision`);
    expect(decision.text).toContain('value="asked-again"');
    expect(decision.text).not.toContain('value="left-unanswered"');
    expect((await manager.get(`/cases/${document._id}/tasks/T2/decision`)).status).toBe(303);
  });

  test('a partner whose contacts are all away is not said to have no address', async () => {
    const directory = web.deps.store.database.collection('directory');
    const away = (role: string, until: string) => ({ id: role, team: null, role, from: '2026-03-01', until });
    const set = async (absences: readonly object[]) =>
      directory.updateOne({ _id: 'essex-police' as never }, { $set: { absences } });
    const lost = { event: 'notice-not-delivered', at: '2026-04-08T09:00:00.000Z', task: 'T1', step: 'request', to: 'spoc' } as const;
    const document = await stored(() => ({
      timeline: [{ ...lost, reason: 'all-away', until: '2026-04-17' }] as unknown as CaseDocument['timeline'],
    }));
    await set([away('spoc', '2026-04-24'), away('deputy', '2026-04-17')]);
    try {
      const { text } = await (await web.signedIn(cspManager)).get(`/cases/${document._id}`);
      expect(text).toContain('its contact is away until the end of Friday 17 April 2026, and nobody stands in');
      expect(text).toContain(': away until the end of Friday 17 April 2026, and nobody stands in');
      expect(text).not.toContain('no usable address');
    } finally {
      await set([]);
    }
  });

  test('how a partner answered is content: the others of the case see that it did, and when', async () => {
    const document = await stored();
    await answer(document, { kind: 'refused', ground: 'A live investigation' }, { kind: 'refused' });
    const api = async (username: string) =>
      (
        await web
          .browser()
          .agent.get(`/api/v1/cases/${document._id}`)
          .auth(await web.token(username), { type: 'bearer' })
      ).text;
    expect((await show(officer, document)).text).toContain('Refused');
    expect(await api(officer)).toContain('"refused"');
    for (const username of [probationSpoc, cspManager, governanceLead]) {
      const { text } = await show(username, document);
      expect(text).toMatch(/Answered at <strong>10:00am on Wednesday 8 April 2026/);
      expect(text).not.toMatch(/Refused|refused|live investigation/);
      expect(await api(username)).not.toMatch(/"refused"|live investigation/);
    }
  });

  test('is shown whole to the team that asked, with the handling conditions, and the view is on record', async () => {
    const document = await full();
    const { text } = await show(officer, document);
    for (const shown of [
      'Jordan Example',
      'To keep a neighbour safe',
      'Which one, the elder?',
      'The elder one',
      'Two reports',
      'Handling conditions',
      'Marked OFFICIAL-SENSITIVE',
      'Not to be passed on',
      'Not to be revealed to the person concerned',
      'Shred after reading',
      'They said no',
    ]) {
      expect(text).toContain(shown);
    }
    const [view, ...more] = await viewsOf(document);
    expect(more).toEqual([]);
    expect(view).toMatchObject({ by: { account: 'thurrock-officer', via: 'page' } });
    expect(view?.facts['what']).toEqual([
      'request',
      'T1/answer/1',
      'T1/question/1',
      'T1/reply/1',
      expect.stringMatching(/^left-unanswered\//),
    ]);
  });

  test('of one task is shown to its contact, not that of another, nor a reason', async () => {
    const document = await full();
    await answer(document, { shared: 'A supervision file' }, { task: 'T2' });
    const { text } = await show(spoc, document);
    expect(text).toContain('Two reports');
    expect(text).not.toMatch(/supervision|They said no/);
    const other = await show(probationSpoc, document);
    expect(other.text).toContain('supervision');
    expect(other.text).toContain('Jordan Example');
    expect(other.text).not.toMatch(/Two reports|elder|They said no/);
    expect((await viewsOf(document)).map(({ facts }) => facts['what'])).toEqual([
      ['request', 'T1/answer/1', 'T1/question/1', 'T1/reply/1'],
      ['request', 'T2/answer/1'],
    ]);
  });

  test.each([
    'housing.officer@thurrock.example',
    'officer@essex-police.example',
    governanceLead,
    'manager@thurrock.example',
    'auditor@thurrock.example',
  ])('is not shown to %s, who sees that the case exists', async (username) => {
    const document = await full();
    const page = await show(username, document);
    expect(page.status).toBe(200);
    expect(page.text).toContain('shown to those who are assigned to it');
    expect(page.text).not.toMatch(words);
    const api = web.browser().agent.get(`/api/v1/cases/${document._id}`);
    const answered = await api.auth(await web.token(username), { type: 'bearer' });
    expect(JSON.stringify(answered.body)).not.toMatch(words);
    expect(await viewsOf(document)).toEqual([]);
  });

  test('of the CSP manager is the own decision only', async () => {
    const { text } = await show(cspManager, await full());
    expect(text).toContain('They said no');
    expect(text).not.toMatch(/Jordan|neighbour|Two reports|elder/);
  });

  test('is shown by the API with its scope only, and on record', async () => {
    const document = await full();
    const get = async (token: string) =>
      (await web.browser().agent.get(`/api/v1/cases/${document._id}`).auth(token, { type: 'bearer' })).body as {
        content?: { request: object; tasks: object[] };
      };
    expect((await get(await web.token(officer, ['cases:read']))).content).toBeUndefined();
    expect(await viewsOf(document)).toEqual([]);
    const { content } = await get(await web.token(officer));
    expect(content?.request).toMatchObject({ personName: 'Jordan Example', legalBasis: 'public-task' });
    expect(content?.tasks[0]).toMatchObject({
      task: 'T1',
      answers: [{ version: 1, shared: 'Two reports', notToBePassedOn: true }],
    });
    expect(await viewsOf(document)).toMatchObject([{ by: { via: 'api' } }]);
  });

  test('is not shown when the view cannot be put on record', async () => {
    const document = await full();
    const browser = await web.signedIn(officer);
    const token = await web.token(officer);
    const away = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('the record is away'));
    const page = await browser.get(`/cases/${document._id}`);
    const api = await web.browser().agent.get(`/api/v1/cases/${document._id}`).auth(token, { type: 'bearer' });
    away.mockRestore();
    expect(page.status).toBe(503);
    expect(page.text).not.toMatch(words);
    expect(page.text).toContain('only shown when that can be put on record');
    expect([api.status, JSON.stringify(api.body).match(words)]).toEqual([503, null]);
    expect(await viewsOf(document)).toEqual([]);
  });

  test('is opened after the view is on record', async () => {
    const document = await full();
    const browser = await web.signedIn(officer);
    const append = jest.spyOn(web.deps.store.audit, 'append');
    const open = jest.spyOn(web.deps.store.cipher, 'open');
    await browser.get(`/cases/${document._id}`);
    const recorded = append.mock.invocationCallOrder;
    const opened = open.mock.invocationCallOrder;
    append.mockRestore();
    open.mockRestore();
    expect(recorded).toHaveLength(1);
    expect(recorded[0]).toBeLessThan(opened[0] as number);
  });
});

describe('what a task shows', () => {
  test('waiting: who has it, its date, what is sent if nobody answers, and how to withdraw', async () => {
    const { text } = await show(officer, await stored());
    for (const shown of [
      'Waiting for answer',
      'Who has it: The contact.',
      'Monday 13 April 2026',
      'in 2 working days',
      'Withdraw the request',
      'Why this date',
      'What is sent if no answer comes',
      'See this case’s workflow (for managers)',
    ]) {
      expect(text).toContain(shown);
    }
    expect(text).not.toMatch(/Confirm and close|Reopen the case|\/decision/);
  });

  test('its months, and every earlier date with its working, the newest first, each with why it changed', async () => {
    const first = await show(officer, await stored());
    expect(first.text).toContain('<caption>April 2026</caption>');
    expect(first.text).toContain('<span class="govuk-visually-hidden">, not counted: Easter Monday</span>');
    expect(first.text).not.toMatch(/Earlier dates|This date was counted/);

    const policy = policyOf(web.deps.protocol, 'information-request');
    const basis = { holidays: web.deps.holidays.current() };
    const plan = (version: number, reason: PlanReason, from: string) =>
      planTask({ caseRef: 'IR-2026-0001', from: from as IsoDate, version, reason }, policy, basis);
    const { text } = await show(
      officer,
      await stored(({ tasks }) => ({
        tasks: tasks.map((task) =>
          task.id === 'T1'
            ? { ...task, plans: [...task.plans, plan(2, 'paused', '2026-03-30'), plan(3, 'reopened', '2026-04-07')] }
            : task,
        ),
      })),
    );
    const shown = text.replaceAll(/\s+/g, ' ');
    expect(shown).toContain('This date was counted when the case was reopened.');
    const earlier = shown.slice(shown.indexOf('Earlier dates'));
    const [second, opened] = ['Due by the end of Wednesday 15 April 2026', 'Due by the end of Monday 13 April 2026'].map(
      (due) => earlier.indexOf(due),
    );
    expect(second).toBeGreaterThan(0);
    expect(opened).toBeGreaterThan(second as number);
    const reply = 'after a question was answered: the days until the reply are left out';
    expect(earlier).toContain(`Counted ${reply}. Changed when the case was reopened.`);
    expect(earlier).toContain(`Counted when the case was opened. Changed ${reply}.`);
    expect(earlier).toContain('Mon 13 April 2026: day 10, the due date');
  });

  test('passed on, and raised with the governance lead, without a name', async () => {
    const document = await stored((opened) => ({
      ...taskStates({ rungsPassed: 5 })(opened),
      tasks: opened.tasks.map((task) => ({ ...task, holder: 'essex-police-officer' })),
    }));
    const { text } = await show(cspManager, document);
    expect(text).toContain(
      'Who has it: A colleague, to whom it was passed on. It was raised with the information governance lead.',
    );
    expect(text).not.toContain('Community policing officer');
  });

  test('overdue', async () => {
    clock.set('2026-04-15T09:00:00.000Z');
    const { text } = await show(officer, await stored());
    expect(text).toMatch(/govuk-tag--red[^>]*>\s*Overdue/);
    expect(text).toContain('Was due by the end of <strong>Monday 13 April 2026</strong>, 2 working days ago');
  });

  test('a question open, and nobody to decide about it', async () => {
    const document = await stored();
    await note(document, 'question-asked', 'question/T1/1', 'Which one?', { number: 1, submissionId: 'q' });
    const { text } = await show(officer, document);
    expect(text).toContain('Question open');
    expect(text).toContain(`/cases/${document._id}/tasks/T1/reply`);
    expect(text).toContain('Essex Police asked a question back');
    expect((await show(spoc, document)).text).not.toContain('/reply');
  });

  test('the ladder finished: the CSP manager decides', async () => {
    clock.set('2026-06-01T09:00:00.000Z');
    const document = await stored(taskStates({ status: 'unanswered', rungsPassed: 7, overdue: true }));
    const { text } = await show(cspManager, document);
    expect(text).toContain('Unanswered: to decide');
    expect(text).toContain(`/cases/${document._id}/tasks/T1/decision`);
    const asker = (await show(officer, document)).text;
    expect([asker.includes('/decision'), asker.includes('to decide'), asker.includes('The CSP manager decides how it goes on.')]).toEqual([false, false, true]);
  });

  test('left unanswered, and answered late and corrected twice, with the earlier versions', async () => {
    const document = await stored((opened) => ({
      projection: {
        ...opened.projection,
        tasks: opened.projection.tasks.map((task) => ({
          ...task,
          status: task.id === 'T1' ? 'open' : 'left-unanswered',
        })),
      },
    }));
    clock.set('2026-04-20T09:00:00.000Z');
    await answer(document, { shared: 'First words' }, {}, '2026-04-14T09:00:00.000Z');
    await answer(document, { shared: 'Second words' }, { version: 2 }, '2026-04-14T10:00:00.000Z');
    await answer(document, { shared: 'Third words' }, { version: 3 }, '2026-04-14T11:00:00.000Z');
    const { text } = await show(officer, document);
    for (const shown of [
      'Answered late',
      'Corrected twice',
      'Left unanswered',
      'The answer, version 3',
      'Earlier versions of the answer',
      'First words',
      'Confirm and close',
    ]) {
      expect(text).toContain(shown);
    }
    expect(text.indexOf('Third words')).toBeLessThan(text.indexOf('Second words'));
    const metadata = await show(cspManager, document);
    expect(metadata.text).toContain('Corrected twice');
    expect(metadata.text).not.toMatch(/words/);
  });

  test('an answer by telephone: who gave it, how, and who put it on record', async () => {
    const document = await stored();
    await answer(
      document,
      { shared: 'Two reports', givenByName: 'Sergeant Example' },
      { givenBy: 'telephone', recordedBy: 'requester' },
    );
    const { text } = await show(officer, document);
    expect(text).toContain('By telephone, by Sergeant Example');
    expect(text).toContain('By the partner that asked');
    expect((await show(cspManager, document)).text).not.toContain('Sergeant');
  });

  test('a partner without a usable address, and a case whose clock may have stopped', async () => {
    const { store } = web.deps;
    const document = await stored();
    const shown = await show(officer, document);
    expect(shown.text).not.toMatch(/cannot be reached|may have stopped/);
    for (const role of ['spoc', 'deputy'] as const) {
      const { address } = await store.directory.resolve({
        partner: 'probation',
        team: null,
        role,
        on: '2026-04-09' as never,
      });
      if (address !== null) await store.directory.noteRefusal(address, clock.now());
    }
    await store.signs.noteWatchdog(clock.now(), [document._id]);
    const { text } = await show(officer, document);
    await store.signs.noteWatchdog(clock.now(), []);
    expect(text).toContain('The Probation Service cannot be reached: no usable address');
    expect(text).not.toContain('Essex Police cannot be reached');
    expect(text).toContain('Its clock may have stopped; the operator was told.');
  });
});

test('a closed case says how it ended, and takes no act but the reopening', async () => {
  const document = await stored(({ projection }) => ({
    ended: true,
    projection: { ...projection, stage: 'closed', outcome: 'withdrawn', openTasks: 0, nextWakeAt: null },
  }));
  const { text } = await show(officer, document);
  expect(text).toContain('The case is closed: the request was withdrawn.');
  expect(text).toContain('Reopen the case');
  expect(text).toContain('Not answered');
  expect(text).not.toMatch(/Withdraw the request|>\s*Answer\s*</);
  const holder = await show(spoc, document);
  expect(holder.text).not.toMatch(/Reopen the case|\/answer"/);
  expect((await web.browser().get(`/cases/${document._id}`)).status).toBe(303);
  expect(readNote(document, { key: 'none', sealed: null }, web.deps.store)).toBe('');
});

test('the workflow that is linked is that of the running opening', async () => {
  const { text } = await show(officer, await stored(() => ({ run: 2 })));
  expect(text).toMatch(/\/workflows\/IR-2026-0\d+-2"/);
});
