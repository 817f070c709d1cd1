/**
 * Freedom of information: 20 working days; a bank holiday of any part of the United Kingdom is no working day; a fees
 * notice stops the count. Source: Freedom of Information Act 2000, section 10(1), (2) and (6).
 */
import { count, texts } from './support';

test.each([
  ['St Patrick’s Day, Northern Ireland', '2026-02-27', '2026-03-30'],
  ['Battle of the Boyne, Northern Ireland, substitute on 13 July', '2026-06-26', '2026-07-27'],
  ['Scotland’s summer bank holiday, 3 August', '2026-07-20', '2026-08-18'],
  ['St Andrew’s Day, Scotland', '2026-11-13', '2026-12-14'],
  ['2 January, Scotland', '2025-12-17', '2026-01-20'],
  ['Easter Monday, none in Scotland', '2026-03-20', '2026-04-21'],
  ['received on New Year’s Day', '2026-01-01', '2026-01-30'],
  ['the day before a Scottish and after no English holiday', '2025-12-31', '2026-01-30'],
])('%s: from %s due %s', (_, from, due) => {
  expect(count('freedom-of-information', from).due).toBe(due);
});

test.each([
  ['2026-02-27', 'Tue 17 March 2026: St Patrick’s Day (Northern Ireland), not counted'],
  ['2026-11-13', 'Mon 30 November 2026: St Andrew’s Day (Scotland), not counted'],
  ['2026-03-20', 'Mon 6 April 2026: Easter Monday (England and Wales and Northern Ireland), not counted'],
  ['2026-03-20', 'Fri 3 April 2026: Good Friday, not counted'],
])('from %s the working says where the day off is one', (from, step) => {
  expect(texts(count('freedom-of-information', from))).toContain(step);
});

test.each([
  ['a week', '2026-09-07/2026-09-11', '2026-10-06'],
  ['a weekend, of which no working day is disregarded', '2026-09-12/2026-09-13', '2026-09-29'],
  ['the due date and the day before', '2026-09-28/2026-09-29', '2026-10-01'],
])('a fees notice disregards the working days of %s', (_, paused, due) => {
  expect(count('freedom-of-information', '2026-09-01').due).toBe('2026-09-29');
  expect(count('freedom-of-information', '2026-09-01', { paused: [paused] }).due).toBe(due);
});

test('a paused day is shown and not numbered', () => {
  const steps = texts(count('freedom-of-information', '2026-09-01', { paused: ['2026-09-03/2026-09-04'] }));
  expect(steps.slice(1, 7)).toEqual([
    'Wed 2 September 2026: day 1',
    'Thu 3 September 2026: paused, not counted',
    'Fri 4 September 2026: paused, not counted',
    'Sat 5 September 2026: Saturday, not counted',
    'Sun 6 September 2026: Sunday, not counted',
    'Mon 7 September 2026: day 2',
  ]);
});

test('it has no extension of fixed length (section 10(3) allows what is reasonable)', () => {
  expect(() => count('freedom-of-information', '2026-09-01', { extended: true })).toThrow('cannot be extended');
});
