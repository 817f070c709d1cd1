import { setTimeout as sleep } from 'node:timers/promises';
import { createActivities } from '../../activities';
import type { IsoInstant } from '../../config/clock';
import { processes } from '../../config/processes';
import { MailNotTaken } from '../../mail';
import type { Store } from '../../store';
import type { AuditEntry, AuditFacts } from '../../store/audit';
import type { CaseDocument, TaskPlan } from '../../store/cases';
import type { Notice, WorkOrder } from '../../workflows/shared/contract';
import { answerTo, informationRequest, openedAt, received } from '../support/cases';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { office, type Office } from './support/office';

const spoc = 'spoc@essex-police.example';
const deputy = 'deputy@essex-police.example';
const officer = 'officer@thurrock.example';
const instant = (text: string) => text as IsoInstant;

describeWithDatabase('carrying out what a case orders', () => {
  let running: TestStore;
  let store: Store;
  let deps: Office;
  let document: CaseDocument;
  let number = 0;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
    await store.accounts.save({
      _id: 'thurrock-officer',
      username: officer,
      displayName: 'Community safety officer, Thurrock Council',
      partner: 'thurrock',
      teams: ['environment'],
      roles: ['staff'],
      passwordHash: '',
    });
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    deps = office(store, openedAt);
    // A refused address is not used again: each test begins with none.
    await store.database.collection('directory').updateMany({}, { $set: { refused: [] } });
    const caseRef = `IR-2026-${String((number += 1)).padStart(4, '0')}`;
    ({ document } = await store.cases.open(informationRequest(caseRef, store)));
  });

  const planOf = ({ tasks }: CaseDocument): TaskPlan => {
    const plan = tasks[0]?.plans[0];
    if (plan === undefined) throw new Error('The case has no plan.');
    return plan;
  };
  const request: Notice = { task: 'T1', step: 'request', clockVersion: 1, to: ['spoc'], chase: false };
  const reminder: Notice = {
    task: 'T1',
    step: 'reminder',
    clockVersion: 1,
    to: ['spoc'],
    chase: true,
    supersededAt: instant('2026-04-13T08:05:00.000Z'),
  };
  const escalation: Notice = { ...reminder, step: 'escalate-deputy', to: ['spoc', 'deputy'] };
  const answered: Notice = { ...request, step: 'answer-received-1', to: ['requester'] };

  const order = (seq: number, notices: readonly Notice[], changes: Partial<WorkOrder> = {}): WorkOrder => ({
    caseRef: document._id,
    projection: { ...document.projection, seq },
    words: [],
    events: [{ event: 'request-sent', at: openedAt, task: 'T1' }],
    notices,
    ...changes,
  });
  const carryOut = (what: WorkOrder) => createActivities(deps).carryOut(what);
  const waiting = async (): Promise<number> => (await store.mailLedger.figures(deps.clock.now())).waiting;
  const kept = async (): Promise<CaseDocument> => {
    const found = await store.cases.get(document._id);
    if (found === null) throw new Error('The case is gone.');
    return found;
  };

  it('records the state before the first mail leaves', async () => {
    let recorded: number | undefined;
    deps.transport.meanwhile = async () => {
      recorded = (await kept()).projection.seq;
    };
    expect(await carryOut(order(1, [request]))).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    expect(recorded).toBe(1);
    expect(deps.transport.list).toEqual([
      `${spoc}: ${document._id} Information request: answer due Monday 13 April 2026`,
    ]);
    expect((await kept()).timeline.map(({ event }) => event)).toEqual(['request-sent', 'notice-sent']);
  });

  it('notes what a try before it has sent, though it has no point any more', async () => {
    deps.transport.meanwhile = ({ to }) => (to === deputy ? Promise.reject(new Error('the worker was killed')) : Promise.resolve());
    await expect(carryOut(order(1, [request, escalation]))).rejects.toThrow('the worker was killed');
    expect((await kept()).timeline.map(({ event }) => event)).toEqual(['request-sent']);
    await store.audit.append(answerTo(document, store, '2026-03-26T10:00:10.000Z'));
    expect(await carryOut(order(1, [request, escalation]))).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    expect((await kept()).timeline.map((entry) => ('step' in entry ? `${entry.step} ${entry.to}` : entry.event))).toEqual([
      'request-sent',
      'request spoc',
      'escalate-deputy spoc',
    ]);
  });

  it.each([
    ['its address was refused since', () => store.directory.noteRefusal(deputy, openedAt), ['spoc', 'deputy']],
    [
      'whom it went to has a stand-in now who has had it, too',
      async () => {
        const entry = await store.directory.get('essex-police');
        const absences = [{ team: null, role: 'spoc', from: '2026-03-01', until: '2026-12-31' }];
        await store.database.collection('directory').updateOne({ _id: entry?._id as never }, { $set: { absences } });
      },
      ['spoc', 'deputy'],
    ],
  ] as const)('notes what a try before it has sent, though %s', async (_what, change, noted) => {
    const settle = jest.spyOn(store.cases, 'recordMails').mockRejectedValueOnce(new Error('the worker was killed'));
    await expect(carryOut(order(1, [escalation]))).rejects.toThrow('the worker was killed');
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([spoc, deputy]);
    await change();
    try {
      expect(await carryOut(order(1, [escalation]))).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    } finally {
      settle.mockRestore();
      await store.database.collection('directory').updateMany({}, { $set: { absences: [] } });
    }
    expect((await kept()).timeline.flatMap((entry) => (entry.event === 'notice-sent' ? [entry.to] : []))).toEqual(noted);
    expect(deps.transport.taken).toHaveLength(2);
  });

  it.each([
    ['withdrawal', 1],
    ['information-request', 0],
  ] as const)('that a case of %s was withdrawn is told to whoever has answered: %d mails', async (process, mails) => {
    const caseRef = `${processes[process].prefix}-2026-${String((number += 1)).padStart(4, '0')}`;
    const terms = { withdraws: 'essex-police', receivedOn: '2026-03-26', lastDay: '2026-04-23', formerFrom: '2026-04-24' };
    ({ document } = await store.cases.open({ ...informationRequest(caseRef, store), process, terms, title: 'Essex Police withdraws from the protocol' }));
    await store.audit.append(answerTo(document, store, '2026-03-26T10:00:00.000Z'));
    await carryOut(order(1, [{ ...request, step: 'withdrawn' }], { events: [] }));
    expect(deps.transport.taken.map(({ to }) => to)).toEqual(Array.from({ length: mails }, () => spoc));
  });

  it('sends nothing twice when it is repeated, wherever the try before it ended', async () => {
    const orders = order(1, [request, escalation]);
    deps.transport.meanwhile = ({ to }) =>
      to === deputy ? Promise.reject(new Error('the worker was killed')) : Promise.resolve();
    await expect(carryOut(orders)).rejects.toThrow('the worker was killed');
    deps.transport.meanwhile = () => Promise.resolve();

    // Within the lease of the mail that hangs it is left alone; the others are known as sent.
    expect(await carryOut(orders)).toEqual({ seq: 1, deferred: [{ ...escalation, to: ['deputy'] }], undeliverable: [] });
    await carryOut(orders);
    deps.at('2026-03-26T10:02:00.000Z');
    await carryOut(order(2, [{ ...escalation, to: ['deputy'] }], { events: [] }));
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([spoc, spoc, deputy]);
    expect((await kept()).timeline.map((entry) => ('step' in entry ? `${entry.step} ${entry.to}` : entry.event))).toEqual([
      'request-sent',
      'request spoc',
      'escalate-deputy spoc',
      'escalate-deputy deputy',
    ]);
  });

  it('knows as sent what a try before it has been sending until now', async () => {
    let isTaken: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (isTaken = resolve));
    const begun = new Promise<void>((resolve) => {
      deps.transport.meanwhile = () => {
        resolve();
        return taken;
      };
    });
    const first = carryOut(order(1, [request]));
    await begun;
    const second = carryOut(order(1, [request]));
    await sleep(300);
    isTaken();
    expect(await second).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    await first;
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([spoc]);
  });

  it('sends no more in a try that was given up, and the rest in the next', async () => {
    let isGivenUp = false;
    deps.transport.meanwhile = () => Promise.resolve(void (isGivenUp = true));
    const given = createActivities({ ...deps, isGivenUp: () => isGivenUp });
    await expect(given.carryOut(order(1, [request, escalation]))).rejects.toThrow('is given up here');
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([spoc]);
    await carryOut(order(1, [request, escalation]));
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([spoc, spoc, deputy]);
  });

  it('chases by no old date once the store has another one, and by the same date goes on', async () => {
    const plan = planOf(document);
    await store.cases.addPlan(document._id, 'T1', { ...plan, version: 2, reason: 'bank-holidays-changed' });
    await carryOut(order(1, [reminder]));
    await store.cases.addPlan(document._id, 'T1', { ...plan, version: 3, reason: 'extended', dueOn: '2026-04-27' as typeof received, dueAt: '2026-04-27T23:00:00Z' as typeof plan.dueAt });
    const again = { ...reminder, step: 'asked-again-4' };
    expect(await carryOut(order(2, [{ ...escalation, clockVersion: 2 }, again, request]))).toEqual({ seq: 2, deferred: [], undeliverable: [] });
    expect(deps.transport.list).toEqual([
      `${spoc}: ${document._id} Reminder: answer due Monday 13 April 2026`,
      `${spoc}: ${document._id} Asked again: answer due Monday 27 April 2026`,
      `${spoc}: ${document._id} Information request: answer due Monday 27 April 2026`,
    ]);
  });

  it('tells of each move the dates that it was sent for, though the date has moved again', async () => {
    const plan = planOf(document);
    for (const [version, dueOn, reason] of [[2, '2026-04-27', 'extended'], [3, '2026-04-29', 'corrected']] as const) {
      await store.cases.addPlan(document._id, 'T1', { ...plan, version, reason, dueOn: dueOn as typeof received });
    }
    const moved: Notice = { ...request, step: 'clock-moved', clockVersion: 2, to: ['spoc', 'requester'] };
    await carryOut(order(1, [moved, { ...moved, clockVersion: 3 }]));
    await carryOut(order(2, [moved, { ...moved, clockVersion: 3 }]));
    expect(deps.transport.list.map((line) => line.replace(`${document._id} `, ''))).toEqual([
      `${spoc}: New date: answer due Monday 27 April 2026, not Monday 13 April 2026`,
      `${officer}: New date: answer due Monday 27 April 2026, not Monday 13 April 2026`,
      `${spoc}: New date: answer due Wednesday 29 April 2026, not Monday 27 April 2026`,
      `${officer}: New date: answer due Wednesday 29 April 2026, not Monday 27 April 2026`,
    ]);
  });

  it('speaks of a clock that stood still only in the mail of the reply that moved it', async () => {
    const plan = planOf(document);
    await store.cases.addPlan(document._id, 'T1', { ...plan, version: 2, reason: 'paused', dueOn: '2026-04-15' as typeof received });
    for (const [reply, version] of [[1, 2], [2, null]] as const) {
      await store.audit.append({
        chain: document._id,
        key: `reply/${reply}`,
        at: openedAt,
        act: 'question-answered',
        by: { account: null, via: 'page', from: null },
        task: 'T1',
        facts: { number: reply, clock: version === null ? null : { version } },
      });
    }
    await carryOut(order(1, [1, 2].map((reply): Notice => ({ ...request, step: `reply-${reply}`, clockVersion: 2 }))));
    const texts = deps.transport.taken.map(({ text }) => text);
    expect(texts.map((text) => text.includes('it is now due by the end of Wednesday 15 April 2026'))).toEqual([true, false]);
    // Whoever else was told the old date: the old one, the new one, and why.
    await carryOut(order(2, [{ ...request, step: 'clock-moved', clockVersion: 2, to: ['requester', 'deputy'] }]));
    const [requester, deputy] = deps.transport.taken.slice(2);
    for (const [mail, words] of [[requester, 'The answer of Essex Police is'], [deputy, 'Your answer is']] as const) {
      expect(mail?.subject).toBe(`${document._id} New date: answer due Wednesday 15 April 2026, not Monday 13 April 2026`);
      expect(mail?.text.replace(/\s+/g, ' ')).toContain(`${words} due on another day`);
      expect(mail?.text.replace(/\s+/g, ' ')).toContain(
        'The clock stood still while Essex Police waited for the reply to a question. The answer was due by the end of Monday ' +
          '13 April 2026. It is now due by the end of Wednesday 15 April 2026.',
      );
    }
  });

  it('mails again after a change of the clock, and the same link', async () => {
    await carryOut(order(1, [reminder]));
    await carryOut(order(2, [{ ...reminder, clockVersion: 2 }]));
    expect(deps.transport.taken).toHaveLength(2);
    const links = deps.transport.taken.map(({ text }) => /https:\/\/concordat\.example\/t\/\S+/.exec(text)?.[0]);
    expect(links[0]).toBeDefined();
    expect(links[1]).toBe(links[0]);
  });

  it('does not put back a newer state, and sends what the older order asks all the same', async () => {
    await carryOut(order(5, []));
    await carryOut(order(4, [request]));
    expect((await kept()).projection.seq).toBe(5);
    expect(deps.transport.taken).toHaveLength(1);
  });

  it('drops a chase whose next rung has come', async () => {
    deps.at('2026-04-13T08:04:59.999Z');
    await carryOut(order(1, [reminder]));
    expect(deps.transport.taken).toHaveLength(1);
    deps.at('2026-04-13T08:05:00.000Z');
    expect(await carryOut(order(2, [{ ...reminder, step: 'late' }]))).toEqual({ seq: 2, deferred: [], undeliverable: [] });
    expect(deps.transport.taken).toHaveLength(1);
  });

  it('chases nobody whose answer is stored, whether or not the workflow has it', async () => {
    await store.audit.append(answerTo(document, store, '2026-03-27T10:00:00.000Z'));
    expect(await carryOut(order(1, [request, reminder, escalation]))).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    expect(deps.transport.taken).toHaveLength(0);
    await carryOut(order(2, [answered]));
    expect(deps.transport.list).toEqual([`${officer}: ${document._id} Answered by Essex Police`]);
  });

  it('chases nobody whose answer comes while the mail is claimed', async () => {
    const claim = store.mailLedger.claim.bind(store.mailLedger);
    const slow = jest.spyOn(store.mailLedger, 'claim').mockImplementationOnce(async (...args) => {
      await store.audit.append(answerTo(document, store, '2026-03-27T10:00:00.000Z'));
      return claim(...args);
    });
    const before = await waiting();
    expect(await carryOut(order(1, [reminder]))).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    slow.mockRestore();
    expect(deps.transport.taken).toHaveLength(0);
    // Nobody is called for a mail that waits for nothing.
    expect(await waiting()).toBe(before);
  });

  it('counts a mail that the server would not take as waiting, until its answer has come', async () => {
    const before = await waiting();
    deps.transport.meanwhile = () => Promise.reject(new MailNotTaken(false, undefined));
    expect(await carryOut(order(1, [request]))).toMatchObject({ deferred: [request] });
    expect(await waiting()).toBe(before + 1);
    await store.audit.append(answerTo(document, store, '2026-03-27T10:00:00.000Z'));
    expect(await carryOut(order(2, [request], { events: [] }))).toEqual({ seq: 2, deferred: [], undeliverable: [] });
    expect(await waiting()).toBe(before);
  });

  it('chases nobody whose answer comes while the mail before is on its way', async () => {
    deps.transport.meanwhile = async () => {
      await store.audit.append(answerTo(document, store, '2026-03-27T10:00:00.000Z'));
    };
    expect(await carryOut(order(1, [escalation]))).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([spoc]);
  });

  it('says whom it cannot reach and why, on the timeline too; of one partner it is raised once, and the letter names all', async () => {
    await store.database.collection('directory').updateOne({ _id: 'essex-police' as never }, { $set: { 'contacts.deputy': null } });
    deps.transport.refused.add(spoc);
    expect(await carryOut(order(1, [escalation]))).toEqual({
      seq: 1,
      deferred: [],
      undeliverable: [{ notice: escalation, to: 'spoc', reason: 'address-refused' }],
    });
    await carryOut(order(2, [{ ...escalation, step: 'not-delivered-escalate-deputy-spoc', to: ['csp-manager'] }]));
    expect(deps.transport.taken.map(({ text }) => text)).toEqual([expect.stringContaining('It was for the contact and the deputy of the contact.')]);
    await store.database.collection('directory').updateOne({ _id: 'essex-police' as never }, { $set: { 'contacts.deputy': deputy } });
    // The address is not tried again: with no deputy either, nobody is there to be mailed; with one, the deputy is.
    expect(await store.directory.resolve({ partner: 'essex-police', team: null, role: 'spoc', on: received })).toMatchObject({
      address: deputy,
      because: 'no-address',
    });
    const undelivered = { event: 'notice-not-delivered', at: openedAt, task: 'T1', step: 'escalate-deputy' };
    expect((await kept()).timeline.slice(1, 3)).toEqual([
      { ...undelivered, to: 'spoc', reason: 'address-refused' },
      { ...undelivered, to: 'deputy', reason: 'no-address' },
    ]);
  });

  it('tells that all are away from that there is no address, and until when', async () => {
    const directory = store.database.collection('directory');
    const away = (role: string, until: string) => ({ id: role, team: null, role, from: '2026-03-01', until });
    const set = async (absences: readonly object[]) =>
      directory.updateOne({ _id: 'essex-police' as never }, { $set: { absences } });
    await set([away('spoc', '2026-04-17'), away('deputy', '2026-04-03')]);
    try {
      const { undeliverable } = await carryOut(order(1, [request]));
      expect(undeliverable).toEqual([{ notice: request, to: 'spoc', reason: 'all-away' }]);
      expect((await kept()).timeline.at(-1)).toMatchObject({ event: 'notice-not-delivered', reason: 'all-away', until: '2026-04-03' });
      await carryOut(order(2, [{ ...request, step: 'not-delivered-request-spoc', to: ['csp-manager'] }]));
      expect(deps.transport.taken.at(-1)?.text).toContain('is away until the end of Friday 3 April 2026, and nobody stands in');
    } finally {
      await set([]);
    }
  });

  it('says who was reached, of those of a partner to whom the same mail went: only the others are named', async () => {
    deps.transport.refused.add(spoc);
    await carryOut(order(1, [escalation]));
    await carryOut(order(2, [{ ...escalation, step: 'not-delivered-escalate-deputy-spoc', to: ['csp-manager'] }]));
    expect(deps.transport.taken.at(-1)?.text).toContain('It was for the contact. There is no address that works');
    await carryOut(order(3, [{ ...answered, step: 'not-delivered-answer-received-1-requester', to: ['csp-manager'] }]));
    expect(deps.transport.taken.at(-1)?.subject).toContain('Not delivered: whoever opened the request cannot be reached by mail');
  });

  it('says so when the account that asked is gone', async () => {
    const asked = { ...informationRequest('IR-2027-0001', store, { openedBy: 'gone' }) };
    await store.cases.open(asked);
    const { undeliverable } = await carryOut({ ...order(1, [answered]), caseRef: asked._id });
    expect(undeliverable).toEqual([{ notice: answered, to: 'requester', reason: 'no-address' }]);
  });

  it('gives back what the mail server would not take now, and only that', async () => {
    deps.transport.notNow.add(deputy);
    expect(await carryOut(order(1, [request, escalation]))).toEqual({
      seq: 1,
      deferred: [{ ...escalation, to: ['deputy'] }],
      undeliverable: [],
    });
    deps.transport.notNow.clear();
    await carryOut(order(2, [{ ...escalation, to: ['deputy'] }]));
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([spoc, spoc, deputy]);
  });

  it.each([
    // Good Friday and Easter Monday are not counted: Tue 7, Wed 8, Thu 9, Fri 10, Mon 13 April.
    ['2026-04-02T12:30:00.000Z', '2026-04-13T23:00:00Z'],
    // Half past midnight on Wed 1 July in London: Thu 2, Fri 3, Mon 6, Tue 7, Wed 8 July.
    ['2026-06-30T23:30:00.000Z', '2026-07-08T23:00:00Z'],
    // In winter the day ends at midnight UTC: Thu 3, Fri 4, Mon 7, Tue 8, Wed 9 December 2026 after Wed 2.
    ['2026-12-02T09:00:00.000Z', '2026-12-10T00:00:00Z'],
  ])('counts five working days from an answer received at %s', async (closeAfter, closeAt) => {
    const report = await carryOut(order(1, [], { closeAfter: instant(closeAfter) }));
    expect(report).toEqual({ seq: 1, deferred: [], undeliverable: [], closeAt });
    expect(await kept()).toMatchObject({ projection: { closeAt, nextWakeAt: closeAt }, nextWakeAt: new Date(closeAt) });
  });

  it('counts by what the protocol said when the case was opened', async () => {
    const policy = { ...document.policy, closesAfter: { workingDays: 1 } };
    await store.database.collection<CaseDocument>('cases').updateOne({ _id: document._id }, { $set: { policy } });
    const report = await carryOut(order(1, [], { closeAfter: instant('2026-06-10T09:00:00.000Z') }));
    expect(report.closeAt).toBe('2026-06-11T23:00:00Z');
  });

  it('gives a case that was closed meanwhile no second closing', async () => {
    const closed = { ...document.projection, seq: 1, outcome: 'answers-confirmed', nextWakeAt: null };
    const report = await carryOut(
      order(1, [answered], { projection: closed, closeAfter: instant('2026-04-02T12:30:00.000Z') }),
    );
    expect(report).toEqual({ seq: 1, deferred: [], undeliverable: [] });
    expect(await kept()).toMatchObject({ ended: true, nextWakeAt: null, projection: { closeAt: null } });
    expect(deps.transport.taken).toHaveLength(1);
  });

  it('puts nothing into a mail of whom the request is about', async () => {
    await store.audit.append(answerTo(document, store, '2026-03-27T10:00:00.000Z'));
    const toTheTop: Notice = { ...answered, step: 'not-delivered-request-spoc', to: ['csp-manager'] };
    await carryOut(order(1, [answered, toTheTop]));
    expect(deps.transport.taken).toHaveLength(2);
    expect(JSON.stringify(deps.transport.taken)).not.toMatch(/Jordan|Nothing held/);
  });

  it('fails, to be tried again, when the store has no such case', async () => {
    await expect(carryOut({ ...order(1, [request]), caseRef: 'IR-2026-9999' })).rejects.toThrow(
      'The store has no case IR-2026-9999, but its workflow runs.',
    );
  });

  it('gives the workflow what waits for it, and no more what it was told', async () => {
    const first = await store.audit.append(answerTo(document, store, '2026-03-27T10:00:00.000Z'));
    const correction = answerTo(document, store, '2026-03-27T11:00:00.000Z', { version: 2, kind: 'refused' });
    await store.audit.append(correction);
    await store.audit.markSettled([first.entry._id]);
    expect(await createActivities(deps).storedMessages(document._id, { run: 1, after: 0, numbers: [1] })).toEqual([
      {
        seq: 2,
        at: '2026-03-27T11:00:00.000Z',
        type: 'answer',
        task: 'T1',
        answer: { version: 2, kind: 'refused', receivedAt: '2026-03-27T11:00:00.000Z' },
      },
    ]);
  });

  it('has what waits in the store before the workflow hears of it, with what follows: woken by a timer, that can be quicker than who recorded it', async () => {
    const by = { account: 'somebody', via: 'page', from: null } as const;
    const draft = { chain: document._id, key: 'correction/1/decided', at: openedAt, act: 'correction-confirmed', by, facts: { number: 1, from: '2026-03-24' }, waiting: true } as const;
    const { entry } = await store.audit.append(draft);
    const heard = await createActivities(deps).storedMessages(document._id, { run: 1, after: 0, numbers: [] });
    expect(heard).toMatchObject([{ seq: entry.seq + 1, type: 'clock-moved', task: 'T1', clock: { version: 2 } }]);
    expect((await kept()).tasks[0]?.plans.map(({ version, from }) => [version, from])).toEqual([[1, '2026-03-26'], [2, '2026-03-24']]);
    // So it is although the case gives its word before whoever recorded it goes on.
    const words = heard.map(({ seq }) => ({ seq, rejection: null }));
    const moved: Notice = { ...request, step: 'clock-moved', clockVersion: 2 };
    expect(await carryOut(order(1, [moved], { words }))).toMatchObject({ deferred: [] });
    expect(deps.transport.taken).toHaveLength(1);
  });

  it('gives a workflow that knows of nothing any more what it had taken in its opening, and not what it had refused', async () => {
    const put = async (key: string, act: AuditEntry['act'], facts: AuditFacts = {}) =>
      (await store.audit.append({ chain: document._id, key, at: openedAt, act, by: { account: 'somebody', via: 'page', from: null }, task: 'T1', facts })).entry;
    await put('opened', 'case-opened');
    const taken = await put('question/T1/1', 'question-asked', { number: 1 });
    const refused = await put('left/T1', 'left-unanswered');
    await put('refused/3', 'act-refused', { act: refused.act, seq: refused.seq, rejection: 'LadderNotFinished' });
    await put('viewed', 'content-viewed');
    await put('reopened/2', 'case-reopened', { next: { run: 2 } });
    const ofTheNext = await put('question/T1/2', 'question-asked', { number: 2 });
    const told = async (run: number, after: number) => createActivities(deps).storedMessages(document._id, { run, after, numbers: [] });
    expect(await told(1, 0)).toEqual([{ seq: taken.seq, at: openedAt, type: 'question', task: 'T1', number: 1, takenBefore: true }]);
    expect((await told(2, 5)).map(({ seq }) => seq)).toEqual([ofTheNext.seq]);
  });

  describe('the words of the case', () => {
    const moved = async (): Promise<AuditEntry> => {
      const plan: TaskPlan = { ...planOf(document), version: 2, reason: 'extended' };
      await store.cases.addPlan(document._id, 'T1', plan);
      const { entry } = await store.audit.append({
        chain: document._id,
        key: 'clock/T1/2',
        at: openedAt,
        act: 'clock-extended',
        by: { account: 'somebody', via: 'page', from: null },
        task: 'T1',
        facts: { plan } as unknown as AuditFacts,
        waiting: true,
      });
      return entry;
    };
    const versions = async () => (await kept()).tasks[0]?.plans.map(({ version }) => version);
    const refusals = async () => (await store.audit.of(document._id, 'act-refused')).map(({ facts }) => facts);

    it('settle an act that it has taken, with what it has changed in the store by then', async () => {
      const entry = await moved();
      const settling = jest.spyOn(store.audit, 'markSettled');
      const recording = jest.spyOn(store.cases, 'record');
      await carryOut(order(1, [], { words: [{ seq: entry.seq, rejection: null }] }));
      expect(recording.mock.invocationCallOrder[0]).toBeLessThan(settling.mock.invocationCallOrder[0] ?? 0);
      expect(await store.audit.waitingOf(document._id)).toEqual([]);
      expect([await versions(), await refusals()]).toEqual([[1, 2], []]);
    });

    it('put on record what it refuses, and take it back, although the process died before it was done', async () => {
      const entry = await moved();
      const what = order(1, [], { words: [{ seq: entry.seq, rejection: 'AlreadyAnswered' }] });
      const dropping = jest.spyOn(store.cases, 'dropPlan').mockRejectedValueOnce(new Error('the process died'));
      await expect(carryOut(what)).rejects.toThrow('the process died');
      expect((await store.audit.waitingOf(document._id)).map(({ _id }) => _id)).toEqual([entry._id]);
      dropping.mockRestore();
      await carryOut(what);
      await carryOut(what);
      expect([await versions(), await refusals()]).toEqual([
        [1],
        [{ act: 'clock-extended', seq: entry.seq, rejection: 'AlreadyAnswered' }],
      ]);
      expect(await store.audit.waitingOf(document._id)).toEqual([]);
    });

    it('on an act that is not on record any more stop no clock', async () => {
      const report = await carryOut(order(1, [request], { words: [{ seq: 41, rejection: 'CaseEnded' }] }));
      expect(report.deferred).toEqual([]);
      expect(deps.transport.taken).toHaveLength(1);
      expect(await refusals()).toEqual([]);
    });
  });

  it('says what the store took in the instant before a case closed, so that the requester hears of it', async () => {
    const closed = { ...document.projection, seq: 1, outcome: 'closed-unanswered', nextWakeAt: null };
    await store.audit.append(answerTo(document, store, '2026-03-27T10:00:00.000Z'));
    const report = await carryOut(order(1, [], { projection: closed, closes: true }));
    expect(report.lastMessages).toMatchObject([{ type: 'answer', task: 'T1', seq: 1 }]);
  });

  it('mails the person a task was passed on to, and its team before its partner', async () => {
    await store.cases.passOn(document._id, 'T1', { team: null, holder: 'thurrock-officer', generation: 2 });
    const passed: Notice = { ...request, step: 'passed-on-2' };
    await carryOut(order(1, [passed]));
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([officer]);
  });

  it('mails a deputy who stands in for an absent contact once, though a rung names both', async () => {
    const entries = store.database.collection<{ _id: string }>('directory');
    const absence = { id: 'a', team: null, role: 'spoc', from: '2026-03-26', until: '2026-03-27' };
    await entries.updateOne({ _id: 'essex-police' }, { $set: { absences: [absence] } });
    await carryOut(order(1, [request, escalation]));
    await entries.updateOne({ _id: 'essex-police' }, { $set: { absences: [] } });
    expect(deps.transport.taken.map(({ to }) => to)).toEqual([deputy, deputy]);
  });
});
