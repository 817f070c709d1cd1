import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { enterDemoAccounts } from '../../api/accounts/demo-accounts';
import { newToken } from '../../api/accounts/tokens';
import { createApp, type App } from '../../api/app';
import { Background } from '../../api/background';
import type { WebDependencies } from '../../api/dependencies';
import { ensureLimitIndexes, Limits } from '../../api/http/limits';
import { sessionStore } from '../../api/http/session';
import { systemClock, type Clock, type IsoInstant } from '../../config/clock';
import { loadConfiguration } from '../../config/configuration';
import { webSettings } from '../../config/env';
import { createLogger } from '../../config/logger';
import { scopeNames, type Scope } from '../../config/scopes';
import { Dispatch } from '../../dispatch';
import { temporalClient } from '../../dispatch/temporal';
import { startStack, type PartName, type Stack } from '../../embedded/stack';
import { smtpTransport } from '../../mail';
import { Metrics } from '../../metrics';
import { openStore } from '../../store';
import { CurrentBankHolidays } from '../../store/bank-holidays';
import { connectDatabase } from '../../store/database';
import { Contract } from './contract';

export const password = 'concordat-demo-only';
export const officer = 'officer@thurrock.example';
export const spoc = 'spoc@essex-police.example';
export const cspManager = 'csp-manager@thurrock.example';

/** A clock that a test sets. */
export class SetClock implements Clock {
  constructor(private at: string) {}
  now(): IsoInstant {
    return this.at as IsoInstant;
  }
  set(at: string): void {
    this.at = at;
  }
  pass(minutes: number): void {
    this.at = new Date(Date.parse(this.at) + minutes * 60_000).toISOString();
  }
}

export interface Posted {
  readonly status: number;
  readonly body: { readonly reference: string; readonly detail?: string; readonly errors?: readonly { readonly field: string; readonly message: string }[] };
}

export interface Web {
  readonly app: App;
  readonly deps: WebDependencies;
  readonly stack: Stack;
  /** Every answer of the API that a browser gets is held against the API's own document. */
  readonly contract: Contract;
  /** A browser with cookies of its own. */
  browser(): Browser;
  /** A browser that has signed in. */
  signedIn(username: string): Promise<Browser>;
  /** A token of the account, of every scope unless it is said. */
  token(username: string, scopes?: readonly Scope[]): Promise<string>;
  /** Posts to the API as somebody, with a token of every scope. @param key each time another one, unless it is said */
  post(username: string, path: string, sent: object, key?: string): Promise<Posted>;
  /** Ends every case with its record, and what was counted: a test begins with none. */
  forgetCases(): Promise<void>;
  /** The mails that were sent, the newest first. */
  mails(): Promise<readonly { readonly subject: string; readonly text: string; readonly to: string }[]>;
  close(): Promise<void>;
}

/** The web in this process, on real servers. Without the part `temporal`, Temporal is away. */
export async function startWeb(
  clock: Clock = systemClock,
  { parts = ['mongo', 'mail'], env = {} }: { parts?: readonly PartName[]; env?: Record<string, string> } = {},
): Promise<Web> {
  const home = mkdtempSync(join(tmpdir(), 'concordat-api-'));
  const stack = await startStack({ home, parts, ports: 'free' });
  const { settings, protocol, holidays: fileHolidays } = loadConfiguration(webSettings, {
    ...stack.env,
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    ...(parts.includes('temporal') ? {} : { TEMPORAL_ADDRESS: '127.0.0.1:9' }),
    ...env,
  });
  const logger = createLogger('web', settings.LOG_LEVEL);
  const database = await connectDatabase(settings.MONGODB_URI);
  const store = await openStore(database, protocol, {
    linkSecret: settings.LINK_SECRET,
    auditSecret: settings.AUDIT_SECRET,
    contentKeys: settings.CONTENT_KEYS,
  });
  await ensureLimitIndexes({ store });
  await enterDemoAccounts({ settings, protocol, store });
  const holidays = new CurrentBankHolidays(store.bankHolidays, fileHolidays);
  const client = temporalClient(settings);
  const transport = smtpTransport(settings.SMTP_URL, settings.MAIL_FROM);
  const dispatch = new Dispatch({ client, store, clock, logger, holidays, protocol });
  const deps = { settings, protocol, holidays, store, client, dispatch, transport, clock, logger };
  const background = new Background(logger);
  const sessions = sessionStore({ store });
  const metrics = new Metrics('web', deps);
  const app = createApp(deps, { sessions, limits: new Limits(deps), background, metrics });
  const contract = new Contract((await request(app.express).get('/api/v1/openapi.json')).body as object);
  const browser = (): Browser => new Browser(app, contract);
  const token: Web['token'] = async (username, scopes = scopeNames) => (await newToken(store, username, 'test', { clock, scopes })) as string;
  const tokens = new Map<string, Promise<string>>();
  return {
    app,
    deps,
    stack,
    contract,
    browser,
    signedIn: async (username) => {
      const signing = browser();
      await signing.signIn(username);
      return signing;
    },
    token,
    post: async (username, path, sent, key = randomUUID()) => {
      const known = tokens.get(username) ?? token(username);
      tokens.set(username, known);
      return browser().agent.post(`/api/v1${path}`).auth(await known, { type: 'bearer' }).set('Idempotency-Key', key).send(sent);
    },
    forgetCases: async () => {
      for (const name of ['cases', 'audit', 'audit_heads', 'disclosures', 'limits']) await store.database.db.collection(name).deleteMany({});
    },
    mails: async () => {
      const listed = (await (await fetch(`http://127.0.0.1:${stack.ports.inbox}/api/email`)).json()) as {
        subject: string;
        text: string;
        to: { address: string }[];
      }[];
      return listed.reverse().map(({ subject, text, to }) => ({ subject, text, to: to[0]?.address ?? '' }));
    },
    close: async () => {
      await background.settled();
      transport.close();
      await client.connection.close();
      await sessions.close();
      await database.close();
      await stack.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

type Fields = Readonly<Record<string, string>>;

/** Someone with a browser: cookies are kept, a form is posted with the token and the hidden fields of its page. */
export class Browser {
  readonly agent: ReturnType<typeof request.agent>;

  constructor(app: App, contract: Contract) {
    this.agent = request.agent(app.express);
    // Known to superagent and missing in its types: what every request of the agent is made with.
    (this.agent as unknown as { use(plugin: Contract['plugin']): void }).use(contract.plugin);
  }

  get(path: string) {
    return this.agent.get(path);
  }

  post(path: string, fields: Fields) {
    return this.agent.post(path).type('form').send(fields);
  }

  /** Opens the page of a form and sends it, as it is but for these fields. */
  async send(path: string, fields: Fields, from = path) {
    const page = await this.get(from);
    return this.post(path, { ...hiddenOf(page.text, path), ...fields });
  }

  async signIn(username: string, withPassword = password) {
    return this.send('/sign-in', { username, password: withPassword });
  }
}

/** The hidden fields of the form of a page that posts to `path`, or of the last form if none names it. */
export function hiddenOf(html: string, path = ''): Record<string, string> {
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((each) => each.includes(`action="${path}"`)) ?? forms.at(-1) ?? '';
  const inputs = form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, unescaped(value)]));
}

export function unescaped(html: string): string {
  const entities: Record<string, string> = {
    '&quot;': '"',
    '&#39;': "'",
    '&#92;': '\\',
    '&#96;': '`',
    '&lt;': '<',
    '&gt;': '>',
    '&amp;': '&',
  };
  return html.replaceAll(/&(quot|#39|#92|#96|lt|gt|amp);/g, (entity) => entities[entity] ?? entity);
}

/** The errors of the summary, in their order. */
export function errorsOf(html: string): string[] {
  const summary = /<div class="govuk-error-summary[\s\S]*?<\/ul>/.exec(html)?.[0] ?? '';
  return [...summary.matchAll(/<a href="#[^"]*">([^<]*)<\/a>/g)].map(([, text = '']) => unescaped(text));
}

/**
 * A request to Essex Police as the form posts it from the page on which the answers are checked: received on Thursday
 * 26 March 2026, due on Monday 13 April 2026.
 */
export const filledForm = {
  step: 'check',
  'asked[]': 'essex-police',
  identifiability: 'personal',
  personName: 'Jordan Example',
  personDetails: 'Born 1 January 1990',
  'essex-police.categories[]': 'asb-incidents violence-incidents',
  information: 'Any contact since January',
  purpose: 'To keep a neighbour safe',
  legalBasis: 'public-task',
  channel: 'telephone',
  'receivedOn-day': '26',
  'receivedOn-month': '3',
  'receivedOn-year': '2026',
  means: 'concordat',
} as const;

/** The same request as the API takes it. */
export const requestBody = {
  asked: [{ partner: 'essex-police', categories: ['asb-incidents', 'violence-incidents'] }],
  identifiability: 'personal',
  personName: 'Jordan Example',
  personDetails: 'Born 1 January 1990',
  information: 'Any contact since January',
  purpose: 'To keep a neighbour safe',
  legalBasis: 'public-task',
  channel: 'telephone',
  receivedOn: '2026-03-26',
  means: 'concordat',
} as const;

/** When the fixed tests happen: Thursday 9 April 2026, 10:00 in London. */
export const thursday = '2026-04-09T09:00:00.000Z';

/** Opens a request with the form and gives its reference. */
export async function openCase(browser: Browser, fields: Fields = {}): Promise<string> {
  const sent = await browser.send('/information-requests/new', { ...filledForm, ...fields });
  const reference = /IR-\d{4}-\d{4,}/.exec(String(sent.headers['location']))?.[0];
  if (reference === undefined) throw new Error(`No case was opened: ${sent.status} ${errorsOf(sent.text).join('; ')}`);
  return reference;
}
