import { z } from 'zod';
import { CalendarError, formatDate, monthsAfter, parseIsoDate } from '../../calendar';
import type { IsoDate } from '../../config/clock';

/**
 * Text on one line, so that it can stand in a heading or a subject. Several spaces or tabs within it become one space.
 * @param asked what to enter, as said where it is missing: "Enter who gave the answer"
 */
export const line = (asked: string, longest = 200) => onOneLine(text(asked, longest), asked);

export const optionalLine = (asked: string, longest = 200) => onOneLine(optionalText(longest), asked);

const onOneLine = (of: z.ZodType<string>, asked: string) =>
  of
    .refine((value) => !/[\n\u2028\u2029]/.test(value), `${asked} on one line`)
    .transform((value) => value.replace(/\s+/g, ' '));

/** Text of several lines. */
export const text = (missing: string, longest = 10_000) =>
  z.string(missing).transform(trimmed).pipe(shown(longest).min(1, missing));

export const optionalText = (longest = 10_000) => z.string().default('').transform(trimmed).pipe(shown(longest));

/** Without white space around it, and with the line breaks of one system; nothing, where nobody could see any of it. */
const trimmed = (value: string): string => (isBlank(value) ? '' : value.replace(/\r\n?/g, '\n').trim());

/** White space, and what is only seen beside something else: joiners, spaces of no width. */
const isBlank = (value: string): boolean => /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(value);

const shown = (longest: number) =>
  z
    .string()
    .max(longest, `Use ${longest.toLocaleString('en-GB')} characters or fewer`)
    .superRefine((value, context) => {
      const lines = value.split('\n');
      const at = lines.findIndex((each) => unseen.test(each));
      if (at === -1) return;
      const where = lines.length === 1 ? 'This' : `Line ${at + 1}`;
      context.addIssue({ code: 'custom', message: `${where} has a character that cannot be shown: type it again` });
    });

/**
 * What could forge a heading or turn text around, and nobody sees: control characters, halves of characters, and the
 * marks that change the direction of writing. Joiners are none of these: names in many scripts are written with them.
 */
const unseen = /[\p{Cs}\u202A-\u202E\u2066-\u2069]|(?!\t)\p{Cc}/u;

/**
 * A check over several fields is made as soon as those are sound, whatever is wrong with others: left to itself it waits
 * for all of them, and in a form of several pages that is for a later page.
 */
export function whenSound(...fields: readonly string[]): z.core.$ZodSuperRefineParams {
  return { when: ({ issues }) => !issues.some(({ path }) => fields.includes(String(path?.[0]))) };
}

/**
 * A civil date, `2026-03-26`. A form makes it of three parts and leaves a blank where one was left out (`2026--26`), so
 * that page and API say the same about the same.
 * @param name how the field is called at the beginning of a sentence: "Date received"
 */
export const civilDate = (name: string, missing: string) =>
  z.string(missing).transform((value, context): IsoDate => {
    const fault = dateFault(value.trim(), name, missing);
    if (fault === undefined) return value.trim() as IsoDate;
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  });

function dateFault(value: string, name: string, missing: string): string | undefined {
  if (value === '' || value === '--') return missing;
  const parts = /^(?<year>[^-]*)-(?<month>[^-]*)-(?<day>[^-]*)$/.exec(value)?.groups;
  if (parts === undefined) return `${name} must be a date, such as 2026-03-26`;
  const absent = ['day', 'month', 'year'].filter((part) => parts[part] === '');
  if (absent.length > 0) return `${name} must include a ${absent.join(' and a ')}`;
  if (!/^\d{4}$/.test(parts['year'] ?? '')) return `${name}: the year must have 4 numbers, such as 2026`;
  if (!/^\d{2}$/.test(parts['month'] ?? '') || !/^\d{2}$/.test(parts['day'] ?? '')) {
    return `${name} must be a real date, in numbers, such as 26 3 2026`;
  }
  try {
    parseIsoDate(value);
    return undefined;
  } catch (error) {
    if (error instanceof CalendarError) return `${name} must be a real date: check the day, the month and the year`;
    throw error;
  }
}

/** How far ahead a date can lie: what is further is a slip of the keyboard. */
const monthsAhead = 24;

/** A civil date that is not so far ahead that it must be a slip. */
export const nearDate = (name: string, missing: string, today: IsoDate) =>
  civilDate(name, missing)
    .superRefine((on, context) => {
      const last = monthsAfter(today, monthsAhead);
      if (on > last) context.addIssue({ code: 'custom', message: `${name} must be within two years, by ${formatDate(last)}: check the year` });
    })
    .meta({ format: 'date' });

/** The inputs of a date, each named after it: `from-day`. */
export const dateParts = ['day', 'month', 'year'] as const;

/** The three inputs of a date as one text for `civilDate`; a single digit gets its nought, a blank stays one. */
export function dateOfParts(typed: Readonly<Record<string, string>>, name: string): string {
  const part = (which: string) => (typed[`${name}-${which}`] ?? '').trim().replaceAll('-', '?');
  const two = (value: string) => (/^\d$/.test(value) ? `0${value}` : value);
  return `${part('year')}-${two(part('month'))}-${two(part('day'))}`;
}

/** The names of the three inputs of a date. */
export const dateInputs = (name: string): string[] => ['day', 'month', 'year'].map((part) => `${name}-${part}`);

/** A date as its three inputs have it. */
export function datePartsOf(name: string, on: IsoDate): Readonly<Record<string, string>> {
  const [year = '', month = '', day = ''] = on.split('-');
  return { [`${name}-day`]: day, [`${name}-month`]: month, [`${name}-year`]: year };
}

/** The input of a date that an error leads to: the first one that is blank, or the day. */
export const dateInputIn = (typed: Readonly<Record<string, string>>, name: string): string =>
  dateInputs(name).find((input) => !typed[input]) ?? `${name}-day`;

/** Of a time that the clocks of London do not show on a day. */
export const timeLeftOut = (on: IsoDate, time: string): string =>
  `${time} did not exist on ${formatDate(on)}: the clocks went forward from 1am to 2am. Enter a time that they showed`;

/** Of a time that the clocks of London show twice on a day. */
export const timeTwice = (on: IsoDate, time: string): string =>
  `${time} came twice on ${formatDate(on)}, as the clocks went back. Choose which it was`;
