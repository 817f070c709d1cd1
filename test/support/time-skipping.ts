import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { createActivities } from '../../activities';
import { findTemporalTestServer } from '../../embedded/find-temporal';
import { addSearchAttributes } from '../../worker/namespace';
import { bundleFile } from './build-workflow-bundle';
import { quietRuntime } from './quiet-runtime';

/** A Temporal server whose time jumps to the next timer, with the workflows of this build. */
export interface TimeSkipping {
  readonly env: TestWorkflowEnvironment;
  /** Runs a worker with these activities on a queue of its own while `during` runs. */
  withWorker<T>(
    taskQueue: string,
    activities: Partial<ReturnType<typeof createActivities>>,
    during: () => Promise<T>,
    options?: Pick<WorkerOptions, 'maxCachedWorkflows'>,
  ): Promise<T>;
  close(): Promise<void>;
}

quietRuntime();

export async function startTimeSkipping(): Promise<TimeSkipping> {
  const { command } = await findTemporalTestServer();
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: command[0] } },
  });
  await addSearchAttributes(env.connection, env.namespace ?? 'default');
  return {
    env,
    async withWorker(taskQueue, activities, during, options) {
      const worker = await Worker.create({
        connection: env.nativeConnection,
        taskQueue,
        workflowBundle: { codePath: bundleFile },
        activities,
        ...options,
      });
      return worker.runUntil(during);
    },
    close: () => env.teardown(),
  };
}
