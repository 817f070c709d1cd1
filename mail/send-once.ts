import { createHash } from 'node:crypto';
import type { Clock, IsoInstant } from '../config/clock';
import type { MailLedger } from '../store/mail-ledger';
import type { RenderedLetter } from './letter';
import { longestSendMs, MailNotTaken, type MailTransport } from './transport';

export interface MailToSend {
  /** `<case>/<task>/<step>/<clock version>/<recipient>`: what makes two mails the same mail. */
  readonly key: string;
  readonly caseRef: string;
  readonly to: string;
  readonly letter: RenderedLetter;
}

export type Sending =
  | { readonly result: 'sent'; readonly at: IsoInstant }
  /** The server refuses this address for good. */
  | { readonly result: 'refused'; readonly at: IsoInstant }
  /** Not taken now, or another sender is at it: try again later. */
  | { readonly result: 'deferred' };

interface Dependencies {
  readonly ledger: MailLedger;
  readonly transport: MailTransport;
  readonly clock: Clock;
  /** The domain of Message-IDs. */
  readonly domain: string;
}

/**
 * Sends a mail once, however often it is asked for: claim in the ledger, send, settle. Only a crash between the mail
 * server's acceptance and the settling makes a second copy, and that copy has the same Message-ID.
 * @throws only when the ledger (the database) does not answer.
 */
export async function sendOnce(mail: MailToSend, { ledger, transport, clock, domain }: Dependencies): Promise<Sending> {
  const messageId = idFor(mail.key, domain);
  const now = clock.now();
  const claim = await ledger.claim(mail.key, messageId, now, new Date(Date.parse(now) + 2 * longestSendMs));
  if (claim.result === 'busy') return { result: 'deferred' };
  if (claim.result === 'settled') return { result: claim.state, at: claim.at };
  try {
    await transport.send({ ...mail.letter, to: mail.to, messageId, threadId: idFor(mail.caseRef, domain) });
  } catch (error) {
    if (!(error instanceof MailNotTaken)) throw error;
    if (!error.permanent) {
      await ledger.release(mail.key);
      return { result: 'deferred' };
    }
    const at = clock.now();
    await ledger.settle(mail.key, 'refused', at);
    return { result: 'refused', at };
  }
  const at = clock.now();
  await ledger.settle(mail.key, 'sent', at);
  return { result: 'sent', at };
}

function idFor(key: string, domain: string): string {
  return `<${createHash('sha256').update(key).digest('hex').slice(0, 32)}@${domain}>`;
}
