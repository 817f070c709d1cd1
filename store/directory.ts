import type { Collection } from 'mongodb';
import type { IsoDate, IsoInstant } from '../config/clock';
import type { LadderRole } from '../config/policy';
import type { Contacts, Protocol, Team } from '../config/protocol';
import type { Database } from './database';

/** The roles that someone stands in for. A governance lead, or who gets notices of a breach, has no deputy here. */
export const rolesWithAbsences = ['spoc', 'deputy'] as const;
export type RoleWithAbsences = (typeof rolesWithAbsences)[number];

/** From when until when a role is away. Civil dates in London, both included. */
export interface Absence {
  /** Unique in its entry. */
  readonly id: string;
  /** The code of the team whose role it is; `null` for the partner's own. */
  readonly team: string | null;
  readonly role: RoleWithAbsences;
  readonly from: IsoDate;
  readonly until: IsoDate;
}

/** The addresses of a partner and of its teams, by the team's code. `null` where there is none. */
export interface Addresses {
  readonly contacts: Contacts;
  readonly teams: Readonly<Record<string, Team['contacts']>>;
}

/** A partner's contacts as they are now. The protocol file gives the first ones; after that they live here. */
export interface DirectoryEntry extends Addresses {
  /** The partner's code. */
  readonly _id: string;
  /** Those that have not ended when one was last added. */
  readonly absences: readonly Absence[];
  /** Addresses that the mail server has refused, since when. Not used again until they are changed. */
  readonly refused: readonly { readonly address: string; readonly at: IsoInstant }[];
  /** Raised by each change: whoever changes it says which one was seen. */
  readonly version: number;
  readonly changedAt: IsoInstant | null;
  /** The account; `null` for what no person changed. */
  readonly changedBy: string | null;
}

/** The address that notices of a breach go to; null where there is none, or it was refused. */
export const breachAddressIn = (entry: DirectoryEntry): string | null => {
  const { breach } = entry.contacts;
  return breach === null || isRefused(entry, breach) ? null : breach;
};

/** Whom a mail for a role goes to on a day. */
export interface Resolved {
  /** `null`: nobody can be mailed; the next rung of the ladder has to do it. */
  readonly address: string | null;
  /** The role that the address is of: the deputy's where it stands in. */
  readonly role: LadderRole;
  /** Why another stands in, or nobody: `absent`, `no-address` (none, or a refused one). `partner`: a team has no own. */
  readonly because: 'registered' | 'absent' | 'no-address' | 'partner';
}

/** What a person changes of an entry. */
export type DirectoryChange = Partial<Pick<DirectoryEntry, 'contacts' | 'teams' | 'absences'>>;

export function isAway(absences: readonly Absence[], team: string | null, role: LadderRole, on: IsoDate): boolean {
  return absences.some(
    (absence) => absence.team === team && absence.role === role && absence.from <= on && on <= absence.until,
  );
}

export function isRefused({ refused }: Pick<DirectoryEntry, 'refused'>, address: string): boolean {
  return refused.some((each) => each.address === address);
}

/**
 * Whom a mail for a role of a partner, or of one of its teams, goes to. A team's own contact comes first, role by role;
 * a SPOC who is away or cannot be reached is replaced by the deputy, a deputy by nobody.
 */
export function resolveIn(
  entry: DirectoryEntry,
  asked: {
    readonly team: string | null;
    readonly role: Exclude<LadderRole, 'csp-manager'>;
    readonly on: IsoDate;
  },
): Resolved {
  const { team, role, on } = asked;
  const own = role === 'governance-lead' || team === null ? null : (entry.teams[team]?.[role] ?? null);
  const address = own ?? entry.contacts[role];
  const holder = own === null ? null : team;
  const missing = address === null || isRefused(entry, address);
  if (!missing && !isAway(entry.absences, holder, role, on)) {
    const isPartners = own === null && team !== null && role !== 'governance-lead';
    return { address, role, because: isPartners ? 'partner' : 'registered' };
  }
  const because = missing ? 'no-address' : 'absent';
  if (role !== 'spoc') return { address: null, role, because };
  const deputy = resolveIn(entry, { team, role: 'deputy', on });
  return deputy.address === null ? { address: null, role, because } : { ...deputy, because };
}

/** Who is mailed for a partner. Contacts are roles; they change often, so they are looked up when a mail is sent. */
export class Directory {
  readonly #entries: Collection<DirectoryEntry>;
  readonly #contactPoint: Protocol['contactPoint'];

  constructor(database: Database, protocol: Protocol) {
    this.#entries = database.collection('directory');
    this.#contactPoint = protocol.contactPoint;
  }

  /** Enters the partners and teams of the protocol file that are not here yet; leaves the others as they are. */
  async enterPartners(protocol: Protocol): Promise<void> {
    const unchanged = { absences: [], refused: [], version: 1, changedAt: null, changedBy: null } as const;
    for (const { code: _id, contacts, teams } of protocol.organisations) {
      await this.#entries.updateOne({ _id }, { $setOnInsert: { contacts, teams: {}, ...unchanged } }, { upsert: true });
      // An entry that was made when it held the contacts only.
      await this.#entries.updateOne({ _id, version: { $exists: false } }, { $set: { teams: {}, ...unchanged } });
      for (const team of teams) {
        const path = `teams.${team.code}`;
        await this.#entries.updateOne(
          { _id, [path]: { $exists: false } },
          { $set: { [path]: team.contacts }, $inc: { version: 1 } },
        );
      }
    }
  }

  async get(partner: string): Promise<DirectoryEntry | null> {
    return this.#entries.findOne({ _id: partner });
  }

  /** Every entry, also of partners that the protocol file no longer has. */
  async all(): Promise<DirectoryEntry[]> {
    return this.#entries.find({}).sort({ _id: 1 }).toArray();
  }

  /**
   * Whom a mail for a role goes to on a day in London. The CSP manager's address is the protocol file's and is used as
   * it is: nobody stands behind it.
   */
  async resolve({
    partner,
    team,
    role,
    on,
  }: {
    readonly partner: string;
    readonly team: string | null;
    readonly role: LadderRole;
    readonly on: IsoDate;
  }): Promise<Resolved> {
    if (role === 'csp-manager') {
      const { address } = this.#contactPoint;
      return { address, role, because: address === null ? 'no-address' : 'registered' };
    }
    const entry = await this.get(partner);
    return entry === null ? { address: null, role, because: 'no-address' } : resolveIn(entry, { team, role, on });
  }

  /**
   * Changes an entry as it was seen. An address that is no longer in it is no longer held to be refused.
   * @returns null if somebody else changed it since: then nothing was changed
   */
  async change(
    seen: DirectoryEntry,
    change: DirectoryChange,
    by: { readonly account: string | null; readonly at: IsoInstant },
  ): Promise<DirectoryEntry | null> {
    const { _id, version, ...fields } = { ...seen, ...change };
    const known = new Set([...addressesOf(fields), this.#contactPoint.address]);
    const changed = {
      ...fields,
      refused: seen.refused.filter(({ address }) => known.has(address)),
      version: version + 1,
      changedAt: by.at,
      changedBy: by.account,
    };
    const { matchedCount } = await this.#entries.updateOne({ _id, version }, { $set: changed });
    return matchedCount === 0 ? null : { _id, ...changed };
  }

  /**
   * Notes that the mail server has refused an address for good, in every entry that has it; the contact point's in the
   * entry of its partner. The first moment stays.
   */
  async noteRefusal(address: string, at: IsoInstant): Promise<void> {
    for (const entry of await this.all()) {
      const isContactPoint = entry._id === this.#contactPoint.partner && address === this.#contactPoint.address;
      if (!isContactPoint && !addressesOf(entry).includes(address)) continue;
      await this.#entries.updateOne(
        { _id: entry._id, 'refused.address': { $ne: address } },
        { $push: { refused: { address, at } }, $inc: { version: 1 } },
      );
    }
  }
}

/** Every address that an entry has, `null` where there is none. */
export function addressesOf({ contacts, teams }: Addresses): (string | null)[] {
  return [contacts, ...Object.values(teams)].flatMap((each) => Object.values<string | null>({ ...each }));
}
