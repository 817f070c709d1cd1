/** A wrong protocol file is refused with every fault named: where, what was expected, what was found. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { loadProtocol, ProtocolFaults } from '../../config/protocol';
import type { Fault } from '../../config/yaml-file';

const good = readFileSync(join(__dirname, 'marlow-vale.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'protocol-'));
afterAll(() => rmSync(folder, { recursive: true }));

function faultsOf(text: string): readonly Fault[] {
  const path = join(folder, 'protocol.yaml');
  writeFileSync(path, text);
  try {
    loadProtocol(path);
    return [];
  } catch (error) {
    if (error instanceof ProtocolFaults) return error.faults;
    throw error;
  }
}

/** The faults of the good file with one text replaced, without their lines. */
function faultsWith(from: string, to: string) {
  expect(good.split(from)).toHaveLength(2);
  return faultsOf(good.replace(from, to)).map(({ where, expected, found }) => ({ where, expected, found }));
}

const lineOf = (text: string) => good.split('\n').findIndex((line) => line.includes(text)) + 1;

test('the file that the faults below are put into has none', () => {
  expect(faultsOf(good)).toEqual([]);
});

describe('one fault each', () => {
  const lowerCase = 'a code of 2 to 12 lower-case letters, digits and hyphens';
  test.each<[string, string, string, string, string, string]>([
    // what, replaced, by, where, expected, found
    [
      'a category shared by an unknown partner',
      'sharedBy: [lantern]',
      'sharedBy: [lamp]',
      'categories[2].sharedBy[0]',
      'the code of one of the organisations',
      '"lamp"',
    ],
    [
      'a team its partner does not have',
      'vale-council/wardens',
      'vale-council/lifeguards',
      'categories[0].sharedBy[0]',
      'a team of vale-council',
      '"vale-council/lifeguards"',
    ],
    [
      'a team without its partner',
      'vale-council/wardens',
      '/wardens',
      'categories[0].sharedBy[0]',
      'a partner code, or partner/team',
      '"/wardens"',
    ],
    [
      'a sharer twice',
      '[vale-council, towpath]',
      '[towpath, towpath]',
      'categories[1].sharedBy[1]',
      'each sharer once',
      '"towpath" a second time',
    ],
    [
      'a code twice',
      '- code: night-shelter',
      '- code: noise',
      'categories[2].code',
      'a code that is there once',
      '"noise" a second time',
    ],
    [
      'a code that is too long',
      '- code: wardens',
      '- code: street-wardens',
      'organisations[0].teams[0].code',
      lowerCase,
      '"street-wardens"',
    ],
    [
      'a contact point at no partner',
      'partner: vale-council\n',
      'partner: nowhere\n',
      'contactPoint.partner',
      'the code of one of the organisations',
      '"nowhere"',
    ],
    [
      'retention of no partner',
      '    dale-police:\n      information-request: { months: 72 }',
      '    nowhere:\n      information-request: { months: 72 }',
      'retention.partners.nowhere',
      'the code of one of the organisations',
      '"nowhere"',
    ],
    [
      'a step of a ladder twice',
      'step: coordinator',
      'step: nudge',
      'ladders.information-request[1].step',
      'each step of a ladder once',
      '"nudge" a second time',
    ],
    [
      'rungs out of order',
      'offset: { workingDays: 2 }',
      'offset: { workingDays: -4 }',
      'ladders.information-request[1].offset',
      'more than the -1 of the rung before, in the order they fire',
      '-4',
    ],
    [
      'an unknown role in a rung',
      'to: [csp-manager]',
      'to: [mayor]',
      'ladders.information-request[1].to[0]',
      'one of spoc, deputy, governance-lead, csp-manager',
      '"mayor"',
    ],
    [
      'a rung that addresses no one',
      'to: [csp-manager]',
      'to: []',
      'ladders.information-request[1].to',
      'at least 1 entry',
      'an empty list',
    ],
    [
      'an address that is none',
      'office@lantern.example',
      'the office',
      'organisations[2].contacts.spoc',
      'an e-mail address, or null where there is none',
      '"the office"',
    ],
    [
      'a line break in an address',
      'office@lantern.example',
      '"office@lantern.example\\nBcc: x@lantern.example"',
      'organisations[2].contacts.spoc',
      'an e-mail address, or null where there is none',
      '"office@lantern.example\\nBcc: x@lantern.example"',
    ],
    [
      'a date that does not exist',
      'signedOn: 2025-06-02',
      'signedOn: 2025-02-29',
      'organisations[1].signedOn',
      'a date that exists, such as 2026-04-13',
      '"2025-02-29"',
    ],
    [
      'signed after the review',
      'signedOn: 2025-06-02',
      'signedOn: 2028-02-01',
      'organisations[1].signedOn',
      'a day up to the review (reviewOn, 2028-01-31)',
      '"2028-02-01"',
    ],
    [
      'not signed, with a date',
      'signed: false\n    signedOn: null',
      'signed: false\n    signedOn: 2025-02-03',
      'organisations[3].signedOn',
      'no date, since signed is false',
      '"2025-02-03"',
    ],
    [
      'a signature with neither date nor note',
      '    signedNote: Its copy bears a signature without a date.\n',
      '',
      'organisations[2].signedNote',
      'what the protocol shows in place of a date',
      'nothing',
    ],
    [
      'withdrawn on the day it signed',
      'withdrawnOn: 2026-04-07',
      'withdrawnOn: 2024-05-13',
      'organisations[4].withdrawnOn',
      'a day after its signature counts (signedOn, 2024-05-13)',
      '"2024-05-13"',
    ],
    [
      'withdrawn before an undated signature counts',
      'signedOn: null\n    signedNote: Its copy bears',
      'signedOn: null\n    withdrawnOn: 2025-02-03\n    signedNote: Its copy bears',
      'organisations[2].withdrawnOn',
      'a day after its signature counts (versionOn, 2025-02-03)',
      '"2025-02-03"',
    ],
    [
      'withdrawn without having signed',
      'signed: false\n    signedOn: null',
      'signed: false\n    signedOn: null\n    withdrawnOn: 2026-04-07',
      'organisations[3].withdrawnOn',
      'no date, since signed is false',
      '"2026-04-07"',
    ],
    [
      'withdrawn on a day that does not exist',
      'withdrawnOn: 2026-04-07',
      'withdrawnOn: 2026-02-29',
      'organisations[4].withdrawnOn',
      'a date that exists, such as 2026-04-13',
      '"2026-02-29"',
    ],
    [
      'a review before the version',
      'versionOn: 2025-02-03',
      'versionOn: 2029-01-01',
      'reviewOn',
      'a day on or after versionOn (2029-01-01)',
      '"2028-01-31"',
    ],
    [
      'repealed without saying by what',
      ', note: Invented for tests; replaced by nothing.',
      '',
      'statutes[1].note',
      'what repealed it and what replaced it',
      'nothing',
    ],
    [
      'a length set by statute',
      'clocks:\n',
      'clocks:\n  freedom-of-information:\n    length: { workingDays: 60 }\n',
      'clocks.freedom-of-information',
      'one of information-request, asb-case-review-request, subject-access-law-enforcement, processor-objection, ' +
        'withdrawal, breach-partners',
      'freedom-of-information',
    ],
    [
      'a length in another unit',
      'length: { workingDays: 7 }',
      'length: { calendarDays: 7 }',
      'clocks.information-request.length.calendarDays',
      'one of workingDays',
      'calendarDays',
    ],
    [
      'a length beyond what can be counted',
      'length: { hours: 12 }',
      'length: { hours: 99999 }',
      'clocks.breach-partners',
      'settings that can be counted: its length must be a whole number from 1 to 8760 (hours)',
      'a group of settings (length)',
    ],
    [
      'a breach ladder in working days',
      'offset: { hours: -3 }',
      'offset: { workingDays: -3 }',
      'ladders.breach[0].offset.workingDays',
      'one of hours',
      'workingDays',
    ],
    [
      'more qualifying complaints than the Act allows',
      'qualifyingComplaints: 2',
      'qualifyingComplaints: 4',
      'settings.qualifyingComplaints',
      'at most 3',
      '4',
    ],
    [
      'a role without a title',
      '  auditor: { title: Internal auditor }\n',
      '',
      'roles.auditor',
      'a group of settings',
      'nothing',
    ],
    [
      'a misspelt setting',
      'reviewOn:',
      'reviewedOn:',
      'reviewedOn',
      'one of name, title, version, versionOn, reviewOn, reviewNote, contactPoint, organisations, categories, ' +
        'legalBases, statutes, rights, clocks, ladders, settings, retention, roles',
      'reviewedOn',
    ],
  ])('%s', (_, from, to, where, expected, found) => {
    expect(faultsWith(from, to)).toContainEqual({ where, expected, found });
  });
});

test('every fault of a file at once, of shape and of reference, in its order and with its line', () => {
  const faults = faultsOf(
    good
      .replace('reviewOn: 2028-01-31', 'reviewOn: soon')
      .replace('kind: processor', 'kind: friend')
      .replace('sharedBy: [lantern]', 'sharedBy: [lamp]')
      .replace('to: [csp-manager]', 'to: [mayor]')
      .replace('  questionBackPausesClock: true\n', ''),
  );
  expect(faults.map(({ where }) => where)).toEqual([
    'reviewOn',
    'organisations[2].kind',
    'categories[2].sharedBy[0]',
    'ladders.information-request[1].to[0]',
    'settings.questionBackPausesClock',
  ]);
  expect(faults.map(({ line }) => line)).toEqual([
    lineOf('reviewOn'),
    lineOf('kind: processor'),
    lineOf('sharedBy: [lantern]'),
    lineOf('to: [csp-manager]'),
    // Missing: the line of the group it is missing from.
    lineOf('settings:'),
  ]);
});

test('the message of the error lists them in words', () => {
  const path = join(folder, 'words.yaml');
  const wrong = good.replace('reviewOn: 2028-01-31', 'reviewOn: soon').replace('to: [csp-manager]', 'to: [mayor]');
  writeFileSync(path, wrong);
  expect(() => loadProtocol(path)).toThrow(
    [
      `${path} has 2 faults:`,
      `  line ${lineOf('reviewOn')}, reviewOn: expected a date that exists, such as 2026-04-13, found "soon"`,
      `  line ${lineOf('to: [csp-manager]')}, ladders.information-request[1].to[0]: ` +
        'expected one of spoc, deputy, governance-lead, csp-manager, found "mayor"',
    ].join('\n'),
  );
});

describe('files that are hardly protocols', () => {
  test.each([
    ['empty', '', 'a group of settings', /^an empty value$/],
    ['a text', 'hello', 'a group of settings', /^"hello"$/],
    ['a list', '[]', 'a group of settings', /^an empty list$/],
    ['broken YAML', 'name: [', 'YAML that can be read', /^Flow sequence/],
    ['an alias to nothing', 'name: *nobody', 'YAML that can be read', /nobody/],
  ])('%s', (_, text, expected, found) => {
    const faults = faultsOf(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ where: '', expected });
    expect(faults[0]?.found).toMatch(found);
  });

  test('a setting given twice is named beside the other faults', () => {
    const twice = good.replace('version: 3a', 'version: 3a\nversion: 3b');
    const faults = faultsOf(twice.replace('kind: processor', 'kind: x'));
    expect(faults).toMatchObject([
      { expected: 'each setting once' },
      { where: 'organisations[2].kind', expected: 'one of joint-controller, processor, signatory' },
    ]);
  });

  test.each(Object.keys(parse(good) as object))('%s missing, or of the wrong shape, is a fault', (key) => {
    const { [key]: value, ...rest } = parse(good) as Record<string, unknown>;
    // What a partnership sets for its clocks is optional; all else is not.
    const missing = faultsOf(stringify(rest)).map(({ where }) => where);
    expect(missing).toEqual(key === 'clocks' ? [] : expect.arrayContaining([key]));
    for (const wrong of [7, null, [], [null], { x: [3] }, typeof value === 'string' ? '' : 'text']) {
      expect(faultsOf(stringify({ ...rest, [key]: wrong }))).not.toEqual([]);
    }
  });
});

test('a file that is not there is no faulty file', () => {
  expect(() => loadProtocol(join(folder, 'nowhere.yaml'))).toThrow(
    /^Cannot read .*nowhere\.yaml: there is no such file\. Give the path of a YAML file\.$/,
  );
});
