/**
 * Pauses: each day from the day asked to the day answered is excluded, both included; the due date is the nominal
 * one, plus the days excluded, then moved to a working day.
 * Source: UK GDPR Article 12; Data Protection Act 2018, section 54; clock rules.
 */
import { count, refusal, texts } from './support';

const from = '2026-09-03';

test.each([
  ['five days', ['2026-09-04/2026-09-08'], '2026-10-08'],
  ['one day: asked and answered on it', ['2026-09-04/2026-09-04'], '2026-10-05'],
  ['from the day of receipt', ['2026-09-03/2026-09-04'], '2026-10-05'],
  ['two pauses', ['2026-09-04/2026-09-08', '2026-09-14/2026-09-16'], '2026-10-12'],
  ['two pauses, given in the other order', ['2026-09-14/2026-09-16', '2026-09-04/2026-09-08'], '2026-10-12'],
  ['two pauses side by side', ['2026-09-04/2026-09-06', '2026-09-07/2026-09-08'], '2026-10-08'],
  ['beyond the nominal date', ['2026-10-01/2026-10-20'], '2026-10-23'],
  ['a second pause that only the first lets in', ['2026-09-04/2026-09-13', '2026-10-10/2026-10-12'], '2026-10-16'],
  ['asked on the day the date had moved to', ['2026-10-05/2026-10-07'], '2026-10-06'],
])('%s: %j, due %s', (_, paused, due) => {
  expect(count('subject-access', from, { paused }).due).toBe(due);
});

test('counts from the nominal date, never from one already moved', () => {
  // Nominal Saturday 3 October; the unpaused due date is Monday 5. Two days from the 3rd are the 5th, not the 7th.
  expect(count('subject-access', from).due).toBe('2026-10-05');
  expect(count('subject-access', from, { paused: ['2026-09-10/2026-09-11'] }).due).toBe('2026-10-05');
});

test('counts a pause within Part 3 too', () => {
  expect(count('subject-access-law-enforcement', from, { paused: ['2026-09-10/2026-09-14'] }).due).toBe('2026-10-09');
});

test('the working numbers the days excluded and adds them', () => {
  expect(texts(count('subject-access', from, { paused: ['2026-09-04/2026-09-05', '2026-09-08/2026-09-08'] }))).toEqual([
    'Thu 3 September 2026: the start; counted from this day, working or not',
    'Sat 3 October 2026: 1 month after Thu 3 September 2026, without pauses',
    'Fri 4 September 2026: paused day 1',
    'Sat 5 September 2026: paused day 2',
    'Tue 8 September 2026: paused day 3',
    'Tue 6 October 2026: 3 paused days after Sat 3 October 2026, the due date',
  ]);
});

test.each(['subject-access', 'freedom-of-information'] as const)(
  'a pause of %s that begins after the clock has run out excludes nothing, and says so',
  (clock) => {
    const { due } = count(clock, from);
    const late = count(clock, from, { paused: ['2026-10-20/2026-10-26'] });
    expect(late.due).toBe(due);
    expect(late.warnings).toEqual([
      expect.stringMatching(/^The pause 2026-10-20\/2026-10-26 changes nothing: the clock had run out on .+ 2026\.$/),
    ]);
    expect(late.steps.at(-1)).toEqual({ counts: 'remark', text: late.warnings[0] });
  },
);

test.each([
  ['ends before it begins', ['2026-09-08/2026-09-04'], 'ends before it begins'],
  ['shares one day with another', ['2026-09-04/2026-09-08', '2026-09-08/2026-09-09'], 'overlaps the pause'],
  ['lies inside another', ['2026-09-04/2026-09-18', '2026-09-08/2026-09-09'], 'overlaps the pause'],
  ['is given twice', ['2026-09-04/2026-09-08', '2026-09-04/2026-09-08'], 'overlaps the pause'],
  ['begins before the clock', ['2026-09-02/2026-09-04'], 'begins before the clock does, on Thursday 3 September 2026'],
  ['has a date that does not exist', ['2026-09-30/2026-09-31'], '2026-09-31 does not exist'],
])('refuses a pause that %s', (_, paused, message) => {
  const refused = refusal(() => count('subject-access', from, { paused }));
  expect(refused).toMatch(/^paused: The pause|^paused: 2026/);
  expect(refused).toContain(message);
});
