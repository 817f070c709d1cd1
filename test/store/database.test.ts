import { MongoNetworkError, MongoServerError } from 'mongodb';
import { refusalOf } from '../../api/http/page-errors';
import { isAway, persistently } from '../../store/database';

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
