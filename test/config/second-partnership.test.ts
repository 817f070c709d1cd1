/** A made-up partnership with other codes, lengths and steps loads too: nothing of the shipped one is in the code. */
import { join } from 'node:path';
import type { IsoDate } from '../../config/clock';
import { clocks } from '../../config/clocks';
import { clockIds } from '../../config/policy';
import { loadProtocol } from '../../config/protocol';
import { categoriesOf, clockSettings, partnerByCode, signedBy, takesPart } from '../../config/protocol-rules';

const protocol = loadProtocol(join(__dirname, 'marlow-vale.yaml'));
const partner = (code: string) => {
  const found = partnerByCode(protocol, code);
  if (!found) throw new Error(`no partner ${code}`);
  return found;
};
const on = (date: string) => date as IsoDate;

test('its clocks are its own where they may be, and the rule elsewhere', () => {
  const differing = clockIds.filter(
    (clock) => JSON.stringify(clockSettings(protocol, clock)) !== JSON.stringify(clocks[clock]),
  );
  expect(differing).toEqual([
    'information-request',
    'asb-case-review-request',
    'subject-access-law-enforcement',
    'withdrawal',
    'breach-partners',
    'breach-consultation',
    'breach-telling',
  ]);
  expect(clockSettings(protocol, 'information-request')).toEqual({
    ...clocks['information-request'],
    length: { workingDays: 7 },
    pausable: true,
  });
  expect(clockSettings(protocol, 'subject-access-law-enforcement').countedFrom).toBe('day-of-start');
  expect(clockSettings(protocol, 'breach-telling').length).toEqual({ hours: 40 });
  expect(clockSettings(protocol, 'withdrawal').length).toEqual({ calendarDays: 42 });
});

test('a category of the whole partner is also any team\'s to share; one of a team is not another\'s', () => {
  const codes = (team?: string) => categoriesOf(protocol, partner('vale-council'), team).map(({ code }) => code);
  expect(codes('wardens')).toEqual(['noise', 'tenancies']);
  expect(codes('another')).toEqual(['tenancies']);
  expect(codes()).toEqual(['noise', 'tenancies']);
});

test('signing: dated, undated from the version that bears it, not at all', () => {
  expect(signedBy(partner('dale-police'), on('2025-06-01'))).toBe(false);
  expect(signedBy(partner('dale-police'), on('2025-06-02'))).toBe(true);
  expect(partner('lantern')).toMatchObject({ signed: true, signedOn: null, signedFrom: '2025-02-03' });
  expect(partner('towpath')).toMatchObject({ signed: false, signedFrom: null });
  expect(signedBy(partner('towpath'), on('2030-01-01'))).toBe(false);
});

test('a former partner takes part from its signature to the day before it withdrew', () => {
  const days = ['2024-05-12', '2024-05-13', '2026-04-06', '2026-04-07'];
  expect(days.map((day) => takesPart(partner('weir-mission'), on(day)))).toEqual([false, true, true, false]);
  expect(signedBy(partner('weir-mission'), on('2026-04-07'))).toBe(true);
});

test('what the file leaves out has its plain meaning', () => {
  expect(partner('dale-police').teams).toEqual([]);
  expect(protocol.statutes.map(({ repealed }) => repealed)).toEqual([false, true]);
  expect(protocol.retention.partners).toEqual({ 'dale-police': { 'information-request': { months: 72 } } });
});

test('an unknown partner is no partner', () => {
  expect(partnerByCode(protocol, 'thurrock')).toBeUndefined();
});
