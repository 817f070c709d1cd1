/**
 * Ladders: reminders of a date clock at 09:00 London, spread over 15 minutes, on the working day named; of an hour
 * clock at any hour. Source: clock rules.
 */
import { planClock, type PlanInput } from '../../calendar';
import type { RungPolicy } from '../../config/policy';
import { holidays, on, pause } from './support';

const ladder: RungPolicy[] = [
  { step: 'reminder', offset: { workingDays: -2 }, to: ['spoc'] },
  { step: 'due-today', offset: { workingDays: 0 }, to: ['spoc'] },
  { step: 'overdue', offset: { workingDays: 1 }, to: ['spoc', 'deputy'] },
  { step: 'escalate', offset: { workingDays: 5 }, to: ['governance-lead'] },
];

const plan = (clock: PlanInput['clock'], from: string, more: Partial<PlanInput> = {}) =>
  planClock({ clock, from: on(from), ladder, spreadKey: 'IR-2026-0001', ...more }, { holidays });

/** The rungs with the spread of their case taken off, which is the same for all of them. */
function withoutSpread(rungs: ReturnType<typeof plan>['rungs']) {
  return rungs.map(({ step, at }) => `${step} ${at.slice(0, 13)}`);
}

test('on working days, over Easter and the change to summer time', () => {
  const { rungs } = plan('information-request', '2026-03-16', {
    ladder: [...ladder, { step: 'last', offset: { workingDays: 10 }, to: ['csp-manager'] }],
  });
  expect(withoutSpread(rungs)).toEqual([
    'reminder 2026-03-26T09',
    'due-today 2026-03-30T08',
    'overdue 2026-03-31T08',
    'escalate 2026-04-08T08',
    'last 2026-04-15T08',
  ]);
});

test('over the change to winter time', () => {
  expect(withoutSpread(plan('information-request', '2026-10-12').rungs)).toEqual([
    'reminder 2026-10-22T08',
    'due-today 2026-10-26T09',
    'overdue 2026-10-27T09',
    'escalate 2026-11-02T09',
  ]);
});

test('in the calendar of the clock: 2 January is a day off for freedom of information', () => {
  const reminder = [{ step: 'reminder', offset: { workingDays: -10 }, to: ['spoc' as const] }];
  const foi = plan('freedom-of-information', '2025-12-12', { ladder: reminder });
  expect(foi.dueOn).toBe('2026-01-15');
  expect(withoutSpread(foi.rungs)).toEqual(['reminder 2025-12-30T09']);
  const subjectAccess = plan('subject-access', '2025-12-15', { ladder: reminder });
  expect(subjectAccess.dueOn).toBe('2026-01-15');
  expect(withoutSpread(subjectAccess.rungs)).toEqual(['reminder 2025-12-31T09']);
});

test('a withdrawal that ends on a Sunday: its last day is told on the Friday', () => {
  const { dueOn, rungs } = plan('withdrawal', '2026-03-01');
  expect(dueOn).toBe('2026-03-29');
  expect(withoutSpread(rungs)).toEqual([
    'reminder 2026-03-26T09',
    'due-today 2026-03-27T09',
    'overdue 2026-03-30T08',
    'escalate 2026-04-07T08',
  ]);
});

test('hours from the due moment, to the second, at any hour', () => {
  const { rungs, dueOn, dueAt } = plan('breach-partners', '2026-10-24T23:30:15Z', {
    ladder: [
      { step: 'overdue', offset: { hours: 1 }, to: ['governance-lead'] },
      { step: 'reminder', offset: { hours: -20 }, to: ['spoc'] },
      { step: 'due', offset: { hours: 0 }, to: ['spoc', 'csp-manager'] },
    ],
  });
  expect(dueOn).toBeUndefined();
  expect(dueAt).toBe('2026-10-25T23:30:15Z');
  expect(rungs).toEqual([
    { step: 'reminder', at: '2026-10-25T03:30:15Z', to: ['spoc'] },
    { step: 'due', at: '2026-10-25T23:30:15Z', to: ['spoc', 'csp-manager'] },
    { step: 'overdue', at: '2026-10-26T00:30:15Z', to: ['governance-lead'] },
  ]);
});

test('working days of an hour clock are those of England and Wales, from the London date it runs out on', () => {
  // Runs out on 14 April at 00:30 in London, which is still the 13th in UTC.
  const { rungs } = plan('breach-partners', '2026-04-12T23:30:00Z', { ladder: ladder.slice(2, 3) });
  expect(withoutSpread(rungs)).toEqual(['overdue 2026-04-15T08']);
});

test('the spread is stable for a case, in whole seconds, within 15 minutes, and spreads', () => {
  const seconds = Array.from({ length: 400 }, (_, index) => {
    const [rung] = plan('information-request', '2026-10-12', { spreadKey: `IR-2026-${index}` }).rungs;
    return (Date.parse(rung?.at ?? '') - Date.parse('2026-10-22T08:00:00Z')) / 1000;
  });
  expect(seconds.every((each) => Number.isInteger(each) && each >= 0 && each <= 900)).toBe(true);
  expect(new Set(seconds).size).toBeGreaterThan(200);
  expect(Math.min(...seconds)).toBeLessThan(60);
  expect(Math.max(...seconds)).toBeGreaterThan(840);
  expect(plan('information-request', '2026-10-12')).toEqual(plan('information-request', '2026-10-12'));
});

test('the ladder moves with an extension and a pause, and the plan names its bank holidays', () => {
  const moved = plan('subject-access', '2026-09-03', {
    extended: true,
    paused: [pause('2026-09-04/2026-09-08')],
  });
  expect(moved).toMatchObject({
    clock: 'subject-access',
    from: '2026-09-03',
    dueOn: '2026-12-08',
    dueAt: '2026-12-09T00:00:00Z',
    calendarVersion: holidays.version,
  });
  expect(withoutSpread(moved.rungs)[1]).toBe('due-today 2026-12-08T09');
  expect(moved.steps.at(-1)).toMatchObject({ on: '2026-12-08', counts: 'due' });
});
