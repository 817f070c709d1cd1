import { createTransport } from 'nodemailer';
import type { RenderedLetter } from './letter';

export interface OutgoingMail extends RenderedLetter {
  readonly to: string;
  readonly messageId: string;
  /** All mails of a case form one thread in the reader's mail program. */
  readonly threadId?: string;
}

export interface MailTransport {
  /**
   * Hands a mail to the server. Resolves once the server has taken it.
   * @param giveUpAfterMs Then the connection is cut: nothing may still be on its way when the claim on the mail ends.
   * @throws MailNotTaken
   */
  send(mail: OutgoingMail, giveUpAfterMs: number): Promise<void>;
  close(): void;
}

/** The mail server did not take a mail: `permanent` if it never will for this address, else it may later. */
export class MailNotTaken extends Error {
  constructor(
    readonly permanent: boolean,
    cause: unknown,
  ) {
    super(permanent ? 'The mail server refuses this address.' : 'The mail server does not take mail at the moment.', {
      cause,
    });
    this.name = 'MailNotTaken';
  }
}

/** @param url `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
export function smtpTransport(url: string, from: string): MailTransport {
  const server = new URL(url);
  // A server that is away is known by the first three. One that is there may take its time after the text, to scan it:
  // whoever hangs up on it too early gets its acceptance too late, and sends a second copy.
  const timeouts = { dnsTimeout: 5_000, connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 60_000 };
  for (const [name, milliseconds] of Object.entries(timeouts)) server.searchParams.set(name, String(milliseconds));
  // No pool: a connection that died in the pool would make a mail fail that a new one delivers.
  const transport = createTransport(server.href, { from });
  return {
    async send({ to, messageId, threadId, subject, text, html }, giveUpAfterMs) {
      try {
        await transport.sendMail({
          // One address and not a list: whatever stands in it, it goes to one mailbox or to none.
          to: { name: '', address: to },
          subject,
          text,
          html,
          messageId,
          ...(threadId === undefined ? {} : { inReplyTo: threadId, references: threadId }),
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          signal: AbortSignal.timeout(giveUpAfterMs),
        });
      } catch (error) {
        throw new MailNotTaken(refusesAddress(error), error);
      }
    },
    close: () => transport.close(),
  };
}

/**
 * SMTP 5xx at RCPT or DATA is about this mail; a 5xx at sign-in or EHLO is about the whole server and may be mended.
 * An address that cannot even be sent to a server is refused by nodemailer itself.
 */
function refusesAddress(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, responseCode, command } = error as { code?: string; responseCode?: number; command?: string };
  if (code === 'EENVELOPE' && command === 'API') return true;
  return responseCode !== undefined && responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
}
