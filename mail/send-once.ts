import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, IsoInstant } from '../config/clock';
import type { MailLedger } from '../store/mail-ledger';
import type { RenderedLetter } from './letter';
import { MailNotTaken, type MailTransport } from './transport';

export interface MailToSend {
  /** `<case>/<task>/<step>/<clock version>/<recipient>`: what makes two mails the same mail. */
  readonly key: string;
  readonly caseRef: string;
  readonly to: string;
  readonly letter: RenderedLetter;
  /** Asked when nothing but the sending is left to do: to claim a mail may have taken as long as the database was away. */
  readonly isStillWanted?: () => Promise<boolean>;
}

export type Sending =
  | { readonly result: 'sent'; readonly at: IsoInstant }
  /** The server refuses this address for good. */
  | { readonly result: 'refused'; readonly at: IsoInstant }
  | { readonly result: 'not-wanted' }
  /** Not taken now, or another sender is at it: try again later. */
  | { readonly result: 'deferred' };

interface Dependencies {
  readonly ledger: MailLedger;
  readonly transport: MailTransport;
  readonly clock: Clock;
  /** The domain of Message-IDs. */
  readonly domain: string;
}

/** For how long a claim is its sender's own; then the sender must have died, and another takes the mail over. */
const leaseMs = 60_000;
/** Of which this is left to record what came of it. */
const settleMs = 5_000;

/** Whoever is at it has most often done it by then: a try that was given up in the midst of it, and goes on. */
const patienceMs = 2_000;
const lookEveryMs = 200;

/**
 * Sends a mail once, however often it is asked for: claim in the ledger, send, settle. Only what happens
 * between the mail server's acceptance and the settling makes a second copy (a crash, a connection that breaks before the
 * acceptance is said), and that copy has the same Message-ID.
 * @throws only when the ledger (the database) does not answer.
 */
export async function sendOnce(mail: MailToSend, { ledger, transport, clock, domain }: Dependencies): Promise<Sending> {
  const messageId = idFor(mail.key, domain);
  const now = clock.now();
  const leaseUntil = new Date(Date.parse(now) + leaseMs);
  let claim = await ledger.claim(mail.key, messageId, now, leaseUntil);
  for (let waited = 0; claim.result === 'busy' && waited < patienceMs; waited += lookEveryMs) {
    await sleep(lookEveryMs);
    claim = await ledger.claim(mail.key, messageId, now, leaseUntil);
  }
  if (claim.result === 'busy') return { result: 'deferred' };
  if (claim.result === 'settled') return { result: claim.state, at: claim.at };
  const defer = async (): Promise<Sending> => {
    await ledger.release(mail.key, leaseUntil, now);
    return { result: 'deferred' };
  };
  if (mail.isStillWanted !== undefined && !(await mail.isStillWanted())) {
    await ledger.release(mail.key, leaseUntil, now);
    await ledger.giveUp(mail.key, now);
    return { result: 'not-wanted' };
  }
  // The claim itself may have waited for the database.
  const leftMs = leaseUntil.getTime() - settleMs - Date.parse(clock.now());
  if (leftMs <= 0) return defer();
  try {
    await transport.send({ ...mail.letter, to: mail.to, messageId, threadId: idFor(mail.caseRef, domain) }, leftMs);
  } catch (error) {
    if (!(error instanceof MailNotTaken)) throw error;
    if (!error.permanent) return defer();
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
