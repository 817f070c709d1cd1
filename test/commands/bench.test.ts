import { asGraphs } from '../../bench/graphs';
import { asTable, median, percentile, round } from '../../bench/figures';

describe('figures of the bench', () => {
  it('takes a percentile by nearest rank, in whatever order the values come', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile(hundred, 95)).toBe(95);
    expect(percentile([7], 99)).toBe(7);
    expect(() => percentile([], 50)).toThrow('There is no percentile of nothing.');
  });

  it('takes the middle of the runs, or the mean of the two in the middle', () => {
    expect(median([30, 10, 20])).toBe(20);
    expect(median([40, 10, 20, 30])).toBe(25);
    expect(median([5])).toBe(5);
  });

  it('rounds to three digits that count', () => {
    expect([1234.6, 123.4, 12.34, 1.234, 0.12345, 0].map(round)).toEqual([1235, 123, 12.3, 1.23, 0.123, 0]);
  });

  it('says beside each median what its runs were and whether the aim is met', () => {
    const figures = [
      { what: 'quick', unit: 'ms', runs: [120, 80, 100], aim: 100 },
      { what: 'slow', unit: 'ms', runs: [101], aim: 100 },
    ] as const;
    expect(asTable([{ name: 'posts', figures }]).split('\n')).toEqual([
      'Row    What   Median  Each run      Aim',
      'posts  quick  100 ms  120, 80, 100  at most 100: met',
      '       slow   101 ms                at most 100: missed',
    ]);
  });

  it('draws what was measured at several sizes, and nothing else', () => {
    const at = (openCases: number, value: number) => ({ what: `memory, ${openCases}`, unit: 'MiB', runs: [value], drawn: { as: 'Memory', openCases } }) as const;
    expect(asGraphs([{ what: 'quick', unit: 'ms', runs: [1] }, at(1_000, 300), at(5_000, 310)])).toBe(
      ['```mermaid', 'xychart-beta', '  title "Memory"', '  x-axis "open cases" [1000, 5000]', '  y-axis "MiB" 0 --> 341', '  line [300, 310]', '```'].join('\n'),
    );
    expect(asGraphs([{ what: 'quick', unit: 'ms', runs: [1] }])).toBe('');
  });
});
