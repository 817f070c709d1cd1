import { join } from 'node:path';
import { ConfigurationFaults, loadConfiguration } from '../config/configuration';
import { loadDemoAccounts } from '../config/demo-accounts';
import { webSettings } from '../config/env';
import { loadProtocol } from '../config/protocol';
import { projectRoot } from '../config/root';
import { StackFault } from './fault';
import { defaultHome } from './home';
import { startStack, type PartName, type Stack, type StackPart } from './stack';

/** `npm start`: everything that Concordat needs, for evaluation on one machine. Told to stop, it ends with code 0. */
async function main(): Promise<void> {
  if (process.platform === 'win32') {
    throw new StackFault('Concordat starts its servers on Linux and macOS only: on Windows, run it inside WSL.');
  }
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => told.abort());

  checkConfiguration(process.env);
  const home = defaultHome();
  say(`Concordat starts; its data and logs are in ${home}`);
  const stack = await startStack({
    home,
    env: process.env,
    restart: true,
    progress: say,
    signal: told.signal,
  }).catch((error: unknown) => {
    if (told.signal.aborted) return undefined;
    throw error;
  });
  if (stack !== undefined) {
    say(`\nConcordat is ready\n\n${table(stack)}\n\n${signIns(stack)}Ctrl+C stops everything`);
    await aborted(told.signal);
    say('\nConcordat stops');
    await stack.stop();
  }
  say('Concordat has stopped');
}

/**
 * The settings, the protocol file and the bank holidays, before anything is fetched or started. What the stack makes by
 * itself stands in for what is not set.
 * @throws ConfigurationFaults
 */
function checkConfiguration(env: NodeJS.ProcessEnv): void {
  const secret = 'made at the first start'.padEnd(32, '.');
  const made: NodeJS.ProcessEnv = {
    MONGODB_URI: 'mongodb://127.0.0.1',
    SMTP_URL: 'smtp://127.0.0.1',
    PUBLIC_URL: 'http://127.0.0.1',
    OPERATOR_EMAIL: 'operator@partnership.example',
    LINK_SECRET: secret,
    AUDIT_SECRET: secret,
    SESSION_SECRET: secret,
    CONTENT_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  };
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  loadConfiguration((source) => webSettings({ ...made, ...source }), given);
}

const titles: Readonly<Record<PartName, readonly [title: string, page: string]>> = {
  web: ['Web application', ''],
  mail: ['Mail server', 'Inbox'],
  temporal: ['Temporal server', 'Temporal Web UI'],
  mongo: ['Database', ''],
  worker: ['Worker', ''],
};

function table(stack: Stack): string {
  const rows = (Object.keys(titles) as PartName[]).flatMap((name) => rowsOf(stack.part(name)));
  const all = [['Part', 'Version', 'Where it came from', 'Address'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

function rowsOf({ name, version, from, url, page }: StackPart): string[][] {
  const [title, pageTitle] = titles[name];
  const row = [title, version, from, url];
  return page === undefined ? [row] : [row, [pageTitle, '', '', page]];
}

function signIns({ env }: Stack): string {
  const path = env['DEMO_ACCOUNTS'];
  if (!path) return '';
  const protocol = loadProtocol(env['PROTOCOL_FILE'] || join(projectRoot, 'config', 'protocols', 'thurrock.yaml'));
  const { password, accounts } = loadDemoAccounts(path, protocol);
  const width = Math.max(...accounts.map(({ username }) => username.length));
  const lines = accounts.map(({ username, displayName }) => `  ${username.padEnd(width)}  ${displayName}`);
  return `Sign in with the password ${password} as one of\n${lines.join('\n')}\n\n`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

// A terminal that is gone must not keep the parts from being stopped.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof StackFault || error instanceof ConfigurationFaults ? error.message : String((error as Error).stack)}\n`);
    process.exit(1);
  },
);
