import { systemClock } from '../../config/clock';
import { round, type Figure } from '../figures';
import { spoc, withOffice, type Office } from '../office';
import { until } from '../until';
import type { Row } from './row';

const runs = 3;
const cases = 50;

/** What people did while no worker was there: how long after the next one answers all of it is done. */
export const away: Row = {
  what: `${cases} cases answered while the worker is away, until all have given their word`,
  run: ({ versions, progress }): Promise<Figure[]> =>
    withOffice(versions, async (office) => {
      const measured: Record<'SIGKILL' | 'SIGTERM', { fromReady: number; fromStart: number }[]> = { SIGKILL: [], SIGTERM: [] };
      for (let run = 1; run <= runs; run += 1) {
        for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
          progress(`  ${signal}, run ${run} of ${runs}`);
          measured[signal].push(await doneAfter(office, signal));
        }
      }
      const figures = (what: string, signal: keyof typeof measured, aim: number): Figure[] => [
        { what: `${what}, from when the next one answers`, unit: 's', runs: measured[signal].map(({ fromReady }) => fromReady), aim },
        { what: `${what}, from the start of the next process`, unit: 's', runs: measured[signal].map(({ fromStart }) => fromStart) },
      ];
      return [...figures('worker killed, until all is done', 'SIGKILL', 3.5), ...figures('worker stopped, until all is done', 'SIGTERM', 1.5)];
    }),
};

/** In seconds. Its cases are in the cache of the worker that goes, so that they have to find another one. */
async function doneAfter(office: Office, signal: 'SIGKILL' | 'SIGTERM'): Promise<{ fromReady: number; fromStart: number }> {
  const refs = await Promise.all(Array.from({ length: cases }, () => office.openCase()));
  await office.underWay(refs);
  await office.stack.part('worker').kill(signal);
  await Promise.all(refs.map((ref) => office.post(spoc, `/cases/${ref}/tasks/T1/answers`, { kind: 'nothing-held' })));
  const startedAt = Date.parse(systemClock.now());
  await office.stack.start('worker');
  const readyAt = Date.parse(systemClock.now());
  const left = new Set(refs);
  await until('all have given their word', async () => {
    const known = await office.cases.find({ _id: { $in: [...left] } }).toArray();
    for (const { _id, projection } of known) if (projection.openTasks === 0) left.delete(_id);
    return left.size === 0;
  }, 60_000, 20);
  const doneAt = Date.parse(systemClock.now());
  return { fromReady: round((doneAt - readyAt) / 1_000), fromStart: round((doneAt - startedAt) / 1_000) };
}
