/** The refresh of the bank holidays, from a feed on loopback: what is taken, what is refused, whom it is told. */
import { createActivities } from '../../activities';
import { refreshBankHolidays } from '../../activities/bank-holidays';
import type { IsoDate } from '../../config/clock';
import type { Store } from '../../store';
import { describeWithDatabase, holidays as file, startStore, type TestStore } from '../support/database';
import { feedWith, startFeed, type FeedServer } from '../../bench/feed-server';
import { office, type Office } from './support/office';

const oneOff = { title: 'World Cup', date: '2026-06-15', notes: '', bunting: true };
const withOneOff = feedWith((feed) => feed.scotland.events.push(oneOff));
const may = '2026-05-04T04:30:00.000Z';

describeWithDatabase('the refresh of the bank holidays', () => {
  let running: TestStore;
  let store: Store;
  let feed: FeedServer;
  let deps: Office;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    for (const name of ['bank_holidays', 'bank_holidays_state', 'audit', 'audit_heads', 'mails']) {
      await store.database.collection(name).deleteMany({});
    }
    feed = await startFeed();
    deps = { ...office(store, may), bankHolidaysUrl: feed.url };
  });
  afterEach(() => feed.close());

  const refresh = () => createActivities(deps).refreshBankHolidays();
  const tell = () => createActivities(deps).tellOfBankHolidayTroubles();
  const subjects = () => deps.transport.taken.map(({ subject }) => subject);
  const failure = async () => (await store.bankHolidays.state()).failure;

  it('fetches nothing where no address is set', async () => {
    expect(await createActivities({ ...deps, bankHolidaysUrl: undefined }).refreshBankHolidays()).toEqual({
      result: 'not-fetched',
      version: file.version,
    });
    expect(feed.asked()).toBe(0);
    expect((await store.bankHolidays.state()).attemptedAt).toBeNull();
  });

  it('notes that the feed brought nothing new, and leaves those of the file in force', async () => {
    expect(await refresh()).toEqual({ result: 'unchanged', version: file.version });
    expect(await store.bankHolidays.state()).toMatchObject({ version: null, refreshedAt: may, failure: null });
    expect(await store.audit.of('calendar')).toEqual([]);
  });

  it('puts a one-off day in force at once, with the change on record, and not twice', async () => {
    feed.answer(withOneOff);
    const first = await refresh();
    expect(first.result).toBe('changed');
    expect(deps.holidays.current().divisions.scotland.get('2026-06-15' as IsoDate)).toBe('World Cup');
    expect(deps.holidays.current().version).toBe(first.version);
    expect(await refresh()).toEqual({ result: 'unchanged', version: first.version });
    expect(await store.audit.of('calendar')).toMatchObject([
      {
        act: 'bank-holidays-changed',
        by: { account: null, via: 'concordat' },
        facts: { before: file.version, version: first.version, added: ['scotland/2026-06-15'], removed: [] },
      },
    ]);
  });

  it('keeps the past days that the feed has dropped', async () => {
    feed.answer(feedWith(({ scotland }) => (scotland.events = scotland.events.filter(({ date }) => date > '2026-05-04'))));
    expect(await refresh()).toEqual({ result: 'unchanged', version: file.version });
  });

  it('finishes a change of which only the record was written', async () => {
    feed.answer(withOneOff);
    const change = jest.spyOn(store.bankHolidays, 'change').mockImplementationOnce(async (seen, sets, act) => {
      const append = jest.spyOn(store.audit, 'append').mockImplementationOnce(async (draft) => {
        append.mockRestore();
        await store.audit.append(draft);
        throw new Error('killed');
      });
      return store.bankHolidays.change(seen, sets, act);
    });
    await expect(refresh()).rejects.toThrow('killed');
    change.mockRestore();
    expect(deps.holidays.current()).toBe(file);
    deps.at('2026-05-04T04:31:00.000Z');
    expect((await refresh()).result).toBe('changed');
    expect(await store.audit.of('calendar')).toHaveLength(1);
  });

  it('begins anew when somebody else has changed them meanwhile', async () => {
    feed.answer(withOneOff);
    jest.spyOn(store.bankHolidays, 'change').mockResolvedValueOnce(false);
    await expect(refresh()).rejects.toThrow('Somebody else changed the bank holidays meanwhile.');
  });

  const refused = (why: string) => `The bank holiday feed cannot be used: ${why}.`;
  it.each<[string, string, string]>([
    ['is empty', ' \n', refused('it is empty')],
    ['is not JSON', '<!doctype html>', refused('it is not JSON (it begins "<!doctype html>")')],
    ['lacks a division', feedWith((changed) => Reflect.deleteProperty(changed, 'scotland')), refused('scotland: the division is missing')],
    [
      'has a division under another’s name',
      feedWith((changed) => (changed.scotland.division = 'england-and-wales')),
      refused('scotland.division: "scotland" was expected'),
    ],
    [
      'has a date that does not exist',
      feedWith((changed) => changed.scotland.events.push({ ...oneOff, date: '2026-06-31' })),
      refused('scotland.events[45].date: a date that exists was expected, such as 2026-12-25'),
    ],
    [
      'lists a day twice',
      feedWith((changed) => changed.scotland.events.push(oneOff, oneOff)),
      refused('scotland.events[46].date: 2026-06-15, World Cup is listed twice'),
    ],
    [
      'loses a known day to come',
      feedWith(({ scotland }) => {
        scotland.events = [...scotland.events.filter(({ date }) => date !== '2026-11-30'), oneOff];
      }),
      refused('it lacks St Andrew’s Day on 2026-11-30 (scotland), which is known'),
    ],
    ['is too long', `[${' '.repeat(1_000_000)}]`, refused('it is longer than 1000000 bytes')],
  ])('refuses a feed that %s, keeps what is in force, and mails the operator once', async (_what, text, reason) => {
    feed.answer(withOneOff);
    const { version } = await refresh();
    feed.answer(text);
    expect(await refresh()).toEqual({ result: 'refused', version });
    const kind = reason.includes('which is known') ? 'days-lost' : 'refused';
    expect(await store.bankHolidays.state()).toMatchObject({ version, failure: { kind, reason } });
    expect(deps.holidays.current().version).toBe(version);
    await tell();
    deps.at('2026-05-05T04:30:00.000Z');
    await refresh();
    await tell();
    expect(subjects()).toEqual(['Alarm: The feed of bank holidays was refused']);
    expect(deps.transport.taken[0]?.text).toContain(`Found: ${reason}`);
    expect(deps.transport.taken[0]?.text.includes('npm run holidays:accept')).toBe(kind === 'days-lost');
  });

  it('loses no day that only the feed had brought', async () => {
    feed.answer(withOneOff);
    await refresh();
    feed.answer(feedWith(() => undefined));
    expect((await refresh()).result).toBe('refused');
    deps.at('2026-06-15T04:30:00.000Z');
    expect((await refresh()).result).toBe('unchanged');
  });

  it('mails each kind of refusal once, whatever the text, and again after the feed was taken', async () => {
    const lacks = (day: string) => feedWith(({ scotland }) => (scotland.events = scotland.events.filter(({ date }) => date !== day)));
    const mornings: [string | Parameters<FeedServer['answer']>[0], number][] = [
      ['', 1],
      ['[]', 1],
      ['<p>Try again later: request 4711', 1],
      [lacks('2026-11-30'), 2],
      ['', 2],
      [(_, response) => response.writeHead(500).end(), 2],
      [lacks('2026-12-25'), 2],
      [withOneOff, 2],
      ['{}', 3],
      [lacks('2026-11-30'), 4],
    ];
    for (const [index, [answer, mailed]] of mornings.entries()) {
      deps.at(new Date(Date.parse(may) + (index + 1) * 1_000).toISOString());
      feed.answer(answer);
      await refresh();
      await tell();
      expect([index, subjects().length]).toEqual([index, mailed]);
    }
    expect(await failure()).toMatchObject({ kind: 'days-lost', reason: expect.stringContaining('2026-11-30') as string });
  });

  it.each<[string, Parameters<FeedServer['answer']>[0], string]>([
    ['answers 500', (_, response) => response.writeHead(500).end('broken'), 'it answers 500'],
    ['answers 404', (_, response) => response.writeHead(404).end(), 'it answers 404'],
    [
      'points elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/else' }).end(),
      'it answers 302 and points to http://127.0.0.1:9/else, which is not followed',
    ],
    ['hangs up', (request) => request.socket.destroy(), 'it does not answer (UND_ERR_SOCKET)'],
    ['does not answer in time', () => undefined, 'it did not come within 0.2 s'],
    [
      'does not end in time',
      (_, response) => void response.writeHead(200).write('{'),
      'it did not come within 0.2 s',
    ],
  ])('takes nothing from a server that %s, and alarms only when that has lasted three days', async (_what, how, why) => {
    feed.answer(how);
    const tried = () => refreshBankHolidays(deps, { timeoutMs: 200, maxBytes: 1_000 });
    expect(await tried()).toEqual({ result: 'unreachable', version: file.version });
    expect(await failure()).toEqual({ kind: 'unreachable', reason: `The bank holiday feed was not had: ${why}.` });
    await tell();
    deps.at('2026-05-07T04:30:00.000Z');
    await tried();
    await tell();
    expect(subjects()).toEqual([]);
    deps.at('2026-05-07T04:30:00.001Z');
    await tell();
    deps.at('2026-05-08T04:30:00.000Z');
    await tell();
    expect(subjects()).toEqual(['Alarm: The bank holidays are not refreshed']);
    expect(deps.transport.taken[0]?.text).toContain(`Found: The bank holiday feed was not had: ${why}.`);
  });

  it('alarms once when the days known end within six months, and once when they have ended, also without a feed', async () => {
    deps = { ...deps, bankHolidaysUrl: undefined };
    deps.at('2028-06-25T10:00:00.000Z');
    await tell();
    expect(subjects()).toEqual([]);
    for (const at of ['2028-06-26T10:00:00.000Z', '2028-12-26T10:00:00.000Z']) {
      deps.at(at);
      await tell();
    }
    expect(subjects()).toEqual(['Alarm: The bank holidays end soon']);
    deps.at('2028-12-27T10:00:00.000Z');
    await tell();
    expect(subjects()).toEqual(['Alarm: The bank holidays end soon', 'Alarm: The bank holidays have ended']);
  });

  it('fails, to be repeated, when the mail server does not take an alarm', async () => {
    deps.at('2028-12-27T10:00:00.000Z');
    deps.transport.notNow.add('operator@partnership.example');
    await expect(tell()).rejects.toThrow('The alarm about the bank holidays could not be mailed yet.');
    deps.transport.notNow.clear();
    await tell();
    expect(subjects()).toEqual(['Alarm: The bank holidays have ended']);
  });
});
