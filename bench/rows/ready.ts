import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot } from '../../config/root';
import { toolsFolder } from '../../embedded/home';
import { freePorts, portSettings, type PortName } from '../../embedded/ports';
import { endWithUs } from '../../embedded/processes';
import { round, type Figure } from '../figures';
import type { Row } from './row';

const runs = 3;

export const ready: Row = {
  what: 'from the start command to "Concordat is ready"',
  run: async ({ progress }): Promise<Figure[]> => {
    const first: number[] = [];
    const second: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      progress(`  run ${run} of ${runs}`);
      const home = mkdtempSync(join(tmpdir(), 'concordat-bench-'));
      try {
        mkdirSync(toolsFolder(), { recursive: true });
        symlinkSync(toolsFolder(), join(home, 'tools'));
        first.push(await secondsToReady(home));
        second.push(await secondsToReady(home));
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    }
    return [
      { what: 'first start, empty but for the fetched tools', unit: 's', runs: first },
      { what: 'second start, on the data of the first', unit: 's', runs: second, aim: 20 },
    ];
  },
};

/** Runs what `npm start` runs until it is ready, and stops it again. */
async function secondsToReady(home: string): Promise<number> {
  const ports = await freePorts();
  const names = Object.keys(portSettings) as PortName[];
  const settings = names.map((name): [string, string] => [portSettings[name].setting, String(ports[name])]);
  const env = { ...process.env, CONCORDAT_HOME: home, ...Object.fromEntries(settings) };
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', join('embedded', 'main.ts')], {
    cwd: projectRoot,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[code: number | null]>;
  const release = child.pid === undefined ? undefined : endWithUs(child.pid);
  let printed = '';
  const isReady = new Promise<number>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('Concordat is ready')) resolve(performance.now() - began);
    });
  });
  const ms = await Promise.race([isReady, ended.then(() => undefined)]);
  child.kill('SIGTERM');
  const [code] = await ended;
  release?.();
  if (ms === undefined || code !== 0) throw new Error(`The start ended with ${code ?? 'a signal'}:\n${printed}`);
  return round(ms / 1_000);
}
