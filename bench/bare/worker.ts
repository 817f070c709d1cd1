import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { takesWork } from '../../config/temporal';
import type { BareActivities } from './workflow';

/** A queue of its own, on the server and in the namespace of what it is compared with. */
export const bareQueue = 'bench-bare';

export interface BareServer {
  readonly address: string;
  readonly namespace: string;
}

/** A worker for the bare workflow, set as the real one is. */
export async function bareWorker(
  { address, namespace }: BareServer,
  maxCachedWorkflows: number,
): Promise<{ readonly worker: Worker; readonly close: () => Promise<void> }> {
  const connection = await NativeConnection.connect({ address });
  const activities: BareActivities = { nothing: () => Promise.resolve() };
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: bareQueue,
    workflowsPath: require.resolve('./workflow'),
    activities,
    maxCachedWorkflows,
    ...takesWork,
  });
  return { worker, close: () => connection.close() };
}

/** Only faults are told: the table is what is read. */
export function quietRuntime(): void {
  Runtime.install({ logger: new DefaultLogger('WARN') });
}

async function main(): Promise<void> {
  const [address = '', namespace = ''] = process.argv.slice(2);
  quietRuntime();
  const { worker, close } = await bareWorker({ address, namespace }, 1_000);
  process.stdout.write('ready\n');
  await worker.run();
  await close();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`The bare worker cannot go on: ${String(error)}\n`);
    process.exit(1);
  });
}
