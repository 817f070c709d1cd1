import { performance } from 'node:perf_hooks';
import { deadlineFromQuery, type DeadlineQuery } from '../../calendar';
import { loadConfiguration } from '../../config/configuration';
import { clockTable } from '../../config/protocol-rules';
import { percentile, round, type Figure } from '../figures';
import type { Row } from './row';

const rounds = 3;
const timesEach = 2_000;

/** An ordinary one, the one with the longest working, and one that moves and is paused. */
const questions: Readonly<Record<string, DeadlineQuery>> = {
  '10 working days': { clock: 'information-request', from: '2026-12-18' },
  '40 working days in the United Kingdom': { clock: 'environmental-information', from: '2026-11-02', extended: true },
  '3 months with a pause of 35 days': { clock: 'subject-access', from: '2026-09-03', extended: true, paused: '2026-09-04/2026-10-08' },
};

export const deadline: Row = {
  what: 'a deadline with its working',
  run: ({ progress }): Promise<Figure[]> => {
    const { protocol, holidays } = loadConfiguration(() => ({}), process.env);
    const basis = { holidays, settings: clockTable(protocol) };
    const figures = Object.entries(questions).map(([what, question]): Figure => {
      progress(`  ${what}`);
      const measured = (): number[] => Array.from({ length: timesEach }, () => millisecondsOf(() => deadlineFromQuery(question, basis)));
      measured(); // Does not count: the code is not compiled yet.
      return { what, unit: 'ms', runs: Array.from({ length: rounds }, () => medianOf(measured())), aim: 1 };
    });
    return Promise.resolve(figures);
  },
};

const medianOf = (values: readonly number[]): number => round(percentile(values, 50));

function millisecondsOf(act: () => unknown): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}
