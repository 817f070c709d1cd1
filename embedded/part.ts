import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { reasonOf, StackFault, type Progress } from './fault';
import { endWithUs, pause, signalGroup } from './processes';
import type { RunningFile } from './running';

/** A process of the stack: how to start it and how to see that it answers. */
export interface PartPlan {
  readonly title: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Its output goes there, after what is there already. */
  readonly logFile: string;
  /** Asks once. @throws if it does not answer yet */
  readonly answers: () => Promise<void>;
  readonly readyWithinMs: number;
  /** How long it may take to end when it is told to. */
  readonly graceMs: number;
}

export interface PartOptions {
  /** Whether it is started again when it ends by itself. */
  readonly restart: boolean;
  readonly progress: Progress;
  readonly running: RunningFile;
}

const longestBackOffMs = 30_000;
/** After this long it is taken to run well, and the next crash begins with the shortest wait again. */
const runsWellAfterMs = 60_000;
const largestLogBytes = 20 * 1024 * 1024;

/** One part's process through its life: start, wait until it answers, start again after a crash, stop. */
export class Part {
  private child: ChildProcess | undefined;
  private ended: Promise<string> = Promise.resolve('not started');
  private stopping: AbortController | undefined;
  private supervision: Promise<void> | undefined;

  constructor(
    readonly plan: PartPlan,
    private readonly options: PartOptions,
  ) {}

  /** The process's id, which is also that of its group; undefined while it does not run. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Starts it and waits until it answers.
   * @throws StackFault with the end of its log, if it ends before or does not answer in time
   */
  async start(): Promise<void> {
    if (this.child !== undefined) throw new StackFault(`${this.plan.title} runs already.`);
    this.stopping = new AbortController();
    await this.launch();
    if (this.options.restart) this.supervision = this.supervise(this.stopping.signal);
  }

  /** Signals its whole group and waits until it has ended. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { pid } = this;
    if (pid === undefined) return;
    signalGroup(pid, signal);
    await this.ended;
  }

  /** Ends it: asks, waits its grace time, then kills. Does nothing if it does not run. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    const { pid } = this;
    if (pid !== undefined) {
      signalGroup(pid, 'SIGTERM');
      const late = setTimeout(() => {
        this.options.progress(`  ${this.plan.title} has not ended within ${this.plan.graceMs / 1000} s and is killed`);
        signalGroup(pid, 'SIGKILL');
      }, this.plan.graceMs);
      await this.ended;
      clearTimeout(late);
      // What it may have started itself.
      signalGroup(pid, 'SIGKILL');
    }
    await this.supervision;
  }

  private async launch(): Promise<void> {
    const { title, readyWithinMs, answers, logFile } = this.plan;
    const logBegins = existsSync(logFile) ? statSync(logFile).size : 0;
    this.spawn();
    let lastReason = 'it has not been asked';
    const began = performance.now();
    while (this.child !== undefined && performance.now() - began < readyWithinMs) {
      try {
        await answers();
        return;
      } catch (error) {
        lastReason = reasonOf(error);
      }
      await Promise.race([pause(100), this.ended]);
    }
    const what =
      this.child === undefined ? `ended while it started (${await this.ended})` : `does not answer (${lastReason})`;
    const { pid } = this;
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    await this.ended;
    throw new StackFault(`${title} ${what}. Its log is ${logFile}.${endOfLog(logFile, logBegins)}`);
  }

  private spawn(): void {
    const { title, command, cwd, env, logFile } = this.plan;
    const [program, ...args] = command;
    rotate(logFile);
    const log = openSync(logFile, 'a');
    // Its own group: Ctrl+C in the terminal reaches only us, and we stop the parts in their order.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.child = child;
    const { pid } = child;
    const release = pid === undefined ? undefined : endWithUs(pid);
    if (pid !== undefined) this.options.running.add(pid, title);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.child = undefined;
        resolve(how);
        release?.();
        if (pid !== undefined) this.options.running.remove(pid);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code ?? 'unknown'}`));
    });
  }

  private async supervise(stopping: AbortSignal): Promise<void> {
    const { title } = this.plan;
    let waitMs = 1_000;
    let upSince = performance.now();
    for (;;) {
      const how = await this.ended;
      if (stopping.aborted) return;
      if (performance.now() - upSince > runsWellAfterMs) waitMs = 1_000;
      this.options.progress(`${title} has ended (${how}); it is started again in ${waitMs / 1000} s`);
      if (!(await pause(waitMs, stopping))) return;
      waitMs = Math.min(waitMs * 2, longestBackOffMs);
      upSince = performance.now();
      await this.launch().then(
        () => this.options.progress(`${title} answers again`),
        (error: unknown) => this.options.progress(reasonOf(error)),
      );
    }
  }
}

function rotate(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > largestLogBytes) renameSync(logFile, `${logFile}.1`);
}

/** The last lines that were written since it was started, each on its own line. */
function endOfLog(logFile: string, fromByte: number): string {
  const lines = readFileSync(logFile).subarray(fromByte).toString().trimEnd().split('\n').slice(-8);
  return lines.join('') === '' ? '' : ` It ends with:\n${lines.map((line) => `    ${line.slice(0, 400)}`).join('\n')}`;
}
