import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackFault, type Progress } from './fault';
import { endGroups, identify, isAlive, type ProcessIdentity } from './processes';

type Child = ProcessIdentity & { readonly title: string };

interface Record {
  readonly supervisor: ProcessIdentity;
  readonly children: readonly Child[];
}

/**
 * Who runs the stack of a home, in `running.json`: it keeps a second start out, and names the processes that a killed
 * one left behind.
 */
export class RunningFile {
  private readonly children = new Map<number, Child>();
  private released = false;

  private constructor(private readonly path: string) {}

  /**
   * Takes the home for this process, and ends by their ids what a killed start left behind.
   * @throws StackFault if a stack already runs there
   */
  static async take(home: string, progress: Progress): Promise<RunningFile> {
    const path = join(home, 'running.json');
    const left = read(path);
    if (left !== undefined && isAlive(left.supervisor)) {
      throw new StackFault(
        `Concordat already runs from ${home} (process ${left.supervisor.pid}): stop it with Ctrl+C where it was ` +
          'started, or set CONCORDAT_HOME to another folder.',
      );
    }
    const leftovers = left?.children.filter(isAlive) ?? [];
    if (leftovers.length > 0) {
      const named = leftovers.map(({ title, pid }) => `${title}, process ${pid}`).join('; ');
      progress(`Ending what an earlier start left behind: ${named}`);
      await endGroups(leftovers);
    }
    rmSync(path, { force: true });
    const running = new RunningFile(path);
    running.write('wx');
    return running;
  }

  add(pid: number, title: string): void {
    const child = identify(pid);
    if (child === undefined) return;
    this.children.set(pid, { title, ...child });
    this.write();
  }

  remove(pid: number): void {
    if (this.children.delete(pid)) this.write();
  }

  release(): void {
    this.released = true;
    rmSync(this.path, { force: true });
  }

  /** @param flag `wx` to fail if another start was quicker */
  private write(flag?: 'wx'): void {
    if (this.released) return;
    const supervisor = identify(process.pid);
    if (supervisor === undefined) throw new Error('This process cannot find itself.');
    const record: Record = { supervisor, children: [...this.children.values()] };
    if (flag === 'wx') {
      writeFileSync(this.path, JSON.stringify(record), { flag });
      return;
    }
    try {
      writeFileSync(`${this.path}.new`, JSON.stringify(record));
      renameSync(`${this.path}.new`, this.path);
    } catch {
      // A full disk, or a home that was removed: it only helps the next start, and must not end this one.
    }
  }
}

function read(path: string): Record | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record;
  } catch {
    // Cut short by a crash at its first writing: nothing had been started yet.
    return undefined;
  }
}
