import { londonDateOf } from '../../calendar';
import { systemClock } from '../../config/clock';
import { copyWithLadder } from '../copies';
import { percentile, round, type Figure } from '../figures';
import { withOffice, type Office } from '../office';
import { until } from '../until';
import type { Row } from './row';

const cases = Number(process.env['BENCH_RUNGS'] || 1_000);
const copiedAtOnce = 20;
/** By then all of them are under way: the sweep has started them and their first mails are out. */
const readyWithinMs = 300_000;
const dayMs = 86_400_000;

/**
 * The rungs of many cases in the same instant. A real morning spreads them over a quarter of an hour, which is easier; what
 * this shows is how long the last person waits for a mail if nothing is spread.
 */
export const rungs: Row = {
  what: `the first reminder of ${cases} cases in the same instant`,
  run: ({ versions, progress }): Promise<Figure[]> =>
    withOffice(versions, async (office) => {
      const opened = await office.openCase(londonDateOf(systemClock.now()));
      await office.underWay([opened]);
      const step = await firstStep(office, opened);
      const fireAt = Date.parse(systemClock.now()) + readyWithinMs;
      const left = Array.from({ length: cases }, (_, index) => `${opened}-rung-${index + 1}`);
      const refs = [...left];
      progress(`  ${cases} cases are started`);
      const lane = async (): Promise<void> => {
        for (let ref = left.shift(); ref !== undefined; ref = left.shift()) {
          await copyWithLadder(office, opened, ref, (moments) => moments.map((_, index) => fireAt + index * dayMs));
        }
      };
      await Promise.all(Array.from({ length: copiedAtOnce }, lane));
      await office.underWay(refs, fireAt - Date.parse(systemClock.now()));
      progress('  they wait for their rung');
      const keys = refs.map((ref) => `${ref}/T1/${step}/1/spoc`);
      await until('all are mailed', async () => (await office.mails(keys)).size === keys.length, readyWithinMs + 300_000, 1_000);
      const sent = await office.mails(keys);
      const after = keys.map((key) => ((sent.get(key) ?? NaN) - fireAt) / 1_000);
      if (Math.min(...after) < 0) throw new Error('A reminder was mailed before its time.');
      return [
        { what: `mailed after their time, of ${cases}, p50`, unit: 's', runs: [round(percentile(after, 50))] },
        { what: 'the last mailed after its time', unit: 's', runs: [round(Math.max(...after))], aim: 60 },
        { what: 'mails', unit: 'a second', runs: [round(cases / Math.max(...after))] },
      ];
    }),
};

async function firstStep(office: Office, ref: string): Promise<string> {
  const found = await office.cases.findOne({ _id: ref });
  const ladder = found?.startInput.tasks[0]?.clock.rungs ?? [];
  const first = ladder.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))[0];
  if (first === undefined) throw new Error('The case has no ladder.');
  return first.step;
}
