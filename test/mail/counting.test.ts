/** Why a date is what it is, as a mail says it: how many days were counted, and which were not. */
import { countingInWords } from '../../mail/letters/counting';
import { deadline, planDueFor } from '../../calendar';
import { clocks } from '../../config/clocks';
import { count, holidays, on, pause } from '../calendar/support';

test('days counted, and each day off by its name', () => {
  expect(countingInWords(count('information-request', '2026-03-26'))).toBe(
    '10 working days were counted, from Fri 27 March 2026 (day 1) to Mon 13 April 2026 (day 10), after the start on ' +
      'Thu 26 March 2026. Not counted: weekends, Fri 3 April 2026 (Good Friday), Mon 6 April 2026 (Easter Monday).',
  );
});

test('without a day off it names none', () => {
  const settings = { ...clocks, 'information-request': { ...clocks['information-request'], length: { workingDays: 1 } } };
  const one = deadline({ clock: 'information-request', from: on('2026-06-08') }, { holidays, settings });
  expect(countingInWords(one)).toBe(
    '1 working day was counted, from Tue 9 June 2026 (day 1) to Tue 9 June 2026 (day 1), after the start on Mon 8 June 2026.',
  );
});

test('each time the clock stood still, over a weekend too', () => {
  const settings = { ...clocks, 'information-request': { ...clocks['information-request'], pausable: true } };
  const paused = ['2026-06-11/2026-06-15', '2026-06-18/2026-06-18'].map(pause);
  const { steps } = deadline({ clock: 'information-request', from: on('2026-06-08'), paused }, { holidays, settings });
  expect(countingInWords({ steps })).toBe(
    '10 working days were counted, from Tue 9 June 2026 (day 1) to Fri 26 June 2026 (day 10), after the start on ' +
      'Mon 8 June 2026. Not counted: weekends. Left out, since the clock stood still: Thu 11 June 2026 to ' +
      'Mon 15 June 2026, Thu 18 June 2026.',
  );
});

test('a calendar that does not reach the date says so', () => {
  expect(countingInWords(count('information-request', '2028-12-20'))).toMatch(/ The bank holidays are known to .+ only: /);
});

test('counted back from a panel, and where that comes too early the day that was taken', () => {
  const back = (panelOn: string) =>
    planDueFor(
      {
        clock: 'asb-case-review-request',
        from: on('2026-03-26'),
        dueFor: { setOn: on('2026-03-26'), panelOn: on(panelOn) },
        workingDaysBefore: 5,
        ladder: [],
        spreadKey: 'CR-2026-0001',
        calendar: 'england-and-wales',
      },
      { holidays },
    );
  expect(countingInWords(back('2026-04-10'))).toBe(
    '5 working days were counted back from Fri 10 April 2026, when the panel meets: from Thu 9 April 2026 (day 1) to ' +
      'Wed 1 April 2026 (day 5). Not counted: weekends, Fri 3 April 2026 (Good Friday), Mon 6 April 2026 (Easter Monday).',
  );
  expect(countingInWords(back('2026-03-31'))).toContain(
    ' Fri 27 March 2026: the next working day after it was set, the other being too early, the due date.',
  );
});

test('months and hours give their steps', () => {
  expect(countingInWords(count('subject-access', '2026-01-31'))).toBe(
    'Sat 31 January 2026: the start; counted from this day, working or not. ' +
      'Sat 28 February 2026: 1 month after Sat 31 January 2026 (February has no day 31); Saturday, so the due date ' +
      'moves on. Sun 1 March 2026: Sunday, so the due date moves on. Mon 2 March 2026: the next working day, the due date.',
  );
  expect(countingInWords(count('breach-partners', '2026-06-01T08:00:00Z'))).toBe(
    '9:00am on Monday 1 June 2026: the start. 9:00am on Tuesday 2 June 2026: 24 hours later, the due moment.',
  );
});
