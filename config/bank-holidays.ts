import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { IsoDate, IsoInstant } from './clock';

/** The parts of the United Kingdom that have bank holidays of their own, as the official feed names them. */
export const divisions = ['england-and-wales', 'scotland', 'northern-ireland'] as const;
export type Division = (typeof divisions)[number];

/** How the feed is named in an error. */
export const feedName = 'The bank holiday feed';

export interface BankHolidays {
  /** Per division, from date to title: "Boxing Day (substitute day)". */
  readonly divisions: Readonly<Record<Division, ReadonlyMap<IsoDate, string>>>;
  /** Changes when a date or a title does, and not with the feed's order or layout. */
  readonly version: string;
  /** The first bank holiday that every division has reached: before it, the calendar is not known. */
  readonly firstKnownDay: IsoDate;
  /** The last bank holiday of the division that ends first: after it, the calendar is not known. */
  readonly lastKnownDay: IsoDate;
}

/** Where the bank holidays of the moment are had: they change while Concordat runs. One act takes them once. */
export interface BankHolidaySource {
  current(): BankHolidays;
}

/** How the refresh from the official feed goes. */
export interface BankHolidayRefresh {
  /** When the feed was last taken, whether or not it brought a change; null before the first time. */
  readonly refreshedAt: IsoInstant | null;
  readonly attemptedAt: IsoInstant | null;
  /** Since when no attempt went well; null after one that did. */
  readonly failingSince: IsoInstant | null;
  /**
   * Why the last attempt did not go well: no feed was had, or one that must not be used, or that lacks known days to
   * come, which a person can accept. Null if it did.
   */
  readonly failure: { readonly kind: 'unreachable' | 'refused' | 'days-lost'; readonly reason: string } | null;
}

/** A file or feed of bank holidays that must not be used. `faults` has one entry for each thing wrong with it. */
export class BankHolidaysError extends Error {
  override readonly name = 'BankHolidaysError';

  constructor(
    readonly faults: readonly string[],
    source = feedName,
  ) {
    const more = faults.length > 5 ? `; and ${faults.length - 5} more` : '';
    super(`${source} cannot be used: ${faults.slice(0, 5).join('; ')}${more}.`);
  }
}

const event = z.object({
  title: z.string('a title was expected').trim().min(1, 'the title is empty').max(200, 'the title is too long'),
  date: z.iso.date({ error: 'a date that exists was expected, such as 2026-12-25', abort: true }),
  notes: z.string().default(''),
});

/** No year is without a bank holiday. */
const longestGapMs = 366 * 86_400_000;

const events = z
  .array(event, 'a list of bank holidays was expected')
  .min(1, 'no bank holidays are listed')
  .superRefine((listed, context) => {
    const seen = new Set<string>();
    for (const [index, { date, title }] of listed.entries()) {
      const path = [index, 'date'];
      if (seen.has(`${date} ${title}`)) context.addIssue({ code: 'custom', path, message: `${date}, ${title} is listed twice` });
      seen.add(`${date} ${title}`);
    }
    // A wrong year would pass for days that are known until then.
    const days = [...new Set(listed.map(({ date }) => date))].sort();
    for (const [index, date] of days.slice(1).entries()) {
      const before = days[index] ?? date;
      if (Date.parse(date) - Date.parse(before) > longestGapMs) {
        context.addIssue({ code: 'custom', message: `none is listed for more than a year between ${before} and ${date}` });
      }
    }
  });

/** The shape of https://www.gov.uk/bank-holidays.json. What else it carries (bunting) is not looked at. */
const feed = z.object(
  perDivision((division) =>
    z.object(
      {
        division: z.literal(division, `"${division}" was expected`),
        events,
      },
      'the division is missing',
    ),
  ),
  `an object with ${divisions.join(', ')} was expected`,
);

/**
 * Reads the text of the official feed.
 * @param source how the feed is named in the error.
 * @throws BankHolidaysError with every fault: not JSON, empty, a division missing, a date that does not exist,
 *   a bank holiday listed twice.
 */
export function parseBankHolidays(json: string, source = feedName): BankHolidays {
  const parsed = feed.safeParse(readJson(json, source));
  if (!parsed.success) {
    throw new BankHolidaysError(parsed.error.issues.map(fault), source);
  }
  return bankHolidaysOf(perDivision((division) => titlesByDate(parsed.data[division].events)));
}

/** @param byDivision per division, from date to title, in any order; none of them empty */
export function bankHolidaysOf(byDivision: BankHolidays['divisions']): BankHolidays {
  const sorted = perDivision((division) => new Map([...byDivision[division]].toSorted(([a], [b]) => (a < b ? -1 : 1))));
  const days = divisions.map((division) => [...sorted[division].keys()]);
  return {
    divisions: sorted,
    version: versionOf(sorted),
    firstKnownDay: days.map((dates) => dates.at(0)).sort().at(-1) as IsoDate,
    lastKnownDay: days.map((dates) => dates.at(-1)).sort().at(0) as IsoDate,
  };
}

/** Reads a file in the official feed's format. Throws BankHolidaysError with its path, also when it cannot be read. */
export function loadBankHolidays(path: string): BankHolidays {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new BankHolidaysError([`it cannot be read (${reason})`], path);
  }
  return parseBankHolidays(text, path);
}

export function perDivision<T>(make: (division: Division) => T): Record<Division, T> {
  return {
    'england-and-wales': make('england-and-wales'),
    scotland: make('scotland'),
    'northern-ireland': make('northern-ireland'),
  };
}

function readJson(text: string, source: string): unknown {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed === '') throw new BankHolidaysError(['it is empty'], source);
  try {
    return JSON.parse(trimmed);
  } catch {
    throw new BankHolidaysError([`it is not JSON (it begins "${trimmed.slice(0, 20).replace(/\s+/g, ' ')}")`], source);
  }
}

function fault(issue: z.core.$ZodIssue): string {
  const where = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return where === '' ? issue.message : `${where.replace(/^\./, '')}: ${issue.message}`;
}

/** Two bank holidays on one day share it. */
function titlesByDate(listed: readonly z.infer<typeof event>[]): Map<IsoDate, string> {
  const titles = new Map<IsoDate, string>();
  for (const { date, title, notes } of listed) {
    const name = /substitute/i.test(notes) ? `${title} (substitute day)` : title;
    const other = titles.get(date as IsoDate);
    titles.set(date as IsoDate, other === undefined ? name : `${other} and ${name}`);
  }
  return titles;
}

function versionOf(byDivision: Readonly<Record<Division, ReadonlyMap<IsoDate, string>>>): string {
  const content = divisions.map((division) => [division, [...byDivision[division]]]);
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}
