import { setTimeout as sleep } from 'node:timers/promises';
import {
  MongoBulkWriteError,
  MongoClient,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  type Collection,
  type Db,
  type Document,
} from 'mongodb';
import './closed-connections';

/** An open connection to the store. Every write is acknowledged by a majority and journalled before it counts. */
export interface Database {
  readonly db: Db;
  collection<T extends Document>(name: string): Collection<T>;
  /** Resolves if the database answers within two seconds. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects and waits for the database to answer once.
 *
 * @param waitMs How long to wait for it; later outages are waited out by each operation for up to ten seconds.
 * @throws Error in plain words if it does not answer in that time.
 */
export async function connectDatabase(uri: string, waitMs = 30_000): Promise<Database> {
  const client = new MongoClient(uri, {
    appName: 'concordat',
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    serverSelectionTimeoutMS: 10_000,
    connectTimeoutMS: 5_000,
    socketTimeoutMS: 30_000,
    ignoreUndefined: true,
  });
  try {
    const tries = Math.ceil(waitMs / 10_000);
    const db = client.db();
    await persistently(() => db.command({ ping: 1 }), tries);
    return {
      db,
      collection: (name) => db.collection(name),
      ping: async () => {
        await db.command({ ping: 1 }, { timeoutMS: 2_000 });
      },
      close: () => client.close(),
    };
  } catch (error) {
    await client.close();
    throw new Error(`The database does not answer at ${withoutPassword(uri)}: start it, or set MONGODB_URI.`, {
      cause: error,
    });
  }
}

/**
 * Repeats an operation through an outage of the database. Only for operations that may be done twice: the first try may
 * have been done and its reply lost.
 */
export async function persistently<T>(operation: () => Promise<T>, tries = 4): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (!isAway(error) || attempt >= tries) throw error;
      await sleep(250 * attempt);
    }
  }
}

/**
 * What a database answers that is there and takes no writes at the moment, or does not know whether a majority of it has
 * them: while it chooses another primary or stops, in the mode in which writes are blocked, without room on its disk.
 */
const notNow: ReadonlySet<unknown> = new Set([
  ...[91, 189, 10_107, 11_600, 11_602, 13_435, 13_436], // ShutdownInProgress to NotPrimaryOrSecondary
  ...[64, 100, 134], // WriteConcernTimeout, UnsatisfiableWriteConcern, ReadConcernMajorityNotAvailableYet
  ...[371, 14_031], // UserWritesBlocked, OutOfDiskSpace
]);

/**
 * Whether the database was not reached, did not reply, or does not do what it is asked for now. The driver lets some faults
 * of a connection through as they are: one that is written to while the other side ends it gives a plain `EPIPE`.
 */
export function isAway(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoOperationTimeoutError) return true;
  const { code } = (error ?? {}) as { readonly code?: unknown };
  // The driver's word for some writes of which none could be asked for: the broken connection is in there, and no code.
  if (error instanceof MongoBulkWriteError && [error.writeErrors].flat().length === 0 && code === undefined) return true;
  if (error instanceof MongoServerError && notNow.has(code)) return true;
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ECONNREFUSED';
}

function withoutPassword(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//');
}

/** Whether an insert failed because a document with the same unique key is there already. */
export function isDuplicate(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11_000;
}
