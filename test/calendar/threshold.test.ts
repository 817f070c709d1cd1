/**
 * The threshold of an ASB case review: which complaints qualify, and whether their number obliges.
 * Source: Anti-social Behaviour, Crime and Policing Act 2014, section 104(4), (5) and (11).
 */
import { reviewThreshold } from '../../calendar';
import { on, refusal } from './support';

const threshold = (appliedOn: string, complaints: readonly (readonly [string, string])[], required = 3) =>
  reviewThreshold(
    {
      appliedOn: on(appliedOn),
      complaints: complaints.map(([behaviourOn, complainedOn]) => ({ behaviourOn: on(behaviourOn), complainedOn: on(complainedOn) })),
    },
    required,
  );

test.each([
  ['on the day of the behaviour', '2026-03-10', '2026-03-10', true],
  ['on the last day of the month', '2026-03-10', '2026-04-09', true],
  ['on the day after it', '2026-03-10', '2026-04-10', false],
  ['a month that begins with 31 January ends with February', '2026-01-31', '2026-02-28', true],
  ['and not later', '2026-01-31', '2026-03-01', false],
  ['in a leap year', '2028-01-31', '2028-02-29', true],
  ['from the first of a month to its last', '2026-04-01', '2026-04-30', true],
  ['and not to the first of the next', '2026-04-01', '2026-05-01', false],
])('complained %s: %s, %s', (_, behaviourOn, complainedOn, qualifies) => {
  const [first] = threshold(complainedOn, [[behaviourOn, complainedOn]]).complaints;
  expect(first?.qualifies).toBe(qualifies);
});

test.each([
  ['on the day of the complaint', '2026-03-10', true],
  ['on the last day of six months', '2026-09-09', true],
  ['on the day after them', '2026-09-10', false],
])('applied for %s: %s', (_, appliedOn, qualifies) => {
  expect(threshold(appliedOn, [['2026-03-10', '2026-03-10']]).complaints[0]?.qualifies).toBe(qualifies);
});

test('six months from 31 August end with February', () => {
  expect(threshold('2027-02-28', [['2026-08-31', '2026-08-31']]).qualifying).toBe(1);
  expect(threshold('2027-03-01', [['2026-08-31', '2026-08-31']]).qualifying).toBe(0);
});

const three = [
  ['2026-03-01', '2026-03-02'],
  ['2026-03-20', '2026-03-21'],
  ['2026-04-01', '2026-04-03'],
] as const;

test('three that qualify oblige', () => {
  expect(threshold('2026-04-09', three)).toMatchObject({ qualifying: 3, obliges: true });
  expect(threshold('2026-04-09', three).text).toBe(
    '3 qualifying complaints, and 3 are required: the threshold is met, and the review must be carried out.',
  );
});

test('below the count a decision with reasons may grant it', () => {
  const below = threshold('2026-04-09', three.slice(0, 1));
  expect(below).toMatchObject({ qualifying: 1, obliges: false });
  expect(below.text).toBe('1 qualifying complaint, and 3 are required: the review can still be granted, or not, by a decision with reasons.');
});

test('one that does not qualify is not counted, and says why', () => {
  const { qualifying, obliges, complaints } = threshold('2026-04-09', [['2026-01-05', '2026-02-20'], ...three.slice(1)]);
  expect([qualifying, obliges]).toEqual([2, false]);
  expect(complaints.map(({ text }) => text)).toEqual([
    'Complained of on Friday 20 February 2026, not within the month from Monday 5 January 2026 to Wednesday 4 February 2026; ' +
      'applied for on Thursday 9 April 2026, within the six months to Wednesday 19 August 2026; it does not qualify.',
    'Complained of on Saturday 21 March 2026, within the month from Friday 20 March 2026 to Sunday 19 April 2026; ' +
      'applied for on Thursday 9 April 2026, within the six months to Sunday 20 September 2026; it qualifies.',
    'Complained of on Friday 3 April 2026, within the month from Wednesday 1 April 2026 to Thursday 30 April 2026; ' +
      'applied for on Thursday 9 April 2026, within the six months to Friday 2 October 2026; it qualifies.',
  ]);
});

test('a local procedure may ask fewer', () => {
  expect(threshold('2026-04-09', three.slice(0, 2), 2)).toMatchObject({ obliges: true, required: 2 });
  expect(threshold('2026-04-09', [], 1).text).toMatch('0 qualifying complaints, and 1 is required');
});

test('dates in an order that cannot be are refused', () => {
  expect(refusal(() => threshold('2026-04-09', [['2026-03-02', '2026-03-01']]))).toBe(
    'complaints.0.complainedOn: The complaint must be on or after the day of the behaviour.',
  );
  expect(refusal(() => threshold('2026-04-09', [...three, ['2026-04-09', '2026-04-10']]))).toBe(
    'complaints.3.complainedOn: The complaint must be on or before the day of the application.',
  );
  expect(refusal(() => threshold('2026-02-30', three))).toMatch('appliedOn: ');
});
