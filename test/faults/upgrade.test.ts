/**
 * The workers of another build take over open cases while people send and answer requests; and what happens if one goes back.
 * The rehearsal before that, and the order of an upgrade: docs/runbooks/upgrade.md.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '../../api/accounts/tokens';
import { until } from '../../bench/until';
import { londonDateOf } from '../../calendar';
import { runUpgradeRehearse } from '../../commands/upgrade-rehearse';
import { systemClock } from '../../config/clock';
import { officer, requestBody, spoc } from '../api/support';
import { describeWithDatabase } from '../support/database';
import { quietRuntime } from '../support/quiet-runtime';
import { startBeside, type Beside } from './support/beside';
import { readInbox } from './support/inbox';
import { buildNext } from './support/next-build';
import { Chance } from './support/random';
import { lostAnswers, lostClocks, lostRequests, readRemains, reckonMails, unsettled, type Remains } from './support/reckoning';
import { runStack, type Running } from './support/running';
import { openTimedCase } from './support/timed-case';
import { answer, callApi, Notes, post, type Api } from './support/traffic';

const today = londonDateOf(systemClock.now());

quietRuntime();

describeWithDatabase('another build', () => {
  let running: Running;
  let bundles: string;
  let next: { readonly patched: string; readonly unpatched: string };
  let asker: Api;
  let holder: Api;
  let probation: Api;
  let nextWorker: Beside | undefined;
  const notes = new Notes();
  const chance = new Chance(11);

  beforeAll(async () => {
    bundles = mkdtempSync(join(tmpdir(), 'concordat-bundles-'));
    running = await runStack('upgrade', { env: { SWEEP_EVERY_MS: '500', LOG_LEVEL: 'warn' } });
    const [patched, unpatched] = [await buildNext(bundles, true), await buildNext(bundles, false)];
    next = { patched, unpatched };
    const url = running.stack.part('web').url;
    const apiOf = async (username: string) => ({ url, token: (await newToken(running.store, username, 'upgrade')) ?? '' });
    [asker, holder, probation] = await Promise.all([apiOf(officer), apiOf(spoc), apiOf('spoc@probation.example')]);
  }, 300_000);

  afterAll(async () => {
    await nextWorker?.stop('SIGKILL');
    await running.close();
    rmSync(bundles, { recursive: true });
  });

  const startNext = async () => (nextWorker = await startBeside(running.stack, 'worker', 2, { WORKFLOW_BUNDLE: next.patched }));
  const stopNext = async () => {
    await nextWorker?.stop();
    nextWorker = undefined;
  };

  async function open(personName: string): Promise<string> {
    // Of a partner that the traffic does not answer for.
    const asked = [{ partner: 'probation', categories: ['offender-management'] }];
    const { location } = await callApi(asker, '/information-requests', { key: randomUUID(), body: { ...requestBody, personName, receivedOn: today, asked } });
    const caseRef = /IR-\d{4}-\d{4,}/.exec(location ?? '')?.[0] ?? '';
    notes.sent.push({ caseRef, partners: ['probation'], mark: personName, via: 'api' });
    return caseRef;
  }

  async function give(caseRef: string, version: number): Promise<void> {
    const ground = `Ground ${randomUUID()}`;
    const body = { kind: 'refused', ground, corrects: version - 1 };
    const { status, text } = await callApi(probation, `/cases/${caseRef}/tasks/T1/answers`, { key: randomUUID(), body });
    if (status !== 201) throw new Error(`The answer to ${caseRef} got ${status}: ${text}`);
    notes.received.push({ caseRef, task: 'T1', version, kind: 'refused', mark: ground, via: 'api' });
  }

  async function settled(): Promise<{ readonly remains: Remains; readonly left: readonly string[] }> {
    for (let tries = 0; ; tries += 1) {
      const remains = await readRemains(running.store, await readInbox(running.stack.ports.inbox));
      const onItsWay = unsettled(remains);
      const left = onItsWay.length > 0 ? onItsWay : await lostClocks(remains, running.client);
      if (left.length === 0 || tries === 120) return { remains, left };
      await sleep(250);
    }
  }

  async function expectNothingLost(): Promise<Remains> {
    const { remains, left } = await settled();
    expect(left).toEqual([]);
    expect(notes.faults).toEqual([]);
    expect(lostRequests(notes.sent, remains, running.store)).toEqual([]);
    expect(lostAnswers(notes.received, remains, running.store)).toEqual([]);
    expect(reckonMails(remains)).toMatchObject({ copies: 0, faults: [] });
    return remains;
  }

  const answerIn = async (caseRef: string) => (await running.store.cases.get(caseRef))?.projection.tasks[0]?.answer?.version ?? 0;
  const isMarked = async (caseRef: string) =>
    ((await running.client.workflow.getHandle(caseRef).fetchHistory()).events ?? []).some(
      ({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_patch',
    );

  async function rehearse(bundle: string): Promise<{ readonly exitCode: number; readonly printed: readonly string[] }> {
    const printed: string[] = [];
    const say = (line: string) => printed.push(line);
    const env = { ...running.stack.env, WORKFLOW_BUNDLE: bundle };
    return { exitCode: await runUpgradeRehearse([], { env, clock: systemClock, print: say, complain: say }), printed };
  }

  let elder: readonly string[];

  test('is rehearsed on the histories of the open cases: one that does not understand them is named', async () => {
    elder = await Promise.all([1, 2, 3].map((number) => open(`Elder ${number}`)));
    await expectNothingLost();
    expect(await rehearse(next.patched)).toEqual({ exitCode: 0, printed: ['3 open cases understood, 0 not.'] });
    const { exitCode, printed } = await rehearse(next.unpatched);
    expect(exitCode).toBe(1);
    expect(printed.filter((line) => line.includes('does not understand its history')).map((line) => line.slice(0, 12)).sort()).toEqual(elder.toSorted());
    expect(printed).toContain('0 open cases understood, 3 not.');
  }, 60_000);

  test('takes over while requests are sent and answered, and every open case goes on', async () => {
    const { stack, store } = running;
    const timed = await store.cases.allocateReference('information-request', Number(today.slice(0, 4)));
    let isOver = false;
    const asking = { notes, partners: ['essex-police', 'probation'], receivedOn: [today], until: () => isOver };
    const holding = { notes, partner: 'essex-police', spoc, inboxPort: stack.ports.inbox, until: () => isOver };
    const traffic = [
      ...[asker, asker].map((from) => post(from, { ...asking, chance: chance.branch() })),
      answer(holder, { ...holding, chance: chance.branch() }),
    ];
    await sleep(2_000);
    const before = notes.sent.length;
    // A rung that comes while no worker is there.
    await openTimedCase(timed, [3, 3_000, 3_300], running);
    await until('the case has begun', async () => ((await store.cases.get(timed))?.projection.seq ?? 0) > 0);
    await stack.part('worker').kill('SIGTERM');
    await sleep(1_500);
    await startNext();
    await sleep(2_000);
    isOver = true;
    await Promise.all(traffic);
    notes.sent.push({ caseRef: timed, partners: ['essex-police', 'probation'], mark: 'Jordan Example', via: 'form' });

    const { ledger } = await expectNothingLost();
    // The police may have answered before it was to be reminded.
    expect(ledger).toContainEqual(expect.objectContaining({ _id: `${timed}/T2/reminder/1/spoc`, state: 'sent' }));
    process.stdout.write(`Another build took over ${before} open cases; ${notes.sent.length - before} were sent meanwhile, ${notes.received.length} answered.\n`);
    expect(await isMarked(timed)).toBe(true);
    expect(before).toBeGreaterThan(5);
    expect(notes.sent.length - before).toBeGreaterThan(5);
    expect(notes.received.length).toBeGreaterThan(2);
  }, 90_000);

  test('gone back on: a case that the next build has touched waits for it to come again, all others go on', async () => {
    const [touched = '', untouched = ''] = elder;
    await give(touched, 1);
    // The answer is stored within the task that marks the case, and so before it.
    await until('the next build has taken the answer', async () => (await answerIn(touched)) === 1 && (await isMarked(touched)));
    expect(await isMarked(untouched)).toBe(false);
    await stopNext();
    await running.stack.start('worker');

    await give(touched, 2);
    await until('its task has failed', async () => ((await running.client.workflow.getHandle(touched).describe()).raw.pendingWorkflowTask?.attempt ?? 0) > 1);
    await give(untouched, 1);
    await until('the other case goes on', async () => (await answerIn(untouched)) === 1);
    expect(await answerIn(touched)).toBe(1);
    await running.stack.part('worker').kill('SIGTERM');
    await startNext();
    await until('it goes on', async () => (await answerIn(touched)) === 2);
    await expectNothingLost();
  }, 90_000);
});
