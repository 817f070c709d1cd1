import net from 'node:net';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { refusalOf } from '../../api/http/page-errors';
import { connectDatabase, isAway, persistently, type Database } from '../../store/database';
import { describeWithDatabase, startStore, type TestStore } from '../support/database';

const brokenPipe = Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });

test.each([
  ['a connection that broke', true, new MongoNetworkError('connection closed')],
  ['a write to a connection that the other side is ending', true, brokenPipe],
  ['a write to a server that is no primary any more', true, new MongoServerError({ message: 'not primary', code: 10_107 })],
  ['a write while writes are blocked', true, new MongoServerError({ message: 'User writes blocked', code: 371 })],
  ['a write for which there is no room', true, new MongoServerError({ message: 'No space left on device', code: 14_031 })],
  ['a write that the server does not understand', false, new MongoServerError({ message: 'unknown operator', code: 2 })],
  ['a key that is there already', false, Object.assign(new Error('duplicate key'), { code: 11_000 })],
  ['a fault of our own', false, new TypeError('not a function')],
])('%s: away is %s', (_what, away, error) => {
  expect(isAway(error)).toBe(away);
  expect(refusalOf(error)?.status).toBe(away ? 503 : undefined);
});

test('an operation is tried again while the database is away, and once only for any other fault', async () => {
  let tries = 0;
  const failing = (error: Error) => persistently(() => Promise.reject(((tries += 1), error)), 2);
  await expect(failing(brokenPipe)).rejects.toBe(brokenPipe);
  expect(tries).toBe(2);
  await expect(failing(new TypeError('x'))).rejects.toThrow('x');
  expect(tries).toBe(3);
});

describeWithDatabase('a connection that is closed in the instant in which something is written to it', () => {
  let running: TestStore;
  let database: Database;
  const sockets: net.Socket[] = [];
  let noting: jest.SpyInstance;

  beforeAll(async () => {
    running = await startStore();
    const { createConnection } = net;
    noting = jest.spyOn(net, 'createConnection').mockImplementation((...connecting: unknown[]) => {
      const socket = (createConnection as (...all: unknown[]) => net.Socket)(...connecting);
      sockets.push(socket);
      return socket;
    });
    database = await connectDatabase(running.stack.env['MONGODB_URI'] ?? '');
  }, 60_000);

  afterAll(async () => {
    noting.mockRestore();
    await database.close();
    await running.close();
  });

  test('is found to be closed, and the next one is taken', async () => {
    expect(sockets.length).toBeGreaterThan(1);
    for (const socket of sockets) socket.destroy();
    await expect(database.db.command({ ping: 1 })).rejects.toThrow(MongoNetworkError);
    await expect(persistently(() => database.db.command({ ping: 1 }))).resolves.toMatchObject({ ok: 1 });
  }, 20_000);

  test('is known for what it is when several documents were to be inserted, and they are inserted the next time', async () => {
    const some = () => database.collection<{ _id: string }>('some').insertMany([{ _id: 'one' }, { _id: 'two' }]);
    for (const socket of sockets) socket.destroy();
    const error: unknown = await some().catch((thrown: unknown) => thrown);
    expect([error instanceof MongoNetworkError, isAway(error)]).toEqual([false, true]);
    await expect(persistently(some)).resolves.toMatchObject({ insertedCount: 2 });
    // What is there already is no outage.
    expect(isAway(await some().catch((thrown: unknown) => thrown))).toBe(false);
  }, 20_000);
});
