/**
 * Every page and mail shows its date with the working: that costs less than a millisecond. The fastest tenth is looked at,
 * since what others do on the machine is in the rest; the bench measures the median.
 */
import { count } from './support';

test.each([
  ['environmental-information', '2026-11-02', { extended: true }],
  ['subject-access', '2026-09-03', { extended: true, paused: ['2026-09-04/2026-10-08'] }],
  ['breach-ico', '2026-03-27T16:00:00Z', {}],
] as const)('%s', (clock, from, more) => {
  const milliseconds = Array.from({ length: 500 }, () => {
    const before = performance.now();
    count(clock, from, { ...more, paused: [...('paused' in more ? more.paused : [])] });
    return performance.now() - before;
  }).sort((a, b) => a - b);
  expect(milliseconds[50]).toBeLessThan(1);
});
