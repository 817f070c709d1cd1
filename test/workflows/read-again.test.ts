/**
 * A case that is read again from its history, as by another worker, is the same: also where its first work took longer than
 * a task may, so that the task was handed in and taken out again in the midst of it. `Date.now()` says another time then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { processes, taskQueue } from '../../config/processes';
import { tellSignal, type CaseMessage, type CaseProjection, type WorkOrder } from '../../workflows/shared/contract';
import { startTimeSkipping, type TimeSkipping } from '../support/time-skipping';
import { at, day, inputFor, movedClock, World } from './support';

/** The SDK hands a task in after four fifths of it. */
const taskMs = 2_000;
const workMs = 6_000;

class SlowWorld extends World {
  override carryOut = async (order: WorkOrder) => {
    this.orders.push(order);
    await sleep(workMs);
    return { seq: order.projection.seq, deferred: [], undeliverable: [] };
  };
}

let server: TimeSkipping;
let world: World;
let handle: WorkflowHandle;
let openedAt: number;
beforeEach(async () => {
  server = await startTimeSkipping();
  const { env } = server;
  world = new SlowWorld(() => env.currentTimeMs());
  openedAt = await env.currentTimeMs();
  const workflowId = 'IR-2026-0001';
  handle = await env.client.workflow.start(processes['information-request'].workflowType, {
    taskQueue,
    workflowId,
    workflowTaskTimeout: taskMs,
    args: [inputFor(workflowId, ['essex-police', 'probation'], openedAt + 14 * day)] as never,
  });
});
afterEach(async () => {
  await handle.terminate('end of test');
  await server.close();
});

/** Lets a worker carry out so many orders that keeps no case in memory, so that it reads the case again for each task. */
const stateAfter = (orders: number): Promise<CaseProjection> =>
  server.withWorker(
    taskQueue,
    world,
    async () => {
      while (world.orders.length < orders) await sleep(100);
      await sleep(workMs + 1_000);
      return handle.query<CaseProjection>('status');
    },
    { maxCachedWorkflows: 0 },
  );

test('the state is the one that was recorded, with its number: nobody takes the store for one of an earlier moment', async () => {
  expect(await stateAfter(1)).toEqual(world.lastState);
});

test('what a message changes is what held when it was written: a rung that comes while it is carried out is fired', async () => {
  // The other task is due first: as there is nothing new to show to managers, the task is handed in without a command.
  const clock = movedClock(openedAt + 15 * day, 2);
  const [first, ...rungs] = clock.rungs;
  if (first === undefined) throw new Error('There is no rung.');
  const soon = { ...clock, rungs: [{ ...first, at: at(openedAt + 3_000) }, ...rungs] };
  const message = world.store({ type: 'clock-moved', task: 'T1', cause: 'extended', clock: soon }, openedAt);
  await handle.signal<[CaseMessage]>(tellSignal, message);
  const state = await stateAfter(2);
  expect(world.orders.map(({ notices }) => notices.map(({ step }) => step))).toEqual([['request', 'request', 'clock-moved'], ['reminder']]);
  expect(state).toMatchObject({ tasks: [{ rungsPassed: 1 }, { rungsPassed: 0 }] });
});
