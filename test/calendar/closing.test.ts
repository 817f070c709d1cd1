/** The day on which a case closes by itself, with its working. */
import { closingDay } from '../../calendar';
import { holidays, on } from './support';

const closing = (since: string, from?: string) =>
  closingDay({ since: on(since), from: from === undefined ? undefined : on(from), workingDays: 20, calendar: 'england-and-wales' }, holidays);
const textsOf = ({ steps }: ReturnType<typeof closing>) => steps.map(({ text }) => text);

test('some working days after the day on which it was put on record, where no other one is given', () => {
  expect(closing('2026-10-26').day).toBe('2026-11-23');
  expect(textsOf(closing('2026-10-26')).at(-1)).toBe('Mon 23 November 2026: day 20, at the end of which it closes');
});

test('from the day on which the applicant was told, however late that is put on record', () => {
  expect(closing('2026-11-10', '2026-10-26').day).toBe('2026-11-23');
});

test('not before the next working day after it was put on record, which the working says', () => {
  // Saturday 28 November; twenty working days after Monday 26 October were over on the Monday before.
  const late = closing('2026-11-28', '2026-10-26');
  expect(late.day).toBe('2026-11-30');
  expect(textsOf(late).slice(-3)).toEqual([
    'Mon 23 November 2026: day 20',
    'Sat 28 November 2026: this was put on record',
    'Mon 30 November 2026: the next working day after that, at the end of which it closes',
  ]);
  expect(late.steps.filter(({ counts }) => counts === 'due')).toHaveLength(1);
});
