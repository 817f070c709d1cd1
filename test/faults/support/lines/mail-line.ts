import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { present } from '../kills';
import { Line } from './line';

/** What the way to the mail server is like: as it should be, or each in one way that mail servers know. */
export type MailTrouble =
  /** Each mail is refused for now (4xx), at its recipient or after its text. */
  | { readonly kind: 'later'; readonly at: 'recipient' | 'text' }
  /** As an address that is no more: what is for these domains is refused for good (5xx). */
  | { readonly kind: 'never'; readonly at: 'recipient' | 'text'; readonly domains: readonly string[] }
  /** Each reply takes so long. */
  | { readonly kind: 'slow'; readonly replyMs: number }
  /** The mail is taken, and the connection breaks before that is said. */
  | { readonly kind: 'cut' };

export interface Cut {
  readonly messageId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const refusals = { later: '451 4.3.2 Not taken at the moment', never: '550 5.1.1 There is no such mailbox' } as const;

/** The way to the mail server. It keeps its own account of what it has done to mails. */
export class MailLine extends Line {
  trouble: MailTrouble | null = null;
  /** How often a mail has met one. */
  met = 0;
  /** Taken by the server, and not said so. */
  readonly cuts: Cut[] = [];
  readonly refused = { later: 0, never: 0 };
  /** To which addresses something was refused for good. */
  readonly refusedForGood = new Set<string>();

  protected carry(client: Socket, server: Socket): void {
    this.#carryOn(client, server).catch(() => client.destroy());
  }

  async #carryOn(client: Socket, server: Socket): Promise<void> {
    const commands = linesOf(client);
    const replies = linesOf(server);
    const reply = async (): Promise<string> => {
      for await (const line of replies) if (/^\d{3} /.test(line)) return line;
      throw new Error('The mail server has hung up.');
    };
    const ask = (line: string): Promise<string> => {
      server.write(`${line}\r\n`, 'latin1');
      return reply();
    };
    const say = async (line: string): Promise<void> => {
      if (this.trouble?.kind === 'slow') {
        this.met += 1;
        await sleep(this.trouble.replyMs);
      }
      client.write(`${line}\r\n`, 'latin1');
    };
    let to = '';
    await say(await reply());
    for await (const line of commands) {
      if (/^RCPT/i.test(line)) to = /<(.*)>/.exec(line)?.[1] ?? '';
      if (/^DATA/i.test(line)) {
        await say('354 Go on');
        const text: string[] = [];
        for await (const each of commands) {
          text.push(each);
          if (each === '.') break;
        }
        const refusal = this.#refusalOf('text', to);
        if (refusal !== null) {
          await ask('RSET');
          await say(refusal);
          continue;
        }
        await ask('DATA');
        const taken = await ask(text.join('\r\n'));
        if (this.trouble?.kind === 'cut' && taken.startsWith('250')) {
          this.met += 1;
          this.cuts.push({ messageId: messageIdOf(text), at: present() });
          client.resetAndDestroy();
          return;
        }
        await say(taken);
      } else {
        // Without its extensions: what is said has to be readable here.
        await say((/^RCPT/i.test(line) ? this.#refusalOf('recipient', to) : null) ?? (await ask(line.replace(/^EHLO/i, 'HELO'))));
      }
    }
  }

  #refusalOf(at: 'recipient' | 'text', to: string): string | null {
    const { trouble } = this;
    if ((trouble?.kind !== 'later' && trouble?.kind !== 'never') || trouble.at !== at) return null;
    if (trouble.kind === 'never') {
      if (!trouble.domains.some((domain) => to.endsWith(`@${domain}`))) return null;
      this.refusedForGood.add(to);
    }
    this.met += 1;
    this.refused[trouble.kind] += 1;
    return refusals[trouble.kind];
  }
}

/** Line by line. Whoever leaves a loop over them can go on with the next one: they have no `return`, which would end them. */
function linesOf(socket: Socket): AsyncIterableIterator<string> {
  socket.setEncoding('latin1');
  const lines = createInterface({ input: socket, crlfDelay: Infinity })[Symbol.asyncIterator]();
  return {
    next: () => lines.next(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function messageIdOf(text: readonly string[]): string {
  const header = text.slice(0, text.indexOf('')).join('\n').replaceAll(/\n[ \t]+/g, ' ');
  return /^message-id: *(<[^>]*>)/im.exec(header)?.[1] ?? 'none';
}
