import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../config/root';
import { temporalConnection } from '../config/temporal';
import { reasonOf, silent, StackFault, type Progress } from './fault';
import { findMongo, type MongoKind } from './find-mongo';
import { findTemporalCli } from './find-temporal';
import { defaultHome, prepareHome } from './home';
import { Part, type PartPlan } from './part';
import { checkPorts, configuredPorts, freePorts, type PortName, type Ports } from './ports';
import { httpAnswers, mongoAnswers, smtpAnswers, temporalAnswers } from './ready';
import { run } from './run';
import { RunningFile } from './running';
import { secretsOf } from './secrets';

export type PartName = 'temporal' | 'mongo' | 'mail' | 'worker' | 'web';

export interface StackOptions {
  /** Where data, logs and secrets are kept; by default `.concordat`, or what CONCORDAT_HOME names. */
  readonly home?: string;
  /** `free`: whatever is free. `configured`: those of the settings, or the defaults. */
  readonly ports?: 'free' | 'configured';
  readonly parts?: readonly PartName[];
  /**
   * The settings. They reach the worker and the web, too. TEMPORAL_ADDRESS, MONGODB_URI and SMTP_URL name parts that
   * run elsewhere: those are not started, only checked.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Whether a part that ends by itself is started again. */
  readonly restart?: boolean;
  readonly progress?: Progress;
  /** Gives up a start that is under way; what was started by then is stopped. */
  readonly signal?: AbortSignal;
}

export interface StackPart {
  readonly name: PartName;
  /** Whether it runs elsewhere, and is only used. */
  readonly outside: boolean;
  readonly version: string;
  /** Where it came from, in words. */
  readonly from: string;
  /** Temporal: `host:port`; the others: a URL. */
  readonly url: string;
  /** The page to look at, if it is not the URL. */
  readonly page?: string;
  readonly logFile?: string;
  /** The process's id; undefined for an outside part, and while it does not run. */
  readonly pid: number | undefined;
  /** Ends it and waits until it has ended; `Stack.start` starts it again on the same port and data. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface Stack {
  readonly home: string;
  readonly ports: Ports;
  /** What the worker and the web are started with: addresses, secrets, and the settings that were passed. */
  readonly env: Readonly<Record<string, string>>;
  readonly parts: readonly StackPart[];
  /** @throws Error if the stack was not started with it */
  part(name: PartName): StackPart;
  /** Starts a part again that was killed, and waits until it answers. */
  start(name: PartName): Promise<void>;
  /** Stops all of it, the web and the worker first, and leaves no process behind. It can be called again. */
  stop(): Promise<void>;
}

const namespace = 'concordat';
const allParts: readonly PartName[] = ['temporal', 'mongo', 'mail', 'worker', 'web'];
const portsOf: Readonly<Record<PartName, readonly PortName[]>> = {
  temporal: ['temporal', 'temporalUi'],
  mongo: ['mongo'],
  mail: ['smtp', 'inbox'],
  worker: ['workerHealth'],
  web: ['web', 'webHealth'],
};
/** The setting that names a part that runs elsewhere. */
const outsideSettings: Partial<Record<PartName, string>> = {
  temporal: 'TEMPORAL_ADDRESS',
  mongo: 'MONGODB_URI',
  mail: 'SMTP_URL',
};

/**
 * Starts the parts that are asked for and waits until each of them answers. If one does not, all are stopped again.
 * @throws StackFault with what to do about it: a port in use, a tool that is missing, no room, a part that ends
 */
export async function startStack({
  home = defaultHome(),
  ports: portChoice = 'configured',
  parts: names = allParts,
  env = {},
  restart = false,
  progress = silent,
  signal = new AbortController().signal,
}: StackOptions = {}): Promise<Stack> {
  prepareHome(home);
  const running = await RunningFile.take(home, progress);
  const processes = new Map<PartName, Part>();
  const stop = async (): Promise<void> => {
    const end = (...those: PartName[]) => Promise.all(those.map(async (name) => processes.get(name)?.stop()));
    await end('web', 'worker');
    await end('mail', 'mongo', 'temporal');
    running.release();
  };

  try {
    const own = names.filter((name) => !env[outsideSettings[name] ?? '']);
    const ports = portChoice === 'free' ? await freePorts() : configuredPorts(env);
    await checkPorts(ports, own.flatMap((name) => portsOf[name]));

    const stackEnv = environment(home, ports, own, env);
    const context: Context = { home, ports, env: stackEnv, progress };
    const startPart = async (name: PartName): Promise<StackPart> => {
      if (!own.includes(name)) return outsidePart(name, stackEnv);
      const { plan, ...about } = await plans[name](context);
      signal.throwIfAborted();
      const part = new Part(plan, { restart, progress, running });
      processes.set(name, part);
      await part.start();
      progress(`  ${plan.title} answers`);
      return {
        name,
        outside: false,
        logFile: plan.logFile,
        ...about,
        get pid() {
          return part.pid;
        },
        kill: (signal) => part.kill(signal),
      };
    };
    const startAll = (...those: PartName[]) => allOf(those.filter((name) => names.includes(name)).map(startPart));

    // The bundle takes as long as the servers, so it is built meanwhile.
    const bundle = names.includes('worker') ? buildBundle(context) : undefined;
    const starting = allOf([startAll('temporal', 'mongo', 'mail'), bundle]).then(async ([servers]) => [
      ...servers,
      ...(await startAll('worker', 'web')),
    ]);
    const parts = await Promise.race([starting, whenAborted(signal)]);

    return {
      home,
      ports,
      env: stackEnv,
      parts,
      part: (name) => {
        const part = parts.find((candidate) => candidate.name === name);
        if (part === undefined) throw new Error(`This stack was started without the part ${name}.`);
        return part;
      },
      start: async (name) => {
        const part = processes.get(name);
        if (part === undefined) throw new Error(`This stack does not run the part ${name} itself.`);
        await part.start();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Like `Promise.all`, but fails only when none is under way any more: nothing may start after all has been stopped. */
async function allOf<T extends readonly unknown[]>(
  promises: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

interface Context {
  readonly home: string;
  readonly ports: Ports;
  readonly env: Readonly<Record<string, string>>;
  readonly progress: Progress;
}

type Planned = Pick<StackPart, 'version' | 'from' | 'url' | 'page'> & { readonly plan: PartPlan };

const loopback = (port: number, scheme: string, path = ''): string => `${scheme}://127.0.0.1:${port}${path}`;
const bundleFile = (home: string): string => join(home, 'workflow-bundle.js');

function environment(
  home: string,
  ports: Ports,
  own: readonly PartName[],
  settings: NodeJS.ProcessEnv,
): Record<string, string> {
  const demoAccounts = join(projectRoot, 'config', 'demo-accounts.yaml');
  const defaults = {
    ...secretsOf(home),
    HOST: '127.0.0.1',
    PUBLIC_URL: loopback(ports.web, 'http'),
    OPERATOR_EMAIL: 'operator@partnership.example',
    TEMPORAL_NAMESPACE: namespace,
    DEMO_ACCOUNTS: demoAccounts,
    WORKFLOW_BUNDLE: bundleFile(home),
  };
  const ours = {
    PORT: String(ports.web),
    WEB_HEALTH_PORT: String(ports.webHealth),
    WORKER_HEALTH_PORT: String(ports.workerHealth),
    ...(own.includes('temporal') && {
      TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
      TEMPORAL_UI_URL: loopback(ports.temporalUi, 'http'),
      // Settings for a server elsewhere would keep the parts from reaching this one.
      TEMPORAL_TLS: '',
      TEMPORAL_TLS_CA: '',
      TEMPORAL_TLS_CERT: '',
      TEMPORAL_TLS_KEY: '',
      TEMPORAL_API_KEY: '',
    }),
    ...(own.includes('mongo') && { MONGODB_URI: loopback(ports.mongo, 'mongodb', '/concordat') }),
    ...(own.includes('mail') && { SMTP_URL: loopback(ports.smtp, 'smtp') }),
  };
  // An empty setting counts as one that is not set, as everywhere.
  const given = Object.entries(settings).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return { ...defaults, ...Object.fromEntries(given), ...ours };
}

const plans: Readonly<Record<PartName, (context: Context) => Promise<Planned>>> = {
  temporal: async ({ home, ports, env, progress }) => {
    const { command, version, from } = await findTemporalCli({ progress });
    const address = `127.0.0.1:${ports.temporal}`;
    const ownNamespace = env['TEMPORAL_NAMESPACE'] || namespace;
    const [program] = command;
    return {
      version: await versionOfServer(program, version),
      from,
      url: address,
      page: loopback(ports.temporalUi, 'http'),
      plan: {
        title: 'The Temporal server',
        command: [
          program,
          ...['server', 'start-dev', '--db-filename', join(home, 'temporal.db')],
          // Each commit is on the disk before it is acknowledged, and the log makes that five times as quick.
          ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
          ...['--ip', '127.0.0.1', '--port', String(ports.temporal)],
          ...['--ui-ip', '127.0.0.1', '--ui-port', String(ports.temporalUi)],
          ...['--namespace', ownNamespace, '--log-level', 'warn', '--log-format', 'json'],
        ],
        answers: () => temporalAnswers({ address }, ownNamespace),
        readyWithinMs: 60_000,
        graceMs: 10_000,
        ...common(home, 'temporal'),
      },
    };
  },

  mongo: async ({ home, ports, progress }) => {
    const data = { mongod: join(home, 'mongodb'), 'stand-in': join(home, 'mongo-stand-in.mv') };
    const { command, version, from, kind } = await findMongo({ progress, dataOf: kindOfData(data) });
    if (kind === 'mongod') mkdirSync(data.mongod, { recursive: true });
    const args = {
      mongod: [
        ...['--dbpath', data.mongod, '--bind_ip', '127.0.0.1', '--port', String(ports.mongo), '--nounixsocket'],
        ...['--wiredTigerCacheSizeGB', '0.25'],
      ],
      'stand-in': [String(ports.mongo), data['stand-in']],
    };
    const url = loopback(ports.mongo, 'mongodb', '/concordat');
    return {
      version,
      from,
      url,
      plan: {
        title: 'The database',
        command: [...command, ...args[kind]],
        answers: () => mongoAnswers(url),
        readyWithinMs: 60_000,
        graceMs: 15_000,
        ...common(home, 'mongo'),
      },
    };
  },

  mail: async ({ home, ports }) => {
    const maildev = join(projectRoot, 'node_modules', 'maildev');
    if (!existsSync(maildev)) {
      throw new StackFault('The package maildev is not installed: run npm ci, or set SMTP_URL to a mail server of yours.');
    }
    const url = loopback(ports.smtp, 'smtp');
    // Its page works at `/` alone, where it is given to browsers only; the file is there for whoever asks.
    const page = loopback(ports.inbox, 'http', '/');
    const file = loopback(ports.inbox, 'http', '/index.html');
    return Promise.resolve({
      version: `maildev ${versionIn(maildev)}`,
      from: 'npm',
      url,
      page,
      plan: {
        title: 'The mail server',
        command: [
          process.execPath,
          ...[join(maildev, 'dist', 'bin', 'maildev.js'), '--ip', '127.0.0.1', '--smtp', String(ports.smtp)],
          ...['--web-ip', '127.0.0.1', '--web', String(ports.inbox), '--mail-directory', join(home, 'mail')],
        ],
        answers: async () => {
          await Promise.all([smtpAnswers(url), httpAnswers(file)]);
        },
        readyWithinMs: 60_000,
        graceMs: 5_000,
        ...common(home, 'mail'),
      },
    });
  },

  worker: ({ home, ports, env }) => {
    const url = loopback(ports.workerHealth, 'http', '/health/ready');
    return Promise.resolve({
      ...ourOwn(home, 'worker', 'The worker', url, env),
      url,
    });
  },

  web: ({ home, ports, env }) => {
    const url = env['PUBLIC_URL'] ?? '';
    return Promise.resolve({
      ...ourOwn(home, 'web', 'The web application', loopback(ports.web, 'http', '/health/ready'), env),
      url,
    });
  },
};

function common(home: string, name: PartName): Pick<PartPlan, 'cwd' | 'env' | 'logFile'> {
  return { cwd: home, env: process.env, logFile: join(home, 'logs', `${name}.log`) };
}

/** A part whose sources are here. */
function ourOwn(
  home: string,
  name: 'worker' | 'web',
  title: string,
  health: string,
  env: Context['env'],
): Pick<Planned, 'version' | 'from' | 'plan'> {
  const main = join(projectRoot, name === 'web' ? 'api' : name, 'main.ts');
  return {
    version: versionIn(projectRoot),
    from: 'this folder',
    plan: {
      title,
      command: [process.execPath, '--import', 'tsx', main],
      ...common(home, name),
      cwd: projectRoot,
      env: { ...process.env, ...env },
      answers: () => httpAnswers(health),
      readyWithinMs: 120_000,
      // The worker gives what it has in hand 15 seconds.
      graceMs: 20_000,
    },
  };
}

/** Builds the workflows for the worker, unless a setting names a bundle that is there. */
async function buildBundle({ home, env, progress }: Context): Promise<void> {
  if (env['WORKFLOW_BUNDLE'] !== bundleFile(home)) return;
  const build = ['--import', 'tsx', join(projectRoot, 'worker', 'build-bundle.ts'), bundleFile(home)];
  await run(process.execPath, build, { timeoutMs: 180_000, cwd: projectRoot }).catch((error: unknown) => {
    throw new StackFault(`The workflows cannot be bundled: ${reasonOf(error)}`);
  });
  progress('  The workflows are bundled');
}

async function outsidePart(name: PartName, env: Context['env']): Promise<StackPart> {
  const setting = outsideSettings[name] ?? '';
  const url = env[setting] ?? '';
  const ask: Partial<Record<PartName, () => Promise<void>>> = {
    temporal: () => temporalAnswers(outsideTemporal(env)),
    mongo: () => mongoAnswers(url),
    mail: () => smtpAnswers(url),
  };
  await ask[name]?.().catch((error: unknown) => {
    throw new StackFault(
      `${setting} names ${withoutPassword(url)}, which does not answer (${reasonOf(error)}): ` +
        'start it or mend the setting; without the setting, one is started here.',
    );
  });
  return {
    name,
    outside: true,
    version: '',
    from: `outside (${setting})`,
    url: withoutPassword(url),
    pid: undefined,
    kill: () => Promise.reject(new Error(`The part ${name} runs elsewhere and cannot be ended from here.`)),
  };
}

function outsideTemporal(env: Context['env']): ReturnType<typeof temporalConnection> {
  const file = (name: string): string | undefined => env[name] || undefined;
  return temporalConnection({
    TEMPORAL_ADDRESS: env['TEMPORAL_ADDRESS'] ?? '',
    TEMPORAL_TLS: env['TEMPORAL_TLS'] === 'true',
    TEMPORAL_TLS_CA: file('TEMPORAL_TLS_CA'),
    TEMPORAL_TLS_CERT: file('TEMPORAL_TLS_CERT'),
    TEMPORAL_TLS_KEY: file('TEMPORAL_TLS_KEY'),
    TEMPORAL_API_KEY: file('TEMPORAL_API_KEY'),
  });
}

const withoutPassword = (url: string): string => url.replace(/\/\/[^/@]*@/, '//…@');

function kindOfData(data: Readonly<Record<MongoKind, string>>): MongoKind | undefined {
  return (['mongod', 'stand-in'] as const).find((kind) => existsSync(data[kind]));
}

async function versionOfServer(program: string, cliVersion: string): Promise<string> {
  const said = await run(program, ['--version'], { timeoutMs: 15_000 });
  return `${/Server (\d[\d.]*)/.exec(said)?.[1] ?? 'unknown'} (CLI ${cliVersion})`;
}

function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
