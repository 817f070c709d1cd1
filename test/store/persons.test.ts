/** A person is found by the words of the name in any order and spelling of case and accent, and nothing of it can be read. */
import { datesIn, PersonIndex, wordsIn } from '../../store/persons';

const index = new PersonIndex('a secret that is long enough for the record');
const finds = (written: readonly string[], name: string, bornOn?: string): boolean => {
  const kept = new Set(index.of(written));
  return index.asked({ name, bornOn }).every((digest) => kept.has(digest));
};

test.each<[string, string[]]>([
  ['Jordan Example', ['jordan', 'example']],
  ['Zoë O’Connor-Smith', ['zoe', 'oconnor', 'smith']],
  ["zoe o'connor", ['zoe', 'oconnor']],
  ['ÅSA  Łukasz, 12a High Street', ['asa', 'łukasz', '12a', 'high', 'street']],
  ['J. 4/3/1990 !', []],
])('the words of %p are %p', (text, words) => {
  expect(wordsIn(text)).toEqual(words);
});

test.each<[string, string[]]>([
  ['born 4/3/1990', ['1990-03-04']],
  ['04.03.1990 or 1990-03-05', ['1990-03-04', '1990-03-05']],
  ['4th March 1990, 5 Sept 1991', ['1990-03-04', '1991-09-05']],
  ['41/3/1990, 4/13/1990, 4 Mist 1990, 03/1990', []],
])('the dates in %p are %p', (text, dates) => {
  expect(datesIn(text)).toEqual(dates);
});

test('every word that is asked for has to be there, of whatever text of the case', () => {
  const written = ['Jordan Example', 'Born 4 March 1990, lives in Grays'];
  expect(finds(written, 'example JORDAN')).toBe(true);
  expect(finds(written, 'Jordan Grays')).toBe(true);
  expect(finds(written, 'Jordan Example', '1990-03-04')).toBe(true);
  expect(finds(written, 'Jordan Example', '1990-03-05')).toBe(false);
  expect(finds(written, 'Jordan Alex Example')).toBe(false);
});

test('nothing that was written can be read in the digests, and another key makes others', () => {
  const kept = index.of(['Jordan Example, 4/3/1990']);
  expect(kept).toHaveLength(3);
  expect(kept.join()).not.toMatch(/jordan|example|1990/i);
  expect(new PersonIndex('another secret that is long enough').of(['Jordan Example, 4/3/1990'])).not.toEqual(expect.arrayContaining([kept[0]]));
});
