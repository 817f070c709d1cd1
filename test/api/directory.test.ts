import { partnerRules, mayOnPartner } from '../../api/policy';
import { protocolHealth, type Finding } from '../../api/processes/protocol-health';
import type { IsoDate, IsoInstant } from '../../config/clock';
import type { Protocol } from '../../config/protocol';
import type { Role } from '../../config/roles';
import type { Account } from '../../store/accounts';
import type { BankHolidayState } from '../../store/bank-holidays';
import type { DirectoryEntry } from '../../store/directory';
import { holidays, protocol } from '../support/database';
import {
  cspManager,
  errorsOf,
  hiddenOf,
  officer,
  SetClock,
  spoc,
  startWeb,
  thursday,
  unescaped,
  type Browser,
  type Web,
} from './support';

const lead = 'governance-lead@essex-police.example';
const overseers = ['manager@thurrock.example', 'auditor@thurrock.example'];

describe('the directory', () => {
  const clock = new SetClock(thursday);
  let web: Web;
  beforeAll(async () => {
    web = await startWeb(clock);
  }, 300_000);
  afterAll(async () => web.close());
  beforeEach(() => clock.set(thursday));

  const entryOf = async (partner: string): Promise<DirectoryEntry> => {
    const entry = await web.deps.store.directory.get(partner);
    if (entry === null) throw new Error(`${partner} is not in the directory.`);
    return entry;
  };
  const acts = async () => web.deps.store.audit.of('directory');
  const resolve = (partner: string) =>
    web.deps.store.directory.resolve({ partner, team: null, role: 'spoc', on: clock.now().slice(0, 10) as IsoDate });

  describe('what everybody sees', () => {
    test.each([officer, spoc, cspManager, ...overseers])('%s', async (username) => {
      const browser = await web.signedIn(username);
      const list = await browser.get('/directory');
      for (const { name } of protocol.organisations) expect(unescaped(list.text)).toContain(name);
      expect(list.text.match(/Not signed/g)).toHaveLength(9);
      const page = await browser.get('/directory/probation');
      expect([list.status, page.status]).toEqual([200, 200]);
      expect(page.text).toContain('spoc@probation.example');
      expect(page.text).toContain('breach@probation.example');
      expect(page.text.includes('/directory/probation/contacts')).toBe(username === cspManager);
      expect((await browser.get('/directory/nobody')).status).toBe(404);
    });

    test('a name is searched among partners and teams, and what is not found says so', async () => {
      const browser = await web.signedIn(officer);
      const found = await browser.get('/directory?q=YOUTH');
      expect(found.text).toContain('1 of 26 partners');
      expect(found.text).toContain('Thurrock Council');
      const none = await browser.get('/directory?q=<b>nobody</b>');
      expect(none.text).toContain('&lt;b&gt;nobody&lt;/b&gt;');
      expect(none.text).not.toContain('<b>nobody');
    });

    test('what a partner shares, and what is missing', async () => {
      const browser = await web.signedIn(officer);
      const hospital = await browser.get('/directory/btuh');
      expect(hospital.text).toContain('Anonymised only');
      expect(hospital.text).not.toContain('Personal data');
      const nothing = await browser.get('/directory/riverview');
      expect(nothing.text).toContain('Asking it needs a written justification');
      expect(nothing.text).toContain('Unreachable');
      expect(nothing.text.match(/Missing/g)).toHaveLength(4);
    });
  });

  describe('contacts', () => {
    const path = '/directory/thurrock/contacts';
    const form = async (browser: Browser, at = path) => {
      const page = await browser.get(at);
      const inputs = page.text.match(/<input\s+class="govuk-input[^>]*>/g) ?? [];
      const part = (input: string, name: string) => unescaped(new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1] ?? '');
      const typed = Object.fromEntries(inputs.map((input) => [part(input, 'name'), part(input, 'value')]));
      return { ...hiddenOf(page.text, at), ...typed };
    };

    test('are changed by the CSP manager alone', async () => {
      for (const username of [officer, spoc, lead, ...overseers]) {
        const browser = await web.signedIn(username);
        const posted = await browser.send(path, { 'contacts.spoc': 'mine@evil.example' }, '/directory/thurrock');
        expect([username, (await browser.get(path)).status, posted.status]).toEqual([username, 403, 403]);
      }
      expect((await entryOf('thurrock')).version).toBe(7);
    });

    test('are saved and put on record by the names of the roles, without the addresses', async () => {
      const browser = await web.signedIn(cspManager);
      const before = await entryOf('thurrock');
      const fields = await form(browser);
      const changed = {
        ...fields,
        'contacts.breach': ' new-breach@thurrock.example ',
        'teams.housing.spoc': '',
        'teams.youth.deputy': 'new-deputy@thurrock.example',
      };
      const saved = await browser.post(path, changed);
      expect([saved.status, saved.headers['location']]).toEqual([303, '/directory/thurrock']);
      expect((await browser.get('/directory/thurrock')).text).toContain('The contacts are saved.');
      expect((await browser.get('/directory/thurrock')).text).not.toContain('The contacts are saved.');
      const after = await entryOf('thurrock');
      expect(after).toEqual({
        ...before,
        contacts: { ...before.contacts, breach: 'new-breach@thurrock.example' },
        teams: {
          ...before.teams,
          housing: { ...before.teams['housing'], spoc: null },
          youth: { ...before.teams['youth'], deputy: 'new-deputy@thurrock.example' },
        },
        version: before.version + 1,
        changedAt: thursday,
        changedBy: 'csp-manager',
      });
      const entry = (await acts()).at(-1);
      expect(entry).toMatchObject({
        act: 'contacts-changed',
        at: thursday,
        by: { account: 'csp-manager', via: 'page' },
        facts: { partner: 'thurrock', roles: ['breach', 'housing/spoc', 'youth/deputy'] },
      });
      expect(JSON.stringify(entry)).not.toContain('@');

      // The same form once more changes nothing and is no act.
      const count = (await acts()).length;
      expect((await browser.post(path, changed)).status).toBe(303);
      expect([(await entryOf('thurrock')).version, (await acts()).length]).toEqual([after.version, count]);
    });

    test('are not saved over what somebody else changed; nothing typed is lost, and saving again does it', async () => {
      const at = '/directory/probation/contacts';
      const [one, two] = [await web.signedIn(cspManager), await web.signedIn(cspManager)];
      const [first, second] = [await form(one, at), await form(two, at)];
      await one.post(at, { ...first, 'contacts.deputy': 'first@probation.example' });
      const refused = await two.post(at, { ...second, 'contacts.spoc': 'second@probation.example' });
      expect(refused.status).toBe(422);
      expect(errorsOf(refused.text)).toEqual(['Somebody else changed these contacts: check them below']);
      expect(refused.text).toContain('value="second@probation.example"');
      expect(refused.text).toContain('Stored now: first@probation.example');
      expect((await entryOf('probation')).contacts.spoc).toBe('spoc@probation.example');

      const again = { ...second, ...hiddenOf(refused.text, at), 'contacts.spoc': 'second@probation.example' };
      // A fault in between does not make the conflict forgotten.
      const fault = await two.post(at, { ...again, version: second['version'] ?? '', 'contacts.deputy': 'x' });
      expect(hiddenOf(fault.text, at)['version']).toBe(second['version']);
      expect((await two.post(at, again)).status).toBe(303);
      expect((await entryOf('probation')).contacts.spoc).toBe('second@probation.example');
    });

    const bad = [
      ['a second recipient', 'a@b.example, c@d.example', 'Enter one e-mail address only'],
      ['a second recipient after a semicolon', 'a@b.example;c@d.example', 'Enter one e-mail address only'],
      ['a heading', 'a@b.example\r\nBcc: c@d.example', 'Enter one e-mail address on one line, without line breaks'],
      ['a lone line feed', 'a@b.example\nX: y', 'Enter one e-mail address on one line, without line breaks'],
      ['a nought', 'a@b.example\0', 'Enter one e-mail address on one line, without line breaks'],
      ['a line separator', 'a@b.example\u2028Bcc: x', 'Enter one e-mail address on one line, without line breaks'],
      ['a name', 'Somebody <a@b.example>', 'Enter an e-mail address like name@partner.example'],
      ['no address', 'somebody', 'Enter an e-mail address like name@partner.example'],
      ['too long', `a@${'b'.repeat(250)}.example`, 'Enter an e-mail address of 254 characters or fewer'],
    ] as const;
    test.each(bad)('refuse %s in every field, and keep what was typed', async (_what, typed, message) => {
      const browser = await web.signedIn(cspManager);
      const fields = await form(browser);
      const names = Object.keys(fields).filter((name) => /^(contacts|teams)\./.test(name));
      expect(names).toHaveLength(4 + 6 * 2);
      const before = await entryOf('thurrock');
      const page = await browser.post(path, { ...fields, ...Object.fromEntries(names.map((name) => [name, typed])) });
      expect(page.status).toBe(422);
      expect(errorsOf(page.text)).toEqual(names.map(() => message));
      for (const name of names) expect(page.text).toContain(`href="#${name}"`);
      expect(unescaped(page.text)).toContain(typed);
      expect(await entryOf('thurrock')).toEqual(before);
    });

    test('are not emptied by a post without them', async () => {
      const browser = await web.signedIn(cspManager);
      const { _csrf = '', version = '' } = await form(browser);
      const before = await entryOf('thurrock');
      expect(errorsOf((await browser.post(path, { _csrf, version })).text)).toHaveLength(16);
      expect(await entryOf('thurrock')).toEqual(before);
    });

    test('are not changed when the record cannot be written', async () => {
      const browser = await web.signedIn(cspManager);
      const fields = await form(browser);
      const before = await entryOf('thurrock');
      const append = jest.spyOn(web.deps.store.audit, 'append').mockRejectedValue(new Error('no record'));
      const failed = await browser.post(path, { ...fields, 'contacts.spoc': 'unrecorded@thurrock.example' });
      append.mockRestore();
      expect(failed.status).toBe(500);
      expect(await entryOf('thurrock')).toEqual(before);
    });
  });

  describe('absences', () => {
    const path = '/directory/essex-police/absences';
    const days = (from: string, until: string) =>
      Object.fromEntries(
        Object.entries({ from, until }).flatMap(([name, date]) =>
          date.split('-').map((part, at) => [`${name}-${['year', 'month', 'day'][at] ?? ''}`, part]),
        ),
      );

    test('are set by the SPOC and the governance lead of the partner, and by the CSP manager', async () => {
      const status = async (username: string, at = path) => {
        const browser = await web.signedIn(username);
        const backwards = { who: 'spoc', ...days('2026-08-01', '2026-07-01') };
        const posted = await browser.send(at, backwards, '/directory/thurrock');
        return [username, (await browser.get(at)).status, posted.status];
      };
      for (const username of [spoc, lead, cspManager]) expect(await status(username)).toEqual([username, 200, 422]);
      for (const username of [officer, 'officer@essex-police.example', 'spoc@probation.example', ...overseers]) {
        expect(await status(username)).toEqual([username, 404, 404]);
        expect(await status(username, '/directory/nobody/absences')).toEqual([username, 404, 404]);
      }
      expect((await entryOf('essex-police')).absences).toEqual([]);
    });

    test('send mail to the deputy from midnight to midnight in London, and are ended early', async () => {
      const browser = await web.signedIn(spoc);
      const page = await browser.get(path);
      const fields = { ...hiddenOf(page.text, path), who: 'spoc', ...days('2026-4-10', '2026-04-17') };
      const posts = await Promise.all([browser.post(path, fields), browser.post(path, fields)]);
      expect(posts.map(({ status }) => status)).toEqual([303, 303]);
      const { absences } = await entryOf('essex-police');
      const set = { team: null, role: 'spoc', from: '2026-04-10', until: '2026-04-17' };
      expect(absences).toEqual([{ id: absences[0]?.id, ...set }]);
      expect((await acts()).filter(({ act }) => act === 'absence-set').map(({ facts }) => facts)).toEqual([
        { partner: 'essex-police', ...set },
      ]);
      expect((await resolve('essex-police')).role).toBe('spoc');
      expect((await browser.get('/directory/essex-police')).text).toContain('The absence is set.');
      const away = async () => (await browser.get('/directory/essex-police')).text.includes('Mail goes to deputy@');
      clock.set('2026-04-09T22:59:59.000Z');
      await browser.signIn(spoc);
      expect(await away()).toBe(false);
      clock.set('2026-04-09T23:00:00.000Z');
      expect(await away()).toBe(true);

      const end = `${path}/${absences[0]?.id ?? ''}/end`;
      expect((await browser.get(end)).text).toContain('End this absence now?');
      expect((await (await web.signedIn('spoc@probation.example')).get(end)).status).toBe(404);
      expect((await browser.send(end, {})).headers['location']).toBe('/directory/essex-police');
      expect((await entryOf('essex-police')).absences).toEqual([]);
      expect(await away()).toBe(false);
      expect((await acts()).at(-1)).toMatchObject({ act: 'absence-ended', facts: { partner: 'essex-police', ...set } });
      expect((await browser.get(end)).status).toBe(404);
    });

    test('are refused where they make no sense, with the error at the field', async () => {
      const browser = await web.signedIn(cspManager);
      const tell = async (fields: Record<string, string>, at = path) => errorsOf((await browser.send(at, fields)).text);
      expect(await tell({})).toEqual(['Choose who is away', 'Enter the first day away', 'Enter the last day away']);
      expect(await tell({ who: 'governance-lead', ...days('2026-05-01', '2026-05-02') })).toEqual([
        'Choose who is away',
      ]);
      expect(await tell({ who: 'nobody/spoc', ...days('2026-05-01', '2026-05-02') })).toEqual([
        'Choose a contact of the list: this one has no address of its own',
      ]);
      expect(await tell({ who: 'spoc', ...days('2026-05-02', '2026-05-01') })).toEqual([
        'Last day away must be the same as or after the first day away',
      ]);
      expect(await tell({ who: 'spoc', ...days('2026-04-01', '2026-04-08') })).toEqual([
        'Last day away must be today or in the future',
      ]);
      expect(await tell({ who: 'spoc', ...days('2026-02-30', '2026-05-01') })).toEqual([
        'First day away must be a real date: check the day, the month and the year',
      ]);
      expect(await tell({ who: 'deputy', ...days('2026-05-01', '2026-05-09') })).toEqual([]);
      expect(await tell({ who: 'deputy', ...days('2026-05-09', '2026-05-10') })).toEqual([
        'Already set as away from Friday 1 May 2026 until Saturday 9 May 2026: end that first',
      ]);
      expect((await entryOf('essex-police')).absences).toHaveLength(1);
      expect((await browser.get('/directory/riverview/absences')).text).toContain('no contact with an address');
    });

    test('of a team leave the partner’s own contact alone', async () => {
      const browser = await web.signedIn(cspManager);
      const at = '/directory/ecfrs/absences';
      expect((await browser.send(at, { who: 'builders/spoc', ...days('2026-04-09', '2026-04-09') })).status).toBe(303);
      const of = (team: string | null) =>
        web.deps.store.directory.resolve({ partner: 'ecfrs', team, role: 'spoc', on: '2026-04-09' as IsoDate });
      expect((await of('builders')).address).toBe('deputy.builders@ecfrs.example');
      expect((await of('comm-safety')).address).toBe('spoc.comm-safety@ecfrs.example');
      expect((await of(null)).address).toBe('spoc@ecfrs.example');
    });
  });

  test('protocol health is for the overseers, and leads to what is to be mended', async () => {
    await web.deps.store.directory.noteRefusal('spoc@moat.example', thursday as IsoInstant);
    for (const username of [cspManager, ...overseers]) {
      const page = await (await web.signedIn(username)).get('/protocol-health');
      expect(page.status).toBe(200);
      for (const code of ['watchdog-silent', 'addresses-refused', 'addresses-missing', 'review-due', 'unsigned']) {
        expect(page.text).toContain(`id="${code}"`);
      }
      expect(page.text).toContain('href="/directory/moat"');
    }
    for (const username of [officer, spoc]) {
      expect((await (await web.signedIn(username)).get('/protocol-health')).status).toBe(403);
    }
  });

  test('protocol health says so when nothing is wrong', async () => {
    const html = await new Promise<string>((resolve, reject) => {
      const shown = { groups: [], watchdog: { lookedAt: thursday } };
      web.app.express.render('pages/protocol-health.njk', shown, (error: Error | null, page: string) => {
        if (error === null) resolve(page);
        else reject(error);
      });
    });
    expect(html).toContain('Nothing is wrong.');
    expect(html).toContain('10:00am on Thursday 9 April 2026');
  });

  describe('by the API', () => {
    const as = async (username: string) => {
      const token = await web.token(username);
      return {
        get: (path: string) => web.browser().agent.get(`/api/v1${path}`).auth(token, { type: 'bearer' }),
        send: (method: 'put' | 'post', path: string, body: object) =>
          web.browser().agent[method](`/api/v1${path}`).auth(token, { type: 'bearer' }).send(body),
      };
    };
    const partnerBy = async (client: Awaited<ReturnType<typeof as>>, code: string) =>
      (await client.get(`/directory/${code}`)).body as { version: number; contacts: DirectoryEntry['contacts'] };

    test('partners are listed, searched and shown', async () => {
      const client = await as(officer);
      const { partners } = (await client.get('/directory?q=housing')).body as { partners: { code: string }[] };
      expect(partners.map(({ code }) => code)).toEqual(['thurrock', 'sanctuary', 'swan', 'clarion']);
      expect((await client.get('/directory/btuh')).body).toMatchObject({
        code: 'btuh',
        signedOn: null,
        signedFrom: '2023-03-23',
        withdrawnOn: null,
        reachable: true,
        contacts: { breach: 'breach@btuh.example' },
        shares: [{ sharedAs: 'anonymised' }, { sharedAs: 'anonymised' }, { sharedAs: 'anonymised' }],
      });
      expect((await client.get('/directory/nobody')).status).toBe(404);
    });

    test('contacts are changed by the CSP manager, with the same refusals', async () => {
      const client = await as(cspManager);
      const { version, contacts } = await partnerBy(client, 'hera');
      const body = { version, contacts: { ...contacts, deputy: null } };
      expect((await (await as(spoc)).send('put', '/directory/hera/contacts', body)).status).toBe(403);
      const changed = await client.send('put', '/directory/hera/contacts', body);
      expect([changed.status, changed.body]).toEqual([200, await partnerBy(client, 'hera')]);
      expect(changed.body).toMatchObject({ version: version + 1, contacts: { deputy: null } });
      const facts = { partner: 'hera', roles: ['deputy'] };
      expect((await acts()).at(-1)).toMatchObject({ by: { via: 'api' }, facts });
      const stale = { ...body, contacts: { ...contacts, deputy: 'late@hera.example' } };
      expect((await client.send('put', '/directory/hera/contacts', stale)).status).toBe(409);
      const wrong = { ...body, contacts: { ...contacts, spoc: 'a@b.example\r\nBcc: c@d.example' }, teams: {} };
      const refused = await client.send('put', '/directory/hera/contacts', wrong);
      expect(refused.status).toBe(422);
      expect(refused.body).toMatchObject({ errors: [{ field: 'contacts.spoc' }] });
      const noTeam = { ...body, version: version + 1, teams: { none: { spoc: null, deputy: null } } };
      expect((await client.send('put', '/directory/hera/contacts', noTeam)).body).toMatchObject({
        errors: [{ field: 'teams.none', message: 'The partner has no such team' }],
      });
    });

    test('absences are set and ended', async () => {
      const client = await as('spoc@probation.example');
      const body = { team: null, role: 'spoc', from: '2026-04-09', until: '2026-04-10' };
      expect((await client.send('post', '/directory/hera/absences', body)).status).toBe(404);
      const set = await client.send('post', '/directory/probation/absences', body);
      const { absences } = set.body as { absences: { id: string }[] };
      expect([set.status, absences]).toEqual([201, [{ ...body, id: absences[0]?.id }]]);
      const ended = await client.send('post', `/directory/probation/absences/${absences[0]?.id ?? ''}/end`, {});
      expect([ended.status, ended.body]).toMatchObject([200, { absences: [] }]);
    });

    test('protocol health', async () => {
      expect((await (await as(officer)).get('/protocol-health')).status).toBe(403);
      const { findings } = (await (await as(cspManager)).get('/protocol-health')).body as { findings: Finding[] };
      expect(findings.map(({ code }) => code)).toContain('unsigned');
    });
  });
});

test('who may set an absence', () => {
  const person = (partner: string, ...roles: Role[]): Account =>
    ({ _id: 'someone', username: '', displayName: '', partner, teams: [], roles, passwordHash: '' });
  const may = (account: Account) => mayOnPartner(account, 'set-absence', 'police');
  expect(Object.keys(partnerRules)).toEqual(['set-absence']);
  expect(may(person('police', 'spoc'))).toBe(true);
  expect(may(person('police', 'governance-lead'))).toBe(true);
  expect(may(person('police', 'staff', 'asb-review-spoc', 'manager', 'auditor'))).toBe(false);
  expect(may(person('council', 'spoc', 'governance-lead', 'manager'))).toBe(false);
  expect(may(person('council', 'csp-manager'))).toBe(true);
});

describe('protocol health', () => {
  const now = thursday as IsoInstant;
  const [council, police] = protocol.organisations;
  if (council === undefined || police === undefined) throw new Error('The protocol has no organisations.');
  const sound: Protocol = {
    ...protocol,
    reviewOn: '2027-03-31' as IsoDate,
    organisations: [council, police],
    statutes: protocol.statutes.filter(({ repealed }) => !repealed),
    retention: { ...protocol.retention, toConfirm: false },
  };
  const entries: DirectoryEntry[] = sound.organisations.map(({ code, contacts, teams }) => ({
    _id: code,
    contacts,
    teams: Object.fromEntries(teams.map((team) => [team.code, team.contacts])),
    absences: [],
    refused: [],
    version: 1,
    changedAt: null,
    changedBy: null,
  }));
  const [councilEntry, policeEntry] = entries as [DirectoryEntry, DirectoryEntry];
  const watchdog = { _id: 'watchdog', lookedAt: '2026-04-09T08:45:00.000Z' as IsoInstant, stuck: [] } as const;
  const refresh: BankHolidayState = {
    version: null,
    changes: 0,
    refreshedAt: '2026-04-09T04:30:00.000Z' as IsoInstant,
    attemptedAt: '2026-04-09T04:30:00.000Z' as IsoInstant,
    failingSince: null,
    failure: null,
  };
  const look = { protocol: sound, entries, holidays, refresh, isFetched: true, watchdog, comparison: null, leftOpen: new Map<string, number>(), now };
  const away = (role: 'spoc' | 'deputy', from: string, until: string, team: string | null = null) =>
    ({ id: role, role, team, from: from as IsoDate, until: until as IsoDate }) as const;
  const contactPoint = 'csp-manager@thurrock.example';
  const withPolice = (change: Partial<DirectoryEntry>) => ({
    ...look,
    entries: [councilEntry, { ...policeEntry, ...change }],
  });

  test('finds nothing where all is well', () => {
    expect(protocolHealth(look)).toEqual([]);
  });

  test.each<[string, Parameters<typeof protocolHealth>[0], Finding['urgency'], string[]]>([
    ['watchdog-silent', { ...look, watchdog: null }, 'now', ['It has not looked yet']],
    [
      'watchdog-silent',
      { ...look, watchdog: { ...watchdog, lookedAt: '2026-04-09T08:44:59.000Z' as IsoInstant } },
      'now',
      ['Last looked at 9:44am on Thursday 9 April 2026'],
    ],
    [
      'stores-differ',
      { ...look, comparison: { _id: 'comparison', comparedAt: now, differences: [{ caseRef: 'IR-2026-0007', what: 'its clock stands' }] } },
      'now',
      ['IR-2026-0007: its clock stands'],
    ],
    ['cases-stuck', { ...look, watchdog: { ...watchdog, stuck: ['IR-2026-0007'] } }, 'now', ['IR-2026-0007']],
    [
      'no-contact-point',
      { ...look, protocol: { ...sound, contactPoint: { ...sound.contactPoint, address: null } } },
      'now',
      ['Community Safety Partnership Manager'],
    ],
    [
      'addresses-refused',
      withPolice({ refused: [{ address: 'deputy@essex-police.example', at: now }] }),
      'now',
      ['Essex Police: deputy@essex-police.example (refused at 10:00am on Thursday 9 April 2026)'],
    ],
    [
      'addresses-refused',
      { ...look, entries: [{ ...councilEntry, refused: [{ address: contactPoint, at: now }] }, policeEntry] },
      'now',
      [
        `${sound.contactPoint.title}: ${contactPoint} (refused at 10:00am on Thursday 9 April 2026). ` +
          'It is still used, as nobody stands behind it. Change it in the protocol file',
      ],
    ],
    [
      'addresses-missing',
      withPolice({ contacts: { ...policeEntry.contacts, 'governance-lead': null, breach: null } }),
      'now',
      ['Essex Police: information governance lead, notices of a data breach'],
    ],
    [
      'addresses-missing',
      {
        ...look,
        entries: [
          {
            ...councilEntry,
            contacts: { ...councilEntry.contacts, deputy: null },
            teams: { ...councilEntry.teams, housing: { spoc: 'spoc.housing@thurrock.example', deputy: null } },
          },
          policeEntry,
        ],
      },
      'now',
      ['Thurrock Council: deputy single point of contact', 'Housing, Thurrock Council: deputy single point of contact'],
    ],
    [
      'away-without-deputy',
      withPolice({ absences: [away('spoc', '2026-04-01', '2026-04-09'), away('deputy', '2026-04-09', '2026-04-20')] }),
      'now',
      ['Essex Police'],
    ],
    [
      'will-be-away-without-deputy',
      withPolice({ absences: [away('spoc', '2026-04-01', '2026-04-20'), away('deputy', '2026-04-15', '2026-04-30')] }),
      'soon',
      ['Essex Police: from Wednesday 15 April 2026'],
    ],
    ['calendar-ends', { ...look, holidays: { ...holidays, lastKnownDay: '2026-10-09' as IsoDate } }, 'soon', [
      'The last bank holiday it knows is Friday 9 October 2026',
    ]],
    ['calendar-ends', { ...look, holidays: { ...holidays, lastKnownDay: '2026-04-08' as IsoDate } }, 'now', [
      'The last bank holiday it knows is Wednesday 8 April 2026',
    ]],
    ['feed-refused', { ...look, refresh: { ...refresh, failure: { kind: 'refused', reason: 'It is empty.' } } }, 'now', [
      'It is empty.',
    ]],
    ['feed-refused', { ...look, refresh: { ...refresh, failure: { kind: 'days-lost', reason: 'It lacks a day.' } } }, 'now', [
      'It lacks a day.',
    ]],
    [
      'feed-stale',
      {
        ...look,
        refresh: {
          ...refresh,
          refreshedAt: '2026-04-06T08:59:59.000Z' as IsoInstant,
          failure: { kind: 'unreachable', reason: 'It answers 500.' },
        },
      },
      'now',
      ['Not since 9:59am on Monday 6 April 2026: It answers 500.'],
    ],
    ['feed-not-fetched', { ...look, isFetched: false, refresh: { ...refresh, refreshedAt: null } }, 'known', [
      'Those in force are those of the file, and go to Tuesday 26 December 2028',
    ]],
    ['feed-not-fetched', { ...look, isFetched: false, refresh: { ...refresh, version: 'v' } }, 'known', [
      'Those in force came at 5:30am on Thursday 9 April 2026, and go to Tuesday 26 December 2028',
    ]],
    ['feed-not-fetched', { ...look, refresh: { ...refresh, refreshedAt: null, attemptedAt: null } }, 'known', [
      'Those in force are those of the file, and go to Tuesday 26 December 2028',
    ]],
    ['review-due', { ...look, protocol: { ...sound, reviewOn: '2026-04-08' as IsoDate } }, 'now', [
      `${sound.title}: was to be reviewed by Wednesday 8 April 2026`,
    ]],
    ['review-due', { ...look, protocol: { ...sound, reviewOn: '2026-04-09' as IsoDate } }, 'soon', [
      `${sound.title}: is to be reviewed by Thursday 9 April 2026`,
    ]],
    [
      'unsigned',
      { ...look, protocol: { ...sound, organisations: [council, { ...police, signedFrom: null }] } },
      'now',
      ['Essex Police'],
    ],
    [
      'withdrawn',
      {
        ...look,
        protocol: {
          ...sound,
          organisations: [
            { ...council, withdrawnOn: '2026-04-09' as IsoDate },
            { ...police, withdrawnOn: '2026-04-10' as IsoDate },
          ],
        },
      },
      'known',
      ['Thurrock Council: withdrew on Thursday 9 April 2026', 'Essex Police: withdraws on Friday 10 April 2026'],
    ],
    ['left-open', { ...look, leftOpen: new Map([['essex-police', 2]]) }, 'soon', ['Essex Police: 2 open cases']],
    ['retention-to-confirm', { ...look, protocol: { ...sound, retention: protocol.retention } }, 'soon', [
      protocol.retention.note ?? '',
    ]],
  ])('%s', (code, looked, urgency, items) => {
    const found = protocolHealth(looked);
    expect(found.map((finding) => [finding.code, finding.urgency])).toEqual([[code, urgency]]);
    const shown = found[0]?.items.map(({ name, detail }) => (detail === undefined ? name : `${name}: ${detail}`));
    expect(shown).toEqual(items);
  });

  test('lists repealed statutes with what took their place', () => {
    const found = protocolHealth({ ...look, protocol: { ...sound, statutes: protocol.statutes } });
    expect(found).toMatchObject([{ code: 'statutes-repealed', urgency: 'known' }]);
    expect(found[0]?.items).toHaveLength(4);
    expect(found[0]?.items[2]).toMatchObject({ name: 'Sex Offenders Act 1997' });
  });

  test('says nothing of what is not wrong yet, or not any more', () => {
    const fine = [
      { ...look, holidays: { ...holidays, lastKnownDay: '2026-10-10' as IsoDate } },
      { ...look, refresh: { ...refresh, refreshedAt: '2026-04-06T09:00:00.000Z' as IsoInstant } },
      { ...look, protocol: { ...sound, reviewOn: '2026-07-10' as IsoDate } },
      withPolice({ absences: [away('spoc', '2026-04-01', '2026-04-20'), away('deputy', '2026-04-01', '2026-04-08')] }),
      withPolice({ refused: [{ address: 'gone@essex-police.example', at: now }] }),
    ];
    for (const each of fine) expect(protocolHealth(each)).toEqual([]);
  });
});
