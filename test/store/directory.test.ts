import { endOfLondonDay, londonDateOf, startOfLondonDay } from '../../calendar';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { Protocol } from '../../config/protocol';
import { resolveIn, type Absence, type Directory, type DirectoryEntry, type Resolved } from '../../store/directory';
import { describeWithDatabase, protocol, startStore, type TestStore } from '../support/database';

const today = '2026-04-09' as IsoDate;
const at = '2026-04-09T09:00:00.000Z' as IsoInstant;
const date = (text: string): IsoDate => text as IsoDate;

const whole: DirectoryEntry = {
  _id: 'vale-council',
  contacts: {
    spoc: 'spoc@vale.example',
    deputy: 'deputy@vale.example',
    'governance-lead': 'lead@vale.example',
    breach: 'breach@vale.example',
  },
  teams: {
    wardens: { spoc: 'spoc.wardens@vale.example', deputy: 'deputy.wardens@vale.example' },
    lone: { spoc: 'spoc.lone@vale.example', deputy: null },
    bare: { spoc: null, deputy: null },
  },
  absences: [],
  refused: [],
  version: 1,
  changedAt: null,
  changedBy: null,
};

const away = (who: string, from = '2026-04-07', until = '2026-04-10'): Absence => {
  const [role, team = null] = who.split('/').toReversed();
  return { id: `${who}/${from}`, team, role: role as Absence['role'], from: date(from), until: date(until) };
};
const withAbsences = (...absences: Absence[]): DirectoryEntry => ({ ...whole, absences });
const refusing = (...addresses: string[]): DirectoryEntry => ({
  ...whole,
  refused: addresses.map((address) => ({ address, at })),
});
const without = (role: keyof DirectoryEntry['contacts'], entry = whole): DirectoryEntry => ({
  ...entry,
  contacts: { ...entry.contacts, [role]: null },
});

describe('whom a mail for a role goes to', () => {
  const nobody = (role: Resolved['role'], because: Resolved['because']): Resolved => ({ address: null, role, because });
  const goesTo = (name: string, because: Resolved['because'] = 'registered'): Resolved => {
    const [role = ''] = name.split('.');
    const known = (role === 'lead' ? 'governance-lead' : role) as Resolved['role'];
    return { address: `${name}@vale.example`, role: known, because };
  };
  const both = withAbsences(away('spoc'), away('deputy'));

  test.each<[string, DirectoryEntry, string | null, 'spoc' | 'deputy' | 'governance-lead', Resolved]>([
    ['the SPOC is there', whole, null, 'spoc', goesTo('spoc')],
    ['the deputy is there', whole, null, 'deputy', goesTo('deputy')],
    ['the governance lead', whole, null, 'governance-lead', goesTo('lead')],
    ['the SPOC is away', withAbsences(away('spoc')), null, 'spoc', goesTo('deputy', 'absent')],
    ['the SPOC is away from tomorrow', withAbsences(away('spoc', '2026-04-10')), null, 'spoc', goesTo('spoc')],
    ['on the first day away', withAbsences(away('spoc', '2026-04-09')), null, 'spoc', goesTo('deputy', 'absent')],
    [
      'on the last day',
      withAbsences(away('spoc', '2026-04-01', '2026-04-09')),
      null,
      'spoc',
      goesTo('deputy', 'absent'),
    ],
    [
      'the SPOC was away until yesterday',
      withAbsences(away('spoc', '2026-04-01', '2026-04-08')),
      null,
      'spoc',
      goesTo('spoc'),
    ],
    ['the deputy is away', withAbsences(away('deputy')), null, 'deputy', nobody('deputy', 'absent')],
    ['both are away', both, null, 'spoc', nobody('spoc', 'absent')],
    [
      'the SPOC is away, without a deputy',
      without('deputy', withAbsences(away('spoc'))),
      null,
      'spoc',
      nobody('spoc', 'absent'),
    ],
    ['there is no SPOC', without('spoc'), null, 'spoc', goesTo('deputy', 'no-address')],
    ['there is no deputy', without('deputy'), null, 'deputy', nobody('deputy', 'no-address')],
    ['there are neither', without('deputy', without('spoc')), null, 'spoc', nobody('spoc', 'no-address')],
    [
      'there is no governance lead',
      without('governance-lead'),
      null,
      'governance-lead',
      nobody('governance-lead', 'no-address'),
    ],
    ['the SPOC’s address was refused', refusing('spoc@vale.example'), null, 'spoc', goesTo('deputy', 'no-address')],
    [
      'both were refused',
      refusing('spoc@vale.example', 'deputy@vale.example'),
      null,
      'spoc',
      nobody('spoc', 'no-address'),
    ],
    [
      'the lead’s was refused',
      refusing('lead@vale.example'),
      null,
      'governance-lead',
      nobody('governance-lead', 'no-address'),
    ],
    ['a team has its own SPOC', whole, 'wardens', 'spoc', goesTo('spoc.wardens')],
    ['a team has its own deputy', whole, 'wardens', 'deputy', goesTo('deputy.wardens')],
    [
      'a team’s SPOC is away',
      withAbsences(away('wardens/spoc')),
      'wardens',
      'spoc',
      goesTo('deputy.wardens', 'absent'),
    ],
    [
      'the partner’s SPOC is away, the team’s is not',
      withAbsences(away('spoc')),
      'wardens',
      'spoc',
      goesTo('spoc.wardens'),
    ],
    ['the team’s SPOC is away, the partner’s is not', withAbsences(away('wardens/spoc')), null, 'spoc', goesTo('spoc')],
    [
      'a team’s SPOC without a deputy is away',
      withAbsences(away('lone/spoc')),
      'lone',
      'spoc',
      goesTo('deputy', 'absent'),
    ],
    ['a team has none of its own', whole, 'bare', 'spoc', goesTo('spoc', 'partner')],
    ['a team has no deputy of its own', whole, 'lone', 'deputy', goesTo('deputy', 'partner')],
    ['a team has none, the partner’s is away', withAbsences(away('spoc')), 'bare', 'spoc', goesTo('deputy', 'absent')],
    ['a team’s governance lead', whole, 'wardens', 'governance-lead', goesTo('lead')],
    [
      'a team’s SPOC was refused',
      refusing('spoc.wardens@vale.example'),
      'wardens',
      'spoc',
      goesTo('deputy.wardens', 'no-address'),
    ],
    ['a team that is not known', whole, 'gone', 'spoc', goesTo('spoc', 'partner')],
  ])('%s', (_case, entry, team, role, expected) => {
    expect(resolveIn(entry, { team, role, on: today })).toEqual(expected);
  });

  test('an absence begins and ends at midnight in London, in summer an hour before that of UTC', () => {
    const entry = withAbsences(away('spoc', '2026-06-10', '2026-06-12'));
    const roleAt = (instant: string) =>
      resolveIn(entry, { team: null, role: 'spoc', on: londonDateOf(instant as IsoInstant) }).role;
    expect(startOfLondonDay(date('2026-06-10'))).toBe('2026-06-09T23:00:00Z');
    expect(roleAt('2026-06-09T22:59:59.999Z')).toBe('spoc');
    expect(roleAt('2026-06-09T23:00:00.000Z')).toBe('deputy');
    expect(endOfLondonDay(date('2026-06-12'))).toBe('2026-06-12T23:00:00Z');
    expect(roleAt('2026-06-12T22:59:59.999Z')).toBe('deputy');
    expect(roleAt('2026-06-12T23:00:00.000Z')).toBe('spoc');
  });
});

describeWithDatabase('the directory', () => {
  let running: TestStore;
  let directory: Directory;
  const by = { account: 'csp-manager', at };
  const entryOf = async (partner: string): Promise<DirectoryEntry> => {
    const entry = await directory.get(partner);
    if (entry === null) throw new Error(`${partner} is not in the directory.`);
    return entry;
  };

  beforeAll(async () => {
    running = await startStore();
    ({ directory } = running.store);
  }, 300_000);
  afterAll(() => running.close());

  test('is first filled from the protocol file, with every team', async () => {
    const entries = await directory.all();
    expect(entries.map(({ _id }) => _id)).toEqual(protocol.organisations.map(({ code }) => code).toSorted());
    const { contacts, teams } = await entryOf('thurrock');
    const [council] = protocol.organisations;
    expect(contacts).toEqual(council?.contacts);
    expect(teams).toEqual(Object.fromEntries((council?.teams ?? []).map((team) => [team.code, team.contacts])));
  });

  test('takes over what the file has anew, and keeps what was changed here', async () => {
    const before = await entryOf('ecfrs');
    await directory.change(before, { contacts: { ...before.contacts, spoc: 'changed@ecfrs.example' } }, by);
    const newTeam = { spoc: 'new@ecfrs.example', deputy: null };
    const withOneMore: Protocol = {
      ...protocol,
      organisations: protocol.organisations.map((partner) =>
        partner.code === 'ecfrs'
          ? {
              ...partner,
              teams: [...partner.teams, { code: 'new-team', name: 'New', contacts: newTeam }],
            }
          : partner,
      ),
    };
    await directory.enterPartners(withOneMore);
    await directory.enterPartners(withOneMore);
    const after = await entryOf('ecfrs');
    expect(after.contacts.spoc).toBe('changed@ecfrs.example');
    expect(after.teams).toEqual({ ...before.teams, 'new-team': newTeam });
    expect(after.version).toBe(before.version + 2);
  });

  test('completes an entry that holds contacts only', async () => {
    const { database } = running.store;
    const entries = database.collection<Pick<DirectoryEntry, '_id' | 'contacts'>>('directory');
    const { contacts } = await entryOf('mse-icb');
    await entries.replaceOne({ _id: 'mse-icb' }, { contacts: { ...contacts, spoc: 'kept@mse-icb.example' } });
    await directory.enterPartners(protocol);
    expect(await entryOf('mse-icb')).toEqual({
      _id: 'mse-icb',
      contacts: { ...contacts, spoc: 'kept@mse-icb.example' },
      teams: {},
      absences: [],
      refused: [],
      version: 1,
      changedAt: null,
      changedBy: null,
    });
  });

  test('is changed once of two who saw the same', async () => {
    const seen = await entryOf('probation');
    const changes = ['first', 'second'].map((name) =>
      directory.change(seen, { contacts: { ...seen.contacts, spoc: `${name}@probation.example` } }, by),
    );
    const done = (await Promise.all(changes)).filter((changed) => changed !== null);
    expect(done).toHaveLength(1);
    expect(await entryOf('probation')).toEqual(done[0]);
    expect(done[0]).toMatchObject({ version: seen.version + 1, changedAt: at, changedBy: 'csp-manager' });
  });

  test('keeps a refused address out of use, in every entry that has it, until it is changed', async () => {
    const shared = 'shared@housing.example';
    for (const code of ['swan', 'hera']) {
      const seen = await entryOf(code);
      await directory.change(seen, { contacts: { ...seen.contacts, spoc: shared } }, by);
    }
    const resolve = (partner: string) => directory.resolve({ partner, team: null, role: 'spoc', on: today });
    expect((await resolve('swan')).address).toBe(shared);
    await directory.noteRefusal(shared, at);
    await directory.noteRefusal(shared, '2026-04-10T09:00:00.000Z' as IsoInstant);
    for (const code of ['swan', 'hera']) {
      expect((await entryOf(code)).refused).toEqual([{ address: shared, at }]);
      expect(await resolve(code)).toEqual({ address: `deputy@${code}.example`, role: 'deputy', because: 'no-address' });
    }
    expect((await entryOf('moat')).refused).toEqual([]);
    const swan = await entryOf('swan');
    const changed = await directory.change(swan, { contacts: { ...swan.contacts, spoc: 'right@swan.example' } }, by);
    expect(changed?.refused).toEqual([]);
    expect((await resolve('swan')).address).toBe('right@swan.example');
    expect((await entryOf('hera')).refused).toHaveLength(1);
  });

  test('does not let a contact form that was opened before a refusal undo it', async () => {
    const seen = await entryOf('savills');
    await directory.noteRefusal('spoc@savills.example', at);
    expect(await directory.change(seen, { absences: [] }, by)).toBeNull();
    expect((await entryOf('savills')).refused).toHaveLength(1);
  });

  test('gives the contact point for the CSP manager, even if refused, and nobody for who is not there', async () => {
    const { address, partner } = protocol.contactPoint;
    await directory.noteRefusal(address ?? '', at);
    expect((await entryOf(partner)).refused).toEqual([{ address, at }]);
    const of = (code: string, role: 'csp-manager' | 'spoc') =>
      directory.resolve({ partner: code, team: null, role, on: today });
    expect(await of('probation', 'csp-manager')).toEqual({ address, role: 'csp-manager', because: 'registered' });
    expect(await of('nobody', 'spoc')).toEqual({ address: null, role: 'spoc', because: 'no-address' });
  });
});
