import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { newToken } from '../api/accounts/tokens';
import { londonDateOf } from '../calendar';
import { systemClock, type IsoDate } from '../config/clock';
import { loadConfiguration } from '../config/configuration';
import { workerSettings } from '../config/env';
import { startStack, type Stack } from '../embedded/stack';
import { openStore } from '../store';
import { Accounts } from '../store/accounts';
import { Audit } from '../store/audit';
import type { CaseDocument } from '../store/cases';
import { connectDatabase, type Database } from '../store/database';
import type { MailEntry } from '../store/mail-ledger';
import { until } from './until';

export const officer = 'officer@thurrock.example';
export const spoc = 'spoc@essex-police.example';
export const cspManager = 'csp-manager@thurrock.example';

const mostTries = 10;

/** An information request to one partner, as the API takes it. */
export const requestReceived = (receivedOn: IsoDate) => ({
  asked: [{ partner: 'essex-police', categories: ['asb-incidents'] }],
  identifiability: 'personal',
  personName: 'Jordan Example',
  personDetails: 'Born 1 January 1990',
  information: 'Contacts in the last six months, and any risk that is known.',
  purpose: 'To protect a neighbour from anti-social behaviour.',
  legalBasis: 'public-task',
  channel: 'email',
  receivedOn,
  means: 'concordat',
});

/** What a row works with: a whole stack of its own, and people who use its API. */
export class Office {
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(
    readonly stack: Stack,
    readonly database: Database,
    readonly client: Client,
  ) {}

  get server(): { readonly address: string; readonly namespace: string } {
    return { address: this.stack.part('temporal').url, namespace: this.client.options.namespace };
  }

  get cases() {
    return this.database.collection<CaseDocument>('cases');
  }

  /** The store of the stack, with its secrets, and what it is set up with. */
  async store() {
    const { settings, protocol, holidays } = loadConfiguration(workerSettings, this.stack.env);
    const { LINK_SECRET: linkSecret, AUDIT_SECRET: auditSecret, CONTENT_KEYS: contentKeys } = settings;
    return { store: await openStore(this.database, protocol, { linkSecret, auditSecret, contentKeys }), protocol, holidays };
  }

  /**
   * What cannot be done at the moment (503) is asked for again with the same key, as the API says, and its time counts.
   * @throws Error if the API does not take it: a figure over refusals would mean nothing
   */
  async post(who: string, path: string, body: object): Promise<Record<string, unknown>> {
    const headers = {
      authorization: `Bearer ${await this.#tokenOf(who)}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    for (let tries = 1; ; tries += 1) {
      const url = `${this.stack.part('web').url}/api/v1${path}`;
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as Record<string, unknown>;
      if (response.status !== 503 || tries === mostTries) {
        throw new Error(`POST ${path} as ${who} got ${response.status}, expected a success: ${text}`);
      }
      await sleep(1_000);
    }
  }

  /** Opens an information request to one partner, received today unless it is said, and gives its reference. */
  async openCase(receivedOn = londonDateOf(systemClock.now())): Promise<string> {
    const opened = await this.post(officer, '/information-requests', requestReceived(receivedOn));
    return String(opened['reference']);
  }

  /** Waits until each case has its workflow and its first mail. @returns when, in milliseconds since 1970, by case */
  async underWay(
    refs: readonly string[],
    withinMs = 60_000,
  ): Promise<Map<string, { readonly startedAt: number; readonly mailedAt: number }>> {
    const found = new Map<string, { startedAt: number; mailedAt: number }>();
    await until('every case is started and its SPOC has the mail', async () => {
      const left = refs.filter((ref) => !found.has(ref));
      const mails = await this.mails(left.map((ref) => `${ref}/T1/request/1/spoc`));
      const started = await this.cases
        .find({ _id: { $in: left } })
        .project<Pick<CaseDocument, '_id' | 'startedAt'>>({ startedAt: 1 })
        .toArray();
      for (const { _id, startedAt } of started) {
        const mailedAt = mails.get(`${_id}/T1/request/1/spoc`);
        if (mailedAt === undefined || startedAt === null) continue;
        found.set(_id, { startedAt: Date.parse(startedAt), mailedAt });
      }
      return found.size === refs.length;
    }, withinMs);
    return found;
  }

  async mailed(key: string): Promise<void> {
    await until(`the mail ${key} is sent`, async () => (await this.mails([key])).size === 1);
  }

  /** When the mails of these keys were sent, by key; those that were not are missing. */
  async mails(keys: readonly string[]): Promise<Map<string, number>> {
    // By the ids alone: asked for more beside them, the stand-in reads all mails, and the bench would slow what it measures.
    const known = await this.database
      .collection<MailEntry>('mails')
      .find({ _id: { $in: [...keys] } })
      .toArray();
    const sent = known.filter(({ state }) => state === 'sent');
    return new Map(sent.flatMap(({ _id, settledAt }) => (settledAt === null ? [] : [[_id, Date.parse(settledAt)]])));
  }

  #tokenOf(who: string): Promise<string> {
    const token = this.#tokens.get(who) ?? this.#newToken(who);
    this.#tokens.set(who, token);
    return token;
  }

  async #newToken(who: string): Promise<string> {
    const audit = new Audit(this.database, this.stack.env['AUDIT_SECRET'] ?? '');
    const token = await newToken({ accounts: new Accounts(this.database), audit }, who, 'bench');
    if (token === null) throw new Error(`There is no account ${who} among the demo accounts.`);
    return token;
  }
}

/**
 * Starts a stack with the settings of `npm start`, in a folder of its own and on free ports, for as long as it is used.
 * @param versions takes note of the versions of its parts
 * @param env settings beside those of `npm start`
 */
export async function withOffice<T>(
  versions: Map<string, string>,
  use: (office: Office) => Promise<T>,
  env: NodeJS.ProcessEnv = {},
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'concordat-bench-'));
  const closing: (() => unknown)[] = [() => rmSync(home, { recursive: true, force: true })];
  try {
    const stack = await startStack({ home, ports: 'free', env });
    closing.push(() => stack.stop());
    for (const { name, version } of stack.parts) versions.set(name, version);
    const database = await connectDatabase(stack.env['MONGODB_URI'] ?? '');
    closing.push(() => database.close());
    const connection = await Connection.connect({ address: stack.part('temporal').url });
    closing.push(() => connection.close());
    const client = new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE'] ?? '' });
    return await use(new Office(stack, database, client));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}
