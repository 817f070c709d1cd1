import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { systemClock } from '../config/clock';
import { configuredPorts } from '../embedded/ports';
import { Accounts } from '../store/accounts';
import { connectDatabase } from '../store/database';

const usage = `Makes a token for the API, which acts as an account. For the operator, who reaches the database.

  npm run -s token -- --account officer@thurrock.example --name "case management system"
    --account  the username of the account
    --name     what the token is for
  The database is that of MONGODB_URI; without it, that of the local stack of npm start.
`;

/** The database that the settings name, or that of the local stack. */
export const databaseUri = (env: NodeJS.ProcessEnv): string =>
  env['MONGODB_URI'] || `mongodb://127.0.0.1:${configuredPorts(env).mongo}/concordat`;

/** A new token of an account, or null if there is no such account. It is kept as a hash and shown this once. */
export async function newToken(accounts: Accounts, username: string, name: string): Promise<string | null> {
  const account = await accounts.byUsername(username);
  if (account === null) return null;
  const token = randomBytes(32).toString('base64url');
  await accounts.saveToken(token, { account: account._id, name, createdAt: systemClock.now() });
  return token;
}

async function main(): Promise<number> {
  const { account, name } = readArguments();
  if (account === undefined || name === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const database = await connectDatabase(databaseUri(process.env), 10_000);
  try {
    const token = await newToken(new Accounts(database), account, name);
    if (token === null) {
      process.stderr.write(`token: there is no account "${account}": give the username that it signs in with.\n`);
      return 1;
    }
    process.stdout.write(`${token}\n`);
    return 0;
  } finally {
    await database.close();
  }
}

function readArguments(): { account?: string | undefined; name?: string | undefined } {
  try {
    return parseArgs({ options: { account: { type: 'string' }, name: { type: 'string' } } }).values;
  } catch {
    return {};
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
