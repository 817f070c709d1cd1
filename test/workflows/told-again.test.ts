/** A case whose history is lost, in part or whole, is told again what it had taken, and stands where it stood. */
import { heardQuery, statusQuery, tellSignal, type CaseMessage, type CaseProjection, type Heard } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, day, hour, movedClock, tell, withCase, type World } from './support';

// A server for each test (docs/gotchas.md).
let server: TimeSkipping;
beforeEach(async () => {
  server = await startTimeSkipping();
});
afterEach(() => server.close());

test('started again: it begins as of then, and what it records first is where it stands', async () => {
  const now = await server.env.currentTimeMs();
  const beganAt = at(now - 9 * day);
  const moved: CaseMessage = {
    seq: 3,
    at: at(now - 5 * day),
    type: 'clock-moved',
    task: 'T1',
    clock: movedClock(now + 3 * day, 2),
    cause: 'extended',
    takenBefore: true,
  };
  const prepare = (world: World): void => void world.messages.push(moved);
  await withCase(server, { dueInDays: 1, input: (input) => ({ ...input, beganAt }), prepare }, async ({ world, handle }) => {
    await server.env.sleep(hour);
    expect(world.orders).toHaveLength(1);
    expect(world.lastState).toMatchObject({ dueAt: at(now + 3 * day), tasks: [{ rungsPassed: 0 }] });
    // It says again what it said then, at the moments of then; of its first date no reminder had come by the move.
    expect(world.orders[0]?.events.map(({ event, at: when }) => [event, when])).toEqual([
      ['request-sent', beganAt],
      ['clock-moved', moved.at],
    ]);
    expect(world.words).toEqual([]);
    await server.env.sleep(12 * hour);
    expect(world.sent).toContain('T1 reminder spoc');
    expect(await handle.query<Heard>(heardQuery)).toMatchObject({ run: 1, after: 0, numbers: [3] });
  });
});

test('what it had taken when its ladder was finished is taken again, however far the ladder has come, and no word is said', async () => {
  await withCase(server, { dueInDays: 1 }, async ({ world, handle, dueAt }) => {
    await server.env.sleep(hour);
    const left: CaseMessage = {
      seq: 1,
      at: at(dueAt + 8 * day),
      type: 'silence-decided',
      task: 'T1',
      decision: 'left-unanswered',
      by: 'account-1',
      takenBefore: true,
    };
    await handle.signal<[CaseMessage]>(tellSignal, left);
    expect(await handle.result()).toMatchObject({ outcome: 'closed-unanswered' });
    expect(world.words).toEqual([]);
  });
});

test('before a rung it asks for what it has not heard: taken or refused, it has heard it', async () => {
  const asked: Heard[] = [];
  const prepare = (world: World): void => {
    world.storedMessages = async (...[, heard]: [caseRef?: string, heard?: Heard]) => {
      if (heard !== undefined) asked.push(heard);
      return Promise.resolve([]);
    };
  };
  await withCase(server, { dueInDays: 5, partners: ['essex-police', 'probation'], prepare }, async (running) => {
    const { world, handle, openedAt } = running;
    await server.env.sleep(hour);
    await tell(running, world.answer('T1', openedAt + hour));
    expect(await tell(running, world.store({ type: 'answers-confirmed', by: 'account-1' }, openedAt + hour))).toBe('NotYetAnswered');
    await server.env.sleep(3 * day);
    expect(world.sent).toContain('T2 reminder spoc');
    expect(asked[0]).toEqual({ run: 1, after: 0, numbers: [1, 2] });
    const { seq } = await handle.query<CaseProjection>(statusQuery);
    expect(await handle.query(heardQuery)).toEqual({ run: 1, after: 0, numbers: [1, 2], seq });
  });
});
