/**
 * A partner asked in an ASB case review: 10 working days, England and Wales, as an information request; the Act sets no
 * time, so a partnership may set its own.
 * Source: information sharing protocol, section 7; Anti-social Behaviour, Crime and Policing Act 2014, section 104.
 */
import { deadline } from '../../calendar';
import { clocks } from '../../config/clocks';
import { count, holidays, on } from './support';

test.each([
  ['Easter', '2026-03-26', '2026-04-13'],
  ['Christmas on a Friday, Boxing Day’s substitute on Monday', '2026-12-18', '2027-01-06'],
  ['received on a Sunday', '2026-03-29', '2026-04-14'],
  ['29 February', '2028-02-18', '2028-03-03'],
])('%s: from %s due %s', (_, from, due) => {
  expect(count('asb-case-review-request', from).due).toBe(due);
});

test('it counts as an information request does', () => {
  const { steps } = count('asb-case-review-request', '2026-03-26');
  expect(steps).toEqual(count('information-request', '2026-03-26').steps);
});

test('a partnership sets its own time', () => {
  const own = { ...clocks['asb-case-review-request'], length: { workingDays: 5 } };
  const settings = { ...clocks, 'asb-case-review-request': own };
  expect(deadline({ clock: 'asb-case-review-request', from: on('2026-03-26') }, { holidays, settings }).due).toBe('2026-04-02');
});

test('it can be neither extended nor paused', () => {
  expect(() => count('asb-case-review-request', '2026-06-08', { extended: true })).toThrow('cannot be extended');
  expect(() => count('asb-case-review-request', '2026-06-08', { paused: ['2026-06-09/2026-06-10'] })).toThrow('be paused');
});
