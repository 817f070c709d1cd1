import type { Client } from '@temporalio/client';
import type { BankHolidays } from '../config/bank-holidays';
import type { Clock } from '../config/clock';
import type { Logger } from '../config/logger';
import type { Protocol } from '../config/protocol';
import type { MailTransport } from '../mail';
import type { Store } from '../store';

/** What the activities work with; a test hands in its own. */
export interface Dependencies {
  readonly store: Store;
  readonly transport: MailTransport;
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly protocol: Protocol;
  readonly holidays: BankHolidays;
  /** What links in mails begin with, without a slash at the end. */
  readonly publicUrl: string;
  /** Alarms go here. */
  readonly operatorEmail: string;
}
