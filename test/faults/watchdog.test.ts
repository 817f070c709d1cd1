/** The watchdog as it runs: its Schedule on the real Temporal server, its look by the real worker, its mail. */
import type { Client } from '@temporalio/client';
import { runNow } from '../../bench/scheduled';
import { until } from '../../bench/until';
import { systemClock, type IsoInstant } from '../../config/clock';
import { createLogger } from '../../config/logger';
import { Dispatch } from '../../dispatch';
import type { Stack } from '../../embedded/stack';
import type { Store } from '../../store';
import { watchdogScheduleId } from '../../workflows/watchdog/contract';
import { informationRequest } from '../support/cases';
import { describeWithDatabase, holidays, protocol } from '../support/database';
import { runStack, type Running } from './support/running';
import { readInbox } from './support/inbox';

describeWithDatabase('the watchdog on a real Temporal server', () => {
  let running: Running;
  let stack: Stack;
  let store: Store;
  let client: Client;

  beforeAll(async () => {
    running = await runStack('watchdog', { parts: ['temporal', 'mongo', 'mail', 'worker'] });
    ({ stack, store, client } = running);
  }, 300_000);

  afterAll(() => running.close());

  const alarms = async () =>
    (await readInbox(stack.ports.inbox)).filter(({ to }) => to === stack.env['OPERATOR_EMAIL']).map(({ subject }) => subject);

  /** Lets the Schedule take a look now, and gives what the look found. */
  async function look(): Promise<readonly string[]> {
    const found = (await (await runNow(client, watchdogScheduleId)).result()) as { stuck: readonly string[] };
    return found.stuck;
  }

  /** Opened so long ago that the watchdog does not leave it to the sweep; its workflow says when it wakes. */
  const longAgo = (caseRef: string) => ({
    ...informationRequest(caseRef, store),
    openedAt: '2024-01-02T10:00:00.000Z' as IsoInstant,
    nextWakeAt: null,
  });

  async function openRequest(caseRef: string): Promise<void> {
    const { document } = await store.cases.open(longAgo(caseRef));
    const logger = createLogger('test', 'silent');
    await new Dispatch({ client, store, clock: systemClock, logger, protocol, holidays: { current: () => holidays } }).start(document);
    // A workflow that has recorded nothing yet counts as not begun.
    await until('it has begun', async () => ((await store.cases.get(caseRef))?.projection.seq ?? 0) > 0);
  }

  test('is made by the worker, looks every five minutes, and is left as an operator set it', async () => {
    const schedule = client.schedule.getHandle(watchdogScheduleId);
    const { spec, state, policies } = await schedule.describe();
    expect(spec.intervals).toEqual([expect.objectContaining({ every: 300_000 })]);
    expect(state.paused).toBe(false);
    expect(policies.overlap).toBe('SKIP');
    await schedule.pause('maintenance');
    await stack.part('worker').kill('SIGKILL');
    await stack.start('worker');
    expect((await schedule.describe()).state).toMatchObject({ paused: true, note: 'maintenance' });
    await schedule.unpause();
  });

  test('finds a case whose workflow was ended behind its back, and mails the operator once', async () => {
    await openRequest('IR-2026-0001');
    await openRequest('IR-2026-0002');
    expect(await look()).toEqual([]);
    await client.workflow.getHandle('IR-2026-0001').terminate('behind its back');
    expect(await look()).toEqual(['IR-2026-0001']);
    expect(await look()).toEqual(['IR-2026-0001']);
    expect(await alarms()).toEqual(['IR-2026-0001 Alarm: the case gives no sign']);
    expect(await store.signs.watchdog()).toMatchObject({ stuck: ['IR-2026-0001'] });
  });

  test('finds a case under whose reference another case has its workflow, and the sweep does not take it for its own', async () => {
    await openRequest('IR-2026-0003');
    // As after the database was put back from a copy: the reference is given a second time.
    await store.database.collection('cases').deleteOne({ _id: 'IR-2026-0003' as never });
    const again = { ...longAgo('IR-2026-0003'), submissionId: 'another form' };
    await store.cases.open(again);
    await expect(
      new Dispatch({ client, store, clock: systemClock, logger: createLogger('test', 'silent'), protocol, holidays: { current: () => holidays } }).start(again),
    ).rejects.toThrow("Temporal has another case's workflow under IR-2026-0003");
    expect((await store.cases.get('IR-2026-0003'))?.startedAt).toBeNull();
    expect(await look()).toEqual(['IR-2026-0001', 'IR-2026-0003']);
  });
});
