import type { Collection } from 'mongodb';
import type { LadderRole } from '../config/policy';
import type { Contacts, Protocol } from '../config/protocol';
import type { Database } from './database';

/** A partner's contacts as they are now. The protocol file gives the first ones; after that they live here. */
export interface DirectoryEntry {
  /** The partner's code. */
  readonly _id: string;
  readonly contacts: Contacts;
}

/** Who is mailed for a partner. Contacts are roles; they change often, so they are looked up when a mail is sent. */
export class Directory {
  readonly #entries: Collection<DirectoryEntry>;
  readonly #contactPoint: string | null;

  constructor(database: Database, protocol: Protocol) {
    this.#entries = database.collection('directory');
    this.#contactPoint = protocol.contactPoint.address;
  }

  /** Enters the partners of the protocol file that are not in the directory yet; leaves the others as they are. */
  async enterPartners(protocol: Protocol): Promise<void> {
    for (const { code, contacts } of protocol.organisations) {
      await this.#entries.updateOne({ _id: code }, { $setOnInsert: { contacts } }, { upsert: true });
    }
  }

  /** The address of a role for a partner; null where there is none that can be used. */
  async addressOf(partner: string, role: LadderRole): Promise<string | null> {
    if (role === 'csp-manager') return this.#contactPoint;
    const entry = await this.#entries.findOne({ _id: partner });
    return entry?.contacts[role] ?? null;
  }
}
