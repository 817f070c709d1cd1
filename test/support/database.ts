import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { loadBankHolidays } from '../../config/bank-holidays';
import { loadProtocol } from '../../config/protocol';
import { projectRoot } from '../../config/root';
import { toolsFolder } from '../../embedded/home';
import { startStack, type PartName, type Stack } from '../../embedded/stack';
import { openStore, type Store } from '../../store';
import { connectDatabase } from '../../store/database';

export const protocol = loadProtocol(join(projectRoot, 'config', 'protocols', 'thurrock.yaml'));
export const holidays = loadBankHolidays(join(projectRoot, 'config', 'bank-holidays.json'));

/** Why no database can be had on this machine; undefined where one can. */
export const noDatabase = reasonForNone();

/** A suite that needs a database. Where none can be had it is skipped, and its name says why. */
export function describeWithDatabase(name: string, suite: () => void): void {
  if (noDatabase === undefined) describe(name, suite);
  else describe.skip(`${name} (not run: ${noDatabase})`, suite);
}

export interface TestStore {
  readonly store: Store;
  readonly stack: Stack;
  close(): Promise<void>;
}

/** The collections of a fresh database, and other servers beside it. */
export async function startStore(parts: readonly PartName[] = ['mongo']): Promise<TestStore> {
  const home = mkdtempSync(join(tmpdir(), 'concordat-store-'));
  const stack = await startStack({ home, ports: 'free', parts });
  const database = await connectDatabase(stack.env['MONGODB_URI'] ?? '');
  const store = await openStore(database, protocol, {
    linkSecret: 'a secret that is long enough for links',
    auditSecret: 'a secret that is long enough for the record',
    contentKeys: [{ id: 'test', key: Buffer.alloc(32, 1) }],
  });
  return {
    store,
    stack,
    close: async () => {
      await database.close();
      await stack.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Asks the code that finds one only where a look does not tell: it may have to fetch it, and a suite cannot wait. */
function reasonForNone(): string | undefined {
  const tools = toolsFolder();
  const fetched = existsSync(tools) && readdirSync(tools).some((name) => /^mongod-|^mongo-stand-in-/.test(name));
  if (onPath('mongod') || (onPath('java') && (fetched || (onPath('javac') && onPath('mvn'))))) return undefined;
  const script = join('test', 'support', 'find-database.ts');
  const asked = spawnSync(process.execPath, ['--import', 'tsx', script], { cwd: projectRoot, encoding: 'utf8' });
  return asked.stdout.trim() || undefined;
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
