import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../../embedded/ports';
import { startStack, type PartName, type Stack, type StackPart } from '../../../embedded/stack';
import { readInbox, type ReceivedMail } from './inbox';
import { DatabaseLine } from './lines/database-line';
import type { Line } from './lines/line';
import { MailLine } from './lines/mail-line';
import { runStack, type Running } from './running';

const servers: readonly PartName[] = ['temporal', 'mongo', 'mail'];

/**
 * The whole product with lines between the programs and their servers. A test looks into it past them: what it sees is not
 * in the trouble that it makes.
 */
export class Rig {
  private constructor(
    readonly servers: Running,
    private readonly programs: Stack,
    private readonly home: string,
    readonly database: DatabaseLine,
    readonly mail: MailLine,
  ) {}

  /** @param env settings of worker and web */
  static async start(name: string, env: Readonly<Record<string, string>>): Promise<Rig> {
    const home = mkdtempSync(join(tmpdir(), `concordat-${name}-programs-`));
    const ports = await freePorts();
    const running = await runStack(name, { parts: servers });
    const { stack } = running;
    const database = new DatabaseLine(ports.mongo, stack.ports.mongo);
    const mail = new MailLine(ports.smtp, stack.ports.smtp);
    await Promise.all([database.open(), mail.open()]);
    try {
      const programs = await startStack({
        home,
        ports: 'free',
        parts: ['worker', 'web'],
        env: {
          ...stack.env,
          ...env,
          // Of their own: where they are, and what they were built to.
          PUBLIC_URL: '',
          WORKFLOW_BUNDLE: '',
          MONGODB_URI: `mongodb://127.0.0.1:${database.port}/concordat`,
          SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
        },
      });
      return new Rig(running, programs, home, database, mail);
    } catch (error) {
      await Promise.all([database.close(), mail.close()]);
      await running.close();
      throw error;
    }
  }

  part(name: PartName): StackPart {
    return this.#stackOf(name).part(name);
  }

  get url(): string {
    return this.part('web').url;
  }

  /** By SIGKILL, with the line to it. @returns whether it ran */
  async kill(name: PartName): Promise<boolean> {
    const ran = this.part(name).pid !== undefined;
    await this.part(name).kill('SIGKILL');
    await this.#lineTo(name)?.close();
    return ran;
  }

  async restart(name: PartName): Promise<void> {
    await this.#stackOf(name).start(name);
    await this.#lineTo(name)?.open();
  }

  inbox(): Promise<ReceivedMail[]> {
    return readInbox(this.servers.stack.ports.inbox);
  }

  async close(): Promise<void> {
    await this.programs.stop();
    await Promise.all([this.database.close(), this.mail.close()]);
    await this.servers.close();
    // To look into what the programs said, where a test did not find what it expected.
    if (process.env['SMOKE_KEEP'] === 'logs') process.stdout.write(`The logs of worker and web are in ${this.home}\n`);
    else rmSync(this.home, { recursive: true, force: true });
  }

  #stackOf(name: PartName): Stack {
    return servers.includes(name) ? this.servers.stack : this.programs;
  }

  #lineTo(name: PartName): Line | undefined {
    return { mongo: this.database, mail: this.mail, temporal: undefined, worker: undefined, web: undefined }[name];
  }
}
