import { createActivities } from '../../activities';
import type { IsoInstant } from '../../config/clock';
import type { Store } from '../../store';
import type { CaseDocument } from '../../store/cases';
import { informationRequest } from '../support/cases';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { office, type Office } from './support/office';

const nextWakeAt = '2026-04-09T08:04:00.000Z' as IsoInstant;
/** Five minutes and a moment after it. */
const tooLate = '2026-04-09T08:09:00.001Z';

describeWithDatabase('the watchdog', () => {
  let running: TestStore;
  let store: Store;
  let deps: Office;
  let number = 0;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    await store.database.collection('cases').deleteMany({});
    deps = office(store, tooLate);
  });

  const open = async (wakesAt: IsoInstant | null = nextWakeAt, started = true): Promise<CaseDocument> => {
    const caseRef = `IR-2026-${String((number += 1)).padStart(4, '0')}`;
    const { document } = await store.cases.open(informationRequest(caseRef, store));
    await store.cases.record(caseRef, { ...document.projection, seq: 1, nextWakeAt: wakesAt }, []);
    if (started) {
      await store.cases.markStarted(caseRef, document.openedAt);
      deps.workflows.set(caseRef, { status: 'RUNNING' });
    }
    return document;
  };
  const look = () => createActivities(deps).lookForStuckCases();

  it('finds nothing where every case has time left or waits for an act', async () => {
    await open('2026-04-09T08:04:00.001Z' as IsoInstant);
    await open(null);
    expect(await look()).toEqual({ stuck: [] });
    expect(deps.transport.list).toEqual([]);
    expect(await store.signs.watchdog()).toMatchObject({ lookedAt: tooLate, stuck: [] });
  });

  it('looks at the workflow of the opening that is running, not at the one that has ended', async () => {
    const { _id } = await open(null);
    await store.database.collection<CaseDocument>('cases').updateOne({ _id }, { $set: { run: 2 } });
    deps.workflows.set(_id, { status: 'COMPLETED' });
    deps.workflows.set(`${_id}-2`, { status: 'RUNNING' });
    expect(await look()).toEqual({ stuck: [] });
    deps.workflows.set(`${_id}-2`, { status: 'TERMINATED' });
    expect(await look()).toEqual({ stuck: [_id] });
  });

  it('finds a case that has not woken, and alarms once for each time', async () => {
    const { _id, projection } = await open('2026-04-09T08:03:59.999Z' as IsoInstant);
    expect(await look()).toEqual({ stuck: [_id] });
    expect(await look()).toEqual({ stuck: [_id] });
    expect(deps.transport.list).toEqual([`operator@partnership.example: ${_id} Alarm: the case gives no sign`]);
    expect(deps.transport.taken[0]?.text).toContain('Found: it should have woken at');
    expect(await store.signs.watchdog()).toMatchObject({ stuck: [_id] });

    await store.cases.record(_id, { ...projection, seq: 2, nextWakeAt: '2026-04-20T08:00:00.000Z' as IsoInstant }, []);
    expect(await look()).toEqual({ stuck: [] });
    deps.at('2026-04-20T08:06:00.000Z');
    expect(await look()).toEqual({ stuck: [_id] });
    expect(deps.transport.taken).toHaveLength(2);
  });

  it.each([
    ['was ended behind its back', 'TERMINATED'],
    ['is not known to Temporal', undefined],
  ] as const)('finds a case whose workflow %s, long before it should wake', async (_what, status) => {
    const stuck = await open('2026-05-01T08:00:00.000Z' as IsoInstant);
    const waits = await open(null);
    for (const { _id } of [stuck, waits]) {
      if (status === undefined) deps.workflows.delete(_id);
      else deps.workflows.set(_id, { status });
    }
    await open('2026-05-01T08:00:00.000Z' as IsoInstant);
    expect(await look()).toEqual({ stuck: [stuck._id, waits._id] });
    await look();
    expect(deps.transport.taken.map(({ subject }) => subject.slice(0, 12))).toEqual([stuck._id, waits._id]);
    expect(deps.transport.taken[0]?.text).toContain('Found: its workflow is not running');
  });

  it.each([
    ['its workflow task', { task: 5 }],
    ['an activity', { activity: 15 }],
  ])('finds a case of which %s fails again and again', async (_what, tries) => {
    const { _id } = await open('2026-05-01T08:00:00.000Z' as IsoInstant);
    const well = await open('2026-05-01T08:00:00.000Z' as IsoInstant);
    deps.workflows.set(_id, { status: 'RUNNING', tries });
    deps.workflows.set(well._id, { status: 'RUNNING', tries: { task: 4, activity: 14 } });
    expect(await look()).toEqual({ stuck: [_id] });
    expect(deps.transport.taken[0]?.text).toContain('Found: its workflow fails again and again');
  });

  it('finds a case whose workflow runs and has never been heard of', async () => {
    const { document } = await store.cases.open(informationRequest('IR-2027-0001', store));
    await store.database.collection('cases').updateOne({ _id: document._id as never }, { $set: { nextWakeAt: null } });
    await store.cases.markStarted(document._id, document.openedAt);
    deps.workflows.set(document._id, { status: 'RUNNING' });
    expect(await look()).toEqual({ stuck: [document._id] });
    expect(deps.transport.taken[0]?.text).toContain('Found: its workflow has not begun');
  });

  it('finds a case that was never started, but leaves a new one to the sweep', async () => {
    const { _id, openedAt } = await open('2026-05-01T08:00:00.000Z' as IsoInstant, false);
    deps.at(new Date(Date.parse(openedAt) + 5 * 60_000 - 1).toISOString());
    expect(await look()).toEqual({ stuck: [] });
    deps.at(tooLate);
    expect(await look()).toEqual({ stuck: [_id] });
    expect(deps.transport.taken[0]?.text).toContain('Found: its workflow could not be started');
  });

  it('does not alarm for a case that ends while it looks', async () => {
    const { _id, projection } = await open('2026-05-01T08:00:00.000Z' as IsoInstant);
    deps.workflows.set(_id, { status: 'COMPLETED' });
    const get = store.cases.get.bind(store.cases);
    const meanwhile = jest.spyOn(store.cases, 'get').mockImplementationOnce(async (caseRef) => {
      await store.cases.record(_id, { ...projection, seq: 2, outcome: 'answers-confirmed', nextWakeAt: null }, []);
      return get(caseRef);
    });
    expect(await look()).toEqual({ stuck: [] });
    meanwhile.mockRestore();
  });

  it('tries an alarm again that the mail server did not take', async () => {
    await open('2026-04-09T08:00:00.000Z' as IsoInstant);
    deps.transport.notNow.add('operator@partnership.example');
    await look();
    expect(deps.transport.taken).toHaveLength(0);
    deps.transport.notNow.clear();
    await look();
    expect(deps.transport.taken).toHaveLength(1);
  });

  it('fails rather than says that all is well when Temporal does not answer', async () => {
    const { _id } = await open('2026-05-01T08:00:00.000Z' as IsoInstant);
    deps.workflows.set(_id, null);
    await store.database.collection('signs').deleteMany({});
    await expect(look()).rejects.toThrow('Temporal is away');
    expect(await store.signs.watchdog()).toBeNull();
  });
});
