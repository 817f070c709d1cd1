import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAuditVerify } from '../../commands/audit-verify';
import { fixedClock, type IsoInstant } from '../../config/clock';
import { entryId } from '../../store/audit';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { runTool } from '../support/run-tool';

const secret = 'a secret that is long enough for the record';

async function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const printed: string[] = [];
  const complained: string[] = [];
  const exitCode = await runAuditVerify(args, {
    env,
    clock: fixedClock('2026-04-10T09:00:00.000Z'),
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
  });
  return { exitCode, printed, complained };
}

describeWithDatabase('npm run audit:verify', () => {
  let started: TestStore;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    started = await startStore();
    env = { MONGODB_URI: started.stack.env['MONGODB_URI'], AUDIT_SECRET: secret };
    for (const [index, at] of ['2026-04-08T09:30:00.000Z', '2026-04-09T09:00:00.000Z', '2026-04-09T10:00:00.000Z'].entries()) {
      await started.store.audit.append({
        chain: index === 0 ? 'accounts' : 'directory',
        key: `key ${index}`,
        at: at as IsoInstant,
        act: 'contacts-changed',
        by: { account: 'manager', via: 'page', from: null },
        facts: { partner: 'police' },
      });
    }
  }, 300_000);
  afterAll(async () => started.close());

  test('a record in order: 0 and one line with counts and the time span', async () => {
    const counts = '2 chains, 3 entries, 0 seals, from 10:30am on Wednesday 8 April 2026 to 11:00am on Thursday 9 April 2026';
    expect(await run([], env)).toEqual({ exitCode: 0, printed: [`The record is in order: ${counts}.`], complained: [] });
  });

  test('a fault: 1, and a line with chain, number, what was expected, what was found and what to do', async () => {
    const entries = started.store.database.collection<{ _id: string }>('audit');
    await entries.updateOne({ _id: entryId('directory', 2) }, { $set: { 'facts.partner': 'council' } });
    const { exitCode, printed, complained } = await run([], env);
    expect({ exitCode, complained }).toEqual({ exitCode: 1, complained: [] });
    expect(printed).toEqual([
      expect.stringMatching(/^fault {2}directory 2: expected an entry as its keyed hash has it; found: it was changed\. Compare it /),
      expect.stringMatching(/^The record has 1 fault: 2 chains, 3 entries, 0 seals, from /),
    ]);
    expect(printed.join()).not.toContain('council');
    expect((await run(['--chain', 'accounts'], env)).exitCode).toBe(0);
    expect((await run(['--chain', 'directory'], env)).exitCode).toBe(1);
  });

  test('another AUDIT_SECRET: every entry is a fault, and the advice names the secret', async () => {
    const { exitCode, printed } = await run([], { ...env, AUDIT_SECRET: 'another secret that is long enough as well' });
    expect(exitCode).toBe(1);
    // Three entries, the ends of the two chains, and the summary.
    expect(printed).toHaveLength(6);
    expect(printed[0]).toContain('AUDIT_SECRET is not the one that the web has');
  });

  test.each<[string, string[]]>([
    ['an option that there is not', ['--chains', 'directory']],
    ['an option without its value', ['--chain']],
    ['a word too many', ['directory']],
  ])('%s: 2 and how it is used', async (_what, args) => {
    const { exitCode, printed, complained } = await run(args, env);
    expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: [] });
    expect(complained[0]).toContain('npm run -s audit:verify -- --chain IR-2026-0001');
  });

  test('a chain that there is not: 2 and one clear line', async () => {
    expect(await run(['--chain', 'IR-2026-9999'], env)).toEqual({
      exitCode: 2,
      printed: [],
      complained: ['audit:verify: there is no chain "IR-2026-9999": give the reference of a case, or see --help.'],
    });
  });

  test('no database, no secret: 2 and what to set', async () => {
    const away = await run([], { ...env, MONGODB_URI: 'mongodb://127.0.0.1:9/concordat' });
    expect(away.exitCode).toBe(2);
    expect(away.complained[0]).toContain('set MONGODB_URI');
    const home = mkdtempSync(join(tmpdir(), 'concordat-home-'));
    const without = await run([], { MONGODB_URI: env['MONGODB_URI'], CONCORDAT_HOME: home });
    rmSync(home, { recursive: true });
    expect(without).toMatchObject({ exitCode: 2, complained: [expect.stringContaining('AUDIT_SECRET is not set')] });
  });

  test('from the command line: --help ends with 0', async () => {
    const { succeeded, output } = await runTool('tsx', ['commands/audit-verify.ts', '--help']);
    expect(succeeded).toBe(true);
    expect(output).toContain('Ends with 0 if all is in order, 1 if something is not, 2 if it could not look.');
  });
});
