import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silent } from '../../embedded/fault';
import { Part, type PartPlan } from '../../embedded/part';
import { identify, isAlive, signalGroup } from '../../embedded/processes';
import { RunningFile } from '../../embedded/running';
import { temporaryFolder } from './support/folder';
import { until } from './support/wait';

const folder = temporaryFolder();
let running: RunningFile;
let part: Part | undefined;

/** A process that is ready when it has made the file `up`. */
function planFor(script: string, changes: Partial<PartPlan> = {}): PartPlan {
  return {
    title: 'The part',
    command: [process.execPath, '-e', script],
    cwd: folder(),
    env: process.env,
    logFile: join(folder(), 'part.log'),
    answers: () => (existsSync(join(folder(), 'up')) ? Promise.resolve() : Promise.reject(new Error('not up'))),
    readyWithinMs: 10_000,
    graceMs: 10_000,
    ...changes,
  };
}
const runsOn = "require('fs').writeFileSync('up', ''); setInterval(() => {}, 1000);";

function started(plan: PartPlan, { restart = false, lines = [] as string[] } = {}): Part {
  part = new Part(plan, { restart, progress: (line) => lines.push(line), running });
  return part;
}

describe('a part', () => {
  beforeEach(async () => {
    running = await RunningFile.take(folder(), silent);
  });
  afterEach(async () => {
    await part?.stop();
    running.release();
  });

  it('is started when it answers, and is gone when it has been stopped', async () => {
    const it = started(planFor(runsOn));
    await it.start();
    const process = identify(it.pid ?? 0);
    await it.stop();
    expect(process && isAlive(process)).toBe(false);
    expect(it.pid).toBeUndefined();
    await expect(it.stop()).resolves.toBeUndefined();
  });

  it('that ends while it starts is told with the end of its log', async () => {
    const it = started(planFor("console.log('old line'); console.error('cannot read the file'); process.exit(3)"));
    writeFileSync(join(folder(), 'part.log'), 'of an earlier start\n');
    await expect(it.start()).rejects.toThrow(
      `The part ended while it started (exit code 3). Its log is ${join(folder(), 'part.log')}. It ends with:\n` +
        '    old line\n    cannot read the file',
    );
  });

  it('that never answers is ended, with the reason it gave last', async () => {
    const it = started(planFor('setInterval(() => {}, 1000)', { readyWithinMs: 500 }));
    await expect(it.start()).rejects.toThrow('The part does not answer (not up).');
    expect(it.pid).toBeUndefined();
  });

  it('that does not exist is told as such', async () => {
    const it = started(planFor('', { command: ['/nowhere/program'] }));
    await expect(it.start()).rejects.toThrow('The part ended while it started (spawn /nowhere/program ENOENT).');
  });

  it('that will not end is killed after its grace time, with what it started itself', async () => {
    const script =
      "process.on('SIGTERM', () => {}); " +
      "const { pid } = require('child_process').spawn('sleep', ['600']); " +
      `require('fs').writeFileSync('child', String(pid)); ${runsOn}`;
    const lines: string[] = [];
    const it = started(planFor(script, { graceMs: 300 }), { lines });
    await it.start();
    const group = it.pid ?? 0;
    await it.stop();
    expect(lines).toEqual(['  The part has not ended within 0.3 s and is killed']);
    await until('its child is gone', () => !signalGroup(group, 'SIGKILL'));
  });

  it('that crashes is started again, which is told', async () => {
    const lines: string[] = [];
    const it = started(planFor(runsOn), { restart: true, lines });
    await it.start();
    const first = it.pid;
    await it.kill('SIGKILL');
    await until('it answers again', () => lines.includes('The part answers again'));
    expect(lines[0]).toBe('The part has ended (SIGKILL); it is started again in 1 s');
    expect(it.pid).not.toBe(first);
    await it.stop();
    expect(it.pid).toBeUndefined();
    expect(lines).toHaveLength(2);
  });

  it('is started again by hand after a kill', async () => {
    const it = started(planFor(runsOn));
    await it.start();
    await expect(it.start()).rejects.toThrow('The part runs already.');
    await it.kill('SIGKILL');
    expect(it.pid).toBeUndefined();
    await it.start();
    expect(it.pid).toBeDefined();
  });
});
