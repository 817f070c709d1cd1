import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoAccountFaults, loadDemoAccounts } from '../../config/demo-accounts';
import { loadProtocol } from '../../config/protocol';
import { roles } from '../../config/roles';
import { projectRoot } from '../../config/root';

const protocol = loadProtocol(join(projectRoot, 'config/protocols/thurrock.yaml'));
const shipped = loadDemoAccounts(join(projectRoot, 'config/demo-accounts.yaml'), protocol);
const folder = mkdtempSync(join(tmpdir(), 'demo-accounts-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('every role can be tried, and the password says what it is', () => {
  expect(new Set(shipped.accounts.flatMap((account) => account.roles))).toEqual(new Set(roles));
  expect(shipped.password).toContain('demo');
});

test.each([
  ['thurrock', ['staff'], 'officer@thurrock.example'],
  ['essex-police', ['staff', 'spoc'], 'spoc@essex-police.example'],
  ['essex-police', ['staff', 'spoc'], 'deputy@essex-police.example'],
  ['essex-police', ['governance-lead'], 'governance-lead@essex-police.example'],
  ['probation', ['staff', 'spoc'], 'spoc@probation.example'],
  ['thurrock', ['csp-manager'], 'csp-manager@thurrock.example'],
])('at %s with %j: %s', (partner, held, username) => {
  expect(shipped.accounts).toContainEqual(expect.objectContaining({ partner, roles: held, username }));
});

test('a SPOC signs in with the address that its task mails go to', () => {
  const addresses = protocol.organisations.flatMap(({ contacts, teams }) => [
    contacts.spoc,
    contacts.deputy,
    ...teams.flatMap((team) => [team.contacts.spoc, team.contacts.deputy]),
  ]);
  for (const { roles: held, username } of shipped.accounts) {
    if (held.includes('spoc')) expect(addresses).toContain(username);
  }
});

test('a wrong file is refused with all its faults', () => {
  const path = join(folder, 'accounts.yaml');
  const account = 'displayName: X, roles: [staff]';
  writeFileSync(
    path,
    [
      'password: short',
      'accounts:',
      `  - { id: a, username: a@thurrock.example, partner: thurrock, ${account} }`,
      `  - { id: a, username: a@thurrock.example, partner: nowhere, ${account} }`,
      `  - { id: c, username: c@partner.org, partner: thurrock, teams: [pool], ${account} }`,
      '  - { id: d, username: d@thurrock.example, partner: thurrock, displayName: X, roles: [boss] }',
    ].join('\n'),
  );
  let faults: DemoAccountFaults['faults'] = [];
  try {
    loadDemoAccounts(path, protocol);
  } catch (error) {
    if (!(error instanceof DemoAccountFaults)) throw error;
    faults = error.faults;
  }
  expect(faults.map(({ line, where }) => [line, where])).toEqual([
    [1, 'password'],
    [4, 'accounts[1].id'],
    [4, 'accounts[1].username'],
    [4, 'accounts[1].partner'],
    [5, 'accounts[2].username'],
    [5, 'accounts[2].teams[0]'],
    [6, 'accounts[3].roles[0]'],
  ]);
});
