/** A server that is told to stop while requests come in on connections that are kept: none of them is lost. */
import { Agent, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { Stopping } from '../../api/stopping';

let server: Server;
let stopping: Stopping;
let done: string[];
let agent: Agent;
let port: number;

/** Does what is asked of it after as many milliseconds as the path says. */
beforeEach(async () => {
  done = [];
  stopping = new Stopping();
  agent = new Agent({ keepAlive: true });
  server = stopping.serverOf((asked, response) => {
    const [, ms = '0', name = ''] = /^\/(\d+)\/(.+)$/.exec(asked.url ?? '') ?? [];
    void sleep(Number(ms), undefined, { ref: false }).then(() => {
      if (response.destroyed) return;
      done.push(name);
      response.end(`${name} is done`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  agent.destroy();
  server.closeAllConnections();
});

interface Asked {
  readonly outcome: 'done' | 'nobody listens' | 'broken off';
  readonly connection?: string | undefined;
}

function ask(path: string): Promise<Asked> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ outcome: text.endsWith('is done') ? 'done' : 'broken off', connection: response.headers.connection }));
      response.on('error', () => resolve({ outcome: 'broken off' }));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ outcome: error.code === 'ECONNREFUSED' ? 'nobody listens' : 'broken off' }));
    sent.end();
  });
}

test('a connection that rests is kept for longer than a reverse proxy keeps it', async () => {
  const kept = await new Promise<unknown>((resolve) => {
    const answered = (response: IncomingMessage): void => resolve(response.resume().headers['keep-alive']);
    request({ host: '127.0.0.1', port, path: '/0/first', agent }, answered).end();
  });
  expect(kept).toBe('timeout=75');
});

test('requests in hand get their whole answer, and none comes after', async () => {
  const asked = [ask('/300/first'), ask('/500/second')];
  await sleep(100);
  expect(await Promise.all([stopping.stop(server), ...asked])).toEqual([0, { outcome: 'done', connection: 'close' }, { outcome: 'done', connection: 'close' }]);
  await expect(fetch(`http://127.0.0.1:${port}/0/late`)).rejects.toThrow();
});

test('a request that comes on a kept connection after the stop is answered, and told that it was the last', async () => {
  expect(await ask('/0/before')).toEqual({ outcome: 'done', connection: 'keep-alive' });
  const stopped = stopping.stop(server);
  expect(await ask('/200/after')).toEqual({ outcome: 'done', connection: 'close' });
  await stopped;
  expect(done).toEqual(['before', 'after']);
});

test('a connection that is kept beside one that was answered late stays, as it is the next to be asked on', async () => {
  const patience = { drainMs: 500, graceMs: 5_000 };
  const [, late] = [await Promise.all([ask('/0/first'), ask('/0/second')]), ask('/700/late')];
  await sleep(50);
  const stopped = stopping.stop(server, patience);
  expect(await late).toEqual({ outcome: 'done', connection: 'close' });
  expect(await ask('/0/next')).toEqual({ outcome: 'done', connection: 'close' });
  await stopped;
});

/** What was asked has left the client, and the server has not had a look at it. */
const isOnItsWay = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** As on a machine that has other things to do. */
function busyFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('what came while the program was busy is read before the connections are looked at', async () => {
  await ask('/0/before');
  const stopped = stopping.stop(server, { drainMs: 25, graceMs: 5_000 });
  await sleep(10);
  // After a turn the timers come first, and what has come in after them.
  await turn();
  const kept = ask('/0/kept');
  await isOnItsWay();
  busyFor(50);
  expect(await kept).toEqual({ outcome: 'done', connection: 'close' });
  await stopped;
});

test('whoever has knocked when the stop comes is let in', async () => {
  const knocking = ask('/0/new');
  await isOnItsWay();
  const stopped = stopping.stop(server);
  expect(await knocking).toEqual({ outcome: 'done', connection: 'close' });
  await stopped;
});

test('what takes longer than anybody waits is cut off, and counted', async () => {
  const asked = ask('/5000/long');
  await sleep(50);
  expect(await stopping.stop(server, { drainMs: 50, graceMs: 200 })).toBe(1);
  expect((await asked).outcome).toBe('broken off');
  expect(done).toEqual([]);
});

test('a connection that rests is closed after a while, and keeps nobody waiting', async () => {
  await ask('/0/before');
  const stopped = stopping.stop(server, { drainMs: 100, graceMs: 5_000 });
  await expect(Promise.race([stopped, sleep(1_000, 'still waiting', { ref: false })])).resolves.toBe(0);
});
