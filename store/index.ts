import type { RingKey } from './content';
import type { Protocol } from '../config/protocol';
import { Accounts } from './accounts';
import { Answers } from './answers';
import { Cases } from './cases';
import { ContentCipher } from './content';
import type { Database } from './database';
import { Directory } from './directory';
import { Links } from './links';
import { MailLedger } from './mail-ledger';
import { Signs } from './signs';

/** Everything that is kept, by collection. */
export interface Store {
  readonly database: Database;
  readonly cases: Cases;
  readonly answers: Answers;
  readonly mailLedger: MailLedger;
  readonly links: Links;
  readonly directory: Directory;
  readonly accounts: Accounts;
  readonly signs: Signs;
  readonly cipher: ContentCipher;
}

/** Opens the collections, makes their indexes, and enters the protocol's partners in the directory. Safe to repeat. */
export async function openStore(
  database: Database,
  protocol: Protocol,
  secrets: { readonly linkSecret: string; readonly contentKeys: readonly RingKey[] },
): Promise<Store> {
  const store: Store = {
    database,
    cases: new Cases(database),
    answers: new Answers(database),
    mailLedger: new MailLedger(database),
    links: new Links(database, secrets.linkSecret),
    directory: new Directory(database, protocol),
    accounts: new Accounts(database),
    signs: new Signs(database),
    cipher: new ContentCipher(secrets.contentKeys),
  };
  await store.cases.ensureIndexes();
  await store.answers.ensureIndexes();
  await store.accounts.ensureIndexes();
  await store.directory.enterPartners(protocol);
  return store;
}
