/**
 * After an outage: who has answered is not chased, even if the answer was stored while nobody could tell the case of
 * it; who has not is mailed the rung that applies now, and none of those that passed meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '../../api/accounts/tokens';
import type { PartName, Stack } from '../../embedded/stack';
import type { Store } from '../../store';
import { officer, spoc } from '../api/support';
import { describeWithDatabase } from '../support/database';
import { runStack, type Running } from './support/running';
import { readInbox } from './support/inbox';
import { present } from './support/kills';
import { standingOf } from './support/standing';
import { openTimedCase } from './support/timed-case';
import { callApi } from './support/traffic';

const secondSpoc = 'spoc@probation.example';

describeWithDatabase('after an outage', () => {
  let running: Running;
  let stack: Stack;
  let store: Store;

  beforeAll(async () => {
    running = await runStack('outage', { env: { SWEEP_EVERY_MS: '500' } });
    ({ stack, store } = running);
  }, 300_000);

  afterAll(() => running.close());

  /** What was mailed for a case, as the ledger calls it and as it came: `T1/request/1/spoc`. */
  async function mailed(caseRef: string): Promise<string[]> {
    const ledger = (await store.database.collection('mails').find().toArray()) as unknown as { _id: string; messageId: string }[];
    const inbox = await readInbox(stack.ports.inbox);
    return inbox
      .filter((mail) => mail.caseRef === caseRef)
      .map(({ messageId }) => ledger.find((entry) => entry.messageId === messageId)?._id.replace(`${caseRef}/`, '') ?? 'unknown')
      .sort();
  }

  async function mailedAtLast(caseRef: string, wanted: readonly string[]): Promise<string[]> {
    const isThere = async () => {
      const found = await mailed(caseRef);
      return wanted.every((mail) => found.includes(mail));
    };
    for (let tries = 0; !(await isThere()); tries += 1) {
      if (tries === 90) throw new Error(`Not all mails of ${caseRef} came.\n${await standingOf(running, caseRef)}`);
      await sleep(1_000);
    }
    // What is not to come would come now.
    await sleep(5_000);
    return mailed(caseRef);
  }

  test.each<[string, string, readonly PartName[]]>([
    ['of Temporal and the worker', 'IR-2026-0001', ['temporal', 'worker']],
    ['of the worker, while the timer of Temporal fires', 'IR-2026-0002', ['worker']],
    ['of the worker and the mail server', 'IR-2026-0003', ['worker', 'mail']],
  ])('%s: no chase to who has answered, one mail to who has not', async (_what, caseRef, away) => {
    await openTimedCase(caseRef, [25, 28, 31], running);
    const began = present();
    const requests = ['T1/request/1/spoc', 'T2/request/1/spoc'];
    for (let tries = 0; tries < 200 && (await mailed(caseRef)).length < requests.length; tries += 1) await sleep(100);
    const before = await mailed(caseRef);
    expect(before).toEqual(requests);
    expect(present() - began).toBeLessThan(24_000);

    await Promise.all(away.map((part) => stack.part(part).kill('SIGKILL')));
    const token = (await newToken(store, spoc, 'outage')) ?? '';
    const posted = { key: randomUUID(), body: { kind: 'nothing-held' } };
    const received = await callApi({ url: stack.part('web').url, token }, `/cases/${caseRef}/tasks/T1/answers`, posted);
    expect(received.status).toBe(201);
    await sleep(Math.max(0, 34_000 - (present() - began)));
    await Promise.all(away.map((part) => stack.start(part)));

    const after = ['T1/answer-received-1/1/requester', 'T2/overdue/1/spoc'];
    expect(await mailedAtLast(caseRef, after)).toEqual([...after, ...requests].sort());
    const to = (await readInbox(stack.ports.inbox)).filter((mail) => mail.caseRef === caseRef).map((mail) => mail.to);
    expect(to.sort()).toEqual([officer, secondSpoc, secondSpoc, spoc].sort());
    const answered = (await store.cases.get(caseRef))?.projection.tasks.map(({ status, answer }) => [status, answer?.late]);
    expect(answered).toEqual([['answered', false], ['open', undefined]]);
  }, 200_000);

  // As one that was killed in the first task of a case and could not say so: the case begins again when another is there.
  test('of the worker as a case begins: asked as of then, with the rung that has come since', async () => {
    const caseRef = 'IR-2026-0004';
    await stack.part('worker').kill('SIGKILL');
    const began = present();
    await openTimedCase(caseRef, [2, 4, 6], running);
    await sleep(8_000);
    await stack.start('worker');
    const wanted = ['T1/overdue/1/spoc', 'T1/request/1/spoc', 'T2/overdue/1/spoc', 'T2/request/1/spoc'];
    expect(await mailedAtLast(caseRef, wanted)).toEqual(wanted);
    const timeline = (await store.cases.get(caseRef))?.timeline ?? [];
    const askedAt = timeline.filter(({ event }) => event === 'request-sent').map(({ at }) => Date.parse(at));
    expect(askedAt).toHaveLength(2);
    expect(Math.max(...askedAt) - began).toBeLessThan(6_000);
    expect(timeline.map(({ event }) => event)).not.toContain('rungs-already-past');
  }, 200_000);
});
