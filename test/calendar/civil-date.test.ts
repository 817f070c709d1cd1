/** Dates and instants are read strictly: what does not exist, or could mean two things, is refused in words. */
import { parseIsoDate, parseIsoInstant } from '../../calendar';
import { refusal } from './support';

test.each(['2026-03-26', '2028-02-29', '1900-01-01', '2199-12-31'])('%s is a date', (text) => {
  expect(parseIsoDate(text)).toBe(text);
});

test.each([
  ['2026-02-30', '2026-02-30 does not exist: check the day and the month.'],
  ['2026-02-29', '2026-02-29 does not exist'],
  ['2026-13-01', '2026-13-01 does not exist'],
  ['2026-00-10', '2026-00-10 does not exist'],
  ['2026-04-31', '2026-04-31 does not exist'],
  ['1899-12-31', 'the year must lie between 1900 and 2199'],
  ['9999-12-31', 'the year must lie between 1900 and 2199'],
  ['26/03/2026', '"26/03/2026" is not a date: write year-month-day, such as 2026-03-26.'],
  ['2026-3-26', 'is not a date'],
  ['20260326', 'is not a date'],
  [' 2026-03-26', 'is not a date'],
  ['2026-03-26\n', '"2026-03-26 " is not a date'],
  ['2026-03-26T10:00:00Z', 'is not a date'],
  ['-002026-03-26', 'is not a date'],
  ['٢٠٢٦-٠٣-٢٦', 'is not a date'],
  ['', '"" is not a date'],
  ['x'.repeat(5000), `"${'x'.repeat(40)}…" is not a date`],
])('%j is refused', (text, message) => {
  const refused = refusal(() => parseIsoDate(text, 'receivedOn'));
  expect(refused).toMatch(/^receivedOn: /);
  expect(refused).toContain(message);
});

test.each([
  ['2026-10-24T11:00:00Z', '2026-10-24T11:00:00Z'],
  ['2026-10-24T11:00Z', '2026-10-24T11:00:00Z'],
  ['2026-10-24T12:00:00+01:00', '2026-10-24T11:00:00Z'],
  ['2026-10-24T00:30:00+01:00', '2026-10-23T23:30:00Z'],
  ['2026-10-24T11:00:00.000Z', '2026-10-24T11:00:00Z'],
  ['2026-10-24T11:00:00.1234567Z', '2026-10-24T11:00:00.123Z'],
])('%s is the instant %s', (text, instant) => {
  expect(parseIsoInstant(text)).toBe(instant);
});

test.each([
  ['2026-10-25T01:30:00', 'is not an instant: write date, time and zone'],
  ['2026-10-25', 'is not an instant'],
  ['2026-02-30T10:00:00Z', '2026-02-30 does not exist'],
  ['2026-10-24T25:00:00Z', 'does not exist: check the hour and the zone'],
  ['2026-10-24T10:60:00Z', 'is not an instant'],
  ['2026-10-24T10:00:00+99:00', 'does not exist: check the hour and the zone'],
  ['2026-10-24T10:00:00[Europe/London]', 'is not an instant'],
  ['2026-10-24 10:00:00Z', 'is not an instant'],
  ['now', '"now" is not an instant'],
])('%s is refused', (text, message) => {
  const refused = refusal(() => parseIsoInstant(text, 'detectedAt'));
  expect(refused).toMatch(/^detectedAt: /);
  expect(refused).toContain(message);
});
