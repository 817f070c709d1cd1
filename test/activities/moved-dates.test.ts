/** Telling people of the dates that changed bank holidays have moved, with a real store and a mail server in the test's hands. */
import { createActivities, tellOfMovedDates } from '../../activities';
import { planTask } from '../../dispatch/clock';
import type { Store } from '../../store';
import type { CaseDocument } from '../../store/cases';
import type { Notice, Recipient } from '../../workflows/shared/contract';
import { informationRequest, openedAt, received } from '../support/cases';
import { withHoliday } from '../calendar/support';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { office, type Office } from './support/office';

const spoc = 'spoc@essex-police.example';
const officer = 'officer@thurrock.example';
const cspManager = 'csp-manager@thurrock.example';
const proclaimed = withHoliday('england-and-wales', '2026-04-01', 'Victory Day');
const soon = '2026-03-26T10:00:05.000Z';
const quiet = '2026-03-26T10:00:10.000Z';
const inAMinute = '2026-03-26T10:01:15.000Z';

describeWithDatabase('telling of moved dates', () => {
  let running: TestStore;
  let store: Store;
  let deps: Office;

  beforeAll(async () => {
    running = await startStore();
    ({ store } = running);
    const account = { displayName: 'Example', roles: ['staff'], passwordHash: '' } as const;
    await store.accounts.save({ ...account, _id: 'thurrock-officer', username: officer, partner: 'thurrock', teams: [] });
    await store.accounts.save({ ...account, _id: 'essex-spoc', username: spoc, partner: 'essex-police', teams: [] });
  }, 300_000);
  afterAll(() => running.close());
  beforeEach(async () => {
    for (const name of ['cases', 'date_news', 'date_news_mails', 'mails']) await store.database.collection(name).deleteMany({});
    await store.database.collection('directory').updateMany({}, { $set: { refused: [], absences: [] } });
    deps = office(store, openedAt);
  });

  /** Opens a case whose date has moved, as the recount leaves it, and carries out what it orders then. */
  async function moved(caseRef: string, to: readonly Recipient[] = ['spoc', 'requester'], openedBy = 'thurrock-officer'): Promise<void> {
    const { document } = await store.cases.open(informationRequest(caseRef, store, { openedBy }));
    const again = { caseRef, from: received, version: 2, reason: 'bank-holidays-changed' } as const;
    await store.cases.addPlan(caseRef, 'T1', planTask(again, document.policy, { holidays: proclaimed }));
    await told(document, to);
  }
  const told = (document: CaseDocument, to: readonly Recipient[]) => {
    const notice: Notice = { task: 'T1', step: 'clock-moved', clockVersion: 2, to, chase: false, calendarVersion: proclaimed.version };
    const projection = { ...document.projection, seq: document.projection.seq + 1 };
    return createActivities(deps).carryOut({ caseRef: document._id, projection, words: [], events: [], notices: [notice] });
  };
  const tellAt = (at: string): Promise<number> => {
    deps.at(at);
    return tellOfMovedDates(deps);
  };
  const mailsTo = (address: string) => deps.transport.taken.filter(({ to }) => to === address);
  const timelineOf = async (caseRef: string) =>
    ((await store.cases.get(caseRef))?.timeline ?? []).flatMap((event) =>
      event.event === 'notice-sent' || event.event === 'notice-not-delivered' ? [`${event.event} ${event.step} ${event.to}`] : [],
    );

  it('tells each person of all cases in one mail, once the moves are over, and each case of its own', async () => {
    await moved('IR-2026-0001');
    await moved('IR-2026-0002');
    expect(await tellAt(soon)).toBe(0);
    expect(await timelineOf('IR-2026-0001')).toEqual([]);
    expect(await tellAt(quiet)).toBe(2);
    expect(await tellAt(inAMinute)).toBe(0);

    expect(deps.transport.list.sort()).toEqual(
      [spoc, officer].map((to) => `${to}: New dates: the bank holidays have changed (2 dates)`).sort(),
    );
    const [toSpoc] = mailsTo(spoc);
    for (const ref of ['IR-2026-0001', 'IR-2026-0002']) {
      expect(toSpoc?.text).toContain(`${ref} New date: answer due Tuesday 14 April 2026, not Monday 13 April 2026`);
      expect(await timelineOf(ref)).toEqual(
        expect.arrayContaining(['notice-sent clock-moved spoc', 'notice-sent clock-moved requester']),
      );
      expect(await timelineOf(ref)).toHaveLength(2);
      // The link that answers without an account is that of the mail that asked.
      expect(toSpoc?.text).toContain(`/t/${await store.links.issue(ref, 'T1', 'spoc', 1)}`);
      expect(mailsTo(officer)[0]?.text).toContain(`/cases/${ref}`);
    }
    expect(toSpoc?.text).toMatch(/Wed(nesday)? 1 April 2026 \(Victory Day\)/);
    expect(toSpoc?.html.match(/<h2/g)).toHaveLength(2);
    const [mail] = await store.dateNews.mailsOf(proclaimed.version);
    expect(mail).toMatchObject({ to: null, toldAt: quiet });
  });

  it('says of one case what a mail of its own says', async () => {
    await moved('IR-2026-0001', ['spoc']);
    await tellAt(quiet);
    expect(deps.transport.list).toEqual([
      `${spoc}: IR-2026-0001 New date: answer due Tuesday 14 April 2026, not Monday 13 April 2026`,
    ]);
  });

  it('puts no more than fifty cases into one mail', async () => {
    for (let number = 1; number <= 51; number += 1) await moved(`IR-2026-${String(number).padStart(4, '0')}`, ['spoc']);
    expect(await tellAt(quiet)).toBe(2);
    expect(deps.transport.list).toEqual([
      `${spoc}: New dates: the bank holidays have changed (50 dates)`,
      `${spoc}: IR-2026-0051 New date: answer due Tuesday 14 April 2026, not Monday 13 April 2026`,
    ]);
  });

  it('tells somebody who has two roles once', async () => {
    await moved('IR-2026-0001', ['spoc', 'requester'], 'essex-spoc');
    await tellAt(quiet);
    expect(mailsTo(spoc).map(({ subject }) => subject)).toEqual([expect.stringContaining('IR-2026-0001 New date')]);
  });

  it('keeps a line once, however often its case orders it, and tells it no more after it was told', async () => {
    await moved('IR-2026-0001', ['spoc']);
    await tellAt(quiet);
    await told((await store.cases.get('IR-2026-0001')) as CaseDocument, ['spoc']);
    expect(await tellAt(inAMinute)).toBe(0);
    expect(deps.transport.taken).toHaveLength(1);
  });

  it.each(['markGathered', 'settle'] as const)('tells once though a worker dies at %s', async (dying) => {
    await moved('IR-2026-0001');
    await moved('IR-2026-0002');
    const died = jest.spyOn(store.dateNews, dying).mockRejectedValueOnce(new Error('killed'));
    await expect(tellAt(quiet)).rejects.toThrow('killed');
    died.mockRestore();
    await tellAt(inAMinute);
    await tellAt(inAMinute);
    expect([mailsTo(spoc).length, mailsTo(officer).length]).toEqual([1, 1]);
    expect(await timelineOf('IR-2026-0002')).toHaveLength(2);
  });

  it('tells once though two workers are at it', async () => {
    await moved('IR-2026-0001');
    await moved('IR-2026-0002');
    await Promise.all([tellAt(quiet), tellAt(quiet)]);
    await tellAt(inAMinute);
    expect([mailsTo(spoc).length, mailsTo(officer).length]).toEqual([1, 1]);
  });

  it('tries again, after a while, what the mail server would not take', async () => {
    await moved('IR-2026-0001', ['spoc']);
    deps.transport.notNow.add(spoc);
    expect(await tellAt(quiet)).toBe(0);
    deps.transport.notNow.clear();
    expect(await tellAt('2026-03-26T10:00:39.000Z')).toBe(0);
    expect(await tellAt('2026-03-26T10:00:40.000Z')).toBe(1);
  });

  it('tells the CSP manager of those whose address is refused, and of those who are away', async () => {
    await moved('IR-2026-0001', ['spoc']);
    deps.transport.refused.add(spoc);
    await tellAt(quiet);
    await moved('IR-2026-0002', ['governance-lead']);
    await store.database.collection('directory').updateMany({}, { $set: { 'contacts.governance-lead': null } });
    await tellAt(inAMinute);
    await tellAt('2026-03-26T10:02:00.000Z');
    expect(await timelineOf('IR-2026-0001')).toEqual([
      'notice-not-delivered clock-moved spoc',
      'notice-sent not-delivered-clock-moved-spoc csp-manager',
    ]);
    expect(await timelineOf('IR-2026-0002')).toEqual([
      'notice-not-delivered clock-moved governance-lead',
      'notice-sent not-delivered-clock-moved-governance-lead csp-manager',
    ]);
    expect(mailsTo(cspManager)).toHaveLength(2);
  });

  it('tells the CSP manager once of one partner, whose contact and deputy are not reached', async () => {
    await store.database.collection('directory').updateMany({}, { $set: { 'contacts.spoc': null, 'contacts.deputy': null } });
    await moved('IR-2026-0001', ['spoc', 'deputy']);
    await tellAt(quiet);
    await tellAt(inAMinute);
    const [told, ...others] = mailsTo(cspManager);
    expect(others).toEqual([]);
    expect(told?.text.match(/It was for the contact and the deputy of the contact/g)).toHaveLength(1);
  });
});
