import { systemClock, type Clock, type IsoInstant } from '../../config/clock';
import { MailNotTaken, render, sendOnce, smtpTransport, type MailTransport } from '../../mail';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { startSmtpServer, type TestSmtpServer } from './support/smtp-server';

const domain = 'concordat.example';
const letter = render({ subject: 'IR-2026-0001 Test', heading: 'Test', paragraphs: [], facts: [], footer: 'Test' });
const headerOf = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(text)?.[1]?.trim();

describeWithDatabase('a mail', () => {
  let running: TestStore;
  let server: TestSmtpServer;
  let transport: MailTransport;
  let mails = 0;
  const nextKey = (caseRef = 'IR-2026-0001') => `${caseRef}/T1/step-${(mails += 1)}/1/spoc`;

  beforeAll(async () => {
    running = await startStore();
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    server = await startSmtpServer();
    transport = smtpTransport(server.url, 'concordat@partnership.example');
  });
  afterEach(async () => {
    transport.close();
    await server.close();
  });

  const send = (key: string, changes: { clock?: Clock; transport?: MailTransport; caseRef?: string } = {}) =>
    sendOnce(
      { key, caseRef: changes.caseRef ?? 'IR-2026-0001', to: 'spoc@essex-police.example', letter },
      { ledger: running.store.mailLedger, transport, clock: systemClock, domain, ...changes },
    );

  it('goes out once, however often and by however many it is asked for', async () => {
    const key = nextKey();
    const asked = await Promise.all(Array.from({ length: 10 }, () => send(key)));
    expect(asked.filter(({ result }) => result === 'sent').length).toBeGreaterThanOrEqual(1);
    expect(asked.filter(({ result }) => result === 'refused')).toHaveLength(0);
    const [first, again] = [await send(key), await send(key)];
    expect(first).toEqual({ result: 'sent', at: expect.any(String) as string });
    expect(again).toEqual(first);
    expect(server.taken).toHaveLength(1);
  });

  it('has a Message-ID of its own and the thread of its case, and tells neither step nor case by it', async () => {
    const [one, two, other] = [nextKey(), nextKey(), nextKey('IR-2026-0002')];
    await send(one);
    await send(two);
    await send(other, { caseRef: 'IR-2026-0002' });
    const ids = server.taken.map((text) => headerOf(text, 'Message-ID'));
    const threads = server.taken.map((text) => headerOf(text, 'References'));
    expect(new Set(ids).size).toBe(3);
    expect(threads[0]).toBe(threads[1]);
    expect(threads[2]).not.toBe(threads[0]);
    for (const id of [...ids, ...threads]) expect(id).toMatch(/^<[0-9a-f]{32}@concordat\.example>$/);
  });

  it('that was refused for good is not tried again', async () => {
    const key = nextKey();
    server.behave({ rcptTo: '550 5.1.1 no such mailbox' });
    expect(await send(key)).toMatchObject({ result: 'refused' });
    server.behave({});
    expect(await send(key)).toMatchObject({ result: 'refused' });
    expect(server.taken).toHaveLength(0);
  });

  it('that was not taken is free at once for the next try', async () => {
    const key = nextKey();
    server.behave({ rcptTo: '450 4.2.1 try later' });
    expect(await send(key)).toEqual({ result: 'deferred' });
    server.behave({});
    expect(await send(key)).toMatchObject({ result: 'sent' });
    expect(server.taken).toHaveLength(1);
  });

  it('whose acceptance was lost on the way is a second copy with the same Message-ID', async () => {
    const key = nextKey();
    server.behave({ hangsUp: true });
    expect(await send(key)).toEqual({ result: 'deferred' });
    server.behave({});
    expect(await send(key)).toMatchObject({ result: 'sent' });
    expect(server.taken).toHaveLength(2);
    expect(new Set(server.taken.map((text) => headerOf(text, 'Message-ID'))).size).toBe(1);
  });

  it('of a sender who died is left alone for its lease, and then taken over', async () => {
    const key = nextKey();
    const began = Date.parse('2026-04-09T09:00:00.000Z');
    const after = (seconds: number): Clock => ({
      now: () => new Date(began + seconds * 1_000).toISOString() as IsoInstant,
    });
    const dies: MailTransport = { send: () => Promise.reject(new Error('killed')), close: () => undefined };
    await expect(send(key, { clock: after(0), transport: dies })).rejects.toThrow('killed');
    expect(await send(key, { clock: after(60) })).toEqual({ result: 'deferred' });
    expect(server.taken).toHaveLength(0);
    expect(await send(key, { clock: after(61) })).toMatchObject({ result: 'sent' });
    expect(server.taken).toHaveLength(1);
  });

  it('that nobody wants any more waits for nothing, and stays known, as it may be out; not while another sender is at it', async () => {
    const key = nextKey();
    const { mailLedger } = running.store;
    const now = Date.parse(systemClock.now());
    const at = (ms: number) => new Date(now + ms).toISOString() as IsoInstant;
    const claim = () => mailLedger.claim(key, '<one@x.example>', at(0), new Date(now + 60_000));
    const before = await mailLedger.figures(at(0));
    await claim();
    await mailLedger.giveUp(key, at(0));
    expect(await claim()).toEqual({ result: 'busy' });
    expect((await mailLedger.figures(at(60_001))).waiting).toBe(before.waiting + 1);
    await mailLedger.giveUp(key, at(60_001));
    const { waiting, sent } = await mailLedger.figures(at(60_001));
    expect([waiting, sent]).toEqual([before.waiting, before.sent]);
    expect(await running.store.database.collection('mails').findOne({ _id: key as never })).toMatchObject({ state: 'claimed', messageId: '<one@x.example>' });
    // Who wants it after all takes it.
    expect(await claim()).toEqual({ result: 'claimed' });
  });

  it('is given up before its claim ends, also if the claim had to wait for the database', async () => {
    const limits: number[] = [];
    const noting: MailTransport = {
      send: (_mail, giveUpAfterMs) => {
        limits.push(giveUpAfterMs);
        return Promise.reject(new MailNotTaken(false, undefined));
      },
      close: () => undefined,
    };
    const key = nextKey();
    let looks = 0;
    const slowDatabase = (secondsToClaim: number): Clock => ({
      now: () => {
        looks += 1;
        const seconds = looks % 2 === 0 ? secondsToClaim : 0;
        return new Date(Date.parse('2026-04-09T09:00:00.000Z') + seconds * 1_000).toISOString() as IsoInstant;
      },
    });
    expect(await send(key, { clock: slowDatabase(0), transport: noting })).toEqual({ result: 'deferred' });
    expect(await send(key, { clock: slowDatabase(40), transport: noting })).toEqual({ result: 'deferred' });
    expect(await send(key, { clock: slowDatabase(58), transport: noting })).toEqual({ result: 'deferred' });
    expect(limits).toEqual([55_000, 15_000]);
  });
});
