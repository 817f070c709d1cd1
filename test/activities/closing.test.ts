/** The day on which an answered case closes by itself, worked out again when the bank holidays have changed. */
import { createActivities, tellOfMovedDates } from '../../activities';
import { bankHolidaysOf, type BankHolidays } from '../../config/bank-holidays';
import type { IsoInstant } from '../../config/clock';
import type { Store } from '../../store';
import type { CaseDocument } from '../../store/cases';
import type { Notice, WorkOrder } from '../../workflows/shared/contract';
import { withHoliday } from '../calendar/support';
import { informationRequest } from '../support/cases';
import { describeWithDatabase, holidays as file, startStore, type TestStore } from '../support/database';
import { office, type Office } from './support/office';

const instant = (text: string) => text as IsoInstant;
/** Wednesday 10 June 2026: Thu 11, Fri 12, Mon 15, Tue 16, Wed 17. */
const answeredAt = instant('2026-06-10T09:00:00.000Z');
const closesFirst = instant('2026-06-17T23:00:00Z');
const aDayLater = instant('2026-06-18T23:00:00Z');
const now = '2026-06-11T04:30:00.000Z';
const oneOff = withHoliday('england-and-wales', '2026-06-15', 'World Cup');
const inScotland = withHoliday('scotland', '2026-06-15', 'World Cup');

describeWithDatabase('the closing of a case when the bank holidays change', () => {
  let running: TestStore;
  let store: Store;
  let deps: Office;
  let document: CaseDocument;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
    await store.accounts.save({
      _id: 'thurrock-officer',
      username: 'officer@thurrock.example',
      displayName: 'Community safety officer, Thurrock Council',
      partner: 'thurrock',
      teams: ['environment'],
      roles: ['staff'],
      passwordHash: '',
    });
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    for (const name of ['bank_holidays', 'bank_holidays_state', 'audit', 'audit_heads', 'mails', 'cases']) {
      await store.database.collection(name).deleteMany({});
    }
    deps = office(store, now);
    ({ document } = await store.cases.open(informationRequest('IR-2026-0001', store)));
  });

  const projectionOf = (seq: number): CaseDocument['projection'] => ({
    ...document.projection,
    seq,
    stage: 'answered',
    tasks: document.projection.tasks.map((task) => ({ ...task, status: 'answered' as const })),
  });
  const order = (seq: number, changes: Partial<WorkOrder> = {}): WorkOrder => ({
    caseRef: document._id,
    projection: projectionOf(seq),
    words: [],
    events: [],
    notices: [],
    ...changes,
  });
  const answer = (seq = 1, closeAfter = answeredAt) => createActivities(deps).carryOut(order(seq, { closeAfter }));
  async function change(after: BankHolidays, before = file): Promise<void> {
    const act = { at: instant(now), by: { account: null, via: 'concordat', from: null } } as const;
    expect(await store.bankHolidays.change(await store.bankHolidays.state(), { before, after }, act)).toBe(true);
  }
  const recount = async () => (await createActivities(deps).recountOpenCases(null)).moved;
  const onRecord = async () => (await store.audit.of(document._id, 'closing-moved')).map(({ key, facts }) => ({ key, ...facts }));
  const closing = async () => (await store.cases.get(document._id))?.closing;
  const told = async () => {
    await store.audit.markSettled((await store.audit.waitingOf(document._id)).map(({ _id }) => _id));
  };

  it('is kept with the calendar that it was counted with', async () => {
    await answer();
    expect(await closing()).toEqual({ after: answeredAt, closeAt: closesFirst, calendarVersion: file.version, number: 0 });
    await createActivities(deps).carryOut(order(2));
    expect(await closing()).toMatchObject({ after: answeredAt });
  });

  it('moves once, on record and in the store, and the case is to be told; repeated, nothing follows', async () => {
    await answer();
    await change(oneOff);
    expect(await recount()).toBe(1);
    const move = { after: answeredAt, closeAt: aDayLater, calendarVersion: oneOff.version, number: 1 };
    expect(await onRecord()).toEqual([
      { key: 'closing/1', ...move, before: closesFirst, cause: 'bank-holidays-changed' },
    ]);
    expect(await closing()).toEqual(move);
    const { after, closeAt, calendarVersion } = move;
    const message = { after, closeAt, before: closesFirst, cause: 'bank-holidays-changed', calendarVersion };
    expect(await createActivities(deps).storedMessages(document._id, { run: 1, after: 0, numbers: [] })).toEqual([
      { seq: 1, at: now, type: 'closing-moved', ...message },
    ]);
    await told();
    expect(await recount()).toBe(0);
    expect(await onRecord()).toHaveLength(1);
  });

  it('stays where the change does not concern it', async () => {
    await answer();
    await change(inScotland);
    expect(await recount()).toBe(0);
    expect(await onRecord()).toEqual([]);
  });

  it('moves back as a move of its own', async () => {
    await answer();
    await change(oneOff);
    await recount();
    await change(file, oneOff);
    expect(await recount()).toBe(1);
    expect((await onRecord()).map(({ key }) => key)).toEqual(['closing/1', 'closing/2']);
    expect(await closing()).toEqual({ after: answeredAt, closeAt: closesFirst, calendarVersion: file.version, number: 2 });
  });

  it('moves once when two workers count at once', async () => {
    await answer();
    await change(oneOff);
    await Promise.all([recount(), recount(), recount()]);
    expect(await onRecord()).toHaveLength(1);
  });

  it.each(['append', 'moveClosing'] as const)('is finished after a crash at %s', async (dying) => {
    await answer();
    await change(oneOff);
    const spy =
      dying === 'append'
        ? jest.spyOn(store.audit, 'append').mockRejectedValueOnce(new Error('killed'))
        : jest.spyOn(store.cases, 'moveClosing').mockRejectedValueOnce(new Error('killed'));
    await recount().catch(() => undefined);
    spy.mockRestore();
    expect((await closing())?.closeAt).toBe(closesFirst);
    expect(await recount()).toBe(1);
    expect(await onRecord()).toHaveLength(1);
    expect((await closing())?.closeAt).toBe(aDayLater);
  });

  it('leaves a closing that was counted anew meanwhile, from a correction', async () => {
    await answer();
    await change(oneOff);
    const correctedAt = instant('2026-06-12T09:00:00.000Z');
    const append = store.audit.append.bind(store.audit);
    const between = jest.spyOn(store.audit, 'append').mockImplementationOnce(async (draft) => {
      await deps.holidays.reload();
      await answer(2, correctedAt);
      return append(draft);
    });
    await recount();
    between.mockRestore();
    const counted = { after: correctedAt, closeAt: '2026-06-22T23:00:00Z', calendarVersion: oneOff.version, number: 0 };
    expect(await closing()).toEqual(counted);
    await told();
    expect(await recount()).toBe(0);
    expect(await closing()).toEqual(counted);
  });

  it('is not before the end of the day on which it is moved to an earlier one, and then stays there', async () => {
    deps.at('2026-06-10T09:00:00.000Z');
    await change(oneOff);
    await deps.holidays.reload();
    await answer();
    await change(file, oneOff);
    deps.at('2026-06-18T04:30:00.000Z');
    // Counted, it would have closed at the end of the day before.
    expect(await recount()).toBe(0);
    deps.at('2026-06-17T04:30:00.000Z');
    expect(await recount()).toBe(1);
    expect((await closing())?.closeAt).toBe(closesFirst);
  });

  it('comes forward no further than to the end of today', async () => {
    const two = withHoliday('england-and-wales', '2026-06-15', 'World Cup');
    const longer = bankHolidaysOf({
      ...two.divisions,
      'england-and-wales': new Map([...two.divisions['england-and-wales'], ['2026-06-16' as never, 'World Cup']]),
    });
    await change(longer);
    await deps.holidays.reload();
    await answer();
    expect((await closing())?.closeAt).toBe('2026-06-19T23:00:00Z');
    await change(file, longer);
    deps.at('2026-06-18T04:30:00.000Z');
    expect(await recount()).toBe(1);
    expect((await closing())?.closeAt).toBe('2026-06-18T23:00:00Z');
    await told();
    expect(await recount()).toBe(0);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['awaits an answer', () => Promise.resolve()],
    [
      'has closed',
      async () => {
        await answer();
        await createActivities(deps).carryOut(order(2, { projection: { ...projectionOf(2), outcome: 'answers-confirmed' } }));
      },
    ],
    [
      'was reopened',
      async () => {
        await answer();
        await createActivities(deps).carryOut(order(2, { projection: { ...projectionOf(2), outcome: 'answers-confirmed' } }));
        const { policy, tasks, startInput, nextWakeAt } = document;
        const projection = { ...document.projection, run: 2, seq: 3 };
        await store.cases.reopen(document._id, { run: 2, policy, tasks, startInput, projection, nextWakeAt });
      },
    ],
  ])('is not moved of a case that %s', async (_what, make) => {
    await make();
    await change(oneOff);
    await recount();
    expect(await onRecord()).toEqual([]);
  });

  it('mails the requester the old day, the new one and why; not once the case has closed', async () => {
    await answer();
    await change(oneOff);
    await recount();
    const of = { clockVersion: 1, to: ['requester'], chase: false, calendarVersion: oneOff.version } as const;
    const news: Notice = { task: 'T0', step: 'closing-moved-1', ...of };
    const aWhileLater = new Date(Date.parse(now) + 60_000).toISOString();
    const closed = { ...projectionOf(2), outcome: 'answers-confirmed' };
    await createActivities(deps).carryOut(order(2, { notices: [news], projection: closed }));
    deps.at(aWhileLater);
    expect(await tellOfMovedDates(deps)).toBe(0);
    deps.at(now);
    await createActivities(deps).carryOut(order(3, { notices: [news] }));
    await createActivities(deps).carryOut(order(4, { notices: [news] }));
    deps.at(aWhileLater);
    // Closed before anybody is told: nobody is.
    await store.database.collection('cases').updateMany({}, { $set: { ended: true } });
    const before = jest.spyOn(store.dateNews, 'settle').mockResolvedValueOnce();
    expect(await tellOfMovedDates(deps)).toBe(0);
    before.mockRestore();
    await store.database.collection('cases').updateMany({}, { $set: { ended: false } });
    expect(await tellOfMovedDates(deps)).toBe(1);
    expect(deps.transport.list).toEqual([
      'officer@thurrock.example: IR-2026-0001 New date: closes by itself Thursday 18 June 2026, not Wednesday 17 June 2026',
    ]);
    expect(deps.transport.taken[0]?.text).toMatch(/The bank holidays of England and Wales have changed\./);
    expect(deps.transport.taken[0]?.text).not.toMatch(/Jordan/);
  });
});
