import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the server does in place of the usual answer. A line is answered with it; `hang-up` ends the connection. */
export interface Manners {
  readonly mailFrom?: string;
  readonly rcptTo?: string;
  /** After the whole text has come. */
  readonly accepted?: string | 'hang-up';
  /** How long it thinks before it says what came of the text. */
  readonly thinksForMs?: number;
}

export interface TestSmtpServer {
  readonly url: string;
  /** The texts that were taken, headers and all, whether or not the sender was told. */
  readonly taken: readonly string[];
  /** Changes what it does from the next connection on. */
  behave(manners: Manners): void;
  close(): Promise<void>;
}

/** A mail server that says what a test tells it to, down to hanging up in the middle. */
export async function startSmtpServer(): Promise<TestSmtpServer> {
  const taken: string[] = [];
  const sockets = new Set<Socket>();
  let manners: Manners = {};
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    converse(socket, manners, taken);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    behave: (next) => (manners = next),
    close: () => closed(server, sockets),
  };
}

function converse(socket: Socket, { mailFrom, rcptTo, accepted, thinksForMs = 0 }: Manners, taken: string[]): void {
  const say = (line: string): void => void (socket.writable && socket.write(`${line}\r\n`));
  let pending = '';
  let inText = false;
  const endOfText = async (text: string): Promise<void> => {
    await sleep(thinksForMs);
    taken.push(text);
    if (accepted === 'hang-up') socket.destroy();
    else say(accepted ?? '250 taken');
  };
  const answer = (line: string): void => {
    const command = line.toUpperCase();
    if (command.startsWith('MAIL FROM')) return say(mailFrom ?? '250 go on');
    if (command.startsWith('RCPT TO')) return say(rcptTo ?? '250 go on');
    if (command === 'DATA') {
      inText = true;
      return say('354 send it');
    }
    if (command === 'QUIT') return void socket.end('221 bye\r\n');
    return say('250 hello');
  };
  say('220 mail.example ready');
  socket.on('data', (bytes) => {
    pending += bytes.toString('latin1');
    for (;;) {
      const end = pending.indexOf(inText ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const piece = pending.slice(0, end);
      pending = pending.slice(end + (inText ? 5 : 2));
      if (!inText) answer(piece);
      else {
        inText = false;
        void endOfText(piece);
      }
    }
  });
}

async function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
