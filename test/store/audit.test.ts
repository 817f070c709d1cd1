import fc from 'fast-check';
import { MongoNetworkError, type Collection, type Document } from 'mongodb';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { Audit, entryId, type ActDraft, type AuditFacts } from '../../store/audit';
import { AuditSeals } from '../../store/audit-seals';
import type { Database } from '../../store/database';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';

const at = '2026-04-09T09:00:00.000Z' as IsoInstant;
const secret = 'a secret that is long enough for the record';

function draft(chain: string, key: string, more: Partial<ActDraft> = {}): ActDraft {
  const by = { account: 'thurrock-officer', via: 'page', from: null } as const;
  return { chain, key, at, act: 'content-viewed', by, facts: { what: ['request'] }, ...more };
}

/** A database of which one call on the record's entries behaves as the test wants. */
function withEntries(database: Database, change: (entries: Collection) => Partial<Collection>): Database {
  return {
    ...database,
    collection: <T extends Document>(name: string): Collection<T> => {
      const real = database.collection<T>(name);
      if (name !== 'audit') return real;
      const changed = change(real as unknown as Collection);
      return new Proxy(real, {
        get: (target, property) => {
          const own = Reflect.get(changed, property) as unknown;
          const value = own ?? (Reflect.get(target, property) as unknown);
          return typeof value === 'function' && own === undefined ? (value.bind(target) as unknown) : value;
        },
      });
    },
  };
}

describeWithDatabase('the record of acts', () => {
  let started: TestStore;
  let audit: Audit;

  beforeAll(async () => {
    started = await startStore();
    ({ audit } = started.store);
  }, 300_000);
  afterAll(async () => started.close());

  const headOf = async (chain: string) => {
    for await (const head of audit.heads(chain)) return head;
    return null;
  };
  const expectUnbroken = async (chain: string, count: number) => {
    const entries = await audit.of(chain);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    expect(entries.map(({ before }) => before)).toEqual(['', ...entries.slice(0, -1).map(({ hash }) => hash)]);
    for (const entry of entries) expect(audit.hashOf(entry)).toBe(entry.hash);
    expect(await headOf(chain)).toMatchObject({ seq: count, hash: entries.at(-1)?.hash });
    return entries;
  };

  test('numbers the acts of a chain and links each to the one before', async () => {
    const first = await audit.append(draft('IR-2026-0001', 'one'));
    const second = await audit.append(draft('IR-2026-0001', 'two', { task: 'T1', sealed: 'c2VhbGVk', waiting: true }));
    await audit.append(draft('IR-2026-0002', 'one'));
    expect([first.isNew, second.isNew]).toEqual([true, true]);
    expect(await expectUnbroken('IR-2026-0001', 2)).toEqual([first.entry, second.entry]);
    expect(second.entry).toMatchObject({ _id: entryId('IR-2026-0001', 2), task: 'T1', sealed: 'c2VhbGVk', waiting: true });
  });

  test('an act told twice is one act, also when it is told with something else', async () => {
    const { entry } = await audit.append(draft('IR-2026-0003', 'same'));
    const again = await audit.append(draft('IR-2026-0003', 'same', { facts: { what: ['answer'] } }));
    expect(again).toEqual({ entry, isNew: false });
    await expectUnbroken('IR-2026-0003', 1);
  });

  test('two processes that append at once leave no gap, no double and no lost act', async () => {
    const other = new Audit(started.store.database, secret);
    const appended = await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? audit : other).append(draft('IR-2026-0004', `k${index % 40}`))),
    );
    const entries = await expectUnbroken('IR-2026-0004', 40);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(40);
    expect(new Set(appended.filter(({ isNew }) => isNew).map(({ entry }) => entry.key)).size).toBe(40);
  });

  test('what comes at once is written together, each act once, also behind an end that is none any more', async () => {
    const sizes: number[] = [];
    const counting = withEntries(started.store.database, (entries) => ({
      insertMany: (some: Document[]) => {
        sizes.push(some.length);
        return entries.insertMany(some);
      },
    }));
    const own = new Audit(counting, secret);
    const { entry: seen } = await own.append(draft('IR-2026-0010', 'first'));
    await own.append(draft('IR-2026-0010', 'second'));
    const appended = await Promise.all(
      Array.from({ length: 80 }, (_, index) => own.append(draft('IR-2026-0010', `k${index % 60}`), seen)),
    );
    await expectUnbroken('IR-2026-0010', 62);
    expect(appended.map(({ entry }) => entry.key)).toEqual(Array.from({ length: 80 }, (_, index) => `k${index % 60}`));
    expect(appended.filter(({ isNew }) => isNew)).toHaveLength(60);
    // The two before; the first of the eighty, which does not wait, in vain and again; fifty of the rest; what is left, and again behind each double.
    const doubles = Array.from({ length: 19 }, (_, index) => 19 - index);
    expect(sizes).toEqual([1, 1, 1, 1, 50, 29, ...doubles]);
  });

  test('goes on where the entries end, if a process died before the head had followed', async () => {
    for (const key of ['a', 'b', 'c']) await audit.append(draft('IR-2026-0005', key));
    const [first] = await audit.of('IR-2026-0005');
    const heads = started.store.database.collection<{ _id: string }>('audit_heads');
    await heads.updateOne({ _id: 'IR-2026-0005' }, { $set: { seq: 1, hash: first?.hash } });
    await audit.append(draft('IR-2026-0005', 'd'));
    await expectUnbroken('IR-2026-0005', 4);
    await heads.deleteOne({ _id: 'IR-2026-0005' });
    await audit.append(draft('IR-2026-0005', 'd'));
    await expectUnbroken('IR-2026-0005', 4);
    await heads.deleteOne({ _id: 'IR-2026-0005' });
    await audit.append(draft('IR-2026-0005', 'e'));
    await expectUnbroken('IR-2026-0005', 5);
  });

  test('an act is new to whoever told it first, though the reply of the database was lost', async () => {
    let isLost = false;
    const flaky = withEntries(started.store.database, (entries) => ({
      insertMany: async (some: Document[]) => {
        const done = await entries.insertMany(some);
        if (isLost) return done;
        isLost = true;
        throw new MongoNetworkError('the reply was lost');
      },
    }));
    const { isNew, entry } = await new Audit(flaky, secret).append(draft('IR-2026-0006', 'one'));
    expect({ isLost, isNew, seq: entry.seq }).toEqual({ isLost: true, isNew: true, seq: 1 });
    await expectUnbroken('IR-2026-0006', 1);
  });

  test('another process’s entry that a majority does not have yet is waited for; nothing is put where one was taken away', async () => {
    for (const key of ['a', 'b', 'c']) await audit.append(draft('IR-2026-0007', key));
    const [first, second, third] = await audit.of('IR-2026-0007');
    const { database } = started.store;
    await database.collection<{ _id: string }>('audit').deleteOne({ _id: first?._id ?? '' });
    await database
      .collection<{ _id: string }>('audit_heads')
      .updateOne({ _id: 'IR-2026-0007' }, { $set: { seq: 2, hash: second?.hash } });
    let looks = 0;
    const lagging = withEntries(database, (entries) => ({
      findOne: (async (filter: Document) => ((looks += 1) <= 4 ? null : entries.findOne(filter))) as Collection['findOne'],
    }));
    const { entry } = await new Audit(lagging, secret).append(draft('IR-2026-0007', 'ours'));
    expect(entry).toMatchObject({ seq: 4, before: third?.hash });
    expect((await audit.of('IR-2026-0007')).map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  test('one append that hangs does not hold up the others of its chain', async () => {
    let release: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const slow = withEntries(started.store.database, (entries) => ({
      insertMany: async (some: Document[]) => {
        if (some.some(({ key }) => key === 'slow')) await hanging;
        return entries.insertMany(some);
      },
    }));
    const own = new Audit(slow, secret);
    const first = own.append(draft('IR-2026-0008', 'slow'));
    const second = await own.append(draft('IR-2026-0008', 'quick'));
    expect(second.entry.seq).toBe(1);
    release();
    expect((await first).entry.seq).toBe(2);
    await expectUnbroken('IR-2026-0008', 2);
  });

  test('if it cannot be written, the act is not to be done; nothing stays behind', async () => {
    const away = withEntries(started.store.database, () => ({
      insertMany: () => Promise.reject(new Error('the disk is full')),
    }));
    const own = new Audit(away, secret);
    for (const key of ['one', 'two']) {
      await expect(own.append(draft('IR-2026-0009', key))).rejects.toMatchObject({
        name: 'NotOnRecord',
        cause: expect.objectContaining({ message: 'the disk is full' }) as unknown,
      });
    }
    expect(await audit.of('IR-2026-0009')).toEqual([]);
    expect(await headOf('IR-2026-0009')).toBeNull();
  });

  describe('an entry has the same hash when it is read again', () => {
    const roundTrip = async (chain: string, facts: AuditFacts, key = 'odd'): Promise<void> => {
      const { entry } = await audit.append(draft(chain, key, { facts }));
      const [stored] = (await audit.of(chain)).slice(-1);
      expect(stored).toEqual(entry);
      expect(stored && audit.hashOf(stored)).toBe(entry.hash);
    };

    test.each<[string, unknown]>([
      ['undefined in an object and in a list', { a: undefined, b: [undefined, 1] }],
      ['the order of fields', { b: 1, a: { d: 1, c: 2 } }],
      ['fields like numbers', { b: 1, 10: 'x', 9: 'y', '09': 'z' }],
      ['numbers', [0, -0, 1, -1, 0.1, 1e21, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE]],
      ['no numbers', [Number.NaN, Number.POSITIVE_INFINITY]],
      ['composed and decomposed letters', ['\u00e9', 'e\u0301', '\u{1f9ff}', '\u2028', '\u0000', '']],
      ['half a character', ['\ud83e', { '\udc00': '\udfff' }]],
      ['a date', { on: new Date(at) }],
    ])('%s', async (name, odd) => {
      await roundTrip('IR-2026-0010', { odd } as unknown as AuditFacts, name);
    });

    test('however a copy of the database orders its fields; not with another content', () => {
      const keyedHash = (content: object): string => audit.keyedHash(content);
      expect(keyedHash({ b: [{ d: 1, c: 2 }], a: null })).toBe(keyedHash({ a: null, b: [{ c: 2, d: 1 }] }));
      expect(keyedHash({ a: [1, 2] })).not.toBe(keyedHash({ a: [2, 1] }));
    });

    test('whatever the facts are', async () => {
      const values = [fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined)];
      const key = fc.string({ unit: fc.constantFrom(...Array.from('abZ019-_é ')), minLength: 1 });
      let number = 0;
      await fc.assert(
        fc.asyncProperty(fc.anything({ values, key, maxDepth: 3 }), async (value) => {
          await roundTrip('IR-2026-0011', { value } as unknown as AuditFacts, `odd ${(number += 1)}`);
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('the daily seal', () => {
    const [monday, tuesday, wednesday] = ['2026-04-06', '2026-04-07', '2026-04-08'] as IsoDate[] as [IsoDate, IsoDate, IsoDate];

    test('has the ends of the chains that moved, once a day, and follows the seal before', async () => {
      const { auditSeals } = started.store;
      const first = await auditSeals.make(monday, at);
      expect(first.isNew).toBe(true);
      const [last] = await audit.latestOf('IR-2026-0001', 1);
      expect(first.seal.heads).toContainEqual({ chain: 'IR-2026-0001', seq: 2, hash: last?.hash });

      await audit.append(draft('IR-2026-0001', 'three'));
      expect(await auditSeals.make(monday, at)).toEqual({ seal: first.seal, isNew: false });
      const second = await auditSeals.make(tuesday, at);
      expect(second.seal.heads.map(({ chain, seq }) => ({ chain, seq }))).toEqual([{ chain: 'IR-2026-0001', seq: 3 }]);
      expect(second.seal.before).toBe(first.seal.hash);
      expect(auditSeals.hashOf(second.seal)).toBe(second.seal.hash);
    });

    test('a day on which nothing moved has one too; what moves while it is made is in the next', async () => {
      const { auditSeals, database } = started.store;
      const racing = new Audit(
        {
          ...database,
          collection: <T extends Document>(name: string) => database.collection<T>(name),
        },
        secret,
      );
      const unsealed = racing.unsealedHeads.bind(racing);
      racing.unsealedHeads = async (limit) => {
        const heads = await unsealed(limit);
        await audit.append(draft('IR-2026-0002', 'meanwhile'));
        return heads;
      };
      await audit.append(draft('IR-2026-0002', 'before'));
      const { seal } = await new AuditSeals(database, racing).make(wednesday, at);
      expect(seal.heads).toMatchObject([{ chain: 'IR-2026-0002', seq: 2 }]);
      const next = await auditSeals.make('2026-04-09' as IsoDate, at);
      expect(next.seal.heads).toMatchObject([{ chain: 'IR-2026-0002', seq: 3 }]);
      expect((await auditSeals.make('2026-04-10' as IsoDate, at)).seal.heads).toEqual([]);
    });

    test('two workers at once make one seal', async () => {
      const { auditSeals, database } = started.store;
      const day = '2026-04-11' as IsoDate;
      const both = await Promise.all([auditSeals.make(day, at), new AuditSeals(database, audit).make(day, at)]);
      expect(both.map(({ seal }) => seal)).toEqual([both[0].seal, both[0].seal]);
      expect(both.filter(({ isNew }) => isNew)).toHaveLength(1);
    });
  });
});
