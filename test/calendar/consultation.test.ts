/**
 * Consultation of an originator: 10 working days after it was asked or 5 working days before the statutory due date,
 * whichever is earlier, but never before the next working day.
 * Source: information sharing protocol, section 5; clock rules.
 */
import { consultationDeadline } from '../../calendar';
import { holidays, on, texts } from './support';

const consult = (askedOn: string, statutoryDueOn: string, calendar?: 'united-kingdom') =>
  consultationDeadline(
    { askedOn: on(askedOn), statutoryDueOn: on(statutoryDueOn), calendar: calendar ?? 'england-and-wales' },
    { holidays },
  );

test.each([
  ['10 working days, when there is time', '2026-06-01', '2026-07-01', '2026-06-15'],
  ['10 working days over Easter', '2026-03-26', '2026-05-11', '2026-04-13'],
  ['5 working days before, when that is earlier', '2026-06-01', '2026-06-17', '2026-06-10'],
  ['5 working days before, over Easter', '2026-03-24', '2026-04-10', '2026-04-01'],
  ['both on one day', '2026-06-01', '2026-06-22', '2026-06-15'],
  ['the next working day, when 5 before has gone', '2026-06-05', '2026-06-10', '2026-06-08'],
  ['the next working day, when 5 before is the day asked', '2026-06-03', '2026-06-10', '2026-06-04'],
  ['the next working day, when the statutory date itself has gone', '2026-06-05', '2026-06-01', '2026-06-08'],
  ['asked on a Saturday', '2026-06-06', '2026-06-10', '2026-06-08'],
])('%s: asked %s, statutory %s, due %s', (_, askedOn, statutoryDueOn, due) => {
  expect(consult(askedOn, statutoryDueOn).due).toBe(due);
});

test('moves with the statutory date', () => {
  expect(consult('2026-06-01', '2026-06-17').due).toBe('2026-06-10');
  expect(consult('2026-06-01', '2026-08-17').due).toBe('2026-06-15');
});

test('counts in the calendar of the request: St Andrew’s Day', () => {
  expect(consult('2026-11-20', '2026-12-31').due).toBe('2026-12-04');
  expect(consult('2026-11-20', '2026-12-31', 'united-kingdom').due).toBe('2026-12-07');
});

test('shows both dates and which one it is', () => {
  const result = consult('2026-06-01', '2026-06-17');
  expect(result.dueAt).toBe('2026-06-10T23:00:00Z');
  expect(result.warnings).toEqual([]);
  expect(texts(result)).toEqual([
    'Mon 1 June 2026: asked',
    'Mon 15 June 2026: 10 working days after it was asked',
    'Wed 10 June 2026: 5 working days before the statutory due date, Wed 17 June 2026',
    'Wed 10 June 2026: the earlier of the two, the due date',
  ]);
  expect(texts(consult('2026-06-05', '2026-06-10')).at(-1)).toBe(
    'Mon 8 June 2026: the next working day after it was asked, the other being too early, the due date',
  );
});

test('warns where the bank holidays are not known', () => {
  expect(consult('2028-12-18', '2029-01-20').warnings).toHaveLength(1);
});
