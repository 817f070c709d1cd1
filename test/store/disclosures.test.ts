import fc from 'fast-check';
import { seenBy, seesDisclosure } from '../../api/policy';
import type { IsoInstant } from '../../config/clock';
import { roles } from '../../config/roles';
import type { Account } from '../../store/accounts';
import type { AnswerFacts } from '../../store/answers';
import type { AuditEntry } from '../../store/audit';
import type { CaseDocument } from '../../store/cases';
import type { Disclosure, DisclosureFilter } from '../../store/disclosures';
import { answerTo, informationRequest } from '../support/cases';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';

const all = { partners: null } as const;
const at = (instant: string) => instant as IsoInstant;

describeWithDatabase('the disclosure register', () => {
  let running: TestStore;
  let numbers = 0;
  beforeAll(async () => {
    running = await startStore();
  });
  afterAll(() => running.close());

  const newCase = (): CaseDocument => informationRequest(`IR-2026-${String((numbers += 1)).padStart(4, '0')}`, running.store);
  const recorded = async (document: CaseDocument, facts: Partial<AnswerFacts>): Promise<AuditEntry> => {
    const { entry } = await running.store.audit.append(answerTo(document, running.store, '2026-04-09T09:00:00.000Z', facts));
    return entry;
  };
  const linesOf = async ({ _id }: CaseDocument) => running.store.disclosures.list({ ...all, caseRef: _id }, 10);

  describe('takes from an answer', () => {
    it('what it shared, on which terms, with its conditions, and nothing that was written', async () => {
      const document = newCase();
      const entry = await recorded(document, {
        kind: 'shared-in-part',
        categories: ['asb-incidents'],
        marking: 'official-sensitive',
        notToBePassedOn: true,
      });
      await running.store.disclosures.enter(document, entry);
      await running.store.disclosures.enter(document, entry);
      expect(await linesOf(document)).toEqual([
        {
          _id: `${document._id}/answer/T1/1`,
          caseRef: document._id,
          task: 'T1',
          from: { partner: 'essex-police', team: null },
          to: { partner: 'thurrock', teams: ['environment'] },
          categories: ['asb-incidents'],
          identifiability: 'personal',
          legalBasis: 'public-task',
          specialBasis: null,
          statute: null,
          means: 'concordat',
          inFull: false,
          disclosedAt: '2026-04-09T09:00:00.000Z',
          recordedAt: '2026-04-09T09:00:00.000Z',
          handling: { marking: 'official-sensitive', notToBePassedOn: true, notToBeRevealed: false },
          correctedBy: null,
        },
      ]);
    });

    it.each(['nothing-held', 'refused'] as const)('no line where it says %s', async (kind) => {
      const document = newCase();
      await running.store.disclosures.enter(document, await recorded(document, { kind }));
      expect(await linesOf(document)).toEqual([]);
    });

    it.each([
      ['in their order', [0, 1]],
      ['in the other order, as a sweep may bring them', [1, 0]],
      ['several times over', [1, 0, 1, 0]],
    ] as const)('that it corrects the one before: %s', async (_how, order) => {
      const document = newCase();
      const entries = [
        await recorded(document, { version: 1, kind: 'shared-in-full' }),
        await recorded(document, { version: 2, kind: 'shared-in-part' }),
      ] as const;
      for (const index of order) await running.store.disclosures.enter(document, entries[index]);
      expect((await linesOf(document)).map(({ _id, correctedBy }) => [_id, correctedBy]).sort()).toEqual([
        [`${document._id}/answer/T1/1`, `${document._id}/answer/T1/2`],
        [`${document._id}/answer/T1/2`, null],
      ]);
    });

    it('a correction also where nothing is shared any more', async () => {
      const document = newCase();
      const first = await recorded(document, { version: 1, kind: 'shared-in-full' });
      const second = await recorded(document, { version: 2, kind: 'nothing-held' });
      for (const entry of [first, second]) await running.store.disclosures.enter(document, entry);
      expect((await linesOf(document)).map(({ correctedBy }) => correctedBy)).toEqual([`${document._id}/answer/T1/2`]);
    });

    it('no correction where a case that was reopened is answered anew', async () => {
      const document = newCase();
      const first = await recorded(document, { version: 1, kind: 'shared-in-full' });
      await running.store.disclosures.enter(document, first);
      const again = { ...document, run: 2, tasks: document.tasks.map((task) => ({ ...task, answersBefore: 1 })) };
      const second = await recorded(document, { version: 2, kind: 'shared-in-full' });
      for (const entry of [second, first]) await running.store.disclosures.enter(again, entry);
      expect((await linesOf(document)).map(({ correctedBy }) => correctedBy)).toEqual([null, null]);
    });

    it('nothing for a task that the case does not have', async () => {
      const document = newCase();
      const entry = { ...(await recorded(document, { kind: 'shared-in-full' })), task: 'T9' };
      await expect(running.store.disclosures.enter(document, entry)).rejects.toThrow('has no task T9');
    });
  });

  describe('is listed', () => {
    const partners = ['thurrock', 'essex-police', 'probation'];
    const somePartner = fc.constantFrom(...partners);
    const anyLine = fc.record({
      from: fc.record({ partner: somePartner, team: fc.constant(null) }),
      to: fc.record({ partner: somePartner, teams: fc.constant([]) }),
      categories: fc.uniqueArray(fc.constantFrom('asb-incidents', 'hate-crime-incidents'), { maxLength: 2 }),
      caseRef: fc.constantFrom('IR-2026-9001', 'IR-2026-9002'),
      disclosedAt: fc.integer({ min: 0, max: 9 }).map((day) => `2026-04-0${day}T23:00:00${day % 2 ? '.000' : ''}Z` as IsoInstant),
    });
    const anyAccount: fc.Arbitrary<Account> = fc.record({
      _id: fc.constant('someone'),
      username: fc.constant('someone@partner.example'),
      displayName: fc.constant('Someone'),
      partner: fc.constantFrom(...partners, 'ecfrs'),
      teams: fc.constant([]),
      roles: fc.uniqueArray(fc.constantFrom(...roles), { maxLength: 2 }),
      passwordHash: fc.constant(''),
    });
    const lines = fc.sample(anyLine, { numRuns: 120, seed: 4 }).map((line, index) => ({
      _id: `${line.caseRef}/answer/T1/${index}`,
      ...line,
    }));
    beforeAll(async () => {
      const collection = running.store.database.collection<Disclosure>('disclosures');
      await collection.deleteMany({});
      await collection.insertMany(lines as unknown as Disclosure[]);
    });
    const ids = async (filter: DisclosureFilter) =>
      (await running.store.disclosures.list(filter, 1000)).map(({ _id }) => _id).sort();
    const where = (holds: (line: (typeof lines)[number]) => boolean) =>
      lines.filter(holds).map(({ _id }) => _id).sort();

    it('as the policy allows, and counted so', async () => {
      let sometimes = 0;
      for (const account of fc.sample(anyAccount, { numRuns: 40, seed: 4 })) {
        const allowed = where((line) => seesDisclosure(account, line));
        expect(await ids(seenBy(account))).toEqual(allowed);
        expect(await running.store.disclosures.count(seenBy(account))).toBe(allowed.length);
        if (allowed.length > 0 && allowed.length < lines.length) sometimes += 1;
      }
      expect(sometimes).toBeGreaterThan(5);
    });

    it.each<[string, Omit<DisclosureFilter, 'partners'>, (line: (typeof lines)[number]) => boolean]>([
      ['who gave', { from: 'essex-police' }, ({ from }) => from.partner === 'essex-police'],
      ['who got', { to: 'thurrock' }, ({ to }) => to.partner === 'thurrock'],
      ['the category', { category: 'asb-incidents' }, ({ categories }) => categories.includes('asb-incidents')],
      ['the case', { caseRef: 'IR-2026-9002' }, ({ caseRef }) => caseRef === 'IR-2026-9002'],
      ['from when', { since: at('2026-04-04T23:00:00Z') }, ({ disclosedAt }) => disclosedAt.slice(0, 10) >= '2026-04-04'],
      ['until when', { before: at('2026-04-04T23:00:00Z') }, ({ disclosedAt }) => disclosedAt.slice(0, 10) < '2026-04-04'],
      [
        'several at once',
        { from: 'probation', since: at('2026-04-02T23:00:00Z'), before: at('2026-04-07T23:00:00Z') },
        ({ from, disclosedAt }) =>
          from.partner === 'probation' && disclosedAt >= '2026-04-02T2' && disclosedAt.slice(0, 10) < '2026-04-07',
      ],
    ])('by %s', async (_how, filter, holds) => {
      const expected = where(holds);
      expect(expected.length).toBeGreaterThan(0);
      expect(await ids({ ...all, ...filter })).toEqual(expected);
      const seen = { partners: ['probation'] };
      const own = where((line) => holds(line) && [line.from.partner, line.to.partner].includes('probation'));
      expect(await ids({ ...seen, ...filter })).toEqual(own);
    });

    it('in pages, the newest first, and as a whole', async () => {
      const whole: string[] = [];
      for await (const { _id } of running.store.disclosures.all(all)) whole.push(_id);
      const paged: string[] = [];
      for (let skip = 0; skip < 120; skip += 25) {
        paged.push(...(await running.store.disclosures.list(all, 25, skip)).map(({ _id }) => _id));
      }
      expect(paged).toEqual(whole);
      expect(new Set(whole).size).toBe(120);
      const moments = whole.map((id) => lines.find(({ _id }) => _id === id)?.disclosedAt.slice(0, 10) ?? '');
      expect(moments).toEqual(moments.toSorted().reverse());
    });
  });
});
