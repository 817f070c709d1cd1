/** The refresh as it runs: its Schedule on the real Temporal server, carried out by the real worker, from a loopback feed. */
import type { Client } from '@temporalio/client';
import { runNow } from '../../bench/scheduled';
import { until } from '../../bench/until';
import { CurrentBankHolidays } from '../../store/bank-holidays';
import { bankHolidaysScheduleId, type BankHolidaysRefreshed } from '../../workflows/bank-holidays/contract';
import { describeWithDatabase, holidays as file } from '../support/database';
import { feedWith, startFeed, type FeedServer } from '../../bench/feed-server';
import { readInbox } from './support/inbox';
import { runStack, type Running } from './support/running';

describeWithDatabase('the refresh of the bank holidays on a real Temporal server', () => {
  let running: Running;
  let client: Client;
  let feed: FeedServer;

  beforeAll(async () => {
    feed = await startFeed();
    running = await runStack('bank-holidays', {
      parts: ['temporal', 'mongo', 'mail', 'worker'],
      env: { BANK_HOLIDAYS_URL: feed.url },
    });
    ({ client } = running);
  }, 300_000);

  afterAll(async () => {
    await running.close();
    await feed.close();
  });

  const refresh = async () => (await (await runNow(client, bankHolidaysScheduleId)).result()) as BankHolidaysRefreshed;

  test('a worker that starts without any takes the feed at once', async () => {
    await until('it is taken', async () => (await running.store.bankHolidays.state()).refreshedAt !== null, 60_000);
    expect(feed.asked()).toBe(1);
    const { info } = await client.schedule.getHandle(bankHolidaysScheduleId).describe();
    expect(info.numActionsTaken).toBe(1);
  }, 90_000);

  test('is made by the worker, at half past five each morning in London', async () => {
    const { spec, policies, state, info } = await client.schedule.getHandle(bankHolidaysScheduleId).describe();
    const times = info.nextActionTimes.map((next) =>
      next.toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' }),
    );
    expect(new Set(times)).toEqual(new Set(['05:30']));
    expect([spec.timezone, policies.overlap, state.paused]).toEqual(['Europe/London', 'SKIP', false]);
  });

  test('takes a feed with a one-off day, and mails the operator once when that is then refused', async () => {
    const { bankHolidays } = running.store;
    const next = `${Number(file.lastKnownDay.slice(0, 4)) - 1}-06-15`;
    feed.answer(feedWith(({ scotland }) => scotland.events.push({ title: 'One-off', date: next, notes: '', bunting: true })));
    const { result, version } = await refresh();
    expect(result).toBe('changed');
    const elsewhere = new CurrentBankHolidays(bankHolidays, file);
    await elsewhere.reload();
    expect(elsewhere.current().version).toBe(version);
    expect(await bankHolidays.state()).toMatchObject({ version, changes: 1, failure: null });

    feed.answer('');
    expect(await refresh()).toEqual({ result: 'refused', version });
    expect(await refresh()).toEqual({ result: 'refused', version });
    const alarms = (await readInbox(running.stack.ports.inbox)).filter(
      ({ to }) => to === running.stack.env['OPERATOR_EMAIL'],
    );
    expect(alarms.map(({ subject }) => subject)).toEqual(['Alarm: The feed of bank holidays was refused']);
  }, 300_000);
});
