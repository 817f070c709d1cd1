/**
 * Who is a partner now: the protocol file, and the notices of withdrawal that were given since (protocol section 13). A
 * notice says on the day it is put on record from which day on its partner is a former one, so that nothing has to happen
 * at that moment for it to hold: whoever looks at the day sees it, in every process and after any outage.
 */
import type { RequestHandler } from 'express';
import { formatDate, londonDateOf } from '../calendar';
import type { Clock, IsoDate } from '../config/clock';
import type { Logger } from '../config/logger';
import { hasWithdrawn, partnerByCode } from '../config/protocol-rules';
import type { Partner, Protocol } from '../config/protocol-types';
import type { Account } from '../store/accounts';
import type { Store } from '../store';
import { Refusal } from './http/refusals';

export class Memberships {
  readonly #cases: Pick<Store['cases'], 'withdrawals'>;
  /** The first days as a former partner, by code. */
  #formerFrom = new Map<string, readonly IsoDate[]>();
  #begun = 0;
  #read = 0;

  constructor({ cases }: Pick<Store, 'cases'>) {
    this.#cases = cases;
  }

  /** The protocol with the withdrawals as they were last read: every rule that asks for a day asks for these, too. */
  inForce(protocol: Protocol): Protocol {
    return { ...protocol, organisations: protocol.organisations.map((partner) => this.#live(partner)) };
  }

  #live(partner: Partner): Partner {
    // Whoever has signed anew since is a partner again, until the next notice.
    const byNotice = (): readonly IsoDate[] =>
      (this.#formerFrom.get(partner.code) ?? []).filter((day) => partner.signedFrom === null || day > partner.signedFrom);
    const live = {
      ...partner,
      get withdrawnOn() {
        const [first] = [...byNotice(), ...(partner.withdrawnOn === undefined ? [] : [partner.withdrawnOn])].sort();
        return first;
      },
    };
    return live as Partner;
  }

  /** @throws when the database does not answer: then what was read last holds */
  async refresh(): Promise<void> {
    const begun = (this.#begun += 1);
    const notices = await this.#cases.withdrawals();
    // One that was begun before and comes after knows less.
    if (begun < this.#read) return;
    this.#read = begun;
    this.#formerFrom = new Map();
    for (const { partner, formerFrom } of notices) {
      this.#formerFrom.set(partner, [...(this.#formerFrom.get(partner) ?? []), formerFrom]);
    }
  }
}

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
