/** What ends on the web for a former partner: its sessions, its tokens and its signing in; and who stands in for it. */
import type { RequestHandler } from 'express';
import { formatDate, londonDateOf } from '../calendar';
import type { Clock, IsoDate } from '../config/clock';
import type { Logger } from '../config/logger';
import { hasWithdrawn, partnerByCode } from '../config/protocol-rules';
import type { Protocol } from '../config/protocol-types';
import type { Memberships } from '../dispatch/memberships';
import type { Account } from '../store/accounts';
import { Refusal } from './http/refusals';

/**
 * Reads the notices before each request. Without the database what was read last holds: the days of a notice are known
 * weeks before, and what a request needs of the database it asks for itself.
 */
export const readsMemberships =
  (memberships: Memberships, logger: Logger): RequestHandler =>
  async (_request, _response, next) => {
    try {
      await memberships.refresh();
    } catch (err) {
      logger.warn({ err }, 'the notices of withdrawal cannot be read; those that were read last hold');
    }
    next();
  };

type Knows = { readonly protocol: Protocol; readonly clock: Clock };

/** Since when the partner of an account is a former one; undefined while it is a partner. */
export function formerSince({ partner: code }: Pick<Account, 'partner'>, { protocol, clock }: Knows): IsoDate | undefined {
  const partner = partnerByCode(protocol, code);
  return partner !== undefined && hasWithdrawn(partner, londonDateOf(clock.now())) ? partner.withdrawnOn : undefined;
}

/** An account as it is now: the contact point stands in for those that have left, in what they have opened. */
export function asOfNow(account: Account, { protocol, clock }: Knows): Account {
  if (!account.roles.includes('csp-manager')) return account;
  const today = londonDateOf(clock.now());
  return { ...account, standsInFor: protocol.organisations.filter((partner) => hasWithdrawn(partner, today)).map(({ code }) => code) };
}

/** Why an account is not let in, in a sentence of its own. */
export const accessEnded = (since: IsoDate): string =>
  `Your organisation has withdrawn from the protocol, and its access ended when ${formatDate(since)} began. What is still ` +
  'open is answered from the link in the mail about it.';

/** The general access of a former partner has ended (section 13). */
export class AccessEnded extends Refusal {
  constructor(since: IsoDate) {
    super(403, 'The access of your organisation has ended', accessEnded(since));
  }
}
