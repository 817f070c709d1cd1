/**
 * `npm run reconcile`: compares the store with Temporal, after one of them was put back from a copy, and mends what can be
 * mended. docs/runbooks/copies.md says when.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, type Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { systemClock } from '../config/clock';
import { loadConfiguration } from '../config/configuration';
import type { TemporalSettings } from '../config/env';
import { createLogger } from '../config/logger';
import type { Protocol } from '../config/protocol-types';
import { taskQueue } from '../config/processes';
import { Dispatch } from '../dispatch';
import { compareAndNote } from '../dispatch/comparison';
import { differenceInWords, type Difference } from '../dispatch/differences';
import { mend } from '../dispatch/mending';
import { openStore, type Store } from '../store';
import { CurrentBankHolidays } from '../store/bank-holidays';
import { connectDatabase, type Database } from '../store/database';
import type { Surroundings } from './audit-verify';
import { connectTemporal, temporalOf } from './temporal';
import { auditSecret, contentKeys, databaseUri, linkSecret } from './token';

const usage = `Compares the database with Temporal: names every case of which one knows more than the other.

  npm run -s reconcile
  npm run -s reconcile -- --mend
    --mend  mends what can be mended, and says what is left

  For after a copy of one of them was put back; with a worker that runs, and before the web is started again.
  The database is that of MONGODB_URI, its secrets AUDIT_SECRET, LINK_SECRET and CONTENT_KEYS, the Temporal server that of
  TEMPORAL_ADDRESS; without them, those of the local stack of npm start.
  Ends with 0 if nothing differs (any more), 1 if something does, 2 if it could not look.
`;

export async function runReconcile(args: readonly string[], around: Surroundings): Promise<0 | 1 | 2> {
  const { env, print, complain } = around;
  const given = readArguments(args);
  if (given === undefined) {
    complain(usage);
    return 2;
  }
  if (given.help === true) {
    print(usage);
    return 0;
  }
  let database: Database | undefined;
  let connection: Connection | undefined;
  try {
    const { protocol, holidays: file } = loadConfiguration(() => ({}), env);
    const secrets = { auditSecret: auditSecret(env), linkSecret: linkSecret(env), contentKeys: contentKeys(env) };
    const settings = temporalOf(env);
    database = await connectDatabase(databaseUri(env), 10_000);
    const store = await openStore(database, protocol, secrets);
    connection = await connectTemporal(settings);
    const client = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });
    await refuseWithoutWorker(client, settings);
    return await reconcile(
      { store, client, protocol, holidays: new CurrentBankHolidays(store.bankHolidays, file) },
      given.mend === true,
      around,
    );
  } catch (error) {
    complain(`reconcile: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  } finally {
    await connection?.close();
    await database?.close();
  }
}

interface Parts {
  readonly store: Store;
  readonly client: Client;
  readonly holidays: CurrentBankHolidays;
  readonly protocol: Protocol;
}

async function reconcile({ store, client, holidays, protocol }: Parts, isToMend: boolean, { clock, print, complain }: Surroundings): Promise<0 | 1> {
  const deps = { store, client, clock };
  const say = (differences: readonly Difference[]): void => {
    for (const { caseRef, what, todo } of differences.map(differenceInWords)) print(`${caseRef === null ? '' : `${caseRef}: `}${what}. ${todo}.`);
  };
  const found = await compareAndNote(deps);
  say(found);
  if (found.length === 0) print('The database and Temporal agree.');
  if (found.length === 0 || !isToMend) {
    if (found.length > 0) print(`${counted(found.length)}. Nothing was changed: --mend mends what can be mended.`);
    return found.length === 0 ? 0 : 1;
  }

  const dispatch = new Dispatch({ ...deps, holidays, protocol, logger: createLogger('reconcile', 'silent') });
  for (const difference of found) {
    try {
      await mend(difference, { dispatch, store, clock });
    } catch (error) {
      complain(`${differenceInWords(difference).caseRef ?? 'references'}: not mended (${error instanceof Error ? error.message : String(error)}).`);
    }
  }
  const left = await leftOver(deps);
  print(`${counted(found.length)}, of which ${found.length - left.length} are mended.`);
  if (left.length === 0) return 0;
  print('What is left:');
  say(left);
  return 1;
}

/** A case that was told something, or started again, takes a moment to be where it should be. */
const looks = 5;
const betweenMs = 2_000;

async function leftOver(deps: Parameters<typeof compareAndNote>[0]): Promise<readonly Difference[]> {
  for (let look = 1; ; look += 1) {
    await sleep(betweenMs);
    const left = await compareAndNote(deps);
    if (look === looks || !left.some(isOnItsWay)) return left;
  }
}

const isOnItsWay = ({ kind }: Difference): boolean => kind === 'no-workflow' || kind === 'workflow-behind' || kind === 'store-behind';

/** What a case has heard it says itself, and it is a worker that lets it speak. */
async function refuseWithoutWorker(client: Client, { TEMPORAL_NAMESPACE: namespace }: TemporalSettings): Promise<void> {
  const taskQueueType = temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW;
  const { pollers } = await client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType });
  if (pollers.length === 0) throw new Error('No worker runs, and without one no case can be asked: start one, and run this again.');
}

const counted = (differences: number): string => (differences === 1 ? '1 difference' : `${differences} differences`);

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { mend: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch {
    return undefined;
  }
}

if (require.main === module) {
  void runReconcile(process.argv.slice(2), {
    env: process.env,
    clock: systemClock,
    print: (line) => process.stdout.write(line.endsWith('\n') ? line : `${line}\n`),
    complain: (line) => process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
  }).then((exitCode) => (process.exitCode = exitCode));
}
