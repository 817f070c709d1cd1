/** Whether a partner can take part in something new on a day, in words for a form. */
import { formatDate } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import { answerKindsOf, answerRule } from '../../config/processes';
import { hasWithdrawn, partnerByCode, signedBy } from '../../config/protocol-rules';
import type { Partner, Protocol } from '../../config/protocol-types';
import { openerLeft } from '../../dispatch/memberships';
import type { CaseDocument } from '../../store/cases';

/**
 * Why a partner can neither ask nor be asked on a day, to go after its name: sharing begins at signing (section 12), and
 * a former partner takes part in nothing new (section 13). Undefined if it can.
 */
export function partFault(partner: Partner | undefined, on: IsoDate): string | undefined {
  if (partner?.withdrawnOn !== undefined && hasWithdrawn(partner, on)) {
    return `withdrew from the protocol on ${formatDate(partner.withdrawnOn)}`;
  }
  return partner !== undefined && signedBy(partner, on) ? undefined : 'has not signed the protocol';
}

/**
 * Since when the partner that opened a case is a former one, if its answers share something with it: nobody there can read them, so
 * nothing is shared any more.
 */
export const readerLeft = (document: Pick<CaseDocument, 'openedBy' | 'process'>, at: IsoInstant, protocol: Protocol): IsoDate | undefined =>
  answerKindsOf(document.process).some((kind) => answerRule(document.process, kind).discloses !== undefined) ? openerLeft(document, at, protocol) : undefined;

/** Sharing begins at signing (section 12), of the side that is asked and of the side that asks. */
export function receivedFault(
  protocol: Protocol,
  codes: readonly string[],
  receivedOn: IsoDate,
  today: IsoDate,
): string | undefined {
  for (const code of codes) {
    const partner = partnerByCode(protocol, code);
    // Who is unknown or has not signed is refused as such.
    if (!partner?.signedFrom || !signedBy(partner, today) || signedBy(partner, receivedOn)) continue;
    return `Date received must be on or after ${formatDate(partner.signedFrom)}, when ${partner.name} signed the protocol`;
  }
  return undefined;
}
