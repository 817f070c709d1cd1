import { setTimeout as sleep } from 'node:timers/promises';
import { londonDateOf, workingDaysAfter } from '../../calendar';
import { systemClock, type IsoDate } from '../../config/clock';
import { entryId, type AuditEntry } from '../../store/audit';
import type { NewsLine, NewsMail } from '../../store/date-news';
import { bankHolidaysScheduleId } from '../../workflows/bank-holidays/contract';
import { atRate } from '../at-rate';
import { feedWith, startFeed } from '../feed-server';
import { percentile, percentiles, round, type Figure } from '../figures';
import { withOffice, type Office } from '../office';
import { opener, openMany } from '../many-cases';
import { runNow } from '../scheduled';
import { until } from '../until';
import type { Row } from './row';

const cases = Number(process.env['RECOUNT_CASES'] || 10_000);
/** One case of so many moves: more than a day that is proclaimed finds at its due date. */
const oneMovesOf = 20;
const moving = Math.ceil(cases / oneMovesOf);

const perSecond = 5;
const before = { perSecond, count: 20 * perSecond };
const warmUp = { perSecond, count: 5 * perSecond };
/** Longer than any recount should take. */
const meanwhile = { perSecond, count: 600 * perSecond };

export const recount: Row = {
  what: `dates of ${cases} open cases counted again as a day is proclaimed, while others are opened`,
  run: async ({ versions, progress }): Promise<Figure[]> => {
    const feed = await startFeed();
    const measure = async (office: Office): Promise<Figure[]> => {
      const { holidays, open, close } = await opener(office);
      const today = londonDateOf(systemClock.now());
      const inWorkingDays = (days: number): IsoDate => workingDaysAfter(today, days, 'england-and-wales', holidays);
      // Due on the day that is proclaimed; or with a ladder that ends the working day before it, eight after its due date.
      const [moves, stays] = [today, inWorkingDays(-9)];
      const proclaimed = inWorkingDays(10);
      const movers: string[] = [];
      const stayers: string[] = [];
      await openMany(cases, office, progress, async (index) => {
        const isMover = index % oneMovesOf === 0;
        const ref = await open(isMover ? moves : stays);
        (isMover ? movers : stayers).push(ref);
        return ref;
      });
      await close();

      progress('  cases are opened, before the day is proclaimed');
      const post = () => office.openCase(stays);
      await atRate(warmUp, post);
      await sleep(2_000);
      const quiet = await atRate(before, post);
      await sleep(2_000);

      progress('  the day is proclaimed');
      const day = { title: 'Proclaimed day', date: proclaimed, notes: '', bunting: true };
      feed.answer(feedWith((all) => all['england-and-wales'].events.push(day)));
      const over = new AbortController();
      const countAgain = async () => {
        try {
          await sleep(1_000);
          await runNow(office.client, bankHolidaysScheduleId);
          const counted = await recounted(office);
          await until('every case whose date has moved knows of it', () => areTold(office, movers), 300_000);
          return { ...counted, toldAt: Date.parse(systemClock.now()) };
        } finally {
          over.abort();
        }
      };
      const [{ beganAt, endedAt, toldAt }, posted] = await Promise.all([
        countAgain(),
        atRate({ ...meanwhile, signal: over.signal }, post),
      ]);
      const busy = posted.filter(({ scheduledAt }) => scheduledAt >= beganAt && scheduledAt < endedAt);

      progress('  the mails of the moves go out');
      const mailedAt = await mailed(office, movers);
      await areRight(office, { movers, stayers });

      const p95 = [quiet, busy].map((posts) => percentile(posts.map(({ tookMs }) => tookMs), 95));
      const seconds = (from: number, to: number): number[] => [round((to - from) / 1_000)];
      return [
        { what: `${cases} open cases counted again, ${moving} moved`, unit: 's', runs: seconds(beganAt, endedAt), aim: 30 },
        { what: 'cases moved and told', unit: 'a second', runs: [round(moving / ((toldAt - beganAt) / 1_000))], atLeast: 25 },
        { what: `the last person told of them after`, unit: 's', runs: seconds(beganAt, mailedAt) },
        ...percentiles('post to durable case before', [quiet.map(({ tookMs }) => tookMs)], { p50: undefined, p95: undefined }),
        ...percentiles('post to durable case meanwhile', [busy.map(({ tookMs }) => tookMs)], { p50: undefined, p95: undefined }),
        { what: 'p95 meanwhile, as ratio to before', unit: 'times', runs: [round((p95[1] ?? NaN) / (p95[0] ?? NaN))], aim: 2 },
      ];
    };
    try {
      return await withOffice(versions, measure, { BANK_HOLIDAYS_URL: feed.url });
    } finally {
      await feed.close();
    }
  },
};

/** Waits until all cases have been looked at. @returns from when to when, by the history of the workflow that did it */
async function recounted({ client }: Office): Promise<{ readonly beganAt: number; readonly endedAt: number }> {
  let [beganAt, endedAt] = [Infinity, Infinity];
  await until(
    'all open cases have been counted again',
    async () => {
      const { info } = await client.schedule.getHandle(bankHolidaysScheduleId).describe();
      // The last one: the worker has taken the feed once as it started.
      const started = info.recentActions.at(-1)?.action.workflow;
      if (started === undefined) return false;
      const { workflowId, firstExecutionRunId } = started;
      const { events } = await client.workflow.getHandle(workflowId, firstExecutionRunId).fetchHistory();
      const momentsOf = (those: typeof events): number[] =>
        (those ?? []).map(({ eventTime }) => Number(eventTime?.seconds) * 1_000 + (eventTime?.nanos ?? 0) / 1e6);
      const [began] = momentsOf(
        events?.filter(({ activityTaskScheduledEventAttributes: of }) => of?.activityType?.name === 'recountOpenCases'),
      );
      const ended = momentsOf(events?.filter(({ activityTaskCompletedEventAttributes: of }) => of)).at(-1);
      // It rests for a minute before it looks at those that were opened meanwhile.
      if (began === undefined || ended === undefined || !events?.some((event) => event.timerStartedEventAttributes)) return false;
      [beganAt, endedAt] = [began, ended];
      return true;
    },
    600_000,
  );
  return { beganAt, endedAt };
}

/** By the ids of the entries, which follow that of the opening: asked for otherwise, the stand-in reads the whole record. */
const areTold = async ({ database }: Office, movers: readonly string[]): Promise<boolean> => {
  const second = { $in: movers.map((ref) => entryId(ref, 2)) };
  const entries = await database.collection<AuditEntry>('audit').find({ _id: second }).toArray();
  return entries.length === movers.length && entries.every(({ act, waiting }) => act === 'clock-moved' && !waiting);
};

/** Waits until the SPOC and the requester of each case have a mail that tells its new date. @returns when the last was sent */
async function mailed(office: Office, refs: readonly string[]): Promise<number> {
  const keys = refs.flatMap((ref) => ['spoc', 'requester'].map((to) => `${ref}/T1/clock-moved/2/${to}`));
  const lines = office.database.collection<NewsLine>('date_news');
  const mails = office.database.collection<NewsMail>('date_news_mails');
  let sentAt: number[] = [];
  const allAreSent = async (): Promise<boolean> => {
    const held = await lines.find({ _id: { $in: keys } }).toArray();
    const told = [...new Set(held.map(({ mail }) => mail))].filter((mail) => mail !== null);
    const settled = await mails.find({ _id: { $in: told } }).toArray();
    sentAt = settled.flatMap(({ toldAt }) => (toldAt === null ? [] : [Date.parse(toldAt)]));
    return held.length === keys.length && held.every(({ mail }) => mail !== null) && sentAt.length === told.length;
  };
  await until('all are told of their new dates', allAreSent, 300_000);
  return Math.max(...sentAt);
}

/** @throws Error if a case has not moved that should have, or has that should not: no figure stands for other work */
async function areRight({ cases: all }: Office, { movers, stayers }: Record<'movers' | 'stayers', string[]>): Promise<void> {
  const plansOf = async (refs: string[]): Promise<Set<number | undefined>> =>
    new Set((await all.find({ _id: { $in: refs } }).toArray()).map(({ tasks }) => tasks[0]?.plans.length));
  const [moved, stayed] = [await plansOf(movers), await plansOf(stayers)];
  if ([...moved].some((plans) => plans !== 2) || [...stayed].some((plans) => plans !== 1)) {
    throw new Error('Other cases have moved than should have.');
  }
}
