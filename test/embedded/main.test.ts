import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../config/root';
import { toolsFolder } from '../../embedded/home';
import { freePorts, portSettings, type PortName } from '../../embedded/ports';
import { isAlive, type ProcessIdentity } from '../../embedded/processes';
import { temporaryFolder } from './support/folder';
import { until } from './support/wait';

const folder = temporaryFolder();
let started: ChildProcess[] = [];

interface Start {
  readonly child: ChildProcess;
  readonly printed: () => string;
  readonly ended: Promise<number | null>;
}

/** What `npm start` runs, in a home and on ports of its own. */
async function start(): Promise<Start> {
  const home = join(folder(), 'home');
  mkdirSync(home, { recursive: true });
  // What is fetched is fetched once for all tests.
  mkdirSync(toolsFolder(), { recursive: true });
  symlinkSync(toolsFolder(), join(home, 'tools'));
  const ports = await freePorts();
  const names = Object.keys(portSettings) as PortName[];
  const settings = names.map((name): [string, string] => [portSettings[name].setting, String(ports[name])]);
  return run({ ...process.env, CONCORDAT_HOME: home, ...Object.fromEntries(settings) });
}

function run(env: NodeJS.ProcessEnv): Start {
  const child = spawn(process.execPath, ['--import', 'tsx', join('embedded', 'main.ts')], { cwd: projectRoot, env });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, printed: () => text, ended };
}

type Child = ProcessIdentity & { title: string };

function childrenOf(home: string): Child[] {
  const { children } = JSON.parse(readFileSync(join(home, 'running.json'), 'utf8')) as { children: Child[] };
  return children;
}

async function ready(child: ChildProcess, printed: () => string): Promise<void> {
  await until('it is ready', () => /Ctrl\+C stops everything/.test(printed()) || child.exitCode !== null, 90_000);
  if (child.exitCode !== null) throw new Error(`It ended instead of getting ready:\n${printed()}`);
}

describe('npm start', () => {
  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
    started = [];
  });

  it('brings everything up, says so, keeps a second start out, and ends with 0 and no process left', async () => {
    const { child, printed, ended } = await start();
    await ready(child, printed);
    expect(printed()).toMatch(/\nConcordat is ready\n/);
    expect(printed()).toMatch(/\nWeb application +0\.1\.0 +this folder +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(printed()).toMatch(/\nTemporal server +1\.\d+\.\d+ \(CLI 1\.\d+\.\d+\) /);
    expect(printed()).toMatch(/\nSign in with the password .+ as one of\n {2}\S+@/);

    const home = join(folder(), 'home');
    const second = run({ ...process.env, CONCORDAT_HOME: home });
    expect(await second.ended).toBe(1);
    expect(second.printed()).toContain(`Concordat already runs from ${home} (process ${child.pid ?? ''}):`);

    const children = childrenOf(home);
    expect(children.filter(isAlive)).toHaveLength(5);
    child.kill('SIGINT');
    // A terminal sends it to npm as well, which passes it on.
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    expect(printed()).toMatch(/\nConcordat has stopped\n$/);
  });

  it('starts a part again that crashes', async () => {
    const { child, printed, ended } = await start();
    await ready(child, printed);
    const worker = childrenOf(join(folder(), 'home')).find(({ title }) => title === 'The worker');
    if (worker === undefined) throw new Error('no worker is named in running.json');
    process.kill(worker.pid, 'SIGKILL');
    await until('the worker is back', () => printed().includes('The worker answers again'), 30_000);
    expect(printed()).toContain('The worker has ended (SIGKILL); it is started again in 1 s');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(isAlive(worker)).toBe(false);
  });
});
