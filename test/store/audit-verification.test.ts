import type { Document } from 'mongodb';
import { endOfLondonDay, londonDateOf } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { entryId, type ActDraft, type AuditEntry } from '../../store/audit';
import { verifyRecord, type AuditFinding } from '../../store/audit-verification';
import type { CaseDocument, CaseTask } from '../../store/cases';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';

const at = '2026-04-09T09:00:00.000Z' as IsoInstant;
const today = '2026-04-10' as IsoDate;
const nextDay = (day: IsoDate): IsoDate => londonDateOf(endOfLondonDay(day));
const by = { account: 'thurrock-officer', via: 'page', from: null } as const;

type Keyed = { _id: string } & Document;

describeWithDatabase('the verification of the record', () => {
  let started: TestStore;

  beforeAll(async () => {
    started = await startStore();
  }, 300_000);
  afterAll(async () => started.close());
  // What one test spoils is not seen by another.
  beforeEach(async () => {
    for (const name of ['audit', 'audit_heads', 'audit_seals', 'cases', 'disclosures']) await collection(name).deleteMany({});
    await started.store.audit.ensureIndexes();
  });

  const collection = (name: string) => started.store.database.collection<Keyed>(name);
  const append = async (chain: string, key: string, more: Partial<ActDraft> = {}): Promise<AuditEntry> => {
    const draft: ActDraft = { chain, key, at, act: 'content-viewed', by, facts: {}, ...more };
    return (await started.store.audit.append(draft)).entry;
  };
  const verify = async (chain?: string, on = today) => {
    const findings: AuditFinding[] = [];
    const summary = await verifyRecord(started.store, {
      ...(chain === undefined ? {} : { chain }),
      today: on,
      nextDay,
      tell: (finding) => findings.push(finding),
    });
    return { summary, findings, words: findings.map(({ chain: of, seq, found }) => `${of} ${seq ?? '-'}: ${found}`) };
  };

  const task = (more: Partial<CaseTask> = {}): CaseTask => ({
    id: 'T1',
    partner: 'essex-police',
    team: null,
    holder: null,
    categories: [],
    answersBefore: 0,
    plans: [],
    linkGeneration: 1,
    ...more,
  });
  /** As much of a case as its record is compared with. */
  async function caseWith(ref: string, more: Partial<CaseDocument> = {}): Promise<void> {
    const projection = { tasks: [{ id: 'T1', answer: null }] };
    await collection('cases').insertOne({ _id: ref, submissionId: ref, run: 1, tasks: [task()], projection, ...more });
  }
  async function openedCase(ref: string, keys: readonly string[] = []): Promise<void> {
    await append(ref, 'opened', { act: 'case-opened' });
    await caseWith(ref);
    for (const key of keys) await append(ref, key);
  }
  const answer = (kind: string, version = 1, waiting = false) => ({
    act: 'answer-received' as const,
    task: 'T1',
    waiting,
    facts: { kind, version, receivedAt: at, recordedBy: null },
    sealed: 'c2VhbGVk',
  });
  const answeredBy = (version: number) =>
    ({ tasks: [{ id: 'T1', answer: { version, kind: 'nothing-held', receivedAt: at, late: false } }] }) as never;

  /** A record in order: a general chain, a case with all that is compared, and a seal. */
  async function inOrder(): Promise<void> {
    await append('directory', 'one', { act: 'contacts-changed' });
    await append('IR-2026-0001', 'opened', { act: 'case-opened', at: '2026-04-08T08:00:00.000Z' as IsoInstant });
    await append('IR-2026-0001', 'passed-on/T1/2', {
      act: 'task-passed-on',
      task: 'T1',
      facts: { team: null, holder: 'police-desk', generation: 2, name: 'Essex Police', submissionId: 'x' },
    });
    await append('IR-2026-0001', 'answer/T1/1', answer('shared-in-full'));
    await append('IR-2026-0001', 'answer/T1/2', answer('nothing-held', 2));
    await append('IR-2026-0001', 'answer/T1/3', answer('shared-in-part', 3, true));
    await caseWith('IR-2026-0001', {
      tasks: [task({ holder: 'police-desk', linkGeneration: 2 })],
      projection: answeredBy(2),
    });
    await collection('disclosures').insertOne({ _id: 'IR-2026-0001/answer/T1/1', caseRef: 'IR-2026-0001' });
    await started.store.auditSeals.make('2026-04-09' as IsoDate, at);
    for (let number = 0; number < 3; number += 1) await append('IR-2026-0001', `viewed/${number}`);
  }

  test('a record in order: nothing to tell, counts and time span; of one chain as well', async () => {
    await inOrder();
    expect(await verify()).toEqual({
      summary: { chains: 2, entries: 9, seals: 1, faults: 0, firstAt: '2026-04-08T08:00:00.000Z', lastAt: at },
      findings: [],
      words: [],
    });
    expect((await verify('IR-2026-0001')).summary).toMatchObject({ chains: 1, entries: 8, faults: 0 });
    expect((await verify('directory')).summary).toMatchObject({ chains: 1, entries: 1, faults: 0 });
  });

  test('an empty record is in order', async () => {
    expect(await verify()).toMatchObject({ summary: { chains: 0, entries: 0, firstAt: null }, findings: [] });
  });

  test.each<[string, Document]>([
    ['what was done', { act: 'content-viewed' }],
    ['who', { 'by.account': 'somebody-else' }],
    ['when', { at: '2026-04-09T09:00:00.001Z' }],
    ['a fact', { 'facts.kind': 'refused' }],
    ['what was written', { sealed: 'b3RoZXI=' }],
    ['its hash', { hash: 'another' }],
  ])('an entry of which %s was changed', async (_what, change) => {
    await inOrder();
    await collection('audit').updateOne({ _id: entryId('IR-2026-0001', 4) }, { $set: change });
    const { findings, words } = await verify();
    expect(words).toContain('IR-2026-0001 4: it was changed');
    expect(findings.filter(({ found }) => found === 'it was changed')).toHaveLength(1);
    expect((await verify('directory')).findings).toEqual([]);
  });

  test('an entry that was exchanged for one with a valid hash of another place', async () => {
    await inOrder();
    const wanted = collection('audit');
    const { _id, ...other } = (await wanted.findOne({ _id: entryId('directory', 1) })) ?? { _id: '' };
    expect(_id).not.toBe('');
    await wanted.updateOne({ _id: entryId('IR-2026-0001', 7) }, { $set: { ...other, seq: 7, uniqueKey: 'x', chain: 'IR-2026-0001' } });
    expect((await verify('IR-2026-0001')).words).toEqual([
      'IR-2026-0001 7: it was changed',
      'IR-2026-0001 7: IR-2026-0001/000007 under x',
    ]);
  });

  test('entries that are missing, each run of numbers once', async () => {
    await openedCase('IR-2026-0001', ['a', 'b', 'c', 'd', 'e']);
    await collection('audit').deleteMany({ seq: { $in: [2, 4, 5] } });
    const { words } = await verify('IR-2026-0001');
    expect(words).toEqual(['IR-2026-0001 2: it is missing', 'IR-2026-0001 4: they are missing']);
  });

  test('entries that were reordered, by the numbers they had', async () => {
    await openedCase('IR-2026-0001', ['a', 'b', 'c']);
    const entries = collection('audit');
    const [second, third] = [entryId('IR-2026-0001', 2), entryId('IR-2026-0001', 3)];
    const [two, three] = await Promise.all([entries.findOne({ _id: second }), entries.findOne({ _id: third })]);
    await entries.deleteMany({ _id: { $in: [second, third] } });
    await entries.insertMany([
      { ...three, _id: second, seq: 2 },
      { ...two, _id: third, seq: 3 },
    ]);
    expect((await verify('IR-2026-0001')).words).toEqual([
      'IR-2026-0001 2: it is the entry that was written as number 3: the entries were reordered',
      'IR-2026-0001 3: it is the entry that was written as number 2: the entries were reordered',
    ]);
  });

  test('an entry put in the place of one that was taken from the end, with the key of the record', async () => {
    await openedCase('IR-2026-0001', ['a', 'b']);
    await started.store.auditSeals.make('2026-04-09' as IsoDate, at);
    await collection('audit').deleteOne({ _id: entryId('IR-2026-0001', 3) });
    const last = await started.store.audit.byKey('IR-2026-0001', 'a');
    await collection('audit_heads').updateOne({ _id: 'IR-2026-0001' }, { $set: { seq: 2, hash: last?.hash } });
    // With a proof that was kept from then, as in a copy of the database.
    await append('IR-2026-0001', 'instead');
    expect((await verify()).words).toEqual(['IR-2026-0001 3: another one has its place']);
    // Also after the next day's seal, which has the new one.
    await started.store.auditSeals.make(today, at);
    expect((await verify()).words).toEqual(['IR-2026-0001 3: another one has its place']);
  });

  test('an entry whose forerunner was exchanged for another valid one', async () => {
    await openedCase('IR-2026-0001', ['a', 'b', 'c']);
    // Taken away with its head, another one put there by Concordat itself, and the later ones put back.
    const later = await collection('audit').find({ seq: { $gte: 3 } }).toArray();
    await collection('audit').deleteMany({ seq: { $gte: 2 } });
    await collection('audit_heads').deleteMany({});
    await append('IR-2026-0001', 'instead');
    await collection('audit').insertMany(later);
    expect((await verify('IR-2026-0001')).words).toEqual([
      'IR-2026-0001 3: it was written after another one: the entries were reordered, or the one before was exchanged',
    ]);
  });

  test('entries that were taken from the end', async () => {
    await openedCase('IR-2026-0001', ['a', 'b']);
    await collection('audit').deleteMany({ seq: { $gte: 2 } });
    expect((await verify('IR-2026-0001')).words).toEqual([
      'IR-2026-0001 3: it is not there: entries were taken from the end',
    ]);
  });

  test('entries that were taken from the end on the same day, with their head set back', async () => {
    await openedCase('IR-2026-0001', ['a', 'b']);
    const [, second] = await started.store.audit.of('IR-2026-0001');
    await collection('audit').deleteMany({ seq: { $gt: 2 } });
    await collection('audit_heads').updateOne({ _id: 'IR-2026-0001' }, { $set: { seq: 2, hash: second?.hash } });
    expect((await verify('IR-2026-0001')).words).toEqual([
      'IR-2026-0001 2: another one: the head was set to another entry, as when entries are taken from the end',
    ]);
  });

  test('entries that were taken from the end with their head set back, known to a seal', async () => {
    await openedCase('IR-2026-0001', ['a', 'b']);
    const { hash } = await append('IR-2026-0001', 'c');
    expect(hash).not.toBe('');
    await started.store.auditSeals.make('2026-04-09' as IsoDate, at);
    const [second] = (await started.store.audit.of('IR-2026-0001')).slice(1, 2);
    await collection('audit').deleteMany({ seq: { $gt: 2 } });
    const end = { _id: 'IR-2026-0001', seq: 2, hash: second?.hash ?? '' };
    await collection('audit_heads').updateOne({ _id: end._id }, { $set: { seq: 2, hash: end.hash } });
    expect((await verify()).words).toEqual([
      'IR-2026-0001 2: another one: the head was set to another entry, as when entries are taken from the end',
      'IR-2026-0001 4: it is not there: it was taken away since',
    ]);
    // With the proof of that time, as in an older copy of the database.
    const proof = started.store.audit.proofOf(end);
    await collection('audit_heads').updateOne({ _id: end._id }, { $set: { proof } });
    expect((await verify()).words).toEqual(['IR-2026-0001 4: it is not there: it was taken away since']);
    expect((await verify('IR-2026-0001')).words).toEqual(['IR-2026-0001 4: it is not there: it was taken away since']);
  });

  test('a head that is behind after a crash is no fault; one that was removed is', async () => {
    await openedCase('IR-2026-0001', ['a', 'b']);
    const [first] = await started.store.audit.of('IR-2026-0001');
    const behind = { seq: 1, hash: first?.hash ?? '' };
    const proof = started.store.audit.proofOf({ _id: 'IR-2026-0001', ...behind });
    await collection('audit_heads').updateOne({ _id: 'IR-2026-0001' }, { $set: { ...behind, proof } });
    expect((await verify('IR-2026-0001')).findings).toEqual([]);
    await collection('audit_heads').deleteMany({});
    expect((await verify('IR-2026-0001')).words).toEqual(['IR-2026-0001 -: none: it was removed']);
  });

  test('a whole chain that was taken away, of a case and of none', async () => {
    await openedCase('IR-2026-0001', ['a']);
    await append('directory', 'one', { act: 'contacts-changed' });
    await collection('audit').deleteMany({});
    expect((await verify()).words).toEqual([
      'IR-2026-0001 2: it is not there: entries were taken from the end',
      'directory 1: it is not there: entries were taken from the end',
      'IR-2026-0001 -: none at all',
    ]);
  });

  test('a key twice, once the index that forbids it is gone', async () => {
    await openedCase('IR-2026-0001', ['a']);
    await collection('audit').dropIndex('uniqueKey_1');
    const { audit } = started.store;
    const [, second] = await audit.of('IR-2026-0001');
    const third = { ...(second as AuditEntry), seq: 3, before: second?.hash ?? '' };
    await collection('audit').insertOne({ ...third, _id: entryId('IR-2026-0001', 3), hash: audit.hashOf(third) });
    expect((await verify('IR-2026-0001')).words).toEqual(['IR-2026-0001 3: a second one']);
  });

  test('an entry that is kept twice under another id, or not under its own', async () => {
    await openedCase('IR-2026-0001', ['a', 'b']);
    const [, second, third] = (await started.store.audit.of('IR-2026-0001')) as unknown as Keyed[];
    await collection('audit').insertOne({ ...second, _id: 'IR-2026-0001/copy', uniqueKey: 'copy' });
    await collection('audit').deleteOne({ _id: third?._id ?? '' });
    await collection('audit').insertOne({ ...third, _id: 'IR-2026-0001/elsewhere' });
    const { words } = await verify('IR-2026-0001');
    expect(words.some((line) => line.endsWith('has a number that is there already'))).toBe(true);
    expect(words).toContain('IR-2026-0001 3: IR-2026-0001/elsewhere under IR-2026-0001/b');
  });

  test('a chain of a case that is not there; one that was only to be opened is told and is no fault', async () => {
    await append('IR-2026-0001', 'opened', { act: 'case-opened' });
    await append('IR-2026-0002', 'opened', { act: 'case-opened' });
    await append('IR-2026-0002', 'a');
    await append('IR-2026-0003', 'opened', { act: 'case-opened' });
    await append('IR-2026-0003', 'opened-elsewhere', { act: 'act-refused' });
    const { summary, words, findings } = await verify();
    expect(words).toEqual(['IR-2026-0001 -: only that it was to be opened', 'IR-2026-0002 -: no such case: it was removed']);
    expect(findings.map(({ isFault }) => isFault)).toEqual([false, true]);
    expect(summary.faults).toBe(1);
  });

  test('a case that nobody opened', async () => {
    await caseWith('IR-2026-0001');
    await append('IR-2026-0002', 'a');
    await caseWith('IR-2026-0002');
    expect((await verify()).words).toEqual(['IR-2026-0002 -: none', 'IR-2026-0001 -: none at all']);
  });

  test('an answer without its disclosure, a disclosure without its answer', async () => {
    await inOrder();
    await collection('disclosures').deleteMany({});
    await collection('disclosures').insertMany([
      { _id: 'IR-2026-0001/answer/T1/2', caseRef: 'IR-2026-0001' },
      { _id: 'IR-2026-0009/answer/T1/1', caseRef: 'IR-2026-0009' },
    ]);
    expect((await verify()).words).toEqual([
      'IR-2026-0001 3: it is not there',
      'IR-2026-0001 4: an entry that discloses nothing',
      'IR-2026-0009 -: no such entry',
    ]);
  });

  test.each(['shared-in-part', 'holds', 'holds-part-withheld'])('whatever the process: "%s" is on the register, "nil-return" is not', async (kind) => {
    await append('CR-2026-0001', 'opened', { act: 'case-opened' });
    await append('CR-2026-0001', 'answer/T1/1', answer(kind));
    await append('CR-2026-0001', 'answer/T1/2', answer('nil-return', 2));
    await caseWith('CR-2026-0001', { projection: answeredBy(2) });
    expect((await verify('CR-2026-0001')).words).toEqual(['CR-2026-0001 2: it is not there']);
    await collection('disclosures').insertOne({ _id: 'CR-2026-0001/answer/T1/1', caseRef: 'CR-2026-0001' });
    expect((await verify('CR-2026-0001')).words).toEqual([]);
  });

  test('an answer that the case knows of and nobody gave', async () => {
    await openedCase('IR-2026-0001');
    await collection('cases').updateOne({ _id: 'IR-2026-0001' }, { $set: { projection: answeredBy(1) } });
    expect((await verify('IR-2026-0001')).words).toEqual(['IR-2026-0001 -: none']);
    await append('IR-2026-0001', 'answer/T1/1', answer('nothing-held'));
    expect((await verify('IR-2026-0001')).findings).toEqual([]);
  });

  test.each<[string, Partial<CaseTask>, string]>([
    ['to a person', { holder: 'somebody' }, 'none: it was given by nobody'],
    ['to a team, with a generation that no act has', { team: 'west', linkGeneration: 3 }, 'none: it was given by nobody'],
  ])('a task that nobody passed on %s', async (_to, wrong, found) => {
    await openedCase('IR-2026-0001');
    await collection('cases').updateOne({ _id: 'IR-2026-0001' }, { $set: { tasks: [task(wrong)] } });
    expect((await verify('IR-2026-0001')).words).toEqual([`IR-2026-0001 -: ${found}`]);
  });

  test('a task that was added by no act', async () => {
    await append('PB-2026-0001', 'opened', { act: 'case-opened', facts: { asked: ['essex-police'] } });
    const added = task({ id: 'T2', partner: 'probation' });
    await caseWith('PB-2026-0001', { tasks: [task(), added] });
    expect((await verify('PB-2026-0001')).words).toEqual(['PB-2026-0001 -: none: nobody asked it']);
    const facts = { partner: 'probation', tasks: [added] } as unknown as AuditEntry['facts'];
    await append('PB-2026-0001', 'tasks-added/T2', { act: 'tasks-added', facts });
    expect((await verify('PB-2026-0001')).findings).toEqual([]);
  });

  test('a task that was passed on and is with whom it was before; not while it is on its way', async () => {
    await openedCase('IR-2026-0001');
    const facts = { team: null, holder: 'somebody', generation: 2 };
    const { _id } = await append('IR-2026-0001', 'passed-on/T1/2', { act: 'task-passed-on', task: 'T1', facts, waiting: true });
    expect((await verify('IR-2026-0001')).findings).toEqual([]);
    await started.store.audit.markSettled([_id]);
    expect((await verify('IR-2026-0001')).words).toEqual(['IR-2026-0001 -: it is with whom it was before']);
  });

  test('a case that was opened again: its tasks are as the act says; without the act it is a fault', async () => {
    await openedCase('IR-2026-0001');
    const again = [task({ linkGeneration: 2, holder: 'somebody' })];
    await collection('cases').updateOne({ _id: 'IR-2026-0001' }, { $set: { run: 2, tasks: again } });
    expect((await verify('IR-2026-0001')).words).toEqual(['IR-2026-0001 -: none: it was given by nobody', 'IR-2026-0001 -: 0']);
    await append('IR-2026-0001', 'reopened/2', { act: 'case-reopened', facts: { next: { run: 2, tasks: again } as never } });
    expect((await verify('IR-2026-0001')).findings).toEqual([]);
  });

  describe('the seals', () => {
    const days = ['2026-04-06', '2026-04-07', '2026-04-08', '2026-04-09'] as IsoDate[];
    beforeEach(async () => {
      for (const day of days) {
        await append('directory', day, { act: 'contacts-changed' });
        await started.store.auditSeals.make(day, at);
      }
    });

    test('in order', async () => {
      expect(await verify()).toMatchObject({ summary: { seals: 4, faults: 0 }, findings: [] });
    });

    test('one that was changed', async () => {
      await collection('audit_seals').updateOne({ _id: '2026-04-07' }, { $set: { heads: [] } });
      expect((await verify()).words).toEqual(['seals -: it was changed']);
    });

    test('one that was taken away from between', async () => {
      await collection('audit_seals').deleteOne({ _id: '2026-04-08' });
      expect((await verify()).words).toEqual([
        'seals -: it was made after another one: a seal was removed or exchanged',
        'seals -: none for 2026-04-08',
      ]);
    });

    test('the last one taken away: the ends of chains that it knew say so', async () => {
      await collection('audit_seals').deleteOne({ _id: '2026-04-09' });
      const { findings, words } = await verify();
      expect(words).toEqual(['seals -: it is not there: it was taken away']);
      expect(findings[0]?.expected).toContain('2026-04-09');
    });

    test('days on which none was made are named, and are no fault', async () => {
      await started.store.auditSeals.make('2026-04-14' as IsoDate, at);
      const { findings, words, summary } = await verify(undefined, '2026-04-15' as IsoDate);
      expect(words).toEqual(['seals -: none for 2026-04-10 to 2026-04-13']);
      expect([findings[0]?.isFault, summary.faults]).toEqual([false, 0]);
    });

    test('none for more than two days up to now is a fault', async () => {
      expect((await verify(undefined, '2026-04-11' as IsoDate)).findings).toEqual([]);
      expect((await verify(undefined, '2026-04-12' as IsoDate)).words).toEqual(['seals -: the last one is of 2026-04-09']);
      await collection('audit_seals').deleteMany({});
      await collection('audit_heads').updateMany({}, { $set: { sealedOn: null } });
      expect((await verify(undefined, '2026-04-12' as IsoDate)).words).toEqual(['seals -: no seal at all']);
    });
  });
});
