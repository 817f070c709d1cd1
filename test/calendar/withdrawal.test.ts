/**
 * Withdrawal: 28 days from the day the notice was received, whatever day that is and whatever day they end on.
 * Source: information sharing protocol, section 13.
 */
import { count, texts } from './support';

test.each([
  ['ends on a Monday', '2026-03-02', '2026-03-30', '2026-03-30T23:00:00Z'],
  ['ends on the Sunday the clocks go forward', '2026-03-01', '2026-03-29', '2026-03-29T23:00:00Z'],
  ['ends on the Saturday before', '2026-02-28', '2026-03-28', '2026-03-29T00:00:00Z'],
  ['stays on Good Friday', '2026-03-06', '2026-04-03', '2026-04-03T23:00:00Z'],
  ['stays on Christmas Day', '2026-11-27', '2026-12-25', '2026-12-26T00:00:00Z'],
  ['ends on 29 February', '2028-02-01', '2028-02-29', '2028-03-01T00:00:00Z'],
])('%s: from %s due %s, over at %s', (_, from, due, dueAt) => {
  expect(count('withdrawal', from)).toMatchObject({ due, dueAt });
});

test('no warning, however late: it looks at no bank holiday', () => {
  expect(count('withdrawal', '2031-01-01')).toMatchObject({ due: '2031-01-29', warnings: [] });
});

test('its working', () => {
  expect(texts(count('withdrawal', '2026-03-06'))).toEqual([
    'Fri 6 March 2026: the start; counted from this day, working or not',
    'Fri 3 April 2026: 28 days after Fri 6 March 2026, the due date',
  ]);
});

test('it can be neither extended nor paused', () => {
  expect(() => count('withdrawal', '2026-03-02', { extended: true })).toThrow('cannot be extended');
  expect(() => count('withdrawal', '2026-03-02', { paused: ['2026-03-03/2026-03-04'] })).toThrow('cannot be paused');
});
