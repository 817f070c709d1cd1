import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { atRate } from '../at-rate';
import { round, type Figure } from '../figures';
import { withOffice } from '../office';
import type { Row } from './row';

const runs = 3;
const cases = 1_000;
const idleMs = 10_000;

export const memory: Row = {
  what: 'resident memory of the worker, 1,000 open cases against none',
  run: async ({ versions, progress }): Promise<Figure[]> => {
    const idle: number[] = [];
    const full: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      progress(`  run ${run} of ${runs}`);
      await withOffice(versions, async (office) => {
        const worker = () => residentMiB(office.stack.part('worker').pid);
        await sleep(idleMs);
        idle.push(worker());
        const opened = await atRate({ perSecond: 10, count: cases }, () => office.openCase());
        await office.underWay(opened.map(({ result }) => result));
        await sleep(idleMs);
        full.push(worker());
      });
    }
    const grown = full.map((mebibytes, run) => mebibytes - (idle[run] ?? NaN));
    return [
      { what: 'worker, idle', unit: 'MiB', runs: idle.map(round) },
      { what: `worker with ${cases} open cases`, unit: 'MiB', runs: full.map(round) },
      { what: 'difference', unit: 'MiB', runs: grown.map(round) },
      { what: 'difference per open case', unit: 'KiB', runs: grown.map((more) => round((more * 1_024) / cases)) },
    ];
  },
};

function residentMiB(pid: number | undefined): number {
  const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kibibytes) / 1_024;
}
