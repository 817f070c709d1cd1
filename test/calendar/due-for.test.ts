/**
 * A due date that is not counted from its start: some working days before a panel meets, or a day that was chosen.
 * Source: product description of the ASB case review; the Act sets no time.
 */
import { planDueFor } from '../../calendar';
import type { IsoDate } from '../../config/clock';
import { holidays, on, refusal, texts, withHoliday } from './support';

const plan = (from: string, set: Set, { known = holidays, setOn = from } = {}) =>
  planDueFor(
    {
      clock: 'asb-case-review-request',
      from: on(from),
      dueFor: { setOn: on(setOn), ...set },
      workingDaysBefore: 5,
      ladder: [
        { step: 'reminder', offset: { workingDays: -2 }, to: ['spoc'] },
        { step: 'overdue', offset: { workingDays: 1 }, to: ['spoc'] },
      ],
      spreadKey: 'CR-2026-0001',
      calendar: 'england-and-wales',
    },
    { holidays: known },
  );
type Set = { readonly panelOn: IsoDate } | { readonly chosenOn: IsoDate };
const panel = (panelOn: string): Set => ({ panelOn: on(panelOn) });
const day = (chosenOn: string): Set => ({ chosenOn: on(chosenOn) });

test.each([
  ['an ordinary fortnight', '2026-06-01', '2026-06-26', '2026-06-19'],
  ['over Easter', '2026-03-09', '2026-04-10', '2026-04-01'],
  ['over Christmas', '2026-12-01', '2027-01-06', '2026-12-29'],
  ['the next working day, when that is too early', '2026-06-01', '2026-06-05', '2026-06-02'],
  ['asked on a Saturday', '2026-06-06', '2026-06-10', '2026-06-08'],
])('%s: asked %s, panel %s, due %s', (_, from, panelOn, dueOn) => {
  expect(plan(from, panel(panelOn)).dueOn).toBe(dueOn);
});

test('shows each day that it was counted back over', () => {
  const counted = plan('2026-03-09', panel('2026-04-10'));
  expect(texts(counted)).toEqual([
    'Mon 9 March 2026: asked',
    'Wed 1 April 2026: day 5 before the panel, the due date',
    'Thu 2 April 2026: day 4 before the panel',
    'Fri 3 April 2026: Good Friday, not counted',
    'Sat 4 April 2026: Saturday, not counted',
    'Sun 5 April 2026: Sunday, not counted',
    'Mon 6 April 2026: Easter Monday, not counted',
    'Tue 7 April 2026: day 3 before the panel',
    'Wed 8 April 2026: day 2 before the panel',
    'Thu 9 April 2026: day 1 before the panel',
    'Fri 10 April 2026: the panel meets',
  ]);
  expect(counted.dueAt).toBe('2026-04-01T23:00:00Z');
  expect(counted.rungs.map(({ step, at }) => [step, at.slice(0, 10)])).toEqual([
    ['reminder', '2026-03-30'],
    ['overdue', '2026-04-02'],
  ]);
});

test('where that comes before anybody could answer, says that it is the next working day', () => {
  expect(texts(plan('2026-06-01', panel('2026-06-05'))).at(-1)).toBe(
    'Tue 2 June 2026: the next working day after it was set, the other being too early, the due date',
  );
  expect(plan('2026-06-01', panel('2026-06-05')).steps.filter(({ counts }) => counts === 'due')).toHaveLength(1);
});

test('a bank holiday proclaimed in between moves it earlier', () => {
  const proclaimed = withHoliday('england-and-wales', '2026-06-24', 'Day of thanks');
  expect(plan('2026-06-01', panel('2026-06-26')).dueOn).toBe('2026-06-19');
  expect(plan('2026-06-01', panel('2026-06-26'), { known: proclaimed }).dueOn).toBe('2026-06-18');
});

test('set later: never before the next working day after that', () => {
  const later = plan('2026-06-01', panel('2026-06-12'), { setOn: '2026-06-09' });
  expect([later.from, later.dueOn]).toEqual(['2026-06-01', '2026-06-10']);
  expect(texts(later).slice(0, 2)).toEqual(['Mon 1 June 2026: asked', 'Tue 9 June 2026: this date was set']);
});

test('a chosen day is due at its end', () => {
  const chosen = plan('2026-06-01', day('2026-06-05'));
  expect([chosen.dueOn, chosen.dueAt]).toEqual(['2026-06-05', '2026-06-05T23:00:00Z']);
  expect(texts(chosen)).toEqual(['Mon 1 June 2026: asked', 'Fri 5 June 2026: the day that was chosen, the due date']);
});

test.each([
  ['a panel on a Saturday', panel('2026-06-27'), 'panelOn: The panel must meet on a working day.'],
  ['a panel before anybody could answer', panel('2026-06-02'), 'panelOn: Nobody could answer before the panel: it must meet on Wednesday 3 June 2026 or later.'],
  ['a day that is a bank holiday', day('2026-08-31'), 'dueOn: The due date must be a working day.'],
  ['the day on which it is asked', day('2026-06-01'), 'dueOn: The due date must be Tuesday 2 June 2026 or later.'],
  ['a day that does not exist', day('2026-06-31'), 'dueOn: 2026-06-31 does not exist: check the day and the month.'],
])('refuses %s', (_, set, why) => {
  expect(refusal(() => plan('2026-06-01', set))).toBe(why);
});

test('warns where the bank holidays are not known', () => {
  expect(texts(plan('2028-12-18', panel('2029-01-26'))).at(-1)).toMatch('The bank holidays are known to');
});
