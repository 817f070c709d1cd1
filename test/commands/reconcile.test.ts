import { runReconcile } from '../../commands/reconcile';
import { systemClock } from '../../config/clock';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';

async function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const printed: string[] = [];
  const complained: string[] = [];
  const around = { env, clock: systemClock, print: (line: string) => printed.push(line), complain: (line: string) => complained.push(line) };
  return { exitCode: await runReconcile(args, around), printed, complained };
}

// What it finds and mends: test/faults/put-back.test.ts.
describeWithDatabase('npm run reconcile', () => {
  let started: TestStore;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    started = await startStore(['mongo', 'temporal']);
    ({ env } = started.stack);
  }, 300_000);
  afterAll(() => started.close());

  test.each<[string, string[]]>([
    ['an option that there is not', ['--force']],
    ['a word too many', ['IR-2026-0001']],
  ])('%s: 2 and how it is used', async (_what, args) => {
    const { exitCode, printed, complained } = await run(args, env);
    expect({ exitCode, printed }).toEqual({ exitCode: 2, printed: [] });
    expect(complained[0]).toContain('npm run -s reconcile -- --mend');
  });

  test('without a worker: 2, and that one has to be started', async () => {
    expect(await run([], env)).toEqual({
      exitCode: 2,
      printed: [],
      complained: ['reconcile: No worker runs, and without one no case can be asked: start one, and run this again.'],
    });
  });

  test('Temporal away, no secret: 2 and what to set', async () => {
    const away = await run([], { ...env, TEMPORAL_ADDRESS: '127.0.0.1:9' });
    expect(away).toMatchObject({ exitCode: 2, complained: ['reconcile: Temporal does not answer at 127.0.0.1:9: start it, or set TEMPORAL_ADDRESS.'] });
    const without = await run([], { ...env, LINK_SECRET: '', CONCORDAT_HOME: '/nowhere' });
    expect(without).toMatchObject({ exitCode: 2, complained: [expect.stringContaining('LINK_SECRET is not set')] });
  });
});
