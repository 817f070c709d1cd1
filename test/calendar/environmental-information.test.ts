/**
 * Environmental information: 20 working days in the calendar of the whole United Kingdom, 40 when the request is
 * complex and voluminous. Source: Environmental Information Regulations 2004, regulations 5 and 7.
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
