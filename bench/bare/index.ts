import type { Client } from '@temporalio/client';
import { Child } from '../child';
import { until } from '../until';
import { bareQueue, bareWorker, quietRuntime, type BareServer } from './worker';
import { bareAnswer, type bareCase } from './workflow';

/** Runs the bare worker in a process of its own, as the real one is, while `use` is under way. */
export async function withBareWorker<T>({ address, namespace }: BareServer, use: () => Promise<T>): Promise<T> {
  const child = new Child('bench/bare/worker.ts', [address, namespace]);
  try {
    await child.hasSaid('ready');
    return await use();
  } finally {
    await child.stop();
  }
}

export async function startBareCase(client: Client, workflowId: string, partners: number): Promise<void> {
  await client.workflow.start<typeof bareCase>('bareCase', { taskQueue: bareQueue, workflowId, args: [partners] });
}

/** What the frozen workflow must leave behind: with other counts, ratios to it could not be compared over time. */
export const bareEvents: Readonly<Record<number, number>> = { 1: 31, 40: 226 };

/**
 * Runs one bare case to its end and counts its history. The answers come while no worker is there, so that one workflow
 * task takes them all, and no task waits for a worker that has gone.
 * @throws Error if the bare workflow does not have the events that it was frozen with
 */
export async function countBareEvents(client: Client, server: BareServer, partners: number): Promise<number> {
  quietRuntime();
  const workflowId = `bare-count-${partners}`;
  const handle = client.workflow.getHandle(workflowId);
  const length = async () => (await handle.describe()).historyLength;
  const working = async (untilThen: () => Promise<unknown>) => {
    const { worker, close } = await bareWorker(server, 0);
    await worker.runUntil(untilThen);
    await close();
  };

  await startBareCase(client, workflowId, partners);
  // The start, two workflow tasks, an activity between them, and the timers.
  await working(() => until('the bare case has its timers', async () => (await length()) === 10 + 2 * partners));
  for (let partner = 0; partner < partners; partner += 1) await handle.signal(bareAnswer, partner);
  await working(() => handle.result());

  const events = await length();
  if (events !== bareEvents[partners]) {
    const expected = bareEvents[partners] ?? 'no count known';
    throw new Error(`A bare case with ${partners} partners has ${events} events, expected ${expected}: it is frozen.`);
  }
  return events;
}
