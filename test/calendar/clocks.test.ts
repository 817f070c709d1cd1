/** The table of clocks: complete, sourced and free of contradiction; settings that contradict themselves are named. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deadline } from '../../calendar';
import { clocks, clockSettingsFaults } from '../../config/clocks';
import { clockIds, type ClockId, type ClockSettings } from '../../config/policy';
import { holidays, on } from './support';

test.each(clockIds)('%s has a source and can be counted', (clock) => {
  expect(clocks[clock].source).not.toBe('');
  expect(clockSettingsFaults(clocks[clock])).toEqual([]);
});

/** The rules as a table: length, extended, counted from, calendar, on a day off, whether a pause is part of the regime. */
const rules: Readonly<Record<ClockId, readonly unknown[]>> = {
  'information-request': [{ workingDays: 10 }, undefined, 'first-working-day-after-start', 'england-and-wales', 'cannot-happen', false],
  'asb-case-review-request': [{ workingDays: 10 }, undefined, 'first-working-day-after-start', 'england-and-wales', 'cannot-happen', false],
  'processor-objection': [{ workingDays: 10 }, undefined, 'first-working-day-after-start', 'england-and-wales', 'cannot-happen', false],
  'subject-access': [{ months: 1 }, { months: 3 }, 'day-of-start', 'england-and-wales', 'next-working-day', true],
  'subject-access-law-enforcement': [{ months: 1 }, { months: 3 }, 'day-after-start', 'england-and-wales', 'next-working-day', true],
  'freedom-of-information': [{ workingDays: 20 }, undefined, 'first-working-day-after-start', 'united-kingdom', 'cannot-happen', true],
  'environmental-information': [{ workingDays: 20 }, { workingDays: 40 }, 'first-working-day-after-start', 'united-kingdom', 'cannot-happen', true],
  withdrawal: [{ calendarDays: 28 }, undefined, 'day-of-start', 'none', 'stays', false],
  'breach-partners': [{ hours: 24 }, undefined, 'moment', 'none', 'stays', false],
  'breach-ico': [{ hours: 72 }, undefined, 'moment', 'none', 'stays', false],
  'originator-consultation': [{ workingDays: 10 }, undefined, 'first-working-day-after-start', 'england-and-wales', 'cannot-happen', false],
  'breach-consultation': [{ hours: 48 }, undefined, 'moment', 'none', 'stays', false],
  'breach-telling': [{ hours: 54 }, undefined, 'moment', 'none', 'stays', false],
};

test.each(clockIds)('%s counts as its rule says', (clock) => {
  const { length, extendedLength, countedFrom, calendar, dueOnNonWorkingDay, pausable } = clocks[clock];
  expect([length, extendedLength, countedFrom, calendar, dueOnNonWorkingDay, pausable]).toEqual(rules[clock]);
});

test.each(clockIds)('the rule of %s has a test file of its own', (clock) => {
  const rule = clock.startsWith('breach-') ? 'breach' : clock === 'originator-consultation' ? 'consultation' : clock;
  expect(existsSync(join(__dirname, `${rule}.test.ts`))).toBe(true);
});

const request = clocks['information-request'];
const access = clocks['subject-access'];
const breach = clocks['breach-ico'];

test.each<[string, ClockSettings, string]>([
  ['no length', { ...request, length: { workingDays: 0 } }, 'its length must be a whole number from 1 to 500'],
  ['half a day', { ...request, length: { workingDays: 2.5 } }, 'its length must be a whole number'],
  ['no number', { ...request, length: { months: Number.NaN } }, 'its length must be a whole number from 1 to 24'],
  ['a shorter extension', { ...access, extendedLength: { months: 1 } }, 'its extended length must be'],
  ['an extension in another unit', { ...access, extendedLength: { workingDays: 40 } }, 'its extended length must be'],
  ['hours from a day', { ...breach, countedFrom: 'day-of-start' }, 'hours are counted from a moment'],
  ['days from a moment', { ...access, countedFrom: 'moment' }, 'hours are counted from a moment'],
  ['a pause in a breach', { ...breach, pausable: true }, 'a clock in hours has no calendar, pause'],
  ['working days without a calendar', { ...request, calendar: 'none' }, 'working days need a calendar'],
  ['a month that cannot end on a day off', { ...access, dueOnNonWorkingDay: 'cannot-happen' }, '"cannot-happen"'],
  ['a month from a working day', { ...access, countedFrom: 'first-working-day-after-start' }, 'only working days are'],
  ['a move without a calendar', { ...access, calendar: 'none' }, 'moves to a working day needs a calendar'],
])('refuses %s', (_, settings, fault) => {
  expect(clockSettingsFaults(settings)).toContainEqual(expect.stringContaining(fault));
  const table = { ...clocks, 'subject-access': settings };
  expect(() => deadline({ clock: 'subject-access', from: on('2026-01-31') }, { holidays, settings: table })).toThrow(
    /^The clock subject-access cannot be counted: /,
  );
});

test('a partnership can set its own: 15 working days, and a pause for a question back', () => {
  const settings = { ...clocks, 'information-request': { ...request, length: { workingDays: 15 }, pausable: true } };
  const paused = [{ from: on('2026-06-10'), to: on('2026-06-11') }];
  const asked = { clock: 'information-request', from: on('2026-06-08') } as const;
  expect(deadline(asked, { holidays, settings }).due).toBe('2026-06-29');
  expect(deadline({ ...asked, paused }, { holidays, settings }).due).toBe('2026-07-01');
});
