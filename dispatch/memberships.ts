/**
 * Who is a partner now: the protocol file, and the notices of withdrawal that were given since (protocol section 13). A
 * notice says on the day it is put on record from which day on its partner is a former one, so that nothing has to happen
 * at that moment for it to hold: whoever looks at the day sees it, in every process and after any outage.
 */
import { londonDateOf } from '../calendar';
import type { IsoDate, IsoInstant } from '../config/clock';
import { hasWithdrawn, partnerByCode } from '../config/protocol-rules';
import type { Partner, Protocol } from '../config/protocol-types';
import type { CaseDocument } from '../store/cases';
import type { Store } from '../store';
import { isLeftBy } from './notice-of-withdrawal';

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
    const byNotice = (): readonly IsoDate[] => (this.#formerFrom.get(partner.code) ?? []).filter((day) => isLeftBy(partner, day));
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
 * Since when the partner that opened a case is a former one, if it was that in this moment: its access has ended (section 13).
 * @param protocol with the notices laid over
 */
export function openerLeft({ openedBy }: Pick<CaseDocument, 'openedBy'>, at: IsoInstant, protocol: Protocol): IsoDate | undefined {
  const opener = partnerByCode(protocol, openedBy.partner);
  return opener !== undefined && hasWithdrawn(opener, londonDateOf(at)) ? opener.withdrawnOn : undefined;
}
