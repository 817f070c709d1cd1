/** What a case is told, whatever the process: taken or refused once, many at once in one wake, whatever fails meanwhile. */
import type { CaseMessage, CaseProjection } from '../../workflows/shared/contract';
import { tellSignal } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { day, hour, tell, withCase, type RunningCase, type Untold } from './support';

let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

const confirm: Untold = { type: 'answers-confirmed', by: 'account-1' };
const partners = Array.from({ length: 40 }, (_, index) => `partner-${index + 1}`);
const eventsOf = async ({ handle }: RunningCase): Promise<number> => (await handle.describe()).historyLength;

test('forty partners that answer in the same second all get through, and the whole case costs 68 events at the most', async () => {
  await withCase(server, { dueInDays: 14, partners }, async (running) => {
    const { world, handle } = running;
    await server.env.sleep(hour);
    const answers = partners.map((_, index) => world.answer(`T${index + 1}`, running.openedAt + hour));
    await Promise.all(answers.map((answer) => handle.signal<[CaseMessage]>(tellSignal, answer)));
    await server.env.sleep(1_000);
    expect(await handle.query<CaseProjection>('status')).toMatchObject({ stage: 'answered', openTasks: 0 });
    expect(new Set(world.words.map(({ seq, rejection }) => `${seq} ${rejection ?? 'taken'}`)).size).toBe(40);
    await tell(running, world.store(confirm, running.openedAt + hour));
    await handle.result();
    const told = world.sent.filter((mail) => mail.endsWith('answer-received-1 requester'));
    expect(new Set(told).size).toBe(40);
    expect(await eventsOf(running)).toBeLessThanOrEqual(68);
  });
});

const answerOf = ({ world }: RunningCase, index: number, at: number): CaseMessage =>
  world.answer(`T${index + 1}`, at, index % 2 === 0 ? 'holds' : 'nil-return');

test('forty partners of a review that answer in the same second: 68 events at the most until the panel has met', async () => {
  await withCase(server, { process: 'asb-case-review', dueInDays: 14, partners }, async (running) => {
    const { world, handle, openedAt } = running;
    await server.env.sleep(hour);
    const answers = partners.map((_, index) => answerOf(running, index, openedAt + hour));
    await Promise.all(answers.map((answer) => handle.signal<[CaseMessage]>(tellSignal, answer)));
    await server.env.sleep(1_000);
    expect(await handle.query<CaseProjection>('status')).toMatchObject({ stage: 'collated', openTasks: 0 });
    expect(new Set(world.sent.filter((mail) => mail.endsWith('answer-received-1 requester'))).size).toBe(40);
    expect(world.sent.filter((mail) => mail.startsWith('T0 collated'))).toHaveLength(1);
    await tell(running, world.store({ type: 'outcome-recorded', duties: [] }, openedAt + hour));
    expect(await eventsOf(running)).toBeLessThanOrEqual(68);
    await tell(running, world.store({ type: 'applicant-told', of: 'outcome' }, openedAt + hour));
    await tell(running, world.store({ type: 'review-closed', by: 'account-1' }, openedAt + hour));
    await handle.result();
    expect(await eventsOf(running)).toBeLessThanOrEqual(81);
  });
});

test('forty answers to a review that go to it in one signal cost as much as one, and each has its word', async () => {
  await withCase(server, { process: 'asb-case-review', dueInDays: 14, partners }, async (running) => {
    const { world, handle, openedAt } = running;
    await server.env.sleep(hour);
    const answers = partners.map((_, index) => answerOf(running, index, openedAt + hour));
    await handle.signal<CaseMessage[]>(tellSignal, ...answers);
    await server.env.sleep(1_000);
    expect(await handle.query<CaseProjection>('status')).toMatchObject({ stage: 'collated', openTasks: 0 });
    expect(world.words).toEqual(answers.map(({ seq }) => ({ seq, rejection: null })));
    expect(await eventsOf(running)).toBe(12);
    await tell(running, world.store({ type: 'applicant-told', of: 'decision' }, openedAt + hour));
    await tell(running, world.store({ type: 'outcome-recorded', duties: [] }, openedAt + hour));
    await tell(running, world.store({ type: 'applicant-told', of: 'outcome' }, openedAt + hour));
    await tell(running, world.store({ type: 'review-closed', by: 'account-1' }, openedAt + hour));
    await handle.result();
    expect(await eventsOf(running)).toBeLessThanOrEqual(36);
  });
});

test('what comes in one signal is taken in its order: a confirmation before the last answer is refused, one after it is taken', async () => {
  await withCase(server, { dueInDays: 14, partners: ['essex-police', 'probation'] }, async (running) => {
    const { world, handle, openedAt } = running;
    const first = world.answer('T1', openedAt);
    const early = world.store(confirm, openedAt);
    const last = world.answer('T2', openedAt);
    const late = world.store(confirm, openedAt);
    await handle.signal<CaseMessage[]>(tellSignal, first, early, last, late);
    expect(await handle.result()).toMatchObject({ outcome: 'answers-confirmed' });
    const words = [null, 'NotYetAnswered', null, null];
    expect(world.words).toEqual([first, early, last, late].map(({ seq }, index) => ({ seq, rejection: words[index] })));
  });
});

test('forty partners of a review that answer one after the other: six events each', async () => {
  await withCase(server, { process: 'asb-case-review', dueInDays: 14, partners }, async (running) => {
    for (const index of partners.keys()) {
      await server.env.sleep(hour);
      await tell(running, answerOf(running, index, running.openedAt + (index + 1) * hour));
    }
    await server.env.sleep(1_000);
    expect(await running.handle.query<CaseProjection>('status')).toMatchObject({ stage: 'collated', openTasks: 0 });
    expect(await eventsOf(running)).toBeLessThanOrEqual(6 + 40 * 6);
  });
});

test('one partner that answers on the third day, confirmed: 18 events', async () => {
  await withCase(server, { dueInDays: 14, rungs: 6 }, async (running) => {
    const { world } = running;
    // So late that the first rung comes before the case would close by itself: its timer serves both.
    await server.env.sleep(7 * day);
    await tell(running, world.answer('T1', running.openedAt + 7 * day));
    await tell(running, world.store(confirm, running.openedAt + 7 * day));
    await running.handle.result();
    expect(await eventsOf(running)).toBe(18);
  });
});

test('what was refused stays refused, however often it is told and whatever the rules say by then', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    const { world, openedAt } = running;
    const early = world.store(confirm, openedAt);
    expect(await tell(running, early)).toBe('NotYetAnswered');
    await tell(running, world.answer('T1', openedAt + hour));
    expect(await tell(running, early)).toBe('NotYetAnswered');
    expect(world.lastState).toMatchObject({ stage: 'answered', outcome: null });
  });
});

test.each(['carryOut', 'storedMessages'] as const)('%s that fails at once is done in a task of its own, until it is done', async (activity) => {
  let failures = 0;
  await withCase(
    server,
    {
      dueInDays: 14,
      prepare: (world) => {
        const done = world[activity] as (...args: unknown[]) => Promise<never>;
        Object.assign(world, {
          [activity]: (...args: unknown[]) => {
            failures += 1;
            return failures <= 3 ? Promise.reject(new Error('the database is away')) : done(...args);
          },
        });
      },
    },
    async (running) => {
      // Time that is skipped passes over what is to be tried again; a minute is enough for each.
      for (const wait of [60_000, 12 * day, 60_000]) await server.env.sleep(wait);
      expect(running.world.sent).toEqual(['T1 request spoc', 'T1 reminder spoc']);
      expect(failures).toBeGreaterThan(3);
      await tell(running, running.world.answer('T1', running.openedAt + 12 * day));
      expect(running.world.lastState).toMatchObject({ stage: 'answered' });
    },
  );
});
