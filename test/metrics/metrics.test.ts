/** What Prometheus is told: how the clocks stand, from a store that was filled by hand. */
import { until } from '../../bench/until';
import type { IsoInstant } from '../../config/clock';
import { Metrics } from '../../metrics';
import { definitions } from '../../metrics/definitions';
import type { Store } from '../../store';
import { answerTo, informationRequest } from '../support/cases';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { listedCase, reference, storeCases } from '../support/listed-cases';

const now = '2026-04-13T10:00:00.000Z' as IsoInstant;
const minutesAgo = (minutes: number): IsoInstant => new Date(Date.parse(now) - minutes * 60_000).toISOString() as IsoInstant;

describeWithDatabase('the metrics', () => {
  let running: TestStore;
  let store: Store;
  let present = now;
  const clock = { now: () => present };

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
  }, 300_000);
  afterAll(() => running.close());

  const shown = async (metrics: Metrics): Promise<Record<string, number>> => {
    const { text } = await metrics.text();
    const lines = text.split('\n').filter((line) => line.startsWith('concordat_'));
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
  };

  test('say how the clocks stand', async () => {
    const wakes = (minutes: number) => ({ nextWakeAt: new Date(minutesAgo(minutes)), startedAt: now });
    await storeCases(store, [
      // Overdue, and its reminder ten minutes late.
      { ...listedCase(reference(1), store, { dueAt: '2026-04-01T23:00:00.000Z' }), ...wakes(10) },
      // Within the minute that is nobody's fault.
      { ...listedCase(reference(2), store, { dueAt: '2026-04-20T23:00:00.000Z' }), ...wakes(0.5) },
      { ...listedCase(reference(3), store, { dueAt: '2026-04-20T23:00:00.000Z' }), ...wakes(-600) },
      // Closed: neither open, nor overdue, nor late.
      { ...listedCase(reference(4), store, { dueAt: '2026-04-01T23:00:00.000Z', outcome: 'answers-confirmed' }), ...wakes(10) },
    ]);
    await store.cases.open({ ...informationRequest(reference(5), store), startedAt: null, nextWakeAt: null });
    await store.audit.append(answerTo(informationRequest(reference(2), store), store, minutesAgo(7)));
    await store.signs.noteWatchdog(minutesAgo(3), [reference(1)]);
    const { mailLedger } = store;
    const claim = async (key: string, from: number, to: number) =>
      mailLedger.claim(key, `<${key}@x.example>`, minutesAgo(from), new Date(minutesAgo(to)));
    await claim('sent', 9, 8);
    await mailLedger.settle('sent', 'sent', minutesAgo(9));
    await claim('refused', 9, 8);
    await mailLedger.settle('refused', 'refused', minutesAgo(9));
    await claim('at it', 0, -1);
    await claim('not taken', 5, 4);
    await mailLedger.release('not taken', new Date(minutesAgo(4)), minutesAgo(5));
    await claim('not wanted any more', 120, 119);

    const differs = (caseRef: string | null) => ({ caseRef, what: 'its clock stands' });
    await store.signs.noteComparison(now, [differs('IR-2026-0001'), differs(null)]);

    const found = await shown(new Metrics('worker', { store, clock }));
    expect(found).toMatchObject({
      'concordat_database_answers': 1,
      'concordat_cases_open{process="information-request"}': 4,
      'concordat_cases_open{process="breach"}': 0,
      'concordat_cases_overdue{process="information-request"}': 1,
      'concordat_cases_not_started': 1,
      'concordat_rungs_late': 1,
      'concordat_rungs_late_seconds': 600,
      'concordat_acts_waiting{what="answer"}': 1,
      'concordat_acts_waiting_seconds{what="answer"}': 420,
      'concordat_acts_waiting{what="other"}': 0,
      'concordat_cases_stuck': 1,
      'concordat_watchdog_looked_timestamp_seconds': Date.parse(minutesAgo(3)) / 1_000,
      'concordat_stores_differ': 2,
      'concordat_record_sealed_timestamp_seconds': 0,
      'concordat_mails{state="sent"}': 1,
      'concordat_mails{state="refused"}': 1,
      'concordat_mails{state="sending"}': 1,
      'concordat_mails{state="waiting"}': 1,
    });
    const perName = new Set(Object.keys(found).map((line) => line.replace(/(_bucket|_sum|_count)?(\{.*)?$/, '')));
    const expected = Object.entries(definitions).filter(([, { of, type }]) => of !== 'web' && type !== 'counter');
    expect([...perName].filter((name) => name !== 'concordat_swept_total').sort()).toEqual(expected.map(([name]) => name).sort());
  });

  test('read the store once for all who ask within a quarter of a minute', async () => {
    const metrics = new Metrics('web', { store, clock });
    const count = jest.spyOn(store.cases, 'countNotStarted');
    await Promise.all([1, 2, 3].map(() => shown(metrics)));
    await shown(metrics);
    expect(count).toHaveBeenCalledTimes(1);
    present = new Date(Date.parse(now) + 15_000).toISOString() as IsoInstant;
    expect((await shown(metrics))['concordat_rungs_late_seconds']).toBe(615);
    expect(count).toHaveBeenCalledTimes(2);
    count.mockRestore();
  });

  test('name nothing of a case', async () => {
    const { text } = await new Metrics('web', { store, clock }).text();
    expect(text).not.toMatch(/[A-Z]{2,4}-20\d\d-\d{4}|thurrock|essex|@/i);
  });

  test('say within the time of Prometheus that the database hangs', async () => {
    const metrics = new Metrics('worker', { store, clock });
    present = new Date(Date.parse(now) + 30_000).toISOString() as IsoInstant;
    const database = running.stack.part('mongo');
    void database.kill('SIGSTOP');
    const began = process.hrtime.bigint();
    expect(await shown(metrics)).toHaveProperty('concordat_database_answers', 0);
    expect(Number(process.hrtime.bigint() - began) / 1e9).toBeLessThan(9);
    void database.kill('SIGCONT');
    await until('it answers again', async () => (await shown(metrics))['concordat_database_answers'] === 1, 60_000);
  }, 90_000);

  test('have no figures of the cases while the database is away, not even old ones', async () => {
    const metrics = new Metrics('web', { store, clock });
    expect(await shown(metrics)).toHaveProperty('concordat_rungs_late');
    present = new Date(Date.parse(now) + 60_000).toISOString() as IsoInstant;
    await running.stack.part('mongo').kill('SIGKILL');
    const found = await shown(metrics);
    expect(found).toHaveProperty('concordat_database_answers', 0);
    expect(Object.keys(found).filter((name) => /_(cases|rungs|acts|mails|watchdog)_?/.test(name))).toEqual([]);
  }, 60_000);
});
