/**
 * Counts a date again with nothing but the words of its working, as a person with a pencil does: no settings of a clock,
 * no bank holidays, nothing of `calendar/`.
 * @throws Error where the words do not add up.
 */
export function recount(working: readonly string[]): string {
  const lines = working.map(read).filter((line) => line !== null);
  const [start, ...rest] = lines;
  if (start === undefined) throw new Error('There is no start.');
  return rest.some(({ what }) => /^day \d+/.test(what)) ? byNumber(start, rest) : byPeriod(rest);
}

interface Line {
  readonly day: number;
  readonly what: string;
}

const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const dateOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** "Thu 26 March 2026" as a number of days. */
function dayOf(words: string): number {
  const [weekday = '', day = '', month = '', year = ''] = words.split(' ');
  const at = new Date(Date.UTC(Number(year), months.indexOf(month), Number(day)));
  if (weekdays[at.getUTCDay()] !== weekday) throw new Error(`${words} is no ${weekday}.`);
  return at.getTime() / 86_400_000;
}

/** A line that begins with a date; remarks do not. */
function read(text: string): Line | null {
  const found = /^(?<date>\w{3} \d{1,2} \w+ \d{4}): (?<what>.+)$/.exec(text)?.groups;
  return found === undefined ? null : { day: dayOf(found['date'] ?? ''), what: found['what'] ?? '' };
}

/** Each day after the start has its line; those that count are numbered from 1, and the last is the due date. */
function byNumber(start: Line, lines: readonly Line[]): string {
  let number = 0;
  for (const [index, { day, what }] of lines.entries()) {
    if (day !== start.day + 1 + index) throw new Error(`A day is missing before ${dateOf(day)}.`);
    const given = /^day (\d+)/.exec(what)?.[1];
    if (given === undefined && !what.endsWith(', not counted')) throw new Error(`Is it counted? ${what}`);
    if (given !== undefined && Number(given) !== (number += 1)) throw new Error(`${given} comes before ${number}.`);
    if (what.endsWith(', the due date') !== (index === lines.length - 1)) throw new Error('The last day is due.');
  }
  return dateOf(start.day + lines.length);
}

/** A length from a day, the days paused added, moved on day by day over the days off. */
function byPeriod(lines: readonly Line[]): string {
  const paused = lines.filter(({ what }) => /^paused day \d+$/.test(what)).length;
  const [first, ...moves] = lines.filter(({ what }) => !/^paused day/.test(what));
  const length = /^(?<amount>\d+) (?<unit>month|day)s? after (?<from>\w{3} \d+ \w+ \d{4})/.exec(first?.what ?? '')?.groups;
  if (first === undefined || length === undefined) throw new Error(`How long is it? ${first?.what ?? ''}`);
  let day = after(dayOf(length['from'] ?? ''), Number(length['amount']), length['unit'] ?? '');
  if (day !== first.day) throw new Error(`${dateOf(day)} is not ${dateOf(first.day)}.`);
  day += paused;
  const days = paused > 0 ? moves : [first, ...moves];
  if (paused > 0 && days[0]?.what.startsWith(`${paused} paused day`) !== true) throw new Error('The pauses are not added.');
  for (const [index, { day: said, what }] of days.entries()) {
    if (said !== day + index) throw new Error(`${dateOf(day + index)} is left out.`);
    const isLast = index === days.length - 1;
    if (!what.endsWith(isLast ? ', the due date' : ', so the due date moves on')) throw new Error(`Is it due? ${what}`);
  }
  return dateOf(day + days.length - 1);
}

function after(from: number, amount: number, unit: string): number {
  if (unit === 'day') return from + amount;
  const start = new Date(from * 86_400_000);
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + amount];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(start.getUTCDate(), last)) / 86_400_000;
}
