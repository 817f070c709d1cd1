import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Dependencies } from '../../../activities';
import type { Clock, IsoInstant } from '../../../config/clock';
import { createLogger } from '../../../config/logger';
import { MailNotTaken, type MailTransport } from '../../../mail';
import type { OutgoingMail } from '../../../mail/transport';
import type { Store } from '../../../store';
import { CurrentBankHolidays } from '../../../store/bank-holidays';
import { holidays, protocol } from '../../support/database';

/** A mail server in the test's hands: it notes what it takes, and whom it refuses. */
export class Postbox implements MailTransport {
  readonly taken: OutgoingMail[] = [];
  readonly refused = new Set<string>();
  readonly notNow = new Set<string>();
  /** What happens while a mail is handed over. */
  meanwhile: (mail: OutgoingMail) => Promise<void> = () => Promise.resolve();

  async send(mail: OutgoingMail): Promise<void> {
    await this.meanwhile(mail);
    if (this.refused.has(mail.to)) throw new MailNotTaken(true, undefined);
    if (this.notNow.has(mail.to)) throw new MailNotTaken(false, undefined);
    this.taken.push(mail);
  }

  close(): void {
    this.taken.length = 0;
  }

  /** Whom the mails went to, with the beginning of their subjects. */
  get list(): string[] {
    return this.taken.map(({ to, subject }) => `${to}: ${subject}`);
  }
}

/** What Temporal knows of a workflow. */
export interface KnownWorkflow {
  readonly status: 'RUNNING' | 'TERMINATED' | 'COMPLETED';
  /** How often its workflow task, and an activity of it, has been tried. */
  readonly tries?: { readonly task?: number; readonly activity?: number };
}

/** The workflows that Temporal knows, by their ids; `null` stands for a server that does not answer. */
export type KnownWorkflows = Map<string, KnownWorkflow | null>;

export interface Office extends Dependencies {
  readonly transport: Postbox;
  readonly workflows: KnownWorkflows;
  /** Sets the clock that the activities read. */
  at(instant: string): void;
}

/** What the activities work with: a real store, a postbox, and a clock that the test sets. */
export function office(store: Store, startsAt: string): Office {
  let present = startsAt;
  const clock: Clock = { now: () => present as IsoInstant };
  const workflows: KnownWorkflows = new Map();
  const describe = (id: string) => {
    const known = workflows.get(id);
    if (known === undefined) return Promise.reject(new WorkflowNotFoundError('not found', id, undefined));
    if (known === null) return Promise.reject(new Error('Temporal is away'));
    const { status, tries } = known;
    const raw = {
      pendingWorkflowTask: tries?.task === undefined ? null : { attempt: tries.task },
      pendingActivities: tries?.activity === undefined ? [] : [{ attempt: tries.activity }],
    };
    return Promise.resolve({ status: { name: status }, raw });
  };
  const client = { workflow: { getHandle: (id: string) => ({ describe: () => describe(id) }) } };
  return {
    store,
    transport: new Postbox(),
    workflows,
    client: client as unknown as Client,
    clock,
    logger: createLogger('test', 'silent'),
    protocol,
    holidays: new CurrentBankHolidays(store.bankHolidays, holidays),
    bankHolidaysUrl: undefined,
    publicUrl: 'https://concordat.example',
    operatorEmail: 'operator@partnership.example',
    isGivenUp: () => false,
    at: (instant) => (present = instant),
  };
}
