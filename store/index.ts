import type { RingKey } from './content';
import type { Protocol } from '../config/protocol';
import { Accounts } from './accounts';
import { Answers } from './answers';
import { Audit } from './audit';
import { AuditSeals } from './audit-seals';
import { BankHolidayVersions } from './bank-holidays';
import { Cases } from './cases';
import { ContentCipher } from './content';
import type { Database } from './database';
import { DateNews } from './date-news';
import { Directory } from './directory';
import { Disclosures } from './disclosures';
import { Files } from './files';
import { Links } from './links';
import { MailLedger } from './mail-ledger';
import { PersonIndex } from './persons';
import { Signs } from './signs';

/** Everything that is kept, by collection. */
export interface Store {
  readonly database: Database;
  /** The record of acts; what a case is told by people is kept in it. */
  readonly audit: Audit;
  readonly auditSeals: AuditSeals;
  readonly cases: Cases;
  readonly answers: Answers;
  readonly disclosures: Disclosures;
  readonly files: Files;
  readonly mailLedger: MailLedger;
  readonly dateNews: DateNews;
  readonly links: Links;
  readonly directory: Directory;
  readonly accounts: Accounts;
  readonly signs: Signs;
  readonly bankHolidays: BankHolidayVersions;
  readonly cipher: ContentCipher;
  readonly persons: PersonIndex;
}

/** Opens the collections, makes their indexes, and enters the protocol's partners in the directory. Safe to repeat. */
export async function openStore(
  database: Database,
  protocol: Protocol,
  secrets: { readonly linkSecret: string; readonly auditSecret: string; readonly contentKeys: readonly RingKey[] },
): Promise<Store> {
  const audit = new Audit(database, secrets.auditSecret);
  const cipher = new ContentCipher(secrets.contentKeys);
  const store: Store = {
    database,
    audit,
    auditSeals: new AuditSeals(database, audit),
    cases: new Cases(database),
    answers: new Answers(audit),
    disclosures: new Disclosures(database, audit),
    files: new Files(database, cipher),
    mailLedger: new MailLedger(database),
    dateNews: new DateNews(database),
    links: new Links(database, secrets.linkSecret),
    directory: new Directory(database, protocol),
    accounts: new Accounts(database),
    signs: new Signs(database),
    bankHolidays: new BankHolidayVersions(database, audit),
    cipher,
    persons: new PersonIndex(secrets.auditSecret),
  };
  await store.cases.ensureIndexes();
  await store.audit.ensureIndexes();
  await store.disclosures.ensureIndexes();
  await store.files.ensureIndexes();
  await store.mailLedger.ensureIndexes();
  await store.accounts.ensureIndexes();
  await store.dateNews.ensureIndexes();
  await store.directory.enterPartners(protocol);
  return store;
}
