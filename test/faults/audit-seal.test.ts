/** The daily seal as it runs: its Schedule on the real Temporal server, made and carried out by the real worker. */
import type { Client } from '@temporalio/client';
import { runNow } from '../../bench/scheduled';
import { londonDateOf } from '../../calendar';
import { systemClock } from '../../config/clock';
import type { Store } from '../../store';
import { auditSealScheduleId } from '../../workflows/audit-seal/contract';
import { describeWithDatabase } from '../support/database';
import { runStack, type Running } from './support/running';

describeWithDatabase('the daily seal on a real Temporal server', () => {
  let running: Running;
  let store: Store;
  let client: Client;

  beforeAll(async () => {
    running = await runStack('seal', { parts: ['temporal', 'mongo', 'mail', 'worker'] });
    ({ store, client } = running);
  }, 300_000);

  afterAll(() => running.close());

  test('is made ten minutes after midnight in London, and once only however often it is asked for', async () => {
    const schedule = client.schedule.getHandle(auditSealScheduleId);
    const { spec, policies, info } = await schedule.describe();
    // The first runs to come, as London's clocks show them: in summer and in winter.
    const times = info.nextActionTimes.map((next) =>
      next.toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' }),
    );
    expect(new Set(times)).toEqual(new Set(['00:10']));
    expect([spec.timezone, policies.overlap]).toEqual(['Europe/London', 'SKIP']);

    await store.audit.append({
      chain: 'directory',
      key: 'one',
      at: systemClock.now(),
      act: 'contacts-changed',
      by: { account: null, via: 'command', from: null },
      facts: {},
    });
    const day = londonDateOf(systemClock.now());
    await (await runNow(client, auditSealScheduleId)).result();
    const [seal] = await store.auditSeals.latest(2);
    expect(seal).toMatchObject({ heads: [{ chain: 'directory', seq: 1 }], before: '' });
    expect([day, londonDateOf(systemClock.now())]).toContain(seal?._id);

    const again = await runNow(client, auditSealScheduleId);
    expect(await again.result()).toMatchObject({ day: seal?._id, hash: seal?.hash });
    expect(await store.auditSeals.latest(2)).toHaveLength(1);
  });
});
