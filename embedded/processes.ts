import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process and when it began: an id alone is given to another process later. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly began: string;
}

/** @returns undefined if there is no such process, or it has ended and only waits to be collected */
export function identify(pid: number): ProcessIdentity | undefined {
  const began = process.platform === 'linux' ? beganOnLinux(pid) : beganByPs(pid);
  return began === undefined ? undefined : { pid, began };
}

export function isAlive({ pid, began }: ProcessIdentity): boolean {
  return identify(pid)?.began === began;
}

function beganOnLinux(pid: number): string | undefined {
  try {
    // The name, in brackets, may hold anything; after it come the state and, 19 fields on, the start in clock ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function beganByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Signals the whole group that `pid` leads. @returns whether there was one */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends process groups whose parent is gone: asks, waits up to 10 seconds, then kills. */
export async function endGroups(leaders: readonly ProcessIdentity[]): Promise<void> {
  const alive = (): ProcessIdentity[] => leaders.filter(isAlive);
  for (const { pid } of alive()) signalGroup(pid, 'SIGTERM');
  for (let waited = 0; waited < 10_000 && alive().length > 0; waited += 100) await pause(100);
  for (const { pid } of alive()) signalGroup(pid, 'SIGKILL');
}

/**
 * Ends a child's group when this process dies in a way that lets it do nothing more: a shell waits on a pipe that only
 * this process holds, and the pipe's end without a word is the sign.
 * @returns what to call when the child has ended by itself
 */
export function endWithUs(child: number): () => void {
  const script =
    'read -r _ && exit; kill -s TERM -- "-$0"; ' +
    'for _ in 1 2 3 4 5 6 7 8 9 10; do kill -s 0 -- "-$0" || exit; sleep 1; done; kill -s KILL -- "-$0"';
  const guard: ChildProcess = spawn('sh', ['-c', script, String(child)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref(): void } | null)?.unref();
  return () => guard.stdin?.end('\n');
}

/** @returns whether the time has passed; false if the signal came first */
export function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (passed: boolean) => (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupted);
      resolve(passed);
    };
    const interrupted = end(false);
    const timer = setTimeout(end(true), ms);
    signal?.addEventListener('abort', interrupted);
    if (signal?.aborted) interrupted();
  });
}
