import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeToken, operator, tokenSchema, type TokenForm } from '../api/accounts/tokens';
import { londonDateOf } from '../calendar';
import { systemClock, type IsoDate } from '../config/clock';
import { readKeyRing } from '../config/env';
import { scopeNames, scopes } from '../config/scopes';
import { defaultHome } from '../embedded/home';
import { configuredPorts } from '../embedded/ports';
import { secretsOf } from '../embedded/secrets';
import { Accounts } from '../store/accounts';
import { Audit } from '../store/audit';
import type { RingKey } from '../store/content';
import { connectDatabase } from '../store/database';

const usage = `Makes a token for the API, which acts as an account. For the operator, who reaches the database.

  npm run -s token -- --account officer@thurrock.example --name "case management system" \\
    --scope cases:read --expires 2026-12-31

    --account  the username of the account
    --name     what the token is for
    --kind     who uses it: "person", or "system" (if it is left out)
    --scope    what it may be used for; can be given several times:
${scopeNames.map((scope) => `                 ${scope.padEnd(16)}  ${scopes[scope]}`).join('\n')}
    --expires  its last day in London, within a year
  The database is that of MONGODB_URI, its record of acts that of AUDIT_SECRET; without them, those of the local stack
  of npm start.
`;

/** The database that the settings name, or that of the local stack. */
export const databaseUri = (env: NodeJS.ProcessEnv): string =>
  env['MONGODB_URI'] || `mongodb://127.0.0.1:${configuredPorts(env).mongo}/concordat`;

/** The key of the record of acts that the settings name, or that of the local stack. @throws Error if there is none */
export const auditSecret = (env: NodeJS.ProcessEnv): string => secretOf('AUDIT_SECRET', env);

/** The secret of the links in mails, as `auditSecret`. */
export const linkSecret = (env: NodeJS.ProcessEnv): string => secretOf('LINK_SECRET', env);

function secretOf(name: 'AUDIT_SECRET' | 'LINK_SECRET', env: NodeJS.ProcessEnv): string {
  const given = env[name];
  if (given !== undefined && given !== '') return given;
  const home = defaultHome(env);
  if (!existsSync(join(home, 'secrets.json'))) {
    throw new Error(`${name} is not set, and no local stack was started here: set it as the web has it.`);
  }
  return secretsOf(home)[name];
}

/** The key ring for content that the settings name, or that of the local stack. @throws Error if there is none */
export function contentKeys(env: NodeJS.ProcessEnv): readonly RingKey[] {
  const home = defaultHome(env);
  const isLocal = !env['CONTENT_KEYS'] && existsSync(join(home, 'secrets.json'));
  return readKeyRing(isLocal ? secretsOf(home).CONTENT_KEYS : env['CONTENT_KEYS']);
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2), londonDateOf(systemClock.now()));
  if ('faults' in asked) {
    process.stderr.write(asked.faults);
    return 2;
  }
  const { username, form } = asked;
  const secret = auditSecret(process.env);
  const database = await connectDatabase(databaseUri(process.env), 10_000);
  try {
    const kept = { accounts: new Accounts(database), audit: new Audit(database, secret), clock: systemClock };
    const account = await kept.accounts.byUsername(username);
    if (account === null) {
      process.stderr.write(`token: there is no account "${username}": give the username that it signs in with.\n`);
      return 1;
    }
    process.stdout.write(`${await makeToken(form, account, randomUUID(), operator, kept)}\n`);
    return 0;
  } finally {
    await database.close();
  }
}

const optionOf: Readonly<Record<string, string>> = {
  name: '--name',
  kind: '--kind',
  scopes: '--scope',
  expiresOn: '--expires',
};

/** Which token the arguments ask for, or what to say of what is wrong with them. */
export function readArguments(
  args: readonly string[],
  today: IsoDate,
): { readonly username: string; readonly form: TokenForm } | { readonly faults: string } {
  const given = optionsIn(args);
  if (given?.account === undefined) return { faults: usage };
  const { account: username, name = '', kind = 'system', scope: chosen = [], expires: expiresOn = '' } = given;
  const form = tokenSchema(today).safeParse({ name, kind, scopes: chosen, expiresOn });
  if (form.success) return { username, form: form.data };
  const faults = form.error.issues.map(
    ({ path, message }) => `token: ${optionOf[String(path[0])] ?? ''}: ${message}.\n`,
  );
  return { faults: faults.join('') };
}

function optionsIn(args: readonly string[]) {
  const one = { type: 'string' } as const;
  const options = {
    account: one,
    name: one,
    kind: one,
    scope: { type: 'string', multiple: true },
    expires: one,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch {
    return undefined;
  }
}

if (require.main === module) {
  main().then(
    (exitCode) => (process.exitCode = exitCode),
    (error: unknown) => {
      process.stderr.write(`token: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
