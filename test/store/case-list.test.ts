import fc from 'fast-check';
import { assignedTo, mayOnCase, mayOnTask, openedByTeamOf, seenBy } from '../../api/policy';
import type { IsoInstant } from '../../config/clock';
import { roles } from '../../config/roles';
import type { Account } from '../../store/accounts';
import type { CaseDocument, CaseFilter, CaseOrder, CaseSummary } from '../../store/cases';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';
import { listedCase, reference, storeCases, type ListedCase } from '../support/listed-cases';

const midnight = (day: string): string => `${day}T23:00:00.000Z`;
const all = { partners: null } as const;

describeWithDatabase('the lists of cases', () => {
  let running: TestStore;
  let numbers = 0;
  beforeAll(async () => {
    running = await startStore();
  });
  afterAll(() => running.close());

  /** Stores these in place of all that were there, and gives their references. */
  const stored = async (...cases: readonly ListedCase[]): Promise<readonly string[]> => {
    await running.store.database.collection('cases').deleteMany({});
    const documents = cases.map((each) => listedCase(reference((numbers += 1)), running.store, each));
    await storeCases(running.store, documents);
    return documents.map(({ _id }) => _id);
  };
  const list = async (filter: CaseFilter, order: CaseOrder = 'newest-first', limit = 100, skip = 0) =>
    (await running.store.cases.list(filter, limit, order, skip)).map(({ _id }) => _id);

  describe('are what the policy allows', () => {
    const partners = ['thurrock', 'essex-police', 'probation', 'ecfrs'];
    const teams = ['environment', 'housing', 'west'];
    const accountIds = ['a1', 'a2', 'a3'];
    const somePartner = fc.constantFrom(...partners);
    const someTeams = fc.uniqueArray(fc.constantFrom(...teams), { maxLength: 2 });
    const anyAccount: fc.Arbitrary<Account> = fc.record({
      _id: fc.constantFrom(...accountIds),
      username: fc.constant('someone@partner.example'),
      displayName: fc.constant('Someone'),
      partner: somePartner,
      teams: someTeams,
      roles: fc.uniqueArray(fc.constantFrom(...roles), { maxLength: 2 }),
      passwordHash: fc.constant(''),
    });
    const anyCase: fc.Arbitrary<ListedCase> = fc.record({
      openedBy: fc.record({ account: fc.constantFrom(...accountIds), partner: somePartner, teams: someTeams }),
      asked: fc.array(
        fc.record({
          partner: somePartner,
          team: fc.constantFrom(null, ...teams),
          holder: fc.constantFrom(null, null, ...accountIds),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      tasks: fc.array(fc.record({ rungsPassed: fc.nat({ max: 6 }) }), { minLength: 3, maxLength: 3 }),
    });
    const accounts = fc.sample(anyAccount, { numRuns: 60, seed: 4 });
    let summaries: readonly CaseSummary[];

    beforeAll(async () => {
      await stored(...fc.sample(anyCase, { numRuns: 150, seed: 4 }));
      summaries = await running.store.cases.list(all, 1000);
      expect(summaries).toHaveLength(150);
    });

    const allowedBy = (rule: (summary: CaseSummary) => boolean) =>
      summaries.filter(rule).map(({ _id }) => _id);

    it('as a whole, and as counted', async () => {
      let sometimes = 0;
      for (const account of accounts) {
        const allowed = allowedBy((summary) => mayOnCase(account, 'see-case', summary));
        expect((await list(seenBy(account), 'newest-first', 1000)).sort()).toEqual(allowed.sort());
        expect(await running.store.cases.count(seenBy(account))).toBe(allowed.length);
        if (allowed.length > 0 && allowed.length < 150) sometimes += 1;
      }
      expect(sometimes).toBeGreaterThan(10);
    });

    it('for the team that opened them', async () => {
      let found = 0;
      for (const account of accounts) {
        const allowed = allowedBy((summary) => mayOnCase(account, 'see-content', summary));
        const openedBy = openedByTeamOf(account);
        expect((await list({ ...seenBy(account), openedBy }, 'newest-first', 1000)).sort()).toEqual(allowed.sort());
        found += allowed.length;
      }
      expect(found).toBeGreaterThan(100);
    });

    it('with every task that an account may answer among those it is assigned to', async () => {
      let found = 0;
      for (const account of accounts) {
        const allowed = allowedBy((summary) =>
          summary.tasks.some((task) => mayOnTask(account, 'answer-task', summary, task)),
        );
        const assigned = await list({ ...seenBy(account), assignedTo: assignedTo(account) }, 'newest-first', 1000);
        expect(assigned).toEqual(expect.arrayContaining(allowed));
        // Only the governance lead is given more: the database cannot tell how far a ladder has come.
        if (!account.roles.includes('governance-lead')) expect(assigned).toHaveLength(allowed.length);
        found += allowed.length;
      }
      expect(found).toBeGreaterThan(100);
    });
  });

  describe('are filtered', () => {
    const answered = { status: 'answered' } as const;
    const cases = {
      plain: {},
      otherTeam: { openedBy: { account: 'thurrock-housing-officer', teams: ['housing'] } },
      byPolice: { openedBy: { account: 'essex-police-officer', partner: 'essex-police', teams: [] }, asked: [{ partner: 'thurrock' }] },
      probation: { asked: [{ partner: 'probation' }, { partner: 'ecfrs' }], tasks: [answered] },
      question: { tasks: [{ question: 2 }] },
      silent: { tasks: [{ status: 'unanswered' }], stage: 'unanswered' },
      halfSilent: { asked: [{}, { partner: 'probation' }], tasks: [{ status: 'unanswered' }] },
      answered: { tasks: [answered], closeAt: midnight('2026-04-20') },
      closed: { tasks: [answered], outcome: 'answers-confirmed' },
      late: { dueAt: midnight('2026-04-01') },
      paused: { dueAt: midnight('2026-04-01'), tasks: [{ pausedAt: '2026-03-31T09:00:00.000Z' as IsoInstant }] },
      soon: { dueAt: midnight('2026-04-09') },
    } as const satisfies Record<string, ListedCase>;
    type Name = keyof typeof cases;
    const names = Object.keys(cases) as Name[];
    let references: readonly string[];
    beforeAll(async () => {
      references = await stored(...Object.values<ListedCase>(cases));
    });
    const without = (...left: readonly Name[]): readonly Name[] => names.filter((name) => !left.includes(name));
    const at = (instant: string) => instant as IsoInstant;

    it.each<[string, Omit<CaseFilter, 'partners'>, readonly Name[]]>([
      ['by nothing', {}, names],
      ['by the process', { process: 'information-request' }, names],
      ['by the stage of all answered', { stage: 'answered' }, ['answered']],
      ['by the stage of silence', { stage: 'unanswered' }, ['silent']],
      ['to the open ones', { ended: false }, without('closed')],
      ['to the closed ones', { ended: true }, ['closed']],
      ['to what waits for an answer', { waits: 'answer' }, without('answered', 'closed')],
      ['to what waits for a reply', { waits: 'reply' }, ['question']],
      ['to what waits for a confirmation', { waits: 'confirmation' }, ['answered']],
      ['to what waits for a decision, with others still asked', { waits: 'decision' }, ['silent', 'halfSilent']],
      ['to a partner on either side', { partner: { code: 'essex-police', side: 'either' } }, without('probation')],
      ['to a partner that is asked', { partner: { code: 'thurrock', side: 'asked' } }, ['byPolice']],
      ['to a partner that asks', { partner: { code: 'thurrock', side: 'asking' } }, without('byPolice')],
      ['to a second partner that is asked', { partner: { code: 'ecfrs', side: 'asked' } }, ['probation']],
      [
        'to those of an opening team',
        { openedBy: { account: 'somebody else', partner: 'thurrock', teams: ['housing'] } },
        ['otherTeam'],
      ],
      [
        'to those of one person without a team',
        { openedBy: { account: 'essex-police-officer', partner: 'essex-police', teams: [] } },
        ['byPolice'],
      ],
      ['to what is due until a day', { dueUntil: at('2026-04-09T23:00:00Z') }, ['late', 'paused', 'soon']],
      ['to what is due until the day before', { dueUntil: at('2026-04-08T23:00:00Z') }, ['late', 'paused']],
      ['to what is due from a day', { dueAfter: at('2026-04-08T23:00:00Z') }, without('late', 'paused', 'answered', 'closed')],
      ['to what is due from the day after', { dueAfter: at('2026-04-09T23:00:00Z') }, without('late', 'paused', 'soon', 'answered', 'closed')],
      ['to what is overdue, and its clock runs', { overdueAt: at('2026-04-09T09:00:00.000Z') }, ['late']],
      ['to what is overdue in the very instant', { overdueAt: at('2026-04-09T23:00:00Z') }, ['late', 'soon']],
      [
        'by several at once',
        { waits: 'answer', partner: { code: 'essex-police', side: 'asked' }, dueUntil: at('2026-04-09T23:00:00Z'), ended: false },
        ['late', 'paused', 'soon'],
      ],
    ])('%s', async (_how, filter, expected) => {
      const found = await list({ ...all, ...filter }, 'by-reference');
      expect(found.map((ref) => names[references.indexOf(ref)])).toEqual(expected);
      expect(await running.store.cases.count({ ...all, ...filter })).toBe(expected.length);
    });

    it('never beyond the scope, whatever is asked for', async () => {
      const probation = { partners: ['probation'] };
      const seen = [references[names.indexOf('probation')], references[names.indexOf('halfSilent')]];
      expect(await list({ ...probation, partner: { code: 'essex-police', side: 'either' } })).toEqual([seen[1]]);
      expect((await list(probation, 'by-reference'))).toEqual(seen);
      expect(await running.store.cases.count({ ...probation, partner: { code: 'thurrock', side: 'asking' } })).toBe(2);
      expect(await list({ partners: [] })).toEqual([]);
    });
  });

  describe('are ordered, and cut into pages', () => {
    const due = ['2026-04-13', '2026-04-02', '2026-04-02', '2026-04-09'];
    let references: readonly string[];
    beforeAll(async () => {
      const waiting = due.map((day, at): ListedCase => ({ dueAt: midnight(day), openedAt: `2026-03-0${at + 1}T10:00:00.000Z` }));
      const done = [5, 6, 7].map((day): ListedCase => ({
        openedAt: `2026-03-0${day}T10:00:00.000Z`,
        tasks: [{ status: 'answered' }],
        ...(day === 6 ? { outcome: 'answers-confirmed' } : { closeAt: midnight(`2026-04-${20 - day}`) }),
      }));
      references = await stored(...waiting, ...done);
    });

    it.each<[CaseOrder, readonly number[]]>([
      ['newest-first', [6, 5, 4, 3, 2, 1, 0]],
      ['by-reference', [0, 1, 2, 3, 4, 5, 6]],
      ['due-first', [1, 2, 3, 0, 6, 5, 4]],
    ])('%s, whatever the size of a page', async (order, expected) => {
      const inOrder = expected.map((at) => references[at]);
      expect(await list(all, order)).toEqual(inOrder);
      for (const size of [1, 2, 3, 4, 5]) {
        const pages: string[] = [];
        for (let skip = 0; skip < 7 + size; skip += size) pages.push(...(await list(all, order, size, skip)));
        expect([size, pages]).toEqual([size, inOrder]);
      }
    });

    it('with what closes first by itself first', async () => {
      expect(await list({ ...all, waits: 'confirmation' }, 'closes-first')).toEqual([references[6], references[4]]);
    });
  });

  it('hold neither content nor keys', async () => {
    await stored({});
    const [summary] = (await running.store.cases.list(all, 1)) as Partial<CaseDocument>[];
    expect(Object.keys(summary ?? {})).not.toEqual(expect.arrayContaining(['content']));
    expect(JSON.stringify(summary)).not.toMatch(/sealed|timeline|startInput/);
  });
});
