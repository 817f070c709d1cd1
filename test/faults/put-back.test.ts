/**
 * Each of the two databases is put back from an older copy: what one knows and the other has lost is named, what can be
 * mended is, and nobody is mailed twice. The order in which copies are taken and put back: docs/runbooks/copies.md.
 */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { newToken } from '../../api/accounts/tokens';
import { until } from '../../bench/until';
import { londonDateOf } from '../../calendar';
import { runAuditVerify } from '../../commands/audit-verify';
import { runReconcile } from '../../commands/reconcile';
import { systemClock } from '../../config/clock';
import type { Stack } from '../../embedded/stack';
import type { Store } from '../../store';
import { workflowIdOf, type CaseDocument } from '../../store/cases';
import { cspManager, officer, requestBody, spoc } from '../api/support';
import { describeWithDatabase } from '../support/database';
import { readInbox } from './support/inbox';
import { present } from './support/kills';
import { readRemains, unsettled } from './support/reckoning';
import { runStack, type Running } from './support/running';
import { openTimedCase } from './support/timed-case';
import { callApi, type Api } from './support/traffic';

const today = londonDateOf(systemClock.now());
/** Of a request that was received then the ladder is finished: the CSP manager decides. */
const longAgo = '2026-03-26';

/** The files of a database, by the names that they begin with in the folder of the stack. */
const filesOf = { temporal: ['temporal.db'], mongo: ['mongodb', 'mongo-stand-in.mv'] } as const;
type Database = keyof typeof filesOf;

describeWithDatabase('a copy that is put back', () => {
  let running: Running;
  let stack: Stack;
  let store: Store;
  let client: Client;
  let asker: Api;
  let holder: Api;
  let manager: Api;
  const cases = {} as Record<'silent' | 'answered' | 'confirmed' | 'reopened' | 'passesARung' | 'extended' | 'openedSince', string>;

  beforeAll(async () => {
    running = await runStack('put-back', { env: { SWEEP_EVERY_MS: '500', COMPARE_AFTER_MS: '1000', LOG_LEVEL: 'warn' } });
    ({ stack, store, client } = running);
    const apiOf = async (username: string) => ({ url: stack.part('web').url, token: (await newToken(store, username, 'put-back')) ?? '' });
    [asker, holder, manager] = await Promise.all([apiOf(officer), apiOf(spoc), apiOf(cspManager)]);
  }, 300_000);

  afterAll(() => running.close());

  const copies = () => join(stack.home, 'copies');

  /** Stops a database as it is stopped for a copy, and copies its files. */
  async function copy(database: Database): Promise<void> {
    await stack.part(database).kill('SIGTERM');
    mkdirSync(copies(), { recursive: true });
    for (const file of namesOf(database, stack.home)) cpSync(join(stack.home, file), join(copies(), file), { recursive: true });
    await stack.start(database);
  }

  const namesOf = (database: Database, folder: string) =>
    readdirSync(folder).filter((file) => filesOf[database].some((begins) => file.startsWith(begins)));

  /** Puts back a copy, with the worker stopped: it knows cases by heart that are others now. */
  async function putBack(database: Database, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await stack.part('worker').kill('SIGKILL');
    await stack.part(database).kill('SIGKILL');
    for (const file of namesOf(database, stack.home)) rmSync(join(stack.home, file), { recursive: true });
    for (const file of namesOf(database, copies())) cpSync(join(copies(), file), join(stack.home, file), { recursive: true });
    await stack.start(database);
    await until('the database answers again', () => store.database.ping().then(() => true, () => false));
    await meanwhile();
    await stack.start('worker');
  }

  async function post(from: Api, path: string, body: object = {}): Promise<string> {
    const { status, location, text } = await callApi(from, path, { key: randomUUID(), body });
    if (status >= 300) throw new Error(`${path} got ${status}: ${text}`);
    return /IR-\d{4}-\d{4,}/.exec(location ?? '')?.[0] ?? '';
  }
  const open = (receivedOn: string = today): Promise<string> =>
    post(asker, '/information-requests', { ...requestBody, receivedOn, asked: [{ partner: 'essex-police', categories: ['asb-incidents'] }] });
  const answer = (caseRef: string, ground: string) => post(holder, `/cases/${caseRef}/tasks/T1/answers`, { kind: 'refused', ground });
  const because = { reason: 'As the test has it' };

  const documents = async () => (await store.database.collection<CaseDocument>('cases').find().toArray()).sort((a, b) => (a._id < b._id ? -1 : 1));
  const mails = async (caseRef: string) => (await readInbox(stack.ports.inbox)).filter((mail) => mail.caseRef === caseRef);

  /** The second rung of the case that was opened since the copies. */
  const dueToday = async () => Date.parse((await store.cases.get(cases.openedSince))?.tasks[1]?.plans[0]?.rungs[1]?.at ?? '');

  /** Everything that was begun has been done: started, told, recorded, mailed. */
  async function settled(): Promise<void> {
    const left = async () => {
      const remains = await readRemains(store, await readInbox(stack.ports.inbox));
      const { answer: answers, other } = await store.audit.waitingFigures();
      return [...unsettled(remains), ...(answers.count + other.count > 0 ? ['a case owes its word'] : [])];
    };
    await until('nothing is on its way', async () => (await left()).length === 0, 240_000).catch(async (error: unknown) => {
      throw new Error(`${String(error)} ${(await left()).join('; ')}`);
    });
  }

  /** How a case stands, but for the number of its state; and what has happened in it. */
  const standing = ({ _id, run, ended, projection, timeline }: CaseDocument) => ({
    _id,
    run,
    ended,
    projection: { ...projection, seq: 0 },
    timeline: timeline.map((event) => JSON.stringify(event)).sort(),
  });

  async function reconcile(...args: string[]): Promise<{ readonly exitCode: number; readonly printed: string }> {
    const printed: string[] = [];
    const say = (line: string) => printed.push(line);
    const exitCode = await runReconcile(args, { env: stack.env, clock: systemClock, print: say, complain: say });
    return { exitCode, printed: printed.join('\n') };
  }

  async function recordIsWhole(): Promise<string> {
    const printed: string[] = [];
    const say = (line: string) => printed.push(line);
    await runAuditVerify([], { env: stack.env, clock: systemClock, print: say, complain: say });
    return printed.filter((line) => !line.startsWith('note')).join('\n');
  }

  async function mailedTwice(): Promise<string[]> {
    const inbox = await readInbox(stack.ports.inbox);
    return inbox.flatMap(({ messageId, to, subject }, index) =>
      inbox.findIndex((other) => other.messageId === messageId) === index ? [] : [`${to}: ${subject}`],
    );
  }

  test('the older copies are taken, and more happens', async () => {
    [cases.silent, cases.answered, cases.confirmed, cases.reopened, cases.extended] = (await Promise.all(
      [longAgo, today, today, today, today].map(open),
    )) as [string, string, string, string, string];
    cases.passesARung = await store.cases.allocateReference('information-request', 2026);
    await openTimedCase(cases.passesARung, [16, 3_000, 3_300], running);
    await settled();
    await Promise.all([answer(cases.confirmed, 'First'), answer(cases.reopened, 'First')]);
    await settled();
    await post(asker, `/cases/${cases.reopened}/confirmation`);
    await settled();
    // Temporal first: what happens between the two copies the record of acts knows, and Temporal can be told.
    await copy('temporal');
    await copy('mongo');
    expect(await mails(cases.passesARung)).toHaveLength(2);

    await answer(cases.answered, 'Second');
    await post(asker, `/cases/${cases.confirmed}/confirmation`);
    await post(asker, `/cases/${cases.reopened}/reopening`, { ...because, tasks: ['T1'] });
    await post(asker, `/cases/${cases.extended}/tasks/T1/extension`, because);
    await post(manager, `/cases/${cases.silent}/tasks/T1/decision`, { ...because, decision: 'asked-again' });
    await until('its rung has come', async () => (await mails(cases.passesARung)).length === 4);
    cases.openedSince = await store.cases.allocateReference('information-request', 2026);
    await openTimedCase(cases.openedSince, [1, 30, 3_300], running);
    await until('its rung has come', async () => (await mails(cases.openedSince)).length === 4);
    await answer(cases.openedSince, 'Third');
    await settled();
    await stack.part('worker').kill('SIGTERM');
    expect(present()).toBeLessThan(await dueToday());
  }, 300_000);

  test('an older Temporal: what it has lost is told it again, and every case stands where it stood', async () => {
    const before = (await documents()).map(standing);
    const inbox = await readInbox(stack.ports.inbox);
    // The rung of the case that it does not know comes meanwhile.
    await putBack('temporal', async () => sleep(Math.max(0, (await dueToday()) - present())));
    const startedAt = systemClock.now();
    await client.workflow.getHandle(cases.silent).terminate('as somebody can in the Temporal UI');

    // The worker says it by itself, and mends nothing.
    await until('the worker has compared', async () => ((await store.signs.comparison())?.comparedAt ?? '') > startedAt);
    // What is behind by a rung only has caught up by now.
    expect((await store.signs.comparison())?.differences.map(({ caseRef }) => caseRef).sort()).toEqual(
      [cases.silent, cases.answered, cases.confirmed, cases.reopened, cases.extended, cases.openedSince].sort(),
    );
    const { exitCode, printed } = await reconcile('--mend');
    process.stdout.write(`Temporal put back:\n${printed}\n`);
    const line = (caseRef: string) => printed.split('\n').find((each) => each.startsWith(`${caseRef}: `)) ?? '';
    expect(line(cases.silent)).toContain('its workflow was ended past Concordat (terminated)');
    expect(line(cases.answered)).toContain('its workflow knows nothing of 1 act on record: answer received (T1) at');
    expect(line(cases.confirmed)).toContain('its workflow knows nothing of 1 act on record: answers confirmed at');
    expect(line(cases.extended)).toContain('its workflow knows nothing of 1 act on record: clock extended (T1) at');
    expect(line(cases.reopened)).toContain('Temporal has no workflow of it');
    expect(line(cases.openedSince)).toContain('Temporal has no workflow of it');
    expect({ exitCode, printed }).toMatchObject({ exitCode: 0 });

    // But for the rung that came meanwhile, all is as it was, and nothing was mailed again.
    const mailed = (await readInbox(stack.ports.inbox)).length - inbox.length;
    expect(mailed).toBe(1);
    const after = (await documents()).map(standing);
    const but = (those: typeof before) => those.filter(({ _id }) => _id !== cases.openedSince);
    expect(but(after)).toEqual(but(before));
    const [was, is] = [before, after].map((those) => those.find(({ _id }) => _id === cases.openedSince));
    expect(is?.projection.tasks[1]).toEqual({ ...was?.projection.tasks[1], rungsPassed: 2 });
    expect(is?.timeline.filter((event) => was?.timeline.includes(event) !== true)).toEqual([expect.stringContaining('"due-today"')]);
    expect(await mailedTwice()).toEqual([]);
    expect(await recordIsWhole()).toMatch(/^The record is in order/);
    for (const document of await documents()) {
      const { status } = await client.workflow.getHandle(workflowIdOf(document)).describe();
      expect([document._id, status.name]).toEqual([document._id, document.ended ? 'COMPLETED' : 'RUNNING']);
    }
  }, 300_000);

  test('an older database: what it has lost is named, and it knows again what Temporal knows', async () => {
    await putBack('mongo');
    const { exitCode, printed } = await reconcile('--mend');
    process.stdout.write(`The database put back:\n${printed}\n`);
    const [found = '', left = ''] = printed.split('What is left:');
    const line = (caseRef: string) => found.split('\n').filter((each) => each.startsWith(`${caseRef}: `)).join('\n');
    expect(line(cases.answered)).toMatch(/answered, T1 answered\. 1 act is lost: answer \(T1\) at/);
    expect(line(cases.confirmed)).toMatch(/closed, T1 answered\. 1 act is lost: answers confirmed at/);
    expect(line(cases.silent)).toMatch(/1 act is lost: silence decided \(T1\) at/);
    expect(line(cases.extended)).toMatch(/1 act is lost: clock moved \(T1\) at/);
    expect(line(cases.passesARung)).toContain('the store stands at an earlier moment than the workflow');
    expect(line(cases.reopened)).toContain('a workflow of its opening 2, which runs');
    expect(line(cases.openedSince)).toMatch(/a workflow of it, which runs \(.*Thurrock Council asks.*T1 answered, T2 open\), and the store has no such case/);
    expect(found).toContain(`Mending has the next case be IR-2026-${String(Number(cases.openedSince.slice(-4)) + 1).padStart(4, '0')}`);
    // What nobody can mend stays named: the lost case and the lost opening.
    expect(left.trim().split('\n').map((each) => each.slice(0, cases.reopened.length)).sort()).toEqual([cases.reopened, cases.openedSince].sort());
    expect(exitCode).toBe(1);

    const kept = async (caseRef: string) => (await store.cases.get(caseRef)) as CaseDocument;
    expect((await kept(cases.confirmed)).ended).toBe(true);
    expect((await kept(cases.passesARung)).projection.tasks.map(({ rungsPassed }) => rungsPassed)).toEqual([1, 1]);
    expect((await kept(cases.extended)).tasks[0]?.plans.map(({ version, reason }) => [version, reason])).toEqual([[1, 'opened'], [2, 'extended']]);
    expect(await recordIsWhole()).toMatch(/^The record is in order/);

    // A link that was mailed since the copy leads to its task.
    const toDeputy = (await mails(cases.silent)).find(({ to }) => to.startsWith('deputy'));
    const link = /https?:\/\/\S+\/t\/\S+/.exec(toDeputy?.text ?? '')?.[0] ?? 'no link';
    expect((await fetch(link)).status).toBe(200);
    // The answer that is lost can be given again, and the case hears of it.
    await answer(cases.answered, 'Given again');
    await until('the requester is told', async () => (await mails(cases.answered)).filter(({ to }) => to === officer).length === 2);
    const next = await open();
    expect(Number(next.slice(-4))).toBe(Number(cases.openedSince.slice(-4)) + 1);
    await settled();
    expect((await client.workflow.getHandle(next).describe()).status.name).toBe('RUNNING');
    expect(await mailedTwice()).toEqual([]);
  }, 300_000);

  test('a date that a case has taken and the store was never brought is named, and brought over', async () => {
    const caseRef = await open();
    await settled();
    await post(asker, `/cases/${caseRef}/tasks/T1/extension`, because);
    await settled();
    const dates = async () => (await store.cases.get(caseRef))?.tasks[0]?.plans.map(({ version, reason }) => [version, reason]);
    const before = await dates();
    expect(before).toEqual([[1, 'opened'], [2, 'extended']]);
    await store.cases.dropPlan(caseRef, 'T1', 2);
    const { exitCode, printed } = await reconcile();
    expect(exitCode).toBe(1);
    expect(printed).toMatch(new RegExp(`${caseRef}: the store lacks what 1 act on record changed, and the case has taken: clock extended \\(T1\\) at`));
    const [, left = ''] = (await reconcile('--mend')).printed.split('What is left:');
    expect(left).not.toContain(caseRef);
    expect(await dates()).toEqual(before);
  }, 300_000);
});
