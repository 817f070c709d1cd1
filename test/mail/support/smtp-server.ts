import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the server says in place of the usual answer. */
export interface Manners {
  readonly mailFrom?: string;
  readonly rcptTo?: string;
  /** After the whole text has come. */
  readonly accepted?: string;
  /** Ends the connection in place of saying that it has taken the text. */
  readonly hangsUp?: boolean;
  /** How long it thinks before it says what came of the text. */
  readonly thinksForMs?: number;
}

export interface TestSmtpServer {
  readonly url: string;
  /** What was given as a recipient, each with its angle brackets. */
  readonly recipients: string[];
  /** The texts that were taken, headers and all, whether or not the sender was told. */
  readonly taken: readonly string[];
  /** Changes what it does from the next connection on. */
  behave(manners: Manners): void;
  close(): Promise<void>;
}

/** A mail server that says what a test tells it to, down to hanging up in the middle. */
export async function startSmtpServer(): Promise<TestSmtpServer> {
  const taken: string[] = [];
  const recipients: string[] = [];
  const sockets = new Set<Socket>();
  let manners: Manners = {};
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    converse(socket, manners, { taken, recipients });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recipients,
    taken,
    behave: (next) => (manners = next),
    close: () => closed(server, sockets),
  };
}

function converse(
  socket: Socket,
  { mailFrom, rcptTo, accepted, hangsUp = false, thinksForMs = 0 }: Manners,
  { taken, recipients }: { readonly taken: string[]; readonly recipients: string[] },
): void {
  const say = (line: string): void => {
    if (socket.writable) socket.write(`${line}\r\n`);
  };
  const answer = (line: string): string => {
    const command = line.toUpperCase();
    if (command.startsWith('MAIL FROM')) return mailFrom ?? '250 go on';
    if (command.startsWith('RCPT TO')) {
      recipients.push(line.slice('RCPT TO:'.length));
      return rcptTo ?? '250 go on';
    }
    if (command === 'DATA') return '354 send it';
    return command === 'QUIT' ? '221 bye' : '250 hello';
  };
  const endOfText = async (text: string): Promise<void> => {
    await sleep(thinksForMs, undefined, { ref: false });
    taken.push(text);
    if (hangsUp) socket.destroy();
    else say(accepted ?? '250 taken');
  };
  let pending = '';
  let inText = false;
  socket.on('data', (bytes) => {
    pending += bytes.toString('latin1');
    for (;;) {
      const end = pending.indexOf(inText ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const piece = pending.slice(0, end);
      pending = pending.slice(end + (inText ? 5 : 2));
      if (inText) void endOfText(piece);
      else say(answer(piece));
      inText = !inText && piece.toUpperCase() === 'DATA';
    }
  });
  say('220 mail.example ready');
}

async function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}
