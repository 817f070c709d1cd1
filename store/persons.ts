/**
 * Finds the cases in which a person is named, without a name in the database that can be read: of each word of the name,
 * and of a date of birth, a keyed digest is kept with the case (a blind index). What it gives away, and why that is
 * accepted, stands in docs/adr/0024-a-person-is-found-by-a-blind-index.md.
 */
import { createHmac, hkdfSync } from 'node:crypto';

/** So many bits tell the words of all cases apart and say nothing of a word by themselves. */
const digestBytes = 10;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export class PersonIndex {
  readonly #key: Buffer;

  /** @param secret that of the record of acts, which is never replaced: the key of the index is made from it */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'concordat/person-index', 32));
  }

  /** The digests of what was written of persons: of each word, and of each date. */
  of(texts: readonly string[]): string[] {
    return this.#digests(texts.flatMap((text) => [...wordsIn(text), ...datesIn(text)]));
  }

  /** What a case has to have of these if it names the person: every word of the name, and the date of birth. */
  asked({ name, bornOn }: { readonly name: string; readonly bornOn?: string | undefined }): string[] {
    return this.#digests([...wordsIn(name), ...(bornOn === undefined ? [] : [bornOn])]);
  }

  #digests(words: readonly string[]): string[] {
    return [...new Set(words)].map((word) => createHmac('sha256', this.#key).update(word).digest().subarray(0, digestBytes).toString('base64url'));
  }
}

/** Words as they compare: without case, accents and apostrophes; "O’Connor-Zoë" is "oconnor" and "zoe". */
export const wordsIn = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’‘`]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => /\p{L}/u.test(word) && word.length > 1);

/** Dates as people write them, 4/3/1990, 04.03.1990, 1990-03-04, 4 March 1990, each as an ISO date. */
export function datesIn(text: string): string[] {
  const dates = [
    ...[...text.matchAll(/\b(?<day>\d{1,2})[/.-](?<month>\d{1,2})[/.-](?<year>\d{4})\b/g)],
    ...[...text.matchAll(/\b(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})\b/g)],
    ...[...text.matchAll(/\b(?<day>\d{1,2})(?:st|nd|rd|th)?\s+(?<month>[a-z]{3,9})\.?,?\s+(?<year>\d{4})\b/gi)],
  ];
  return dates.flatMap(({ groups: { year = '', month = '', day = '' } = {} }) => {
    const number = /^\d/.test(month) ? Number(month) : months.indexOf(month.slice(0, 3).toLowerCase()) + 1;
    if (number < 1 || number > 12 || Number(day) < 1 || Number(day) > 31) return [];
    return [`${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`];
  });
}
