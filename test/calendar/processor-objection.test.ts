/**
 * Change of processor: 10 working days to object, England and Wales, day 1 the first working day after the controllers
 * are told; the section names no time, so a partnership sets its own.
 * Source: information sharing protocol, section 4 (Responsibilities); UK GDPR, Article 28(2).
 */
import { deadline } from '../../calendar';
import { clocks } from '../../config/clocks';
import { count, holidays, on, texts } from './support';

test.each([
  ['an ordinary fortnight', '2026-06-08', '2026-06-22'],
  ['Easter', '2026-04-02', '2026-04-20'],
  ['told on a Saturday', '2026-08-15', '2026-08-28'],
  ['told on a bank holiday (31 August)', '2026-08-31', '2026-09-14'],
  ['Christmas on a Friday, Boxing Day’s substitute on Monday', '2026-12-18', '2027-01-06'],
  ['29 February', '2028-02-18', '2028-03-03'],
  ['a Scottish day counts here (St Andrew’s Day)', '2026-11-20', '2026-12-04'],
])('%s: from %s due %s', (_, from, due) => {
  expect(count('processor-objection', from).due).toBe(due);
});

test('the working says which day is the last to object, and why a day before it does not count', () => {
  const steps = texts(count('processor-objection', '2026-08-28'));
  expect(steps[0]).toBe('Fri 28 August 2026: the start; day 1 is the first working day after it');
  expect(steps).toContain('Mon 31 August 2026: Summer bank holiday, not counted');
  expect(steps.at(-1)).toBe('Mon 14 September 2026: day 10, the due date');
});

test('a partnership sets its own time', () => {
  const own = { ...clocks['processor-objection'], length: { workingDays: 20 } };
  const settings = { ...clocks, 'processor-objection': own };
  expect(deadline({ clock: 'processor-objection', from: on('2026-06-08') }, { holidays, settings }).due).toBe('2026-07-06');
});

test('it can be neither extended nor paused', () => {
  expect(() => count('processor-objection', '2026-06-08', { extended: true })).toThrow(
    'The clock processor-objection cannot be extended.',
  );
  expect(() => count('processor-objection', '2026-06-08', { paused: ['2026-06-09/2026-06-10'] })).toThrow(
    'The clock processor-objection cannot be paused.',
  );
});
