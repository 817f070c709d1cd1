/** The month view of a working: each day that it speaks of, marked in words as well. */
import { monthsOf, type Month } from '../../calendar';
import { clockIds } from '../../config/policy';
import { count } from './support';

/** The marked days, as "1 April: day 4 / counted, day 4". */
const marked = (months: readonly Month[]) =>
  months.flatMap(({ name, weeks }) =>
    weeks.flat().flatMap((day) => (day?.mark ? [`${day.day} ${name}: ${day.mark.label} / ${day.mark.words}`] : [])),
  );

test('a month is whole, in weeks from Monday to Sunday', () => {
  const [march, april, ...more] = monthsOf(count('information-request', '2026-03-26').steps);
  expect([march?.name, april?.name, more]).toEqual(['March 2026', 'April 2026', []]);
  expect(april?.weeks.map((week) => week.map((day) => day?.day ?? null))).toEqual([
    [null, null, 1, 2, 3, 4, 5],
    [6, 7, 8, 9, 10, 11, 12],
    [13, 14, 15, 16, 17, 18, 19],
    [20, 21, 22, 23, 24, 25, 26],
    [27, 28, 29, 30, null, null, null],
  ]);
});

test('a month of four weeks, and one of six', () => {
  expect(monthsOf(count('withdrawal', '2027-02-01').steps)[0]?.weeks).toHaveLength(4);
  expect(monthsOf(count('withdrawal', '2026-08-01').steps)[0]?.weeks).toHaveLength(6);
});

test('days counted, not counted and due, over Easter', () => {
  expect(marked(monthsOf(count('information-request', '2026-03-26').steps))).toEqual([
    '26 March 2026: start / start',
    '27 March 2026: day 1 / counted, day 1',
    '28 March 2026: off / not counted: Saturday',
    '29 March 2026: off / not counted: Sunday',
    '30 March 2026: day 2 / counted, day 2',
    '31 March 2026: day 3 / counted, day 3',
    '1 April 2026: day 4 / counted, day 4',
    '2 April 2026: day 5 / counted, day 5',
    '3 April 2026: off / not counted: Good Friday',
    '4 April 2026: off / not counted: Saturday',
    '5 April 2026: off / not counted: Sunday',
    '6 April 2026: off / not counted: Easter Monday',
    '7 April 2026: day 6 / counted, day 6',
    '8 April 2026: day 7 / counted, day 7',
    '9 April 2026: day 8 / counted, day 8',
    '10 April 2026: day 9 / counted, day 9',
    '11 April 2026: off / not counted: Saturday',
    '12 April 2026: off / not counted: Sunday',
    '13 April 2026: due / due',
  ]);
});

test('pauses, the nominal date and the moves; months without a mark are there too', () => {
  const { steps } = count('subject-access', '2026-01-31', { extended: true, paused: ['2026-02-10/2026-02-11'] });
  const months = monthsOf(steps);
  expect(months.map(({ name }) => name)).toEqual(['January 2026', 'February 2026', 'March 2026', 'April 2026', 'May 2026']);
  expect(marked(months)).toEqual([
    '31 January 2026: start / start',
    '10 February 2026: pause / paused',
    '11 February 2026: pause / paused',
    '30 April 2026: moved / 3 months after Sat 31 January 2026 (April has no day 31), without pauses',
    '2 May 2026: moved / 2 paused days after Thu 30 April 2026; Saturday, so the due date moves on',
    '3 May 2026: moved / Sunday, so the due date moves on',
    '4 May 2026: moved / Early May bank holiday, so the due date moves on',
    '5 May 2026: due / due',
  ]);
});

test('a day of which two steps speak says both', () => {
  const { steps } = count('subject-access', '2026-09-03', { paused: ['2026-10-03/2026-10-05'] });
  expect(marked(monthsOf(steps))).toContain('3 October 2026: pause / 1 month after Thu 3 September 2026, without pauses; paused');
});

test('an hour clock and an empty working have none', () => {
  expect(monthsOf(count('breach-ico', '2026-03-27T16:00:00Z').steps)).toEqual([]);
  expect(monthsOf([])).toEqual([]);
});

test.each(clockIds.filter((clock) => !clock.startsWith('breach')))('%s: each step with a date is in it', (clock) => {
  const { steps } = count(clock, '2027-12-17');
  const days = monthsOf(steps).flatMap(({ weeks }) => weeks.flat());
  for (const step of steps) {
    if (step.on !== undefined) expect(days.find((day) => day?.on === step.on)?.mark).toBeDefined();
  }
  expect(days.filter((day) => day?.mark?.kind === 'due')).toHaveLength(1);
});
