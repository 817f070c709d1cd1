/**
 * Civil dates are Europe/London; a date clock runs out at the first instant after its due date. Source: clock rules;
 * the Summer Time Order 2002 (clocks change at 01:00 UTC on the last Sundays of March and October).
 */
import {
  endOfLondonDay,
  formatDate,
  formatInstant,
  formatShortDate,
  londonDateOf,
  londonMoments,
  startOfLondonDay,
} from '../../calendar';
import { at, count, on } from './support';

test.each([
  ['2026-03-28', '2026-03-28T00:00:00Z', '2026-03-29T00:00:00Z'],
  ['2026-03-29', '2026-03-29T00:00:00Z', '2026-03-29T23:00:00Z'],
  ['2026-03-30', '2026-03-29T23:00:00Z', '2026-03-30T23:00:00Z'],
  ['2026-10-24', '2026-10-23T23:00:00Z', '2026-10-24T23:00:00Z'],
  ['2026-10-25', '2026-10-24T23:00:00Z', '2026-10-26T00:00:00Z'],
  ['2026-12-31', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
])('%s in London lasts from %s until %s', (date, start, end) => {
  expect([startOfLondonDay(on(date)), endOfLondonDay(on(date))]).toEqual([start, end]);
  expect(londonDateOf(at(start))).toBe(date);
  expect(londonDateOf(at(end))).not.toBe(date);
});

test.each([
  ['an ordinary afternoon', '2026-03-26', '14:05', { first: '2026-03-26T14:05:00Z' }],
  ['the hour that is left out', '2027-03-28', '01:00', {}],
  ['the hour that is left out', '2027-03-28', '01:59', {}],
  ['the minute before it', '2027-03-28', '00:59', { first: '2027-03-28T00:59:00Z' }],
  ['the minute after it', '2027-03-28', '02:00', { first: '2027-03-28T01:00:00Z' }],
  ['the hour that comes twice', '2026-10-25', '01:00', { first: '2026-10-25T00:00:00Z', second: '2026-10-25T01:00:00Z' }],
  ['the hour that comes twice', '2026-10-25', '01:59', { first: '2026-10-25T00:59:00Z', second: '2026-10-25T01:59:00Z' }],
  ['the minute after it', '2026-10-25', '02:00', { first: '2026-10-25T02:00:00Z' }],
] as const)('%s: on %s the clocks show %s at %j', (_what, date, time, moments) => {
  const found = Object.entries(londonMoments(on(date), time)).map(([which, moment]) => [which, at(moment)]);
  expect(found).toEqual(Object.entries(moments).map(([which, moment]) => [which, at(moment)]));
});

test('the last moments of a summer evening in UTC are the next day in London', () => {
  expect(londonDateOf(at('2026-04-13T22:59:59.999Z'))).toBe('2026-04-13');
  expect(londonDateOf(at('2026-04-13T23:00:00.000Z'))).toBe('2026-04-14');
});

test.each([
  ['information-request', '2026-03-13', '2026-03-27', '2026-03-28T00:00:00Z'],
  ['information-request', '2026-03-16', '2026-03-30', '2026-03-30T23:00:00Z'],
  ['information-request', '2026-10-09', '2026-10-23', '2026-10-23T23:00:00Z'],
  ['information-request', '2026-10-12', '2026-10-26', '2026-10-27T00:00:00Z'],
] as const)('%s from %s is due %s, over at %s', (clock, from, due, dueAt) => {
  expect(count(clock, from)).toMatchObject({ due, dueAt });
});

test('dates in words', () => {
  expect(formatDate(on('2026-03-26'))).toBe('Thursday 26 March 2026');
  expect(formatShortDate(on('2026-09-06'))).toBe('Sun 6 September 2026');
});

test.each([
  ['2026-03-26T09:00:00Z', '9:00am on Thursday 26 March 2026'],
  ['2026-07-01T08:07:30Z', '9:07am on Wednesday 1 July 2026'],
  ['2026-07-01T12:30:00Z', '1:30pm on Wednesday 1 July 2026'],
  ['2026-04-13T23:00:00Z', 'midnight at the start of Tuesday 14 April 2026'],
  ['2026-04-13T23:05:00Z', '12:05am on Tuesday 14 April 2026'],
  ['2026-01-05T12:00:00Z', 'midday on Monday 5 January 2026'],
  ['2026-01-05T12:05:00Z', '12:05pm on Monday 5 January 2026'],
  ['2026-10-25T00:30:00Z', '1:30am BST on Sunday 25 October 2026'],
  ['2026-10-25T01:30:00Z', '1:30am GMT on Sunday 25 October 2026'],
  ['2026-03-29T01:00:00Z', '2:00am BST on Sunday 29 March 2026'],
])('%s is %s', (instant, words) => {
  expect(formatInstant(at(instant))).toBe(words);
});

test('the zone is named on any day where it is asked for', () => {
  expect(formatInstant(at('2026-07-01T08:00:00Z'), 'always')).toBe('9:00am BST on Wednesday 1 July 2026');
});
