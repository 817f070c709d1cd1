import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackFault } from '../../embedded/fault';
import { findTemporalCli } from '../../embedded/find-temporal';
import { firstThatWorks, fromCache, named, onPath, ToolCache, type Source } from '../../embedded/sources';
import { temporaryFolder } from './support/folder';

const folder = temporaryFolder();
const version = (): Promise<string> => Promise.resolve('1.9.1');

function fakeSource(name: string, outcome: 'has it' | Error, asked: string[], fetches = true): Source {
  return {
    name,
    fetches,
    obtain: () => {
      asked.push(name);
      if (outcome instanceof Error) return Promise.reject(outcome);
      return Promise.resolve({ command: [`/from/${name}`], version: '1', from: name });
    },
  };
}

describe('the sources of a tool', () => {
  it('are asked in their order, and no further than the first that has it', async () => {
    const asked: string[] = [];
    const lines: string[] = [];
    const tool = await firstThatWorks({
      what: 'A tool 1.0',
      sources: [
        fakeSource('the PATH', new Error('no tool there'), asked, false),
        fakeSource('a download', new Error('no answer'), asked),
        fakeSource('a registry', 'has it', asked),
        fakeSource('another registry', 'has it', asked),
      ],
      advice: 'Install it.',
      progress: (line) => lines.push(line),
    });
    expect(tool.command).toEqual(['/from/a registry']);
    expect(asked).toEqual(['the PATH', 'a download', 'a registry']);
    expect(lines).toEqual([
      '  A tool 1.0: fetching it from a download',
      '  A tool 1.0: not from a download (no answer)',
      '  A tool 1.0: fetching it from a registry',
    ]);
  });

  it('that all fail give one line with the reason of each and what to do', async () => {
    const unreachable = new TypeError('fetch failed', { cause: new Error('host not found') });
    const search = firstThatWorks({
      what: 'A tool 1.0',
      sources: [fakeSource('a download', unreachable, []), fakeSource('a registry', new Error('no pip\nhere'), [])],
      advice: 'Install it.',
    });
    await expect(search).rejects.toThrow(
      new StackFault('A tool 1.0 cannot be had (a download: host not found; a registry: no pip here). Install it.'),
    );
  });

  it('end with a setting that is wrong: nothing else is taken in its place', async () => {
    const asked: string[] = [];
    const doesNotRun = (): Promise<string> => Promise.reject(new Error('no program'));
    const setting = named('TOOL', { TOOL: '/nowhere/tool' }, doesNotRun);
    const sources = [...setting, fakeSource('a registry', 'has it', asked)];
    await expect(firstThatWorks({ what: 'A tool', sources, advice: '' })).rejects.toThrow(
      'TOOL names /nowhere/tool, which does not run (no program): mend or unset it.',
    );
    expect(asked).toEqual([]);
  });
});

describe('a program on the PATH', () => {
  function program(name: string, script: string): string {
    const bin = join(folder(), 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
    return bin;
  }

  it('is taken before anything is fetched', async () => {
    const bin = program('temporal', 'echo "temporal version 1.10.0 (Server 1.33.0, UI 2.60.0)"');
    const lines: string[] = [];
    const env = { PATH: `${bin}:/usr/bin:/bin`, CONCORDAT_HOME: join(folder(), 'home') };
    const tool = await findTemporalCli({ env, progress: (line) => lines.push(line) });
    expect(tool).toEqual({ command: [join(bin, 'temporal')], version: '1.10.0', from: join(bin, 'temporal') });
    expect(lines).toEqual([]);
  });

  it('is not taken if it is older than what was tried with Concordat', async () => {
    const bin = program('tool', '');
    const older = onPath('tool', { PATH: bin }, () => Promise.resolve('1.8.2'), '1.9.1').obtain();
    await expect(older).rejects.toThrow(`${join(bin, 'tool')} is 1.8.2, older than 1.9.1`);
    await expect(onPath('tool', { PATH: '/nowhere' }, version).obtain()).rejects.toThrow('no tool there');
  });
});

describe('the cache', () => {
  it('keeps a tool under its id, with where it came from', async () => {
    const cache = new ToolCache(join(folder(), 'tools'));
    await expect(fromCache(cache, 'tool-1', 'tool').obtain()).rejects.toThrow('not fetched before');
    await cache.fill('tool-1', 'a registry', (into) => {
      writeFileSync(join(into, 'tool'), 'program');
      return Promise.resolve('1.0.0');
    });
    const tool = await fromCache(cache, 'tool-1', 'tool').obtain();
    expect(tool).toMatchObject({ version: '1.0.0', from: 'a registry' });
    expect(readFileSync(tool.command[0], 'utf8')).toBe('program');
  });

  it('shows nothing of a fetch that failed, and takes one of two at the same time', async () => {
    const tools = join(folder(), 'tools');
    const cache = new ToolCache(tools);
    const cutOff = (): Promise<string> => Promise.reject(new Error('cut off'));
    await expect(cache.fill('tool-1', 'a registry', cutOff)).rejects.toThrow('cut off');
    expect(readdirSync(tools)).toEqual([]);
    const both = await Promise.all(['first', 'second'].map((from) => cache.fill('tool-1', from, version)));
    expect(new Set(both.map((held) => held.from)).size).toBe(1);
    expect(readdirSync(tools)).toEqual(['tool-1']);
  });
});
