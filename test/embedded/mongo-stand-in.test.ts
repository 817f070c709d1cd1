import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MongoClient, type Collection, type Filter, type Sort } from 'mongodb';
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
