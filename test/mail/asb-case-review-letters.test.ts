/** The mails of an ASB case review: what each says, to whom; nothing of whom it is about. */
import type { IsoDate } from '../../config/clock';
import { actionEndedLetter, collatedLetter, dutyLetter, panelLetter } from '../../mail/letters/asb-case-review';

const facts = { caseRef: 'CR-2026-0001', askedBy: 'Thurrock Council', thing: 'review', url: 'https://concordat.example/cases/CR-2026-0001' };

test('all answers are in: leads to the pack, and asks for a day of the panel where there is none', () => {
  const set = collatedLetter(facts, '2026-05-06' as IsoDate);
  expect(set.subject).toBe('CR-2026-0001 All answers are in: the pack can go to the panel');
  expect(set.paragraphs.at(-1)).toBe('The day of the panel is Wednesday 6 May 2026.');
  expect(set.link?.url).toBe('https://concordat.example/cases/CR-2026-0001/pack');
  expect(collatedLetter(facts, null).paragraphs.at(-1)).toBe('No day is set for the panel yet: please set one.');
});

test.each([
  ['looking-again', 'asked', 'CR-2026-0001 The review is to be looked at again: by Friday 8 May 2026'],
  ['looking-again', 'due-today', 'CR-2026-0001 The review is to be looked at again: by the end of Friday 8 May 2026'],
  ['telling-decision', 'reminder', 'CR-2026-0001 The applicant is to be told the decision: by Friday 8 May 2026'],
  ['telling-outcome', 'overdue', 'CR-2026-0001 The applicant is to be told the outcome: overdue since Friday 8 May 2026'],
  ['action', 'escalated', 'CR-2026-0001 Action 3 of the plan is to be done: still not done, overdue since Friday 8 May 2026'],
  ['recording', 'reminder', 'CR-2026-0001 What the panel decided is to be recorded: by Friday 8 May 2026'],
  ['anew', 'asked', 'CR-2026-0001 What the panel decided is to be recorded anew: by Friday 8 May 2026'],
  ['action', 'reminder', 'CR-2026-0001 Action 3 of the plan is to be done: by Friday 8 May 2026'],
] as const)('what is to be done: %s, %s', (kind, about, subject) => {
  const letterTo = (reader: 'requester' | 'spoc' | 'csp-manager') =>
    dutyLetter(facts, { kind, about, number: 3, dueOn: '2026-05-08' as IsoDate }, reader);
  expect(letterTo('requester').subject).toBe(subject);
  expect(letterTo('requester').facts).toContainEqual({ label: 'By the end of', value: 'Friday 8 May 2026' });
  expect(letterTo('requester').footer).toBe('You get this because you opened this review.');
  expect(letterTo('csp-manager').footer).toMatch('as the CSP manager');
  expect(letterTo('csp-manager').paragraphs).toEqual([
    about === 'asked' ? 'There is time until the end of Friday 8 May 2026. You need to do nothing now: you are told again if it is overdue.' : 'Nothing is on record yet of it. Please see to it.',
  ]);
});

test('whoever has an action is told where to read what it is: the mail does not say it', () => {
  const { paragraphs, footer } = dutyLetter(facts, { kind: 'action', about: 'due-today', number: 2, dueOn: '2026-05-08' as IsoDate }, 'spoc');
  expect(paragraphs[0]).toContain('Follow the link to read what it is, and to put on record what came of it');
  expect(paragraphs[0]).toContain('You need no account');
  expect(footer).toBe('You get this because it was given to you or your organisation in a review.');
});

test('whoever has had an action is told that it is not to be done any more, or that another mail has what is', () => {
  const dropped = actionEndedLetter(facts, 2, 'dropped');
  expect([dropped.subject, dropped.link]).toEqual(['CR-2026-0001 Action 2 of the plan is not to be done any more', undefined]);
  expect(dropped.paragraphs[0]).toContain('You need to do nothing');
  expect(actionEndedLetter(facts, 2, 'changed').paragraphs[0]).toContain('another mail leads to what is to be done now');
});

test('who is on the panel is told the reference, the day and where to look; and of another day', () => {
  const named = panelLetter(facts, 'named', '2026-05-06' as IsoDate);
  expect(named.subject).toBe('CR-2026-0001 You are on the panel of an ASB case review, Wednesday 6 May 2026');
  expect(named.paragraphs[0]).toBe('The panel meets on Wednesday 6 May 2026.');
  expect(named.link?.url).toBe(facts.url);
  expect(panelLetter(facts, 'named', null).paragraphs[0]).toBe('The day is not set yet: you are told it by mail.');
  expect(panelLetter(facts, 'moved', '2026-05-20' as IsoDate).subject).toBe('CR-2026-0001 New day of the panel of an ASB case review, Wednesday 20 May 2026');
});
