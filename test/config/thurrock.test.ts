/** The shipped protocol file against the source document, section by section. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IsoDate } from '../../config/clock';
import { loadProtocol, type Partner } from '../../config/protocol';
import { categoriesOf, clockSettings, partnerByCode, signedBy, usableStatutes } from '../../config/protocol-rules';
import { projectRoot } from '../../config/root';

const path = join(projectRoot, 'config/protocols/thurrock.yaml');
const protocol = loadProtocol(path);
const on = (date: string) => date as IsoDate;
const partner = (code: string): Partner => {
  const found = partnerByCode(protocol, code);
  if (!found) throw new Error(`no partner ${code}`);
  return found;
};
const categoryCodes = (code: string, team?: string) =>
  categoriesOf(protocol, partner(code), team).map((category) => category.code);

describe('front sheet, sections 4, 14 and 15: who the partners are', () => {
  // Signature: a date of section 14, "undated" (a signature in section 15), "name only" or "empty row".
  test.each([
    ['thurrock', 'joint-controller', 'FOI', '2022-09-23'],
    ['essex-police', 'joint-controller', 'FOI', '2022-10-06'],
    ['probation', 'joint-controller', 'FOI', '2022-10-06'],
    ['mse-icb', 'joint-controller', 'FOI', '2022-07-14'],
    ['ecfrs', 'joint-controller', 'FOI', '2022-10-10'],
    ['sericc', 'processor', '-', 'name only'],
    ['pathways', 'processor', '-', 'undated'],
    ['tls', 'processor', '-', 'name only'],
    ['btuh', 'processor', 'FOI', 'undated'],
    ['cgl-wize-up', 'processor', '-', 'name only'],
    ['inclusion', 'processor', 'FOI', 'undated'],
    ['eput', 'processor', 'FOI', 'empty row'],
    ['red-balloon', 'processor', '-', 'empty row'],
    ['savills', 'processor', '-', 'undated'],
    ['sanctuary', 'processor', '-', 'undated'],
    ['swan', 'processor', '-', 'undated'],
    ['estuary', 'processor', '-', 'undated'],
    ['hera', 'processor', '-', 'undated'],
    ['chelmer-hp', 'processor', '-', 'name only'],
    ['peabody', 'processor', '-', 'undated'],
    ['southern', 'processor', '-', 'undated'],
    ['moat', 'processor', '-', 'undated'],
    ['clarion', 'processor', '-', 'name only'],
    ['usp-college', 'signatory', 'FOI', 'empty row'],
    ['se-college', 'signatory', 'FOI', 'name only'],
    ['riverview', 'signatory', '-', 'undated'],
  ])('%s: %s, %s, signature %s', (code, kind, foi, signature) => {
    const { signed, signedOn, signedNote = '', ...rest } = partner(code);
    expect(rest).toMatchObject({ kind, publicAuthority: foi === 'FOI' });
    const notes: Record<string, string> = {
      undated: 'signature without a date',
      'name only': 'no signature',
      'empty row': 'is empty',
    };
    const note = notes[signature];
    expect({ signed, signedOn }).toEqual({
      signed: note === undefined || signature === 'undated',
      signedOn: note === undefined ? signature : null,
    });
    expect(signedNote).toContain(note ?? '');
  });

  test('there are no others', () => {
    expect(protocol.organisations).toHaveLength(26);
  });

  test('version, review and designated contact point', () => {
    expect(protocol).toMatchObject({ version: '2.0', versionOn: '2023-03-23', reviewOn: '2024-03-31' });
    expect(protocol.contactPoint).toEqual({
      title: 'Community Safety Partnership Manager',
      partner: 'thurrock',
      address: 'csp-manager@thurrock.example',
    });
  });

  test('one that has signed has no address that works', () => {
    expect(partner('riverview')).toMatchObject({ signed: true, contacts: { spoc: null, deputy: null } });
  });
});

describe('section 12: sharing begins at signing', () => {
  test.each([
    ['essex-police', '2022-10-05', false],
    ['essex-police', '2022-10-06', true],
    ['thurrock', '2022-09-22', false],
    ['thurrock', '2022-09-23', true],
    // An undated signature was there on the day the version that bears it was agreed.
    ['btuh', '2023-03-22', false],
    ['btuh', '2023-03-23', true],
    ['chelmer-hp', '2026-04-13', false],
    ['red-balloon', '2026-04-13', false],
  ])('%s on %s: %s', (code, date, expected) => {
    expect(signedBy(partner(code), on(date))).toBe(expected);
  });
});

describe('section 2: what may be shared, and how', () => {
  test('Essex Police lists fourteen kinds', () => {
    expect(categoryCodes('essex-police')).toHaveLength(14);
  });

  test.each([
    ['environment', ['asb-incidents', 'hate-crime-incidents', 'problem-premises', 'enforcement-activity']],
    ['housing', ['enforcement-activity', 'linked-tenants']],
    ['adult-social', ['linked-adults-supported']],
    ['child-social', ['linked-children-supported']],
    ['pass', ['linked-pass-supported']],
    ['youth', ['young-reoffending-rates', 'young-offender-status', 'linked-young-offenders']],
  ])('the council service %s has its own categories, SPOC and deputy', (team, expected) => {
    expect(categoryCodes('thurrock', team)).toEqual(expect.arrayContaining(expected));
    expect(partner('thurrock').teams.find(({ code }) => code === team)?.contacts).toEqual({
      spoc: `spoc.${team}@thurrock.example`,
      deputy: `deputy.${team}@thurrock.example`,
    });
  });

  test('the council has six services, and asking the council reaches all their categories', () => {
    expect(partner('thurrock').teams).toHaveLength(6);
    const ofTeams = partner('thurrock').teams.flatMap(({ code }) => categoryCodes('thurrock', code));
    expect(new Set(categoryCodes('thurrock'))).toEqual(new Set(ofTeams));
    expect(categoryCodes('thurrock', 'housing')).not.toContain('linked-adults-supported');
  });

  test('the health board is mixed, the hospital anonymised throughout, the rest personal', () => {
    const sharedAs = (code: string) =>
      Object.fromEntries(categoriesOf(protocol, partner(code)).map((category) => [category.code, category.sharedAs]));
    expect(sharedAs('mse-icb')).toEqual({
      'health-assaults': 'anonymised',
      'mental-health': 'personal',
      'health-substance-misuse': 'anonymised',
    });
    expect(sharedAs('btuh')).toEqual({
      'ae-assaults': 'anonymised',
      'ae-domestic-abuse': 'anonymised',
      'ae-substance-misuse': 'anonymised',
    });
    const anonymised = protocol.categories.filter((category) => category.sharedAs === 'anonymised');
    expect(anonymised).toHaveLength(5);
  });

  test('fire, probation and each registered social landlord', () => {
    expect(categoryCodes('ecfrs', 'builders')).toEqual(categoryCodes('ecfrs', 'comm-safety'));
    expect(categoryCodes('ecfrs')).toHaveLength(4);
    expect(categoryCodes('probation')).toHaveLength(4);
    const landlords = 'sanctuary swan estuary hera chelmer-hp peabody southern moat clarion'.split(' ');
    for (const landlord of landlords) {
      expect(categoryCodes(landlord)).toEqual(['enforcement-activity', 'linked-tenants-premises']);
    }
  });

  test('nothing is invented for those it lists nothing for', () => {
    const none = protocol.organisations.filter((one) => categoriesOf(protocol, one).length === 0);
    expect(none.map(({ code }) => code).join(' ')).toBe(
      'sericc pathways tls cgl-wize-up inclusion eput red-balloon savills usp-college se-college riverview',
    );
  });
});

describe('section 3: legal bases and statutes', () => {
  test('three bases under each of Article 6, Article 9 and DPA Part 3', () => {
    const names = (regime: string) =>
      protocol.legalBases.filter((basis) => basis.regime === regime).map((basis) => basis.name);
    expect(names('article-6')).toEqual(['Legal obligation', 'Vital interests', 'Public task']);
    expect(names('article-9')).toEqual(['Vital interests', 'Substantial public interest', 'Health and social care']);
    expect(names('dpa-part-3')).toEqual([
      'Substantial public interest',
      'Administration of justice',
      'Vital interests',
    ]);
  });

  test('repealed statutes are kept, say what replaced them, and cannot be chosen', () => {
    const repealed = protocol.statutes.filter((statute) => statute.repealed);
    expect(repealed.map(({ name }) => name)).toEqual([
      'Learning and Skills Act 2000, section 120',
      'Housing Act 1996, sections 152 and 153',
      'Sex Offenders Act 1997',
      'Protection of Children Act 1999',
    ]);
    for (const { note } of repealed) expect(note).toMatch(/ Act (2003|2006|2008)/);
    expect(usableStatutes(protocol)).toHaveLength(protocol.statutes.length - repealed.length);
    expect(usableStatutes(protocol)).not.toContainEqual(expect.objectContaining({ repealed: true }));
  });

  test('all 26 entries are there, two of them split because only a part is repealed or is another instrument', () => {
    expect(protocol.statutes).toHaveLength(28);
  });
});

test('section 5: the rights that are ticked', () => {
  const provisions = protocol.rights.map((right) => right.provision);
  expect(provisions.slice(0, 8)).toEqual([
    'UK GDPR Articles 13 and 14',
    'UK GDPR Article 15',
    'UK GDPR Article 16',
    'UK GDPR Article 17(1)(b) and (e)',
    'UK GDPR Article 18',
    'UK GDPR Article 19',
    'UK GDPR Article 21',
    'UK GDPR Article 22',
  ]);
  expect(provisions[8]).toContain('Freedom of Information Act 2000');
});

test('sections 7, 10 and 13: the clocks', () => {
  const request = clockSettings(protocol, 'information-request');
  expect(request).toMatchObject({ length: { workingDays: 10 }, pausable: false });
  expect(clockSettings(protocol, 'breach-partners').length).toEqual({ hours: 24 });
  expect(clockSettings(protocol, 'withdrawal').length).toEqual({ calendarDays: 28 });
  expect(clockSettings(protocol, 'subject-access').length).toEqual({ months: 1 });
});

test('section 7: the ladder of an information request ends at the CSP manager', () => {
  expect(protocol.ladders['information-request'].map(({ step, offset, to }) => [step, offset, to])).toEqual([
    ['reminder', { workingDays: -2 }, ['spoc']],
    ['due-today', { workingDays: 0 }, ['spoc']],
    ['overdue', { workingDays: 1 }, ['spoc']],
    ['escalate-deputy', { workingDays: 3 }, ['spoc', 'deputy']],
    ['escalate-governance', { workingDays: 5 }, ['governance-lead']],
    ['escalate-csp', { workingDays: 8 }, ['csp-manager']],
  ]);
});

test('section 8: retention is marked as to be confirmed, since the document names no periods', () => {
  expect(protocol.retention.toConfirm).toBe(true);
});

describe('no one of the source document can be reached or found through what is shipped', () => {
  const files = ['config/protocols/thurrock.yaml', 'config/demo-accounts.yaml', 'test/config/marlow-vale.yaml'];
  const reserved = /^(.+\.)?(example|test|invalid|example\.(com|net|org))$/;

  test.each(files)('%s', (file) => {
    const text = readFileSync(join(projectRoot, file), 'utf8');
    const domains = [...text.matchAll(/[\w.+-]+@([\w.-]*\w)/g)].map(([, domain]) => domain);
    expect(domains.length).toBeGreaterThan(5);
    expect(domains.filter((domain) => !reserved.test(domain ?? ''))).toEqual([]);
    expect(text).not.toMatch(/\.gov\.uk|\.nhs\.|nhs\.net|police\.uk|essex-fire\.|https?:/i);
    // A telephone number, a postcode.
    expect(text).not.toMatch(/\b0\d{3,4} ?\d{3} ?\d{3,4}\b/);
    expect(text).not.toMatch(/\b[A-Z]{1,2}\d{1,2} \d[A-Z]{2}\b/);
  });
});
