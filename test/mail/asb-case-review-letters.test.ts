/** The mails of an ASB case review: what each says, to whom; nothing of whom it is about. */
import type { IsoDate } from '../../config/clock';
import { collatedLetter, lookAgainLetter } from '../../mail/letters/asb-case-review';

const facts = { caseRef: 'CR-2026-0001', askedBy: 'Thurrock Council', thing: 'review', url: 'https://concordat.example/cases/CR-2026-0001' };

test('all answers are in: leads to the pack, and asks for a day of the panel where there is none', () => {
  const set = collatedLetter(facts, '2026-05-06' as IsoDate);
  expect(set.subject).toBe('CR-2026-0001 All answers are in: the pack can go to the panel');
  expect(set.paragraphs.at(-1)).toBe('The panel meets on Wednesday 6 May 2026.');
  expect(set.link?.url).toBe('https://concordat.example/cases/CR-2026-0001/pack');
  expect(collatedLetter(facts, null).paragraphs.at(-1)).toBe('No day is set for the panel yet: please set one.');
});

test.each([
  ['asked', 'CR-2026-0001 The applicant is not satisfied: to be looked at again by Friday 8 May 2026'],
  ['reminder', 'CR-2026-0001 To be looked at again by Friday 8 May 2026'],
  ['due-today', 'CR-2026-0001 To be looked at again by today, Friday 8 May 2026'],
  ['overdue', 'CR-2026-0001 Overdue: was to be looked at again by Friday 8 May 2026'],
] as const)('looking at it again, %s', (about, subject) => {
  const letter = lookAgainLetter(facts, about, '2026-05-08' as IsoDate, 'requester');
  expect(letter.subject).toBe(subject);
  expect(letter.facts).toContainEqual({ label: 'By the end of', value: 'Friday 8 May 2026' });
  expect(letter.footer).toBe('You get this because you opened this review.');
  expect(lookAgainLetter(facts, about, '2026-05-08' as IsoDate, 'csp-manager').footer).toMatch('as the CSP manager');
});
