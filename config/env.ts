import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { projectRoot } from './root';

/** Every fault of the settings at once, so that a wrong deployment is mended in one go. */
export class SettingsFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The settings have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n  - ${faults.join('\n  - ')}`);
    this.name = 'SettingsFaults';
  }
}

/** An empty variable counts as one that is not set, as in a compose file's `NAME=`. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema);
const file = (fallback: string) =>
  optional(
    z
      .string()
      .default(join(projectRoot, fallback))
      .refine((path) => existsSync(path), { error: 'names a file that does not exist' }),
  );
const oneLine = (fallback: string) =>
  optional(z.string().regex(/^[^\r\n]+$/, 'must be one line').default(fallback));
const hostAndPort = (fallback: string) =>
  optional(z.string().regex(/^(\[[0-9a-f:]+\]|[^\s/:]+):\d{1,5}$/i, 'must be host:port').default(fallback));
const secret = (what: string) =>
  z.string({ error: `is needed: ${what}` }).min(32, `is too short: ${what}, at least 32 characters`);
const port = (fallback: number) => {
  const error = 'must be a whole number from 1 to 65535';
  return optional(z.coerce.number({ error }).int({ error }).min(1, { error }).max(65_535, { error }).default(fallback));
};
const flag = optional(z.enum(['true', 'false']).default('false')).transform((value) => value === 'true');
const url = (...protocols: string[]) =>
  z.string({ error: 'is needed' }).refine(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    { error: `must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}` },
  );

/** A key ring: `id:base64 of 32 bytes`, comma-separated, the first one wraps new data keys. */
const keyRing = z.string({ error: 'is needed: id:base64-of-32-bytes, comma-separated, the first wraps new keys' }).transform((value, ctx) => {
  const keys = value.split(',').map((entry) => {
    const [id = '', encoded = ''] = entry.split(':');
    return { id, key: Buffer.from(encoded, 'base64') };
  });
  const faulty = keys.some(({ id, key }) => !/^[a-z0-9-]{1,32}$/.test(id) || key.length !== 32);
  if (faulty || new Set(keys.map((k) => k.id)).size !== keys.length) {
    ctx.addIssue({ code: 'custom', message: 'must be id:base64-of-32-bytes, comma-separated, each id once' });
    return z.NEVER;
  }
  return keys;
});

/** Reads a value of CONTENT_KEYS. @throws SettingsFaults */
export function readKeyRing(value: string | undefined): z.output<typeof keyRing> {
  return parse(z.object({ CONTENT_KEYS: keyRing }), { CONTENT_KEYS: value }, []).CONTENT_KEYS;
}

const temporal = {
  TEMPORAL_ADDRESS: hostAndPort('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: optional(z.string().default('concordat')),
  TEMPORAL_TLS: flag,
  TEMPORAL_TLS_CA: optional(z.string().optional()),
  TEMPORAL_TLS_CERT: optional(z.string().optional()),
  TEMPORAL_TLS_KEY: optional(z.string().optional()),
  TEMPORAL_API_KEY: optional(z.string().optional()),
};

const shared = {
  ...temporal,
  NODE_ENV: optional(z.enum(['development', 'production', 'test']).default('development')),
  LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info')),
  PROTOCOL_FILE: file('config/protocols/thurrock.yaml'),
  BANK_HOLIDAYS_FILE: file('config/bank-holidays.json'),
  /** The official feed, fetched once a day; without it, nothing is fetched. */
  BANK_HOLIDAYS_URL: optional(url('http:', 'https:').optional()),
  MONGODB_URI: url('mongodb:', 'mongodb+srv:'),
  SMTP_URL: url('smtp:', 'smtps:'),
  MAIL_FROM: oneLine('Concordat <concordat@partnership.example>'),
  /** Alarms go to this address: a mailbox that a person reads. */
  OPERATOR_EMAIL: z.email({ error: 'must be an e-mail address: alarms go to it' }),
  /** What links in mails begin with. */
  PUBLIC_URL: url('http:', 'https:').transform((value) => value.replace(/\/+$/, '')),
  LINK_SECRET: secret('links in task mails are made from it'),
  CONTENT_KEYS: keyRing,
  /** Another one makes every record of acts look changed: it is never replaced. */
  AUDIT_SECRET: secret('the record of acts is sealed with it'),
};

const webSchema = z.object({
  ...shared,
  HOST: optional(z.string().default('127.0.0.1')),
  PORT: port(3000),
  /** Health pages and metrics for whoever runs it. Not the port that people reach: nothing there asks who is asking. */
  WEB_HEALTH_HOST: optional(z.string().default('127.0.0.1')),
  WEB_HEALTH_PORT: port(3002),
  SESSION_SECRET: secret('session cookies are signed with it'),
  /** How many reverse proxies stand in front: 0 on a developer's machine. */
  TRUST_PROXY: optional(z.coerce.number().int().min(0).max(5).default(0)),
  /** Where managers reach the Temporal UI; case pages link to it. */
  TEMPORAL_UI_URL: optional(z.string().default('http://127.0.0.1:8233')),
  /** A file of demo sign-ins, for evaluation only; empty in a real deployment. */
  DEMO_ACCOUNTS: optional(z.string().optional()),
});

const workerSchema = z.object({
  ...shared,
  WORKER_HEALTH_HOST: optional(z.string().default('127.0.0.1')),
  WORKER_HEALTH_PORT: port(3001),
  /** A bundle made ahead by `npm run build`; without it the worker makes one at start. */
  WORKFLOW_BUNDLE: optional(z.string().optional()),
  /** Workflows kept in memory; the rest are replayed when they wake. */
  WORKER_CACHED_WORKFLOWS: optional(z.coerce.number().int().min(10).default(1_000)),
  /** How often stored cases and answers that have not reached Temporal are looked for. */
  SWEEP_EVERY_MS: optional(z.coerce.number().int().min(100).default(5_000)),
  /** How long after its start a worker compares the store with Temporal. */
  COMPARE_AFTER_MS: optional(z.coerce.number().int().min(100).default(90_000)),
});

export type TemporalSettings = Readonly<z.infer<z.ZodObject<typeof temporal>>>;
export type SharedSettings = Readonly<z.infer<z.ZodObject<typeof shared>>>;
export type WebSettings = Readonly<z.infer<typeof webSchema>>;
export type WorkerSettings = Readonly<z.infer<typeof workerSchema>>;

/** Cross-field rules read the raw variables, so that their faults are told together with those of single fields. */
function parse<T extends z.ZodType>(schema: T, source: NodeJS.ProcessEnv, crossFaults: readonly string[]): z.infer<T> {
  const result = schema.safeParse(source);
  const faults = (result.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (!result.success || crossFaults.length > 0) throw new SettingsFaults([...faults, ...crossFaults]);
  return result.data;
}

/** @param files further variables that name a file */
function sharedFaults(source: NodeJS.ProcessEnv, ...files: readonly string[]): string[] {
  const faults: string[] = [];
  if (Boolean(source['TEMPORAL_TLS_CERT']) !== Boolean(source['TEMPORAL_TLS_KEY'])) {
    faults.push('TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY go together: set both or neither');
  }
  for (const name of ['TEMPORAL_TLS_CA', 'TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY', ...files]) {
    const path = source[name];
    if (path && !existsSync(path)) faults.push(`${name} names a file that does not exist`);
  }
  return faults;
}

/** How a command reaches the Temporal server. @throws SettingsFaults naming every fault. */
export function temporalSettings(source: NodeJS.ProcessEnv): TemporalSettings {
  return parse(z.object(temporal), source, sharedFaults(source));
}

/** @throws SettingsFaults naming every fault. */
export function webSettings(source: NodeJS.ProcessEnv): WebSettings {
  const faults = sharedFaults(source, 'DEMO_ACCOUNTS');
  if (source['NODE_ENV'] === 'production') {
    if (source['DEMO_ACCOUNTS']) {
      faults.push('DEMO_ACCOUNTS must be empty when NODE_ENV is production: their password is public');
    }
    if (!source['PUBLIC_URL']?.startsWith('https://')) {
      faults.push('PUBLIC_URL must begin with https:// when NODE_ENV is production');
    }
  }
  return parse(webSchema, source, faults);
}

/** @throws SettingsFaults naming every fault. */
export function workerSettings(source: NodeJS.ProcessEnv): WorkerSettings {
  return parse(workerSchema, source, sharedFaults(source, 'WORKFLOW_BUNDLE'));
}
