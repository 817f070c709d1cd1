/**
 * Until when an extension can be told. Subject access: on or before the due date without the extension, pauses included;
 * environmental information: within the first 20 working days, which a pause does not lengthen.
 * Source: UK GDPR Article 12(3); Data Protection Act 2018, section 54; Environmental Information Regulations 2004,
 * regulations 7(3) and 8(6).
 */
import { extensionWindow } from '../../calendar';
import { clockIds, type ClockId } from '../../config/policy';
import { clocks } from '../../config/clocks';
import { count, holidays, on, pause, refusal, texts } from './support';

const window = (clock: ClockId, from: string, ...paused: string[]) =>
  extensionWindow({ clock, from: on(from), paused: paused.map(pause) }, { holidays });

test.each<[ClockId, string, string, string[], string]>([
  ['subject-access', 'an ordinary month', '2026-09-02', [], '2026-10-02'],
  ['subject-access', 'no 31 February, moved to Monday', '2026-01-31', [], '2026-03-02'],
  ['subject-access', 'a month that ends on Easter Monday', '2026-03-06', [], '2026-04-07'],
  ['subject-access', 'a month that ends on 29 February', '2028-01-31', [], '2028-02-29'],
  ['subject-access', 'a pause lengthens it', '2026-09-03', ['2026-09-04/2026-09-08'], '2026-10-08'],
  ['subject-access', 'two pauses', '2026-09-03', ['2026-09-04/2026-09-08', '2026-09-14/2026-09-16'], '2026-10-12'],
  ['subject-access', 'a pause that came too late', '2026-09-03', ['2026-10-20/2026-10-26'], '2026-10-05'],
  ['subject-access-law-enforcement', 'from the day after', '2026-06-30', [], '2026-08-03'],
  ['subject-access-law-enforcement', 'a pause', '2026-09-03', ['2026-09-10/2026-09-14'], '2026-10-09'],
  ['environmental-information', '20 working days over St Andrew’s Day', '2026-11-02', [], '2026-12-01'],
  ['environmental-information', 'a pause does not lengthen it', '2026-09-01', ['2026-09-07/2026-09-11'], '2026-09-29'],
])('%s, %s: from %s, paused %j, told until %s', (clock, _, from, paused, until) => {
  expect(window(clock, from, ...paused).until).toBe(until);
});

test('the pause that does not lengthen the time to tell lengthens the clock', () => {
  const paused = ['2026-09-07/2026-09-11'];
  expect(count('environmental-information', '2026-09-01', { paused }).due).toBe('2026-10-06');
  expect(count('environmental-information', '2026-09-01', { paused, extended: true }).due).toBe('2026-11-03');
});

test('it ends with its last day, by London’s clocks, and shows how it was counted', () => {
  const { untilAt, steps } = window('subject-access', '2026-09-03');
  expect(untilAt).toBe('2026-10-05T23:00:00Z');
  expect(texts({ steps })).toEqual(texts(count('subject-access', '2026-09-03')));
});

test('exactly the clocks that can be extended have one', () => {
  for (const clock of clockIds) {
    const ask = () => window(clock, clock.startsWith('breach') ? '2026-06-01T08:00:00Z' : '2026-06-01');
    if (clocks[clock].extendedLength) expect(ask().until).toMatch(/^2026-0[67]/);
    else expect(refusal(ask)).toBe(`extended: The clock ${clock} cannot be extended.`);
  }
});

test.each<[ClockId, string, string[], string]>([
  ['subject-access', '2026-02-30', [], 'from: 2026-02-30 does not exist'],
  ['subject-access', '2026-09-03', ['2026-09-08/2026-09-04'], 'paused: The pause 2026-09-08/2026-09-04 ends before'],
  ['environmental-information', '2026-09-01', ['2026-08-07/2026-09-11'], 'paused: The pause 2026-08-07/2026-09-11 begins'],
  ['nonsense' as ClockId, '2026-09-03', [], 'clock: "nonsense" is not a clock'],
])('%s from %s, paused %j, is refused as the clock itself is', (clock, from, paused, message) => {
  expect(refusal(() => window(clock, from, ...paused))).toContain(message);
});
