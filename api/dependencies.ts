import type { Client } from '@temporalio/client';
import type { BankHolidaySource } from '../config/bank-holidays';
import type { Clock } from '../config/clock';
import type { WebSettings } from '../config/env';
import type { Logger } from '../config/logger';
import type { Protocol } from '../config/protocol';
import type { Dispatch } from '../dispatch';
import type { MailTransport } from '../mail';
import type { Store } from '../store';

/** What the web works with; a test hands in its own. */
export interface WebDependencies {
  readonly settings: WebSettings;
  readonly protocol: Protocol;
  readonly holidays: BankHolidaySource;
  readonly store: Store;
  /** Connects when it is first used: the web starts, and takes cases and answers, while Temporal is away. */
  readonly client: Client;
  readonly dispatch: Dispatch;
  readonly transport: MailTransport;
  readonly clock: Clock;
  readonly logger: Logger;
}
