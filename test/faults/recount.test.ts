/**
 * A bank holiday is proclaimed while many cases are open and others still open: the feed brings it, every case whose date
 * moves has the new one in the store and in Temporal, and each person whom it has reached is told once, old and new. RECOUNT_CASES=500 makes it longer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { newToken } from '../../api/accounts/tokens';
import { londonDateOf, workingDaysAfter } from '../../calendar';
import { runNow } from '../../bench/scheduled';
import { until } from '../../bench/until';
import { systemClock, type IsoDate } from '../../config/clock';
import type { AuditEntry } from '../../store/audit';
import { CurrentBankHolidays } from '../../store/bank-holidays';
import type { CaseDocument } from '../../store/cases';
import { bankHolidaysScheduleId } from '../../workflows/bank-holidays/contract';
import type { CaseProjection } from '../../workflows/shared/contract';
import { officer, requestBody, spoc } from '../api/support';
import { describeWithDatabase, holidays as file } from '../support/database';
import { feedWith, startFeed, type FeedServer } from '../../bench/feed-server';
import { readInbox } from './support/inbox';
import { runStack, type Running } from './support/running';
import { callApi, type Api } from './support/traffic';

const cases = Number(process.env['RECOUNT_CASES'] || 150);

describeWithDatabase('a bank holiday that is proclaimed', () => {
  let running: Running;
  let feed: FeedServer;
  let api: Api;

  beforeAll(async () => {
    feed = await startFeed();
    running = await runStack('recount', { env: { BANK_HOLIDAYS_URL: feed.url, LOG_LEVEL: 'warn', SWEEP_EVERY_MS: '2000' } });
    api = { url: running.stack.part('web').url, token: (await newToken(running.store, officer, 'recount')) ?? '' };
  }, 300_000);

  afterAll(async () => {
    await running.close();
    await feed.close();
  });

  const today = londonDateOf(systemClock.now());
  let posted = 0;
  async function open(): Promise<void> {
    const body = { ...requestBody, receivedOn: today };
    for (;;) {
      posted += 1;
      const { status } = await callApi(api, '/information-requests', { key: crypto.randomUUID(), body });
      if (status === 201) return;
      if (status !== 429 && status !== 503) throw new Error(`The request got ${status}.`);
      await sleep(500);
    }
  }
  async function openUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await open();
      await sleep(200);
    }
  }
  const stored = (): Promise<CaseDocument[]> => running.store.database.collection<CaseDocument>('cases').find().toArray();
  const recordOf = (): Promise<AuditEntry[]> =>
    running.store.database.collection<AuditEntry>('audit').find({ act: 'clock-moved' }).toArray();
  const mailsOf = async (subject: RegExp, to: string) =>
    (await readInbox(running.stack.ports.inbox)).filter((mail) => mail.to === to && subject.test(mail.subject));

  test(`moves ${cases} open cases, and those that are opened meanwhile`, async () => {
    const { client, store } = running;
    const lane = async (): Promise<void> => {
      for (let left = cases / 5; left > 0; left -= 1) await open();
    };
    await Promise.all(Array.from({ length: 5 }, lane));
    await until('everybody is asked', async () => (await mailsOf(/Information request/, spoc)).length >= cases, 240_000);
    const dueBefore = workingDaysAfter(today, 10, 'england-and-wales', file);
    expect(new Set((await stored()).map(({ tasks }) => tasks[0]?.plans.at(-1)?.dueOn))).toEqual(new Set([dueBefore]));

    const proclaimed = workingDaysAfter(today, 6, 'england-and-wales', file);
    const day = { title: 'Proclaimed day', date: proclaimed, notes: '', bunting: true };
    feed.answer(feedWith((all) => all['england-and-wales'].events.push(day)));
    const began = performance.now();
    await runNow(client, bankHolidaysScheduleId);
    const closing = new AbortController();
    const opening = openUntil(closing.signal);
    await until('all have heard of it', async () => {
      const moves = await recordOf();
      return moves.length >= cases && moves.every(({ waiting }) => !waiting);
    }, 240_000);
    const seconds = (performance.now() - began) / 1_000;
    closing.abort();
    await opening;

    const current = new CurrentBankHolidays(store.bankHolidays, file);
    const { version } = await current.reload();
    const dueOn: IsoDate = workingDaysAfter(today, 10, 'england-and-wales', current.current());
    expect(dueOn > dueBefore).toBe(true);
    const isRight = ({ tasks }: CaseDocument): boolean => tasks[0]?.plans.at(-1)?.dueOn === dueOn;
    await until('all are counted with the new day', async () => (await stored()).every(isRight), 240_000);
    const all = await stored();
    process.stdout.write(`${all.length} open, ${cases} moved in ${seconds.toFixed(1)} s: ${(cases / seconds).toFixed(0)} a second\n`);
    expect(all.length).toBeGreaterThan(cases + 5);

    const moved = all.filter(({ tasks }) => tasks[0]?.plans.length !== 1);
    expect(moved.length).toBeGreaterThanOrEqual(cases);
    for (const { tasks, _id } of moved) {
      expect([_id, tasks[0]?.plans.map((plan) => [plan.dueOn, plan.reason])]).toEqual([
        _id,
        [[dueBefore, 'opened'], [dueOn, 'bank-holidays-changed']],
      ]);
    }
    expect((await recordOf()).map(({ chain }) => chain).sort()).toEqual(moved.map(({ _id }) => _id).sort());
    expect(new Set((await recordOf()).map(({ facts }) => facts['because']))).toEqual(new Set([version]));

    for (const to of [spoc, officer]) {
      // One that was opened in the very moment is found by the look a minute later, and may have a mail of its own.
      const told = async () =>
        (await mailsOf(/New date/, to)).flatMap(({ subject, text }) => [...`${subject}\n${text}`.matchAll(/^(?<ref>IR-\d{4}-\d+) New date/gm)].map(([, ref]) => ref));
      await until(`${to} is told of each`, async () => (await told()).length >= moved.length, 240_000);
      expect((await told()).sort()).toEqual(moved.map(({ _id }) => _id).sort());
      expect((await mailsOf(/New dates/, to)).length).toBeLessThan(moved.length / 20);
    }
    const asked = moved.filter((_, index) => index % 25 === 0);
    const states = await Promise.all(asked.map(({ _id }) => client.workflow.getHandle(_id).query<CaseProjection>('status')));
    const dueAt = Date.parse(all.find(({ _id }) => _id === asked[0]?._id)?.tasks[0]?.plans.at(-1)?.dueAt ?? '');
    expect(new Set(states.map((state) => Date.parse(state.dueAt ?? '')))).toEqual(new Set([dueAt]));
    expect(posted).toBeGreaterThan(cases);
  }, 900_000);
});
