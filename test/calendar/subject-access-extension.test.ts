/**
 * Subject access, extended: three months from the original start, not two from a date already moved; the same pauses.
 * Source: UK GDPR Article 12(3).
 */
import { count } from './support';

test.each([
  ['from the start: two months after the moved 2 March would be 5 May', '2026-01-31', '2026-04-30'],
  ['holidays in the added months move it: Boxing Day’s substitute', '2026-09-25', '2026-12-29'],
  ['no 29 February', '2025-11-29', '2026-03-02'],
  ['29 February of a leap year', '2027-11-30', '2028-02-29'],
  ['Easter', '2026-01-03', '2026-04-07'],
])('%s: from %s due %s', (_, from, due) => {
  expect(count('subject-access', from, { extended: true }).due).toBe(due);
});

test('a pause lengthens the extended clock', () => {
  const paused = ['2026-09-04/2026-09-08'];
  expect(count('subject-access', '2026-09-03', { extended: true, paused }).due).toBe('2026-12-08');
});
