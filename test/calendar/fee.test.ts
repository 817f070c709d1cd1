/**
 * Until when a fee can be paid that a public authority has asked for. Freedom of information: three months beginning with the
 * day of the notice; environmental information: 60 working days after it, by the calendar of the whole United Kingdom.
 * Source: Freedom of Information Act 2000, section 9(2); Environmental Information Regulations 2004, regulation 8(5).
 */
import { feeLapse, publicInterestWindow } from '../../calendar';
import { holidays, on, pause } from './support';

test.each([
  ['the day before the same date', '2026-01-10', '2026-04-09'],
  ['a notice of the first', '2026-12-01', '2027-02-28'],
  ['a notice of the last of a long month', '2026-11-30', '2027-02-28'],
  ['a notice of the first after a shorter month', '2027-03-01', '2027-05-31'],
  ['a notice of the first after a month of 30 days', '2027-05-01', '2027-07-31'],
  ['the same in autumn', '2027-10-01', '2027-12-31'],
  ['a leap year', '2027-11-30', '2028-02-29'],
  ['a day off counts as any other', '2026-06-05', '2026-09-04'],
])('freedom of information, %s: asked on %s, until %s', (_, givenOn, until) => {
  expect(feeLapse({ clock: 'freedom-of-information', givenOn: on(givenOn) }, { holidays }).until).toBe(until);
});

test('environmental information: 60 working days, in which a day off of any part of the United Kingdom does not count', () => {
  expect(feeLapse({ clock: 'environmental-information', givenOn: on('2026-09-01') }, { holidays })).toEqual({
    until: '2026-11-24',
    lapsesAt: '2026-11-25T00:00:00Z',
  });
  expect(feeLapse({ clock: 'environmental-information', givenOn: on('2026-09-08') }, { holidays }).until).toBe('2026-12-02');
});

/** FOIA sections 10(3) and 17(2): told within the ordinary time; the Commissioner's guidance expects 40 working days in all. */
test.each([
  ['20 and 40 working days', '2026-09-01', [], '2026-09-29', '2026-10-27'],
  ['a fee that was paid lengthens both', '2026-09-01', ['2026-09-07/2026-09-11'], '2026-10-06', '2026-11-03'],
  ['over St Andrew’s Day', '2026-11-02', [], '2026-12-01', '2026-12-31'],
])('a public interest extension, %s: from %s, paused %j, told until %s, expected by %s', (_, from, paused, until, expectedBy) => {
  expect(publicInterestWindow({ from: on(from), paused: paused.map(pause) }, { holidays })).toMatchObject({ until, expectedBy });
});
