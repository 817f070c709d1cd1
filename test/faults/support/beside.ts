import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../../config/root';
import { freePorts } from '../../../embedded/ports';
import { endWithUs } from '../../../embedded/processes';
import { httpAnswers } from '../../../embedded/ready';
import type { Stack } from '../../../embedded/stack';
import { present } from './kills';

/** One more web or worker on the stores of a stack. */
export interface Beside {
  readonly name: string;
  /** Where the web is reached; of a worker the same as `inside`. */
  readonly url: string;
  /** Where its health and metrics are. */
  readonly inside: string;
  /** What it has logged so far, line by line. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** Tells it to stop, and waits: how it ended, and after how long. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly ms: number }>;
}

/**
 * Starts a program as it is started beside another one: the same settings and ports of its own.
 * @param settings what is different in its settings
 */
export async function startBeside(
  stack: Stack,
  program: 'web' | 'worker',
  number: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Beside> {
  const ports = await freePorts();
  const env = {
    ...process.env,
    ...stack.env,
    ...settings,
    PORT: String(ports.web),
    WEB_HEALTH_PORT: String(ports.webHealth),
    WORKER_HEALTH_PORT: String(ports.workerHealth),
  };
  const name = `${program} ${number}`;
  const logFile = join(stack.home, 'logs', `${program}-${number}.log`);
  const log = openSync(logFile, 'a');
  const main = join(projectRoot, program === 'web' ? 'api' : program, 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main], { cwd: projectRoot, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const release = child.pid === undefined ? undefined : endWithUs(child.pid);
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  void ended.then(() => release?.());
  const inside = `http://127.0.0.1:${program === 'web' ? ports.webHealth : ports.workerHealth}`;
  for (let tries = 0; !(await answers(`${inside}/health/ready`)); tries += 1) {
    if (tries > 600 || child.exitCode !== null) throw new Error(`${name} does not answer: ${readFileSync(logFile, 'utf8').slice(-2_000)}`);
    await sleep(100);
  }
  return {
    name,
    inside,
    url: program === 'web' ? `http://127.0.0.1:${ports.web}` : inside,
    log: () => linesOf(logFile),
    stop: async (signal = 'SIGTERM') => {
      const began = present();
      child.kill(signal);
      return { code: await ended, ms: present() - began };
    },
  };
}

const answers = (url: string): Promise<boolean> =>
  httpAnswers(url).then(
    () => true,
    () => false,
  );

/** The lines of a program's log, each of which must be JSON. */
export const linesOf = (logFile: string): Readonly<Record<string, unknown>>[] =>
  readFileSync(logFile, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);

/** What Prometheus would read there, by name and labels. */
export async function metricsAt(inside: string): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${inside}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}
