/** The official feed: its shape is checked, and what is wrong is named. Source: gov.uk/bank-holidays.json. */
import { join } from 'node:path';
import { BankHolidaysError, loadBankHolidays, parseBankHolidays } from '../../config/bank-holidays';
import shipped from '../../config/bank-holidays.json';
import { projectRoot } from '../../config/root';
import { holidays, on, withHoliday } from './support';

type Feed = Record<string, { division: unknown; events: Record<string, unknown>[] }>;

/** The shipped feed, changed. */
function changed(change: (feed: Feed) => void): string {
  const feed = structuredClone(shipped) as unknown as Feed;
  change(feed);
  return JSON.stringify(feed);
}

test('the shipped file: three divisions, with their titles, substitute days and reach', () => {
  expect(holidays.divisions['england-and-wales'].get(on('2026-12-25'))).toBe('Christmas Day');
  expect(holidays.divisions['england-and-wales'].get(on('2026-12-28'))).toBe('Boxing Day (substitute day)');
  expect(holidays.divisions.scotland.get(on('2026-11-30'))).toBe('St Andrew’s Day');
  expect(holidays.divisions['northern-ireland'].get(on('2026-03-17'))).toBe('St Patrick’s Day');
  expect([holidays.firstKnownDay, holidays.lastKnownDay]).toEqual(['2024-01-01', '2028-12-26']);
});

test('it reaches as far as the division that ends first', () => {
  const short = parseBankHolidays(
    changed((feed) => {
      feed.scotland?.events.splice(-3);
    }),
  );
  expect(short.lastKnownDay < holidays.lastKnownDay).toBe(true);
});

test('the version changes with a date and a title, not with order, layout or bunting', () => {
  const reordered = changed((feed) => {
    feed.scotland?.events.reverse();
    feed.scotland?.events.forEach((event) => (event.bunting = false));
  });
  expect(parseBankHolidays(reordered).version).toBe(holidays.version);
  expect(parseBankHolidays(`\uFEFF${JSON.stringify(shipped, null, 4)}\n`).version).toBe(holidays.version);
  expect(withHoliday('scotland', '2026-06-15', 'One-off day').version).not.toBe(holidays.version);
  expect(holidays.version).toMatch(/^[0-9a-f]{12}$/);
});

test.each([
  ['empty', '  \n', 'The bank holiday feed cannot be used: it is empty.'],
  ['not JSON', '<!doctype html><p>Not found', 'it is not JSON (it begins "<!doctype html><p>No")'],
  ['cut off', JSON.stringify(shipped).slice(0, 300), 'it is not JSON'],
  ['a list', '[]', 'england-and-wales, scotland, northern-ireland was expected'],
  ['null', 'null', 'england-and-wales, scotland, northern-ireland was expected'],
  ['an empty object', '{}', 'england-and-wales: the division is missing; scotland: the division is missing'],
  [
    'with a day in a far year, which would pass for days that are known until then',
    changed((feed) => feed.scotland?.events.push({ title: 'Christmas Day', date: '2099-12-25', notes: '', bunting: true })),
    'scotland.events: none is listed for more than a year between 2028-12-26 and 2099-12-25',
  ],
  ['without Scotland', changed((feed) => delete feed.scotland), 'scotland: the division is missing'],
  [
    'with a division under another’s name',
    changed((feed) => feed.scotland && (feed.scotland.division = 'england-and-wales')),
    'scotland.division: "scotland" was expected',
  ],
  [
    'with a division without days',
    changed((feed) => feed.scotland && (feed.scotland.events = [])),
    'scotland.events: no bank holidays are listed',
  ],
  [
    'with a date that does not exist',
    changed((feed) => feed.scotland?.events[0] && (feed.scotland.events[0].date = '2026-02-30')),
    'scotland.events[0].date: a date that exists was expected, such as 2026-12-25',
  ],
  [
    'with a date in another form',
    changed((feed) => feed.scotland?.events[0] && (feed.scotland.events[0].date = '25/12/2026')),
    'scotland.events[0].date: a date that exists was expected',
  ],
  [
    'with a day listed twice',
    changed((feed) => feed.scotland?.events.push({ ...feed.scotland.events[4] })),
    `scotland.events[${shipped.scotland.events.length}].date: ${shipped.scotland.events[4]?.date}, ${shipped.scotland.events[4]?.title} is listed twice`,
  ],
  [
    'without a title',
    changed((feed) => delete feed.scotland?.events[2]?.title),
    'scotland.events[2].title: a title was expected',
  ],
])('a feed %s is refused', (_, text, message) => {
  expect(() => parseBankHolidays(text)).toThrow(BankHolidaysError);
  expect(() => parseBankHolidays(text)).toThrow(message);
});

test('every fault is named, in a message that stays short', () => {
  const wrong = changed((feed) => feed.scotland?.events.forEach((event) => (event.date = 'soon')));
  try {
    parseBankHolidays(wrong);
    throw new Error('a feed without one date was taken');
  } catch (error) {
    expect(error).toBeInstanceOf(BankHolidaysError);
    expect((error as BankHolidaysError).faults).toHaveLength(shipped.scotland.events.length);
    expect((error as BankHolidaysError).message).toMatch(/; and \d+ more\.$/);
  }
});

test('two titles on one day in one division share it', () => {
  const both = withHoliday('scotland', '2026-11-30', 'One-off day');
  expect(both.divisions.scotland.get(on('2026-11-30'))).toBe('St Andrew’s Day and One-off day');
});

test('a file that is not there is named', () => {
  const path = join(projectRoot, 'config', 'no-such-file.json');
  expect(() => loadBankHolidays(path)).toThrow(BankHolidaysError);
  expect(() => loadBankHolidays(path)).toThrow(/no-such-file\.json cannot be used: it cannot be read \(ENOENT\)\.$/);
});
