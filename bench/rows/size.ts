import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { londonDateOf } from '../../calendar';
import { systemClock } from '../../config/clock';
import { atRate } from '../at-rate';
import { percentile, round, type Figure } from '../figures';
import { opener, openMany } from '../many-cases';
import { spoc, withOffice, type Office } from '../office';
import { until } from '../until';
import type { Row } from './row';

/** How many cases are open when it is measured, one after the other on the same stack. */
const sizes = (process.env['BENCH_SIZES'] ?? '1000,5000,10000').split(',').map(Number);
const idleMs = 10_000;
/** Of the cases opened first, so many are answered at each size; from the second size on they have long left the cache. */
const answered = 100;
const perSecond = 5;

/** Everything that could grow with the number of open cases: memory, disk, and the time until an answer has its word. */
export const size: Row = {
  what: `memory, disk and the time of an answer with ${sizes.join(', ')} open cases`,
  run: ({ versions, progress }): Promise<Figure[]> =>
    withOffice(versions, async (office) => {
      const today = londonDateOf(systemClock.now());
      const { open, close } = await opener(office);
      await sleep(idleMs);
      const empty = taken(office);
      const figures: Figure[] = [{ what: 'Memory of the worker, idle', unit: 'MiB', runs: [round(empty.worker)] }];
      const refs: string[] = [];
      for (const count of sizes) {
        const earlier = refs.length;
        refs.push(...(await openMany(count - earlier, office, (line) => progress(`  with ${earlier} before, ${line.trim()}`), () => open(today))));
        await sleep(idleMs);
        const full = taken(office);
        const perCase = (of: keyof Taken): number => ((full[of] - empty[of]) * 1_024) / count;
        const at = `${count} open cases`;
        progress(`  ${answered} of ${at} are answered`);
        const first = refs.splice(0, answered);
        const times = await answeredAfter(office, first);
        refs.push(...first);
        const figure = (as: string, unit: Figure['unit'], value: number): Figure => ({ what: `${as}, ${at}`, unit, runs: [round(value)], drawn: { as, openCases: count } });
        figures.push(
          figure('Memory of the worker', 'MiB', full.worker),
          figure('Memory of the Temporal server', 'MiB', full.server),
          figure('Memory of the Temporal server per case', 'KiB', perCase('server')),
          figure('Database on disk per case', 'KiB', perCase('database')),
          figure('Histories on disk per case', 'KiB', perCase('histories')),
          figure('From an answer to the word of its case, p50', 'ms', percentile(times, 50)),
          figure('From an answer to the word of its case, p95', 'ms', percentile(times, 95)),
        );
      }
      await close();
      return figures;
    }),
};

interface Taken {
  readonly worker: number;
  readonly server: number;
  readonly database: number;
  readonly histories: number;
}

/** In MiB. */
const taken = ({ stack }: Office): Taken => ({
  worker: residentMiB(stack.part('worker').pid),
  server: residentMiB(stack.part('temporal').pid),
  database: diskMiB(stack.home, 'mongo'),
  histories: diskMiB(stack.home, 'temporal.db'),
});

/** Answers each case by a post of its own. @returns from the moment it was to be sent until the case has given its word, in milliseconds */
async function answeredAfter(office: Office, refs: readonly string[]): Promise<number[]> {
  const posts = await atRate({ perSecond, count: refs.length }, async (index) => {
    const ref = refs[index] ?? '';
    await office.post(spoc, `/cases/${ref}/tasks/T1/answers`, { kind: 'nothing-held' });
    await until('the case knows of its answer', async () => (await office.cases.findOne({ _id: ref }))?.projection.openTasks === 0, 60_000, 10);
  });
  return posts.map(({ tookMs }) => tookMs);
}

/** Of the files and folders of the stack whose names begin so. */
function diskMiB(home: string, prefix: string): number {
  const bytesOf = (path: string): number =>
    statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0) : statSync(path).size;
  return readdirSync(home).filter((name) => name.startsWith(prefix)).reduce((sum, name) => sum + bytesOf(join(home, name)), 0) / 2 ** 20;
}

function residentMiB(pid: number | undefined): number {
  const kibibytes = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kibibytes) / 1_024;
}
