import { setTimeout as sleep } from 'node:timers/promises';
import { atRate } from '../at-rate';
import { startBareCase, withBareWorker } from '../bare';
import { median, percentiles, round } from '../figures';
import { withOffice } from '../office';
import type { Row } from './row';

const perSecond = 10;
const rounds = 3;
const each = { perSecond, count: 20 * perSecond };
/** Connections, caches and compiled code are there after this, as they are in an office that has opened. */
const warmUp = { perSecond, count: 5 * perSecond };

export const posts: Row = {
  what: 'requests posted at 10 a second for a minute, with bare starts at the same rate between',
  run: ({ versions, progress }) =>
    withOffice(versions, (office) =>
      withBareWorker(office.server, async () => {
        const { client } = office;
        const open = () => office.openCase();
        const startBare = (name: string) => (index: number) => startBareCase(client, `bare-${name}-${index}`, 1);
        const warm = await atRate(warmUp, open);
        await office.underWay(warm.map(({ result }) => result));
        await atRate(warmUp, startBare('warm-up'));

        const durable: number[][] = [];
        const started: number[][] = [];
        const mailed: number[][] = [];
        const bare: number[][] = [];
        for (let number = 1; number <= rounds; number += 1) {
          progress(`  round ${number} of ${rounds}`);
          const opened = await atRate(each, open);
          const reached = await office.underWay(opened.map(({ result }) => result));
          const from = opened.map(({ scheduledAt, result }) => ({ scheduledAt, ...reached.get(result) }));
          durable.push(opened.map(({ tookMs }) => tookMs));
          started.push(from.map(({ scheduledAt, startedAt = Infinity }) => startedAt - scheduledAt));
          mailed.push(from.map(({ scheduledAt, mailedAt = Infinity }) => mailedAt - scheduledAt));
          await sleep(2_000);
          bare.push((await atRate(each, startBare(String(number)))).map(({ tookMs }) => tookMs));
          await sleep(2_000);
        }
        const ours = percentiles('post to durable case', durable, { p50: 150, p95: 500, p99: undefined });
        const bares = percentiles('bare start', bare, { p50: undefined, p95: undefined });
        const ratio = median(ours[0]?.runs ?? []) / median(bares[0]?.runs ?? []);
        return [
          ...ours,
          ...bares,
          { what: 'post to durable case, as ratio to a bare start', unit: 'times', runs: [round(ratio)] },
          ...percentiles('post to workflow started', started, { p50: undefined, p95: undefined }),
          ...percentiles('post to mail sent', mailed, { p50: undefined, p95: undefined }),
        ];
      }),
    ),
};
