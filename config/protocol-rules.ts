import type { IsoDate } from './clock';
import { clocks } from './clocks';
import { clockIds, type ClockId, type ClockSettings } from './policy';
import type { Category, Partner, Protocol, Statute } from './protocol-types';

// Look-ups in a protocol that are rules of it, each with its section. Pure.

export function partnerByCode(protocol: Protocol, code: string): Partner | undefined {
  return protocol.organisations.find((partner) => partner.code === code);
}

/** Whether the partner's signature counts on that day: sharing begins at signing (section 12). */
export function signedBy(partner: Partner, on: IsoDate): boolean {
  return partner.signedFrom !== null && partner.signedFrom <= on;
}

/** Whether the partner is a former one on that day: it asks nothing new, and is asked nothing new (section 13). */
export function hasWithdrawn({ withdrawnOn }: Partner, on: IsoDate): boolean {
  return withdrawnOn !== undefined && withdrawnOn <= on;
}

/** Whether the partner can be asked, and ask, on that day. */
export function takesPart(partner: Partner, on: IsoDate): boolean {
  return signedBy(partner, on) && !hasWithdrawn(partner, on);
}

/**
 * What section 2 lists for a partner. With a team: what that team, or the partner as a whole, may share. Without one:
 * all that any part of it may share, since the partner's SPOC passes the task on. Where it is empty, section 2 lists
 * nothing: asking needs a written justification.
 */
export function categoriesOf(protocol: Protocol, partner: Partner, team?: string): readonly Category[] {
  return protocol.categories.filter(({ sharedBy }) =>
    sharedBy.some(
      (sharer) =>
        sharer.partner === partner.code && (team === undefined || sharer.team === undefined || sharer.team === team),
    ),
  );
}

/** The statutes of section 3 that can still be relied on. */
export function usableStatutes(protocol: Protocol): readonly Statute[] {
  return protocol.statutes.filter((statute) => !statute.repealed);
}

/** How a clock counts in this partnership: the rule, with what the partnership sets itself put over it. */
export function clockSettings(protocol: Protocol, clock: ClockId): ClockSettings {
  const own = { ...clocks[clock], ...protocol.clocks[clock] };
  if (clock === 'information-request') return { ...own, pausable: protocol.settings.questionBackPausesClock };
  const { breachCutOff, breachOwnerDecides } = protocol.settings;
  if (clock === 'breach-telling') return { ...own, length: { hours: breachCutOff.hours + breachOwnerDecides.hours } };
  return clock === 'breach-consultation' ? { ...own, length: breachCutOff } : own;
}

/** Every clock as this partnership counts it: for the calculator, be it on the page, in the API or on the command line. */
export function clockTable(protocol: Protocol): Readonly<Record<ClockId, ClockSettings>> {
  return Object.fromEntries(clockIds.map((id) => [id, clockSettings(protocol, id)])) as Record<ClockId, ClockSettings>;
}

/** The name of a partner; its code where the protocol file no longer has it, as a case outlives a membership. */
export function partnerName(protocol: Protocol, code: string): string {
  return partnerByCode(protocol, code)?.name ?? code;
}

/**
 * Who is asked, in words: "Thurrock Council, Housing", or the partner alone; by its number, of which of its tasks. Whose
 * information such a task is about is not in its name: all partners of a case see the names of its tasks.
 */
export function askedName(
  protocol: Protocol,
  { partner, team, part }: { readonly partner: string; readonly team: string | null; readonly part?: number },
): string {
  const name = partnerName(protocol, partner);
  if (part !== undefined) return `${name}, part ${part}`;
  if (team === null) return name;
  return `${name}, ${partnerByCode(protocol, partner)?.teams.find(({ code }) => code === team)?.name ?? team}`;
}
