/** How a new feed follows what is known: past days stay, known days to come are not lost. Source: clock-rules, last lines. */
import fc from 'fast-check';
import { changesBetween, extendedBy, updatedBy } from '../../config/bank-holiday-changes';
import { bankHolidaysOf, BankHolidaysError, divisions, perDivision, type BankHolidays, type Division } from '../../config/bank-holidays';
import { holidays, on, withHoliday } from './support';

const today = on('2026-06-10');

/** The shipped bank holidays without some of a division. */
const without = (division: Division, isLeftOut: (day: string) => boolean): BankHolidays =>
  bankHolidaysOf({
    ...holidays.divisions,
    [division]: new Map([...holidays.divisions[division]].filter(([day]) => !isLeftOut(day))),
  });

test('a feed with the same days changes nothing', () => {
  const same = updatedBy(holidays, holidays, today);
  expect(same.version).toBe(holidays.version);
  expect(changesBetween(holidays, same)).toEqual({ added: [], removed: [] });
});

test('a one-off day is gained', () => {
  const gained = updatedBy(withHoliday('scotland', '2026-06-15', 'World Cup'), holidays, today);
  expect(gained.version).toBe(withHoliday('scotland', '2026-06-15', 'World Cup').version);
  expect(changesBetween(holidays, gained)).toEqual({
    added: [{ division: 'scotland', on: '2026-06-15', title: 'World Cup' }],
    removed: [],
  });
});

test('days that are past, and today, stay known when the feed has dropped them', () => {
  const known = withHoliday('england-and-wales', today, 'Today');
  const feed = without('england-and-wales', (day) => day <= today);
  expect(updatedBy(feed, known, today).version).toBe(known.version);
});

test('a feed that lacks a known day to come is refused, and every such day is named', () => {
  const feed = without('england-and-wales', (day) => day === '2026-12-25' || day === '2026-12-28');
  expect(() => updatedBy(feed, holidays, today)).toThrow(BankHolidaysError);
  expect(() => updatedBy(feed, holidays, today)).toThrow(
    'The bank holiday feed cannot be used: it lacks Christmas Day on 2026-12-25 (england-and-wales), which is known; ' +
      'it lacks Boxing Day (substitute day) on 2026-12-28 (england-and-wales), which is known.',
  );
});

test('a day that was moved, as a person says, is lost and no other; its new day is gained', () => {
  const feed = bankHolidaysOf({
    ...without('scotland', (day) => day === '2026-11-30').divisions,
    'england-and-wales': withHoliday('england-and-wales', '2026-12-29', 'Boxing Day').divisions['england-and-wales'],
  });
  const after = updatedBy(feed, holidays, today, new Set(['scotland/2026-11-30']));
  expect(changesBetween(holidays, after)).toEqual({
    added: [{ division: 'england-and-wales', on: '2026-12-29', title: 'Boxing Day' }],
    removed: [{ division: 'scotland', on: '2026-11-30', title: 'St Andrew’s Day' }],
  });
  expect(() => updatedBy(feed, holidays, today, new Set(['northern-ireland/2026-11-30']))).toThrow('(scotland)');
  const past = without('scotland', (day) => day === '2026-01-01');
  expect(updatedBy(past, holidays, today, new Set(['scotland/2026-01-01'])).version).toBe(holidays.version);
});

test('a day that is lost in one division is not made up for by another', () => {
  expect(() => updatedBy(without('scotland', (day) => day === '2026-12-25'), holidays, today)).toThrow('(scotland)');
});

test('tomorrow is a day to come', () => {
  const known = withHoliday('northern-ireland', '2026-06-11', 'Tomorrow');
  expect(() => updatedBy(holidays, known, today)).toThrow('it lacks Tomorrow on 2026-06-11');
});

test('a feed that ends sooner than what is known is refused', () => {
  expect(() => updatedBy(without('scotland', (day) => day >= '2028'), holidays, today)).toThrow(BankHolidaysError);
});

test('a day that is named anew keeps its date and makes a new version', () => {
  const known = withHoliday('scotland', '2026-06-15', 'To be named');
  const named = updatedBy(withHoliday('scotland', '2026-06-15', 'World Cup'), known, today);
  expect(named.divisions.scotland.get(on('2026-06-15'))).toBe('World Cup');
  expect(named.version).not.toBe(known.version);
  expect(changesBetween(known, named)).toEqual({ added: [], removed: [] });
});

test('a set is extended only where it does not reach', () => {
  const short = without('scotland', (day) => day < '2025' || day > '2027-12-31' || day === '2026-11-30');
  const extended = extendedBy(holidays, short);
  expect(changesBetween(holidays, extended)).toEqual({
    added: [],
    removed: [{ division: 'scotland', on: '2026-11-30', title: 'St Andrew’s Day' }],
  });
  expect(extended.lastKnownDay).toBe(holidays.lastKnownDay);
  expect(extendedBy(short, holidays)).toBe(holidays);
});

test('whatever comes: either refused, or no known day is lost and none of the feed', () => {
  const days = fc.integer({ min: 1, max: 28 }).map((day) => on(`2026-06-${String(day).padStart(2, '0')}`));
  const sets = fc
    .record(perDivision(() => fc.uniqueArray(days, { minLength: 1 })))
    .map((listed) => bankHolidaysOf(perDivision((division) => new Map(listed[division].map((day) => [day, 'A day'])))));
  fc.assert(
    fc.property(sets, sets, (known, feed) => {
      const isLost = divisions.some((division) =>
        [...known.divisions[division].keys()].some((day) => day > today && !feed.divisions[division].has(day)),
      );
      if (isLost) {
        expect(() => updatedBy(feed, known, today)).toThrow(BankHolidaysError);
        return;
      }
      const after = updatedBy(feed, known, today);
      expect(changesBetween(known, after).removed).toEqual([]);
      expect(changesBetween(feed, after).removed).toEqual([]);
      expect(changesBetween(known, after).added).toEqual(changesBetween(known, feed).added);
    }),
  );
});
