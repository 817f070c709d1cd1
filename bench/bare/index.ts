import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { projectRoot } from '../../config/root';
import { until } from '../until';
import { bareQueue, bareWorker, quietRuntime, type BareServer } from './worker';
import { bareAnswer, type bareCase } from './workflow';

/** Runs the bare worker in a process of its own, as the real one is, while `use` is under way. */
export async function withBareWorker<T>({ address, namespace }: BareServer, use: () => Promise<T>): Promise<T> {
  const main = join(projectRoot, 'bench', 'bare', 'worker.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, address, namespace], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    await Promise.race([
      once(child.stdout, 'data'),
      ended.then(() => {
        throw new Error('The bare worker ended while it started.');
      }),
    ]);
    return await use();
  } finally {
    child.kill('SIGTERM');
    await ended;
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
