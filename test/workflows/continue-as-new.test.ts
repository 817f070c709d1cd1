/** A case whose history has grown long goes on in a new run, with all that it knows (real server, a low threshold). */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { systemClock } from '../../config/clock';
import { findTemporalCli } from '../../embedded/find-temporal';
import { informationRequestType, type InformationRequestResult } from '../../workflows/information-request/contract';
import type { CaseProjection } from '../../workflows/shared/contract';
import { addSearchAttributes } from '../../worker/namespace';
import { bundleFile } from '../support/build-workflow-bundle';
import { day, inputFor, tell, World } from './support';
import { quietRuntime } from '../support/quiet-runtime';

quietRuntime();

test('goes on in a new run: nothing is asked twice, answers are known by their ids, the clock runs on', async () => {
  const { command } = await findTemporalCli();
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: command[0] },
      extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=30'],
    },
  });
  try {
    await addSearchAttributes(env.connection, 'default');
    const now = (): number => Date.parse(systemClock.now());
    const world = new World(() => Promise.resolve(now()));
    const ref = 'IR-2026-0001';
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue: ref,
      workflowBundle: { codePath: bundleFile },
      activities: world,
    });
    await worker.runUntil(async () => {
      const dueAt = now() + 14 * day;
      const started = await env.client.workflow.start<() => Promise<InformationRequestResult>>(informationRequestType, {
        taskQueue: ref,
        workflowId: ref,
        args: [inputFor(ref, ['essex-police', 'probation'], dueAt)] as never,
      });
      const handle = env.client.workflow.getHandle<() => Promise<InformationRequestResult>>(ref);
      const first = world.answer('T1', now());
      for (let delivery = 0; delivery < 12; delivery += 1) {
        await tell({ handle, world }, first);
      }
      const { runId } = await handle.describe();
      expect(runId).not.toBe(started.firstExecutionRunId);
      const state = await handle.query<CaseProjection>('status');
      expect(state).toMatchObject({ stage: 'awaiting-answers', openTasks: 1, tasks: [{ status: 'answered' }, { status: 'open' }] });

      const second = world.answer('T2', now());
      await tell({ handle, world }, second);
      // What comes while the case leaves its run has that task done again, and its mails asked for again: the ledger sends them once.
      await handle.query<CaseProjection>('status');
      const confirmed = world.store({ type: 'answers-confirmed', by: 'account-1' }, now());
      await tell({ handle, world }, confirmed);
      await expect(handle.result()).resolves.toMatchObject({ outcome: 'answers-confirmed' });
      expect(world.sent).toEqual([
        'T1 request spoc',
        'T2 request spoc',
        'T1 answer-received-1 requester',
        'T2 answer-received-1 requester',
      ]);
      const numbers = world.orders.map(({ projection }) => projection.seq);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    });
  } finally {
    await env.teardown();
  }
});
