import type { Client } from '@temporalio/client';
import type { Clock } from '../config/clock';
import type { Logger } from '../config/logger';
import type { Protocol } from '../config/protocol';
import type { MailTransport } from '../mail';
import type { Store } from '../store';
import type { CurrentBankHolidays } from '../store/bank-holidays';

/** What the activities work with; a test hands in its own. */
export interface Dependencies {
  readonly store: Store;
  readonly transport: MailTransport;
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly protocol: Protocol;
  readonly holidays: CurrentBankHolidays;
  /** Whether the try in which it is asked was given up, so that another is at its work or will be. */
  readonly isGivenUp: () => boolean;
  /** Where the official feed of bank holidays is; undefined where none is to be fetched. */
  readonly bankHolidaysUrl: string | undefined;
  /** What links in mails begin with, without a slash at the end. */
  readonly publicUrl: string;
  /** Alarms go here. */
  readonly operatorEmail: string;
}
