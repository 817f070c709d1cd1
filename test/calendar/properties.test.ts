/** What holds of every date, looked for by random search, and compared with a second, plain implementation. */
import fc from 'fast-check';
import { endOfLondonDay, extensionWindow, isWorkingDay, workingDaysAfter } from '../../calendar';
import { clocks } from '../../config/clocks';
import { clockIds, type WorkingStep } from '../../config/policy';
import { naiveDue, naiveDueAt, naiveIsWorkingDay, type NaiveInput } from './naive';
import { recount } from './recount';
import { count, holidays, on, pause, texts } from './support';

const firstDay = Date.parse('2024-01-01T00:00:00Z') / 86_400_000;
const dateOf = (day: number) => new Date((firstDay + day) * 86_400_000).toISOString().slice(0, 10);
const dayOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000 - firstDay;

/** A start within the years whose bank holidays are known, leaving room for the longest clock. */
const start = fc.integer({ min: 0, max: dayOf('2028-06-01') });
const workingDayClock = fc.constantFrom(
  'information-request' as const,
  'asb-case-review-request' as const,
  'processor-objection' as const,
  'freedom-of-information' as const,
  'environmental-information' as const,
);
const pausableClock = fc.constantFrom(
  'subject-access' as const,
  'subject-access-law-enforcement' as const,
  'freedom-of-information' as const,
  'environmental-information' as const,
);
const dateClock = fc.oneof(workingDayClock, pausableClock, fc.constant('withdrawal' as const));

/** Up to three pauses that do not overlap: each a gap since the one before (since the start) and a length. */
const gaps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 20 })), { maxLength: 3 });
function pausesFrom(day: number, lengths: [number, number][]): [string, string][] {
  let next = day;
  return lengths.map(([gap, length]) => {
    const from = next + gap;
    next = from + length + 1;
    return [dateOf(from), dateOf(from + length)];
  });
}

function due({ clock, from, extended, paused }: NaiveInput) {
  return count(clock, from, { extended, paused: paused.map((days) => days.join('/')) });
}

const question: fc.Arbitrary<NaiveInput> = fc
  .tuple(dateClock, start, fc.boolean(), gaps)
  .map(([clock, day, extended, lengths]) => ({
    clock,
    from: dateOf(day),
    extended: extended && clocks[clock].extendedLength !== undefined,
    paused: clocks[clock].pausable ? pausesFrom(day, lengths) : [],
  }));

const search = { numRuns: 2000 };

test('agrees with the plain implementation', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const result = due(asked);
      expect(result.due).toBe(naiveDue(asked));
      expect(result.dueAt).toBe(naiveDueAt(naiveDue(asked)));
    }),
    search,
  );
});

test('a due date of a working-day clock, and of one that moves, is a working day', () => {
  const moving = fc.constantFrom('subject-access' as const, 'subject-access-law-enforcement' as const);
  fc.assert(
    fc.property(fc.oneof(workingDayClock, moving), start, (clock, day) => {
      expect(naiveIsWorkingDay(count(clock, dateOf(day)).due ?? '')).toBe(true);
    }),
    search,
  );
});

test('a later start never gives an earlier due date', () => {
  const apart = fc.integer({ min: 0, max: 70 });
  fc.assert(
    fc.property(dateClock, start, apart, fc.boolean(), gaps, (clock, day, later, longer, lengths) => {
      const extended = longer && clocks[clock].extendedLength !== undefined;
      const paused = clocks[clock].pausable ? pausesFrom(day + later, lengths) : [];
      const first = due({ clock, from: dateOf(day), extended, paused });
      const second = due({ clock, from: dateOf(day + later), extended, paused });
      expect((second.due ?? '') >= (first.due ?? '')).toBe(true);
    }),
    search,
  );
});

test('a pause never shortens, and an extension never does', () => {
  fc.assert(
    fc.property(pausableClock, start, gaps, (clock, day, lengths) => {
      const from = dateOf(day);
      const plain = due({ clock, from, extended: false, paused: [] }).due ?? '';
      const paused = due({ clock, from, extended: false, paused: pausesFrom(day, lengths) }).due ?? '';
      expect(paused >= plain).toBe(true);
      if (clocks[clock].extendedLength) {
        expect((due({ clock, from, extended: true, paused: pausesFrom(day, lengths) }).due ?? '') >= paused).toBe(true);
      }
    }),
    search,
  );
});

test('a further pause never shortens, nor does a longer one', () => {
  fc.assert(
    fc.property(pausableClock, start, fc.boolean(), gaps, fc.integer({ min: 1, max: 9 }), (clock, day, longer, lengths, more) => {
      const from = dateOf(day);
      const extended = longer && clocks[clock].extendedLength !== undefined;
      const dueWith = (given: [number, number][]) => due({ clock, from, extended, paused: pausesFrom(day, given) }).due ?? '';
      const all = dueWith(lengths);
      expect(all >= dueWith(lengths.slice(0, -1))).toBe(true);
      const [last] = lengths.slice(-1);
      if (last) expect(dueWith([...lengths.slice(0, -1), [last[0], last[1] + more]]) >= all).toBe(true);
    }),
    search,
  );
});

test('an extension can be told until a day that is no later than the due date, extended or not, and no earlier for a pause', () => {
  const extendable = fc.constantFrom(...clockIds.filter((clock) => clocks[clock].extendedLength !== undefined));
  fc.assert(
    fc.property(extendable, start, gaps, (clock, day, lengths) => {
      const from = on(dateOf(day));
      const paused = pausesFrom(day, lengths).map((days) => days.join('/'));
      const { until } = extensionWindow({ clock, from, paused: paused.map(pause) }, { holidays });
      expect(until >= extensionWindow({ clock, from }, { holidays }).until).toBe(true);
      expect(until <= (count(clock, from, { paused }).due ?? '')).toBe(true);
      expect(until < (count(clock, from, { extended: true, paused }).due ?? '')).toBe(true);
    }),
    search,
  );
});

test('somebody with nothing but the words of the working counts the same date', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const result = due(asked);
      expect(recount(texts(result))).toBe(result.due);
    }),
    search,
  );
});

test('the working adds up to the date', () => {
  fc.assert(
    fc.property(question, (asked) => {
      const { steps, due: dueOn = '' } = due(asked);
      const { length, extendedLength } = clocks[asked.clock];
      const full = (asked.extended && extendedLength) || length;
      const of = (...kinds: WorkingStep['counts'][]) => steps.filter(({ counts }) => kinds.includes(counts));

      expect(of('start').map((step) => step.on)).toEqual([asked.from]);
      expect(of('due').map((step) => step.on)).toEqual([dueOn]);
      if ('workingDays' in full) {
        // Each day from the start to the due date has one step; those counted are as many as the clock is long.
        const first = dayOf(asked.from) + 1;
        const days = Array.from({ length: dayOf(dueOn) - first + 1 }, (_, index) => dateOf(first + index));
        expect(of('counted', 'not-counted', 'paused', 'due').map((step) => step.on)).toEqual(days);
        expect(of('counted', 'due')).toHaveLength(full.workingDays);
      } else {
        // The nominal date, one day on for each paused day, one on for each day moved by.
        const first = dayOf(of('moved', 'due')[0]?.on ?? '');
        const paused = of('paused').length;
        const movedBy = of('moved').length - (paused > 0 ? 1 : 0);
        expect(first + paused + movedBy).toBe(dayOf(dueOn));
      }
    }),
    search,
  );
});

test('working days there and back', () => {
  fc.assert(
    fc.property(start, fc.integer({ min: 1, max: 60 }), (day, workingDays) => {
      const there = workingDaysAfter(on(dateOf(day)), workingDays, 'united-kingdom', holidays);
      const back = workingDaysAfter(there, -workingDays, 'united-kingdom', holidays);
      expect(isWorkingDay(there, 'united-kingdom', holidays)).toBe(true);
      // Back on the start, or on the last working day before it where it was none.
      expect(back <= dateOf(day)).toBe(true);
      expect(workingDaysAfter(back, workingDays, 'united-kingdom', holidays)).toBe(there);
    }),
    { numRuns: 500 },
  );
});

test('a day in London lasts 23, 24 or 25 hours, and 23 or 25 on two days a year', () => {
  const hours = Array.from({ length: 366 }, (_, day) => {
    const [from, to] = [endOfLondonDay(on(dateOf(day))), endOfLondonDay(on(dateOf(day + 1)))];
    return (Date.parse(to) - Date.parse(from)) / 3_600_000;
  });
  expect(hours.filter((each) => each !== 24).sort((a, b) => a - b)).toEqual([23, 25]);
});
