import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { toolsFolder } from '../../embedded/home';
import { freePorts, portSettings, type PortName } from '../../embedded/ports';
import { Child } from '../child';
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
  const start = new Child('embedded/main.ts', [], env);
  try {
    await start.hasSaid('Concordat is ready');
    return round((performance.now() - began) / 1_000);
  } finally {
    await start.stop();
  }
}
