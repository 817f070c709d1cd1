/**
 * Nothing is lost: requests are posted and answered on the whole stack while each part of it is killed in turn. What
 * the web called "sent" and "received" is there afterwards, in the store, in Temporal and in the inbox.
 *
 * `npm run test:faults` is the same in many rounds. With `SMOKE_SEED=n` either repeats the chances of a run: who is killed when,
 * who asks whom. See docs/faults.md.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { createActivities } from '../../activities';
import { londonDateOf, workingDaysAfter } from '../../calendar';
import { newToken } from '../../api/accounts/tokens';
import { fixedClock, systemClock } from '../../config/clock';
import { createLogger } from '../../config/logger';
import type { Stack } from '../../embedded/stack';
import type { Store } from '../../store';
import { CurrentBankHolidays } from '../../store/bank-holidays';
import { officer, password, spoc } from '../api/support';
import { describeWithDatabase, holidays } from '../support/database';
import { Postbox } from '../activities/support/office';
import { readInbox } from './support/inbox';
import { killInTurn, present, type Kill } from './support/kills';
import { Chance } from './support/random';
import { runStack, type Running } from './support/running';
import { lostAnswers, lostClocks, lostRequests, readRemains, reckonMails, unsettled, type Remains } from './support/reckoning';
import { answer, Notes, post, type Api } from './support/traffic';
import { WebSession } from './support/web-session';

const seed = Number(process.env['SMOKE_SEED'] || randomInt(1_000_000));
/** Of 13 kills each. */
const rounds = Number(process.env['SMOKE_ROUNDS'] || 1);
const secondSpoc = 'spoc@probation.example';
/** A killed worker's activity is missed after 30 s, its claim on a mail ends after 60 s, a mail is tried again after 30 s. */
const settlesWithinMs = 180_000;

/** "worker 3, web 3" */
function killedInWords(kills: readonly Kill[]): string {
  const counts = new Map<string, number>();
  for (const { part } of kills) counts.set(part, (counts.get(part) ?? 0) + 1);
  return [...counts].map(([part, times]) => `${part} ${times}`).join(', ');
}

describeWithDatabase(`nothing is lost (SMOKE_SEED=${seed})`, () => {
  let running: Running;
  let stack: Stack;
  let store: Store;
  let client: Client;
  let configuration: Running['configuration'];

  beforeAll(async () => {
    running = await runStack('smoke', { env: { SWEEP_EVERY_MS: '1000', LOG_LEVEL: 'warn' } });
    ({ stack, store, client, configuration } = running);
  }, 300_000);

  afterAll(() => running.close());

  const url = (): string => stack.part('web').url;
  const signedIn = async (username: string): Promise<WebSession> => {
    const session = new WebSession(url(), username);
    await session.signIn(password);
    return session;
  };
  const api = async (username: string): Promise<Api> => ({
    url: url(),
    token: (await newToken(store, username, 'smoke')) ?? '',
  });

  /** Waits until nothing is on its way any more, in the store or in a workflow, or gives what still is. */
  async function settled(): Promise<{ readonly remains: Remains; readonly clocks: readonly string[] }> {
    const began = present();
    for (;;) {
      const remains = await readRemains(store, await readInbox(stack.ports.inbox));
      const isLate = present() - began > settlesWithinMs;
      if (unsettled(remains).length === 0 || isLate) {
        const clocks = await lostClocks(remains, client);
        if (clocks.length === 0 || isLate) return { remains, clocks };
      }
      await sleep(1_000);
    }
  }

  test('however the parts are killed while requests are posted and answered', async () => {
    const chance = new Chance(seed);
    const notes = new Notes();
    const today = londonDateOf(systemClock.now());
    const longAgo = workingDaysAfter(today, -20, 'england-and-wales', holidays);
    const began = present();
    let posting = true;
    let answering = true;

    const asking = { notes, partners: ['essex-police', 'probation'], receivedOn: [today, today, longAgo], slower: rounds, until: () => !posting };
    const holding = { notes, inboxPort: stack.ports.inbox, until: () => !answering };
    const askers = [await signedIn(officer), await signedIn(officer), ...Array<Api>(3).fill(await api(officer))];
    const asked = askers.map((from) => post(from, { ...asking, chance: chance.branch() }));
    const answered = [
      answer(await api(spoc), { ...holding, partner: 'essex-police', spoc, chance: chance.branch() }),
      answer(await signedIn(secondSpoc), { ...holding, partner: 'probation', spoc: secondSpoc, chance: chance.branch() }),
    ];
    const { kills, fell } = await killInTurn(stack, chance.branch(), rounds);
    posting = false;
    await Promise.all(asked);
    await sleep(2_000);
    answering = false;
    await Promise.all(answered);
    const trafficMs = present() - began;

    const { remains, clocks } = await settled();
    const settledMs = present() - began - trafficMs;
    const mails = reckonMails(remains, kills);
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

    const begun = remains.inbox.filter(({ messageId }) => messageId === null).length;
    const several = notes.sent.filter(({ partners }) => partners.length > 1).length;
    const corrections = notes.received.filter(({ version }) => version > 1).length;
    const count = (via: string, list: readonly { via: string }[]) => list.filter((each) => each.via === via).length;
    process.stdout.write(
      [
        `Nothing is lost, SMOKE_SEED=${seed}: ${kills.length} kills (${killedInWords(kills)})`,
        `  in ${Math.round(trafficMs / 1000)} s of traffic, settled ${Math.round(settledMs / 1000)} s later`,
        `  ${notes.sent.length} sent (${count('form', notes.sent)} by form, ${count('api', notes.sent)} by API), ` +
          `${notes.received.length} answers received (${count('form', notes.received)} by form, ${count('api', notes.received)} by API)`,
        `  ${several} asked several partners, ${corrections} answers were corrections`,
        `  ${notes.repeated} posts or pages asked for again; error pages: ` +
          ([...notes.errorPages].map(([status, pages]) => `${pages} of ${status}`).join(', ') || 'none'),
        `  ${remains.inbox.length - begun} mails, of which ${mails.copies} second copies, and ${begun} that the mail ` +
          `server had begun when it was killed; ${mails.killsInWindow} kills fell between a mail and its record`,
        '',
      ].join('\n'),
    );

    expect(notes.faults).toEqual([]);
    expect(fell).toEqual([]);
    expect(unsettled(remains)).toEqual([]);
    expect(lostRequests(notes.sent, remains, store)).toEqual([]);
    expect(lostAnswers(notes.received, remains, store)).toEqual([]);
    expect(clocks).toEqual([]);
    expect(mails.faults).toEqual([]);
    expect(stuck).toEqual([]);
    expect(notes.sent.length).toBeGreaterThan(20);
    expect(notes.received.length).toBeGreaterThan(10);
    expect(several).toBeGreaterThan(3);
    expect(corrections).toBeGreaterThan(1);
  }, 300_000 + rounds * 200_000);
});
