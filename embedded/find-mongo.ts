import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../config/root';
import { download, extractProgram, fetchText } from './download';
import { silent, type Progress } from './fault';
import { toolsFolder } from './home';
import { run } from './run';
import { firstThatWorks, fromCache, onPath, ToolCache, type AskVersion, type Source, type Tool } from './sources';

export type MongoKind = 'mongod' | 'stand-in';
export type MongoTool = Tool & { readonly kind: MongoKind };

const mongodVersion = '8.2.6';
const oldestMongodVersion = '5.0.0';
const standInVersion = '1.47.0';
const oldestJdk = 17;

interface Options {
  readonly progress?: Progress;
  readonly env?: NodeJS.ProcessEnv;
  /** Which of the two wrote the data that are already there: neither can read the other's. */
  readonly dataOf?: MongoKind | undefined;
}

/**
 * A MongoDB: `mongod` from the PATH or fetched, else a stand-in built with Java and Maven.
 * @throws StackFault with the reason of each source
 */
export function findMongo({ progress = silent, env = process.env, dataOf }: Options = {}): Promise<MongoTool> {
  const cache = new ToolCache(toolsFolder(env));
  const real = [
    onPath('mongod', env, askMongodVersion, oldestMongodVersion),
    fromCache(cache, mongodId, 'mongod'),
    mongodDownload(cache, progress),
  ].map((source) => of('mongod', source));
  const standIn = [builtStandIn(cache, env), standInBuild(cache, env)].map((source) => of('stand-in', source));
  // A stand-in built before comes ahead of what takes long: where a download is blocked, it is not tried at each start.
  const inOrder = [...real, ...standIn].sort((a, b) => Number(a.fetches) - Number(b.fetches));
  return firstThatWorks({
    what: 'MongoDB',
    progress,
    sources: inOrder.filter(({ kind }) => dataOf === undefined || kind === dataOf),
    advice:
      dataOf === 'mongod'
        ? 'The data here were written by mongod: put mongod on the PATH, or move the data away.'
        : 'Put mongod on the PATH, or set MONGODB_URI to a server of yours, or install a JDK 17 and Maven for the ' +
          'stand-in (Debian: apt-get install openjdk-17-jdk-headless maven).',
  });
}

type MongoSource = Source<MongoTool> & { readonly kind: MongoKind };

const of = (kind: MongoKind, source: Source): MongoSource => ({
  ...source,
  kind,
  obtain: async () => ({ ...(await source.obtain()), kind }),
});

const mongodId = `mongod-${mongodVersion}-${platform()}-${arch()}`;

const askMongodVersion: AskVersion = async (program) => {
  const said = await run(program, ['--version'], { timeoutMs: 15_000 });
  const version = /db version v(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) throw new Error(`${program} --version says no version of MongoDB`);
  return version;
};

/**
 * `mongodb-memory-server` knows which build runs on which system. The download is our own, because that package checks
 * no certificates unless npm's `strict-ssl` is set.
 */
function mongodDownload(cache: ToolCache, progress: Progress): Source {
  return {
    name: 'mongodb.org',
    fetches: true,
    obtain: async () => {
      const url = await mongodUrl();
      const sha256 = (await fetchText(`${url}.sha256`)).trim().split(/\s/)[0] ?? '';
      await cache.fill(mongodId, 'mongodb.org', async (folder) => {
        const archive = join(folder, 'archive.tgz');
        await download(url, archive, { sha256, progress });
        await extractProgram(archive, 'bin/mongod', folder, 'mongod');
        await rm(archive);
        return askMongodVersion(join(folder, 'mongod'));
      });
      return fromCache(cache, mongodId, 'mongod').obtain();
    },
  };
}

async function mongodUrl(): Promise<string> {
  const [{ MongoBinaryDownloadUrl }, { getOS }] = await Promise.all([
    import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js'),
    import('mongodb-memory-server-core/lib/util/getos/index.js'),
  ]);
  const system = { platform: platform(), arch: arch(), os: await getOS() };
  return new MongoBinaryDownloadUrl({ version: mongodVersion, ...system }).getDownloadUrl();
}

const standInSources = join(projectRoot, 'embedded', 'mongo-stand-in');

/** A change of its sources makes another stand-in. */
function standInId(): string {
  const files = readdirSync(standInSources, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(java|xml)$/.test(file) && !file.startsWith('target'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(standInSources, file)));
  return `mongo-stand-in-${standInVersion}-${hash.digest('hex').slice(0, 8)}`;
}

/**
 * With 512 MiB its old generation was full at 10,000 open cases, and a full collection stopped it for seconds at a time.
 * The optimising compiler took half of what it used of the processor in its first minute, which is all that a test lasts.
 */
const jvmOptions = ['-Xmx2g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] as const;

function builtStandIn(cache: ToolCache, env: NodeJS.ProcessEnv): Source {
  return {
    name: 'a stand-in built before',
    fetches: false,
    obtain: async () => {
      const { folder, version, from } = cache.read(standInId());
      const java = await findJava('java', env);
      const classpath = [join(folder, 'classes'), join(folder, 'lib', '*')].join(delimiter);
      const command = [java, ...jvmOptions, '-cp', classpath, 'concordat.MongoStandIn'] as const;
      return { command, version, from };
    },
  };
}

function standInBuild(cache: ToolCache, env: NodeJS.ProcessEnv): Source {
  return {
    name: 'Maven Central (a stand-in)',
    fetches: true,
    obtain: async () => {
      await findJava('javac', env);
      const note = 'stand-in, not a real MongoDB; for evaluation only';
      await cache.fill(standInId(), note, async (folder) => {
        const pom = join(standInSources, 'pom.xml');
        await run('mvn', ['-q', '-B', '-f', pom, `-Dstand-in.out=${folder}`, 'compile'], { timeoutMs: 300_000, env });
        return `mongo-java-server ${standInVersion}`;
      });
      return builtStandIn(cache, env).obtain();
    },
  };
}

/** `java` and `javac` both answer `-version`, with `"17.0.15"` and `17.0.15`. */
async function findJava(program: 'java' | 'javac', env: NodeJS.ProcessEnv): Promise<string> {
  const path = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', program) : program;
  const said = await run(path, ['-version'], { timeoutMs: 15_000, env });
  const major = Number(/(?:version "|javac )(\d+)/.exec(said)?.[1] ?? 0);
  if (major < oldestJdk) {
    throw new Error(`${path} is Java ${major || 'of an unknown version'}, not ${oldestJdk} or newer`);
  }
  return path;
}
