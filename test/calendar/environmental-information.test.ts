/**
 * Environmental information: 20 working days in the calendar of the whole United Kingdom, 40 when the request is
 * complex and voluminous; waiting for an advance payment stops the count.
 * Source: Environmental Information Regulations 2004, regulations 5, 7 and 8.
 */
import { count } from './support';

test.each([
  ['20 days over St Andrew’s Day', '2026-11-02', false, '2026-12-01'],
  ['40 days, from the same start, over Christmas', '2026-11-02', true, '2026-12-31'],
  ['20 days over Christmas', '2025-12-01', false, '2025-12-31'],
  ['40 days, over 2 January in Scotland', '2025-12-01', true, '2026-01-30'],
  ['40 days into the winter time', '2026-09-01', true, '2026-10-27'],
])('%s: from %s, extended %s, due %s', (_, from, extended, due) => {
  expect(count('environmental-information', from, { extended }).due).toBe(due);
});

test.each([
  ['two days before the end', false, '2026-09-28/2026-09-29', '2026-10-01'],
  ['a week, of 40 days', true, '2026-09-07/2026-09-11', '2026-11-03'],
  ['a Scottish day off, which would not have counted', false, '2026-11-30/2026-11-30', '2026-12-01'],
])('an advance payment asked for disregards %s: extended %s, paused %s, due %s', (_, extended, paused, due) => {
  const from = paused.startsWith('2026-11') ? '2026-11-02' : '2026-09-01';
  expect(count('environmental-information', from, { extended, paused: [paused] }).due).toBe(due);
});
