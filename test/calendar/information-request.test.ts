/**
 * Information request: 10 working days, England and Wales, day 1 the first working day after receipt.
 * Source: information sharing protocol, section 7 (Request and Response).
 */
import { count, texts } from './support';

test.each([
  ['an ordinary fortnight', '2026-06-08', '2026-06-22'],
  ['Easter', '2026-04-02', '2026-04-20'],
  ['Easter in another year', '2025-04-11', '2025-04-29'],
  ['received on a Sunday', '2026-03-29', '2026-04-14'],
  ['received on a bank holiday (Easter Monday)', '2026-04-06', '2026-04-20'],
  ['early May', '2026-05-01', '2026-05-18'],
  ['Christmas on a Friday, Boxing Day’s substitute on Monday', '2026-12-18', '2027-01-06'],
  ['Christmas on a Saturday, two substitute days, New Year on a Saturday', '2027-12-17', '2028-01-05'],
  ['Christmas Eve', '2025-12-24', '2026-01-12'],
  ['February of a leap year', '2028-02-18', '2028-03-03'],
  ['a Scottish day counts here (2 January 2026)', '2025-12-31', '2026-01-15'],
])('%s: from %s due %s', (_, from, due) => {
  expect(count('information-request', from).due).toBe(due);
});

test('the working has each day, counted or not, in plain words', () => {
  expect(texts(count('information-request', '2026-12-18'))).toEqual([
    'Fri 18 December 2026: the start; day 1 is the first working day after it',
    'Sat 19 December 2026: Saturday, not counted',
    'Sun 20 December 2026: Sunday, not counted',
    'Mon 21 December 2026: day 1',
    'Tue 22 December 2026: day 2',
    'Wed 23 December 2026: day 3',
    'Thu 24 December 2026: day 4',
    'Fri 25 December 2026: Christmas Day, not counted',
    'Sat 26 December 2026: Saturday, not counted',
    'Sun 27 December 2026: Sunday, not counted',
    'Mon 28 December 2026: Boxing Day (substitute day), not counted',
    'Tue 29 December 2026: day 5',
    'Wed 30 December 2026: day 6',
    'Thu 31 December 2026: day 7',
    'Fri 1 January 2027: New Year’s Day, not counted',
    'Sat 2 January 2027: Saturday, not counted',
    'Sun 3 January 2027: Sunday, not counted',
    'Mon 4 January 2027: day 8',
    'Tue 5 January 2027: day 9',
    'Wed 6 January 2027: day 10, the due date',
  ]);
});

test('each step has its civil date and its kind, for a month view', () => {
  const marks = count('information-request', '2026-04-02').steps.map((step) => [step.on, step.counts]);
  expect(marks.slice(0, 3)).toEqual([
    ['2026-04-02', 'start'],
    ['2026-04-03', 'not-counted'],
    ['2026-04-04', 'not-counted'],
  ]);
  expect(marks.at(-1)).toEqual(['2026-04-20', 'due']);
});

test('it can be neither extended nor paused', () => {
  expect(() => count('information-request', '2026-06-08', { extended: true })).toThrow(
    'The clock information-request cannot be extended.',
  );
  expect(() => count('information-request', '2026-06-08', { paused: ['2026-06-09/2026-06-10'] })).toThrow(
    'The clock information-request cannot be paused.',
  );
});
