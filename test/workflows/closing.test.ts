/** The day on which an answered case closes by itself moves with the bank holidays: taken once, and safe in every race. */
import type { IsoInstant } from '../../config/clock';
import type { CaseProjection } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, day, hour, tell, withCase, type RunningCase, type Untold, type World } from './support';

// A server for each test (docs/gotchas.md).
let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

const act = async (running: RunningCase, told: Untold): ReturnType<typeof tell> =>
  tell(running, running.world.store(told, await server.env.currentTimeMs()));
const confirm: Untold = { type: 'answers-confirmed', by: 'account-1' };
const status = ({ handle }: RunningCase): Promise<CaseProjection> => handle.query('status');
const mails = ({ world }: RunningCase) => world.sent.filter((mail) => mail.includes('closing-moved'));
const moves = ({ world }: RunningCase) =>
  world.orders.flatMap(({ events }) => events.filter(({ event }) => event === 'closing-moved'));

/** The closing that is counted from a moment moves to so many days after it. */
const moveTo = (after: IsoInstant, days: number, from = 5): Untold => ({
  type: 'closing-moved',
  after,
  closeAt: at(Date.parse(after) + days * day),
  before: at(Date.parse(after) + from * day),
  cause: 'bank-holidays-changed',
  calendarVersion: 'changed',
});

/** A case that is answered an hour after its opening, and then waits five days to close. */
async function withAnswered(
  during: (running: RunningCase, answeredAt: IsoInstant) => Promise<void>,
  prepare: (world: World) => unknown = () => undefined,
): Promise<void> {
  await withCase(server, { dueInDays: 14, prepare: (world) => void prepare(world) }, async (running) => {
    await server.env.sleep(hour);
    const answer = running.world.answer('T1', running.openedAt + hour);
    await tell(running, answer);
    await server.env.sleep(hour);
    await during(running, answer.at);
  });
}

test('later: the case waits until then, says so to managers, and the requester is told once', async () => {
  await withAnswered(async (running, answeredAt) => {
    const { world, handle } = running;
    const message = world.store(moveTo(answeredAt, 6), Date.parse(answeredAt) + hour);
    await tell(running, message);
    await tell(running, message);
    await server.env.sleep(hour);
    const closeAt = at(Date.parse(answeredAt) + 6 * day);
    expect(await status(running)).toMatchObject({ stage: 'answered', closeAt, nextWakeAt: closeAt });
    expect(world.lastState).toMatchObject({ closeAt, nextWakeAt: closeAt });
    expect(moves(running)).toEqual([
      { event: 'closing-moved', at: message.at, cause: 'bank-holidays-changed', closeAt, before: at(Date.parse(answeredAt) + 5 * day) },
    ]);
    expect(mails(running)).toEqual([`T0 closing-moved-${message.seq} requester`]);
    expect(world.orders.flatMap(({ notices }) => notices).at(-1)).toMatchObject({ calendarVersion: 'changed' });
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    const inLondon = new Date(closeAt).toLocaleDateString('en-GB', { timeZone: 'Europe/London', day: 'numeric', month: 'long' });
    expect(currentDetails).toMatch(new RegExp(`Wakes next:\\*\\* .*${inLondon}`));
    await server.env.sleep(4.9 * day);
    expect(await status(running)).toMatchObject({ stage: 'answered' });
    await expect(handle.result()).resolves.toMatchObject({ outcome: 'answers-not-contested' });
    expect(await server.env.currentTimeMs()).toBeGreaterThanOrEqual(Date.parse(closeAt));
  });
});

test('earlier: it closes then, and not at the old moment', async () => {
  await withAnswered(async (running, answeredAt) => {
    await act(running, moveTo(answeredAt, 2));
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'answers-not-contested' });
    const closedAt = running.world.orders.at(-1)?.events.find(({ event }) => event === 'case-closed')?.at ?? '';
    expect(Date.parse(closedAt)).toBeLessThan(Date.parse(answeredAt) + 2.5 * day);
    expect(mails(running)).toHaveLength(1);
  });
});

test('to the moment that it has already: nobody is told', async () => {
  await withAnswered(async (running, answeredAt) => {
    await act(running, moveTo(answeredAt, 5));
    await server.env.sleep(hour);
    expect([mails(running), moves(running)]).toEqual([[], []]);
  });
});

test('while the first date is still being worked out: the moved one counts, whatever that brings', async () => {
  let running: RunningCase | undefined;
  let told: Promise<unknown> | undefined;
  await withAnswered(
    async (opened, answeredAt) => {
      await told;
      expect(await status(opened)).toMatchObject({ closeAt: at(Date.parse(answeredAt) + 7 * day) });
      expect(mails(opened)).toHaveLength(1);
    },
    (world) => {
      const { carryOut } = world;
      world.carryOut = async (order) => {
        if (order.closeAfter !== undefined && told === undefined) {
          running = { world, handle: server.env.client.workflow.getHandle(order.caseRef), ref: order.caseRef } as RunningCase;
          told = act(running, moveTo(order.closeAfter, 7));
          await told;
        }
        return carryOut(order);
      };
    },
  );
});

test('an answer that is corrected just before: the date is counted from the correction, and the move refused', async () => {
  await withAnswered(async (running, answeredAt) => {
    const { world } = running;
    const correctedAt = Date.parse(answeredAt) + hour;
    await tell(running, world.answer('T1', correctedAt, 'refused', 2));
    expect(await act(running, moveTo(answeredAt, 9))).toBe('ClosingCountedAnew');
    await server.env.sleep(hour);
    expect(await status(running)).toMatchObject({ closeAt: at(correctedAt + 5 * day) });
    expect([mails(running), moves(running)]).toEqual([[], []]);
  });
});

test('an answer that is corrected just after: the date is counted from the correction', async () => {
  await withAnswered(async (running, answeredAt) => {
    const { world } = running;
    await act(running, moveTo(answeredAt, 9));
    const correctedAt = Date.parse(answeredAt) + hour;
    await tell(running, world.answer('T1', correctedAt, 'refused', 2));
    await server.env.sleep(hour);
    expect(await status(running)).toMatchObject({ closeAt: at(correctedAt + 5 * day) });
  });
});

test('a confirmation in the instant before it: the case is closed, and the move refused', async () => {
  await withAnswered(
    async (running, answeredAt) => {
      await act(running, confirm);
      // Mail that waits keeps the workflow there.
      expect(await act(running, moveTo(answeredAt, 9))).toBe('CaseEnded');
      running.world.mailDownUntil = 0;
      await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'answers-confirmed' });
      expect(running.world.lastState).toMatchObject({ closeAt: null, nextWakeAt: null });
      expect(mails(running)).toEqual([]);
    },
    (world) => (world.mailDownUntil = Number.MAX_SAFE_INTEGER),
  );
});

test('a confirmation in the instant after it: the case is closed, and does not wait for the moved date', async () => {
  await withAnswered(async (running, answeredAt) => {
    await act(running, moveTo(answeredAt, 9));
    await act(running, confirm);
    await expect(running.handle.result()).resolves.toMatchObject({ outcome: 'answers-confirmed' });
    expect(running.world.lastState).toMatchObject({ closeAt: null, nextWakeAt: null });
  });
});

test('while an answer is awaited there is no closing to move', async () => {
  await withCase(server, { dueInDays: 14 }, async (running) => {
    expect(await act(running, moveTo(at(running.openedAt), 9))).toBe('ClosingCountedAnew');
    expect(await status(running)).toMatchObject({ closeAt: null });
  });
});

test('stored during an outage it beats the timer: the case does not close at the old moment', async () => {
  await withAnswered(async (running, answeredAt) => {
    running.world.store(moveTo(answeredAt, 8), Date.parse(answeredAt) + hour);
    await server.env.sleep(6 * day);
    expect(await status(running)).toMatchObject({ stage: 'answered', closeAt: at(Date.parse(answeredAt) + 8 * day) });
    expect(mails(running)).toHaveLength(1);
  });
});

test('of an earlier opening it changes nothing of the next one', async () => {
  const input = (given: Parameters<NonNullable<Parameters<typeof withCase>[1]['input']>>[0]) => ({
    ...given,
    reopened: { run: 2, seq: 7, after: 3 },
  });
  await withCase(server, { dueInDays: 14, input }, async (running) => {
    const { world } = running;
    const answer = { ...world.answer('T1', running.openedAt), seq: 4 };
    await tell(running, answer);
    await server.env.sleep(hour);
    await tell(running, { ...world.store(moveTo(answer.at, 9), running.openedAt), seq: 3 });
    expect(await status(running)).toMatchObject({ closeAt: at(running.openedAt + 5 * day) });
  });
});
