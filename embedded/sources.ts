import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { reasonOf, silent, StackFault, type Progress } from './fault';

/** A program that was found or fetched. */
export interface Tool {
  /** The program and its first arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly version: string;
  /** Where it came from, in words for the table at the end of a start. */
  readonly from: string;
}

/** One place a tool may come from. */
export interface Source<T extends Tool = Tool> {
  readonly name: string;
  /** Whether it fetches or builds something, which takes time and is told on the terminal. */
  readonly fetches: boolean;
  /** @throws Error whose message is the reason why it cannot be had from here; StackFault ends the search. */
  obtain(): Promise<T>;
}

export interface Search<T extends Tool> {
  /** The tool and its version, in words. */
  readonly what: string;
  readonly sources: readonly Source<T>[];
  /** What a person can do if no source has it; a sentence. */
  readonly advice: string;
  readonly progress?: Progress;
}

/**
 * Tries the sources in their order.
 * @throws StackFault with the reason of each source and what to do, in one line
 */
export async function firstThatWorks<T extends Tool>({
  what,
  sources,
  advice,
  progress = silent,
}: Search<T>): Promise<T> {
  const reasons: string[] = [];
  for (const source of sources) {
    if (source.fetches) progress(`  ${what}: fetching it from ${source.name}`);
    try {
      return await source.obtain();
    } catch (error) {
      if (error instanceof StackFault) throw error;
      reasons.push(`${source.name}: ${reasonOf(error)}`);
      if (source.fetches) progress(`  ${what}: not from ${source.name} (${reasonOf(error)})`);
    }
  }
  throw new StackFault(`${what} cannot be had (${reasons.join('; ')}). ${advice}`);
}

/** What a folder of the cache holds. */
interface Note {
  readonly version: string;
  readonly from: string;
}

/** One folder per tool and version. It appears whole or not at all, whoever else fetches the same at the same time. */
export class ToolCache {
  constructor(private readonly folder: string) {}

  /** @throws Error if it is not there. */
  read(id: string): Note & { readonly folder: string } {
    const folder = join(this.folder, id);
    const note = join(folder, 'tool.json');
    if (!existsSync(note)) throw new Error('not fetched before');
    return { folder, ...(JSON.parse(readFileSync(note, 'utf8')) as Note) };
  }

  /** @param fill puts the tool into the folder it is given, and says which version it was */
  async fill(id: string, from: string, fill: (folder: string) => Promise<string>): Promise<Note & { folder: string }> {
    await mkdir(this.folder, { recursive: true });
    const unfinished = await mkdtemp(join(this.folder, `.${id}-`));
    try {
      const note: Note = { version: await fill(unfinished), from };
      await writeFile(join(unfinished, 'tool.json'), JSON.stringify(note));
      await rename(unfinished, join(this.folder, id)).catch((error: unknown) => {
        if (!existsSync(join(this.folder, id, 'tool.json'))) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
    return this.read(id);
  }
}

/** Asks a program which version it is. @throws Error if it does not run here. */
export type AskVersion = (program: string) => Promise<string>;

/** A program that a setting names. If the setting is wrong, nothing else is tried. */
export function named(setting: string, env: NodeJS.ProcessEnv, askVersion: AskVersion): Source[] {
  const path = env[setting];
  if (!path) return [];
  return [
    {
      name: setting,
      fetches: false,
      obtain: async () => {
        const version = await askVersion(path).catch((error: unknown) => {
          throw new StackFault(`${setting} names ${path}, which does not run (${reasonOf(error)}): mend or unset it.`);
        });
        return { command: [path], version, from: setting };
      },
    },
  ];
}

/** @param oldest the oldest version that is taken; without it, any */
export function onPath(program: string, env: NodeJS.ProcessEnv, askVersion: AskVersion, oldest?: string): Source {
  return {
    name: 'the PATH',
    fetches: false,
    obtain: async () => {
      const path = which(program, env);
      if (path === undefined) throw new Error(`no ${program} there`);
      const version = await askVersion(path);
      if (oldest !== undefined && compareVersions(version, oldest) < 0) {
        throw new Error(`${path} is ${version}, older than ${oldest}`);
      }
      return { command: [path], version, from: path };
    },
  };
}

export function fromCache(cache: ToolCache, id: string, program: string): Source {
  return {
    name: 'the cache',
    fetches: false,
    obtain: () =>
      new Promise((resolve) => {
        const { folder, version, from } = cache.read(id);
        resolve({ command: [join(folder, program)], version, from });
      }),
  };
}

function which(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Compares versions such as `1.10.0` by their numbers. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  const differences = [0, 1, 2].map((i) => (left?.[i] ?? 0) - (right?.[i] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
