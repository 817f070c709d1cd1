import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { MongoClient } from 'mongodb';
import { createTransport } from 'nodemailer';
import { projectRoot } from '../../config/root';
import { identify, isAlive, type ProcessIdentity } from '../../embedded/processes';
import { startStack, type PartName, type Stack } from '../../embedded/stack';
import { temporaryFolder } from './support/folder';
import { until } from './support/wait';

const folder = temporaryFolder();
const servers: readonly PartName[] = ['temporal', 'mongo', 'mail'];
let stacks: Stack[] = [];

async function start(parts = servers, env: NodeJS.ProcessEnv = {}): Promise<Stack> {
  const stack = await startStack({ home: folder(), ports: 'free', parts, env });
  stacks.push(stack);
  return stack;
}

function processesOf(stack: Stack): ProcessIdentity[] {
  return stack.parts.flatMap(({ pid }) => (pid === undefined ? [] : (identify(pid) ?? [])));
}

/** A running workflow without a worker, a document and a mail. */
async function leaveSomething({ env }: Stack): Promise<void> {
  const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection, namespace: env['TEMPORAL_NAMESPACE'] ?? '' });
  await client.workflow.start('waits', { workflowId: 'IR-2026-0001', taskQueue: 'nobody' });
  await connection.close();
  const mongo = await MongoClient.connect(env['MONGODB_URI'] ?? '');
  await mongo.db().collection('cases').insertOne({ ref: 'IR-2026-0001' });
  await mongo.close();
  const from = { from: 'concordat@partnership.example', to: 'spoc@essex-police.example' };
  await createTransport(env['SMTP_URL'] ?? '').sendMail({ ...from, subject: 'IR-2026-0001', text: 'due' });
}

async function whatIsThere({ env, parts }: Stack): Promise<unknown> {
  const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection, namespace: env['TEMPORAL_NAMESPACE'] ?? '' });
  const { status } = await client.workflow.getHandle('IR-2026-0001').describe();
  await connection.close();
  const mongo = await MongoClient.connect(env['MONGODB_URI'] ?? '');
  const cases = await mongo.db().collection('cases').find({}, { projection: { _id: 0 } }).toArray();
  await mongo.close();
  const inbox = new URL('/api/email', parts.find(({ name }) => name === 'mail')?.page);
  const mails = (await (await fetch(inbox)).json()) as { subject: string }[];
  return { workflow: status.name, cases, mails: mails.map(({ subject }) => subject) };
}
const allOfIt = { workflow: 'RUNNING', cases: [{ ref: 'IR-2026-0001' }], mails: ['IR-2026-0001'] };

describe('the servers of the stack', () => {
  afterEach(async () => {
    await Promise.all(stacks.map((stack) => stack.stop()));
    stacks = [];
  });

  it('are all gone after a stop, and a second start goes on where the first stopped', async () => {
    const first = await start();
    await leaveSomething(first);
    const processes = processesOf(first);
    expect(processes).toHaveLength(3);
    await first.stop();
    expect(processes.filter(isAlive)).toEqual([]);
    await expect(first.stop()).resolves.toBeUndefined();

    expect(await whatIsThere(await start())).toEqual(allOfIt);
  });

  it('lose nothing of what they acknowledged when they are killed, and answer at the same address', async () => {
    const stack = await start();
    await leaveSomething(stack);
    for (const part of stack.parts) {
      await part.kill('SIGKILL');
      expect(part.pid).toBeUndefined();
      await stack.start(part.name);
    }
    expect(await whatIsThere(stack)).toEqual(allOfIt);
  });

  it('end when the process that started them is killed', async () => {
    const starter = join('test', 'embedded', 'support', 'start-and-wait.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', starter, folder()], { cwd: projectRoot });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const started = (JSON.parse(line.toString()) as number[]).map((pid) => identify(pid));
    child.kill('SIGKILL');
    await until('all are gone', () => !started.some((process) => process !== undefined && isAlive(process)));
    expect(started).toHaveLength(3);
    expect(started).not.toContain(undefined);
  });

  it('are ended when a start is given up', async () => {
    const told = new AbortController();
    const starting = startStack({
      home: folder(),
      ports: 'free',
      parts: servers,
      signal: told.signal,
      progress: () => told.abort(new Error('given up')),
    });
    await expect(starting).rejects.toThrow('given up');
    expect(() => readFileSync(join(folder(), 'running.json'))).toThrow('ENOENT');
  });
});

describe('a part that runs elsewhere', () => {
  it('is used and not started', async () => {
    const smtp = createServer((socket) => socket.end('220 mail.example\r\n'));
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.address() as AddressInfo;
    const stack = await start(['mail'], { SMTP_URL: `smtp://user:secret@127.0.0.1:${port}` });
    expect(stack.part('mail')).toMatchObject({
      outside: true,
      from: 'outside (SMTP_URL)',
      url: `smtp://…@127.0.0.1:${port}`,
      pid: undefined,
    });
    expect(stack.env['SMTP_URL']).toBe(`smtp://user:secret@127.0.0.1:${port}`);
    await stack.stop();
    await new Promise((resolve) => smtp.close(resolve));
  });

  it.each([
    ['TEMPORAL_ADDRESS', '127.0.0.1:1', 'temporal'],
    ['MONGODB_URI', 'mongodb://127.0.0.1:1/concordat', 'mongo'],
    ['SMTP_URL', 'smtp://127.0.0.1:1', 'mail'],
  ] as const)('and does not answer is told by its setting, %s', async (setting, url, name) => {
    await expect(start([name], { [setting]: url })).rejects.toThrow(
      new RegExp(`^${setting} names ${url}, which does not answer \\(.+\\): start it or mend the setting`),
    );
  });
});
