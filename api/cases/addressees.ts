/** Whom one may ask: partners and their teams, and what section 2 of the protocol lists for each. */
import type { IsoDate } from '../../config/clock';
import type { Category, Protocol } from '../../config/protocol-types';
import { categoriesOf, partnerByCode, takesPart } from '../../config/protocol-rules';
import type { Account } from '../../store/accounts';
import type { CaseTask } from '../../store/cases';

/** A partner, or one of its teams. */
export type Addressee = Pick<CaseTask, 'partner' | 'team'>;
export type Opener = Pick<Account, 'partner' | 'teams'>;

/** The words of checkboxes, as they are posted: with a space between them. */
export const wordsOf = (text: string | undefined): string[] => (text ?? '').split(' ').filter((word) => word !== '');

/** Whom a form asks, as far as it was filled in; a code that is none is told by the schema. */
export const askedOf = (checked: string | undefined): Addressee[] =>
  wordsOf(checked).map((key) => {
    const [partner = '', team = null] = key.split('/');
    return { partner, team };
  });

/**
 * Whom the opener may ask on a day: every partner that has signed by then (section 12) and has not withdrawn (section
 * 13), and each of its teams; of the own organisation the teams that the opener is not of.
 */
export function addresseesFor(protocol: Protocol, opener: Opener, on: IsoDate): readonly Addressee[] {
  return protocol.organisations
    .filter((partner) => takesPart(partner, on))
    .flatMap(({ code, teams }) => [null, ...teams].map((team) => ({ partner: code, team: team?.code ?? null })))
    .filter((addressee) => !isOwn(addressee, opener));
}

export const isOwn = ({ partner, team }: Addressee, opener: Opener): boolean =>
  partner === opener.partner && (team === null || opener.teams.includes(team));

/** What section 2 lists for a partner or team; empty where it lists nothing, and for whom the protocol does not know. */
export function categoriesFor(protocol: Protocol, { partner: code, team }: Addressee): readonly Category[] {
  const partner = partnerByCode(protocol, code);
  return partner === undefined ? [] : categoriesOf(protocol, partner, team ?? undefined);
}
