/** Where a scenario plays: the whole stack, the people at it, and the marks that they type. */
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { newToken } from '../../../../api/accounts/tokens';
import type { Scope } from '../../../../config/scopes';
import type { Stack } from '../../../../embedded/stack';
import type { Store } from '../../../../store';
import { password } from '../../../api/support';
import type { Api } from '../traffic';
import { WebSession, type Page } from '../web-session';
import type { Marks } from './marks';

/** What every process has to show: its cases run to each of their ends, with a mark in everything that is personal. */
export type Scenario = (world: World) => Promise<void>;

export class World {
  /** Addresses that pages and headers have led to. */
  readonly addresses: string[] = [];

  constructor(
    readonly stack: Stack,
    readonly store: Store,
    readonly marks: Marks,
  ) {}

  get url(): string {
    return this.stack.part('web').url;
  }

  /** Somebody with a browser, who has not signed in. */
  visitor(username = 'nobody'): WebSession {
    return new WebSession(this.url, username, (page) => this.#note(page));
  }

  async signedIn(username: string): Promise<WebSession> {
    const session = this.visitor(username);
    await session.signIn(password);
    return session;
  }

  async api(username: string, scopes?: readonly Scope[]): Promise<Api> {
    const token = await newToken(this.store, username, 'canary', scopes === undefined ? {} : { scopes });
    if (token === null) throw new Error(`There is no account ${username}.`);
    return { url: this.url, token };
  }

  /** The text of the newest mail whose subject begins so, once it has come. */
  async mail(to: string, subject: string): Promise<string> {
    return until(`the mail "${subject}" to ${to}`, async () => {
      const inbox = await fetch(`http://127.0.0.1:${this.stack.ports.inbox}/api/email`);
      const listed = (await inbox.json()) as { subject: string; text: string; to: { address: string }[] }[];
      return listed.reverse().find((mail) => mail.subject.startsWith(subject) && mail.to[0]?.address === to)?.text;
    });
  }

  #note({ location, text }: Page): void {
    if (location !== null) this.addresses.push(location);
    for (const [, address = ''] of text.matchAll(/(?:href|action|src)="([^"]*)"/g)) this.addresses.push(address);
  }
}

/** Asks until there is something. @throws if there is nothing for two minutes */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(200);
  }
  throw new Error(`Waited in vain: ${what}`);
}

/** A scenario that takes another way than it should shows nothing. */
export function must(what: string, page: Page, ...statuses: readonly number[]): Page {
  if (statuses.includes(page.status)) return page;
  throw new Error(`${what} got ${page.status} ${page.location ?? ''}: ${page.text.replace(/\s+/g, ' ').slice(0, 3_000)}`);
}

export interface RefusingMailServer {
  /** Who was to get a mail and was refused. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

/** A mail server on this port that is slow and takes no mail, saying back what it was told. */
export async function refuseMail(port: number, reply: string): Promise<RefusingMailServer> {
  const refused: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('data', (said) => {
      const line = said.toString().trim();
      if (/^RCPT/i.test(line)) refused.push(line);
      const answer = /^RCPT/i.test(line) ? `${reply}: ${line}` : '250 go on';
      setTimeout(() => socket.writable && socket.write(`${answer}\r\n`), 500);
    });
    socket.write('220 mail.example\r\n');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { refused, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Sends the beginning of a file to the API, and hangs up. */
export async function cutOffUpload({ url, token }: Api, path: string, name: string, content: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const body = `--cut\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n${content}`;
  const head =
    `POST /api/v1${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: ${Buffer.byteLength(body) + 1_000_000}\r\n\r\n`;
  const socket = connect(Number(port), hostname);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(head + body, () => resolve());
  });
  await sleep(500);
  socket.destroy();
}
