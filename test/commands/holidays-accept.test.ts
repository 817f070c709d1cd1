/** A bank holiday that was really moved is taken when somebody names it and answers for it; nothing else is lost. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../config/root';
import { runHolidaysAccept } from '../../commands/holidays-accept';
import { refreshBankHolidays } from '../../activities/bank-holidays';
import { divisions, type Division } from '../../config/bank-holidays';
import { fixedClock, type IsoDate } from '../../config/clock';
import type { Store } from '../../store';
import { CurrentBankHolidays } from '../../store/bank-holidays';
import { office } from '../activities/support/office';
import { describeWithDatabase, holidays as file, startStore, type TestStore } from '../support/database';
import { feedWith, startFeed, type Feed, type FeedServer } from '../../bench/feed-server';

const secret = 'a secret that is long enough for the record';
const now = '2026-11-25T10:00:00.000Z';
const [may, moved] = ['2027-05-03', '2027-05-07'];
const who = 'csp-manager@thurrock.example';
const reason = 'Moved to 7 May by royal proclamation';
const openCases = 'The dates of open cases are worked out again now; whoever a moved date concerns is mailed.';

const move = (from: string, to: string, among: readonly Division[]) => (feed: Feed) => {
  for (const division of among) {
    for (const event of feed[division].events) if (event.date === from) event.date = to;
  }
};
const others = [
  ['officer@thurrock.example', 'staff'],
  ['manager@thurrock.example', 'manager'],
  ['auditor@thurrock.example', 'auditor'],
] as const;
const inAll = feedWith(move(may, moved, divisions));
const inScotland = feedWith(move(may, moved, ['scotland']));

describeWithDatabase('npm run holidays:accept', () => {
  let started: TestStore;
  let store: Store;
  let feed: FeedServer;
  /** The versions that the open cases were to be worked out again with. */
  let recounts: string[];

  beforeAll(async () => {
    started = await startStore();
    ({ store } = started);
    for (const [username, role] of [[who, 'csp-manager'], ...others] as const) {
      await store.accounts.save({
        _id: `${role}-1`,
        username,
        displayName: role,
        partner: 'thurrock',
        teams: [],
        roles: [role],
        passwordHash: '',
      });
    }
    feed = await startFeed();
  }, 300_000);
  afterAll(async () => {
    await feed.close();
    await started.close();
  });
  beforeEach(async () => {
    for (const name of ['bank_holidays', 'bank_holidays_state', 'audit', 'audit_heads']) {
      await store.database.collection(name).deleteMany({});
    }
    feed.answer(inAll);
    recounts = [];
  });

  const noted = (version: string): Promise<void> => Promise.resolve(void recounts.push(version));
  type Changed = { env?: NodeJS.ProcessEnv; args?: readonly string[]; recount?: typeof noted | undefined };
  async function accept(removed: readonly string[], changed: Changed = {}) {
    const printed: string[] = [];
    const complained: string[] = [];
    const args = changed.args ?? [...removed.flatMap((day) => ['--removed', day]), '--by', who, '--reason', reason];
    const around = {
      env: { MONGODB_URI: started.stack.env['MONGODB_URI'], AUDIT_SECRET: secret, BANK_HOLIDAYS_URL: feed.url, ...changed.env },
      clock: fixedClock(now),
      print: (line: string) => printed.push(line),
      complain: (line: string) => complained.push(line),
    };
    const exitCode = await runHolidaysAccept(args, around, 'recount' in changed ? changed.recount : noted);
    return { exitCode, printed, complained };
  }
  const refresh = () => refreshBankHolidays({ ...office(store, now), bankHolidaysUrl: feed.url });
  const inForce = () => new CurrentBankHolidays(store.bankHolidays, file).reload();
  const onRecord = () => store.audit.of('calendar');

  test('takes the moved day: shown, in force, on record with who and why; the next refresh finds nothing more', async () => {
    expect((await refresh()).result).toBe('refused');
    expect((await store.bankHolidays.state()).failure?.kind).toBe('days-lost');
    const { exitCode, printed, complained } = await accept([may]);
    expect({ exitCode, complained }).toEqual({ exitCode: 0, complained: [] });
    expect(printed).toEqual([
      ...divisions.map((division) => `lost    Early May bank holiday, Monday 3 May 2027 (${division})`),
      ...divisions.map((division) => `gained  Early May bank holiday, Friday 7 May 2027 (${division})`),
      expect.stringMatching(/^Version [0-9a-f]{12} is in force and on record: new dates are counted with it within half a minute\.$/),
      openCases,
    ]);
    const current = await inForce();
    expect(recounts).toEqual([current.version]);
    for (const division of divisions) {
      expect(current.divisions[division].has(may as IsoDate)).toBe(false);
      expect(current.divisions[division].get(moved as IsoDate)).toBe('Early May bank holiday');
    }
    expect(await onRecord()).toMatchObject([
      {
        at: now,
        act: 'bank-holidays-changed',
        by: { account: 'csp-manager-1', via: 'command', from: null },
        facts: {
          before: file.version,
          version: current.version,
          added: divisions.map((division) => `${division}/${moved}`),
          removed: divisions.map((division) => `${division}/${may}`),
          reason,
        },
      },
    ]);
    expect(await store.bankHolidays.state()).toMatchObject({ version: current.version, refreshedAt: now, failure: null });
    expect(await refresh()).toEqual({ result: 'unchanged', version: current.version });
  });

  test('the command of deadlines counts with what is in force in the database, and says when it does not', async () => {
    await accept([may]);
    const deadline = (env: NodeJS.ProcessEnv) =>
      spawnSync(
        process.execPath,
        ['--import', 'tsx', join(projectRoot, 'commands', 'deadline.ts'), '--clock', 'information-request', '--from', '2027-04-19'],
        { cwd: projectRoot, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' },
      ).stdout;
    const [withDatabase, withFile] = [deadline({ MONGODB_URI: started.stack.env['MONGODB_URI'] }), deadline({})];
    expect(withDatabase).toContain('Due by the end of Monday 3 May 2027');
    expect(withDatabase).not.toContain('of the file');
    expect(withFile).toContain('Due by the end of Tuesday 4 May 2027');
    expect(withFile).toContain('Counted with the bank holidays of the file');
  });

  test('where Temporal does not answer, the days are in force, and it says when the open cases follow', async () => {
    const { exitCode, printed, complained } = await accept([may], { recount: undefined, env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expect({ exitCode, complained }).toEqual({ exitCode: 0, complained: [] });
    expect(printed.at(-1)).toMatch(
      /^Temporal does not answer .+\. The dates of open cases are moved by the next refresh, at 5:30am, or when this is run again\.$/,
    );
    expect((await inForce()).divisions.scotland.has(may as IsoDate)).toBe(false);
  }, 30_000);

  test('a setting of Temporal that is wrong is told before anything is done: 2', async () => {
    expect(await accept([may], { env: { TEMPORAL_ADDRESS: 'nowhere' } })).toMatchObject({
      exitCode: 2,
      printed: [],
      complained: [expect.stringContaining('TEMPORAL_ADDRESS must be host:port')],
    });
    expect(await onRecord()).toEqual([]);
  });

  test('asked again, it accepts nothing more, says so, and has the open cases worked out again', async () => {
    await accept([may]);
    const { version } = await inForce();
    expect(await accept([may])).toEqual({
      exitCode: 0,
      printed: [`Nothing to accept: version ${version} is in force, and the feed brings no other.`, openCases],
      complained: [],
    });
    expect(recounts).toEqual([version, version]);
    expect(await onRecord()).toHaveLength(1);
    expect(await store.bankHolidays.state()).toMatchObject({ changes: 1 });
  });

  test('finishes what broke off after the record was written', async () => {
    const append = jest.spyOn(Object.getPrototypeOf(store.bankHolidays) as typeof store.bankHolidays, 'noteRefresh');
    append.mockRejectedValueOnce(new Error('killed'));
    expect((await accept([may])).exitCode).toBe(2);
    append.mockRestore();
    expect((await accept([may])).exitCode).toBe(0);
    expect(await onRecord()).toHaveLength(1);
    expect((await store.bankHolidays.state()).failure).toBeNull();
  });

  test('a day that was moved in one division only is named with it', async () => {
    feed.answer(inScotland);
    expect((await accept([`scotland/${may}`])).exitCode).toBe(0);
    const { divisions: days } = await inForce();
    expect([days.scotland.has(may as IsoDate), days['england-and-wales'].has(may as IsoDate)]).toEqual([false, true]);
  });

  const cut = feedWith((all) => {
    move(may, moved, divisions)(all);
    all.scotland.events = all.scotland.events.filter(({ date }) => date < '2027-11');
  });
  const both = feedWith((all) => [move(may, moved, divisions), move('2027-05-31', '2027-06-04', divisions)].forEach((each) => each(all)));
  const spring = feedWith((all) => [move(may, moved, ['scotland']), move('2027-05-31', '2027-06-04', divisions)].forEach((each) => each(all)));
  test.each<[string, string, readonly string[], RegExp]>([
    ['loses a day more than was named', cut, [may], /lacks more than was named: St Andrew’s Day, Tuesday 30 November 2027 \(scotland\); .* \(scotland\); and \d+ more\. .* add --removed 2027-11-30 --removed scotland\/2027-12-27 .* and \d+ more; if not/],
    ['loses the day in all divisions, and another was named', both, ['2027-05-31'], /named: Early May bank holiday, Monday 3 May 2027 \(england-and-wales\); [^.]* \(northern-ireland\)\. If all of it was really moved, add --removed 2027-05-03; if not/],
    ['loses the day in more divisions than was named', inAll, [`scotland/${may}`], /named: Early May bank holiday, Monday 3 May 2027 \(england-and-wales\); .* add --removed 2027-05-03; if not/],
    ['loses the day in one division, and another day was named', spring, ['2027-05-31'], /named: Early May bank holiday, Monday 3 May 2027 \(scotland\)\. .* add --removed scotland\/2027-05-03; if not/],
    ['does not lose the day in each division that has it', inScotland, [may], /does not lack Monday 3 May 2027 \(england-and-wales\).* as in england-and-wales\/2027-05-03/],
    ['does not lose another day that was named', inAll, [may, '2027-05-31'], /does not lack Monday 31 May 2027/],
    ['cannot lose a day that was never known', inAll, [may, '2027-05-04'], /Tuesday 4 May 2027 is no bank holiday that is known\./],
    ['cannot lose a day in a division that never had it', inAll, ['scotland/2027-07-12'], /Monday 12 July 2027 \(scotland\) is no bank holiday that is known\./],
    ['cannot lose a day that is past', inAll, ['2026-05-04'], /Monday 4 May 2026 is not after today: it stays known\./],
    ['is no feed', '<!doctype html>', [may], /cannot be used: it is not JSON/],
  ])('refuses a feed that %s: 1, and nothing is changed', async (_what, text, removed, words) => {
    feed.answer(text);
    const { exitCode, complained } = await accept(removed);
    expect({ exitCode, lines: complained.length }).toEqual({ exitCode: 1, lines: 1 });
    expect(complained[0]).toMatch(words);
    expect([await onRecord(), recounts]).toEqual([[], []]);
    expect((await inForce()).version).toBe(file.version);
  });

  test('refuses a day that the file would bring back, as it goes further than the feed then', async () => {
    feed.answer(feedWith(move('2028-12-26', '2028-12-22', divisions)));
    const { exitCode, complained } = await accept(['2028-12-26']);
    expect(exitCode).toBe(1);
    expect(complained[0]).toMatch(/goes further than the feed and has Boxing Day, Tuesday 26 December 2028 \(england-and-wales\)/);
    expect(await onRecord()).toEqual([]);
  });

  test('a day that is taken back later is a bank holiday again', async () => {
    await accept([may]);
    feed.answer(feedWith(() => undefined));
    expect((await accept([moved])).exitCode).toBe(0);
    expect((await inForce()).version).toBe(file.version);
    expect((await accept([may])).complained[0]).toMatch(/does not lack Monday 3 May 2027/);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['no day', ['--by', who, '--reason', reason], /^holidays:accept: --removed: name each day that was moved\. See --help\.$/],
    ['no date', ['--removed', 'May', '--by', who, '--reason', reason], /^holidays:accept: --removed: the day must be a date/],
    ['a date that does not exist', ['--removed', '2027-02-30', '--by', who, '--reason', reason], /^holidays:accept: --removed: the day/],
    ['another division', ['--removed', `wales/${may}`, '--by', who, '--reason', reason], /must be one of england-and-wales, scotland/],
    ['nobody who answers for it', ['--removed', may, '--reason', reason], /^holidays:accept: --by: give the username/],
    ['an account that is not there', ['--removed', may, '--by', 'nobody@thurrock.example', '--reason', reason], /there is no account "nobody@/],
    ...others.map(([username, role]): [string, readonly string[], RegExp] => [
      `an account that is ${role} only`,
      ['--removed', may, '--by', username, '--reason', reason],
      /^holidays:accept: "[^"]+" cannot answer for it: give the account of a CSP manager\.$/,
    ]),
    ['no reason', ['--removed', may, '--by', who, '--reason', ' '], /^holidays:accept: --reason: say why/],
    ['an option that it has not', ['--removed', may, '--force'], /^holidays:accept: .*Unknown option '--force'/],
  ])('%s: 2 and one line', async (_what, args, words) => {
    const { exitCode, printed, complained } = await accept([], { args });
    expect({ exitCode, printed, lines: complained.length }).toEqual({ exitCode: 2, printed: [], lines: 1 });
    expect(complained[0]).toMatch(words);
    expect(complained[0]).not.toContain('\n');
    expect(await onRecord()).toEqual([]);
  });

  test('no feed is set, or none is had: 2', async () => {
    expect(await accept([may], { env: { BANK_HOLIDAYS_URL: '' } })).toMatchObject({
      exitCode: 2,
      complained: ['holidays:accept: BANK_HOLIDAYS_URL is not set: without a feed, a new file is put in place.'],
    });
    feed.answer((_, response) => response.writeHead(500).end());
    expect(await accept([may])).toMatchObject({
      exitCode: 2,
      complained: ['holidays:accept: The bank holiday feed was not had: it answers 500.'],
    });
  });
});
