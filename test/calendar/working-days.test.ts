/** Working days: Monday to Friday, not a bank holiday of the calendar; forward and back. Source: clock rules. */
import { CalendarError, isWorkingDay, workingDayOnOrBefore, workingDaysAfter } from '../../calendar';
import { holidays, on } from './support';

test.each([
  ['2026-03-26', 10, '2026-04-13'],
  ['2026-04-13', -10, '2026-03-26'],
  ['2026-04-13', -2, '2026-04-09'],
  ['2026-04-07', -1, '2026-04-02'],
  ['2026-04-04', 1, '2026-04-07'],
  ['2026-04-04', -1, '2026-04-02'],
  ['2026-04-04', 0, '2026-04-04'],
  ['2026-12-24', 1, '2026-12-29'],
  ['2027-12-24', 1, '2027-12-29'],
  ['2028-02-28', 1, '2028-02-29'],
])('from %s, %d working days: %s', (from, workingDays, expected) => {
  expect(workingDaysAfter(on(from), workingDays, 'england-and-wales', holidays)).toBe(expected);
});

test.each([
  ['2026-11-30', 'St Andrew’s Day, Scotland'],
  ['2026-01-02', '2 January, Scotland'],
  ['2026-03-17', 'St Patrick’s Day, Northern Ireland'],
  ['2026-07-13', 'Battle of the Boyne, Northern Ireland'],
])('%s (%s) is a working day in England and Wales, and none in the United Kingdom', (date) => {
  expect(isWorkingDay(on(date), 'england-and-wales', holidays)).toBe(true);
  expect(isWorkingDay(on(date), 'united-kingdom', holidays)).toBe(false);
});

test('31 August 2026 is none in the United Kingdom, though it is one in Scotland', () => {
  expect(holidays.divisions.scotland.has(on('2026-08-31'))).toBe(false);
  expect(isWorkingDay(on('2026-08-31'), 'united-kingdom', holidays)).toBe(false);
});

test('on or before', () => {
  expect(workingDayOnOrBefore(on('2026-04-02'), 'england-and-wales', holidays)).toBe('2026-04-02');
  expect(workingDayOnOrBefore(on('2026-04-06'), 'england-and-wales', holidays)).toBe('2026-04-02');
});

test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d working days are refused', (workingDays) => {
  expect(() => workingDaysAfter(on('2026-04-02'), workingDays, 'england-and-wales', holidays)).toThrow(CalendarError);
});
