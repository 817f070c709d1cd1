/**
 * The whole way of a bank holiday, on the real servers: it is proclaimed, and an answered case closes a day later; then it
 * is taken back, which the refresh refuses until the operator accepts it, and the case closes when it first would have.
 */
import { newToken } from '../../api/accounts/tokens';
import { runNow } from '../../bench/scheduled';
import { until } from '../../bench/until';
import { endOfLondonDay, formatDate, londonDateOf, workingDaysAfter } from '../../calendar';
import { runHolidaysAccept } from '../../commands/holidays-accept';
import { systemClock } from '../../config/clock';
import { bankHolidaysScheduleId, type BankHolidaysRefreshed } from '../../workflows/bank-holidays/contract';
import type { CaseProjection } from '../../workflows/shared/contract';
import { cspManager, officer, requestBody, spoc } from '../api/support';
import { describeWithDatabase, holidays as file } from '../support/database';
import { feedWith, startFeed, type FeedServer } from '../../bench/feed-server';
import { readInbox } from './support/inbox';
import { runStack, type Running } from './support/running';
import { callApi, type Api } from './support/traffic';

describeWithDatabase('a bank holiday that is proclaimed and taken back', () => {
  let running: Running;
  let feed: FeedServer;

  beforeAll(async () => {
    feed = await startFeed();
    running = await runStack('moved-holiday', { env: { BANK_HOLIDAYS_URL: feed.url, LOG_LEVEL: 'warn' } });
  }, 300_000);

  afterAll(async () => {
    await running.close();
    await feed.close();
  });

  const api = async (username: string): Promise<Api> => ({
    url: running.stack.part('web').url,
    token: (await newToken(running.store, username, 'moved holiday')) ?? '',
  });

  const refresh = async () => (await (await runNow(running.client, bankHolidaysScheduleId)).result()) as BankHolidaysRefreshed;

  test('moves the closing of an answered case there and back, and its requester is told each time', async () => {
    const { client, store, stack } = running;
    const today = londonDateOf(systemClock.now());
    const body = { ...requestBody, receivedOn: today };
    const opened = await callApi(await api(officer), '/information-requests', { key: crypto.randomUUID(), body });
    const { reference } = JSON.parse(opened.text) as { reference: string };
    const answer = { kind: 'nothing-held' };
    await callApi(await api(spoc), `/cases/${reference}/tasks/T1/answers`, { key: crypto.randomUUID(), body: answer });
    const stored = async () => (await store.cases.get(reference))?.projection;
    const closesOn = async (on: typeof today): Promise<void> => {
      const at = Date.parse(endOfLondonDay(on));
      const isSo = (state: CaseProjection | undefined): boolean =>
        [state?.closeAt, state?.nextWakeAt].every((each) => Date.parse(each ?? '') === at);
      const handle = client.workflow.getHandle(reference);
      await until(`it closes on ${on}`, async () => isSo(await stored()) && isSo(await handle.query('status')), 60_000);
    };
    const news = async () =>
      (await readInbox(stack.ports.inbox)).filter(({ to, subject }) => to === officer && subject.includes('closes by itself'));

    const first = workingDaysAfter(today, 5, 'england-and-wales', file);
    const later = workingDaysAfter(today, 6, 'england-and-wales', file);
    await closesOn(first);

    const proclaimed = workingDaysAfter(today, 3, 'england-and-wales', file);
    const day = { title: 'Proclaimed day', date: proclaimed, notes: '', bunting: true };
    feed.answer(feedWith((all) => all['england-and-wales'].events.push(day)));
    expect((await refresh()).result).toBe('changed');
    await closesOn(later);

    feed.answer(feedWith(() => undefined));
    expect((await refresh()).result).toBe('refused');
    await closesOn(later);
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    const around = { env: { ...process.env, ...stack.env }, clock: systemClock, print: say, complain: say };
    // In its division: on the same day of the year another one may have a bank holiday of its own.
    const args = ['--removed', `england-and-wales/${proclaimed}`, '--by', cspManager, '--reason', 'Taken back'];
    const exitCode = await runHolidaysAccept(args, around);
    expect([exitCode, said[0]]).toEqual([0, `lost    Proclaimed day, ${formatDate(proclaimed)} (england-and-wales)`]);
    expect(said.at(-1)).toBe('The dates of open cases are worked out again now; whoever a moved date concerns is mailed.');
    await closesOn(first);

    expect((await store.audit.of(reference, 'closing-moved')).map(({ waiting }) => waiting)).toEqual([false, false]);
    await until('the requester is told', async () => (await news()).length === 2, 60_000);
    expect((await news()).map(({ subject }) => subject).sort()).toEqual(
      [
        `${reference} New date: closes by itself ${formatDate(later)}, not ${formatDate(first)}`,
        `${reference} New date: closes by itself ${formatDate(first)}, not ${formatDate(later)}`,
      ].sort(),
    );
    const events = (await store.cases.get(reference))?.timeline.filter(({ event }) => event === 'closing-moved');
    expect(events).toHaveLength(2);
  }, 600_000);
});
