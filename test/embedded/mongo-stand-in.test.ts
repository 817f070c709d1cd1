import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { Double, MongoClient, ObjectId, type Collection, type Filter, type Sort, type UpdateFilter } from 'mongodb';
import { silent } from '../../embedded/fault';
import { findMongo } from '../../embedded/find-mongo';
import { Part } from '../../embedded/part';
import { freePorts } from '../../embedded/ports';
import { mongoAnswers } from '../../embedded/ready';
import { RunningFile } from '../../embedded/running';
import { temporaryFolder } from './support/folder';
import { until } from './support/wait';

const missing = ['javac', 'mvn'].filter((program) => spawnSync(program, ['-version']).status !== 0);
const suite = missing.length === 0 ? describe : describe.skip;
const reason = missing.length === 0 ? '' : ` (not run: this machine has no ${missing.join(' and no ')})`;

const folder = temporaryFolder();
const writers = 8;

interface Written {
  _id: string;
  key: string;
  version: number;
  answers: number[];
}

/** A document of any shape: what an index must find it by is all that differs. */
interface Loose {
  _id: number | string;
  n: number;
  a?: unknown;
  b?: unknown;
}

const id = new ObjectId('65a000000000000000000001');
const plain = fc.constantFrom<unknown>(null, 0, 1, new Double(1), 1.5, '1', 'x', '', true, false, new Date(0), new Date(1), id);
const loose = fc.oneof(
  { weight: 3, arbitrary: plain },
  fc.array(plain, { maxLength: 3 }),
  fc.constantFrom<unknown>([[1]], [null], [{ c: 1 }], { c: 1 }, { c: [1, 'x'] }),
);
const looseB = fc.oneof(
  loose.map((c) => ({ c })),
  fc.array(fc.oneof(loose.map((c) => ({ c })), fc.constantFrom<unknown>({}, 1, null, [{ c: 1 }])), { maxLength: 3 }),
  fc.constantFrom<unknown>({}, null, 1, [], [[]]),
);
const looseDocument = fc.record({ n: fc.nat(4), a: loose, b: looseB }, { requiredKeys: ['n'] });
const looseDocuments: fc.Arbitrary<Loose[]> = fc
  .array(looseDocument, { minLength: 1, maxLength: 24 })
  .map((all) => all.map((each, index) => ({ ...each, _id: index % 3 === 0 ? index : `d${index}` })));

const condition = fc.oneof(
  { weight: 3, arbitrary: plain },
  fc.array(plain, { maxLength: 3 }).map(($in) => ({ $in })),
  fc.array(plain, { maxLength: 2 }),
  plain.map(($ne) => ({ $ne })),
  fc.constantFrom<unknown>({ c: 1 }, { $exists: false }, { $in: [1, [1]] }, { $in: ['x', /1/] }, { $in: [1, 'x'], $ne: 'x' }),
);
const field = fc.constantFrom('a', 'b.c', 'n');
const looseQuery: fc.Arbitrary<Filter<Loose>> = fc.oneof(
  fc.tuple(field, condition).map(([name, of]) => ({ [name]: of })),
  fc.tuple(condition, condition).map(([a, c]) => ({ a, 'b.c': c })),
  fc.tuple(condition, fc.nat(4)).map(([c, n]) => ({ 'b.c': c, n: { $lt: n } })),
  fc.tuple(condition, condition, fc.nat(4)).map(([one, other, n]) => ({ $and: [{ a: one }, { a: other }], n })),
  fc.tuple(condition, condition).map(([a, c]) => ({ $or: [{ a }, { 'b.c': c }] })),
);
const looseChange: fc.Arbitrary<UpdateFilter<Loose>> = fc.oneof(
  loose.map((a) => ({ $set: { a } })),
  looseB.map((b) => ({ $set: { b } })),
  loose.map((c) => ({ $set: { 'b.c': c } })),
  loose.map((c) => ({ $set: { 'b.0.c': c } })),
  // Of documents in which it is no list this is refused, after some were changed.
  plain.map((a) => ({ $push: { a } }) as UpdateFilter<Loose>),
  plain.map((a) => ({ $pull: { a } }) as UpdateFilter<Loose>),
  fc.constant({ $unset: { a: true }, $inc: { n: 1 } }),
);
type Act =
  | readonly ['updateMany' | 'updateOne' | 'findOneAndUpdate', Filter<Loose>, UpdateFilter<Loose>]
  | readonly ['replaceOne', Filter<Loose>, Omit<Loose, '_id'>]
  | readonly ['deleteOne' | 'findOneAndDelete', Filter<Loose>];
const looseAct: fc.Arbitrary<Act> = fc.oneof(
  fc.tuple(fc.constantFrom('updateMany', 'updateOne', 'findOneAndUpdate'), looseQuery, looseChange),
  fc.tuple(fc.constant('replaceOne'), fc.nat(30).map((_id) => ({ _id })), looseDocument),
  fc.tuple(fc.constantFrom('deleteOne', 'findOneAndDelete'), looseQuery),
);
const acted = (collection: Collection<Loose>, [kind, query, change]: Act): Promise<unknown> => {
  switch (kind) {
    case 'replaceOne':
      return collection.replaceOne(query, change, { upsert: true });
    case 'deleteOne':
    case 'findOneAndDelete':
      return collection[kind](query);
    case 'findOneAndUpdate':
      return collection.findOneAndUpdate(query, change, { returnDocument: 'after' });
    default:
      return collection[kind](query, change);
  }
};

suite(`the stand-in for MongoDB${reason}`, () => {
  let part: Part | undefined;
  let running: RunningFile;
  let client: MongoClient;
  let written: Collection<Written>;

  beforeEach(async () => {
    const { command } = await findMongo({ dataOf: 'stand-in' });
    const { mongo: port } = await freePorts();
    const uri = `mongodb://127.0.0.1:${port}/concordat`;
    running = await RunningFile.take(folder(), silent);
    part = new Part(
      {
        title: 'The stand-in',
        command: [...command, String(port), join(folder(), 'data.mv')],
        cwd: folder(),
        env: process.env,
        logFile: join(folder(), 'stand-in.log'),
        answers: () => mongoAnswers(uri),
        readyWithinMs: 30_000,
        graceMs: 10_000,
      },
      { restart: false, progress: silent, running },
    );
    await part.start();
    client = new MongoClient(uri, { writeConcern: { w: 'majority', journal: true }, retryWrites: false });
    written = client.db().collection<Written>('written');
    await written.createIndex({ key: 1 }, { unique: true }, {});
  });
  afterEach(async () => {
    await client.close();
    await part?.stop();
    running.release();
  });

  it('keeps each write it acknowledged, however it is killed, and no index entry without its document', async () => {
    const acknowledged = new Map<string, number>();
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; ; n += 1) {
        const id = `${writer}-${n}`;
        await written.insertOne({ _id: id, key: id, version: 0, answers: [] });
        acknowledged.set(id, 0);
        await written.updateOne({ _id: id, version: 0 }, { $set: { version: 1 }, $push: { answers: n } });
        acknowledged.set(id, 1);
        await written.findOneAndUpdate({ _id: id, version: 1 }, { $inc: { version: 1 } });
        acknowledged.set(id, 2);
        if (n % 10 === 0) {
          // Done or not, once it was asked for: its reply may be lost.
          acknowledged.delete(id);
          await written.deleteOne({ _id: id });
        }
      }
    };
    for (let round = 0; round < 3; round += 1) {
      await written.deleteMany({});
      acknowledged.clear();
      const all = Promise.allSettled(Array.from({ length: writers }, (_, writer) => write(writer)));
      // By what was written, not by time: a busy machine writes slowly.
      await until('enough is written', () => acknowledged.size > 200, 60_000);
      await part?.kill('SIGKILL');
      await all;

      await part?.start();
      const kept = new Map((await written.find().toArray()).map((document) => [document._id, document]));
      const lost = [...acknowledged].filter(([id, version]) => (kept.get(id)?.version ?? -1) < version);
      expect(lost).toEqual([]);
      const halfWritten = [...kept.values()].filter(({ version, answers }) => answers.length !== Math.min(version, 1));
      expect(halfWritten).toEqual([]);

      const [sample] = kept.values();
      if (sample === undefined) throw new Error('nothing was kept');
      await expect(written.insertOne({ ...sample, _id: 'another' })).rejects.toMatchObject({ code: 11_000 });
      // An index entry that outlived its document would refuse the same key.
      await written.deleteMany({});
      await written.insertMany([...kept.values()]);
    }
  });

  it('lets what is asked beside a unique key decide', async () => {
    await written.insertMany([
      { _id: 'one', key: 'first', version: 1, answers: [] },
      { _id: 'two', key: 'second', version: 1, answers: [] },
    ]);
    const raise = { $inc: { version: 1 } };
    expect((await written.updateOne({ _id: 'one', version: 0 }, raise)).matchedCount).toBe(0);
    expect((await written.updateOne({ _id: 'one', version: 1 }, raise)).matchedCount).toBe(1);
    expect((await written.updateOne({ key: 'second', version: { $lt: 1 } }, raise)).matchedCount).toBe(0);
    expect((await written.updateOne({ key: 'second', version: { $lt: 2 } }, raise)).matchedCount).toBe(1);
    expect(await written.countDocuments({ _id: { $in: ['one', 'two'] }, version: 2 })).toBe(2);
    expect(await written.findOne({ _id: 'three', version: 1 })).toBeNull();
  });

  it('gives what lies in a range of ids, in their order, and as much as is asked for', async () => {
    const ids = ['a/1', 'b', 'b/1', 'b/2', 'b/3', 'b0', 'c/1'];
    await written.insertMany(ids.toReversed().map((_id, version) => ({ _id, key: _id, version, answers: [] })));
    const found = async (range: Filter<Written>, sort: Sort = { _id: 1 }, limit = 0) =>
      (await written.find(range).sort(sort).limit(limit).toArray()).map(({ _id }) => _id);
    expect(await found({ _id: { $gt: 'b/', $lt: 'b0' } })).toEqual(['b/1', 'b/2', 'b/3']);
    expect(await found({ _id: { $gt: 'b/1', $lt: 'b/3' } })).toEqual(['b/2']);
    expect(await found({ _id: { $gte: 'b/1', $lte: 'b/3' } })).toEqual(['b/1', 'b/2', 'b/3']);
    expect(await found({ _id: { $gt: 'b/' }, version: { $lt: 4 } }, { _id: 1 }, 2)).toEqual(['b/2', 'b/3']);
    expect(await found({ _id: { $gt: 'b/' } }, { version: 1 }, 2)).toEqual(['c/1', 'b0']);
    expect(await found({ _id: { $lt: 'b/' } }, { _id: -1 })).toEqual(['b', 'a/1']);
    expect(await found({ _id: { $gt: 'd' } })).toEqual([]);
    expect(await written.countDocuments({ _id: { $gt: 'b/', $lt: 'b0' } })).toBe(3);
  });

  describe('with indexes that are not unique', () => {
    /** What the index knows, and the same without it. */
    let collections: readonly Collection<Loose>[];

    beforeEach(async () => {
      collections = ['indexed', 'scanned'].map((name) => client.db().collection<Loose>(name));
      await client.db().collection('indexed').createIndexes([{ key: { a: 1, n: 1 } }, { key: { 'b.c': 1 } }, { key: { n: -1 } }]);
    });

    /** Does it in both. @returns what came of it, the same twice if the index is right */
    const inBoth = async <T>(act: (collection: Collection<Loose>) => Promise<T>): Promise<unknown[]> => {
      const outcome = async (collection: Collection<Loose>): Promise<unknown> => {
        try {
          return await act(collection);
        } catch (error) {
          return `refused: ${String((error as { code?: unknown }).code)}`;
        }
      };
      const [indexed, scanned] = collections;
      return indexed === undefined || scanned === undefined ? [] : [await outcome(indexed), await outcome(scanned)];
    };
    const both = async <T>(act: (collection: Collection<Loose>) => Promise<T>): Promise<void> => {
      const [indexed, scanned] = await inBoth(act);
      expect(indexed).toEqual(scanned);
    };

    const written = (documents: Loose[]): Promise<void> => both((collection) => collection.insertMany(documents));
    const changed = async (acts: readonly Act[]): Promise<void> => {
      for (const act of acts) await both((collection) => acted(collection, act));
    };
    const asked = async (queries: readonly Filter<Loose>[]): Promise<void> => {
      for (const query of queries) {
        await both((collection) => collection.find(query).toArray());
        await both((collection) => collection.find(query).limit(2).toArray());
        await both((collection) => collection.find(query).sort({ n: -1, _id: 1 }).toArray());
        await both((collection) => collection.countDocuments(query));
      }
    };
    const arbitrary = [looseDocuments, fc.array(looseAct, { maxLength: 12 }), fc.array(looseQuery, { minLength: 8, maxLength: 8 })] as const;

    it('answers as if it had read all, whatever is written between', async () => {
      const property = fc.asyncProperty(...arbitrary, async (documents, acts, queries) => {
        await both((collection) => collection.deleteMany({}));
        await written(documents);
        await changed(acts);
        await asked(queries);
      });
      await fc.assert(property, { numRuns: 100 });
    });

    it('answers the same after it was killed', async () => {
      const property = fc.asyncProperty(...arbitrary, async (documents, acts, queries) => {
        await both((collection) => collection.deleteMany({}));
        await written(documents);
        await part?.kill('SIGKILL');
        await part?.start();
        await asked(queries);
        await changed(acts);
        await asked(queries);
      });
      await fc.assert(property, { numRuns: 4 });
    });
  });

  it('gives whole documents while they are written', async () => {
    interface Long {
      _id: string;
      first: number;
      between: number[];
      last: number;
    }
    const long = client.db().collection<Long>('long');
    // Long enough that a write falls into the time that it takes to send the document.
    await long.insertOne({ _id: 'one', first: 0, between: Array.from({ length: 20_000 }, (_, n) => n), last: 0 });
    let reading = true;
    const write = async (): Promise<void> => {
      for (let n = 1; reading; n += 1) await long.updateOne({ _id: 'one' }, { $set: { first: n, last: n } });
    };
    const read = async (): Promise<Long[]> => {
      const seen: Long[] = [];
      for (let n = 0; n < 50; n += 1) seen.push(...(await long.find({ _id: 'one' }).toArray()));
      return seen;
    };
    const writing = write();
    const seen = (await Promise.all([read(), read(), read(), read()])).flat();
    reading = false;
    await writing;
    expect(seen).toHaveLength(200);
    expect(seen.filter(({ first, last }) => first !== last)).toHaveLength(0);
  });
});
