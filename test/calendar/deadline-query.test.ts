/** One answer for the command line, GET /api/v1/deadlines and the calculator, from arguments as they are typed. */
import { deadlineFromQuery, type DeadlineQuery } from '../../calendar';
import { count, holidays, refusal } from './support';

const ask = (query: DeadlineQuery) => deadlineFromQuery(query, { holidays });

test('answers as the calendar does', () => {
  expect(ask({ clock: 'subject-access', from: '2026-01-31' })).toEqual(count('subject-access', '2026-01-31'));
  const paused = '2026-02-10/2026-02-14';
  expect(ask({ clock: 'subject-access', from: '2026-01-31', extended: 'true', paused })).toEqual(
    count('subject-access', '2026-01-31', { extended: true, paused: [paused] }),
  );
});

test('several pauses, lists of one, and surrounding blanks', () => {
  const paused = ['2026-02-10/2026-02-14', '2026-02-20/2026-02-20'];
  expect(ask({ clock: [' subject-access '], from: ['2026-01-31'], extended: false, paused })).toEqual(
    count('subject-access', '2026-01-31', { paused }),
  );
});

test('the answer has clock, from, due, dueAt, steps and warnings, and no due for hours', () => {
  expect(Object.keys(ask({ clock: 'withdrawal', from: '2026-03-02' }))).toEqual([
    'clock',
    'from',
    'due',
    'dueAt',
    'steps',
    'warnings',
  ]);
  expect(Object.keys(ask({ clock: 'breach-ico', from: '2026-03-27T16:00:00Z' }))).toEqual([
    'clock',
    'from',
    'dueAt',
    'steps',
    'warnings',
  ]);
});

test.each<[string, DeadlineQuery, string]>([
  ['clock', {}, 'clock is missing'],
  ['clock', { clock: '', from: '2026-01-31' }, 'clock is missing'],
  ['clock', { clock: 'dsar', from: '2026-01-31' }, '"dsar" is not a clock: use information-request, '],
  ['clock', { clock: 'toString', from: '2026-01-31' }, '"toString" is not a clock'],
  ['clock', { clock: '__proto__', from: '2026-01-31' }, '"__proto__" is not a clock'],
  ['clock', { clock: ['withdrawal', 'breach-ico'], from: '2026-01-31' }, 'clock is given 2 times'],
  ['clock', { clock: { a: 'b' }, from: '2026-01-31' }, 'clock is missing'],
  ['from', { clock: 'withdrawal' }, 'from is missing'],
  ['from', { clock: 'withdrawal', from: '2026-02-30' }, '2026-02-30 does not exist'],
  ['from', { clock: 'withdrawal', from: '2026-03-27T16:00:00Z' }, 'is not a date'],
  ['from', { clock: 'breach-ico', from: '2026-03-27' }, 'is not an instant'],
  ['extended', { clock: 'subject-access', from: '2026-01-31', extended: 'yes' }, 'must be true or false'],
  ['extended', { clock: 'withdrawal', from: '2026-01-31', extended: 'true' }, 'cannot be extended'],
  ['paused', { clock: 'subject-access', from: '2026-01-31', paused: '2026-02-10' }, 'is not a pause: write two dates'],
  ['paused', { clock: 'subject-access', from: '2026-01-31', paused: 'a/b/c' }, '"a/b/c" is not a pause'],
  ['paused', { clock: 'subject-access', from: '2026-01-31', paused: [{}] }, 'is not a pause'],
  ['paused', { clock: 'subject-access', from: '2026-01-31', paused: '2026-02-10/2026-02-30' }, 'does not exist'],
  ['paused', { clock: 'subject-access', from: '2026-01-31', paused: '2026-02-14/2026-02-10' }, 'ends before it begins'],
  ['paused', { clock: 'subject-access', from: '2026-01-31', paused: '2026-02-10/2199-01-01' }, 'More than 1000 days'],
  ['paused', { clock: 'breach-ico', from: '2026-03-27T16:00:00Z', paused: '2026-03-28/2026-03-29' }, 'be paused'],
  ['pause', { clock: 'subject-access', from: '2026-01-31', pause: '2026-02-10/2026-02-14' }, '"pause" is not known'],
])('%s is refused in %j', (field, query, message) => {
  const refused = refusal(() => ask(query));
  expect(refused.startsWith(`${field}: `)).toBe(true);
  expect(refused).toContain(message);
  expect(refused).not.toContain('\n');
});
