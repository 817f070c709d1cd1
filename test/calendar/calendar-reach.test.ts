/**
 * A date past the last bank holiday known gets a warning; a bank holiday proclaimed later moves the dates it concerns.
 * Source: clock rules.
 */
import { deadline } from '../../calendar';
import { clocks } from '../../config/clocks';
import { clockIds } from '../../config/policy';
import { count, holidays, on, withHoliday } from './support';

const beyond = 'The bank holidays are known to Tuesday 26 December 2028 only: a later one may move this date.';

test.each(clockIds.filter((clock) => clocks[clock].calendar !== 'none'))(
  '%s warns when it is due after the last bank holiday known',
  (clock) => {
    const { warnings, steps } = count(clock, '2028-12-20');
    expect(warnings).toEqual([beyond]);
    expect(steps.at(-1)).toEqual({ counts: 'remark', text: beyond });
  },
);

test('no warning up to the last day known, one after it', () => {
  expect(holidays.lastKnownDay).toBe('2028-12-26');
  expect(count('subject-access', '2028-11-22').warnings).toEqual([]);
  expect(count('subject-access', '2028-11-24').warnings).toEqual([beyond]);
});

test('it warns too when it is counted from before the first bank holiday known', () => {
  expect(count('information-request', '2023-12-21').warnings).toEqual([
    'The bank holidays are known from Monday 1 January 2024 only: an earlier one may move this date.',
  ]);
});

test('a day proclaimed in England and Wales moves the clocks that meet it', () => {
  const proclaimed = withHoliday('england-and-wales', '2026-06-15', 'Bank holiday for the coronation');
  const from = on('2026-06-08');
  expect(count('information-request', from).due).toBe('2026-06-22');
  const moved = deadline({ clock: 'information-request', from }, { holidays: proclaimed });
  expect(moved.due).toBe('2026-06-23');
  expect(moved.steps).toContainEqual({
    on: '2026-06-15',
    counts: 'not-counted',
    text: 'Mon 15 June 2026: Bank holiday for the coronation, not counted',
  });
});

test('a day proclaimed in Scotland alone moves freedom of information and not an information request', () => {
  const basis = { holidays: withHoliday('scotland', '2026-06-15', 'One-off day') };
  const from = on('2026-06-08');
  expect(deadline({ clock: 'information-request', from }, basis).due).toBe('2026-06-22');
  expect(deadline({ clock: 'freedom-of-information', from }, basis).due).toBe('2026-07-07');
  expect(count('freedom-of-information', from).due).toBe('2026-07-06');
});
