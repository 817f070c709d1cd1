/**
 * Subject access: one month from the day of receipt, working or not, to the same date next month or, where there is
 * none, that month's last day; moved to the next working day. Source: UK GDPR Article 12(3); ICO guidance.
 */
import { count, texts } from './support';

test.each([
  ['a month that has the date', '2026-03-03', '2026-04-07'],
  ['29 January, no 29 February: Saturday 28, moved', '2026-01-29', '2026-03-02'],
  ['30 January', '2026-01-30', '2026-03-02'],
  ['31 January', '2026-01-31', '2026-03-02'],
  ['29 January of a leap year', '2028-01-29', '2028-02-29'],
  ['30 January of a leap year', '2028-01-30', '2028-02-29'],
  ['31 January of a leap year', '2028-01-31', '2028-02-29'],
  ['29 February', '2028-02-29', '2028-03-29'],
  ['31 March to 30 April', '2026-03-31', '2026-04-30'],
  ['31 May to 30 June', '2026-05-31', '2026-06-30'],
  ['31 December over the year’s end, a Sunday', '2026-12-31', '2027-02-01'],
  ['Good Friday is no working day: due Monday 6 April is Easter Monday', '2026-03-06', '2026-04-07'],
  ['Christmas on a Friday: Monday is Boxing Day’s substitute', '2026-11-25', '2026-12-29'],
  ['Christmas on a Saturday: Monday and Tuesday are substitutes', '2027-11-25', '2027-12-29'],
  ['received on a Saturday, counted from that day', '2026-08-01', '2026-09-01'],
  ['received on a bank holiday, counted from that day', '2026-08-31', '2026-09-30'],
  ['28 February stays the 28th', '2027-02-28', '2027-03-30'],
])('%s: from %s due %s', (_, from, due) => {
  expect(count('subject-access', from).due).toBe(due);
});

test('only the days off of England and Wales move it: 3 August 2026 is a bank holiday in Scotland alone', () => {
  expect(count('subject-access', '2026-07-03').due).toBe('2026-08-03');
});

test('the working shows the missing date and each move', () => {
  expect(texts(count('subject-access', '2026-01-31'))).toEqual([
    'Sat 31 January 2026: the start; counted from this day, working or not',
    'Sat 28 February 2026: 1 month after Sat 31 January 2026 (February has no day 31); Saturday, ' +
      'so the due date moves on',
    'Sun 1 March 2026: Sunday, so the due date moves on',
    'Mon 2 March 2026: the next working day, the due date',
  ]);
  expect(texts(count('subject-access', '2026-08-31'))).toEqual([
    'Mon 31 August 2026: the start; counted from this day, working or not',
    'Wed 30 September 2026: 1 month after Mon 31 August 2026 (September has no day 31), the due date',
  ]);
});
