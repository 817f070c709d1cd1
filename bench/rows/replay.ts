import { performance } from 'node:perf_hooks';
import { bundleWorkflowCode, Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { quietRuntime } from '../bare/worker';
import { round, type Figure } from '../figures';
import { withManyPartners } from '../many-partners';
import { withOffice } from '../office';
import { reviewedToTheEnd } from './history';
import type { Row } from './row';

const runs = 3;
const partners = 40;

/** What a worker has to do for a case that is not in its cache, at the end of the longest one there is. */
export const replay: Row = {
  what: `a review with ${partners} partners, replayed from its whole history`,
  run: ({ versions, progress }): Promise<Figure[]> =>
    withManyPartners(partners, (file, asked) =>
      withOffice(
        versions,
        async (office) => {
          progress('  a review is carried out');
          const { ref, closed } = await reviewedToTheEnd(office, asked);
          const history = await office.client.workflow.getHandle(ref).fetchHistory();
          quietRuntime();
          const workflowBundle = await bundleWorkflowCode({ workflowsPath: require.resolve('../../workflows') });
          const replayed = () => timed({ workflowBundle }, history);
          progress('  it is replayed');
          await replayed();
          const times: number[] = [];
          for (let run = 0; run < runs; run += 1) times.push(round(await replayed()));
          return [
            { what: `replayed, ${closed} events`, unit: 'ms', runs: times },
            { what: 'its history', unit: 'KiB', runs: [round(Buffer.byteLength(JSON.stringify(history)) / 1_024)] },
          ];
        },
        { PROTOCOL_FILE: file },
      ),
    ),
};

type History = Parameters<typeof Worker.runReplayHistory>[1];

/** In milliseconds, with the worker that is made for it. */
async function timed(options: ReplayWorkerOptions, history: History): Promise<number> {
  const began = performance.now();
  await Worker.runReplayHistory(options, history);
  return performance.now() - began;
}
