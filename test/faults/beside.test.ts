/**
 * Two webs and three workers at once on the same stores: what one of them knows or counts the others know, and nothing is
 * done twice. And each of them ends, when it is told to, without losing what it has in hand.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '../../api/accounts/tokens';
import { runNow } from '../../bench/scheduled';
import { until } from '../../bench/until';
import { londonDateOf } from '../../calendar';
import { systemClock } from '../../config/clock';
import { definitions } from '../../metrics/definitions';
import type { CaseDocument } from '../../store/cases';
import { auditSealScheduleId } from '../../workflows/audit-seal/contract';
import { watchdogScheduleId } from '../../workflows/watchdog/contract';
import { officer, password, requestBody, spoc } from '../api/support';
import { describeWithDatabase } from '../support/database';
import { linesOf, metricsAt, startBeside, type Beside } from './support/beside';
import { readInbox } from './support/inbox';
import { present } from './support/kills';
import { Chance } from './support/random';
import { lostAnswers, lostClocks, lostRequests, readRemains, reckonMails, unsettled, type Remains } from './support/reckoning';
import { runStack, type Running } from './support/running';
import { answer, callApi, Notes, post, type Api, type Received, type Sent } from './support/traffic';
import { WebSession } from './support/web-session';

/** A request that got no whole answer, and how. */
class BrokenOff {
  constructor(readonly how: string) {}
}

const today = londonDateOf(systemClock.now());

describeWithDatabase('two webs and three workers', () => {
  let running: Running;
  let first: string;
  let second: Beside;
  let others: readonly Beside[];
  const sent: Sent[] = [];
  const received: Received[] = [];

  beforeAll(async () => {
    running = await runStack('beside', { env: { SWEEP_EVERY_MS: '500' } });
    const { stack } = running;
    first = stack.part('web').url;
    [second, ...others] = await Promise.all([startBeside(stack, 'web', 2), startBeside(stack, 'worker', 2), startBeside(stack, 'worker', 3)]);
  }, 300_000);

  afterAll(async () => {
    await Promise.all([second, ...others].map((each) => each.stop('SIGKILL')));
    await running.close();
  });

  const insides = (): readonly string[] => [`http://127.0.0.1:${running.stack.ports.workerHealth}`, ...others.map(({ inside }) => inside)];
  const apiOf = async (url: string, username: string): Promise<Api> => ({ url, token: (await newToken(running.store, username, 'beside')) ?? '' });
  const say = (...lines: string[]): void => void process.stdout.write(`Beside each other: ${lines.join('\n  ')}\n`);

  async function settled(): Promise<Remains> {
    for (let tries = 0; ; tries += 1) {
      const remains = await readRemains(running.store, await readInbox(running.stack.ports.inbox));
      if (tries === 60 || (unsettled(remains).length === 0 && (await lostClocks(remains, running.client)).length === 0)) return remains;
      await sleep(500);
    }
  }

  test('what is asked and answered over either web is there once, and each mail is sent once', async () => {
    const notes = new Notes();
    const chance = new Chance(7);
    const asking = { notes, partners: ['essex-police', 'probation'], receivedOn: [today] };
    const ends = present() + 6_000;
    const signedIn = new WebSession(first, officer);
    await signedIn.signIn(password);
    const clients = [signedIn, ...(await Promise.all([first, second.url, second.url].map((url) => apiOf(url, officer))))];
    const posting = clients.map((from) => post(from, { ...asking, chance: chance.branch(), until: () => present() > ends }));
    const answers = { notes, partner: 'essex-police', spoc, inboxPort: running.stack.ports.inbox, chance: chance.branch() };
    await Promise.all([...posting, answer(await apiOf(second.url, spoc), { ...answers, until: () => present() > ends + 2_000 })]);
    sent.push(...notes.sent);
    received.push(...notes.received);

    const remains = await settled();
    const mails = reckonMails(remains);
    const work = await Promise.all(insides().map(workDone));
    say(
      `${sent.length} sent and ${received.length} received over two webs, ${remains.inbox.length} mails, ${mails.copies} of them twice`,
      `workflow tasks by worker: ${work.join(', ')}`,
    );
    expect(notes.faults).toEqual([]);
    expect(unsettled(remains)).toEqual([]);
    expect(lostRequests(sent, remains, running.store)).toEqual([]);
    expect(lostAnswers(received, remains, running.store)).toEqual([]);
    expect(await lostClocks(remains, running.client)).toEqual([]);
    expect(mails).toMatchObject({ copies: 0, faults: [] });
    expect(sent.length).toBeGreaterThan(10);
    expect(received.length).toBeGreaterThan(2);
    // Each of the three has had its share.
    expect(work.filter((tasks) => tasks > 0)).toHaveLength(3);
  }, 120_000);

  test('who has signed in at one web is known at the other, and signed out at both', async () => {
    const session = new WebSession(first, officer);
    await session.signIn(password);
    const elsewhere = new URL('/', second.url).href;
    expect((await session.request(elsewhere)).status).toBe(200);
    await session.submit(await session.request(elsewhere), '/sign-out', {});
    for (const url of [first, second.url]) {
      const { status, location } = await session.request(new URL('/cases', url).href);
      expect([status, location?.startsWith('/sign-in')]).toEqual([303, true]);
    }
  });

  test('tries to sign in are counted together', async () => {
    const sessions = [new WebSession(first, 'auditor@partnership.example'), new WebSession(second.url, 'auditor@partnership.example')];
    const statuses: number[] = [];
    for (let tries = 0; tries < 14; tries += 1) {
      const session = sessions[tries % 2] as WebSession;
      statuses.push((await session.send('/sign-in', { username: session.username, password: 'wrong' })).status);
    }
    say(`wrong passwords at both webs in turn: ${statuses.join(' ')}`);
    expect(statuses.slice(0, 10)).not.toContain(429);
    expect(statuses.slice(10)).toEqual([429, 429, 429, 429]);
  });

  test.each([
    ['the watchdog', watchdogScheduleId],
    ['the seal of the record', auditSealScheduleId],
  ])('%s is done once each time that its Schedule comes', async (_what, scheduleId) => {
    const { client } = running;
    const runs = async (): Promise<number> => (await client.workflow.count(`TemporalScheduledById = "${scheduleId}"`)).count;
    const schedule = client.schedule.getHandle(scheduleId);
    const taken = async () => (await schedule.describe()).info.numActionsTaken;
    const before = { runs: await runs(), taken: await taken() };
    await runNow(client, scheduleId);
    await until('it has come', async () => (await taken()) > before.taken && (await runs()) > before.runs);
    await sleep(1_000);
    const since = { runs: (await runs()) - before.runs, taken: (await taken()) - before.taken };
    expect(since.runs).toBe(since.taken);
    if (scheduleId !== auditSealScheduleId) return;
    const logs = [linesOf(`${running.stack.home}/logs/worker.log`), ...others.map((other) => other.log())];
    const sealed = logs.map((lines) => lines.filter(({ msg }) => msg === 'the record of acts is sealed').length);
    say(`the record was sealed by the workers: ${sealed.join(', ')}`);
    expect(sealed.reduce((sum, each) => sum + each)).toBe(1);
  });

  test('each shows its own figures and the same of all cases, and nothing of them on the port that people reach', async () => {
    const { ports } = running.stack;
    const web = await metricsAt(`http://127.0.0.1:${ports.webHealth}`);
    const workers = await Promise.all(insides().map(metricsAt));
    const open = 'concordat_cases_open{process="information-request"}';
    expect([web[open], ...workers.map((each) => each[open])]).toEqual(Array(4).fill(await running.store.cases.count({ partners: null, ended: false })));
    const names = (figures: Readonly<Record<string, number>>) => new Set(Object.keys(figures).map((name) => name.replace(/(_bucket|_sum|_count)?(\{.*)?$/, '')));
    const ofUs = (program: string) => Object.entries(definitions).flatMap(([name, { of }]) => (['both', 'store', program].includes(of) ? [name] : []));
    expect([...names(web)].filter((name) => name.startsWith('concordat_')).sort()).toEqual(ofUs('web').sort());
    for (const each of workers) {
      expect([...names(each)].filter((name) => name.startsWith('concordat_')).sort()).toEqual(ofUs('worker').sort());
      expect([...names(each)].filter((name) => name.startsWith('temporal_')).length).toBeGreaterThan(10);
      // Counters are named as the alarms name them.
      expect([...names(each)]).toContain('temporal_request_total');
    }
    expect(web['concordat_http_requests_total{part="api",status="2xx"}']).toBeGreaterThan(0);
    expect((await fetch(new URL('/metrics', first))).status).toBe(404);
    expect((await fetch(new URL('/health/metrics', first))).status).toBe(404);
    for (const url of [`http://127.0.0.1:${ports.webHealth}`, ...insides()]) {
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text).not.toMatch(/[A-Z]{2,4}-20\d\d-\d{4}|thurrock|essex|@/i);
    }
  });

  test('every line that is logged for a request or a case names it', () => {
    const lines = second.log();
    const posts = lines.filter(({ req }) => (req as { url?: string } | undefined)?.url === '/api/v1/information-requests');
    expect(posts.length).toBeGreaterThan(0);
    for (const line of posts) expect(line).toMatchObject({ requestId: (line['req'] as { id: string }).id, caseRef: expect.stringMatching(/^IR-/) as string });
  });

  /** A client that repeats nothing: it goes on until nobody listens, and notes what it was told and what broke off. */
  async function once<T>(attempt: () => Promise<T>): Promise<T | 'nobody listens' | BrokenOff> {
    try {
      return await attempt();
    } catch (error) {
      const { code, message } = ((error as Error).cause ?? error) as { code?: string; message: string };
      return code === 'ECONNREFUSED' ? 'nobody listens' : new BrokenOff(`${code ?? ''} ${message} at ${systemClock.now()}`);
    }
  }

  test('a web that is told to stop under load gives whole answers until nobody listens', async () => {
    const { store } = running;
    const known = new Set(await references());
    const answerable = (await store.cases.list({ partners: null, ended: false, waits: 'answer', partner: { code: 'essex-police', side: 'asked' } }, 200, 'by-reference'))
      .flatMap(({ _id, tasks, projection }) => tasks.filter(({ id, partner }) => partner === 'essex-police' && projection.tasks.find((task) => task.id === id)?.status === 'open').map(({ id }) => ({ caseRef: _id, task: id })));
    const opened: string[] = [];
    const answered: string[] = [];
    const counts = { broken: [] as string[], refused: 0, other: [] as string[] };
    const isOver = (outcome: unknown): boolean => {
      if (outcome instanceof BrokenOff) counts.broken.push(outcome.how);
      if (outcome === 'nobody listens') counts.refused += 1;
      return outcome === 'nobody listens';
    };
    const ask = async (api: Api): Promise<void> => {
      for (;;) {
        const body = { ...requestBody, receivedOn: today, asked: [{ partner: 'essex-police', categories: ['asb-incidents'] }] };
        const reply = await once(() => callApi(api, '/information-requests', { key: randomUUID(), body }));
        if (isOver(reply)) return;
        if (typeof reply === 'string' || reply instanceof BrokenOff) continue;
        const caseRef = /IR-\d{4}-\d{4,}/.exec(reply.location ?? '')?.[0];
        if (reply.status === 201 && caseRef !== undefined) opened.push(caseRef);
        else counts.other.push(`${reply.status} ${reply.text.slice(0, 200)}`);
      }
    };
    const give = async (session: WebSession): Promise<void> => {
      for (let next = answerable.pop(); next !== undefined; next = answerable.pop()) {
        const path = `/cases/${next.caseRef}/tasks/${next.task}/answer`;
        const form = await once(() => session.request(path));
        if (isOver(form)) return;
        if (typeof form === 'string' || form instanceof BrokenOff) continue;
        const page = await once(() => session.submit(form, path, { kind: 'refused', ground: `Ground ${randomUUID()}` }));
        if (isOver(page)) return;
        if (typeof page === 'string' || page instanceof BrokenOff) continue;
        if (page.location?.endsWith('/received') === true) answered.push(`${next.caseRef}/${next.task}`);
        else counts.other.push(`${page.status} ${page.text.slice(0, 200)}`);
      }
    };
    const api = await apiOf(second.url, officer);
    const session = new WebSession(second.url, spoc);
    await session.signIn(password);
    const clients = [...Array<Api>(6).fill(api).map(ask), give(session)];
    await until('it is under load', () => Promise.resolve(opened.length > 8 && answered.length > 0));
    const ended = await second.stop();
    await Promise.all(clients);

    const stored = (await references()).filter((reference) => !known.has(reference));
    const answers = (await readRemains(store, [])).answers.map(({ caseRef, task }) => `${caseRef}/${task}`);
    say(
      `a web was told to stop after ${opened.length} cases and ${answered.length} answers, and ended with ${ended.code} after ${ended.ms} ms: ` +
        `${counts.broken.length} broken off, ${counts.refused} found nobody, ${stored.length} cases are in the store`,
    );
    expect(ended.code).toBe(0);
    expect(ended.ms).toBeLessThan(20_000);
    expect(counts).toMatchObject({ broken: [], other: [] });
    expect(counts.refused).toBeGreaterThanOrEqual(6);
    expect(stored.toSorted()).toEqual(opened.toSorted());
    expect(answered.filter((each) => !answers.includes(each))).toEqual([]);
  }, 60_000);

  test('workers that are told to stop under load hand back what they have in hand, and another goes on', async () => {
    const api = await apiOf(first, officer);
    const opening = Array.from({ length: 30 }, () =>
      callApi(api, '/information-requests', { key: randomUUID(), body: { ...requestBody, receivedOn: today, asked: [{ partner: 'probation', categories: ['offender-management'] }] } }),
    );
    await opening[5];
    const ended = await Promise.all(others.map((other) => other.stop()));
    expect((await Promise.all(opening)).map(({ status }) => status)).toEqual(Array(30).fill(201));
    const remains = await settled();
    say(`two workers were told to stop and ended with ${ended.map(({ code, ms }) => `${code} after ${ms} ms`).join(' and ')}`);
    for (const { code, ms } of ended) {
      expect(code).toBe(0);
      expect(ms).toBeLessThan(22_000);
    }
    expect(unsettled(remains)).toEqual([]);
    expect(reckonMails(remains)).toMatchObject({ copies: 0, faults: [] });
  }, 90_000);

  async function references(): Promise<string[]> {
    return (await running.store.database.collection<CaseDocument>('cases').find().project<{ _id: string }>({ _id: 1 }).toArray()).map(({ _id }) => _id);
  }
});

/** How many tasks of workflows a worker has done, as it counts itself. */
async function workDone(inside: string): Promise<number> {
  const figures = await metricsAt(inside);
  return Object.entries(figures)
    .filter(([name]) => /^temporal_workflow_task_execution_latency\w*_count/.test(name))
    .reduce((sum, [, value]) => sum + value, 0);
}
