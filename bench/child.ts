import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { projectRoot } from '../config/root';
import { endWithUs } from '../embedded/processes';

/** A program of this project in a process of its own. It ends with the bench, however that ends. */
export class Child {
  readonly #process: ChildProcessByStdio<null, Readable, null>;
  readonly #ended: Promise<number | null>;
  #printed = '';

  constructor(main: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
    this.#process = spawn(process.execPath, ['--import', 'tsx', join(projectRoot, main), ...args], {
      cwd: projectRoot,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process.stdout.on('data', (chunk: Buffer) => (this.#printed += chunk.toString()));
    const { pid } = this.#process;
    const release = pid === undefined ? undefined : endWithUs(pid);
    this.#ended = once(this.#process, 'exit').then(([code]) => {
      release?.();
      return code as number | null;
    });
  }

  /** Waits until it has printed this. @throws Error with what it printed, if it ends before */
  async hasSaid(words: string): Promise<void> {
    const ended = this.#ended.then(() => true);
    while (!this.#printed.includes(words)) {
      if (await Promise.race([once(this.#process.stdout, 'data').then(() => false), ended])) {
        throw new Error(`It ended before it said "${words}":\n${this.#printed}`);
      }
    }
  }

  /** Tells it to end, and waits until it has. @returns its exit code */
  stop(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    return this.#ended;
  }
}
