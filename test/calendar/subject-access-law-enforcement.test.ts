/**
 * Subject access under Part 3: as Article 12, but counted from the day after receipt (the ICO's older guidance).
 * Source: Data Protection Act 2018, section 54.
 */
import { deadline } from '../../calendar';
import { clocks } from '../../config/clocks';
import { count, holidays, on, texts } from './support';

test.each([
  ['30 June counts from 1 July', '2026-06-30', false, '2026-08-03'],
  ['31 January counts from 1 February', '2026-01-31', false, '2026-03-02'],
  ['30 January counts from 31 January: no 31 February', '2026-01-30', false, '2026-03-02'],
  ['28 January of a leap year counts from the 29th', '2028-01-28', false, '2028-02-29'],
  ['Easter Monday', '2026-03-05', false, '2026-04-07'],
  ['extended from the day after receipt', '2026-01-31', true, '2026-05-01'],
  ['extended into Christmas', '2026-09-24', true, '2026-12-29'],
])('%s: from %s, extended %s, due %s', (_, from, extended, due) => {
  expect(count('subject-access-law-enforcement', from, { extended }).due).toBe(due);
});

test('the day after is a setting of the clock', () => {
  const settings = {
    ...clocks,
    'subject-access-law-enforcement': {
      ...clocks['subject-access-law-enforcement'],
      countedFrom: 'day-of-start',
    },
  } as const;
  const from = on('2026-06-30');
  expect(deadline({ clock: 'subject-access-law-enforcement', from }, { holidays, settings }).due).toBe('2026-07-30');
});

test('the working says from which day it counts', () => {
  expect(texts(count('subject-access-law-enforcement', '2026-06-30')).slice(0, 2)).toEqual([
    'Tue 30 June 2026: the start; counted from the day after, Wed 1 July 2026',
    'Sat 1 August 2026: 1 month after Wed 1 July 2026; Saturday, so the due date moves on',
  ]);
});
