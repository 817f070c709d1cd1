/**
 * Personal data breach: 24 hours to the partners, 72 to the ICO, elapsed from the moment of detection, over weekends,
 * bank holidays and clock changes; never paused. Source: information sharing protocol, section 10; UK GDPR Article 33.
 */
import { CalendarError } from '../../calendar';
import { count, texts } from './support';

test.each([
  ['breach-partners', 'the night the clocks go back', '2026-10-24T11:00:00Z', '2026-10-25T11:00:00Z'],
  ['breach-partners', 'the night the clocks go forward', '2026-03-28T16:00:00Z', '2026-03-29T16:00:00Z'],
  ['breach-ico', 'a weekend with a clock change', '2026-03-27T16:00:00Z', '2026-03-30T16:00:00Z'],
  ['breach-ico', 'Christmas', '2026-12-24T17:30:00Z', '2026-12-27T17:30:00Z'],
  ['breach-consultation', 'a bank holiday', '2026-04-02T21:00:00Z', '2026-04-04T21:00:00Z'],
  ['breach-ico', '29 February', '2028-02-27T09:15:00Z', '2028-03-01T09:15:00Z'],
  ['breach-partners', 'an instant with another zone', '2026-10-24T12:00:00+01:00', '2026-10-25T11:00:00Z'],
] as const)('%s over %s: from %s due at %s', (clock, _, from, dueAt) => {
  const result = count(clock, from);
  expect(result.dueAt).toBe(dueAt);
  expect(result).not.toHaveProperty('due');
});

test('the working says what the clock on the wall shows, and why', () => {
  expect(texts(count('breach-partners', '2026-10-24T11:00:00Z'))).toEqual([
    'midday BST on Saturday 24 October 2026: the start',
    'The clocks go back in between: the hours are those that pass.',
    '11:00am GMT on Sunday 25 October 2026: 24 hours later, the due moment',
  ]);
  expect(texts(count('breach-ico', '2026-03-27T16:00:00Z'))).toEqual([
    '4:00pm GMT on Friday 27 March 2026: the start',
    'The clocks go forward in between: the hours are those that pass.',
    '5:00pm BST on Monday 30 March 2026: 72 hours later, the due moment',
  ]);
  expect(texts(count('breach-ico', '2026-06-01T08:05:00Z'))).toEqual([
    '9:05am on Monday 1 June 2026: the start',
    '9:05am on Thursday 4 June 2026: 72 hours later, the due moment',
  ]);
});

test('it takes an instant, and a date clock takes a date', () => {
  expect(() => count('breach-ico', '2026-06-01')).toThrow(CalendarError);
  expect(() => count('breach-ico', '2026-06-01')).toThrow('"2026-06-01" is not an instant');
  expect(() => count('breach-ico', '2026-06-01T10:00:00')).toThrow('write date, time and zone');
  expect(() => count('withdrawal', '2026-06-01T10:00:00Z')).toThrow('"2026-06-01T10:00:00Z" is not a date');
});

test.each(['breach-partners', 'breach-ico'] as const)('%s can be neither extended nor paused', (clock) => {
  const from = '2026-06-01T08:00:00Z';
  expect(() => count(clock, from, { extended: true })).toThrow('cannot be extended');
  expect(() => count(clock, from, { paused: ['2026-06-02/2026-06-03'] })).toThrow('cannot be paused');
});
