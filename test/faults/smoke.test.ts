/**
 * Nothing is lost: cases of every process are opened and answered on the whole stack while each part of it is killed and each
 * trouble comes in turn. What the web called "sent" and "received" is there afterwards, in the store, in Temporal and in the
 * inbox.
 *
 * `npm run test:faults` is the same in many rounds. With `SMOKE_SEED=n` either repeats the chances of a run: who is killed when,
 * what goes wrong, who asks whom. See docs/faults.md.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createActivities } from '../../activities';
import { endOfLondonDay, londonDateOf, workingDaysAfter } from '../../calendar';
import { newToken } from '../../api/accounts/tokens';
import { fixedClock, systemClock } from '../../config/clock';
import { createLogger } from '../../config/logger';
import { processes, processSlugs } from '../../config/processes';
import { compareStores } from '../../dispatch/comparison';
import { differenceInWords } from '../../dispatch/differences';
import { verifyRecord } from '../../store/audit-verification';
import { CurrentBankHolidays } from '../../store/bank-holidays';
import { officer, password, spoc } from '../api/support';
import { describeWithDatabase, holidays } from '../support/database';
import { Postbox } from '../activities/support/office';
import { present, wreak } from './support/kills';
import { answerByLink } from './support/link-holder';
import { holders, linkHolder, openers, Openings } from './support/openings';
import { Chance } from './support/random';
import { lostAnswers, lostClocks, lostRequests, readRemains, reckonMails, unnoted, unsettled, type Remains } from './support/reckoning';
import { Rig } from './support/rig';
import { answer, Notes, openEach, post, type Api } from './support/traffic';
import { troubleNames } from './support/troubles';
import { WebSession } from './support/web-session';

const seed = Number(process.env['SMOKE_SEED'] || randomInt(1_000_000));
/** Of 13 kills and each trouble. */
const rounds = Number(process.env['SMOKE_ROUNDS'] || 1);
/** A long run is of somewhat more cases than a short one, not of so many times as many. */
const slower = Math.max(1, Math.ceil(rounds / 2));
const secondSpoc = 'spoc@probation.example';
/**
 * A killed worker's activity is missed after 30 s, its claim on a mail ends after 60 s, a mail is tried again after 30 s and
 * then after 60 s.
 */
const settlesWithinMs = 240_000;

/** "worker 3, web 3" */
function counted(what: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const each of what) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].map(([each, times]) => `${each} ${times}`).join(', ') || 'none';
}

describeWithDatabase(`nothing is lost (SMOKE_SEED=${seed})`, () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start('smoke', { SWEEP_EVERY_MS: '1000', LOG_LEVEL: 'warn' });
  }, 300_000);

  afterAll(() => rig.close());

  const signedIn = async (username: string): Promise<WebSession> => {
    const session = new WebSession(rig.url, username);
    await session.signIn(password);
    return session;
  };
  const api = async (username: string): Promise<Api> => ({
    url: rig.url,
    token: (await newToken(rig.servers.store, username, 'smoke')) ?? '',
  });

  /** Waits until nothing is on its way any more, in the store or in a workflow, or gives what still is. */
  async function settled(): Promise<{ readonly remains: Remains; readonly left: readonly string[] }> {
    const began = present();
    for (;;) {
      const remains = await readRemains(rig.servers.store, await rig.inbox());
      const onItsWay = [...unsettled(remains), ...unnoted(remains)];
      const isLate = present() - began > settlesWithinMs;
      if (onItsWay.length === 0 || isLate) {
        const left = [...onItsWay, ...(await lostClocks(remains, rig.servers.client))];
        if (left.length === 0 || isLate) return { remains, left };
      }
      await sleep(1_000);
    }
  }

  test('however the parts are killed and hindered while cases are opened and answered', async () => {
    const { store, client, configuration, stack } = rig.servers;
    const chance = new Chance(seed);
    const notes = new Notes();
    const today = londonDateOf(systemClock.now());
    const longAgo = workingDaysAfter(today, -20, 'england-and-wales', holidays);
    const began = present();
    let opening = true;
    let answering = true;

    const asking = { notes, slower, until: () => !opening };
    const holding = { notes, inboxPort: stack.ports.inbox, until: () => !answering };
    const byForm = { ...asking, partners: holders, receivedOn: [today, today, longAgo] };
    const accounts = new Map(await Promise.all(openers.map(async (username) => [username, await api(username)] as const)));
    const openings = new Openings(chance.branch());
    const opened = [
      ...[await signedIn(officer), await signedIn(officer)].map((session) => post(session, { ...byForm, chance: chance.branch() })),
      ...[1, 2, 3].map(() => openEach(accounts, openings, { ...asking, chance: chance.branch() })),
    ];
    const answered = [
      answer(await api(spoc), { ...holding, partner: holders[0], spoc, chance: chance.branch() }),
      answer(await signedIn(secondSpoc), { ...holding, partner: holders[1], spoc: secondSpoc, chance: chance.branch() }),
      answerByLink({ ...holding, partner: linkHolder, mailbox: `spoc@${linkHolder}.example`, url: rig.url, chance: chance.branch() }),
    ];
    const { kills, troubles, fell } = await wreak(rig, chance.branch(), rounds);
    opening = false;
    await Promise.all(opened);
    await sleep(2_000);
    answering = false;
    await Promise.all(answered);
    const trafficMs = present() - began;

    const { remains, left } = await settled();
    const settledMs = present() - began - trafficMs;
    const { cuts, refused, refusedForGood } = rig.mail;
    const mails = reckonMails(remains, { kills, troubles, cuts });
    const sixMinutesOn = fixedClock(new Date(present() + 6 * 60_000).toISOString());
    const { stuck } = await createActivities({
      ...configuration,
      holidays: new CurrentBankHolidays(store.bankHolidays, configuration.holidays),
      bankHolidaysUrl: undefined,
      store,
      client,
      transport: new Postbox(),
      clock: sixMinutesOn,
      logger: createLogger('smoke', 'silent'),
      publicUrl: configuration.settings.PUBLIC_URL,
      operatorEmail: configuration.settings.OPERATOR_EMAIL,
      isGivenUp: () => false,
    }).lookForStuckCases();
    const differences = (await compareStores({ client, store })).map((each) => differenceInWords(each).what);
    const findings: string[] = [];
    const nextDay = (day: typeof today) => londonDateOf(endOfLondonDay(day));
    const record = await verifyRecord(store, { today, nextDay, tell: ({ chain, expected, found, isFault }) => isFault && findings.push(`${chain}: ${expected}; ${found}`) });

    const begun = remains.inbox.filter(({ messageId }) => messageId === null).length;
    const corrections = notes.received.filter(({ version }) => version > 1).length;
    const times = (name: string): number => troubles.filter((trouble) => trouble.name === name).length;
    const via = (list: readonly { via: string }[]) => counted(list.map((each) => each.via));
    process.stdout.write(
      [
        `Nothing is lost, SMOKE_SEED=${seed}: ${kills.length} kills (${counted(kills.map(({ part }) => part))})`,
        `  and ${troubles.length} troubles (${troubleNames.map((name) => `${name} ${times(name)}`).join(', ')})`,
        `  in ${Math.round(trafficMs / 1000)} s of traffic, settled ${Math.round(settledMs / 1000)} s later`,
        `  ${notes.sent.length} sent (${via(notes.sent)}): ${counted(remains.cases.map((each) => processes[each.process].prefix))}`,
        `  ${notes.received.length} answers received (${via(notes.received)}), ${corrections} of them corrections: ${counted(notes.received.map(({ kind }) => kind))}`,
        `  ${notes.repeated} posts or pages asked for again; error pages: ${[...notes.errorPages].map(([status, pages]) => `${pages} of ${status}`).join(', ') || 'none'}`,
        `  mails refused: ${refused.later} for now, ${refused.never} for good (${refusedForGood.size} addresses); ${cuts.length} cut after they were taken`,
        `  ${remains.inbox.length - begun} mails, of which ${mails.copies} second copies, and ${begun} that the mail ` +
          `server had begun when it was killed; ${mails.inWindow} kills, troubles or cuts fell between a mail and its record`,
        `  the record of acts: ${record.chains} chains, ${record.entries} entries, ${record.faults} faults`,
        '',
      ].join('\n'),
    );

    expect(notes.faults).toEqual([]);
    expect(fell).toEqual([]);
    expect(left).toEqual([]);
    expect(lostRequests(notes.sent, remains, store)).toEqual([]);
    expect(lostAnswers(notes.received, remains, store)).toEqual([]);
    expect(mails.faults).toEqual([]);
    expect(stuck).toEqual([]);
    expect(differences).toEqual([]);
    expect(findings).toEqual([]);
    expect(new Set(remains.cases.map((each) => each.process)).size).toBe(processSlugs.length);
    expect(notes.sent.length).toBeGreaterThan(20);
    expect(notes.received.length).toBeGreaterThan(10);
    expect(corrections).toBeGreaterThan(1);
    expect(cuts.length).toBeGreaterThan(0);
    expect(refused.later).toBeGreaterThan(0);
  }, 400_000 + rounds * 200_000);
});
