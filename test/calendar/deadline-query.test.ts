/** One answer for the command line, GET /api/v1/deadlines and the calculator, from arguments as they are typed. */
import { CalendarErrors, deadlineFromQuery, type DeadlineQuery } from '../../calendar';
import { count, holidays } from './support';

const ask = (query: DeadlineQuery) => deadlineFromQuery(query, { holidays });

/** Each refusal that a question must end with: "<argument>: <message>". */
function refusals(query: DeadlineQuery): string[] {
  try {
    ask(query);
  } catch (error) {
    if (error instanceof CalendarErrors) return error.errors.map(({ field, message }) => `${field}: ${message}`);
    throw error;
  }
  throw new Error('It was not refused.');
}

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

test('all that is wrong is said at once, in the order of the arguments', () => {
  expect(refusals({})).toEqual(['clock: clock is missing: give it, such as subject-access.', 'from: from is missing: give it, such as 2026-01-31.']);
  expect(refusals({ clock: 'x', extended: 'yes' }).map((each) => each.split(':')[0])).toEqual(['clock', 'from', 'extended']);
  expect(refusals({ clock: 'withdrawal', from: 'soon', extended: true, paused: '2026-03-03/2026-03-04' })).toEqual([
    'from: "soon" is not a date: write year-month-day, such as 2026-03-26.',
    'extended: The clock withdrawal cannot be extended.',
    'paused: The clock withdrawal cannot be paused.',
  ]);
});

test.each<[string, DeadlineQuery, string]>([
  ['clock', { from: '2026-01-31' }, 'clock is missing'],
  ['clock', { clock: '', from: '2026-01-31' }, 'clock is missing'],
  ['clock', { clock: 'dsar', from: '2026-01-31' }, '"dsar" is not a clock: use information-request, '],
  ['clock', { clock: 'toString', from: '2026-01-31' }, '"toString" is not a clock'],
  ['clock', { clock: '__proto__', from: '2026-01-31' }, '"__proto__" is not a clock'],
  ['clock', { clock: ['withdrawal', 'breach-ico'], from: '2026-01-31' }, 'clock is given 2 times'],
  ['clock', { clock: { a: 'b' }, from: '2026-01-31' }, 'clock is missing'],
  ['from', { clock: 'withdrawal' }, 'from is missing'],
  ['from', { clock: 'withdrawal', from: '2026-02-30' }, '2026-02-30 does not exist'],
  ['from', { clock: 'breach-ico', from: '2026-10-24T12:00:00 01:00' }, 'write it as %2B, such as 2026-10-24T12:00:00%2B01:00.'],
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
  const [refused = '', ...more] = refusals(query);
  expect(more).toEqual([]);
  expect(refused.startsWith(`${field}: `)).toBe(true);
  expect(refused).toContain(message);
  expect(refused).not.toContain('\n');
});
